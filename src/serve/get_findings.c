#include "get_findings.h"

#include "crfd/base/log.h"
#include "crfd/batch/finding_list.h"
#include "crfd/definition/ddl.h"
#include "crfd/pg/rows.h"
#include "finding_rows.h"
#include "query.h"
#include "server.h"

#include "queries.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define AGE_MAX      100000 /* days */
#define PAGE_DEFAULT 200
#define PAGE_MAX     1000
#define CSV_MAX      50000

/* --- parameters --- */

static bool
is_word(const char *text, size_t length, const char *const *words)
{
    for (; *words != NULL; words++)
        if (strlen(*words) == length && memcmp(*words, text, length) == 0)
            return true;
    return false;
}

static void
check_words(struct request *request)
{
    static const char *const states[] = {"open", "closed", "waived", "all", NULL};
    static const char *const severities[] = {"minor", "major", "critical", NULL};
    const char *state = target_param(&request->target, "state");
    const char *severity = target_param(&request->target, "severity");
    const char *is_new = target_param(&request->target, "new");
    struct answer *answer = &request->answer;

    if (state != NULL && !is_word(state, strlen(state), states))
        answer_refuse(answer, MHD_HTTP_BAD_REQUEST, "\"state\" is open, closed, waived or all");
    if (is_new != NULL && strcmp(is_new, "1") != 0)
        answer_refuse(answer, MHD_HTTP_BAD_REQUEST, "\"new\" is 1, or not there");
    (void)query_number(request, "age_from", 0, AGE_MAX, 0);
    (void)query_number(request, "age_to", 0, AGE_MAX, 0);
    for (const char *at = severity; at != NULL; at = strchr(at, ',')) {
        at += *at == ',';
        if (!is_word(at, strcspn(at, ","), severities))
            answer_refuse(answer, MHD_HTTP_BAD_REQUEST,
                          "\"severity\" is of minor, major, critical, with commas");
    }
}

static int64_t
page_limit(struct request *request)
{
    return query_number(request, "limit", 1, PAGE_MAX, PAGE_DEFAULT);
}

void
begin_findings(struct request *request)
{
    check_words(request);
    (void)page_limit(request);
    (void)query_number(request, "after", 1, INT64_MAX, 1);
}

void
begin_findings_csv(struct request *request)
{
    check_words(request);
}

/* An empty text asks for nothing: it is as a field that nobody has filled in. */
static const char *
text_of(const struct request *request, const char *name)
{
    const char *text = target_param(&request->target, name);

    return text != NULL && *text != '\0' ? text : NULL;
}

static size_t
collect(struct request *request, const char *name, const char *const **out)
{
    const char **texts = arena_array(&request->arena, const char *, request->target.param_count + 1);
    size_t count = 0;

    for (size_t i = 0; i < request->target.param_count; i++)
        if (strcmp(request->target.params[i].name, name) == 0 && *request->target.params[i].value != '\0')
            texts[count++] = request->target.params[i].value;
    *out = texts;
    return count;
}

static void
read_filter(struct request *request, struct finding_filter *filter)
{
    const char *state = text_of(request, "state");

    state = state != NULL ? state : "open";
    *filter = (struct finding_filter){
        .subject_id = text_of(request, "subject"),
        .form = text_of(request, "form"),
        .item = text_of(request, "item"),
        .check_id = text_of(request, "check"),
        .state = strcmp(state, "all") == 0 ? NULL : state,
        .severity = text_of(request, "severity"),
        .search = text_of(request, "search"),
        .after = text_of(request, "after"),
        .age_from = text_of(request, "age_from"),
        .age_to = text_of(request, "age_to"),
        .is_new = text_of(request, "new") != NULL,
    };
    filter->center_count = collect(request, "center", &filter->centers);
    filter->category_count = collect(request, "category", &filter->categories);
}

/* --- a page of them --- */

/* One that is not there has none behind it: that would read as the end. */
static bool
knows_place(struct conn *conn, const char *id, struct err *err)
{
    char array[32];
    const struct conn_param param = CONN_TEXT(array);
    PGresult *found;
    bool ok;

    if (id == NULL)
        return true;
    snprintf(array, sizeof array, "{%s}", id);
    found = conn_query(conn, "looking for the finding", sql_finding_find, &param, 1, err);
    ok = found != NULL && PQntuples(found) == 1;
    if (found != NULL && !ok)
        err_set(err, ERR_USAGE, "there is no finding %s to go on behind", id);
    PQclear(found);
    return ok;
}

static void
append_page(struct strbuf *out, const PGresult *rows, int64_t limit, int64_t quarantined)
{
    int count = PQntuples(rows) > limit ? (int)limit : PQntuples(rows);

    strbuf_append(out, "{\"findings\": ");
    finding_rows_append_list(out, rows, count);
    if (count < PQntuples(rows))
        strbuf_printf(out, ",\n\"next\": %s", PQgetvalue(rows, count - 1, 0));
    else
        strbuf_append(out, ",\n\"next\": null");
    strbuf_printf(out, ", \"quarantined\": %" PRId64 "}\n", quarantined);
}

static PGresult *
ask_findings(struct request *request, struct conn *conn, struct finding_filter *filter,
             struct finding_list *list, struct err *err)
{
    const struct names_place place = {.config = request->server->config,
                                      .definition = request->server->definition};
    PGresult *rows = NULL;

    if (finding_list_open(list, conn, &request->arena, &place, filter, err))
        rows = conn_query(conn, "listing the findings", sql_list_findings, list->params, FINDING_LIST_PARAMS,
                          err);
    if (rows != NULL && !finding_list_know(list, conn, &request->arena, PQntuples(rows) > 0, err)) {
        PQclear(rows);
        rows = NULL;
    }
    return rows;
}

bool
work_findings(struct request *request, struct err *err)
{
    struct conn *conn = query_open(request, err);
    int64_t limit = page_limit(request), quarantined;
    struct finding_filter filter;
    struct finding_list list;
    PGresult *rows = NULL;
    bool ok = false;

    read_filter(request, &filter);
    filter.limit = limit + 1; /* whether there is another page */
    if (conn != NULL && knows_place(conn, filter.after, err))
        rows = ask_findings(request, conn, &filter, &list, err);
    if (rows != NULL && finding_list_quarantined(&list, conn, &quarantined, err)) {
        append_page(&request->answer.text, rows, limit, quarantined);
        answer_json(&request->answer);
        ok = true;
    }
    PQclear(rows);
    conn_close(conn);
    return ok;
}

bool
work_findings_csv(struct request *request, struct err *err)
{
    struct conn *conn = query_open(request, err);
    struct finding_filter filter;
    struct finding_list list;
    PGresult *rows = NULL;

    read_filter(request, &filter);
    filter.limit = CSV_MAX + 1;
    if (conn != NULL)
        rows = ask_findings(request, conn, &filter, &list, err);
    conn_close(conn);
    if (rows == NULL)
        return false;
    if (PQntuples(rows) > CSV_MAX) {
        answer_refuse(&request->answer, MHD_HTTP_UNPROCESSABLE_CONTENT,
                      "these are more than %d findings: narrow the choice, or use `crfd findings --csv`",
                      CSV_MAX);
    } else {
        rows_append_csv(&request->answer.text, rows, false);
        request->answer.status = MHD_HTTP_OK;
        request->answer.type = "text/csv; charset=utf-8";
        request->answer.disposition = "attachment; filename=\"findings.csv\"";
    }
    PQclear(rows);
    return true;
}

/* --- one of them --- */

void
begin_finding(struct request *request)
{
    const char *id = request->target.segments[2];

    if (strspn(id, "0123456789") != strlen(id) || strlen(id) > 18)
        answer_refuse(&request->answer, MHD_HTTP_NOT_FOUND, "there is no finding \"%s\": it is a number", id);
}

enum { R_ID = 0 };

static const char *
column(const PGresult *rows, const char *name)
{
    return PQgetvalue(rows, 0, PQfnumber(rows, name));
}

/* The row of the finding's page in the table of its form, as JSON; NULL where there is none. */
static bool
find_stored(struct request *request, struct conn *conn, const PGresult *finding, const char **stored,
            struct err *err)
{
    const char *name = column(finding, "form");
    const struct form *form = study_form(request->server->definition->study, name, strlen(name));
    const struct conn_param params[] = {
        CONN_TEXT(column(finding, "center_id")),   CONN_TEXT(column(finding, "subject_id")),
        CONN_TEXT(column(finding, "event")),       CONN_TEXT(column(finding, "event_repeat")),
        CONN_TEXT(column(finding, "form_repeat")),
    };
    struct strbuf sql;
    PGresult *row;

    *stored = NULL;
    if (form == NULL)
        return true;
    strbuf_init(&sql);
    strbuf_append(&sql, "SELECT to_jsonb(page) FROM analysis.");
    ddl_append_identifier(&sql, form->name);
    strbuf_append(
        &sql,
        " AS page WHERE center_id = $1 AND subject_id = $2 AND event = $3 AND event_repeat = $4::int AND "
        "form_repeat = $5::int");
    row = conn_query(conn, "looking for the page", sql.text, params, 5, err);
    strbuf_destroy(&sql);
    if (row != NULL && PQntuples(row) == 1)
        *stored = arena_strdup(&request->arena, PQgetvalue(row, 0, 0));
    PQclear(row);
    return row != NULL;
}

static bool
append_opened(struct strbuf *out, struct conn *conn, const struct conn_param *params, struct err *err)
{
    PGresult *row = conn_query(conn, "looking for the run", sql_finding_opened, params, 2, err);

    if (row == NULL)
        return false;
    strbuf_append(out, ",\n\"opened\": {");
    if (PQntuples(row) == 1)
        rows_append_json_members(out, row, 0);
    strbuf_append(out, "}}\n");
    PQclear(row);
    return true;
}

static bool
append_finding(struct request *request, struct conn *conn, const struct finding_list *list,
               const PGresult *finding, struct err *err)
{
    struct strbuf *out = &request->answer.text;
    struct conn_param params[] = {CONN_TEXT(PQgetvalue(finding, 0, R_ID)),
                                  CONN_TEXT(column(finding, "center_id")), CONN_TEXT(NULL), list->params[9]};

    strbuf_append(out, "{\"finding\": ");
    finding_rows_append(out, finding, 0);
    strbuf_append(out, ",\n");
    if (!find_stored(request, conn, finding, &params[2].text, err) ||
        !query_append(conn, out, "values", sql_finding_values, params, 4, err))
        return false;
    strbuf_append(out, ",\n");
    if (!query_append(conn, out, "history", sql_finding_history, params, 2, err))
        return false;
    return append_opened(out, conn, params, err);
}

/* Who looked at what is for the log: no value is. */
static void
log_view(const struct request *request, const PGresult *finding)
{
    log_event(LOG_LEVEL_INFO, "finding seen", LOG_TEXT("user", request->user != NULL ? request->user : ""),
              LOG_TEXT("center", column(finding, "center_id")),
              LOG_NUMBER("finding", conn_int_at(finding, 0, R_ID)));
}

bool
work_finding(struct request *request, struct err *err)
{
    struct conn *conn = query_open(request, err);
    const char *id = request->target.segments[2];
    struct finding_filter filter = {.ids = arena_printf(&request->arena, "{%s}", id)};
    struct finding_list list;
    PGresult *finding = NULL;
    bool ok = false;

    if (conn != NULL)
        finding = ask_findings(request, conn, &filter, &list, err);
    if (finding != NULL && PQntuples(finding) == 0) {
        err_set(err, ERR_USAGE, "there is no finding %s", id);
    } else if (finding != NULL) {
        log_view(request, finding);
        ok = append_finding(request, conn, &list, finding, err);
    }
    if (ok)
        answer_json(&request->answer);
    PQclear(finding);
    conn_close(conn);
    return ok;
}

PGresult *
get_findings_of(struct request *request, struct conn *conn, const char *ids, struct err *err)
{
    struct finding_filter filter = {.ids = ids};
    struct finding_list list;

    return ask_findings(request, conn, &filter, &list, err);
}
