#include "against.h"
#include "crfd/pg/rows.h"

#include "crfd/base/clock.h"
#include "crfd/batch/instance_study.h"
#include "crfd/batch/session.h"
#include "crfd/batch/what_if.h"
#include "crfd/daemon/schedule.h"
#include "crfd/definition/study_tables.h"
#include "crfd/pg/migrate.h"
#include "load.h"
#include "render.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Type numbers of PostgreSQL's catalog, which never change. */
enum { OID_INT8 = 20, OID_INT4 = 23, OID_TEXT = 25 };

/* What `crfd migrate` would have to do first. *fits is false where it would refuse. */
static bool
tell_tables(FILE *out, struct arena *arena, const struct config *config, const struct definition *definition,
            struct context *context, bool *fits, struct err *err)
{
    struct conn *conn = session_open_reader(config, context, err);
    struct strbuf sql, report;
    struct problems problems;
    bool ok = false;

    strbuf_init(&sql);
    strbuf_init(&report);
    problems_init(&problems, arena, config->study_path);
    *fits = true;
    if (conn == NULL || !migrate_check(conn, err) ||
        !instance_study_check(conn, definition->study->name, err))
        goto done;
    ok = study_tables_plan(conn, definition->study, &sql, &report, &problems, err);
    if (ok && sql.length > 0)
        fprintf(out, "The form tables do not fit yet; `crfd migrate` would first do this:\n%s\n",
                report.text);
    if (!ok && problems.count > 0) {
        *fits = false;
        ok = true;
        err_clear(err);
        fputs("`crfd migrate` would refuse this definition:\n", out);
        strbuf_reset(&report);
        strbuf_reset(&sql);
        problems_print(&problems, &report);
        render_lines(&sql, report.text);
        fprintf(out, "%s\n", sql.text);
    }
done:
    conn_close(conn);
    strbuf_destroy(&sql);
    strbuf_destroy(&report);
    return ok;
}

static void
print_row(const char *check_id, int64_t opens, int64_t closes, int64_t stays, const char *note)
{
    struct strbuf id;

    strbuf_init(&id);
    render_text(&id, check_id);
    printf("%-40s %10" PRId64 " %10" PRId64 " %10" PRId64 "%s\n", id.text, opens, closes, stays, note);
    strbuf_destroy(&id);
}

static void
print_rows(const struct what_if *what_if)
{
    int64_t opens = 0, closes = 0, stays = 0;

    printf("%-40s %10s %10s %10s\n", "findings that would", "open", "close", "stay");
    for (size_t i = 0; i < what_if->count; i++) {
        const struct what_if_row *row = &what_if->rows[i];

        print_row(row->check_id, row->opens, row->closes, row->stays, row->retired ? "  retired" : "");
        opens += row->opens;
        closes += row->closes;
        stays += row->stays;
    }
    print_row("all", opens, closes, stays, "");
}

static void
print_pages(const struct what_if *what_if)
{
    struct strbuf text;

    strbuf_init(&text);
    render_count(&text, what_if->pages);
    strbuf_append(&text, " pages of ");
    render_count(&text, what_if->subjects);
    strbuf_append(&text, " subjects; in quarantine would be ");
    render_count(&text, what_if->quarantined);
    strbuf_append(&text, ", now there are ");
    render_count(&text, what_if->quarantined_now);
    if (what_if->changed_subjects > 0) {
        strbuf_append(&text, "\npages of ");
        render_count(&text, what_if->changed_subjects);
        strbuf_append(
            &text, " subjects have changed since the last night: what that opens and closes is counted, too");
    }
    puts(text.text);
    puts("nothing was changed");
    strbuf_destroy(&text);
}

/* ---- The list ---- */

static const struct {
    const char *name;
    Oid type; /* of PostgreSQL's catalog, as table.h takes it */
} list_columns[] = {
    {"change", OID_TEXT},   {"finding_id", OID_INT8},   {"center_id", OID_TEXT}, {"subject_id", OID_TEXT},
    {"event", OID_TEXT},    {"event_repeat", OID_INT4}, {"form", OID_TEXT},      {"form_repeat", OID_INT4},
    {"check_id", OID_TEXT}, {"item", OID_TEXT},         {"severity", OID_TEXT},  {"category", OID_TEXT},
    {"message", OID_TEXT},
};

#define LIST_COLUMNS ((int)(sizeof list_columns / sizeof list_columns[0]))
#define LIST_ROWS    256 /* held before they are printed */

/* Rows of a result that no server has sent, so that a list looks as those of queries do. */
struct list {
    struct ask_form form;
    PGresult *rows;
    bool has_begun;
};

static bool
list_begin(struct list *list, struct err *err)
{
    PGresAttDesc columns[LIST_COLUMNS] = {{0}};

    for (int i = 0; i < LIST_COLUMNS; i++)
        columns[i] =
            (PGresAttDesc){.name = (char *)(uintptr_t)list_columns[i].name, .typid = list_columns[i].type};
    list->rows = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
    if (list->rows != NULL && PQsetResultAttrs(list->rows, LIST_COLUMNS, columns) != 0)
        return true;
    err_set(err, ERR_INTERNAL, "listing the findings: out of memory");
    return false;
}

static bool
list_print(struct list *list, struct err *err)
{
    struct strbuf out;
    bool ok;

    strbuf_init(&out);
    if (list->form.json)
        rows_append_json_piece(&out, list->rows, !list->has_begun);
    else
        rows_append_csv_piece(&out, list->rows, !list->has_begun, ask_is_raw(list->form));
    list->has_begun = true;
    ok = ask_print(&out, err);
    strbuf_destroy(&out);
    PQclear(list->rows);
    list->rows = NULL;
    return ok;
}

/* text NULL: NULL. */
static bool
set_cell(PGresult *rows, int row, int column, const char *text)
{
    return PQsetvalue(rows, row, column, (char *)(uintptr_t)text, text != NULL ? (int)strlen(text) : -1) != 0;
}

static bool
set_number(PGresult *rows, int row, int column, int64_t number)
{
    char text[24];

    snprintf(text, sizeof text, "%" PRId64, number);
    return set_cell(rows, row, column, text);
}

static bool
set_row(PGresult *rows, int row, const struct what_if_finding *finding)
{
    static const char *const words[] = {
        [WHAT_IF_OPENS] = "opens", [WHAT_IF_CLOSES] = "closes", [WHAT_IF_STAYS] = "stays"};
    int column = 0;

    return set_cell(rows, row, column++, words[finding->change]) &&
           (finding->finding_id != 0 ? set_number(rows, row, column++, finding->finding_id)
                                     : set_cell(rows, row, column++, NULL)) &&
           set_cell(rows, row, column++, finding->center_id) &&
           set_cell(rows, row, column++, finding->subject_id) &&
           set_cell(rows, row, column++, finding->event) &&
           set_number(rows, row, column++, finding->event_repeat) &&
           set_cell(rows, row, column++, finding->form) &&
           set_number(rows, row, column++, finding->form_repeat) &&
           set_cell(rows, row, column++, finding->check_id) && set_cell(rows, row, column++, finding->item) &&
           set_cell(rows, row, column++, finding->severity) &&
           set_cell(rows, row, column++, finding->category) &&
           set_cell(rows, row, column++, finding->message);
}

static bool
list_finding(void *data, const struct what_if_finding *finding, struct err *err)
{
    struct list *list = data;

    if (list->rows == NULL && !list_begin(list, err))
        return false;
    if (!set_row(list->rows, PQntuples(list->rows), finding)) {
        err_set(err, ERR_INTERNAL, "listing the findings: out of memory");
        return false;
    }
    return PQntuples(list->rows) < LIST_ROWS || list_print(list, err);
}

/* What ends a list is printed only when all findings have come: one that broke off is none. */
static bool
list_end(struct list *list, struct err *err)
{
    if (list->rows == NULL && !list->has_begun && !list_begin(list, err))
        return false;
    if (list->rows != NULL && !list_print(list, err))
        return false;
    if (list->form.json)
        fputs("]\n", stdout);
    return ask_flush(err);
}

static bool
tell_list(struct arena *arena, const struct config *config, const struct definition *definition,
          struct ask_form form, int32_t night, struct context *context, struct err *err)
{
    struct list list = {.form = form};
    const struct what_if_teller teller = {.tell = list_finding, .data = &list};
    struct what_if what_if;
    bool ok = what_if_run(arena, config, definition, night, &teller, context, &what_if, err) &&
              list_end(&list, err);

    PQclear(list.rows);
    return ok;
}

static bool
tell_counts(struct arena *arena, const struct config *config, const struct definition *definition,
            int32_t night, struct context *context, struct err *err)
{
    struct what_if what_if;

    if (!what_if_run(arena, config, definition, night, NULL, context, &what_if, err))
        return false;
    print_rows(&what_if);
    print_pages(&what_if);
    return true;
}

int
against_tell(struct arena *arena, const struct config *config, const struct definition *definition,
             struct ask_form form)
{
    struct night night = schedule_night(&config->schedule, clock_unix_us());
    bool is_list = form.csv || form.json;
    struct context context;
    struct err err = {0};
    bool fits = true, ok;

    if (!context_init(&context, NULL, "run", config->run_deadline_ms, &err))
        return tell_error(&err);
    ok = tell_tables(is_list ? stderr : stdout, arena, config, definition, &context, &fits, &err) &&
         (is_list ? tell_list(arena, config, definition, form, night.days, &context, &err)
                  : tell_counts(arena, config, definition, night.days, &context, &err));
    context_destroy(&context);
    if (!ok)
        return tell_error(&err);
    return fits ? 0 : err_exit_status(ERR_DIFFERENCE);
}
