#include "crfd/daemon/foreground.h"

#include "crfd/base/clock.h"
#include "crfd/daemon/loop.h"

struct foreground {
    struct loop loop;
    const struct foreground_watcher *watcher;
    struct run_result result;
    int exit_status;
};

static void
run_ended(void *data, const struct run_result *result, int exit_status)
{
    struct foreground *foreground = data;

    foreground->result = *result;
    foreground->exit_status = exit_status;
    loop_end(&foreground->loop);
}

static void
watch(void *data, const struct progress_snapshot *snapshot, bool is_last)
{
    struct foreground *foreground = data;

    foreground->watcher->tick(foreground->watcher->data, snapshot, is_last);
}

struct run_result
foreground_run(const struct config *config, const struct definition *definition,
               const struct run_options *options, const struct foreground_watcher *watcher, int *exit_status)
{
    struct foreground foreground = {.watcher = watcher};
    struct loop_owner owner = {.run_ended = run_ended, .watch = watch, .data = &foreground};
    struct night night = schedule_night(&config->schedule, clock_unix_us());
    struct err *err = &foreground.result.err;

    if (loop_open(&foreground.loop, config, &owner, err)) {
        if (!loop_start_run(&foreground.loop, definition, options, &night, err))
            loop_end(&foreground.loop);
        loop_spin(&foreground.loop);
        loop_close(&foreground.loop);
    }
    *exit_status = foreground.exit_status != 0 ? foreground.exit_status : err_exit_status(err->kind);
    return foreground.result;
}
