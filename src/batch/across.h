/*
 * across.h: what a part of a run's closing step is: a row that says for which studies there is anything to do, and
 * does it; and the way in which its changes of findings reach the tables.
 *
 * A part sees the tables of all centers as the run has left them, while no pass is at any. It runs in the transaction that
 * closes the run: what it wrote stands with the run's end, or not at all.
 *
 * Threads: as the worker.
 * Memory:  a part may use the worker's center and subject arenas.
 */
#ifndef CRFD_BATCH_ACROSS_H
#define CRFD_BATCH_ACROSS_H

#include "finding.h"
#include "worker.h"

struct across {
    struct worker *worker;
    int64_t now_us;        /* of the transaction, microseconds since 1970 */
    const char *center_id; /* whose changes are being put; NULL: nobody's */
    struct counts center;  /* of that one */
    struct counts total;
};

struct across_part {
    const char *name;
    bool (*is_needed)(const struct definition *definition);
    bool (*work)(struct across *across, struct err *err);
};

/* What becomes of the findings of a subject; those of one center follow one another. The id lives until across_flush. */
bool across_put(struct across *across, const char *center_id, const char *subject_id,
                const struct finding_changes *changes, struct err *err) CRFD_MUST_CHECK;
/* Writes what was put of the last center. */
bool across_flush(struct across *across, struct err *err) CRFD_MUST_CHECK;

#endif
