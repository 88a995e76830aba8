/*
 * verify.h: PostgreSQL as the oracle: every rule's twin against the findings, row by row.
 *
 * Centers are looked at in groups, each in one read-only snapshot, so a night that is under way neither disturbs
 * nor is disturbed. Compared are the page key, the item and the outcome of every finding that is not closed. A check
 * whose evaluation ends in an error fails its whole query in PostgreSQL; it is then asked page by page, and a
 * raised error must meet a finding with outcome `error`. current_date is the night under which the center was
 * last evaluated.
 *
 * Also verified: each subject's pages in the form tables and in quarantine are those that the ledger counts.
 *
 * Threads: the calling thread; it waits for the server.
 * Memory:  what a difference points to is valid during the call that tells it.
 */
#ifndef CRFD_BATCH_VERIFY_H
#define CRFD_BATCH_VERIFY_H

#include "crfd/base/arena.h"
#include "crfd/base/err.h"
#include "crfd/definition/config.h"
#include "crfd/definition/definition.h"
#include "crfd/definition/rule.h"
#include "crfd/sync/context.h"

#include <stdbool.h>
#include <stdint.h>

enum verify_kind {
    VERIFY_MISSING_IN_CRFD,       /* PostgreSQL finds it, and no finding says so */
    VERIFY_MISSING_IN_POSTGRESQL, /* a finding says so, and PostgreSQL does not find it */
    VERIFY_OUTCOME,               /* both find it, one as `false`, the other as `error` */
    VERIFY_RETIRED,               /* findings of a check that the definition does not have */
    VERIFY_PAGES,                 /* a subject's pages are not those of the ledger */
    VERIFY_NOT_EVALUATED /* the center was last evaluated under another definition, or never as a whole */
};

struct verify_difference {
    enum verify_kind kind;
    const char *center_id;
    const char *subject_id; /* VERIFY_MISSING_IN_CRFD to VERIFY_OUTCOME, VERIFY_PAGES; else NULL */
    const char *check_id;   /* up to VERIFY_RETIRED; else NULL */
    const char *item;       /* "" for the page as a whole */
    const char *event;
    const char *event_repeat;
    const char *form;
    const char *form_repeat;
    const char
        *detail; /* of VERIFY_OUTCOME, VERIFY_RETIRED and VERIFY_PAGES: what is against what; else "" */
};

struct verify_counts {
    int64_t centers;
    int64_t subjects; /* whose pages were counted */
    int64_t rules;    /* that were asked */
    int64_t compared; /* findings of these rules */
    int64_t untold;   /* findings of rules that have no twin */
    int64_t differences;
};

struct verify_options {
    const struct rule *only; /* NULL: all rules, and the tables */
    void (*tell)(void *data, const struct verify_difference *difference);
    void *data;
};

/* True where the comparison was made, whatever it has shown: counts->differences tells. */
bool verify_run(const struct config *config, const struct definition *definition,
                const struct verify_options *options, struct context *context, struct verify_counts *counts,
                struct err *err) CRFD_MUST_CHECK;

#endif
