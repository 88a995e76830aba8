/*
 * claim.h: a worker's claim on a center: attempts counted, the row lock that is the lease, and what run_center says.
 *
 * An attempt is counted and committed before the claim, so that a center at which processes die is left out in the end.
 * Counting takes an advisory lock of the session, which keeps others from counting meanwhile; the claim itself is a row
 * lock in the center's own transaction: when the process dies, both die with its session.
 *
 * Threads: as the worker.
 * Memory:  the caller's; worker, pass and center_id must outlive it.
 */
#ifndef CRFD_BATCH_CLAIM_H
#define CRFD_BATCH_CLAIM_H

#include "worker.h"

#include "crfd/base/err.h"

#include <stdbool.h>

struct claim {
    struct worker *worker;
    const char *center_id;
    char run_id[24];
    int attempt; /* the number of this one, counted from 1; 0: the center is done or another is at it */
    bool locked; /* the session may hold the lock that counting the attempt takes */
};

void claim_init(struct claim *claim, struct worker *worker, const char *center_id);

/*
 * Counts an attempt: claim->attempt is its number. A server that crashed may have forgotten the one before, which this
 * process has not.
 */
bool claim_count_attempt(struct claim *claim, struct err *err) CRFD_MUST_CHECK;

/* Takes the center, in the open transaction; *taken is false where another has it. */
bool claim_take(struct claim *claim, bool *taken, struct err *err) CRFD_MUST_CHECK;

/*
 * Takes the center's own lock, which runs of other kinds take too. Returns its row (sql/queries/center_lock.sql), which
 * the caller clears; NULL on error. The row is made by the first pass that comes.
 */
PGresult *claim_lock_center(struct claim *claim, struct err *err) CRFD_MUST_CHECK;

/* Marks the center done, in the open transaction; the counts are those of the pass. */
bool claim_mark_done(struct claim *claim, const struct counts *counts, struct err *err) CRFD_MUST_CHECK;

/*
 * The answer to COMMIT was lost: true where run_center says that this attempt was committed. A center that another
 * process has done since has one more attempt.
 */
bool claim_was_committed(struct claim *claim, struct context *context);

/*
 * Records in run_center that the center failed, or is held. Where that fails, too, err says both, and is of the kind of the second: is the
 * database there at all?
 */
bool claim_record_failure(struct claim *claim, bool is_held, struct context *run_context,
                          struct err *err) CRFD_MUST_CHECK;

/*
 * Gives back the lock that counting the attempt took, where marking the center done has not. A lost connection has
 * done so already.
 */
void claim_release(struct claim *claim);

#endif
