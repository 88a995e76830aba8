/*
 * terminal.h: what stands behind standard output or standard error.
 *
 * Threads: any.
 */
#ifndef CRFD_BASE_TERMINAL_H
#define CRFD_BASE_TERMINAL_H

#include <stdbool.h>

/* Its size; 80 by 24 where a terminal does not tell; 0 where the descriptor is no terminal. */
int terminal_columns(int fd);
int terminal_rows(int fd);

/* True where a line may be written over: not in a file or a pipe, and not where TERM is unset or "dumb". */
bool terminal_obeys(int fd);

#endif
