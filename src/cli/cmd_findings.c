#include "ask.h"
#include "cmd.h"
#include "load.h"
#include "names.h"
#include "render.h"

#include "queries.h"

#include <inttypes.h>
#include <string.h>

/* A table that nobody could read to its end is cut; CSV and JSON are whole unless --limit says otherwise. */
#define TABLE_LIMIT 500

#define STREAM_BYTES (64 * 1024) /* written at a time */

#define FINDINGS_PARAMS 12 /* of sql/queries/list_findings.sql */

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
    const char *centers; /* an array for SQL; NULL: all */
    int64_t limit;       /* 0: none */
    struct conn_param params[FINDINGS_PARAMS];
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

/* ---- Names ---- */

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

/* So of all that is named. Where a finding was found there is all of it, but one of several categories may be wrong. */
static bool
know_names(struct conn *conn, struct arena *arena, const struct question *question, bool is_found,
           struct err *err)
{
    const struct findings_args *args = question->args;
    const struct {
        enum name_kind kind;
        const char *name;
    } named[] = {{NAME_SUBJECT, args->subject_id},
                 {NAME_FORM, args->form},
                 {NAME_ITEM, args->item},
                 {NAME_CHECK, args->check_id}};

    for (size_t i = 0; !is_found && i < sizeof named / sizeof named[0]; i++)
        if (named[i].name != NULL &&
            !names_know(conn, arena, question->config, named[i].kind, named[i].name, question->centers, err))
            return false;
    for (size_t i = 0; i < args->categories.count && !(is_found && args->categories.count == 1); i++)
        if (!names_know(conn, arena, question->config, NAME_CATEGORY, args->categories.texts[i], NULL, err))
            return false;
    return true;
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

    if (!conn_query_int(conn, "counting the pages in quarantine", sql_quarantine_count, question->params, 3,
                        &pages, err))
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
    PGresult *rows = conn_query(conn, what, sql_list_findings, question->params, FINDINGS_PARAMS, err);
    struct strbuf out;
    bool ok;

    if (rows == NULL)
        return false;
    strbuf_init(&out);
    append_table(&out, arena, question, rows);
    ok = know_names(conn, arena, question, PQntuples(rows) > 0, err) &&
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
        table_append_json_piece(&stream->out, rows, !stream->has_begun);
    else
        table_append_csv_piece(&stream->out, rows, !stream->has_begun, ask_is_raw(stream->form));
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
    ok = conn_query_stream(conn, what, sql_list_findings, question->params, FINDINGS_PARAMS, take_rows,
                           &stream, err) &&
         know_names(conn, arena, question, stream.has_rows, err);
    if (ok && stream.form.json) {
        table_end_json(&stream.out);
        strbuf_append_char(&stream.out, '\n');
    }
    ok = ok && ask_print(&stream.out, err);
    strbuf_destroy(&stream.out);
    return ok;
}

/* ---- The whole ---- */

/* What the last night opened, or what has come since. */
static bool
find_last_night(struct conn *conn, struct arena *arena, const char **run_id, struct err *err)
{
    PGresult *run = conn_query(conn, "looking for the last night", sql_run_of_last_night, NULL, 0, err);
    bool ok = run != NULL && PQntuples(run) == 1;

    if (ok)
        *run_id = arena_strdup(arena, PQgetvalue(run, 0, 0));
    else if (run != NULL)
        err_set(err, ERR_USAGE, "--new: there has been no night yet");
    PQclear(run);
    return ok;
}

static bool
find_labels(struct conn *conn, struct arena *arena, const char **labels, struct err *err)
{
    PGresult *found = conn_query(conn, "reading the labels", sql_list_labels, NULL, 0, err);

    if (found != NULL)
        *labels = arena_strdup(arena, PQgetvalue(found, 0, 0));
    PQclear(found);
    return found != NULL;
}

static bool
print_findings(struct conn *conn, struct arena *arena, const void *data, struct err *err)
{
    struct question question = *(const struct question *)data;
    const struct findings_args *own = question.args;
    const char *state = own->state != NULL ? own->state : "open";
    const char *since = NULL, *labels;

    question.limit = limit_of(own);
    question.centers = join(arena, &own->centers);
    if (!know_centers(conn, question.centers, err) ||
        (own->is_new && !find_last_night(conn, arena, &since, err)) ||
        !find_labels(conn, arena, &labels, err))
        return false;
    memcpy(question.params,
           (const struct conn_param[FINDINGS_PARAMS]){
               CONN_TEXT(question.centers),
               CONN_TEXT(own->subject_id),
               CONN_TEXT(own->form),
               CONN_TEXT(own->check_id),
               CONN_TEXT(strcmp(state, "all") == 0 ? NULL : state),
               CONN_TEXT(own->severity),
               CONN_TEXT(join(arena, &own->categories)),
               CONN_TEXT(own->item),
               CONN_TEXT(since),
               CONN_TEXT(labels),
               CONN_TEXT(question.config->timezone),
               CONN_TEXT(question.limit > 0 ? arena_printf(arena, "%" PRId64, question.limit) : NULL),
           },
           sizeof question.params);
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
