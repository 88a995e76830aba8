#include "crfd/daemon/loop.h"

#include "crfd/base/clock.h"
#include "crfd/base/log.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define WATCH_MS   200
#define TICK_MS    1000
#define IDLE_TICKS 5 /* between two status files without a run */

/* A wait may take the whole deadline, and whoever waited must still come to say so. */
#define STALL_DEADLINES 2

static const char *
state_of(const struct loop *loop)
{
    if (loop->stop_signal != 0)
        return "stopping";
    return loop->run != NULL ? "running" : "idle";
}

void
loop_write_status(struct loop *loop)
{
    loop->idle_ticks = 0;
    status_write(&loop->status, state_of(loop), loop->run ? run_progress(loop->run) : NULL);
}

static void
take_snapshot(struct loop *loop, void (*use)(struct loop *, const struct progress_snapshot *, bool),
              bool is_last)
{
    struct progress_snapshot snapshot;
    struct arena arena;

    arena_init(&arena, 16 * 1024, 0);
    progress_snapshot(run_progress(loop->run), &arena, &snapshot);
    if (snapshot.night != NULL)
        use(loop, &snapshot, is_last);
    arena_destroy(&arena);
}

static void
watch(struct loop *loop, const struct progress_snapshot *snapshot, bool is_last)
{
    loop->owner.watch(loop->owner.data, snapshot, is_last);
}

static void
on_watch(uv_timer_t *timer)
{
    struct loop *loop = timer->data;

    if (loop->run != NULL)
        take_snapshot(loop, watch, false);
}

/* --- systemd --- */

static void
tell_progress(struct loop *loop, const struct progress_snapshot *snapshot, bool is_last)
{
    char text[sizeof loop->notify.status];

    (void)is_last;
    snprintf(text, sizeof text,
             "night %s: %" PRId64 " of %" PRId64 " centers done, %" PRId64 " failed, %" PRId64
             " held, %" PRId64 " pages read",
             snapshot->night, snapshot->centers_done, snapshot->centers_total, snapshot->centers_failed,
             snapshot->centers_held, snapshot->pages_read);
    notify_status(&loop->notify, text);
}

static void
tell_stall(struct loop *loop, int worker)
{
    if (!loop->told_stall)
        log_event(LOG_LEVEL_ERROR, "worker stalled", LOG_NUMBER("worker", worker),
                  LOG_NUMBER("limit_ms", STALL_DEADLINES * loop->config->statement_deadline_ms));
    loop->told_stall = true;
}

/* The loop is alive where it comes here; whether the workers are has to be looked at. */
static void
tell_alive(struct loop *loop)
{
    int64_t now_ns = clock_steady_ns();
    int64_t limit_ns = STALL_DEADLINES * loop->config->statement_deadline_ms * 1000000;
    int stalled = -1;

    if (loop->run != NULL)
        stalled = stall_look(&loop->stall, run_progress(loop->run), now_ns, limit_ns);
    if (stalled >= 0)
        tell_stall(loop, stalled);
    else
        notify_alive(&loop->notify, now_ns);
}

/* --- ticks and signals --- */

static void
end_late_stop(const struct loop *loop)
{
    if (loop->stop_signal == 0 || clock_steady_ns() - loop->stop_ns < LOOP_STOP_MS * INT64_C(1000000))
        return;
    log_event(LOG_LEVEL_ERROR, "stopping takes too long; the server rolls back what is open");
    _exit(128 + loop->stop_signal);
}

static void
on_tick(uv_timer_t *timer)
{
    struct loop *loop = timer->data;

    end_late_stop(loop);
    if (loop->owner.tick != NULL)
        loop->owner.tick(loop->owner.data);
    if (loop->run != NULL || ++loop->idle_ticks >= IDLE_TICKS)
        loop_write_status(loop);
    if (loop->run != NULL && loop->stop_signal == 0)
        take_snapshot(loop, tell_progress, false);
    tell_alive(loop);
}

static void
on_stop(uv_signal_t *handle, int number)
{
    struct loop *loop = handle->data;
    const char *name = number == SIGINT ? "SIGINT" : "SIGTERM";

    if (loop->stop_signal != 0)
        _exit(128 + number);
    loop->stop_signal = number;
    loop->stop_ns = clock_steady_ns();
    log_event(LOG_LEVEL_WARNING, "stopping", LOG_TEXT("signal", name));
    notify_stopping();
    loop_write_status(loop);
    if (loop->run != NULL)
        run_cancel(loop->run, name);
    else if (loop->owner.stop != NULL)
        loop->owner.stop(loop->owner.data);
    else
        loop_end(loop);
}

static void
on_signal(uv_signal_t *handle, int number)
{
    struct loop *loop = handle->data;

    loop->owner.signal(loop->owner.data, number);
}

/* --- one run --- */

static int
exit_status_of(const struct loop *loop, const struct run_result *result)
{
    if (result->err.kind == ERR_CANCELLED && loop->stop_signal != 0)
        return 128 + loop->stop_signal;
    return err_exit_status(result->err.kind);
}

static void
on_run_end(void *data)
{
    struct loop *loop = data;
    struct run_result result = *run_result(loop->run);
    int exit_status = exit_status_of(loop, &result);

    if (loop->owner.watch != NULL)
        take_snapshot(loop, watch, true);
    if (result.began)
        status_run_ended(&loop->status, run_progress(loop->run), &result, exit_status);
    else if (loop->has_attempt)
        status_attempt_ended(&loop->status, &loop->attempt, result.err.message, exit_status);
    run_free(loop->run);
    loop->run = NULL;
    loop->owner.run_ended(loop->owner.data, &result, exit_status);
    loop_write_status(loop);
}

static void
begin_attempt(struct status_attempt *attempt, const struct run_options *options, const char *night)
{
    *attempt = (struct status_attempt){
        .night = night, .kind = options->rerun ? "rerun" : "nightly", .begun_us = clock_unix_us()};
}

bool
loop_start_run(struct loop *loop, const struct definition *definition, const struct run_options *options,
               const struct night *night, struct err *err)
{
    struct run *run = run_new(loop->config, definition, options, night->text, night->days);

    loop->night = *night;
    loop->attempt = (struct status_attempt){
        .night = loop->night.text, .kind = options->rerun ? "rerun" : "nightly", .begun_us = clock_unix_us()};
    loop->has_attempt = !options->dry_run;
    if (!run_start(run, &loop->uv, on_run_end, loop, err)) {
        run_free(run);
        if (loop->has_attempt)
            status_attempt_ended(&loop->status, &loop->attempt, err->message, err_exit_status(err->kind));
        return false;
    }
    loop->run = run;
    loop->stall = (struct stall){0};
    loop->told_stall = false;
    loop_write_status(loop);
    return true;
}

void
loop_tell_refused(const struct config *config, const struct run_options *options, int exit_status)
{
    struct status_attempt attempt;
    struct strbuf error;
    struct status status;
    struct night night;

    if (options->dry_run || config->status_file == NULL)
        return;
    strbuf_init(&error);
    strbuf_printf(&error, "the study definition %s cannot be used; `crfd check` says why",
                  config->study_path);
    schedule_use_timezone(config->timezone);
    night = schedule_night(&config->schedule, clock_unix_us());
    begin_attempt(&attempt, options, night.text);
    status_init(&status, config);
    status_attempt_ended(&status, &attempt, error.text, exit_status);
    status_write(&status, "idle", NULL);
    status_destroy(&status);
    strbuf_destroy(&error);
}

/* --- the loop itself --- */

/* The pool reads its size from the environment at its first use, which is still to come. */
static void
size_thread_pool(int workers)
{
    char text[16];

    snprintf(text, sizeof text, "%d", workers);
    setenv("UV_THREADPOOL_SIZE", text, 1);
}

/* To be closed at the end, and found by its callback. */
static void
keep_handle(struct loop *loop, uv_handle_t *handle)
{
    handle->data = loop;
    loop->handles[loop->handle_count++] = handle;
}

static bool
open_signal(struct loop *loop, int index, int number, uv_signal_cb callback)
{
    uv_signal_t *handle = &loop->signals[index];

    if (uv_signal_init(&loop->uv, handle) != 0)
        return false;
    keep_handle(loop, (uv_handle_t *)handle);
    return uv_signal_start(handle, callback, number) == 0;
}

static bool
open_timer(struct loop *loop, uv_timer_t *timer, uv_timer_cb callback, uint64_t period_ms)
{
    if (uv_timer_init(&loop->uv, timer) != 0)
        return false;
    keep_handle(loop, (uv_handle_t *)timer);
    return uv_timer_start(timer, callback, period_ms, period_ms) == 0;
}

static bool
open_handles(struct loop *loop)
{
    return open_signal(loop, 0, SIGINT, on_stop) && open_signal(loop, 1, SIGTERM, on_stop) &&
           (loop->owner.signal == NULL ||
            (open_signal(loop, 2, SIGHUP, on_signal) && open_signal(loop, 3, SIGUSR1, on_signal))) &&
           open_timer(loop, &loop->tick_timer, on_tick, TICK_MS) &&
           (loop->owner.watch == NULL || open_timer(loop, &loop->watch_timer, on_watch, WATCH_MS));
}

bool
loop_open(struct loop *loop, const struct config *config, const struct loop_owner *owner, struct err *err)
{
    *loop = (struct loop){.owner = *owner, .config = config};
    signal(SIGPIPE, SIG_IGN);
    size_thread_pool(config->workers);
    if (uv_loop_init(&loop->uv) != 0) {
        err_set(err, ERR_IO, "preparing the event loop failed");
        return false;
    }
    if (!open_handles(loop)) {
        err_set(err, ERR_IO, "preparing the event loop's signals and timers failed");
        loop_end(loop);
        loop_spin(loop);
        uv_loop_close(&loop->uv);
        return false;
    }
    status_init(&loop->status, config);
    notify_init(&loop->notify);
    return true;
}

void
loop_use_config(struct loop *loop, const struct config *config)
{
    loop->config = config;
    status_use_config(&loop->status, config);
}

void
loop_spin(struct loop *loop)
{
    uv_run(&loop->uv, UV_RUN_DEFAULT);
}

void
loop_end(struct loop *loop)
{
    while (loop->handle_count > 0)
        uv_close(loop->handles[--loop->handle_count], NULL);
}

void
loop_close(struct loop *loop)
{
    uv_loop_close(&loop->uv);
    loop->status.next_run_us = 0; /* nobody is left to begin a night */
    status_write(&loop->status, "idle", NULL);
    status_destroy(&loop->status);
}
