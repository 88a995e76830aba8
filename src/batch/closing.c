#include "closing.h"

#include "crfd/base/clock.h"
#include "crfd/base/fault.h"
#include "unique.h"

#include "queries.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* In the order in which they work. */
static const struct across_part *const parts[] = {&across_unique};

#define PART_COUNT (sizeof parts / sizeof parts[0])

static bool
is_needed(const struct definition *definition)
{
    for (size_t i = 0; i < PART_COUNT; i++)
        if (parts[i]->is_needed(definition))
            return true;
    return false;
}

static bool
claim(struct across *across, const struct conn_param *run, bool *claimed, struct err *err)
{
    PGresult *rows =
        conn_query(across->worker->analysis, "claiming the closing step", sql_run_claim_closing, run, 1, err);

    if (rows == NULL)
        return false;
    *claimed = PQntuples(rows) > 0;
    if (*claimed)
        across->now_us = conn_int_at(rows, 0, 0);
    PQclear(rows);
    return true;
}

/* Passes of other runs change what is looked at, and wait until it is done. */
static bool
work(struct across *across, bool *worked, struct err *err)
{
    struct conn *conn = across->worker->analysis;
    const struct definition *definition = across->worker->pass->definition;
    int64_t unclosed;

    FAULT("before closing step");
    progress_closing(across->worker->pass->progress, true);
    if (!conn_query_int(conn, "locking the centers", sql_closing_lock, NULL, 0, &unclosed, err))
        return false;
    *worked = unclosed > 0;
    if (!*worked)
        return true;
    for (size_t i = 0; i < PART_COUNT; i++)
        if (parts[i]->is_needed(definition) && !parts[i]->work(across, err))
            return false;
    FAULT("after closing step");
    return conn_execute(conn, "noting what was closed", sql_closing_closed, err);
}

/* In the transaction that there is. */
static bool
end_run(struct conn *conn, const struct conn_param *run, struct err *err)
{
    PGresult *result;

    FAULT("before closing the run");
    result = conn_query(conn, "closing the run", sql_run_close, run, 1, err);
    PQclear(result);
    return result != NULL;
}

static bool
read_state(struct conn *conn, const struct conn_param *run, const char **state, struct err *err)
{
    static const char *const states[] = {"running", "done", "failed", "superseded"};
    PGresult *rows;

    FAULT("after closing the run");
    rows = conn_query(conn, "reading the state of the run", sql_run_state, run, 1, err);
    if (rows == NULL)
        return false;
    *state = states[0];
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++)
        if (PQntuples(rows) > 0 && strcmp(PQgetvalue(rows, 0, 0), states[i]) == 0)
            *state = states[i];
    PQclear(rows);
    /* Others are at what is left, or seem to be. */
    return strcmp(*state, "running") != 0 ||
           conn_execute(conn, "ending overdue sessions", sql_session_end_overdue, err);
}

static bool
work_and_commit(struct across *across, const struct conn_param *run, struct closing_result *out,
                struct err *err)
{
    struct conn *conn = across->worker->analysis;
    bool claimed, lost;

    if (!conn_execute(conn, "beginning the closing step", "BEGIN", err) || !claim(across, run, &claimed, err))
        return false;
    if (!claimed)
        return true;
    out->failed = !work(across, &out->worked, err);
    if (out->failed)
        return false;
    return end_run(conn, run, err) && conn_commit(conn, &lost, err);
}

bool
closing_run(struct worker *worker, struct context *run_context, const char **state,
            struct closing_result *out, struct err *err)
{
    const struct pass *pass = worker->pass;
    struct across across = {.worker = worker};
    int64_t started_ns = clock_steady_ns();
    struct context context;
    char run_id[24];
    struct conn_param run = CONN_TEXT(run_id);
    bool ok;

    *out = (struct closing_result){0};
    snprintf(run_id, sizeof run_id, "%" PRId64, pass->run_id);
    if (!is_needed(pass->definition))
        return end_run(worker->analysis, &run, err) && read_state(worker->analysis, &run, state, err);
    if (!context_init(&context, run_context, "closing step", pass->config->center_deadline_ms, err))
        return false;
    conn_set_context(worker->analysis, &context);
    ok = work_and_commit(&across, &run, out, err);
    if (!ok)
        writer_forget_stages(&worker->writer);
    conn_set_context(worker->analysis, run_context);
    context_destroy(&context);
    conn_rollback(worker->analysis);
    progress_closing(pass->progress, false);
    out->worked = out->worked && ok;
    out->counts = across.total;
    out->ms = (clock_steady_ns() - started_ns) / 1000000;
    return ok && read_state(worker->analysis, &run, state, err);
}

bool
closing_record_failure(struct worker *worker, struct context *run_context, const struct err *why,
                       struct err *err)
{
    char run_id[24];
    struct conn_param params[] = {CONN_TEXT(run_id), CONN_TEXT(why->sqlstate), CONN_TEXT(why->message)};
    PGresult *result;

    snprintf(run_id, sizeof run_id, "%" PRId64, worker->pass->run_id);
    if (!worker_connect_analysis(worker, run_context, err))
        return false;
    result = conn_query(worker->analysis, "recording the failure", sql_run_fail_closing, params, 3, err);
    PQclear(result);
    return result != NULL;
}
