/*
 * center_list.h: which centers a run has to visit, and how many pages are to be expected in each.
 *
 * Threads: as the connections; never on the loop thread while centers run.
 * Memory:  the list lives in the given arena.
 */
#ifndef CRFD_BATCH_CENTER_LIST_H
#define CRFD_BATCH_CENTER_LIST_H

#include "crfd/base/arena.h"
#include "crfd/pg/conn.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct listed_center {
    const char *center_id; /* as the ledger has it, maybe a stand-in (stand_in.h) */
    /* Of the ledger, where it knows every center of the source; else counted there. Larger centers come first by it. */
    int64_t expected_pages;
    int64_t ledger_pages; /* of the ledger; 0: it does not know the center */
};

struct center_list {
    struct listed_center *centers; /* by center_id, bytewise */
    size_t count;
};

/*
 * Every center with pages at the source (relation), and every center of the ledger: one whose pages are all gone must
 * be visited too. A source that lacks a column of the contract is told here.
 */
bool center_list_read(struct arena *arena, struct conn *source, const char *relation, struct conn *analysis,
                      struct center_list *out, struct err *err) CRFD_MUST_CHECK;

/* The cost that a server's EXPLAIN (FORMAT JSON) tells of a statement, in the planner's own units. */
bool center_list_read_cost(const char *explained, double *cost, struct err *err) CRFD_MUST_CHECK;

#endif
