#include "cmd.h"
#include "crfd/base/log.h"
#include "crfd/base/terminal.h"
#include "crfd/daemon/foreground.h"
#include "crfd/daemon/loop.h"
#include "load.h"
#include "render.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct run_args {
    struct option_list centers;
    struct run_options options; /* without the centers */
};

struct watcher {
    bool has_bar; /* standard error is a terminal that can write over a line */
    bool quiet;
    bool dry_run;
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
print_summary(bool dry_run, const struct progress_snapshot *snapshot)
{
    struct strbuf text, folded;

    strbuf_init(&text);
    strbuf_init(&folded);
    if (dry_run)
        strbuf_printf(&text, "dry run for night %s, nothing was committed: ", snapshot->night);
    else
        strbuf_printf(&text, "run %lld (%s) of night %s: ", (long long)snapshot->run_id, snapshot->kind,
                      snapshot->night);
    render_duration(&text, snapshot->seconds_elapsed);
    strbuf_append_char(&text, '\n');
    render_summary(&text, snapshot, dry_run ? "would have been " : "");
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
        print_summary(watcher->dry_run, snapshot);
}

static int
run(struct arena *arena, const struct common_args *common, const void *args)
{
    const struct run_args *own = args;
    struct run_options options = own->options;
    struct watcher watcher = {.dry_run = options.dry_run, .quiet = common->quiet};
    struct foreground_watcher foreground_watcher = {.tick = on_tick, .data = &watcher};
    struct config config = {0};
    struct definition definition;
    struct run_result result;
    int exit_status;

    if (!load_both(arena, common, &config, &definition, &exit_status)) {
        loop_tell_refused(&config, &options, exit_status);
        return exit_status;
    }
    log_warnings(&definition);
    watcher.has_bar = terminal_obeys(STDERR_FILENO) && !common->quiet && !common->verbose;
    /* The bar stands for the line that each center would have. */
    if (watcher.has_bar)
        log_set_level(LOG_LEVEL_WARNING);
    options.centers = own->centers.texts;
    options.center_count = own->centers.count;
    result = foreground_run(&config, &definition, &options, &foreground_watcher, &exit_status);
    if (result.nothing_to_do && !common->quiet)
        puts("nothing to do: tonight's run is complete");
    if (result.err.kind != ERR_NONE)
        tell_error(&result.err);
    if (result.began && strcmp(result.state, "running") == 0)
        fputs("crfd: what is done is kept; the same command takes the run up again\n", stderr);
    return exit_status;
}

static bool
check(void *args, struct err *err)
{
    const struct run_args *own = args;
    const struct run_options *options = &own->options;
    bool selects =
        options->full || own->centers.count > 0 || options->subject_id != NULL || options->since != NULL;

    if (selects && !options->rerun && !options->dry_run) {
        err_set(err, ERR_USAGE, "a selection needs --rerun: a nightly run always takes every center");
        return false;
    }
    if (options->reason != NULL && !options->rerun && !options->allow_removals && !options->dry_run) {
        err_set(err, ERR_USAGE, "--reason belongs to --rerun or --allow-removals: a nightly run needs none");
        return false;
    }
    if (options->allow_removals && !options->dry_run &&
        (options->reason == NULL || options->reason[0] == '\0')) {
        err_set(err, ERR_USAGE, "--allow-removals needs --reason TEXT: the auditor will ask why");
        return false;
    }
    if (options->rerun && !options->dry_run && (options->reason == NULL || options->reason[0] == '\0')) {
        err_set(err, ERR_USAGE, "--rerun needs --reason TEXT: the auditor will ask why");
        return false;
    }
    return true;
}

#define AT(member) .at = offsetof(struct run_args, member)

static const struct command_option command_options[] = {
    {.name = "dry-run",
     AT(options.dry_run),
     .help = "everything but the commit, and what would have changed"},
    {.name = "rerun", AT(options.rerun), .help = "a new run over the selection, on top of tonight's"},
    {.name = "reason",
     .kind = OPTION_TEXT,
     AT(options.reason),
     .argument = "TEXT",
     .help = "why, for the auditor"},
    {.name = "allow-removals",
     AT(options.allow_removals),
     .help = "take out what is gone from the source, however much it is"},
    {.name = "full", AT(options.full), .help = "evaluate also subjects that did not change"},
    {.name = "center",
     .kind = OPTION_LIST,
     AT(centers),
     .argument = "A,B",
     .help = "only these centers; may be repeated; a comma of an id is \\,"},
    {.name = "subject",
     .kind = OPTION_TEXT,
     AT(options.subject_id),
     .argument = "S",
     .help = "only this subject"},
    {.name = "since",
     .kind = OPTION_DATE,
     AT(options.since),
     .argument = "DATE",
     .help = "only subjects with a page submitted on DATE (YYYY-MM-DD) or later"},
};

const struct command cmd_run = {
    .name = "run",
    .line = "make tonight's run complete, or rerun a selection",
    .group = GROUP_NIGHT,
    .usage = " [--dry-run] [--allow-removals --reason TEXT]\n"
             "       crfd run --rerun --reason TEXT [--full] [--center A,B] [--subject S]\n"
             "                [--since DATE] [--allow-removals]\n",
    .text = "Makes tonight's run complete: starts it, joins it where another process is at\n"
            "it, or takes it up again after a crash or for the centers that failed or are\n"
            "held. Nothing to do if it is complete.\n",
    COMMAND_OPTIONS(command_options),
    .args_size = sizeof(struct run_args),
    .acts = true,
    .check = check,
    .run = run,
};
