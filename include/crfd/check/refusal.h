/*
 * refusal.h: fills a check_error; a message that is too long is cut between characters and ends in "...".
 *
 * Threads: any.
 */
#ifndef CRFD_CHECK_REFUSAL_H
#define CRFD_CHECK_REFUSAL_H

#include "crfd/base/err.h"
#include "crfd/check/compile.h"

#include <stdarg.h>
#include <stddef.h>

void refusal_set(struct check_error *error, size_t offset, const char *format, ...) CRFD_PRINTF(3, 4);
void refusal_vset(struct check_error *error, size_t offset, const char *format, va_list args)
    __attribute__((format(printf, 3, 0)));

/* Bytes of the text's beginning that a message shows, for "%.*s": whole characters, at most about 60 bytes. */
int refusal_excerpt(const char *text, size_t length);

#endif
