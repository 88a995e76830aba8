/*
 * loop.h: one run from start to end on a libuv loop, with signals, status file and metrics.
 *
 * The first SIGTERM or SIGINT cancels the run: open transactions are rolled back and the run can be resumed.
 * The second ends the process at once.
 *
 * Threads: called by the main thread, which becomes the loop thread until it returns.
 */
#ifndef CRFD_DAEMON_LOOP_H
#define CRFD_DAEMON_LOOP_H

#include "crfd/batch/progress.h"
#include "crfd/batch/run.h"

#include <stdbool.h>

/* Someone who watches: called on the loop thread, often enough for a progress bar, and once at the end. */
struct loop_watcher {
    void (*tick)(void *data, const struct progress_snapshot *snapshot, bool is_last);
    void *data;
};

/*
 * Sizes libuv's thread pool, runs, writes the status file and metrics every second, and returns how it
 * ended. watcher may be NULL. *exit_status is the process's.
 */
struct run_result
loop_run(const struct config *config, const struct definition *definition, const struct run_options *options,
         const struct loop_watcher *watcher, int *exit_status);

#endif
