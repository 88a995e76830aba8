/*
 * closing.h: the end of a run: its closing step over all centers, and its last state, in one transaction.
 *
 * Once no center is pending, whichever process comes first claims the run by its row's lock, and does what the parts of the
 * step have to do (closing.c lists them), also where centers failed or are held: their tables are as they were. The lock ends
 * with its process, and nothing of the step was committed then: the next one does it again. A study for which no part has
 * anything to do ends its runs without all of this; a step that finds nothing changed since the last one asks nothing.
 *
 * Threads: as the worker.
 */
#ifndef CRFD_BATCH_CLOSING_H
#define CRFD_BATCH_CLOSING_H

#include "worker.h"

struct closing_result {
    bool worked;          /* this process has done the step, and there was something to look at */
    bool failed;          /* this process could not do the step; err says why */
    struct counts counts; /* what it changed of findings */
    int64_t ms;
};

/*
 * *state: "running" where centers are pending or another process is at the step; else "done", "failed" or "superseded";
 * static text. out is filled on failure, too.
 */
bool closing_run(struct worker *worker, struct context *run_context, const char **state,
                 struct closing_result *out, struct err *err) CRFD_MUST_CHECK;

/* Ends the run as failed for the reason `why`, which is told with what the record keeps of it. */
bool closing_record_failure(struct worker *worker, struct context *run_context, const struct err *why,
                            struct err *err) CRFD_MUST_CHECK;

#endif
