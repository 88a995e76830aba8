#include "crfd/base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *text;
    int exit_status;
} kinds[ERR_KIND_COUNT] = {
    [ERR_NONE] = {"done", 0},
    [ERR_DIFFERENCE] = {"difference found", 1},
    [ERR_CENTERS] = {"some centers failed", 3},
    [ERR_USAGE] = {"usage", 64},
    [ERR_DATA] = {"bad input data", 65},
    [ERR_UNAVAILABLE] = {"database unavailable", 69},
    [ERR_INTERNAL] = {"internal error", 70},
    [ERR_IO] = {"input/output error", 74},
    [ERR_RETRY] = {"try again later", 75},
    [ERR_PERMISSION] = {"not permitted", 77},
    [ERR_CONFIG] = {"configuration or study invalid", 78},
    [ERR_DEADLINE] = {"deadline passed", 75},
    [ERR_CANCELLED] = {"stopped by signal", 143},
};

/* Cuts before the last character that does not fit whole, and says so. */
static void
mark_cut(char *message, size_t size)
{
    size_t end = size - sizeof "...";

    while (end > 0 && ((unsigned char)message[end] & 0xC0) == 0x80)
        end--;
    memcpy(message + end, "...", sizeof "...");
}

static void
format_message(struct err *err, const char *format, va_list args)
{
    char message[sizeof err->message];
    int length = vsnprintf(message, sizeof message, format, args);

    if (length < 0)
        message[0] = '\0';
    else if ((size_t)length >= sizeof message)
        mark_cut(message, sizeof message);
    memcpy(err->message, message, sizeof message);
}

void
err_set(struct err *err, enum err_kind kind, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    format_message(err, format, args);
    va_end(args);
    err->kind = kind;
    err->sqlstate[0] = '\0';
}

void
err_set_sqlstate(struct err *err, enum err_kind kind, const char *sqlstate, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    format_message(err, format, args);
    va_end(args);
    err->kind = kind;
    snprintf(err->sqlstate, sizeof err->sqlstate, "%s", sqlstate ? sqlstate : "");
}

void
err_prefix(struct err *err, const char *format, ...)
{
    char rest[sizeof err->message];
    va_list args;
    size_t length;
    int added;

    memcpy(rest, err->message, sizeof rest);
    va_start(args, format);
    format_message(err, format, args);
    va_end(args);
    length = strlen(err->message);
    added = snprintf(err->message + length, sizeof err->message - length, ": %s", rest);
    if (added >= 0 && (size_t)added >= sizeof err->message - length)
        mark_cut(err->message, sizeof err->message);
}

void
err_clear(struct err *err)
{
    err->kind = ERR_NONE;
    err->sqlstate[0] = '\0';
    err->message[0] = '\0';
}

const char *
err_kind_text(enum err_kind kind)
{
    return kinds[kind].text;
}

int
err_exit_status(enum err_kind kind)
{
    return kinds[kind].exit_status;
}
