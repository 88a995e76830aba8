/*
 * foreground.h: one run from start to end, and out: what `crfd run` does.
 *
 * Threads: called by the main thread, which becomes the loop thread until it returns.
 */
#ifndef CRFD_DAEMON_FOREGROUND_H
#define CRFD_DAEMON_FOREGROUND_H

#include "crfd/batch/progress.h"
#include "crfd/batch/run.h"

#include <stdbool.h>

/* Someone who watches: called on the loop thread, often enough for a progress bar, and once at the end. */
struct foreground_watcher {
    void (*tick)(void *data, const struct progress_snapshot *snapshot, bool is_last);
    void *data;
};

/* Runs the night that is now, and returns how it ended. *exit_status is the process's. */
struct run_result
foreground_run(const struct config *config, const struct definition *definition,
               const struct run_options *options, const struct foreground_watcher *watcher, int *exit_status);

#endif
