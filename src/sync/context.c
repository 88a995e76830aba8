#include "crfd/sync/context.h"

#include "crfd/base/clock.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* The links, cause and reason of every context of a tree are guarded by its root's lock; the rest is
 * constant. */

static int64_t
deadline_after(int64_t now_ns, int64_t deadline_ms)
{
    int64_t deadline_ns;

    if (__builtin_mul_overflow(deadline_ms, (int64_t)1000000, &deadline_ns) ||
        __builtin_add_overflow(now_ns, deadline_ns, &deadline_ns))
        return INT64_MAX;
    return deadline_ns;
}

/* Makes a deadline that has passed the cause, before any later cause can claim to have been the first. */
static bool
ended(struct context *context)
{
    if (context->cause == CONTEXT_ALIVE && context->deadline_ns != INT64_MAX &&
        clock_steady_ns() >= context->deadline_ns)
        context->cause = CONTEXT_DEADLINE;
    return context->cause != CONTEXT_ALIVE;
}

static void
make_readable(int event_fd)
{
    const uint64_t one = 1;
    ssize_t written = write(event_fd, &one, sizeof one);

    /* The counter is written once in a context's life and can therefore not be full. */
    if (written != (ssize_t)sizeof one)
        abort();
}

static void
cancel_locked(struct context *context, const char *reason)
{
    if (!ended(context)) {
        context->cause = CONTEXT_CANCELLED;
        snprintf(context->reason, sizeof context->reason, "%s", reason);
        make_readable(context->event_fd);
    }
    for (struct context *child = context->first_child; child != NULL; child = child->next_sibling)
        cancel_locked(child, reason);
}

static void
link_to_parent(struct context *context, struct context *parent)
{
    context->next_sibling = parent->first_child;
    if (parent->first_child != NULL)
        parent->first_child->previous_sibling = context;
    parent->first_child = context;
}

static void
unlink_from_parent(struct context *context)
{
    if (context->next_sibling != NULL)
        context->next_sibling->previous_sibling = context->previous_sibling;
    if (context->previous_sibling != NULL)
        context->previous_sibling->next_sibling = context->next_sibling;
    else
        context->parent->first_child = context->next_sibling;
}

bool
context_init(struct context *context, struct context *parent, const char *name, int64_t deadline_ms,
             struct err *err)
{
    *context = (struct context){.parent = parent, .deadline_ns = INT64_MAX, .deadline_name = name};
    context->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (context->event_fd < 0) {
        err_set(err, ERR_IO, "making the event descriptor of the %s: %s", name, strerror(errno));
        return false;
    }
    if (deadline_ms != 0)
        context->deadline_ns = deadline_after(clock_steady_ns(), deadline_ms);
    if (parent == NULL) {
        pthread_mutex_init(&context->own_lock, NULL);
        context->tree_lock = &context->own_lock;
        return true;
    }
    if (parent->deadline_ns <= context->deadline_ns) {
        context->deadline_ns = parent->deadline_ns;
        context->deadline_name = parent->deadline_name;
    }
    context->tree_lock = parent->tree_lock;
    pthread_mutex_lock(context->tree_lock);
    link_to_parent(context, parent);
    if (ended(parent) && parent->cause == CONTEXT_CANCELLED)
        cancel_locked(context, parent->reason);
    pthread_mutex_unlock(context->tree_lock);
    return true;
}

void
context_destroy(struct context *context)
{
    /* One whose init failed has no lock and nothing to give back. */
    if (context->tree_lock == NULL)
        return;
    pthread_mutex_lock(context->tree_lock);
    if (context->first_child != NULL)
        abort();
    if (context->parent != NULL)
        unlink_from_parent(context);
    pthread_mutex_unlock(context->tree_lock);
    if (context->parent == NULL)
        pthread_mutex_destroy(&context->own_lock);
    close(context->event_fd);
    context->event_fd = -1;
    context->tree_lock = NULL;
}

void
context_cancel(struct context *context, const char *reason)
{
    pthread_mutex_lock(context->tree_lock);
    cancel_locked(context, reason);
    pthread_mutex_unlock(context->tree_lock);
}

int
context_fd(const struct context *context)
{
    return context->event_fd;
}

int
context_remaining_ms(struct context *context)
{
    int64_t remaining_ns;
    int64_t remaining_ms;
    bool over;

    pthread_mutex_lock(context->tree_lock);
    over = ended(context);
    pthread_mutex_unlock(context->tree_lock);
    if (over)
        return 0;
    if (context->deadline_ns == INT64_MAX)
        return -1;
    remaining_ns = context->deadline_ns - clock_steady_ns();
    if (remaining_ns <= 0)
        return 0;
    /* Rounded up: rounded down, the last millisecond would be spent in polls of 0 ms. */
    remaining_ms = (remaining_ns - 1) / 1000000 + 1;
    return remaining_ms > INT_MAX ? INT_MAX : (int)remaining_ms;
}

bool
context_check(struct context *context, struct err *err)
{
    bool alive;

    pthread_mutex_lock(context->tree_lock);
    alive = !ended(context);
    if (!alive && context->cause == CONTEXT_CANCELLED)
        err_set(err, ERR_CANCELLED, "cancelled: %s", context->reason);
    else if (!alive)
        err_set(err, ERR_DEADLINE, "the deadline of the %s has passed", context->deadline_name);
    pthread_mutex_unlock(context->tree_lock);
    return alive;
}
