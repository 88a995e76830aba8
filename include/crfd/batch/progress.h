/*
 * progress.h: how far a run is, told by the workers and watched by the loop thread.
 *
 * Threads: workers tell, any thread takes snapshots. Pages of a center that is being worked on are atomics;
 *          what has ended is counted under the lock, so that a center that fails and is tried again is not
 *          counted twice.
 * Memory:  storage is the caller's; names and messages of failures live until progress_destroy.
 */
#ifndef CRFD_BATCH_PROGRESS_H
#define CRFD_BATCH_PROGRESS_H

#include "crfd/base/arena.h"
#include "crfd/base/err.h"
#include "crfd/batch/counts.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PROGRESS_WORKERS_MAX 64

enum center_phase {
    PHASE_IDLE,
    PHASE_CLAIMING,
    PHASE_EVALUATING,
    PHASE_WRITING,
    PHASE_COMMITTING,
    PHASE_PAUSING
};

/*
 * CENTER_HELD: more of its pages are gone from the source than may go. CENTER_CROWDED: nothing was tried, because a
 * server has no session left for the worker.
 */
enum center_outcome {
    CENTER_DONE,
    CENTER_FAILED,
    CENTER_HELD,
    CENTER_ELSEWHERE,
    CENTER_CROWDED,
    CENTER_STOPPED
};

struct progress_slot {
    _Atomic int phase;
    _Atomic int64_t pages;
    _Atomic int64_t started_ns;
    _Atomic int64_t pulse; /* counted up by whatever the worker gets done */
    const char *center_id; /* guarded by the lock */
};

struct progress_failure {
    const char *center_id;
    int attempts;
    char sqlstate[6];
    const char *error;
    bool is_held;
};

struct progress {
    pthread_mutex_t lock;
    struct arena arena;
    struct progress_slot slots[PROGRESS_WORKERS_MAX];
    int slot_count;
    int64_t run_id;
    const char *night; /* YYYY-MM-DD */
    const char *kind;
    int64_t started_us; /* since 1970 */
    int64_t started_ns;
    int64_t centers_total, centers_done, centers_failed, centers_held, centers_elsewhere;
    int64_t pages_expected;
    bool is_closing;
    int64_t pages_here;   /* of the centers that this process has done: what its speed is measured by */
    struct counts counts; /* of the centers that are done, whoever did them */
    struct progress_failure *failures;
    size_t failure_count;
    size_t failure_capacity;
};

struct progress_active {
    const char *center_id; /* copied into the snapshot's arena */
    const char *phase;
    int64_t pages;
    int64_t seconds;
};

struct progress_snapshot {
    int64_t run_id;
    const char *night;
    const char *kind;
    const char *phase; /* "centers" or "closing" */
    int64_t started_us;
    double seconds_elapsed;
    double seconds_remaining; /* negative where nobody can know yet */
    double pages_per_second;
    int64_t centers_total, centers_pending, centers_running, centers_done, centers_failed, centers_held;
    int64_t centers_elsewhere;
    int64_t pages_expected;
    int64_t pages_read; /* with those of running centers */
    struct counts counts;
    struct progress_active active[PROGRESS_WORKERS_MAX];
    size_t active_count;
    struct progress_failure *failures;
    size_t failure_count;
};

void progress_init(struct progress *progress, int workers);
void progress_destroy(struct progress *progress);

void progress_run_begin(struct progress *progress, int64_t run_id, const char *night, const char *kind,
                        int64_t centers_total);

/*
 * The worker's signs of life so far: a worker that is at a center and well gives another before long. -1 while it is
 * at none, or pauses before the next attempt.
 */
int64_t progress_life(struct progress *progress, int slot);

void progress_center_begin(struct progress *progress, int slot, const char *center_id);
void progress_phase(struct progress *progress, int slot, enum center_phase phase);
static inline void
progress_pages(struct progress *progress, int slot, int64_t pages)
{
    atomic_store_explicit(&progress->slots[slot].pages, pages, memory_order_relaxed);
    atomic_fetch_add_explicit(&progress->slots[slot].pulse, 1, memory_order_relaxed);
}
/* For those who work for the worker: its connections. */
static inline _Atomic int64_t *
progress_pulse(struct progress *progress, int slot)
{
    return &progress->slots[slot].pulse;
}
/* counts with CENTER_DONE; attempts and err with CENTER_FAILED and CENTER_HELD. */
void
progress_center_end(struct progress *progress, int slot, const char *center_id, enum center_outcome outcome,
                    const struct counts *counts, int attempts, const struct err *err);
/* A center that is done had so many pages more (or fewer) than were expected. */
void progress_expect(struct progress *progress, int64_t more_pages);
/*
 * What the database tells while this process is at no center: how many are done, failed, held or still pending (then
 * other processes are at them), whoever did them, the pages of all (those that are read, and those expected of
 * the others), and the sum of their counts.
 */
void progress_refresh(struct progress *progress, int64_t done, int64_t failed, int64_t held,
                      int64_t elsewhere, int64_t pages_expected, const struct counts *counts);

/* Whether this process is at the closing step, which looks at all centers. */
void progress_closing(struct progress *progress, bool is_closing);

/* Of the centers that are done. */
int64_t progress_pages_removed(struct progress *progress);

/* Texts are copied to the arena. */
void progress_snapshot(struct progress *progress, struct arena *arena, struct progress_snapshot *out);

#endif
