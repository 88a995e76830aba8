#include "center.h"

#include "center_walk.h"
#include "check_count.h"
#include "claim.h"
#include "evaluate.h"
#include "finding.h"
#include "removal.h"

#include "crfd/base/fault.h"
#include "crfd/batch/quality.h"
#include "crfd/batch/retry.h"

#include "queries.h"

#include <inttypes.h>
#include <string.h>

/* One attempt at a center. */
struct attempt {
    struct claim claim;
    struct worker *worker;
    const struct pass *pass;
    const char *center_id;
    struct counts *counts;
    struct ledger ledger;
    bool evaluate_all;
    bool straight;
    bool recount;            /* what the center has must be counted, also where the pass changes nothing */
    int64_t untouched_pages; /* of subjects that the selection leaves out */
    struct removal removal;
    bool claimed;
    bool held;
};

/* Takes the center's own lock and works out what has to be evaluated and how it is written. */
static bool
enter_center(struct attempt *attempt, struct err *err)
{
    const struct pass *pass = attempt->pass;
    struct conn *conn = attempt->worker->analysis;
    struct conn_param center = CONN_TEXT(attempt->center_id);
    PGresult *rows = claim_lock_center(&attempt->claim, err);
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
evaluate_and_write(struct attempt *attempt, const struct source_subject *source,
                   const struct ledger_entry *entry, struct err *err)
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
    removal_note(&attempt->removal, entry, (int64_t)source->page_count,
                 (int64_t)evaluation.quarantined_count);
    count_changes(attempt->counts, &changes);
    history_release(&history);
    return ok;
}

/* A subject that is in the ledger only: it is taken out, unless a selection takes but some subjects. */
static bool
take_out(void *data, const struct ledger_entry *entry, struct err *err)
{
    struct attempt *attempt = data;
    const struct source_filter *filter = &attempt->pass->filter;
    struct worker *worker = attempt->worker;
    struct evaluation nothing = {0};
    struct finding_changes changes;
    struct history history;
    bool ok;

    if (filter->since != NULL || filter->subject_id != NULL) {
        attempt->untouched_pages += entry->pages;
        return true;
    }
    if (!load_history(attempt, entry->subject_id, &history, err))
        return false;
    finding_changes_find(&worker->evaluator, &worker->subject_arena, &history, &nothing, &changes);
    ok = writer_put_gone(&worker->writer, entry->subject_id, &changes, err);
    removal_note(&attempt->removal, entry, 0, 0);
    count_changes(attempt->counts, &changes);
    history_release(&history);
    return ok;
}

static bool
take_subject(void *data, const struct source_subject *source, const struct ledger_entry *entry,
             struct err *err)
{
    struct attempt *attempt = data;
    struct counts *counts = attempt->counts;

    counts->subjects++;
    FAULT_WHEN(counts->subjects == 2, "mid-read");
    counts->pages_read += (int64_t)source->page_count;
    progress_pages(attempt->pass->progress, attempt->worker->slot, counts->pages_read);
    if (attempt->evaluate_all || entry == NULL ||
        memcmp(entry->digest, source->digest, sizeof source->digest) != 0 ||
        ledger_is_due(entry, attempt->worker->evaluator.night))
        return evaluate_and_write(attempt, source, entry, err);
    counts->pages_quarantined += entry->quarantined;
    counts->pages_unchanged += entry->pages - entry->quarantined;
    return true;
}

static bool
walk(struct attempt *attempt, struct err *err)
{
    const struct pass *pass = attempt->pass;
    const struct center_walk walk = {
        .source = attempt->worker->source,
        .relation = pass->config->source_relation,
        .center_id = attempt->center_id,
        .filter = &pass->filter,
        .ledger = &attempt->ledger,
        .arena = &attempt->worker->subject_arena,
        .on_subject = take_subject,
        .on_gone = take_out,
        .data = attempt,
    };

    return center_walk(&walk, err);
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
keep_check_counts(const struct attempt *attempt, struct err *err)
{
    const struct pass *pass = attempt->pass;
    bool anew = attempt->evaluate_all && pass->filter.since == NULL && pass->filter.subject_id == NULL;

    return check_counts_write(attempt->worker->evaluator.counts, pass->definition, attempt->worker->analysis,
                              attempt->center_id, pass->night, anew, err);
}

/* Each subject that was evaluated or is gone gives a row of the ledger; without any the center has what it had. */
static bool
finish(struct attempt *attempt, struct err *err)
{
    bool recount = attempt->recount || writer_ledger_rows(&attempt->worker->writer) > 0;

    if (attempt->pass->dry_run)
        return true;
    return (!recount || quality_count(attempt->worker->analysis, attempt->center_id, err)) &&
           (attempt->counts->evaluated == 0 || keep_check_counts(attempt, err)) &&
           claim_mark_done(&attempt->claim, attempt->counts, err);
}

static bool
write_changes(struct attempt *attempt, struct err *err)
{
    struct counts *counts = attempt->counts;

    if (!writer_finish(&attempt->worker->writer, counts, err))
        return false;
    counts->pages_removed = removal_count(&attempt->removal, counts->pages_removed);
    return removal_check(attempt->worker, counts->pages_removed, attempt->ledger.pages, &attempt->held, err);
}

static bool
work(struct attempt *attempt, struct err *err)
{
    struct progress *progress = attempt->pass->progress;
    int slot = attempt->worker->slot;

    if (!enter_center(attempt, err))
        return false;
    progress_phase(progress, slot, PHASE_EVALUATING);
    if (!walk(attempt, err))
        return false;
    progress_phase(progress, slot, PHASE_WRITING);
    return write_changes(attempt, err) && reconcile(attempt, err) && finish(attempt, err);
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
    if (!lost || !claim_was_committed(&attempt->claim, context))
        return false;
    err_clear(err);
    return true;
}

/* One attempt, in one transaction. */
static bool
pass_center(struct attempt *attempt, struct context *context, struct err *err)
{
    struct worker *worker = attempt->worker;
    bool ok = false;

    *attempt->counts = (struct counts){0};
    attempt->untouched_pages = 0;
    attempt->removal = (struct removal){0};
    attempt->held = false;
    check_counts_clear(worker->evaluator.counts, attempt->pass->definition->rules);
    arena_reset(&worker->center_arena);
    FAULT("before claim");
    attempt->claimed = attempt->pass->dry_run;
    if (!conn_execute(worker->analysis, "beginning the center", "BEGIN", err) ||
        (!attempt->pass->dry_run && !claim_take(&attempt->claim, &attempt->claimed, err)))
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

/* Counts the attempt and makes it. *again: the failure is passing and attempts are left. */
static enum center_outcome
try_once(struct attempt *attempt, struct context *context, bool *again, struct err *err)
{
    int limit = attempt->pass->config->retry_attempts;
    struct claim *claim = &attempt->claim;
    int next = claim->attempt + 1;

    *again = false;
    if (!worker_connect_source(attempt->worker, context, err) ||
        !worker_connect_analysis(attempt->worker, context, err) ||
        (!attempt->pass->dry_run && !claim_count_attempt(claim, err))) {
        if (retry_is_crowded(err))
            return CENTER_CROWDED;
        claim->attempt = next;
        *again = retry_is_passing(err) && next < limit;
        return CENTER_FAILED;
    }
    if (attempt->pass->dry_run)
        claim->attempt = next;
    if (claim->attempt == 0)
        return CENTER_ELSEWHERE;
    if (claim->attempt > limit) {
        err_set(err, ERR_INTERNAL,
                "the process ended %d times while it was at this center; it is left out until the "
                "next `crfd run`",
                limit);
        return CENTER_FAILED;
    }
    if (pass_center(attempt, context, err))
        return attempt->claimed ? CENTER_DONE : CENTER_ELSEWHERE;
    *again = retry_is_passing(err) && claim->attempt < limit;
    return attempt->held ? CENTER_HELD : CENTER_FAILED;
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

    claim_init(&attempt.claim, worker, center_id);
    *attempts = 0;
    if (!context_init(&context, run_context, "center", pass->config->center_deadline_ms, err))
        return CENTER_STOPPED;
    do {
        progress_phase(pass->progress, worker->slot, PHASE_CLAIMING);
        outcome = try_once(&attempt, &context, &again, err);
        *attempts = attempt.claim.attempt;
        claim_release(&attempt.claim);
        if (!again)
            break;
        progress_phase(pass->progress, worker->slot, PHASE_PAUSING);
    } while (retry_pause(&context, pass->config->retry_backoff_ms, *attempts));
    context_destroy(&context);
    if (outcome != CENTER_FAILED && outcome != CENTER_HELD) {
        if (outcome != CENTER_CROWDED)
            err_clear(err); /* of an attempt before */
        return outcome;
    }
    err_prefix(err, "center %s", center_id);
    if (!context_check(run_context, &(struct err){0}) ||
        (!pass->dry_run && !claim_record_failure(&attempt.claim, outcome == CENTER_HELD, run_context, err)))
        return CENTER_STOPPED;
    return outcome;
}
