/*
 * refusal.h: why an expression was refused, and where.
 *
 * A message that is too long is cut between characters and ends in "...".
 *
 * Threads: any.
 */
#ifndef CRFD_CHECK_REFUSAL_H
#define CRFD_CHECK_REFUSAL_H

#include "crfd/base/err.h"

#include <stdarg.h>
#include <stddef.h>

/* Why an expression was refused, and where. */
struct check_error {
    size_t offset;     /* byte in the text; the text's length where it ends too early */
    char message[512]; /* what is wrong, and what to write instead */
};

void refusal_set(struct check_error *error, size_t offset, const char *format, ...) CRFD_PRINTF(3, 4);
void refusal_vset(struct check_error *error, size_t offset, const char *format, va_list args)
    __attribute__((format(printf, 3, 0)));

/* Bytes of the text's beginning that a message shows, for "%.*s": whole characters, at most about 60 bytes. */
int refusal_excerpt(const char *text, size_t length);

#endif
