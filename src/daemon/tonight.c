#include "crfd/daemon/tonight.h"

#include "crfd/base/clock.h"
#include "crfd/daemon/loop.h"

struct tonight {
    struct loop loop;
    const struct tonight_watcher *watcher;
    struct run_result result;
    int exit_status;
};

static void
run_ended(void *data, const struct run_result *result, int exit_status)
{
    struct tonight *tonight = data;

    tonight->result = *result;
    tonight->exit_status = exit_status;
    loop_end(&tonight->loop);
}

static void
watch(void *data, const struct progress_snapshot *snapshot, bool is_last)
{
    struct tonight *tonight = data;

    tonight->watcher->tick(tonight->watcher->data, snapshot, is_last);
}

struct run_result
tonight_run(const struct config *config, const struct definition *definition,
            const struct run_options *options, const struct tonight_watcher *watcher, int *exit_status)
{
    struct tonight tonight = {.watcher = watcher};
    struct loop_owner owner = {.run_ended = run_ended, .watch = watch, .data = &tonight};
    struct night night = schedule_night(&config->schedule, clock_unix_us());
    struct err *err = &tonight.result.err;

    if (loop_open(&tonight.loop, config, &owner, err)) {
        if (!loop_start_run(&tonight.loop, definition, options, &night, err))
            loop_end(&tonight.loop);
        loop_spin(&tonight.loop);
        loop_close(&tonight.loop);
    }
    *exit_status = tonight.exit_status != 0 ? tonight.exit_status : err_exit_status(err->kind);
    return tonight.result;
}
