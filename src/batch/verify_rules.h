/*
 * verify_rules.h: the rules of a definition, asked in PostgreSQL of a group of centers and compared with their findings.
 *
 * What costs is to plan a twin, on a cluster above all, and not to run it: so many twins go into one statement, which asks
 * for all centers of the group.
 *
 * Threads: as verify_run().
 * Memory:  the arena is emptied from group to group.
 */
#ifndef CRFD_BATCH_VERIFY_RULES_H
#define CRFD_BATCH_VERIFY_RULES_H

#include "crfd/batch/verify.h"

#include "crfd/base/strbuf.h"
#include "crfd/definition/rule_twin.h"
#include "crfd/pg/conn.h"

struct verify {
    const struct config *config;
    const struct definition *definition;
    const struct verify_options *options;
    struct verify_counts *counts;
    struct conn *conn;
    struct arena arena;
    struct twin_scope scope; /* its centers are those of the group: $1 */
    struct strbuf sql;
    /* The group that is looked at, all centers of one night. */
    const char *const *center_ids;
    size_t center_count;
    const char *centers; /* the same as text[] */
};

/* The centers as text[], in the arena. */
const char *verify_center_array(struct verify *verify, const char *const *center_ids, size_t count);

void verify_tell(struct verify *verify, const struct verify_difference *difference);

/* Whether the rule is one of those that are wanted, and has a twin. */
bool verify_asks(const struct verify *verify, const struct rule *rule);

/* In the transaction that is open. */
bool verify_rules(struct verify *verify, struct err *err) CRFD_MUST_CHECK;

#endif
