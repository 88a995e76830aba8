#include "crfd/base/fault.h"

#include <signal.h>
#include <stdatomic.h>
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
        /* The process and not the thread: workers block signals, but none can block this one. */
        kill(getpid(), SIGSTOP);
    else
        abort();
}

void
fault_reached(const char *point, const char *detail)
{
    static _Atomic long count;
    const char *text = getenv("CRFD_FAULT");
    char name[128];
    struct wish wish;

    if (text == NULL)
        return;
    read_wish(text, &wish);
    snprintf(name, sizeof name, "%s%s%s", point, *detail ? ": " : "", detail);
    if (strcmp(name, wish.point) == 0 && atomic_fetch_add(&count, 1) + 1 == wish.occurrence)
        act(wish.action);
}
