#include "ask.h"
#include "cmd.h"
#include "load.h"
#include "render.h"

#include "queries.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* A table that nobody could read to its end is cut; CSV and JSON are whole unless --limit says otherwise. */
#define TABLE_LIMIT 500

#define STREAM_BYTES (64 * 1024) /* written at a time */

#define FINDINGS_PARAMS 8 /* of sql/queries/list_findings.sql */

static const char what[] = "listing the findings";

struct findings_args {
    struct option_list centers;
    const char *subject_id;
    const char *form; /* the CRF's; NULL: all */
    const char *check_id;
    const char *state;    /* open, closed, waived or all; NULL: open */
    const char *severity; /* A,B; NULL: all */
    struct option_list categories;
    int64_t limit; /* 0: not given */
    struct ask_form output;
};

static const struct table_column columns[] = {
    {"finding_id", "id", 0},     {"state", "state", 7},      {"severity", "severity", 5},
    {"category", "category", 8}, {"center_id", "center", 2}, {"subject_id", "subject", 1},
    {"event", "event", 4},       {"form", "form", 6},        {"check_id", "check", 0},
    {"item", "item", 3},         {"message", "message", 0},
};

/* An array for SQL; NULL where nothing is named. */
static const char *
join(struct arena *arena, const struct option_list *list)
{
    const char *joined;
    struct strbuf array;

    if (list->count == 0)
        return NULL;
    strbuf_init(&array);
    strbuf_append_char(&array, '{');
    for (size_t i = 0; i < list->count; i++)
        conn_append_array_element(&array, list->texts[i]);
    strbuf_append_char(&array, '}');
    joined = arena_strdup(arena, array.text);
    strbuf_destroy(&array);
    return joined;
}

static int64_t
limit_of(const struct findings_args *args)
{
    if (args->limit > 0 || args->output.json || args->output.csv)
        return args->limit;
    return TABLE_LIMIT;
}

static void
append_table(struct strbuf *out, const struct findings_args *args, const PGresult *rows, int64_t limit)
{
    if (PQntuples(rows) == 0) {
        const char *state = args->state == NULL ? "open " : "";

        strbuf_printf(out, "no %sfinding\n", state);
        return;
    }
    table_append(out, rows, columns, sizeof columns / sizeof columns[0], table_columns());
    if (PQntuples(rows) == limit) {
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
print_table(struct conn *conn, const struct findings_args *args,
            const struct conn_param params[FINDINGS_PARAMS], int64_t limit, struct err *err)
{
    PGresult *rows = conn_query(conn, what, sql_list_findings, params, FINDINGS_PARAMS, err);
    struct strbuf out;
    bool ok;

    if (rows == NULL)
        return false;
    strbuf_init(&out);
    append_table(&out, args, rows, limit);
    ok = ask_print(&out, err);
    strbuf_destroy(&out);
    PQclear(rows);
    return ok;
}

/* What goes to programs as it comes, however much it is. */
struct stream {
    struct ask_form form;
    bool has_begun;
    struct strbuf out;
};

static bool
take_rows(void *data, const PGresult *rows, struct err *err)
{
    struct stream *stream = data;

    if (stream->form.json)
        table_append_json_piece(&stream->out, rows, !stream->has_begun);
    else
        table_append_csv_piece(&stream->out, rows, !stream->has_begun, ask_is_raw(stream->form));
    stream->has_begun = true;
    if (stream->out.length < STREAM_BYTES)
        return true;
    if (!ask_print(&stream->out, err))
        return false;
    strbuf_reset(&stream->out);
    return true;
}

/* What ends a document is printed only when all rows have come: one that broke off is none. */
static bool
print_stream(struct conn *conn, struct ask_form form, const struct conn_param params[FINDINGS_PARAMS],
             struct err *err)
{
    struct stream stream = {.form = form};
    bool ok;

    strbuf_init(&stream.out);
    ok = conn_query_stream(conn, what, sql_list_findings, params, FINDINGS_PARAMS, take_rows, &stream, err);
    if (ok && form.json) {
        table_end_json(&stream.out);
        strbuf_append_char(&stream.out, '\n');
    }
    ok = ok && ask_print(&stream.out, err);
    strbuf_destroy(&stream.out);
    return ok;
}

static bool
print_findings(struct conn *conn, struct arena *arena, const void *args, struct err *err)
{
    const struct findings_args *own = args;
    int64_t limit = limit_of(own);
    const char *state = own->state != NULL ? own->state : "open";
    const char *centers = join(arena, &own->centers);
    const struct conn_param params[FINDINGS_PARAMS] = {
        CONN_TEXT(centers),
        CONN_TEXT(own->subject_id),
        CONN_TEXT(own->form),
        CONN_TEXT(own->check_id),
        CONN_TEXT(strcmp(state, "all") == 0 ? NULL : state),
        CONN_TEXT(own->severity),
        CONN_TEXT(join(arena, &own->categories)),
        CONN_TEXT(limit > 0 ? arena_printf(arena, "%" PRId64, limit) : NULL),
    };

    if (!know_centers(conn, centers, err))
        return false;
    if (own->output.csv || own->output.json)
        return print_stream(conn, own->output, params, err);
    return print_table(conn, own, params, limit, err);
}

static int
run(struct arena *arena, const struct common_args *common, const void *args)
{
    return ask_command(arena, common, args, print_findings);
}

#define AT(member) .at = offsetof(struct findings_args, member)

static const struct command_option options[] = {
    {.name = "center",
     .kind = OPTION_LIST,
     AT(centers),
     .argument = "A,B",
     .help = "only these centers; may be repeated; a comma of an id is \\,"},
    {.name = "subject", .kind = OPTION_TEXT, AT(subject_id), .argument = "S", .help = "only this subject"},
    {.name = "form", .kind = OPTION_TEXT, AT(form), .argument = "F", .help = "only this form"},
    {.name = "check",
     .kind = OPTION_TEXT,
     AT(check_id),
     .argument = "ID",
     .help = "only this check or built-in rule"},
    {.name = "state",
     .kind = OPTION_WORD,
     AT(state),
     .argument = "STATE",
     .words = "open closed waived all",
     .help = "open (default), closed, waived or all"},
    {.name = "severity",
     .kind = OPTION_WORDS,
     AT(severity),
     .argument = "A,B",
     .words = "minor major critical",
     .help = "of minor, major, critical"},
    {.name = "category",
     .kind = OPTION_LIST,
     AT(categories),
     .argument = "A,B",
     .help = "of these categories of the study; may be repeated; a comma of one is \\,"},
    {.name = "limit",
     .kind = OPTION_NUMBER,
     AT(limit),
     .argument = "N",
     .help = "at most so many (default: 500 in a table, all with --csv and --json)"},
    {.name = "csv",
     AT(output.csv),
     .help = "all columns, with the evidence, for spreadsheets: what they would compute has\n"
             "an apostrophe before it"},
    {.name = "json",
     AT(output.json),
     .excludes = "csv",
     .help = "all columns, with the evidence, for programs"},
    {.name = "raw", AT(output.raw), .help = "CSV byte for byte as the database has it, for programs"},
};

static bool
check(void *args, struct err *err)
{
    return ask_check(((const struct findings_args *)args)->output, err);
}

const struct command cmd_findings = {
    .name = "findings",
    .line = "the findings, by center, subject, form, check, state, severity and category",
    .group = GROUP_FINDINGS,
    .text = "Lists findings in the order of centers, subjects and pages.\n",
    COMMAND_OPTIONS(options),
    .args_size = sizeof(struct findings_args),
    .check = check,
    .run = run,
};
