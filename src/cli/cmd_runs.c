#include "crfd/cli/ask.h"
#include "crfd/cli/cmd.h"
#include "crfd/cli/load.h"

#include "queries.h"

#include <inttypes.h>
#include <stdio.h>

#define DEFAULT_RUNS 20

static const struct table_column columns[] = {
    {"run_id", "run", 0},
    {"night", "night", 0},
    {"kind", "kind", 7},
    {"state", "state", 0},
    {"seconds", "seconds", 0},
    {"times_usual", "x usual", 2},
    {"centers", "centers", 3},
    {"failed", "failed", 1},
    {"pages_read", "pages", 4},
    {"pages_written", "written", 9},
    {"findings_opened", "opened", 6},
    {"findings_closed", "closed", 10},
    {"reason", "reason", 8},
};

static bool
print_runs(struct conn *conn, struct arena *arena, const struct args *args, struct err *err)
{
    char limit[24];
    struct conn_param params[] = {CONN_TEXT(limit)};
    struct strbuf out;
    PGresult *rows;
    bool ok;

    (void)arena;
    snprintf(limit, sizeof limit, "%" PRId64, args->limit > 0 ? args->limit : DEFAULT_RUNS);
    rows = conn_query(conn, "listing the runs", sql_list_runs, params, 1, err);
    if (rows == NULL)
        return false;
    strbuf_init(&out);
    if (PQntuples(rows) == 0 && !args->json && !args->csv)
        strbuf_append(&out, "no run yet\n");
    else
        ask_append(&out, args, rows, columns, sizeof columns / sizeof columns[0]);
    ok = ask_print(&out, err);
    strbuf_destroy(&out);
    PQclear(rows);
    return ok;
}

int
cmd_runs(struct arena *arena, const struct args *args)
{
    return ask_command(arena, args, print_runs);
}
