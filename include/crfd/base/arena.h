/*
 * arena.h: memory that is freed together.
 *
 * One arena per lifetime (process, run, center, subject). Reset keeps the blocks for the next round, so
 * that the steady state allocates nothing from the system; blocks beyond the kept size are given back.
 *
 * Out of memory ends the process (memory.h).
 *
 * Threads: an arena belongs to one thread at a time.
 * Memory:  arena_alloc returns memory that lives until reset, rewind or destroy. Aligned for any type.
 */
#ifndef CRFD_BASE_ARENA_H
#define CRFD_BASE_ARENA_H

#include <stddef.h>

struct arena_block;

struct arena {
    struct arena_block *first;
    struct arena_block *current;
    size_t used_bytes;  /* in the current block */
    size_t block_bytes; /* size of a normal block */
    size_t keep_bytes;  /* reset gives back what exceeds this */
};

struct arena_mark {
    struct arena_block *block;
    size_t used_bytes;
};

/* keep_bytes: how much memory reset may keep for the next round; 0 keeps one block. */
void arena_init(struct arena *arena, size_t block_bytes, size_t keep_bytes);
void arena_destroy(struct arena *arena);

/* Forgets everything allocated. Debug builds and sanitizers poison it. */
void arena_reset(struct arena *arena);

/* Takes back what was allocated after the mark; marks nest. */
struct arena_mark arena_mark(const struct arena *arena);
void arena_rewind(struct arena *arena, struct arena_mark mark);

/* Uninitialised memory; never NULL, also for size 0. */
void *arena_alloc(struct arena *arena, size_t size_bytes) __attribute__((malloc, returns_nonnull));
/* Zeroed memory for count objects of size bytes; the product is checked for overflow. */
void *
arena_zalloc(struct arena *arena, size_t count, size_t size_bytes) __attribute__((malloc, returns_nonnull));
/* A copy of length bytes, NUL-terminated for the edges that want it. */
char *
arena_copy(struct arena *arena, const char *text, size_t length) __attribute__((malloc, returns_nonnull));
char *arena_strdup(struct arena *arena, const char *text) __attribute__((malloc, returns_nonnull));
char *arena_printf(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3), nonnull, returns_nonnull));

#define arena_new(arena, type)          ((type *)arena_zalloc((arena), 1, sizeof(type)))
#define arena_array(arena, type, count) ((type *)arena_zalloc((arena), (count), sizeof(type)))

#endif
