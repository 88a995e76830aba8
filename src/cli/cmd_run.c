#include "crfd/base/log.h"
#include "crfd/base/terminal.h"
#include "crfd/cli/cmd.h"
#include "crfd/cli/load.h"
#include "crfd/cli/render.h"
#include "crfd/daemon/tonight.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct watcher {
    bool has_bar; /* standard error is a terminal that can write over a line */
    bool quiet;
    const struct args *args;
};

static void
draw_bar(const struct progress_snapshot *snapshot)
{
    struct strbuf line;

    strbuf_init(&line);
    strbuf_append(&line, "\r\033[K");
    render_progress(&line, snapshot, terminal_columns(STDERR_FILENO));
    fwrite(line.text, 1, line.length, stderr);
    fflush(stderr);
    strbuf_destroy(&line);
}

static void
print_summary(const struct args *args, const struct progress_snapshot *snapshot)
{
    struct strbuf text, folded;

    strbuf_init(&text);
    strbuf_init(&folded);
    if (args->run.dry_run)
        strbuf_printf(&text, "dry run for night %s, nothing was committed: ", snapshot->night);
    else
        strbuf_printf(&text, "run %lld (%s) of night %s: ", (long long)snapshot->run_id, snapshot->kind,
                      snapshot->night);
    render_duration(&text, snapshot->seconds_elapsed);
    strbuf_append_char(&text, '\n');
    render_summary(&text, snapshot, args->run.dry_run ? "would have been " : "");
    render_fold(&folded, text.text, terminal_columns(STDOUT_FILENO));
    fwrite(folded.text, 1, folded.length, stdout);
    strbuf_destroy(&text);
    strbuf_destroy(&folded);
}

static void
on_tick(void *data, const struct progress_snapshot *snapshot, bool is_last)
{
    struct watcher *watcher = data;

    if (watcher->has_bar)
        draw_bar(snapshot);
    if (!is_last)
        return;
    if (watcher->has_bar)
        fputc('\n', stderr);
    if (!watcher->quiet)
        print_summary(watcher->args, snapshot);
}

int
cmd_run(struct arena *arena, const struct args *args)
{
    struct watcher watcher = {.args = args, .quiet = args->quiet};
    struct tonight_watcher tonight_watcher = {.tick = on_tick, .data = &watcher};
    struct config config;
    struct definition definition;
    struct run_result result;
    int exit_status;

    if (!load_both(arena, args, &config, &definition, &exit_status))
        return exit_status;
    watcher.has_bar = terminal_obeys(STDERR_FILENO) && !args->quiet && !args->verbose;
    /* The bar stands for the line that each center would have. */
    if (watcher.has_bar)
        log_set_level(LOG_LEVEL_WARNING);
    result = tonight_run(&config, &definition, &args->run, &tonight_watcher, &exit_status);
    if (result.nothing_to_do && !args->quiet)
        puts("nothing to do: tonight's run is complete");
    if (result.err.kind != ERR_NONE)
        tell_error(&result.err);
    if (result.began && strcmp(result.state, "running") == 0)
        fputs("crfd: what is done is kept; the same command takes the run up again\n", stderr);
    return exit_status;
}
