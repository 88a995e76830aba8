#include "crfd/base/strbuf.h"

#include "crfd/base/memory.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
reserve(struct strbuf *buf, size_t more)
{
    size_t size = buf->size_bytes ? buf->size_bytes : 64;

    if (more >= SIZE_MAX / 2 - buf->length)
        memory_exhausted(more);
    while (size <= buf->length + more)
        size *= 2;
    if (size == buf->size_bytes)
        return;
    buf->text = memory_resize(buf->text, size);
    buf->size_bytes = size;
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
    strbuf_append_bytes(buf, &c, 1);
}

void
strbuf_vprintf(struct strbuf *buf, const char *format, va_list args)
{
    va_list again;
    int length;

    va_copy(again, args);
    length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (length < 0)
        abort();
    reserve(buf, (size_t)length);
    vsnprintf(buf->text + buf->length, (size_t)length + 1, format, args);
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
