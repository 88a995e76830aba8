#include "ask.h"
#include "cmd.h"
#include "crfd/batch/finding_list.h"
#include "crfd/pg/rows.h"
#include "load.h"
#include "render.h"

#include "queries.h"

#include <inttypes.h>
#include <string.h>

/* A table that nobody could read to its end is cut; CSV and JSON are whole unless --limit says otherwise. */
#define TABLE_LIMIT 500

#define STREAM_BYTES (64 * 1024) /* written at a time */

static const char what[] = "listing the findings";

struct findings_args {
    struct option_list centers;
    const char *subject_id;
    const char *form; /* the CRF's; NULL: all */
    const char *item;
    const char *check_id;
    const char *state;    /* open, closed, waived or all; NULL: open */
    const char *severity; /* A,B; NULL: all */
    struct option_list categories;
    bool is_new;
    int64_t limit; /* 0: not given */
    struct ask_form output;
};

/* What is asked, and by which configuration. */
struct question {
    const struct findings_args *args;
    const struct config *config;
    int64_t limit; /* 0: none */
    struct finding_list list;
};

static const struct table_column columns[] = {
    {"finding_id", "id", 0, NULL},         {"state", "state", 10, NULL},
    {"severity", "severity", 7, NULL},     {"category", "category", 11, NULL},
    {"center_id", "center", 2, NULL},      {"subject_id", "subject", 1, NULL},
    {"event", "event", 4, "event_repeat"}, {"form", "form", 5, "form_repeat"},
    {"check_id", "check", 0, NULL},        {"item", "item", 8, NULL},
    {"label", "label", 12, NULL},          {"age_days", "age", 6, NULL},
    {"message", "message", 0, NULL},
};

static int64_t
limit_of(const struct findings_args *args)
{
    if (args->limit > 0 || args->output.json || args->output.csv)
        return args->limit;
    return TABLE_LIMIT;
}

/* ---- For people ---- */

static void
append_folded(struct strbuf *out, const char *text)
{
    render_fold(out, text, table_columns());
}

static void
append_table(struct strbuf *out, struct arena *arena, const struct question *question, const PGresult *rows)
{
    if (PQntuples(rows) == 0) {
        strbuf_printf(out, "no %s%sfinding\n", question->args->is_new ? "new " : "",
                      question->args->state == NULL ? "open " : "");
        return;
    }
    table_append(out, rows, columns, sizeof columns / sizeof columns[0], table_columns());
    if (PQntuples(rows) == question->limit)
        append_folded(out, arena_printf(arena,
                                        "only the first %" PRId64
                                        " are shown: narrow the choice, or give --limit, --csv or --json\n",
                                        question->limit));
}

/* A page that was not taken in is checked by nothing: a list without it would read as clean. */
static bool
append_quarantine(struct strbuf *out, struct conn *conn, struct arena *arena, const struct question *question,
                  struct err *err)
{
    int64_t pages;

    if (!finding_list_quarantined(&question->list, conn, &pages, err))
        return false;
    if (pages > 0)
        append_folded(out, arena_printf(arena,
                                        "%" PRId64 " page%s in quarantine, which no check has seen: TABLE "
                                        "analysis.quarantine tells why\n",
                                        pages, pages == 1 ? " is" : "s are"));
    return true;
}

static bool
print_table(struct conn *conn, struct arena *arena, const struct question *question, struct err *err)
{
    PGresult *rows =
        conn_query(conn, what, sql_list_findings, question->list.params, FINDING_LIST_PARAMS, err);
    struct strbuf out;
    bool ok;

    if (rows == NULL)
        return false;
    strbuf_init(&out);
    append_table(&out, arena, question, rows);
    ok = finding_list_know(&question->list, conn, arena, PQntuples(rows) > 0, err) &&
         append_quarantine(&out, conn, arena, question, err) && ask_print(&out, err);
    strbuf_destroy(&out);
    PQclear(rows);
    return ok;
}

/* ---- For programs ---- */

/* What goes to programs as it comes, however much it is. */
struct stream {
    struct ask_form form;
    bool has_begun;
    bool has_rows;
    struct strbuf out;
};

static bool
take_rows(void *data, const PGresult *rows, struct err *err)
{
    struct stream *stream = data;

    if (stream->form.json)
        rows_append_json_piece(&stream->out, rows, !stream->has_begun);
    else
        rows_append_csv_piece(&stream->out, rows, !stream->has_begun, ask_is_raw(stream->form));
    stream->has_begun = true;
    stream->has_rows = stream->has_rows || PQntuples(rows) > 0;
    if (stream->out.length < STREAM_BYTES)
        return true;
    if (!ask_print(&stream->out, err))
        return false;
    strbuf_reset(&stream->out);
    return true;
}

/* What ends a document is printed only when all rows have come: one that broke off is none. */
static bool
print_stream(struct conn *conn, struct arena *arena, const struct question *question, struct err *err)
{
    struct stream stream = {.form = question->args->output};
    bool ok;

    strbuf_init(&stream.out);
    ok = conn_query_stream(conn, what, sql_list_findings, question->list.params, FINDING_LIST_PARAMS,
                           take_rows, &stream, err) &&
         finding_list_know(&question->list, conn, arena, stream.has_rows, err);
    if (ok && stream.form.json) {
        rows_end_json(&stream.out);
        strbuf_append_char(&stream.out, '\n');
    }
    ok = ok && ask_print(&stream.out, err);
    strbuf_destroy(&stream.out);
    return ok;
}

/* ---- The whole ---- */

static bool
print_findings(struct conn *conn, struct arena *arena, const void *data, struct err *err)
{
    struct question question = *(const struct question *)data;
    const struct findings_args *own = question.args;
    const char *state = own->state != NULL ? own->state : "open";
    const struct names_place place = {.config = question.config};
    const struct finding_filter filter = {
        .centers = own->centers.texts,
        .center_count = own->centers.count,
        .categories = own->categories.texts,
        .category_count = own->categories.count,
        .subject_id = own->subject_id,
        .form = own->form,
        .item = own->item,
        .check_id = own->check_id,
        .state = strcmp(state, "all") == 0 ? NULL : state,
        .severity = own->severity,
        .is_new = own->is_new,
        .limit = limit_of(own),
    };

    question.limit = filter.limit;
    if (!finding_list_open(&question.list, conn, arena, &place, &filter, err))
        return false;
    if (own->output.csv || own->output.json)
        return print_stream(conn, arena, &question, err);
    return print_table(conn, arena, &question, err);
}

static int
run(struct arena *arena, const struct common_args *common, const void *args)
{
    struct question question = {.args = args};
    struct config config;
    int exit_status;

    if (!load_config(arena, common, &config, &exit_status))
        return exit_status;
    question.config = &config;
    return ask_database(arena, &config, &question, print_findings);
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
    {.name = "item", .kind = OPTION_TEXT, AT(item), .argument = "I", .help = "only at this item"},
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
    {.name = "new", AT(is_new), .help = "only what was opened, or opened again, in the last night or since"},
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
