#include "crfd/batch/progress.h"

#include "crfd/base/clock.h"

#include <string.h>

static const char *const phase_names[] = {"idle",    "claiming",   "evaluating",
                                          "writing", "committing", "pausing"};

void
progress_init(struct progress *progress, int workers)
{
    memset(progress, 0, sizeof *progress);
    pthread_mutex_init(&progress->lock, NULL);
    arena_init(&progress->arena, 4096, 0);
    progress->slot_count = workers;
}

void
progress_destroy(struct progress *progress)
{
    arena_destroy(&progress->arena);
    pthread_mutex_destroy(&progress->lock);
}

void
progress_run_begin(struct progress *progress, int64_t run_id, const char *night, const char *kind,
                   int64_t centers_total)
{
    pthread_mutex_lock(&progress->lock);
    progress->run_id = run_id;
    progress->night = arena_strdup(&progress->arena, night);
    progress->kind = kind;
    progress->started_us = clock_unix_us();
    progress->started_ns = clock_steady_ns();
    progress->centers_total = centers_total;
    pthread_mutex_unlock(&progress->lock);
}

void
progress_closing(struct progress *progress, bool is_closing)
{
    pthread_mutex_lock(&progress->lock);
    progress->is_closing = is_closing;
    pthread_mutex_unlock(&progress->lock);
}

void
progress_center_begin(struct progress *progress, int slot, const char *center_id)
{
    struct progress_slot *own = &progress->slots[slot];

    pthread_mutex_lock(&progress->lock);
    atomic_store(&own->pages, 0);
    atomic_store(&own->started_ns, clock_steady_ns());
    atomic_store(&own->phase, PHASE_CLAIMING);
    atomic_fetch_add(&own->pulse, 1);
    own->center_id = center_id;
    pthread_mutex_unlock(&progress->lock);
}

void
progress_phase(struct progress *progress, int slot, enum center_phase phase)
{
    atomic_store(&progress->slots[slot].phase, (int)phase);
    atomic_fetch_add(&progress->slots[slot].pulse, 1);
}

int64_t
progress_life(struct progress *progress, int slot)
{
    int phase = atomic_load(&progress->slots[slot].phase);

    if (phase == PHASE_IDLE || phase == PHASE_PAUSING)
        return -1;
    return atomic_load_explicit(&progress->slots[slot].pulse, memory_order_relaxed);
}

static void
add_failure(struct progress *progress, const char *center_id, int attempts, bool is_held,
            const struct err *err)
{
    struct progress_failure *failure;

    if (progress->failure_count == progress->failure_capacity) {
        size_t capacity = progress->failure_capacity ? 2 * progress->failure_capacity : 16;
        struct progress_failure *failures = arena_array(&progress->arena, struct progress_failure, capacity);

        if (progress->failure_count > 0)
            memcpy(failures, progress->failures, progress->failure_count * sizeof *failures);
        progress->failures = failures;
        progress->failure_capacity = capacity;
    }
    failure = &progress->failures[progress->failure_count++];
    failure->center_id = arena_strdup(&progress->arena, center_id);
    failure->attempts = attempts;
    failure->is_held = is_held;
    memcpy(failure->sqlstate, err->sqlstate, sizeof failure->sqlstate);
    failure->error = arena_strdup(&progress->arena, err->message);
}

void
progress_center_end(struct progress *progress, int slot, const char *center_id, enum center_outcome outcome,
                    const struct counts *counts, int attempts, const struct err *err)
{
    pthread_mutex_lock(&progress->lock);
    progress->slots[slot].center_id = NULL;
    atomic_store(&progress->slots[slot].phase, PHASE_IDLE);
    atomic_store(&progress->slots[slot].pages, 0);
    if (outcome == CENTER_DONE) {
        progress->centers_done++;
        progress->pages_here += counts->pages_read;
        counts_add(&progress->counts, counts);
    } else if (outcome == CENTER_FAILED) {
        progress->centers_failed++;
        add_failure(progress, center_id, attempts, false, err);
    } else if (outcome == CENTER_HELD) {
        progress->centers_held++;
        add_failure(progress, center_id, attempts, true, err);
    }
    pthread_mutex_unlock(&progress->lock);
}

void
progress_expect(struct progress *progress, int64_t more_pages)
{
    pthread_mutex_lock(&progress->lock);
    progress->pages_expected += more_pages;
    pthread_mutex_unlock(&progress->lock);
}

void
progress_refresh(struct progress *progress, int64_t done, int64_t failed, int64_t held, int64_t elsewhere,
                 int64_t pages_expected, const struct counts *counts)
{
    pthread_mutex_lock(&progress->lock);
    progress->centers_done = done;
    progress->centers_failed = failed;
    progress->centers_held = held;
    progress->centers_elsewhere = elsewhere;
    progress->pages_expected = pages_expected;
    progress->counts = *counts;
    pthread_mutex_unlock(&progress->lock);
}

int64_t
progress_pages_removed(struct progress *progress)
{
    int64_t removed;

    pthread_mutex_lock(&progress->lock);
    removed = progress->counts.pages_removed;
    pthread_mutex_unlock(&progress->lock);
    return removed;
}

/* What other processes have done is in the counts, but says nothing of how fast this one is. */
static void
estimate(const struct progress *progress, struct progress_snapshot *out)
{
    int64_t pages = progress->pages_here + out->pages_read - out->counts.pages_read;

    if (progress->started_ns > 0)
        out->seconds_elapsed = (double)(clock_steady_ns() - progress->started_ns) / 1e9;
    if (out->seconds_elapsed > 0)
        out->pages_per_second = (double)pages / out->seconds_elapsed;
    out->seconds_remaining = -1;
    if (out->pages_per_second > 0 && out->pages_expected >= out->pages_read)
        out->seconds_remaining = (double)(out->pages_expected - out->pages_read) / out->pages_per_second;
}

static void
take_active(struct progress *progress, struct arena *arena, struct progress_snapshot *out)
{
    int64_t now_ns = clock_steady_ns();

    for (int i = 0; i < progress->slot_count; i++) {
        struct progress_slot *slot = &progress->slots[i];
        int64_t pages = atomic_load_explicit(&slot->pages, memory_order_relaxed);

        if (slot->center_id == NULL)
            continue;
        out->active[out->active_count++] = (struct progress_active){
            .center_id = arena_strdup(arena, slot->center_id),
            .phase = phase_names[atomic_load(&slot->phase)],
            .pages = pages,
            .seconds = (now_ns - atomic_load(&slot->started_ns)) / 1000000000,
        };
        out->pages_read += pages;
    }
}

static void
take_failures(struct progress *progress, struct arena *arena, struct progress_snapshot *out)
{
    out->failure_count = progress->failure_count;
    out->failures = arena_array(arena, struct progress_failure, progress->failure_count);
    for (size_t i = 0; i < progress->failure_count; i++) {
        out->failures[i] = progress->failures[i];
        out->failures[i].center_id = arena_strdup(arena, progress->failures[i].center_id);
        out->failures[i].error = arena_strdup(arena, progress->failures[i].error);
    }
}

void
progress_snapshot(struct progress *progress, struct arena *arena, struct progress_snapshot *out)
{
    memset(out, 0, sizeof *out);
    pthread_mutex_lock(&progress->lock);
    out->run_id = progress->run_id;
    out->night = progress->night ? arena_strdup(arena, progress->night) : NULL;
    out->kind = progress->kind;
    out->phase = progress->is_closing ? "closing" : "centers";
    out->started_us = progress->started_us;
    out->centers_total = progress->centers_total;
    out->centers_done = progress->centers_done;
    out->centers_failed = progress->centers_failed;
    out->centers_held = progress->centers_held;
    out->centers_elsewhere = progress->centers_elsewhere;
    out->pages_expected = progress->pages_expected;
    out->counts = progress->counts;
    out->pages_read = progress->counts.pages_read;
    take_active(progress, arena, out);
    take_failures(progress, arena, out);
    estimate(progress, out);
    pthread_mutex_unlock(&progress->lock);
    out->centers_running = (int64_t)out->active_count;
    out->centers_pending = out->centers_total - out->centers_done - out->centers_failed - out->centers_held -
                           out->centers_running - out->centers_elsewhere;
    if (out->centers_pending < 0)
        out->centers_pending = 0;
}
