/*
 * run.h: one run, driven by the loop thread: open, one work item per center on libuv's pool, close.
 *
 * The loop thread never waits on a database: opening, looking again and closing are work items too.
 * Joining a run, resuming it after a crash and starting it are one path: "make the run complete".
 *
 * Threads: run_start, run_cancel and run_end's callback belong to the loop thread.
 * Memory:  run_new allocates, run_free frees; the config and definition must outlive it.
 */
#ifndef CRFD_BATCH_RUN_H
#define CRFD_BATCH_RUN_H

#include "crfd/base/err.h"
#include "crfd/batch/counts.h"
#include "crfd/batch/progress.h"
#include "crfd/batch/quality.h"
#include "crfd/batch/run_store.h"
#include "crfd/definition/config.h"
#include "crfd/definition/definition.h"

#include <stdbool.h>
#include <uv.h>

/* How a run ended. */
struct run_result {
    struct err err; /* kind ERR_NONE: done; ERR_CENTERS: some centers failed; else why it did not finish */
    int64_t run_id; /* 0: it was not opened, or is a dry run */
    bool nothing_to_do;            /* the night was complete already */
    bool began;                    /* it had been opened: progress tells of it */
    const char *state;             /* of the run record: "done", "failed", "running"; "" in a dry run */
    const struct quality *quality; /* of all centers, once it is over; NULL where that is not known */
};

struct run;

/* night: YYYY-MM-DD, days: the same since 2000-01-01. on_end is called once, on the loop thread. */
struct run *run_new(const struct config *config, const struct definition *definition,
                    const struct run_options *options, const char *night, int32_t night_days);
void run_free(struct run *run);

/* ERR_IO where the loop refuses; on_end is then not called. */
bool run_start(struct run *run, uv_loop_t *loop, void (*on_end)(void *), void *data,
               struct err *err) CRFD_MUST_CHECK;

/* Stops claiming, rolls back what is open, then ends. The run can be resumed. */
void run_cancel(struct run *run, const char *reason);

/* Signals belong to the loop thread: each work item on libuv's pool begins with this. */
void run_block_signals(void);

struct progress *run_progress(struct run *run);
const struct run_result *run_result(const struct run *run);

#endif
