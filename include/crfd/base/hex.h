/*
 * hex.h: bytes as hexadecimal digits, in lower case as PostgreSQL's encode() has them.
 *
 * Threads: pure functions.
 */
#ifndef CRFD_BASE_HEX_H
#define CRFD_BASE_HEX_H

#include <stddef.h>

/* out: room for two digits a byte and the NUL behind them. */
void hex_encode(const unsigned char *bytes, size_t count, char *out);

#endif
