#include "evidence.h"

#include "crfd/base/json_text.h"

#include <string.h>

void
evidence_begin(struct strbuf *out)
{
    strbuf_append_char(out, '{');
}

void
evidence_add(struct strbuf *out, const char *key, const char *raw, size_t raw_length)
{
    if (out->text[out->length - 1] != '{')
        strbuf_append_char(out, ',');
    json_text_append(out, key, strlen(key));
    strbuf_append_char(out, ':');
    if (raw == NULL)
        strbuf_append(out, "null");
    else
        json_text_append(out, raw, raw_length);
}

void
evidence_end(struct strbuf *out)
{
    strbuf_append_char(out, '}');
}
