/*
 * last_run.h: what ran last, asked from the database by a thread of the pool.
 *
 * A failure is told once, however often the same is met again.
 *
 * Threads: loop thread; the answer arrives there too.
 * Memory:  storage is the caller's, zeroed at first, and stays until the answer is there.
 */
#ifndef CRFD_DAEMON_LAST_RUN_H
#define CRFD_DAEMON_LAST_RUN_H

#include "crfd/batch/run_store.h"
#include "crfd/definition/config.h"
#include "crfd/sync/context.h"

#include <stdbool.h>
#include <uv.h>

struct last_run {
    uv_work_t request;
    bool is_asking; /* the answer has not come yet */
    const struct config *config;
    struct context context;
    char until[16]; /* no night after this one counts */
    bool ok;
    struct run_last answer; /* where ok */
    struct err err;
    char told[1024]; /* the last failure that was told */
    void (*on_answer)(void *data);
    void *data;
};

/* Asks for the last night not later than tomorrow. on_answer is called in any case but false. */
bool last_run_ask(struct last_run *last_run, uv_loop_t *loop, const struct config *config,
                  void (*on_answer)(void *data), void *data);

/* The answer, a failure, comes at once. */
void last_run_cancel(struct last_run *last_run);

#endif
