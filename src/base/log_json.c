#include "log_json.h"

#include "crfd/base/json_text.h"

#include <inttypes.h>
#include <string.h>

/* A log is also looked at in terminals. */
static void
append_string(struct strbuf *line, const char *text)
{
    json_text_append_shown(line, text, strlen(text));
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
