#include "crfd/batch/evidence.h"

#include <string.h>

/* A JSON string (RFC 8259, section 7); the parser's own printer would allocate for each of a million findings. */
static void
append_string(struct strbuf *out, const char *text, size_t length)
{
    size_t begin = 0;

    strbuf_append_char(out, '"');
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];

        if (c >= ' ' && c != '"' && c != '\\')
            continue;
        strbuf_append_bytes(out, text + begin, i - begin);
        if (c < ' ')
            strbuf_printf(out, "\\u%04x", c);
        else
            strbuf_printf(out, "\\%c", c);
        begin = i + 1;
    }
    strbuf_append_bytes(out, text + begin, length - begin);
    strbuf_append_char(out, '"');
}

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
    append_string(out, key, strlen(key));
    strbuf_append_char(out, ':');
    if (raw == NULL)
        strbuf_append(out, "null");
    else
        append_string(out, raw, raw_length);
}

void
evidence_end(struct strbuf *out)
{
    strbuf_append_char(out, '}');
}
