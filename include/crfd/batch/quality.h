/*
 * quality.h: what each center has in the analysis tables: for the status and metrics files.
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

/* Reads the ledger and the findings of all centers through: a tenth of a second for a million pages. */
bool quality_read(struct arena *arena, struct conn *analysis, struct quality *out,
                  struct err *err) CRFD_MUST_CHECK;

#endif
