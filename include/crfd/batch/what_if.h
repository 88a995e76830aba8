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

enum what_if_change { WHAT_IF_OPENS, WHAT_IF_CLOSES, WHAT_IF_STAYS };

/* One finding, and what would become of it; texts live until the teller returns. */
struct what_if_finding {
    enum what_if_change change;
    int64_t finding_id; /* 0: there is none yet */
    const char *center_id;
    const char *subject_id;
    const char *event;
    int32_t event_repeat;
    const char *form;
    int32_t form_repeat;
    const char *check_id;
    const char *item;     /* "" where it stands at the page */
    const char *severity; /* what it would say; of one that closes, what it says */
    const char *category; /* NULL where none */
    const char *message;
};

/* Told of each finding, subject by subject; NULL: only counts are wished. False stops. */
struct what_if_teller {
    bool (*tell)(void *data, const struct what_if_finding *finding, struct err *err);
    void *data;
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
bool what_if_run(struct arena *arena, const struct config *config, const struct definition *definition,
                 int32_t night, const struct what_if_teller *teller, struct context *context,
                 struct what_if *out, struct err *err) CRFD_MUST_CHECK;

#endif
