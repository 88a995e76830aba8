#include "crfd/base/log_json.h"

#include <inttypes.h>
#include <string.h>

/* The least code point of a sequence of that many bytes: less is an overlong form. */
static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};

/* Bytes of the character that begins here, and its code point; 0 where it is not UTF-8. */
static size_t
take_character(const char *text, uint32_t *code)
{
    unsigned char first = (unsigned char)*text;
    size_t length = first < 0x80 ? 1 : first >> 5 == 6 ? 2 : first >> 4 == 14 ? 3 : first >> 3 == 30 ? 4 : 0;

    *code = length <= 1 ? first : first & (0x7Fu >> length);
    for (size_t i = 1; i < length; i++) {
        if (((unsigned char)text[i] & 0xC0) != 0x80)
            return 0;
        *code = *code << 6 | ((unsigned char)text[i] & 0x3F);
    }
    if (length > 1 && (*code < least[length] || *code > 0x10FFFF || (*code >= 0xD800 && *code <= 0xDFFF)))
        return 0;
    return length;
}

/* Control characters of C1 are escaped, too: a log is also looked at in terminals. */
static void
append_string(struct strbuf *line, const char *text)
{
    strbuf_append_char(line, '"');
    while (*text != '\0') {
        uint32_t code;
        size_t length = take_character(text, &code);

        if (length == 0)
            strbuf_append(line, "\\ufffd");
        else if (code == '"' || code == '\\')
            strbuf_printf(line, "\\%c", (int)code);
        else if (code < 0x20 || (code >= 0x7F && code <= 0x9F))
            strbuf_printf(line, "\\u%04" PRIx32, code);
        else
            strbuf_append_bytes(line, text, length);
        text += length > 0 ? length : 1;
    }
    strbuf_append_char(line, '"');
}

static void
append_key(struct strbuf *line, const char *key)
{
    strbuf_append_char(line, ',');
    append_string(line, key);
    strbuf_append_char(line, ':');
}

void
log_json_append(struct strbuf *line, const char *time, const char *level, const char *event,
                const struct log_field *fields)
{
    size_t length = strlen(time);

    strbuf_printf(line, "{\"time\":\"%.*s:%s\"", (int)length - 2, time, time + length - 2);
    append_key(line, "level");
    append_string(line, level);
    append_key(line, "event");
    append_string(line, event);
    for (; fields->key != NULL; fields++) {
        append_key(line, fields->key);
        if (fields->text != NULL)
            append_string(line, fields->text);
        else
            strbuf_printf(line, "%" PRId64, fields->number);
    }
    strbuf_append_char(line, '}');
}
