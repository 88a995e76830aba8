/*
 * memory.h: memory that is there, or the end of the process.
 *
 * The one place for memory that runs out. The process ends at once, with a line on standard error and the exit status
 * of ERR_INTERNAL: nothing half done can be committed, because the server rolls back what was not. It ends by _exit():
 * other threads are at work, and nothing is wrong with the program that a core would tell.
 *
 * Threads: any.
 * Memory:  what is returned is the caller's, freed by free().
 */
#ifndef CRFD_BASE_MEMORY_H
#define CRFD_BASE_MEMORY_H

#include <stddef.h>

/* Uninitialised. Never NULL, also for size 0. */
void *memory_alloc(size_t size_bytes) __attribute__((malloc, returns_nonnull));
/* Zeroed memory for count objects of size bytes; the product is checked for overflow. */
void *memory_zalloc(size_t count, size_t size_bytes) __attribute__((malloc, returns_nonnull));
/* As realloc; memory may be NULL. */
void *memory_resize(void *memory, size_t size_bytes) __attribute__((returns_nonnull));

/* Says that so many bytes were not to be had, and ends the process. */
_Noreturn void memory_exhausted(size_t size_bytes);

#endif
