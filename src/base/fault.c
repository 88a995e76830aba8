#include "crfd/base/fault.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What CRFD_FAULT says; a text that cannot be read is a fault of the test. */
struct wish {
    char point[128];
    long occurrence;
    char action[16];
};

static void
read_wish(const char *text, struct wish *wish)
{
    const char *number = strrchr(text, '#');
    const char *action = strrchr(text, '=');

    if (number == NULL || action == NULL || action < number ||
        (size_t)(number - text) >= sizeof wish->point || strlen(action + 1) >= sizeof wish->action)
        abort();
    snprintf(wish->point, sizeof wish->point, "%.*s", (int)(number - text), text);
    wish->occurrence = strtol(number + 1, NULL, 10);
    snprintf(wish->action, sizeof wish->action, "%s", action + 1);
}

static void
act(const char *action)
{
    if (strcmp(action, "kill") == 0)
        raise(SIGKILL);
    else if (strcmp(action, "stop") == 0)
        /* Sent to this thread, so that it goes no further, and stops the others with it. */
        raise(SIGSTOP);
    else if (strcmp(action, "hang") == 0)
        for (;;)
            pause();
    else
        abort();
}

/* True where the point is the one that was picked, for the time that was picked. Allocates nothing. */
static bool
is_due(const char *point, const char *detail, struct wish *wish)
{
    static _Atomic long count;
    const char *text = getenv("CRFD_FAULT");
    char name[128];

    if (text == NULL)
        return false;
    read_wish(text, wish);
    snprintf(name, sizeof name, "%s%s%s", point, *detail ? ": " : "", detail);
    return strcmp(name, wish->point) == 0 && atomic_fetch_add(&count, 1) + 1 == wish->occurrence;
}

void
fault_reached(const char *point, const char *detail)
{
    struct wish wish;

    if (is_due(point, detail, &wish))
        act(wish.action);
}

/* The linker puts these in front of the allocator (--wrap), for crfd's own code and the static libraries. */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);

static bool
allocation_fails(void)
{
    struct wish wish;

    return is_due("allocation", "", &wish);
}

void *
__wrap_malloc(size_t size)
{
    return allocation_fails() ? NULL : __real_malloc(size);
}

void *
__wrap_calloc(size_t count, size_t size)
{
    return allocation_fails() ? NULL : __real_calloc(count, size);
}

void *
__wrap_realloc(void *memory, size_t size)
{
    return allocation_fails() ? NULL : __real_realloc(memory, size);
}
