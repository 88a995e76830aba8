#include "crfd/base/memory.h"

#include "crfd/base/err.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void
memory_exhausted(size_t size_bytes)
{
    char text[160];
    int length = snprintf(text, sizeof text,
                          "crfd: out of memory (%zu bytes); what was not committed is rolled back by the "
                          "server, and the same command goes on\n",
                          size_bytes);
    ssize_t written = write(STDERR_FILENO, text, (size_t)length);

    (void)written;
    _exit(err_exit_status(ERR_INTERNAL));
}

void *
memory_alloc(size_t size_bytes)
{
    void *memory = malloc(size_bytes > 0 ? size_bytes : 1);

    if (memory == NULL)
        memory_exhausted(size_bytes);
    return memory;
}

void *
memory_zalloc(size_t count, size_t size_bytes)
{
    size_t total;
    void *memory = NULL;

    if (__builtin_mul_overflow(count, size_bytes, &total))
        memory_exhausted(SIZE_MAX);
    memory = calloc(1, total > 0 ? total : 1);
    if (memory == NULL)
        memory_exhausted(total);
    return memory;
}

void *
memory_resize(void *memory, size_t size_bytes)
{
    void *resized = realloc(memory, size_bytes > 0 ? size_bytes : 1);

    if (resized == NULL)
        memory_exhausted(size_bytes);
    return resized;
}
