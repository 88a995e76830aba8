#include "crfd/clean/step.h"

#include <stddef.h>

void
clean_append_steps(uint32_t steps, struct strbuf *out)
{
    static const char *const names[] = {
        "nfc",  "width",     "control", "trim",        "missing", "synonym",
        "case", "qualifier", "decimal", "date-format", "partial", "unit",
    };
    const char *separator = "";

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if ((steps & (UINT32_C(1) << i)) == 0)
            continue;
        strbuf_append(out, separator);
        strbuf_append(out, names[i]);
        separator = ",";
    }
}
