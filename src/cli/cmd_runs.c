#include "ask.h"
#include "cmd.h"
#include "load.h"

#include "queries.h"

#include <inttypes.h>
#include <stdio.h>

#define DEFAULT_RUNS 20

struct runs_args {
    int64_t limit; /* 0: DEFAULT_RUNS */
    struct ask_form form;
};

static const struct table_column columns[] = {
    {"run_id", "run", 0, NULL},
    {"night", "night", 0, NULL},
    {"kind", "kind", 7, NULL},
    {"state", "state", 0, NULL},
    {"seconds", "seconds", 0, NULL},
    {"times_usual", "x usual", 2, NULL},
    {"centers", "centers", 3, NULL},
    {"failed", "failed", 1, NULL},
    {"held", "held", 0, NULL},
    {"pages_read", "pages", 4, NULL},
    {"pages_written", "written", 9, NULL},
    {"pages_removed", "removed", 5, NULL},
    {"findings_opened", "opened", 6, NULL},
    {"findings_closed", "closed", 10, NULL},
    {"reason", "reason", 8, NULL},
    {"error", "error", 1, NULL},
};

static bool
print_runs(struct conn *conn, struct arena *arena, const void *args, struct err *err)
{
    const struct runs_args *own = args;
    char limit[24];
    struct conn_param params[] = {CONN_TEXT(limit)};
    struct strbuf out;
    PGresult *rows;
    bool ok;

    (void)arena;
    snprintf(limit, sizeof limit, "%" PRId64, own->limit > 0 ? own->limit : DEFAULT_RUNS);
    rows = conn_query(conn, "listing the runs", sql_list_runs, params, 1, err);
    if (rows == NULL)
        return false;
    strbuf_init(&out);
    if (PQntuples(rows) == 0 && !own->form.json && !own->form.csv)
        strbuf_append(&out, "no run yet\n");
    else
        ask_append(&out, own->form, rows, columns, sizeof columns / sizeof columns[0]);
    ok = ask_print(&out, err);
    strbuf_destroy(&out);
    PQclear(rows);
    return ok;
}

static int
run(struct arena *arena, const struct common_args *common, const void *args)
{
    return ask_command(arena, common, args, print_runs);
}

static const struct command_option options[] = {
    {.name = "limit",
     .kind = OPTION_NUMBER,
     .at = offsetof(struct runs_args, limit),
     .argument = "N",
     .help = "so many (default 20)"},
    ASK_FORM_OPTIONS(struct runs_args, form),
};

static bool
check(void *args, struct err *err)
{
    return ask_check(((const struct runs_args *)args)->form, err);
}

const struct command cmd_runs = {
    .name = "runs",
    .line = "what ran, how long it took, and what it did",
    .group = GROUP_NIGHT,
    .text = "Lists the last runs, the latest first. \"x usual\" compares the duration with\n"
            "the median of the seven nightly runs before that ended well.\n",
    COMMAND_OPTIONS(options),
    .args_size = sizeof(struct runs_args),
    .check = check,
    .run = run,
};
