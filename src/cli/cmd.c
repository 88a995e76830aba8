#include "crfd/cli/cmd.h"

#include "crfd/base/terminal.h"
#include "crfd/cli/ask.h"
#include "crfd/cli/load.h"
#include "crfd/cli/render.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int
print_help(enum verb verb)
{
    struct strbuf text;
    struct err err = {0};
    bool ok;

    strbuf_init(&text);
    render_fold(&text, args_help(verb), terminal_columns(STDOUT_FILENO));
    ok = ask_print(&text, &err);
    strbuf_destroy(&text);
    return ok ? 0 : tell_error(&err);
}

static int
dispatch(struct arena *arena, const struct args *args)
{
    switch (args->verb) {
    case VERB_DAEMON:
        return cmd_daemon(arena, args);
    case VERB_RUN:
        return cmd_run(arena, args);
    case VERB_STATUS:
        return cmd_status(arena, args);
    case VERB_CHECK:
        return cmd_check(arena, args);
    case VERB_MIGRATE:
        return cmd_migrate(arena, args);
    case VERB_WAIVE:
        return cmd_waive(arena, args);
    case VERB_EXPLAIN:
        return cmd_explain(arena, args);
    case VERB_VERIFY:
        return cmd_verify(arena, args);
    case VERB_RUNS:
        return cmd_runs(arena, args);
    case VERB_FINDINGS:
        return cmd_findings(arena, args);
    case VERB_CENTER:
        return cmd_center(arena, args);
    case VERB_VERSION:
        puts("crfd " CRFD_VERSION);
        return 0;
    case VERB_HELP:
    case VERB_NONE: /* args_parse gives none */
    default:
        return print_help(args->help_for);
    }
}

/* What it did stands, whether it could be told or not; a verb that only tells has done nothing. */
static bool
only_tells(enum verb verb)
{
    return verb != VERB_DAEMON && verb != VERB_RUN && verb != VERB_MIGRATE && verb != VERB_WAIVE;
}

int
cmd_dispatch(struct arena *arena, const struct args *args)
{
    int exit_status = dispatch(arena, args);
    struct err err = {0};

    if (exit_status != 0 || (fflush(stdout) == 0 && !ferror(stdout)))
        return exit_status;
    err_set(&err, ERR_IO, "writing to standard output: %s", strerror(errno));
    tell_error(&err);
    return only_tells(args->verb) ? err_exit_status(ERR_IO) : 0;
}
