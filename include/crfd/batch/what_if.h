/*
 * what_if.h: what a study definition would do to the findings, before it is put in force.
 *
 * Every subject is read from the source and evaluated under the definition, and the outcome is held against
 * the findings that are there, as the next night would do. Nothing is written, no lock is taken and the form
 * tables are not read, so they need not fit the definition yet.
 *
 * Threads: the calling thread; it waits for the servers.
 * Memory:  the result lives in the given arena.
 */
#ifndef CRFD_BATCH_WHAT_IF_H
#define CRFD_BATCH_WHAT_IF_H

#include "crfd/base/arena.h"
#include "crfd/base/err.h"
#include "crfd/definition/config.h"
#include "crfd/definition/definition.h"
#include "crfd/sync/context.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The findings of one check. */
struct what_if_row {
    const char *check_id;
    bool retired;   /* the definition has no such check: what closes was found by another */
    int64_t opens;  /* also those that are closed or waived now */
    int64_t closes; /* open or waived now */
    int64_t stays;  /* open or waived now, and after */
};

struct what_if {
    struct what_if_row *rows; /* by check id; only checks that have, had or would have findings */
    size_t count;
    int64_t subjects;
    int64_t pages;
    int64_t quarantined;      /* of these pages, under the definition */
    int64_t quarantined_now;  /* as the ledger counts */
    int64_t changed_subjects; /* whose pages are not those of the last night: they tell of the data, too */
};

/* night: days since 2000-01-01, the current_date of the checks. */
bool
what_if_run(struct arena *arena, const struct config *config, const struct definition *definition,
            int32_t night, struct context *context, struct what_if *out, struct err *err) CRFD_MUST_CHECK;

#endif
