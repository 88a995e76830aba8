#include "claim.h"

#include "queries.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void
claim_init(struct claim *claim, struct worker *worker, const char *center_id)
{
    *claim = (struct claim){.worker = worker, .center_id = center_id};
    snprintf(claim->run_id, sizeof claim->run_id, "%" PRId64, worker->pass->run_id);
}

bool
claim_count_attempt(struct claim *claim, struct err *err)
{
    struct conn_param params[] = {CONN_TEXT(claim->run_id), CONN_TEXT(claim->center_id),
                                  CONN_TEXT(claim->worker->pass->host)};
    PGresult *rows = conn_query_prepared(claim->worker->analysis, "counting the attempt", sql_center_attempt,
                                         params, 3, err);
    int counted;

    if (rows == NULL)
        return false;
    counted = PQntuples(rows) > 0 ? (int)conn_int_at(rows, 0, 0) : 0;
    claim->attempt = counted == 0 || counted > claim->attempt ? counted : claim->attempt + 1;
    claim->locked = true; /* also where the row was skipped after the lock was taken */
    PQclear(rows);
    return true;
}

bool
claim_take(struct claim *claim, bool *taken, struct err *err)
{
    struct conn_param params[] = {CONN_TEXT(claim->run_id), CONN_TEXT(claim->center_id)};
    PGresult *rows =
        conn_query_prepared(claim->worker->analysis, "claiming the center", sql_center_claim, params, 2, err);

    if (rows == NULL)
        return false;
    *taken = PQntuples(rows) > 0;
    PQclear(rows);
    return true;
}

PGresult *
claim_lock_center(struct claim *claim, struct err *err)
{
    struct conn *conn = claim->worker->analysis;
    struct conn_param center = CONN_TEXT(claim->center_id);
    PGresult *rows = conn_query_prepared(conn, "locking the center", sql_center_lock, &center, 1, err);

    if (rows == NULL || PQntuples(rows) > 0)
        return rows;
    PQclear(rows);
    rows = conn_query_prepared(conn, "entering the center", sql_center_enter, &center, 1, err);
    if (rows == NULL)
        return NULL;
    PQclear(rows);
    return conn_query_prepared(conn, "locking the center", sql_center_lock, &center, 1, err);
}

bool
claim_mark_done(struct claim *claim, const struct counts *counts, struct err *err)
{
    const struct pass *pass = claim->worker->pass;
    const bool whole = pass->filter.subject_id == NULL && pass->filter.since == NULL;
    const struct counts *c = counts;
    const int64_t numbers[] = {c->subjects,        c->evaluated,         c->pages_read,    c->pages_written,
                               c->pages_unchanged, c->pages_quarantined, c->pages_removed, c->findings_opened,
                               c->findings_closed, c->findings_reopened, c->cleaned};
    enum { TEXTS = 5, NUMBERS = sizeof numbers / sizeof numbers[0] };
    char texts[NUMBERS][24];
    struct conn_param params[TEXTS + NUMBERS] = {
        CONN_TEXT(claim->run_id), CONN_TEXT(claim->center_id), CONN_TEXT(pass->definition->study->digest),
        CONN_TEXT(CRFD_VERSION), CONN_TEXT(whole ? "true" : "false")};
    PGresult *result;

    for (size_t i = 0; i < NUMBERS; i++) {
        snprintf(texts[i], sizeof texts[i], "%" PRId64, numbers[i]);
        params[TEXTS + i].text = texts[i];
    }
    result = conn_query_prepared(claim->worker->analysis, "marking the center done", sql_center_done, params,
                                 TEXTS + NUMBERS, err);
    if (result == NULL)
        return false;
    claim->locked = false;
    PQclear(result);
    return true;
}

bool
claim_was_committed(struct claim *claim, struct context *context)
{
    struct conn_param params[] = {CONN_TEXT(claim->run_id), CONN_TEXT(claim->center_id)};
    struct err lookup;
    PGresult *rows;
    bool done;

    if (!worker_connect_analysis(claim->worker, context, &lookup))
        return false;
    rows = conn_query_prepared(claim->worker->analysis, "looking whether the center was committed",
                               sql_center_state, params, 2, &lookup);
    if (rows == NULL)
        return false;
    done = PQntuples(rows) > 0 && strcmp(PQgetvalue(rows, 0, 0), "done") == 0 &&
           conn_int_at(rows, 0, 1) == claim->attempt;
    PQclear(rows);
    return done;
}

bool
claim_record_failure(struct claim *claim, bool is_held, struct context *run_context, struct err *err)
{
    struct conn_param params[] = {CONN_TEXT(claim->run_id), CONN_TEXT(claim->center_id),
                                  CONN_TEXT(err->sqlstate), CONN_TEXT(err->message),
                                  CONN_TEXT(is_held ? "held" : "failed")};
    struct err recording, cause = *err;
    PGresult *result = NULL;

    if (worker_connect_analysis(claim->worker, run_context, &recording))
        result = conn_query_prepared(claim->worker->analysis, "recording the failure", sql_center_failed,
                                     params, 5, &recording);
    PQclear(result);
    if (result == NULL)
        err_set_sqlstate(err, recording.kind, recording.sqlstate, "%s; and %s", cause.message,
                         recording.message);
    return result != NULL;
}

void
claim_release(struct claim *claim)
{
    struct worker *worker = claim->worker;
    struct err ignored;

    if (!claim->locked || worker->analysis == NULL || !conn_is_usable(worker->analysis))
        return;
    if (conn_execute(worker->analysis, "leaving the center", "SELECT pg_advisory_unlock_all()", &ignored))
        return;
    conn_close(worker->analysis);
    worker->analysis = NULL;
}
