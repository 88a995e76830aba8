/*
 * status.h: the status file and the metrics file, written by the loop thread.
 *
 * Both carry keys, counts and rule ids, never a patient's values.
 *
 * Several processes may share them: a daemon that waits, a run by hand, a rerun beside a night. The file is theirs
 * together: each write takes over the last run that it finds there, and of two the one that ended last stays. While a
 * process is at a run, the rest of the document is its alone: one without a run leaves it alone, and a second run shows
 * when the first is over. The next night is told again by the daemon once nothing runs.
 *
 * Threads: loop thread only; writing is synchronous, because libuv's pool is full of centers.
 * Memory:  a struct status is the caller's.
 */
#ifndef CRFD_BATCH_STATUS_H
#define CRFD_BATCH_STATUS_H

#include "crfd/base/err.h"
#include "crfd/batch/progress.h"
#include "crfd/batch/run.h"
#include "crfd/batch/status_lock.h"
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
    cJSON *last_run;     /* the latest that is known of, of this process or of another; NULL: none */
    bool has_news;       /* the files do not tell of it yet */
    struct status_lock lock;
    struct status_file document;
    struct status_file metrics;
};

/* What was begun, before it is known whether it can be opened. */
struct status_attempt {
    const char *night; /* YYYY-MM-DD */
    const char *kind;  /* "nightly" or "rerun" */
    int64_t begun_us;  /* since 1970 */
};

void status_init(struct status *status, const struct config *config);
void status_destroy(struct status *status);
/* From now on under this configuration: it may name other files. */
void status_use_config(struct status *status, const struct config *config);

/* state: "idle", "running" or "stopping"; run: NULL where none is under way. A failure is logged as a warning. */
void status_write(struct status *status, const char *state, struct progress *run);

/* The run has ended: it becomes last_run. */
void status_run_ended(struct status *status, struct progress *run, const struct run_result *result,
                      int exit_status);

/*
 * It ended before there was a run to tell of. It becomes last_run too, without a run id and counts: how the centers
 * stand, and which night ended well last, is still told. Where the night was found complete (exit status 0), this
 * takes the place of an end that was none.
 */
void status_attempt_ended(struct status *status, const struct status_attempt *attempt, const char *error,
                          int exit_status);

#endif
