/*
 * loop.h: the loop thread: signals, a tick every second, status file and metrics, systemd, and one run at a time.
 *
 * What the loop is for is its owner's to say: one run and out (foreground.h), or a night whenever one is due (service.h).
 *
 * The first SIGTERM or SIGINT stops: a run is cancelled, its open transactions are rolled back, and it can be
 * resumed. The second ends the process at once, as does a stop that takes longer than LOOP_STOP_MS.
 *
 * Threads: all of it belongs to the main thread, which is the loop thread while loop_spin runs.
 * Memory:  storage is the caller's, from loop_open to loop_close.
 */
#ifndef CRFD_DAEMON_LOOP_H
#define CRFD_DAEMON_LOOP_H

#include "crfd/batch/progress.h"
#include "crfd/batch/run.h"
#include "crfd/batch/status.h"
#include "crfd/daemon/notify.h"
#include "crfd/daemon/schedule.h"
#include "crfd/daemon/stall.h"

#include <stdbool.h>
#include <uv.h>

#define LOOP_STOP_MS 9000

#define LOOP_HANDLES_MAX 6

/* What the loop calls, on the loop thread. */
struct loop_owner {
    /* The run is over: another may be started here, or the loop ended. */
    void (*run_ended)(void *data, const struct run_result *result, int exit_status);
    /* The first signal to stop came while no run was under way. NULL: the loop ends. */
    void (*stop)(void *data);
    void (*tick)(void *data); /* NULL: it has nothing to do by the clock */
    /* SIGHUP or SIGUSR1. NULL: they do what they do to any program. */
    void (*signal)(void *data, int number);
    /* Someone watches the run: called often enough for a progress bar, and once at the end. NULL: nobody does. */
    void (*watch)(void *data, const struct progress_snapshot *snapshot, bool is_last);
    void *data;
};

struct loop {
    uv_loop_t uv;
    uv_signal_t signals[4];
    uv_timer_t tick_timer;
    uv_timer_t watch_timer;
    uv_handle_t *handles[LOOP_HANDLES_MAX]; /* those that are open */
    int handle_count;
    struct loop_owner owner;
    const struct config *config;
    struct status status;
    struct notify notify;
    struct stall stall;
    bool told_stall;
    struct run *run; /* NULL: none is under way */
    struct night night;
    struct status_attempt attempt; /* what was begun last: it may end before it is a run */
    bool has_attempt;              /* a dry run is none */
    int stop_signal;               /* the first that came; 0: none */
    int64_t stop_ns;
    int idle_ticks; /* since the status file was written */
};

/* Also sizes libuv's thread pool, which cannot be resized. On failure nothing needs closing. */
bool loop_open(struct loop *loop, const struct config *config, const struct loop_owner *owner,
               struct err *err) CRFD_MUST_CHECK;

/* Starts a run; none may be under way. What is given must outlive it. */
bool loop_start_run(struct loop *loop, const struct definition *definition, const struct run_options *options,
                    const struct night *night, struct err *err) CRFD_MUST_CHECK;

/*
 * A run whose study cannot be used, so that there was no loop for it: status file and metrics tell. The zone of the
 * configuration becomes the process's. A zeroed config is one that could not be read: nothing is then told.
 */
void loop_tell_refused(const struct config *config, const struct run_options *options, int exit_status);

/* Between runs: from now on under this configuration. */
void loop_use_config(struct loop *loop, const struct config *config);

/* Writes the status file now; otherwise it is written every second of a run, and every few seconds without one. */
void loop_write_status(struct loop *loop);

/* Returns behind loop_end, when all that was under way is over. */
void loop_spin(struct loop *loop);
void loop_end(struct loop *loop);

/* Writes the last status file. */
void loop_close(struct loop *loop);

#endif
