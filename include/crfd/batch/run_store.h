/*
 * run_store.h: runs and their frozen centers in schema crfd.
 *
 * Opening a night's run, joining one that exists and taking one up again after a crash are the same call:
 * run_store_open makes sure that it exists and says what is left to do.
 *
 * Threads: as the connection; never on the loop thread while centers run.
 * Memory:  lives in the given arena.
 */
#ifndef CRFD_BATCH_RUN_STORE_H
#define CRFD_BATCH_RUN_STORE_H

#include "crfd/base/arena.h"
#include "crfd/batch/counts.h"
#include "crfd/definition/config.h"
#include "crfd/definition/definition.h"
#include "crfd/pg/conn.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What `crfd run` was asked for. */
struct run_options {
    bool rerun;
    bool full;
    bool dry_run;
    const char *const *centers; /* only these; none: all */
    size_t center_count;
    const char *subject_id; /* only this subject; NULL: all */
    const char *since;      /* only subjects with a page submitted on this date or later; NULL: all */
    bool allow_removals;    /* however many pages are gone from the source */
    const char *reason;     /* of a rerun, or why pages may go */
};

enum run_center_state { RUN_CENTER_PENDING, RUN_CENTER_DONE, RUN_CENTER_FAILED, RUN_CENTER_HELD };

struct run_center {
    const char *center_id;
    int64_t expected_pages;
    int64_t ledger_pages; /* when the run was opened */
    enum run_center_state state;
    int attempts;
    struct counts counts; /* of a center that is done */
};

struct run_record {
    int64_t run_id; /* 0: a dry run, which has no record */
    bool complete;  /* there is nothing left to do */
    bool joined;    /* it existed already */
    struct run_center *centers;
    size_t center_count;
};

/* How many of its centers are in this state. */
int64_t run_record_count(const struct run_record *record, enum run_center_state state);
/* Pages that were read of centers that are done, and are expected of the others; counts: of those that are done. */
int64_t run_record_pages(const struct run_record *record, struct counts *counts);
/* Of all its centers, when the run was opened. */
int64_t run_record_ledger_pages(const struct run_record *record);

/*
 * night is YYYY-MM-DD. ERR_CONFIG where the night's run was opened under another definition, ERR_USAGE where
 * a selected center does not exist.
 */
bool
run_store_open(struct arena *arena, struct conn *source, struct conn *analysis, const struct config *config,
               const struct definition *definition, const struct run_options *options, const char *night,
               const char *host, struct run_record *out, struct err *err) CRFD_MUST_CHECK;

/* Reads the centers' states again. */
bool run_store_centers(struct arena *arena, struct conn *analysis, struct run_record *record,
                       struct err *err) CRFD_MUST_CHECK;

/* The last nightly run; any is false where there is none. */
struct run_last {
    bool any;
    int32_t night; /* days since 2000-01-01 */
    bool is_over;  /* done, failed or superseded */
};

/* Of a night not later than until, YYYY-MM-DD. */
bool run_store_last(struct conn *analysis, const char *until, struct run_last *out,
                    struct err *err) CRFD_MUST_CHECK;

#endif
