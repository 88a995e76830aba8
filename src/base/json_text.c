#include "crfd/base/json_text.h"

#include "crfd/base/utf8.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

void
json_text_append_escape(struct strbuf *out, int32_t point)
{
    uint32_t above = (uint32_t)point - 0x10000;

    if (point < 0x10000)
        strbuf_printf(out, "\\u%04" PRIx32, (uint32_t)point);
    else
        strbuf_printf(out, "\\u%04" PRIx32 "\\u%04" PRIx32, 0xD800 + (above >> 10), 0xDC00 + (above & 0x3FF));
}

/* Most characters stand for themselves: they are copied in runs. */
static void
append_string(struct strbuf *out, const char *text, size_t length, bool shown)
{
    size_t begin = 0, size = 1;

    strbuf_append_char(out, '"');
    for (size_t at = 0; at < length; at += size) {
        int32_t c = (unsigned char)text[at];

        size = c < 0x80 ? 1 : utf8_decode(text + at, length - at, &c);
        if (size > 0 && c >= ' ' && c != '"' && c != '\\' && !(shown && !utf8_shows(c)))
            continue;
        strbuf_append_bytes(out, text + begin, at - begin);
        if (size == 0)
            strbuf_append(out, "\\ufffd");
        else if (c == '"' || c == '\\')
            strbuf_printf(out, "\\%c", (int)c);
        else
            json_text_append_escape(out, c);
        size = size > 0 ? size : 1;
        begin = at + size;
    }
    strbuf_append_bytes(out, text + begin, length - begin);
    strbuf_append_char(out, '"');
}

void
json_text_append(struct strbuf *out, const char *text, size_t length)
{
    append_string(out, text, length, false);
}

void
json_text_append_shown(struct strbuf *out, const char *text, size_t length)
{
    append_string(out, text, length, true);
}

void
json_text_append_document(struct strbuf *out, const char *text)
{
    size_t length = strlen(text);

    for (size_t at = 0, size; at < length; at += size) {
        int32_t c;

        size = utf8_decode(text + at, length - at, &c);
        if (size > 0 && c >= 0x7F && !utf8_shows(c))
            json_text_append_escape(out, c);
        else
            strbuf_append_bytes(out, text + at, size > 0 ? size : 1);
        size = size > 0 ? size : 1;
    }
}
