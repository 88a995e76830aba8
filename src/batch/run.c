#include "crfd/batch/run.h"

#include "center.h"
#include "closing.h"
#include "crew.h"
#include "crfd/base/clock.h"
#include "crfd/base/log.h"
#include "crfd/base/memory.h"
#include "crfd/batch/retry.h"
#include "crfd/sync/waitgroup.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

/* While other processes are at the centers that are left: soon at first, so that no process ends long after the run. */
#define LOOK_AGAIN_MIN_MS 50
#define LOOK_AGAIN_MAX_MS 1000

struct center_item {
    uv_work_t request;
    struct run *run;
    const char *center_id;
    int64_t expected_pages;
};

struct run {
    const struct config *config;
    const struct definition *definition;
    const struct run_options *options;
    char night[16];
    char host[256];
    struct arena arena;
    struct arena record_arena; /* of `record`, forgotten whenever it is read again */
    struct context context;
    bool has_context;
    struct run_record record;
    struct pass pass;
    struct writer_plan writer_plan;
    struct progress progress;
    struct run_result result;
    struct quality quality; /* what `result` tells of it */
    struct closing_result closing;
    struct err work_err; /* of the work item that is under way: open or close */
    bool work_ok;
    pthread_mutex_t stopped_lock;
    struct err stopped; /* the first failure that could not even be recorded; guarded by stopped_lock */

    struct crew crew;

    uv_loop_t *loop;
    uv_work_t work;
    uv_async_t zero; /* the WaitGroup's on_zero wakes the loop with it */
    uv_timer_t again;
    uint64_t again_ms; /* the last pause before looking again */
    size_t items_out;  /* center items whose after-callback has not run; loop thread only */
    bool zero_seen;
    int open_handles;
    struct waitgroup group;
    void (*on_end)(void *);
    void *on_end_data;
};

struct run *
run_new(const struct config *config, const struct definition *definition, const struct run_options *options,
        const char *night, int32_t night_days)
{
    struct run *run = memory_zalloc(1, sizeof *run);
    struct utsname name;

    run->config = config;
    run->definition = definition;
    run->options = options;
    run->result.state = "";
    snprintf(run->night, sizeof run->night, "%s", night);
    if (uname(&name) == 0)
        snprintf(run->host, sizeof run->host, "%s", name.nodename);
    pthread_mutex_init(&run->stopped_lock, NULL);
    arena_init(&run->arena, 64 * 1024, 0);
    arena_init(&run->record_arena, 64 * 1024, 0);
    progress_init(&run->progress, config->workers);
    writer_plan_init(&run->writer_plan, &run->arena, definition->study, config->workers);
    run->pass = (struct pass){
        .config = config,
        .definition = definition,
        .writer_plan = &run->writer_plan,
        .progress = &run->progress,
        .host = run->host,
        .night = night_days,
        .full = options->full,
        .dry_run = options->dry_run,
        .is_rerun = options->rerun,
        .allow_removals = options->allow_removals,
        .filter = {.subject_id = options->subject_id, .since = options->since},
    };
    return run;
}

void
run_free(struct run *run)
{
    if (run == NULL)
        return;
    crew_destroy(&run->crew);
    if (run->has_context)
        context_destroy(&run->context);
    progress_destroy(&run->progress);
    pthread_mutex_destroy(&run->stopped_lock);
    arena_destroy(&run->record_arena);
    arena_destroy(&run->arena);
    free(run);
}

struct progress *
run_progress(struct run *run)
{
    return &run->progress;
}

const struct run_result *
run_result(const struct run *run)
{
    return &run->result;
}

void
run_block_signals(void)
{
    sigset_t all;

    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, NULL);
}

static void
handle_closed(uv_handle_t *handle)
{
    struct run *run = handle->data;

    if (--run->open_handles > 0)
        return;
    crew_destroy(&run->crew);
    waitgroup_destroy(&run->group);
    run->on_end(run->on_end_data);
}

static void
end(struct run *run)
{
    if (run->result.began)
        log_event(LOG_LEVEL_INFO, "run ended", LOG_NUMBER("run", run->record.run_id),
                  LOG_TEXT("night", run->night), LOG_TEXT("state", run->result.state),
                  LOG_NUMBER("done", run->progress.centers_done),
                  LOG_NUMBER("failed", run->progress.centers_failed),
                  LOG_NUMBER("held", run->progress.centers_held),
                  LOG_NUMBER("ms", (clock_steady_ns() - run->progress.started_ns) / 1000000));
    uv_close((uv_handle_t *)&run->zero, handle_closed);
    uv_close((uv_handle_t *)&run->again, handle_closed);
}

static void
end_with(struct run *run, const struct err *err)
{
    run->result.err = *err;
    end(run);
}

/* Queues a work item; on a loop that refuses it, which only a broken invariant makes it do, the run ends. */
static void
queue(struct run *run, uv_work_cb work, uv_after_work_cb after)
{
    int status;

    err_clear(&run->work_err);
    run->work_ok = false;
    run->work.data = run;
    status = uv_queue_work(run->loop, &run->work, work, after);
    if (status != 0) {
        err_set(&run->work_err, ERR_INTERNAL, "queueing work: %s", uv_strerror(status));
        end_with(run, &run->work_err);
    }
}

/* Tries again while the failure is passing. */
static bool
with_retry(struct run *run, struct worker *worker, bool (*work)(struct run *, struct worker *, struct err *),
           struct err *err)
{
    for (int attempt = 1;; attempt++) {
        if (work(run, worker, err))
            return true;
        if (!retry_is_passing(err) || attempt >= run->config->retry_attempts ||
            !retry_pause(&run->context, run->config->retry_backoff_ms, attempt))
            return false;
    }
}

static void queue_centers(struct run *run);
static void queue_close(struct run *run);

/* --- opening --- */

static bool
open_run(struct run *run, struct worker *worker, struct err *err)
{
    arena_reset(&run->record_arena);
    return worker_connect_source(worker, &run->context, err) &&
           worker_connect_analysis(worker, &run->context, err) &&
           run_store_open(&run->record_arena, worker->source, worker->analysis, run->config, run->definition,
                          run->options, run->night, run->host, &run->record, err);
}

static void
open_work(uv_work_t *request)
{
    struct run *run = request->data;
    struct worker *worker = crew_take(&run->crew);

    run_block_signals();
    run->work_ok = with_retry(run, worker, open_run, &run->work_err);
    crew_give(&run->crew, worker);
}

/* What the run record says, whichever process did it. */
static void
refresh_progress(struct run *run, int64_t elsewhere)
{
    const struct run_record *record = &run->record;
    struct counts counts;
    int64_t pages = run_record_pages(record, &counts);

    progress_refresh(&run->progress, run_record_count(record, RUN_CENTER_DONE),
                     run_record_count(record, RUN_CENTER_FAILED), run_record_count(record, RUN_CENTER_HELD),
                     elsewhere, pages, &counts);
}

static void
begin_progress(struct run *run)
{
    const struct run_record *record = &run->record;

    progress_run_begin(&run->progress, record->run_id, run->night,
                       run->options->dry_run ? "dry-run"
                       : run->options->rerun ? "rerun"
                                             : "nightly",
                       (int64_t)record->center_count);
    refresh_progress(run, 0);
}

static void
open_done(uv_work_t *request, int status)
{
    struct run *run = request->data;

    (void)status;
    if (!run->work_ok) {
        end_with(run, &run->work_err);
        return;
    }
    run->pass.run_id = run->record.run_id;
    run->pass.ledger_pages = run_record_ledger_pages(&run->record);
    run->result.run_id = run->record.run_id;
    if (run->record.complete) {
        run->result.nothing_to_do = true;
        run->result.state = "done";
        end(run);
        return;
    }
    begin_progress(run);
    run->result.began = true;
    log_event(LOG_LEVEL_INFO, run->record.joined ? "run joined" : "run opened",
              LOG_NUMBER("run", run->record.run_id), LOG_TEXT("night", run->night),
              LOG_NUMBER("centers", run->record.center_count));
    queue_centers(run);
}

/* --- centers --- */

static void
log_center(const struct run *run, const char *center_id, enum center_outcome outcome,
           const struct counts *counts, int attempts, int64_t ms, const struct err *err)
{
    int64_t run_id = run->record.run_id;

    if (outcome == CENTER_DONE)
        log_event(LOG_LEVEL_INFO, "center done", LOG_NUMBER("run", run_id), LOG_TEXT("night", run->night),
                  LOG_TEXT("center", center_id), LOG_NUMBER("pages", counts->pages_read),
                  LOG_NUMBER("evaluated", counts->evaluated), LOG_NUMBER("written", counts->pages_written),
                  LOG_NUMBER("quarantined", counts->pages_quarantined),
                  LOG_NUMBER("removed", counts->pages_removed), LOG_NUMBER("opened", counts->findings_opened),
                  LOG_NUMBER("closed", counts->findings_closed),
                  LOG_NUMBER("reopened", counts->findings_reopened), LOG_NUMBER("ms", ms));
    else if (outcome == CENTER_FAILED || outcome == CENTER_HELD ||
             (outcome == CENTER_STOPPED && err->kind != ERR_CANCELLED))
        log_event(LOG_LEVEL_ERROR,
                  outcome == CENTER_FAILED ? "center failed"
                  : outcome == CENTER_HELD ? "center held"
                                           : "center stopped",
                  LOG_NUMBER("run", run_id), LOG_TEXT("night", run->night), LOG_TEXT("center", center_id),
                  LOG_NUMBER("attempts", attempts), LOG_TEXT("sqlstate", err->sqlstate),
                  LOG_TEXT("error", err->message), LOG_NUMBER("ms", ms));
}

static void
keep_stopped(struct run *run, const struct err *err)
{
    pthread_mutex_lock(&run->stopped_lock);
    if (run->stopped.kind == ERR_NONE)
        run->stopped = *err;
    pthread_mutex_unlock(&run->stopped_lock);
}

/* Others need not try what this one could not: whether the database is there again, closing the run finds out. */
static bool
is_stopped(struct run *run)
{
    bool stopped;

    pthread_mutex_lock(&run->stopped_lock);
    stopped = run->stopped.kind != ERR_NONE;
    pthread_mutex_unlock(&run->stopped_lock);
    return stopped;
}

static enum center_outcome
pass_center(struct run *run, struct worker *worker, const struct center_item *item, struct err *err)
{
    int64_t started_ns = clock_steady_ns();
    struct counts counts = {0};
    enum center_outcome outcome;
    int attempts = 0;

    progress_center_begin(&run->progress, worker->slot, item->center_id);
    outcome = center_run(worker, item->center_id, &run->context, &counts, &attempts, err);
    progress_center_end(&run->progress, worker->slot, item->center_id, outcome, &counts, attempts, err);
    if (outcome == CENTER_DONE)
        progress_expect(&run->progress, counts.pages_read - item->expected_pages);
    log_center(run, item->center_id, outcome, &counts, attempts, (clock_steady_ns() - started_ns) / 1000000,
               err);
    if (outcome == CENTER_STOPPED)
        keep_stopped(run, err);
    return outcome;
}

static void
center_work(uv_work_t *request)
{
    struct center_item *item = request->data;
    struct run *run = item->run;
    struct worker *worker = crew_take(&run->crew);
    struct err err = {0};
    int pauses = 0;

    run_block_signals();
    while (context_check(&run->context, &err) && !is_stopped(run) &&
           pass_center(run, worker, item, &err) == CENTER_CROWDED)
        worker = crew_exchange(&run->crew, worker, &run->context, &pauses, &err);
    crew_give(&run->crew, worker);
    waitgroup_done(&run->group);
}

/* The last worker is out: what comes next is decided on the loop thread. */
static void
centers_ended(struct run *run)
{
    struct err err = {0};

    if (!run->zero_seen || run->items_out > 0)
        return;
    if (!context_check(&run->context, &err)) {
        run->result.state = run->options->dry_run ? "" : "running";
        end_with(run, &err);
    } else if (run->stopped.kind != ERR_NONE && !retry_is_passing(&run->stopped)) {
        run->result.state = run->options->dry_run ? "" : "running";
        end_with(run, &run->stopped);
    } else {
        err_clear(&run->stopped);
        queue_close(run);
    }
}

static void
center_after(uv_work_t *request, int status)
{
    struct center_item *item = request->data;
    struct run *run = item->run;

    (void)status;
    free(item);
    run->items_out--;
    centers_ended(run);
}

static void
on_group_zero(void *data)
{
    struct run *run = data;

    uv_async_send(&run->zero);
}

static void
on_zero(uv_async_t *handle)
{
    struct run *run = handle->data;

    /* An async may come late, after the next batch was added: only an empty group counts. */
    if (waitgroup_pending(&run->group) > 0)
        return;
    run->zero_seen = true;
    centers_ended(run);
}

static void
queue_centers(struct run *run)
{
    size_t pending = (size_t)run_record_count(&run->record, RUN_CENTER_PENDING);

    if (pending == 0) {
        queue_close(run);
        return;
    }
    run->zero_seen = false;
    waitgroup_add(&run->group, pending);
    run->items_out = pending;
    for (size_t i = 0; i < run->record.center_count; i++) {
        struct center_item *item;

        if (run->record.centers[i].state != RUN_CENTER_PENDING)
            continue;
        item = memory_zalloc(1, sizeof *item);
        item->run = run;
        item->center_id = run->record.centers[i].center_id;
        item->expected_pages = run->record.centers[i].expected_pages;
        item->request.data = item;
        if (uv_queue_work(run->loop, &item->request, center_work, center_after) != 0)
            abort();
    }
}

/* --- looking again and closing --- */

/* That it cannot be told how things stand now does not undo what the run has done. */
static void
read_quality(struct run *run, struct conn *analysis)
{
    struct err err = {0};

    if (quality_read(&run->arena, analysis, &run->quality, &err))
        run->result.quality = &run->quality;
    else
        log_event(LOG_LEVEL_WARNING, "quality of the centers not read", LOG_NUMBER("run", run->record.run_id),
                  LOG_TEXT("sqlstate", err.sqlstate), LOG_TEXT("error", err.message));
}

static bool
close_run(struct run *run, struct worker *worker, struct err *err)
{
    /* No center is being worked on: nothing points into the record any more. */
    arena_reset(&run->record_arena);
    run->record.center_count = 0;
    if (!worker_connect_analysis(worker, &run->context, err) ||
        !closing_run(worker, &run->context, &run->result.state, &run->closing, err) ||
        !run_store_centers(&run->record_arena, worker->analysis, &run->record, err))
        return false;
    if (run->closing.worked)
        log_event(LOG_LEVEL_INFO, "closing step done", LOG_NUMBER("run", run->record.run_id),
                  LOG_TEXT("night", run->night), LOG_NUMBER("opened", run->closing.counts.findings_opened),
                  LOG_NUMBER("closed", run->closing.counts.findings_closed),
                  LOG_NUMBER("reopened", run->closing.counts.findings_reopened),
                  LOG_NUMBER("ms", run->closing.ms));
    if (strcmp(run->result.state, "running") != 0)
        read_quality(run, worker->analysis);
    return true;
}

/* The run is over, and the next `crfd run` of the night takes it up again. Where not even that can be kept, it goes on. */
static void
record_closing_failure(struct run *run, struct worker *worker)
{
    const struct err why = run->work_err;

    log_event(LOG_LEVEL_ERROR, "closing step failed", LOG_NUMBER("run", run->record.run_id),
              LOG_TEXT("night", run->night), LOG_TEXT("sqlstate", why.sqlstate),
              LOG_TEXT("error", why.message));
    if (!closing_record_failure(worker, &run->context, &why, &run->work_err))
        return;
    run->result.state = "failed";
    err_set(&run->work_err, ERR_CENTERS, "run %lld: the closing step failed: %s",
            (long long)run->record.run_id, why.message);
}

static void
close_work(uv_work_t *request)
{
    struct run *run = request->data;
    struct worker *worker = crew_take(&run->crew);

    run_block_signals();
    run->work_ok = run->options->dry_run || with_retry(run, worker, close_run, &run->work_err);
    if (run->closing.failed && context_check(&run->context, &(struct err){0}))
        record_closing_failure(run, worker);
    crew_give(&run->crew, worker);
}

static void
look_again(uv_timer_t *timer)
{
    queue_centers(timer->data);
}

static void
look_again_later(struct run *run)
{
    run->again_ms = run->again_ms == 0 ? LOOK_AGAIN_MIN_MS : 2 * run->again_ms;
    if (run->again_ms > LOOK_AGAIN_MAX_MS)
        run->again_ms = LOOK_AGAIN_MAX_MS;
    uv_timer_start(&run->again, look_again, run->again_ms, 0);
}

static void
set_verdict(struct run *run)
{
    bool dry_run = run->options->dry_run;
    int64_t failed =
        dry_run ? run->progress.centers_failed : run_record_count(&run->record, RUN_CENTER_FAILED);
    int64_t held = dry_run ? run->progress.centers_held : run_record_count(&run->record, RUN_CENTER_HELD);

    if (held > 0)
        err_set(&run->result.err, ERR_CENTERS,
                "run %lld: %lld of %zu centers failed, %lld held because of the pages that are gone from the "
                "source",
                (long long)run->record.run_id, (long long)failed, run->record.center_count, (long long)held);
    else if (failed > 0)
        err_set(&run->result.err, ERR_CENTERS, "run %lld: %lld of %zu centers failed",
                (long long)run->record.run_id, (long long)failed, run->record.center_count);
}

static void
close_done(uv_work_t *request, int status)
{
    struct run *run = request->data;

    (void)status;
    if (!run->work_ok) {
        end_with(run, &run->work_err);
    } else if (strcmp(run->result.state, "running") == 0) {
        /* What is pending is locked by other processes, or was given up by one that died. */
        refresh_progress(run, run_record_count(&run->record, RUN_CENTER_PENDING));
        look_again_later(run);
    } else if (strcmp(run->result.state, "superseded") == 0) {
        err_set(&run->work_err, ERR_RETRY, "run %lld was superseded by the run of a later night",
                (long long)run->record.run_id);
        end_with(run, &run->work_err);
    } else {
        /* A dry run has no record: what this process counted is all there is. */
        if (!run->options->dry_run)
            refresh_progress(run, 0);
        set_verdict(run);
        end(run);
    }
}

static void
queue_close(struct run *run)
{
    queue(run, close_work, close_done);
}

/* --- from outside --- */

bool
run_start(struct run *run, uv_loop_t *loop, void (*on_end)(void *), void *data, struct err *err)
{
    if (!context_init(&run->context, NULL, "run", run->config->run_deadline_ms, err))
        return false;
    run->has_context = true;
    run->loop = loop;
    run->on_end = on_end;
    run->on_end_data = data;
    if (uv_async_init(loop, &run->zero, on_zero) != 0 || uv_timer_init(loop, &run->again) != 0) {
        err_set(err, ERR_IO, "preparing the loop failed");
        return false;
    }
    run->zero.data = run;
    run->again.data = run;
    run->open_handles = 2;
    waitgroup_init(&run->group, on_group_zero, run);
    crew_init(&run->crew, &run->arena, &run->pass);
    queue(run, open_work, open_done);
    return true;
}

void
run_cancel(struct run *run, const char *reason)
{
    struct err err = {0};

    if (!run->has_context)
        return;
    context_cancel(&run->context, reason);
    /* While it waits for other processes no worker will notice. */
    if (uv_is_active((uv_handle_t *)&run->again)) {
        uv_timer_stop(&run->again);
        (void)context_check(&run->context, &err);
        end_with(run, &err);
    }
}
