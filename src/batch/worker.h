/*
 * worker.h: what a worker keeps from center to center: its sessions, its memory, what evaluates and what writes.
 *
 * Threads: a worker belongs to one thread at a time; struct pass is const while centers run.
 * Memory:  three arenas by lifetime: the worker's own, the center's, the subject's.
 */
#ifndef CRFD_BATCH_WORKER_H
#define CRFD_BATCH_WORKER_H

#include "evaluation.h"
#include "writer.h"

#include "crfd/batch/progress.h"
#include "crfd/batch/source.h"
#include "crfd/definition/config.h"
#include "crfd/definition/definition.h"
#include "crfd/pg/conn.h"
#include "crfd/sync/context.h"

#include <stdbool.h>
#include <stdint.h>

/* What all passes of a run share. */
struct pass {
    const struct config *config;
    const struct definition *definition;
    const struct writer_plan *writer_plan;
    struct progress *progress;
    const char *host;
    int64_t run_id; /* 0 in a dry run */
    int32_t night;  /* days since 2000-01-01 */
    bool full;      /* also subjects that did not change */
    bool dry_run;   /* everything but the commit */
    bool is_rerun;
    bool allow_removals;
    int64_t ledger_pages; /* of all centers of the run, when it was opened */
    struct source_filter filter;
};

struct worker {
    const struct pass *pass;
    int slot; /* in progress */
    struct conn *source;
    struct conn *analysis;
    struct arena worker_arena;  /* buffers of the worker's life */
    struct arena center_arena;  /* the ledger */
    struct arena subject_arena; /* one subject */
    struct evaluator evaluator;
    struct writer writer;
};

void worker_init(struct worker *worker, const struct pass *pass, int slot);
/* Closes its connections. */
void worker_destroy(struct worker *worker);

/* Its sessions: the ones that are there, under this context, or new ones. */
bool worker_connect_source(struct worker *worker, struct context *context, struct err *err) CRFD_MUST_CHECK;
bool worker_connect_analysis(struct worker *worker, struct context *context, struct err *err) CRFD_MUST_CHECK;
void worker_disconnect(struct worker *worker);

#endif
