#include "crfd/base/log.h"

#include "crfd/base/strbuf.h"
#include "crfd/base/terminal.h"
#include "journal.h"
#include "log_json.h"

#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static enum log_level threshold = LOG_LEVEL_INFO;
static enum log_format format = LOG_FORMAT_TEXT;
static const char *const level_names[] = {"error", "warning", "info", "debug"};

void
log_set_level(enum log_level level)
{
    threshold = level;
}

void
log_set_format(enum log_format wanted)
{
    format = wanted;
}

/* True for C0, delete, and the first byte of C1 (U+0080 to U+009F), which terminals obey just as well. */
static bool
control(const char *text)
{
    unsigned char c = (unsigned char)text[0];
    unsigned char next = c == 0xC2 ? (unsigned char)text[1] : 0;

    return c < ' ' || c == 0x7F || (next >= 0x80 && next <= 0x9F);
}

static bool
plain(const char *text)
{
    if (*text == '\0')
        return false;
    for (; *text != '\0'; text++)
        if (control(text) || strchr(" \"=\\", *text) != NULL)
            return false;
    return true;
}

/* Escapes the control character, and leaves *text at its last byte. */
static void
append_control(struct strbuf *line, const char **text)
{
    unsigned char c = (unsigned char)**text;

    if (c == 0xC2)
        c = (unsigned char)*++*text;
    strbuf_printf(line, "\\x%02x", c);
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
        else if (control(text))
            append_control(line, &text);
        else
            strbuf_append_char(line, (char)c);
    }
    strbuf_append_char(line, '"');
}

static void
format_time(char *text, size_t size)
{
    struct tm local;
    time_t now = time(NULL);

    localtime_r(&now, &local);
    strftime(text, size, "%Y-%m-%dT%H:%M:%S%z", &local);
}

/* event key=value key=value */
static void
append_event(struct strbuf *line, const char *event, const struct log_field *fields)
{
    append_text(line, event);
    for (; fields->key != NULL; fields++) {
        strbuf_printf(line, " %s=", fields->key);
        if (fields->text != NULL)
            append_text(line, fields->text);
        else
            strbuf_printf(line, "%lld", (long long)fields->number);
    }
}

/* text: the event as append_event has it. */
static void
append_line(struct strbuf *line, enum log_level level, const char *event, const struct log_field *fields,
            const char *text)
{
    char when[64];

    format_time(when, sizeof when);
    if (format == LOG_FORMAT_JSON)
        log_json_append(line, when, level_names[level], event, fields);
    else
        strbuf_printf(line, "%s %s %s", when, level_names[level], text);
    strbuf_append_char(line, '\n');
}

static void
append_lost(struct strbuf *line, int64_t lost)
{
    const struct log_field fields[] = {LOG_NUMBER("lines", lost), {NULL, NULL, 0}};
    struct strbuf text;

    strbuf_init(&text);
    append_event(&text, "log lines lost", fields);
    append_line(line, LOG_LEVEL_WARNING, "log lines lost", fields, text.text);
    strbuf_destroy(&text);
}

/*
 * A pipe whose reader has stopped reading takes a line of up to PIPE_BUF bytes whole or says that it has no room: whoever
 * wrote all the same would wait with it, and the loop with all its deadlines.
 */
static bool
has_room(size_t length)
{
    struct pollfd out = {.fd = STDERR_FILENO, .events = POLLOUT};
    struct stat info;

    if (fstat(STDERR_FILENO, &info) != 0 || !S_ISFIFO(info.st_mode))
        return true;
    return length <= PIPE_BUF && poll(&out, 1, 0) == 1;
}

/*
 * A full disk, or a closed or a full pipe, behind standard error must not stop a night. How many lines it has cost stands before the
 * first that gets through again, on a line of its own: the last one may have been cut.
 */
static void
write_line(enum log_level level, const char *event, const struct log_field *fields, const char *text)
{
    static _Atomic int64_t lost;
    int64_t missing = atomic_exchange(&lost, 0);
    struct strbuf line;

    strbuf_init(&line);
    if (terminal_obeys(STDERR_FILENO))
        strbuf_append(&line, "\r\033[K"); /* over a progress bar that may stand there */
    if (missing > 0) {
        strbuf_append_char(&line, '\n');
        append_lost(&line, missing);
    }
    append_line(&line, level, event, fields, text);
    if (!has_room(line.length) || write(STDERR_FILENO, line.text, line.length) != (ssize_t)line.length)
        atomic_fetch_add(&lost, missing + 1);
    strbuf_destroy(&line);
}

void
log_emit(enum log_level level, const char *event, const struct log_field *fields)
{
    struct strbuf text;

    if (level > threshold)
        return;
    strbuf_init(&text);
    append_event(&text, event, fields);
    if (format == LOG_FORMAT_JSON || !journal_takes(STDERR_FILENO) || !journal_send(level, text.text, fields))
        write_line(level, event, fields, text.text);
    strbuf_destroy(&text);
}
