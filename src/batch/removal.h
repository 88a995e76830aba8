/*
 * removal.h: the pages that the source has no more, and whether so many may go.
 *
 * A source that is empty or hidden for one night looks like one from which everything was deleted. What goes is
 * therefore limited (config.h, "removals"): of a center by what its ledger has, and of a run by what the ledger of its
 * centers has, so that many small centers that vanish together are held, too. What goes beyond is held before it is
 * committed: no run takes out more than the limit without having been told to.
 *
 * Threads: as the worker.
 * Memory:  the caller's.
 */
#ifndef CRFD_BATCH_REMOVAL_H
#define CRFD_BATCH_REMOVAL_H

#include "crfd/base/err.h"
#include "crfd/batch/source.h"
#include "ledger.h"
#include "worker.h"

#include <stdbool.h>
#include <stdint.h>

/* What one pass over a center has seen. */
struct removal {
    int64_t fewer;       /* pages that subjects have less than the ledger counts of them */
    int64_t quarantined; /* pages that subjects have in quarantine more than before */
};

/* A subject that has so many pages now, so many of them in quarantine; gone: none. entry NULL: it is new. */
void
removal_note(struct removal *removal, const struct ledger_entry *entry, int64_t pages, int64_t quarantined);

/*
 * The pages that are gone, where so many rows were deleted from the form tables. A page that went to quarantine is not
 * gone; one in quarantine that went with its subject is, and so is one that stands under another key now.
 */
int64_t removal_count(const struct removal *removal, int64_t rows_deleted);

/*
 * May so many pages be removed from a center whose ledger has ledger_pages? *held: no, and err says why and what to do.
 * In the center's transaction, before it is committed: of several centers from which pages go one waits for the other,
 * so that together they stay within the limit of the run.
 */
bool removal_check(const struct worker *worker, int64_t removed, int64_t ledger_pages, bool *held,
                   struct err *err) CRFD_MUST_CHECK;

#endif
