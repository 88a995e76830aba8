#include "crfd/daemon/loop.h"

#include "crfd/base/clock.h"
#include "crfd/base/log.h"
#include "crfd/batch/page_json.h"
#include "crfd/batch/status.h"
#include "crfd/daemon/schedule.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WATCH_MS  200
#define STATUS_MS 1000

struct loop {
    uv_loop_t uv;
    uv_signal_t sigint;
    uv_signal_t sigterm;
    uv_timer_t status_timer;
    uv_timer_t watch_timer;
    struct run *run;
    struct status status;
    const struct loop_watcher *watcher;
    int stop_signal; /* the first that came; 0: none */
    struct run_result result;
};

static void
watch(struct loop *loop, bool is_last)
{
    struct progress_snapshot snapshot;
    struct arena arena;

    if (loop->watcher == NULL)
        return;
    arena_init(&arena, 16 * 1024, 0);
    progress_snapshot(run_progress(loop->run), &arena, &snapshot);
    if (snapshot.night != NULL)
        loop->watcher->tick(loop->watcher->data, &snapshot, is_last);
    arena_destroy(&arena);
}

static void
on_watch(uv_timer_t *timer)
{
    watch(timer->data, false);
}

static void
on_status(uv_timer_t *timer)
{
    struct loop *loop = timer->data;

    status_write(&loop->status, loop->stop_signal ? "stopping" : "running", run_progress(loop->run));
}

static void
on_signal(uv_signal_t *handle, int number)
{
    struct loop *loop = handle->data;
    const char *name = number == SIGINT ? "SIGINT" : "SIGTERM";

    if (loop->stop_signal != 0)
        _exit(128 + number);
    loop->stop_signal = number;
    log_event(LOG_LEVEL_WARNING, "stopping", LOG_TEXT("signal", name));
    on_status(&loop->status_timer);
    run_cancel(loop->run, name);
}

static void
on_end(void *data)
{
    struct loop *loop = data;

    loop->result = *run_result(loop->run);
    uv_close((uv_handle_t *)&loop->sigint, NULL);
    uv_close((uv_handle_t *)&loop->sigterm, NULL);
    uv_close((uv_handle_t *)&loop->status_timer, NULL);
    uv_close((uv_handle_t *)&loop->watch_timer, NULL);
}

/* The pool reads its size from the environment at its first use, which is still to come. */
static void
size_thread_pool(int workers)
{
    char text[16];

    snprintf(text, sizeof text, "%d", workers);
    setenv("UV_THREADPOOL_SIZE", text, 1);
}

static bool
start(struct loop *loop, struct err *err)
{
    uv_handle_t *handles[] = {(uv_handle_t *)&loop->sigint, (uv_handle_t *)&loop->sigterm,
                              (uv_handle_t *)&loop->status_timer, (uv_handle_t *)&loop->watch_timer};

    if (uv_loop_init(&loop->uv) != 0 || uv_signal_init(&loop->uv, &loop->sigint) != 0 ||
        uv_signal_init(&loop->uv, &loop->sigterm) != 0 ||
        uv_timer_init(&loop->uv, &loop->status_timer) != 0 ||
        uv_timer_init(&loop->uv, &loop->watch_timer) != 0 ||
        uv_signal_start(&loop->sigint, on_signal, SIGINT) != 0 ||
        uv_signal_start(&loop->sigterm, on_signal, SIGTERM) != 0 ||
        uv_timer_start(&loop->status_timer, on_status, STATUS_MS, STATUS_MS) != 0 ||
        uv_timer_start(&loop->watch_timer, on_watch, WATCH_MS, WATCH_MS) != 0) {
        err_set(err, ERR_IO, "preparing the event loop failed");
        return false;
    }
    for (size_t i = 0; i < sizeof handles / sizeof handles[0]; i++)
        handles[i]->data = loop;
    return run_start(loop->run, &loop->uv, on_end, loop, err);
}

static int
exit_status_of(const struct loop *loop)
{
    if (loop->result.err.kind == ERR_CANCELLED && loop->stop_signal != 0)
        return 128 + loop->stop_signal;
    return err_exit_status(loop->result.err.kind);
}

struct run_result
loop_run(const struct config *config, const struct definition *definition, const struct run_options *options,
         const struct loop_watcher *watcher, int *exit_status)
{
    struct night night = schedule_night(clock_unix_us());
    struct loop loop = {.watcher = watcher};

    signal(SIGPIPE, SIG_IGN);
    size_thread_pool(config->workers);
    page_json_init();
    status_init(&loop.status, config);
    loop.run = run_new(config, definition, options, night.text, night.days);
    if (start(&loop, &loop.result.err)) {
        status_write(&loop.status, "running", run_progress(loop.run));
        uv_run(&loop.uv, UV_RUN_DEFAULT);
        uv_loop_close(&loop.uv);
    }
    *exit_status = exit_status_of(&loop);
    watch(&loop, true);
    status_run_ended(&loop.status, run_progress(loop.run), &loop.result, *exit_status);
    status_write(&loop.status, "idle", NULL);
    run_free(loop.run);
    status_destroy(&loop.status);
    return loop.result;
}
