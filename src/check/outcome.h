/*
 * outcome.h: whether a condition can come out true, false or unknown for some page.
 *
 * The tree is taken apart into what would have to hold (facts.h), alternatives one after the other. Said is "it can"
 * wherever it is not certain that it cannot.
 *
 * Threads: main thread, while the study is loaded.
 */
#ifndef CRFD_CHECK_OUTCOME_H
#define CRFD_CHECK_OUTCOME_H

#include "facts.h"

#include <stdbool.h>
#include <stdint.h>

enum outcome {
    OUTCOME_FALSE = 1 << TRUTH_FALSE,
    OUTCOME_UNKNOWN = 1 << TRUTH_UNKNOWN,
    OUTCOME_TRUE = 1 << TRUTH_TRUE,
    OUTCOME_ANY = OUTCOME_FALSE | OUTCOME_UNKNOWN | OUTCOME_TRUE
};

/* A condition, and the outcomes of which one is wanted; several are wanted on one page. */
struct goal {
    const struct expr *expr;
    unsigned outcomes;
    uint32_t from; /* of AND and OR: operands before it are done with */
    const struct goal *next;
};

/* Whether some page meets the goal and those behind it. */
bool outcome_possible(const struct world *world, const struct row *rows, const struct goal *goal);

#endif
