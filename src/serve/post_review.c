#include "post_review.h"

#include "crfd/base/log.h"
#include "crfd/batch/session.h"
#include "crfd/pg/migrate.h"
#include "finding_rows.h"
#include "get_findings.h"
#include "query.h"
#include "review_body.h"
#include "server.h"

#include "queries.h"

#include <string.h>

/* Columns of sql/queries/finding_find.sql. */
enum { F_ID, F_CENTER };

/* By the last part of the path: in which state a finding has to be for it; NULL: in any. */
static const struct {
    const char *action;
    const char *before;
} actions[] = {{"waive", "open"}, {"unwaive", "waived"}, {"comment", NULL}};

static const char *
action_of(const struct request *request)
{
    return request->target.segments[2];
}

static const char *
state_before(const struct request *request)
{
    for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++)
        if (strcmp(actions[i].action, action_of(request)) == 0)
            return actions[i].before;
    return NULL;
}

/* --- who may ask --- */

/* http or https: the proxy speaks TLS, and not this. */
static bool
is_same_origin(const struct request *request)
{
    const char *origin = request_header(request, "Origin", NULL);
    const char *host = request_header(request, "Host", NULL);
    const char *site = request_header(request, "Sec-Fetch-Site", NULL);

    if (origin == NULL || host == NULL || (site != NULL && strcmp(site, "same-origin") != 0))
        return false;
    if (strncmp(origin, "https://", 8) == 0)
        return strcasecmp(origin + 8, host) == 0;
    return strncmp(origin, "http://", 7) == 0 && strcasecmp(origin + 7, host) == 0;
}

static bool
is_json(const struct request *request)
{
    const char *type = request_header(request, "Content-Type", NULL);

    return type != NULL && strncasecmp(type, "application/json", 16) == 0 &&
           (type[16] == '\0' || type[16] == ';' || type[16] == ' ');
}

void
begin_review(struct request *request)
{
    const char *mark = request_header(request, "X-Crfd-Review", NULL);
    struct answer *answer = &request->answer;
    struct review_body body;
    const char *mistake;

    if (request->user == NULL || !request->server->config->serve_review) {
        answer_refuse(answer, MHD_HTTP_NOT_FOUND, "reviews are not allowed here: crfd %s does it",
                      action_of(request));
    } else if (mark == NULL || strcmp(mark, "1") != 0 || !is_same_origin(request)) {
        answer_refuse(answer, MHD_HTTP_FORBIDDEN, "a review comes from a page of crfd serve itself");
    } else if (!is_json(request)) {
        answer_refuse(answer, MHD_HTTP_UNSUPPORTED_MEDIA_TYPE, "a review is application/json");
    } else {
        mistake = review_body_parse(&request->arena, request->body.text, request->body.length, &body);
        if (mistake != NULL)
            answer_refuse(answer, MHD_HTTP_BAD_REQUEST, "%s", mistake);
    }
}

/* --- what is done --- */

static const struct review_finding *
find(const struct review_body *body, int64_t id)
{
    for (size_t i = 0; i < body->count; i++)
        if (body->findings[i].finding_id == id)
            return &body->findings[i];
    return NULL;
}

/* *done: each was in the state for it. */
static bool
review_each(struct request *request, struct conn *conn, const struct review_body *body, const PGresult *found,
            bool *done, struct err *err)
{
    *done = true;
    for (int row = 0; row < PQntuples(found) && *done; row++) {
        const struct conn_param params[] = {CONN_TEXT(request->user), CONN_TEXT(action_of(request)),
                                            CONN_TEXT(PQgetvalue(found, row, F_CENTER)),
                                            CONN_TEXT(PQgetvalue(found, row, F_ID)), CONN_TEXT(body->note)};
        PGresult *result = conn_query(conn, "reviewing a finding", sql_finding_review_as, params, 5, err);

        if (result == NULL)
            return false;
        *done = PQntuples(result) == 1 && strcmp(PQgetvalue(result, 0, 0), "t") == 0;
        PQclear(result);
    }
    return true;
}

/* By now the rows are this transaction's. *same: each is what was shown. */
static bool
compare_each(struct request *request, struct conn *conn, const struct review_body *body, bool *same,
             struct err *err)
{
    const struct conn_param params[] = {CONN_TEXT(body->ids), CONN_TEXT(state_before(request))};
    PGresult *shown = conn_query(conn, "comparing the findings", sql_finding_shown, params, 2, err);

    if (shown == NULL)
        return false;
    *same = true;
    for (int row = 0; row < PQntuples(shown); row++) {
        const struct review_finding *finding = find(body, conn_int_at(shown, row, F_ID));
        char version[FINDING_VERSION_SIZE];

        finding_rows_version(shown, row, version);
        *same = *same && finding != NULL && strcmp(version, finding->version) == 0;
    }
    PQclear(shown);
    return true;
}

static PGresult *
find_all(struct conn *conn, const struct review_body *body, struct err *err)
{
    const struct conn_param param = CONN_TEXT(body->ids);
    PGresult *found = conn_query(conn, "looking for the findings", sql_finding_find, &param, 1, err);

    if (found == NULL || PQntuples(found) == (int)body->count)
        return found;
    err_set(err, ERR_USAGE, "of the %zu findings there are only %d", body->count, PQntuples(found));
    PQclear(found);
    return NULL;
}

static void
log_review(const struct request *request, const PGresult *found)
{
    for (int row = 0; row < PQntuples(found); row++)
        log_event(LOG_LEVEL_INFO, "finding reviewed", LOG_TEXT("user", request->user),
                  LOG_TEXT("action", action_of(request)),
                  LOG_TEXT("center", PQgetvalue(found, row, F_CENTER)),
                  LOG_NUMBER("finding", conn_int_at(found, row, F_ID)));
}

/* One transaction: *done says whether all was done, or nothing. */
static bool
review(struct request *request, const struct review_body *body, bool *done, struct err *err)
{
    struct conn *conn = session_open_web_review(request->server->config, &request->context, err);
    PGresult *found = NULL;
    bool ok = false, lost;

    if (conn == NULL || !migrate_check(conn, err) ||
        !conn_execute(conn, "beginning the review", "BEGIN", err) ||
        (found = find_all(conn, body, err)) == NULL || !review_each(request, conn, body, found, done, err) ||
        (*done && !compare_each(request, conn, body, done, err)))
        goto done;
    if (*done)
        ok = conn_commit(conn, &lost, err);
    else
        ok = conn_execute(conn, "taking the review back", "ROLLBACK", err);
    if (ok && *done)
        log_review(request, found);
done:
    PQclear(found);
    conn_close(conn);
    return ok;
}

bool
work_review(struct request *request, struct err *err)
{
    struct answer *answer = &request->answer;
    struct review_body body;
    struct conn *conn = NULL;
    PGresult *now = NULL;
    bool done;

    if (review_body_parse(&request->arena, request->body.text, request->body.length, &body) != NULL ||
        !review(request, &body, &done, err) || (conn = query_open(request, err)) == NULL ||
        (now = get_findings_of(request, conn, body.ids, err)) == NULL) {
        conn_close(conn);
        return false;
    }
    if (done) {
        strbuf_append_char(&answer->text, '{');
        answer_json(answer);
    } else {
        answer_refuse(
            answer, MHD_HTTP_CONFLICT,
            "nothing was done: a finding has changed since it was shown, or its state does not allow it");
        answer->text.length -= strlen("}\n");
        strbuf_append(&answer->text, ", ");
    }
    strbuf_append(&answer->text, "\"findings\": ");
    finding_rows_append_list(&answer->text, now, PQntuples(now));
    strbuf_append(&answer->text, "}\n");
    PQclear(now);
    conn_close(conn);
    return true;
}
