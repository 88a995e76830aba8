#include "crfd/cli/ask.h"
#include "crfd/cli/cmd.h"
#include "crfd/cli/load.h"
#include "crfd/cli/render.h"

#include "queries.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* A table that nobody could read to its end is cut; CSV and JSON are whole unless --limit says otherwise. */
#define TABLE_LIMIT 500

static const struct table_column columns[] = {
    {"finding_id", "id", 0},    {"state", "state", 7},        {"severity", "severity", 5},
    {"center_id", "center", 2}, {"subject_id", "subject", 1}, {"event", "event", 4},
    {"form", "form", 6},        {"check_id", "check", 0},     {"item", "item", 3},
    {"message", "message", 0},
};

/* A,B; NULL where no center is named. */
static const char *
join_centers(struct arena *arena, const struct args *args)
{
    const char *joined = NULL;

    for (size_t i = 0; i < args->run.center_count; i++)
        joined = joined == NULL ? args->run.centers[i]
                                : arena_printf(arena, "%s,%s", joined, args->run.centers[i]);
    return joined;
}

static int64_t
limit_of(const struct args *args)
{
    if (args->limit > 0 || args->json || args->csv)
        return args->limit;
    return TABLE_LIMIT;
}

static void
append_table(struct strbuf *out, const struct args *args, const PGresult *rows, int64_t limit)
{
    if (PQntuples(rows) == 0 && !args->json && !args->csv) {
        const char *state = args->state == NULL ? "open " : "";

        strbuf_printf(out, "no %sfinding\n", state);
        return;
    }
    ask_append(out, args, rows, columns, sizeof columns / sizeof columns[0]);
    if (!args->json && !args->csv && PQntuples(rows) == limit) {
        char text[128];

        snprintf(text, sizeof text,
                 "only the first %" PRId64
                 " are shown: narrow the choice, or give --limit, --csv or --json\n",
                 limit);
        render_fold(out, text, table_columns());
    }
}

/* "No finding" of a center that was only misspelt would read as clean. */
static bool
know_centers(struct conn *conn, const char *centers, struct err *err)
{
    struct conn_param params[] = {CONN_TEXT(centers)};
    PGresult *unknown;
    bool ok;

    if (centers == NULL)
        return true;
    unknown = conn_query(conn, "looking for the centers", sql_unknown_center, params, 1, err);
    if (unknown == NULL)
        return false;
    ok = PQntuples(unknown) == 0;
    if (!ok)
        err_set(err, ERR_USAGE, "no run knows a center \"%s\"; TABLE crfd.center lists them",
                PQgetvalue(unknown, 0, 0));
    PQclear(unknown);
    return ok;
}

static bool
print_findings(struct conn *conn, struct arena *arena, const struct args *args, struct err *err)
{
    int64_t limit = limit_of(args);
    const char *state = args->state != NULL ? args->state : "open";
    const char *centers = join_centers(arena, args);
    struct conn_param params[] = {
        CONN_TEXT(centers),
        CONN_TEXT(args->run.subject_id),
        CONN_TEXT(args->form),
        CONN_TEXT(args->check_id),
        CONN_TEXT(strcmp(state, "all") == 0 ? NULL : state),
        CONN_TEXT(args->severity),
        CONN_TEXT(limit > 0 ? arena_printf(arena, "%" PRId64, limit) : NULL),
    };
    PGresult *rows;
    struct strbuf out;
    bool ok;

    if (!know_centers(conn, centers, err))
        return false;
    rows = conn_query(conn, "listing the findings", sql_list_findings, params, 7, err);
    if (rows == NULL)
        return false;
    strbuf_init(&out);
    append_table(&out, args, rows, limit);
    ok = ask_print(&out, err);
    strbuf_destroy(&out);
    PQclear(rows);
    return ok;
}

int
cmd_findings(struct arena *arena, const struct args *args)
{
    return ask_command(arena, args, print_findings);
}
