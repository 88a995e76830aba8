#include "target.h"

#include "crfd/base/utf8.h"

#include <string.h>

static int
hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool
is_utf8(const char *text, size_t length)
{
    for (size_t at = 0, size; at < length; at += size) {
        int32_t c;

        size = utf8_decode(text + at, length - at, &c);
        if (size == 0)
            return false;
    }
    return true;
}

/* In a query a plus is a blank, as browsers write it. NULL where it cannot be decoded. */
static const char *
decode(struct arena *arena, const char *text, size_t length, bool is_query)
{
    char *out = arena_copy(arena, text, length);
    size_t count = 0;

    for (size_t at = 0; at < length; at++) {
        char c = text[at] == '+' && is_query ? ' ' : text[at];

        if (c == '%') {
            int high = length - at > 2 ? hex_digit(text[at + 1]) : -1;
            int low = length - at > 2 ? hex_digit(text[at + 2]) : -1;

            if (high < 0 || low < 0)
                return NULL;
            c = (char)(high * 16 + low);
            at += 2;
        }
        if (c == '\0')
            return NULL;
        out[count++] = c;
    }
    out[count] = '\0';
    return is_utf8(out, count) ? out : NULL;
}

static const char *
parse_path(struct arena *arena, const char *text, size_t length, struct target *out)
{
    const char *end = text + length;

    if (length == 0 || *text != '/')
        return "the target of the request does not begin with a slash";
    if (length == 1)
        return NULL;
    while (text < end) {
        const char *segment = text + 1;
        const char *slash = memchr(segment, '/', (size_t)(end - segment));
        const char *stop = slash != NULL ? slash : end;

        if (out->segment_count == TARGET_SEGMENTS_MAX)
            return "the path has too many parts";
        out->segments[out->segment_count] = decode(arena, segment, (size_t)(stop - segment), false);
        if (out->segments[out->segment_count++] == NULL)
            return "the path is not percent-encoded UTF-8 without NUL";
        text = stop;
    }
    return NULL;
}

static const char *
parse_query(struct arena *arena, const char *text, struct target *out)
{
    while (*text != '\0') {
        size_t length = strcspn(text, "&");
        const char *equals = memchr(text, '=', length);
        size_t name = equals != NULL ? (size_t)(equals - text) : length;
        struct target_param *param = &out->params[out->param_count];

        if (out->param_count++ == TARGET_PARAMS_MAX)
            return "the query has too many parameters";
        param->name = decode(arena, text, name, true);
        param->value = equals != NULL ? decode(arena, equals + 1, length - name - 1, true) : "";
        if (param->name == NULL || param->value == NULL)
            return "the query is not percent-encoded UTF-8 without NUL";
        text += length;
        text += *text == '&';
    }
    return NULL;
}

const char *
target_parse(struct arena *arena, const char *text, struct target *out)
{
    size_t path = strcspn(text, "?");
    const char *mistake;

    *out = (struct target){.segment_count = 0};
    if (strchr(text, '#') != NULL)
        return "the target of the request has a fragment";
    mistake = parse_path(arena, text, path, out);
    if (mistake == NULL && text[path] == '?')
        mistake = parse_query(arena, text + path + 1, out);
    return mistake;
}

const char *
target_param(const struct target *target, const char *name)
{
    for (size_t i = 0; i < target->param_count; i++)
        if (strcmp(target->params[i].name, name) == 0)
            return target->params[i].value;
    return NULL;
}
