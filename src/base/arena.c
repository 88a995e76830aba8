#include "crfd/base/arena.h"

#include "crfd/base/memory.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#define POISON(address, size)   ASAN_POISON_MEMORY_REGION((address), (size))
#define UNPOISON(address, size) ASAN_UNPOISON_MEMORY_REGION((address), (size))
#elif !defined(NDEBUG)
#define POISON(address, size)   memset((address), 0xD5, (size))
#define UNPOISON(address, size) ((void)0)
#else
#define POISON(address, size)   ((void)(address), (void)(size))
#define UNPOISON(address, size) ((void)0)
#endif

#define ALIGNMENT _Alignof(max_align_t)

struct arena_block {
    struct arena_block *next;
    size_t size_bytes;
    _Alignas(max_align_t) unsigned char bytes[];
};

static struct arena_block *
block_new(size_t size_bytes)
{
    struct arena_block *block;

    if (size_bytes > SIZE_MAX - sizeof *block)
        memory_exhausted(size_bytes);
    block = memory_alloc(sizeof *block + size_bytes);
    block->next = NULL;
    block->size_bytes = size_bytes;
    POISON(block->bytes, size_bytes);
    return block;
}

static void
block_free(struct arena_block *block)
{
    UNPOISON(block->bytes, block->size_bytes);
    free(block);
}

void
arena_init(struct arena *arena, size_t block_bytes, size_t keep_bytes)
{
    *arena = (struct arena){.block_bytes = block_bytes, .keep_bytes = keep_bytes};
}

void
arena_destroy(struct arena *arena)
{
    struct arena_block *block = arena->first;

    while (block != NULL) {
        struct arena_block *next = block->next;

        block_free(block);
        block = next;
    }
    arena->first = NULL;
    arena->current = NULL;
    arena->used_bytes = 0;
}

/* Poisons what was allocated after the mark; all that lies behind it is poisoned since it was made or taken
 * back. */
static void
poison_after(const struct arena *arena, struct arena_mark mark)
{
    struct arena_block *block = mark.block != NULL ? mark.block : arena->first;
    size_t from = mark.block != NULL ? mark.used_bytes : 0;

    for (; block != NULL; block = block->next, from = 0) {
        if (block == arena->current) {
            POISON(block->bytes + from, arena->used_bytes - from);
            return;
        }
        POISON(block->bytes + from, block->size_bytes - from);
    }
}

/* One block of normal size stays always; one made for a single large object counts as any other. */
static bool
keeps(const struct arena *arena, size_t kept_bytes, const struct arena_block *block)
{
    return kept_bytes + block->size_bytes <= arena->keep_bytes ||
           (kept_bytes == 0 && block->size_bytes <= arena->block_bytes);
}

void
arena_reset(struct arena *arena)
{
    struct arena_block **link = &arena->first;
    size_t kept = 0;

    poison_after(arena, (struct arena_mark){NULL, 0});
    while (*link != NULL) {
        struct arena_block *block = *link;

        if (keeps(arena, kept, block)) {
            kept += block->size_bytes;
            link = &block->next;
        } else {
            *link = block->next;
            block_free(block);
        }
    }
    arena->current = arena->first;
    arena->used_bytes = 0;
}

struct arena_mark
arena_mark(const struct arena *arena)
{
    return (struct arena_mark){arena->current, arena->used_bytes};
}

void
arena_rewind(struct arena *arena, struct arena_mark mark)
{
    poison_after(arena, mark);
    arena->current = mark.block ? mark.block : arena->first;
    arena->used_bytes = mark.used_bytes;
}

/* Moves to the next kept block that is large enough, or puts a new one in. */
static void
next_block(struct arena *arena, size_t size_bytes)
{
    struct arena_block **link = arena->current ? &arena->current->next : &arena->first;

    if (*link == NULL || (*link)->size_bytes < size_bytes) {
        struct arena_block *block =
            block_new(size_bytes > arena->block_bytes ? size_bytes : arena->block_bytes);

        block->next = *link;
        *link = block;
    }
    arena->current = *link;
    arena->used_bytes = 0;
}

void *
arena_alloc(struct arena *arena, size_t size_bytes)
{
    size_t rounded = (size_bytes + (ALIGNMENT - 1)) & ~(ALIGNMENT - 1);
    void *result;

    if (rounded < size_bytes)
        memory_exhausted(size_bytes);
    if (arena->current == NULL || arena->current->size_bytes - arena->used_bytes < rounded)
        next_block(arena, rounded);
    result = arena->current->bytes + arena->used_bytes;
    arena->used_bytes += rounded;
    UNPOISON(result, size_bytes);
    return result;
}

void *
arena_zalloc(struct arena *arena, size_t count, size_t size_bytes)
{
    size_t total;
    void *result;

    if (__builtin_mul_overflow(count, size_bytes, &total))
        memory_exhausted(SIZE_MAX);
    result = arena_alloc(arena, total);
    memset(result, 0, total);
    return result;
}

char *
arena_copy(struct arena *arena, const char *text, size_t length)
{
    char *copy;

    if (length == SIZE_MAX)
        memory_exhausted(length);
    copy = arena_alloc(arena, length + 1);
    if (length > 0)
        memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

char *
arena_strdup(struct arena *arena, const char *text)
{
    return arena_copy(arena, text, strlen(text));
}

char *
arena_printf(struct arena *arena, const char *format, ...)
{
    va_list args;
    int length;
    char *text;

    va_start(args, format);
    length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (length < 0)
        abort();
    text = arena_alloc(arena, (size_t)length + 1);
    va_start(args, format);
    vsnprintf(text, (size_t)length + 1, format, args);
    va_end(args);
    return text;
}
