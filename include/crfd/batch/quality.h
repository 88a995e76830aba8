/*
 * quality.h: what each center has in the analysis tables, for the status and metrics files. A pass that may have changed it
 * counts it again, and so does the next one after a waiver (crfd.center.recount).
 *
 * Threads: as the connection; never on the loop thread while centers run.
 * Memory:  lives in the given arena.
 */
#ifndef CRFD_BATCH_QUALITY_H
#define CRFD_BATCH_QUALITY_H

#include "crfd/base/arena.h"
#include "crfd/pg/conn.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct center_quality {
    const char *center_id;
    int64_t subjects;
    int64_t pages;
    int64_t quarantined;                           /* of the pages */
    int64_t open_critical, open_major, open_minor; /* findings */
};

struct quality {
    struct center_quality *centers; /* by center_id */
    size_t count;
};

/* How each stood after its last pass. */
bool quality_read(struct arena *arena, struct conn *analysis, struct quality *out,
                  struct err *err) CRFD_MUST_CHECK;

/* Counts what the center has, and keeps it: in the transaction of a pass, under the center's lock. */
bool quality_count(struct conn *analysis, const char *center_id, struct err *err) CRFD_MUST_CHECK;

#endif
