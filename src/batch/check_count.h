/*
 * check_count.h: how often each rule came out which way in a pass over a center, and since the definition first ran there.
 *
 * Checks are counted page by page. Built-in rules are counted where they are violated: what they pass by they are not
 * asked about.
 *
 * Threads: counts belong to one worker.
 * Memory:  counts live in the worker's arena.
 */
#ifndef CRFD_BATCH_CHECK_COUNT_H
#define CRFD_BATCH_CHECK_COUNT_H

#include "crfd/base/arena.h"
#include "crfd/check/eval.h"
#include "crfd/definition/rule_book.h"
#include "crfd/pg/conn.h"

#include <stdbool.h>
#include <stdint.h>

struct check_count {
    int64_t outcomes[EVAL_OUTCOME_COUNT]; /* by enum eval_outcome */
};

/* One per rule of the book, in its order. */
struct check_count *check_counts_new(struct arena *arena, const struct rulebook *rules);
void check_counts_clear(struct check_count *counts, const struct rulebook *rules);

/* In the transaction of the pass. `anew`: all subjects were evaluated, so that what was counted before counts no more. */
bool check_counts_write(const struct check_count *counts, const struct definition *definition,
                        struct conn *analysis, const char *center_id, int32_t night, bool anew,
                        struct err *err) CRFD_MUST_CHECK;

#endif
