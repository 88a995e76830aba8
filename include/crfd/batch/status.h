/*
 * status.h: the status file and the metrics file, written by the loop thread (design section 11).
 *
 * Both carry keys, counts and rule ids, never a patient's values.
 *
 * Threads: loop thread only; writing is synchronous, because libuv's pool is full of centers.
 * Memory:  a struct status is the caller's.
 */
#ifndef CRFD_BATCH_STATUS_H
#define CRFD_BATCH_STATUS_H

#include "crfd/base/err.h"
#include "crfd/batch/progress.h"
#include "crfd/batch/run.h"
#include "crfd/definition/config.h"

#include <cjson/cJSON.h>
#include <stdbool.h>

#define STATUS_SCHEMA_VERSION 1

/* One of the two files, and what was last told of it: a file that cannot be written is told once, not every second. */
struct status_file {
    const char *path;
    char warning[1024]; /* "" where it was written */
};

struct status {
    const struct config *config;
    int64_t next_run_us; /* since 1970; 0: no run is scheduled, or it is not known yet */
    cJSON *last_run;     /* of this process, or as the file that was there told; NULL: none */
    struct status_file document;
    struct status_file metrics;
};

/* Takes over the last run from a status file that is there. */
void status_init(struct status *status, const struct config *config);
void status_destroy(struct status *status);
/* From now on under this configuration: it may name other files. */
void status_use_config(struct status *status, const struct config *config);

/* state: "idle", "running" or "stopping"; run: NULL when idle. A failure is logged as a warning. */
void status_write(struct status *status, const char *state, struct progress *run);

/* The run has ended: it becomes last_run. */
void status_run_ended(struct status *status, struct progress *run, const struct run_result *result,
                      int exit_status);

#endif
