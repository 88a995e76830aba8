/*
 * context.h: a tree of cancellations and deadlines: run over center over statement.
 *
 * Cancelling a context, or its deadline passing, reaches every descendant. The first cause is kept, so that
 * a failure says which limit struck. A wait on a socket polls the context's fd too, and therefore ends at
 * once, whatever the server does.
 *
 * Deadlines need no timer: a waiter bounds its poll by context_remaining_ms and then asks context_check.
 *
 * Threads: any thread may cancel, ask and wait; init and destroy happen while no other thread uses the
 *          context. context_cancel is not async-signal-safe: signals reach it through the loop.
 * Memory:  storage is the caller's. A child must be destroyed before its parent: abort() otherwise. One
 *          whose init failed may be destroyed.
 */
#ifndef CRFD_SYNC_CONTEXT_H
#define CRFD_SYNC_CONTEXT_H

#include "crfd/base/err.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

enum context_cause { CONTEXT_ALIVE = 0, CONTEXT_CANCELLED, CONTEXT_DEADLINE };

struct context {
    struct context *parent;
    struct context *first_child;
    struct context *next_sibling;
    struct context *previous_sibling;
    pthread_mutex_t *tree_lock; /* the root's */
    pthread_mutex_t own_lock;   /* used where this is the root */
    int event_fd;
    enum context_cause cause;
    int64_t deadline_ns; /* steady clock, the nearest of its own and its ancestors'; INT64_MAX is none */
    const char *deadline_name; /* whose deadline that is: "run", "center", "statement" */
    char reason[64];           /* of a cancellation: "SIGTERM" */
};

/*
 * parent NULL makes a root. name is static text for messages ("center"). deadline_ms counts from now; 0 is
 * none of its own, a negative one has passed already.
 * ERR_IO where no event fd can be made.
 */
bool context_init(struct context *context, struct context *parent, const char *name, int64_t deadline_ms,
                  struct err *err) CRFD_MUST_CHECK;
void context_destroy(struct context *context);

/* Cancels it and all descendants; a context that has ended keeps its first cause. */
void context_cancel(struct context *context, const char *reason);

/* Readable (POLLIN) once cancelled. Never read from it. */
int context_fd(const struct context *context);

/* For poll(): milliseconds until the nearest deadline, rounded up; 0 when the context has ended; -1 for none. */
int context_remaining_ms(struct context *context);

/* True while alive; else false, and err says why: ERR_CANCELLED (reason) or ERR_DEADLINE (whose). */
bool context_check(struct context *context, struct err *err);

#endif
