#include "ask.h"
#include "cmd.h"
#include "crfd/pg/rows.h"
#include "load.h"

#include "queries.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static const struct table_column quality[] = {
    {"subjects", "subjects", 0, NULL},       {"pages", "pages", 0, NULL},
    {"quarantined", "quarantined", 3, NULL}, {"open_critical", "critical", 2, NULL},
    {"open_major", "major", 0, NULL},        {"open_minor", "minor", 1, NULL},
    {"cleaned", "cleaned values", 4, NULL},
};

static const struct table_column runs[] = {
    {"run_id", "run", 0, NULL},
    {"night", "night", 0, NULL},
    {"kind", "kind", 6, NULL},
    {"state", "state", 0, NULL},
    {"attempts", "attempts", 7, NULL},
    {"seconds", "seconds", 1, NULL},
    {"evaluated", "evaluated", 8, NULL},
    {"pages_read", "pages", 3, NULL},
    {"pages_written", "written", 5, NULL},
    {"findings_opened", "opened", 4, NULL},
    {"findings_closed", "closed", 9, NULL},
    {"error", "error", 2, NULL},
};

static const struct table_column checks[] = {
    {"check_id", "check", 0, NULL},    {"severity", "severity", 2, NULL}, {"findings", "findings", 0, NULL},
    {"subjects", "subjects", 3, NULL}, {"oldest", "oldest", 1, NULL},
};

static const struct table_column quarantine[] = {
    {"pages", "pages", 0, NULL},
    {"subjects", "subjects", 1, NULL},
    {"reason", "reason", 0, NULL},
};

/* The parts of a center's story, in the order in which they are told. */
static const struct part {
    const char *key; /* in JSON */
    const char *title;
    const char *sql;
    const struct table_column *columns;
    size_t column_count;
} parts[] = {
    {"quality", "what is there", sql_center_quality, quality, COUNT(quality)},
    {"runs", "runs", sql_center_runs, runs, COUNT(runs)},
    {"open_findings", "open findings", sql_center_open_checks, checks, COUNT(checks)},
    {"quarantine", "quarantine", sql_center_quarantine, quarantine, COUNT(quarantine)},
};

struct center_args {
    const char *center_id;
    bool json;
};

static void
append_part(struct strbuf *out, const struct center_args *args, size_t index, const PGresult *rows)
{
    const struct part *part = &parts[index];

    if (args->json) {
        strbuf_printf(out, "%s\"%s\": ", index > 0 ? ",\n" : "{", part->key);
        rows_append_json(out, rows);
    } else {
        strbuf_printf(out, "%s%s%s\n", index > 0 ? "\n" : "", part->title,
                      PQntuples(rows) == 0 ? ": nothing" : "");
        if (PQntuples(rows) > 0)
            table_append(out, rows, part->columns, part->column_count, table_columns());
    }
}

/* *known: the center was ever listed in a run, or has something in the tables. */
static bool
append_story(struct conn *conn, const struct center_args *args, struct strbuf *out, bool *known,
             struct err *err)
{
    struct conn_param center = CONN_TEXT(args->center_id);

    for (size_t i = 0; i < COUNT(parts); i++) {
        PGresult *rows = conn_query(conn, "looking at the center", parts[i].sql, &center, 1, err);

        if (rows == NULL)
            return false;
        *known = *known || PQntuples(rows) > 0;
        append_part(out, args, i, rows);
        PQclear(rows);
    }
    if (args->json)
        strbuf_append(out, "}\n");
    return true;
}

static bool
print_center(struct conn *conn, struct arena *arena, const void *args, struct err *err)
{
    const struct center_args *own = args;
    struct strbuf out;
    bool known = false;
    bool ok;

    (void)arena;
    strbuf_init(&out);
    ok = append_story(conn, own, &out, &known, err);
    if (ok && !known) {
        err_set(err, ERR_USAGE, "no run knows a center \"%s\"; TABLE crfd.center lists them", own->center_id);
        ok = false;
    }
    ok = ok && ask_print(&out, err);
    strbuf_destroy(&out);
    return ok;
}

static int
run(struct arena *arena, const struct common_args *common, const void *args)
{
    return ask_command(arena, common, args, print_center);
}

static const struct command_option options[] = {
    {.name = "json", .at = offsetof(struct center_args, json), .help = "all columns, for programs"},
};

static const struct command_operand operand = {
    .name = "CENTER",
    .kind = OPTION_TEXT,
    .at = offsetof(struct center_args, center_id),
    .needs = "the id of one center",
};

const struct command cmd_center = {
    .name = "center",
    .line = "one center's story",
    .group = GROUP_NIGHT,
    .text = "Tells one center's story: what it has in the tables, its last ten runs, its\n"
            "open findings by check, and its pages in quarantine by reason.\n",
    COMMAND_OPTIONS(options),
    .operand = &operand,
    .args_size = sizeof(struct center_args),
    .run = run,
};
