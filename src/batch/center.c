#include "crfd/batch/center.h"

#include "crfd/base/fault.h"
#include "crfd/batch/finding.h"
#include "crfd/batch/ledger.h"
#include "crfd/batch/quality.h"
#include "crfd/batch/retry.h"
#include "crfd/batch/session.h"

#include "queries.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SUBJECT_BLOCK_BYTES (256 * 1024)
#define SUBJECT_KEEP_BYTES  (2 * 1024 * 1024)

/* One attempt at a center. */
struct attempt {
    struct worker *worker;
    const struct pass *pass;
    const char *center_id;
    char run_id[24];
    int number;  /* of the attempt, counted from 1 */
    bool locked; /* the session may hold the lock that counting the attempt takes */
    struct counts *counts;
    struct ledger ledger;
    bool evaluate_all;
    bool straight;
    bool recount;            /* what the center has must be counted, also where the pass changes nothing */
    int64_t untouched_pages; /* of subjects that the selection leaves out */
    bool claimed;
};

void
worker_init(struct worker *worker, const struct pass *pass, int slot)
{
    *worker = (struct worker){.pass = pass, .slot = slot};
    arena_init(&worker->worker_arena, 64 * 1024, 0);
    arena_init(&worker->center_arena, 64 * 1024, 1024 * 1024);
    arena_init(&worker->subject_arena, SUBJECT_BLOCK_BYTES, SUBJECT_KEEP_BYTES);
    evaluator_init(&worker->evaluator, &worker->worker_arena, pass->definition, pass->rules, pass->night);
    writer_init(&worker->writer, pass->writer_plan, &worker->worker_arena);
}

static void
disconnect(struct worker *worker)
{
    conn_close(worker->source);
    conn_close(worker->analysis);
    worker->source = NULL;
    worker->analysis = NULL;
}

void
worker_destroy(struct worker *worker)
{
    disconnect(worker);
    writer_destroy(&worker->writer);
    evaluator_destroy(&worker->evaluator);
    arena_destroy(&worker->subject_arena);
    arena_destroy(&worker->center_arena);
    arena_destroy(&worker->worker_arena);
}

bool
worker_connect_analysis(struct worker *worker, struct context *context, struct err *err)
{
    if (worker->analysis != NULL && conn_is_usable(worker->analysis)) {
        conn_set_context(worker->analysis, context);
        return true;
    }
    conn_close(worker->analysis);
    writer_forget_stages(&worker->writer);
    worker->analysis = session_open_analysis(worker->pass->config, context, err);
    if (worker->analysis == NULL)
        return false;
    conn_set_pulse(worker->analysis, progress_pulse(worker->pass->progress, worker->slot));
    return true;
}

bool
worker_connect_source(struct worker *worker, struct context *context, struct err *err)
{
    if (worker->source != NULL && conn_is_usable(worker->source)) {
        conn_set_context(worker->source, context);
        return true;
    }
    conn_close(worker->source);
    worker->source = session_open_source(worker->pass->config, context, err);
    if (worker->source == NULL)
        return false;
    conn_set_pulse(worker->source, progress_pulse(worker->pass->progress, worker->slot));
    return true;
}

/*
 * The number of this attempt, committed before the claim; 0: the center is done or another is at it. A server that
 * crashed may have forgotten the one before, which this process has not.
 */
static bool
count_attempt(struct attempt *attempt, int *number, struct err *err)
{
    struct conn_param params[] = {CONN_TEXT(attempt->run_id), CONN_TEXT(attempt->center_id),
                                  CONN_TEXT(attempt->pass->host)};
    PGresult *rows = conn_query_prepared(attempt->worker->analysis, "counting the attempt",
                                         sql_center_attempt, params, 3, err);
    int counted;

    if (rows == NULL)
        return false;
    counted = PQntuples(rows) > 0 ? (int)conn_int_at(rows, 0, 0) : 0;
    *number = counted == 0 || counted > *number ? counted : *number;
    attempt->locked = true; /* also where the row was skipped after the lock was taken */
    PQclear(rows);
    return true;
}

/*
 * Gives back the lock that counting the attempt took, where marking the center done has not. A lost connection has
 * done so already.
 */
static void
release(struct attempt *attempt)
{
    struct worker *worker = attempt->worker;
    struct err ignored;

    if (!attempt->locked || worker->analysis == NULL || !conn_is_usable(worker->analysis))
        return;
    if (conn_execute(worker->analysis, "leaving the center", "SELECT pg_advisory_unlock_all()", &ignored))
        return;
    conn_close(worker->analysis);
    worker->analysis = NULL;
}

static bool
claim(struct attempt *attempt, struct err *err)
{
    struct conn_param params[] = {CONN_TEXT(attempt->run_id), CONN_TEXT(attempt->center_id)};
    PGresult *rows;

    attempt->claimed = attempt->pass->dry_run;
    if (attempt->claimed)
        return true;
    rows = conn_query_prepared(attempt->worker->analysis, "claiming the center", sql_center_claim, params, 2,
                               err);
    if (rows == NULL)
        return false;
    attempt->claimed = PQntuples(rows) > 0;
    PQclear(rows);
    return true;
}

/* Its row is made by the first pass that comes. */
static PGresult *
lock_center(struct attempt *attempt, struct err *err)
{
    struct conn *conn = attempt->worker->analysis;
    struct conn_param center = CONN_TEXT(attempt->center_id);
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

/* Takes the center's own lock and works out what has to be evaluated and how it is written. */
static bool
enter_center(struct attempt *attempt, struct err *err)
{
    const struct pass *pass = attempt->pass;
    struct conn *conn = attempt->worker->analysis;
    struct conn_param center = CONN_TEXT(attempt->center_id);
    PGresult *rows = lock_center(attempt, err);
    int64_t empty = 0, now_us;

    if (rows == NULL)
        return false;
    attempt->evaluate_all = pass->full || pass->definition->reads_current_date ||
                            strcmp(PQgetvalue(rows, 0, 0), pass->definition->study->digest) != 0 ||
                            strcmp(PQgetvalue(rows, 0, 1), CRFD_VERSION) != 0;
    now_us = conn_int_at(rows, 0, 2);
    attempt->recount = PQgetvalue(rows, 0, 3)[0] == 't';
    PQclear(rows);
    if (!ledger_load(&attempt->ledger, &attempt->worker->center_arena, conn, attempt->center_id, err) ||
        (attempt->ledger.subjects.count == 0 &&
         !conn_query_int(conn, "looking at the center", sql_center_is_empty, &center, 1, &empty, err)))
        return false;
    attempt->straight = empty != 0;
    writer_begin(&attempt->worker->writer, conn, attempt->center_id, pass->run_id, now_us, attempt->straight);
    return true;
}

static void
count_changes(struct counts *counts, const struct finding_changes *changes)
{
    counts->findings_opened += (int64_t)changes->opened_count;
    counts->findings_closed += (int64_t)changes->closed_count;
    counts->findings_reopened += (int64_t)changes->reopened_count;
    for (size_t i = 0; i < changes->cleaned_count; i++)
        counts->cleaned += changes->cleaned[i].steps[0] != '\0';
}

static bool
load_history(struct attempt *attempt, const char *subject_id, struct history *history, struct err *err)
{
    *history = (struct history){0};
    return attempt->straight ||
           history_load(history, attempt->worker->analysis, attempt->center_id, subject_id, err);
}

static bool
evaluate(struct attempt *attempt, const struct source_subject *source, struct err *err)
{
    struct worker *worker = attempt->worker;
    struct arena *arena = &worker->subject_arena;
    struct evaluation evaluation;
    struct finding_changes changes;
    struct history history;
    bool ok;

    if (!load_history(attempt, source->subject_id, &history, err))
        return false;
    evaluate_subject(&worker->evaluator, arena, attempt->center_id, source, &evaluation);
    finding_changes_find(&worker->evaluator, arena, &history, &evaluation, &changes);
    ok = writer_put_subject(&worker->writer, source, &evaluation, &changes, err);
    attempt->counts->evaluated++;
    attempt->counts->pages_quarantined += (int64_t)evaluation.quarantined_count;
    count_changes(attempt->counts, &changes);
    history_release(&history);
    return ok;
}

/* A subject of the ledger that the stream did not have. */
static bool
pass_by(struct attempt *attempt, const struct ledger_entry *entry, struct err *err)
{
    const struct source_filter *filter = &attempt->pass->filter;
    struct worker *worker = attempt->worker;
    struct evaluation nothing = {0};
    struct finding_changes changes;
    struct history history;
    struct arena_mark mark;
    bool ok;

    if (filter->since != NULL ||
        (filter->subject_id != NULL && strcmp(filter->subject_id, entry->subject_id) != 0)) {
        attempt->untouched_pages += entry->pages;
        return true;
    }
    /* The source's next subject is already in the arena, and stays. */
    mark = arena_mark(&worker->subject_arena);
    if (!load_history(attempt, entry->subject_id, &history, err))
        return false;
    finding_changes_find(&worker->evaluator, &worker->subject_arena, &history, &nothing, &changes);
    ok = writer_put_gone(&worker->writer, entry->subject_id, &changes, err);
    count_changes(attempt->counts, &changes);
    history_release(&history);
    arena_rewind(&worker->subject_arena, mark);
    return ok;
}

/* Brings the ledger's walk up to the subject (NULL: to the end). */
static bool
walk_ledger(struct attempt *attempt, const struct source_subject *source, const struct ledger_entry **own,
            struct err *err)
{
    bool is_before;

    for (;;) {
        *own = ledger_step(&attempt->ledger, source ? source->subject_id : NULL,
                           source ? source->subject_id_length : 0, &is_before);
        if (!is_before)
            return true;
        if (!pass_by(attempt, *own, err))
            return false;
    }
}

static bool
take_subject(struct attempt *attempt, const struct source_subject *source, struct err *err)
{
    struct counts *counts = attempt->counts;
    const struct ledger_entry *entry;

    if (!walk_ledger(attempt, source, &entry, err))
        return false;
    counts->subjects++;
    FAULT_WHEN(counts->subjects == 2, "mid-read");
    counts->pages_read += (int64_t)source->page_count;
    progress_pages(attempt->pass->progress, attempt->worker->slot, counts->pages_read);
    if (attempt->evaluate_all || entry == NULL ||
        memcmp(entry->digest, source->digest, sizeof source->digest) != 0)
        return evaluate(attempt, source, err);
    counts->pages_quarantined += entry->quarantined;
    counts->pages_unchanged += entry->pages - entry->quarantined;
    return true;
}

static bool
stream_subjects(struct attempt *attempt, struct err *err)
{
    struct worker *worker = attempt->worker;
    const struct ledger_entry *none;
    struct source source;
    bool ok = false;

    if (!source_open(&source, worker->source, attempt->pass->config->source_relation, attempt->center_id,
                     &attempt->pass->filter, err))
        return false;
    for (;;) {
        struct source_subject subject;
        enum source_status status;

        arena_reset(&worker->subject_arena);
        status = source_next(&source, &worker->subject_arena, &subject, err);
        if (status == SOURCE_END)
            break;
        if (status == SOURCE_ERROR || !take_subject(attempt, &subject, err))
            goto done;
    }
    ok = walk_ledger(attempt, NULL, &none, err);
done:
    source_close(&source);
    return ok;
}

/* read = written + unchanged + quarantined = what the ledger counts; else nothing of the center is committed. */
static bool
reconcile(struct attempt *attempt, struct err *err)
{
    struct counts *counts = attempt->counts;
    struct conn_param center = CONN_TEXT(attempt->center_id);
    int64_t ledger_pages = attempt->ledger.pages;

    FAULT("before reconcile");
    counts->pages_unchanged += writer_page_rows(&attempt->worker->writer) - counts->pages_written;
    /* A ledger that was not written is as it was read in this transaction, under the center's lock. */
    if (writer_ledger_rows(&attempt->worker->writer) > 0 &&
        !conn_query_int(attempt->worker->analysis, "reconciling the center", sql_ledger_pages, &center, 1,
                        &ledger_pages, err))
        return false;
    if (counts->pages_read == counts->pages_written + counts->pages_unchanged + counts->pages_quarantined &&
        ledger_pages == counts->pages_read + attempt->untouched_pages)
        return true;
    err_set(err, ERR_INTERNAL,
            "reconciling the center: %" PRId64 " pages read, but %" PRId64 " written, %" PRId64
            " unchanged, %" PRId64 " quarantined, and the ledger counts %" PRId64 " where %" PRId64
            " are expected",
            counts->pages_read, counts->pages_written, counts->pages_unchanged, counts->pages_quarantined,
            ledger_pages, counts->pages_read + attempt->untouched_pages);
    return false;
}

static bool
mark_done(struct attempt *attempt, struct err *err)
{
    const struct pass *pass = attempt->pass;
    const struct counts *c = attempt->counts;
    const bool whole = pass->filter.subject_id == NULL && pass->filter.since == NULL;
    const int64_t numbers[] = {c->subjects,        c->evaluated,         c->pages_read,    c->pages_written,
                               c->pages_unchanged, c->pages_quarantined, c->pages_removed, c->findings_opened,
                               c->findings_closed, c->findings_reopened, c->cleaned};
    enum { TEXTS = 5, NUMBERS = sizeof numbers / sizeof numbers[0] };
    char texts[NUMBERS][24];
    struct conn_param params[TEXTS + NUMBERS] = {
        CONN_TEXT(attempt->run_id), CONN_TEXT(attempt->center_id), CONN_TEXT(pass->definition->study->digest),
        CONN_TEXT(CRFD_VERSION), CONN_TEXT(whole ? "true" : "false")};
    PGresult *result;

    for (size_t i = 0; i < NUMBERS; i++) {
        snprintf(texts[i], sizeof texts[i], "%" PRId64, numbers[i]);
        params[TEXTS + i].text = texts[i];
    }
    result = conn_query_prepared(attempt->worker->analysis, "marking the center done", sql_center_done,
                                 params, TEXTS + NUMBERS, err);
    if (result == NULL)
        return false;
    attempt->locked = false;
    PQclear(result);
    return true;
}

/* Each subject that was evaluated or is gone gives a row of the ledger; without any the center has what it had. */
static bool
finish(struct attempt *attempt, struct err *err)
{
    bool recount = attempt->recount || writer_ledger_rows(&attempt->worker->writer) > 0;

    if (attempt->pass->dry_run)
        return true;
    return (!recount || quality_count(attempt->worker->analysis, attempt->center_id, err)) &&
           mark_done(attempt, err);
}

static bool
work(struct attempt *attempt, struct err *err)
{
    struct progress *progress = attempt->pass->progress;
    int slot = attempt->worker->slot;

    if (!enter_center(attempt, err))
        return false;
    progress_phase(progress, slot, PHASE_EVALUATING);
    if (!stream_subjects(attempt, err))
        return false;
    progress_phase(progress, slot, PHASE_WRITING);
    return writer_finish(&attempt->worker->writer, attempt->counts, err) && reconcile(attempt, err) &&
           finish(attempt, err);
}

/*
 * The answer to COMMIT was lost: what run_center says is what happened. A center that another process has done since
 * has one more attempt.
 */
static bool
look_whether_committed(struct attempt *attempt, struct context *context, struct err *err)
{
    struct conn_param params[] = {CONN_TEXT(attempt->run_id), CONN_TEXT(attempt->center_id)};
    struct err lookup;
    PGresult *rows;
    bool done;

    if (!worker_connect_analysis(attempt->worker, context, &lookup))
        return false;
    rows = conn_query_prepared(attempt->worker->analysis, "looking whether the center was committed",
                               sql_center_state, params, 2, &lookup);
    if (rows == NULL)
        return false;
    done = PQntuples(rows) > 0 && strcmp(PQgetvalue(rows, 0, 0), "done") == 0 &&
           conn_int_at(rows, 0, 1) == attempt->number;
    PQclear(rows);
    if (done)
        err_clear(err);
    return done;
}

static bool
commit(struct attempt *attempt, struct context *context, struct err *err)
{
    bool lost = false;

    progress_phase(attempt->pass->progress, attempt->worker->slot, PHASE_COMMITTING);
    if (attempt->pass->dry_run) {
        conn_rollback(attempt->worker->analysis);
        return true;
    }
    FAULT("before commit");
    if (conn_commit(attempt->worker->analysis, &lost, err)) {
        FAULT("after commit");
        return true;
    }
    return lost && look_whether_committed(attempt, context, err);
}

/* One attempt, in one transaction. */
static bool
pass_center(struct attempt *attempt, struct context *context, struct err *err)
{
    struct worker *worker = attempt->worker;
    bool ok = false;

    *attempt->counts = (struct counts){0};
    attempt->untouched_pages = 0;
    arena_reset(&worker->center_arena);
    if (!worker_connect_source(worker, context, err))
        return false;
    FAULT("before claim");
    if (!conn_execute(worker->analysis, "beginning the center", "BEGIN", err) || !claim(attempt, err))
        goto done;
    FAULT("after claim");
    ok = !attempt->claimed || (work(attempt, err) && commit(attempt, context, err));
done:
    if (!ok || attempt->pass->dry_run)
        writer_forget_stages(&worker->writer);
    /* It is gone where the answer to COMMIT was lost and the server is not there any more. */
    if (worker->analysis != NULL)
        conn_rollback(worker->analysis);
    return ok;
}

/* Where that fails, too, err says both, and is of the kind of the second: is the database there at all? */
static bool
record_failure(struct attempt *attempt, struct context *run_context, struct err *err)
{
    struct conn_param params[] = {CONN_TEXT(attempt->run_id), CONN_TEXT(attempt->center_id),
                                  CONN_TEXT(err->sqlstate), CONN_TEXT(err->message)};
    struct err recording, cause = *err;
    PGresult *result = NULL;

    if (attempt->pass->dry_run)
        return true;
    if (worker_connect_analysis(attempt->worker, run_context, &recording))
        result = conn_query_prepared(attempt->worker->analysis, "recording the failure", sql_center_failed,
                                     params, 4, &recording);
    PQclear(result);
    if (result == NULL)
        err_set_sqlstate(err, recording.kind, recording.sqlstate, "%s; and %s", cause.message,
                         recording.message);
    return result != NULL;
}

/* Counts the attempt and makes it. *again: the failure is passing and attempts are left. */
static enum center_outcome
try_once(struct attempt *attempt, struct context *context, int *number, bool *again, struct err *err)
{
    int limit = attempt->pass->config->retry_attempts;
    int previous = *number;

    *again = false;
    *number = previous + 1;
    if (!worker_connect_analysis(attempt->worker, context, err) ||
        (!attempt->pass->dry_run && !count_attempt(attempt, number, err))) {
        *again = retry_is_passing(err) && *number < limit;
        return CENTER_FAILED;
    }
    if (*number == 0)
        return CENTER_ELSEWHERE;
    if (*number > limit) {
        err_set(err, ERR_INTERNAL,
                "the process ended %d times while it was at this center; it is left out until the "
                "next `crfd run`",
                limit);
        return CENTER_FAILED;
    }
    attempt->number = *number;
    if (pass_center(attempt, context, err))
        return attempt->claimed ? CENTER_DONE : CENTER_ELSEWHERE;
    *again = retry_is_passing(err) && *number < limit;
    return CENTER_FAILED;
}

enum center_outcome
center_run(struct worker *worker, const char *center_id, struct context *run_context, struct counts *counts,
           int *attempts, struct err *err)
{
    const struct pass *pass = worker->pass;
    struct attempt attempt = {.worker = worker, .pass = pass, .center_id = center_id, .counts = counts};
    enum center_outcome outcome = CENTER_STOPPED;
    struct context context;
    bool again;

    snprintf(attempt.run_id, sizeof attempt.run_id, "%" PRId64, pass->run_id);
    *attempts = 0;
    if (!context_init(&context, run_context, "center", pass->config->center_deadline_ms, err))
        return CENTER_STOPPED;
    do {
        progress_phase(pass->progress, worker->slot, PHASE_CLAIMING);
        outcome = try_once(&attempt, &context, attempts, &again, err);
        release(&attempt);
        if (!again)
            break;
        progress_phase(pass->progress, worker->slot, PHASE_PAUSING);
    } while (retry_pause(&context, pass->config->retry_backoff_ms, *attempts));
    context_destroy(&context);
    if (outcome != CENTER_FAILED) {
        err_clear(err); /* of an attempt before */
        return outcome;
    }
    err_prefix(err, "center %s", center_id);
    if (!context_check(run_context, &(struct err){0}) || !record_failure(&attempt, run_context, err))
        return CENTER_STOPPED;
    return CENTER_FAILED;
}
