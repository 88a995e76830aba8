/*
 * center.h: one center pass: source to analysis in one transaction, or nothing.
 *
 * The pass claims its center inside its own transaction (the row lock is the lease), streams the source
 * beside the ledger, writes what differs, reconciles, marks run_center done and commits. A reader sees the
 * center before or after, never between.
 *
 * Threads: as the worker.
 */
#ifndef CRFD_BATCH_CENTER_H
#define CRFD_BATCH_CENTER_H

#include "worker.h"

#include "crfd/batch/counts.h"

/*
 * Runs the pass until it is done, another has the center, its attempts are used up, or the context ends.
 * Passing failures are tried again after a growing pause. A failure is recorded in run_center and in err.
 * CENTER_CROWDED: a server has no session left for this worker; err says which.
 * CENTER_STOPPED: the run was cancelled, or the failure could not be recorded (the center stays pending).
 */
enum center_outcome center_run(struct worker *worker, const char *center_id, struct context *run_context,
                               struct counts *counts, int *attempts, struct err *err);

#endif
