/*
 * strbuf.h: a growing text or byte buffer on the heap.
 *
 * Threads: a buffer belongs to one thread at a time.
 * Memory:  strbuf_destroy frees; the text stays valid until the next append. Always NUL-terminated behind
 *          `length`. What is appended must not lie in the buffer itself. Out of memory ends the process
 *          (memory.h).
 */
#ifndef CRFD_BASE_STRBUF_H
#define CRFD_BASE_STRBUF_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

struct strbuf {
    char *text; /* never NULL after init; NUL-terminated */
    size_t length;
    size_t size_bytes;
};

void strbuf_init(struct strbuf *buf);
void strbuf_destroy(struct strbuf *buf);
/* Keeps the memory. */
void strbuf_reset(struct strbuf *buf);

void strbuf_append(struct strbuf *buf, const char *text);
void strbuf_append_bytes(struct strbuf *buf, const void *bytes, size_t length);
void strbuf_append_char(struct strbuf *buf, char c);
/* In decimal, as "%" PRId64 would have it, in a tenth of the time. */
void strbuf_append_number(struct strbuf *buf, int64_t number);
void
strbuf_printf(struct strbuf *buf, const char *format, ...) __attribute__((format(printf, 2, 3), nonnull));
void strbuf_vprintf(struct strbuf *buf, const char *format, va_list args)
    __attribute__((format(printf, 2, 0), nonnull));

#endif
