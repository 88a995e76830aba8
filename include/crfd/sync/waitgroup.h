/*
 * waitgroup.h: wait until every work item of a batch has finished.
 *
 * Add before queueing, never inside the worker: otherwise the waiter may see zero before the worker has
 * counted itself.
 *
 * Threads: any thread may add or finish; `on_zero` runs on the thread that finished last.
 * Memory:  storage belongs to the caller; whom waitgroup_wait or on_zero told of the zero may destroy it.
 */
#ifndef CRFD_SYNC_WAITGROUP_H
#define CRFD_SYNC_WAITGROUP_H

#include <pthread.h>
#include <stddef.h>

struct waitgroup {
    pthread_mutex_t lock;
    pthread_cond_t zero;
    size_t pending;
    size_t batches;          /* how often zero was reached */
    void (*on_zero)(void *); /* may be NULL */
    void *on_zero_data;
};

void waitgroup_init(struct waitgroup *group, void (*on_zero)(void *), void *data);
/* Items still pending are a broken invariant: abort(). */
void waitgroup_destroy(struct waitgroup *group);

/* A group that has reached zero may be used for the next batch. */
void waitgroup_add(struct waitgroup *group, size_t count);

/* One item has finished. More than were added is a broken invariant: abort(). */
void waitgroup_done(struct waitgroup *group);

/*
 * Blocks until the items pending now, and what is added before they reach zero, have finished. The loop
 * thread never calls this: it has on_zero. Use one or the other: on_zero may still be running when a waiter
 * returns.
 */
void waitgroup_wait(struct waitgroup *group);

size_t waitgroup_pending(struct waitgroup *group);

#endif
