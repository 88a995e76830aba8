#include "crfd/base/strbuf.h"

#include "crfd/base/memory.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
grow(struct strbuf *buf, size_t more)
{
    size_t size = buf->size_bytes ? buf->size_bytes : 64;

    if (more >= SIZE_MAX / 2 - buf->length)
        memory_exhausted(more);
    while (size <= buf->length + more)
        size *= 2;
    buf->text = memory_resize(buf->text, size);
    buf->size_bytes = size;
}

/* Room for so many bytes more, and the NUL behind them. */
static inline void
reserve(struct strbuf *buf, size_t more)
{
    if (more >= buf->size_bytes - buf->length)
        grow(buf, more);
}

void
strbuf_init(struct strbuf *buf)
{
    *buf = (struct strbuf){0};
    reserve(buf, 0);
    buf->text[0] = '\0';
}

void
strbuf_destroy(struct strbuf *buf)
{
    free(buf->text);
    *buf = (struct strbuf){0};
}

void
strbuf_reset(struct strbuf *buf)
{
    buf->length = 0;
    buf->text[0] = '\0';
}

void
strbuf_append_bytes(struct strbuf *buf, const void *bytes, size_t length)
{
    reserve(buf, length);
    if (length > 0)
        memcpy(buf->text + buf->length, bytes, length);
    buf->length += length;
    buf->text[buf->length] = '\0';
}

void
strbuf_append(struct strbuf *buf, const char *text)
{
    strbuf_append_bytes(buf, text, strlen(text));
}

void
strbuf_append_char(struct strbuf *buf, char c)
{
    reserve(buf, 1);
    buf->text[buf->length++] = c;
    buf->text[buf->length] = '\0';
}

void
strbuf_append_number(struct strbuf *buf, int64_t number)
{
    char digits[sizeof "-9223372036854775808"];
    char *at = digits + sizeof digits;
    uint64_t rest = number < 0 ? -(uint64_t)number : (uint64_t)number;

    do
        *--at = (char)('0' + rest % 10);
    while ((rest /= 10) > 0);
    if (number < 0)
        *--at = '-';
    strbuf_append_bytes(buf, at, (size_t)(digits + sizeof digits - at));
}

void
strbuf_vprintf(struct strbuf *buf, const char *format, va_list args)
{
    size_t room = buf->size_bytes - buf->length;
    va_list again;
    int length;

    va_copy(again, args);
    length = vsnprintf(buf->text + buf->length, room, format, args);
    if (length < 0)
        abort();
    if ((size_t)length >= room) {
        grow(buf, (size_t)length);
        vsnprintf(buf->text + buf->length, (size_t)length + 1, format, again);
    }
    va_end(again);
    buf->length += (size_t)length;
}

void
strbuf_printf(struct strbuf *buf, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    strbuf_vprintf(buf, format, args);
    va_end(args);
}
