#include "crfd/base/sql_text.h"

#include "crfd/base/utf8.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

/* Copies the characters, those that do not show as \uXXXX. What is no UTF-8 is kept, for the server to refuse. */
static void
append_shown(struct strbuf *out, const char *text, size_t length)
{
    for (size_t at = 0, size; at < length; at += size) {
        int32_t c;

        size = utf8_decode(text + at, length - at, &c);
        if (size == 0 || utf8_shows(c)) {
            size = size > 0 ? size : 1;
            strbuf_append_bytes(out, text + at, size);
        } else {
            strbuf_printf(out, c > 0xFFFF ? "\\U%08" PRIx32 : "\\u%04" PRIx32, (uint32_t)c);
        }
    }
}

static bool
needs_escape(const char *text)
{
    size_t length = strlen(text);

    for (size_t at = 0, size; at < length; at += size) {
        int32_t c;

        size = utf8_decode(text + at, length - at, &c);
        if (size > 0 && (c == '\\' || !utf8_shows(c)))
            return true;
        size = size > 0 ? size : 1;
    }
    return false;
}

void
sql_text_append_literal(struct strbuf *out, const char *text)
{
    strbuf_append(out, needs_escape(text) ? "E'" : "'");
    while (*text != '\0') {
        size_t plain = strcspn(text, "'\\");

        append_shown(out, text, plain);
        text += plain;
        if (*text != '\0') {
            strbuf_append_char(out, *text);
            strbuf_append_char(out, *text++);
        }
    }
    strbuf_append_char(out, '\'');
}

void
sql_text_append_comment(struct strbuf *out, const char *indent, const char *text)
{
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");

        strbuf_printf(out, "-- %s", indent);
        append_shown(out, text, length);
        strbuf_append_char(out, '\n');
        text += length + (text[length] == '\n');
    }
}
