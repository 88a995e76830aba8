#include "crfd/base/log.h"

#include "crfd/base/strbuf.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static enum log_level threshold = LOG_LEVEL_INFO;
static const char *const level_names[] = {"error", "warning", "info", "debug"};

void
log_set_level(enum log_level level)
{
    threshold = level;
}

static bool
plain(const char *text)
{
    if (*text == '\0')
        return false;
    for (; *text != '\0'; text++)
        if ((unsigned char)*text <= ' ' || *text == '"' || *text == '=' || *text == '\\' || *text == 0x7F)
            return false;
    return true;
}

/* Control characters are escaped, so that a hostile key can neither forge a line nor reach a terminal. */
static void
append_text(struct strbuf *line, const char *text)
{
    if (plain(text)) {
        strbuf_append(line, text);
        return;
    }
    strbuf_append_char(line, '"');
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;

        if (c == '"' || c == '\\')
            strbuf_printf(line, "\\%c", c);
        else if (c == '\n')
            strbuf_append(line, "\\n");
        else if (c < ' ' || c == 0x7F)
            strbuf_printf(line, "\\x%02x", c);
        else
            strbuf_append_char(line, (char)c);
    }
    strbuf_append_char(line, '"');
}

static void
append_time(struct strbuf *line)
{
    char text[64];
    struct tm local;
    time_t now = time(NULL);

    localtime_r(&now, &local);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S%z", &local);
    strbuf_append(line, text);
}

void
log_emit(enum log_level level, const char *event, const struct log_field *fields)
{
    struct strbuf line;
    ssize_t written;

    if (level > threshold)
        return;
    strbuf_init(&line);
    append_time(&line);
    strbuf_printf(&line, " %s ", level_names[level]);
    append_text(&line, event);
    for (; fields->key != NULL; fields++) {
        strbuf_printf(&line, " %s=", fields->key);
        if (fields->text != NULL)
            append_text(&line, fields->text);
        else
            strbuf_printf(&line, "%lld", (long long)fields->number);
    }
    strbuf_append_char(&line, '\n');
    /* A full disk or closed pipe behind standard error must not stop a night. */
    written = write(STDERR_FILENO, line.text, line.length);
    (void)written;
    strbuf_destroy(&line);
}
