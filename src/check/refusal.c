#include "crfd/check/refusal.h"

#include <stdio.h>
#include <string.h>

#define EXCERPT_BYTES 60

/* The last place at or before `end` where a character begins. */
static size_t
character_start(const char *text, size_t end)
{
    while (end > 0 && ((unsigned char)text[end] & 0xC0) == 0x80)
        end--;
    return end;
}

void
refusal_vset(struct check_error *error, size_t offset, const char *format, va_list args)
{
    size_t size = sizeof error->message;
    int length = vsnprintf(error->message, size, format, args);

    error->offset = offset;
    if (length < 0)
        error->message[0] = '\0';
    else if ((size_t)length >= size)
        memcpy(error->message + character_start(error->message, size - sizeof "..."), "...", sizeof "...");
}

void
refusal_set(struct check_error *error, size_t offset, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    refusal_vset(error, offset, format, args);
    va_end(args);
}

int
refusal_excerpt(const char *text, size_t length)
{
    return (int)(length <= EXCERPT_BYTES ? length : character_start(text, EXCERPT_BYTES));
}
