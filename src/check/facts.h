/*
 * facts.h: what would have to hold of values for a condition to come out one way, and whether all of it can.
 *
 * A fact is about a term: whatever expression is not itself logic. Each is taken in with the answer to whether it can
 * hold beside those before. "Can" is said where it is not known: of three columns that chase one another, or where
 * there are more facts than there is room for.
 *
 * Threads: main thread, while the study is loaded.
 * Memory:  terms are borrowed; facts are forgotten by setting `count` back.
 */
#ifndef CRFD_CHECK_FACTS_H
#define CRFD_CHECK_FACTS_H

#include "crfd/check/world.h"
#include "crfd/value/truth.h"
#include "expr.h"

#include <stdbool.h>
#include <stddef.h>

#define FACTS_MAX 256

enum fact_kind { FACT_NULL, FACT_NOT_NULL, FACT_ORDER, FACT_TRUTH };

struct fact {
    enum fact_kind kind;
    const struct expr *term;
    const struct expr *other; /* FACT_ORDER: what it is compared with */
    unsigned order;           /* FACT_ORDER: the outcomes (enum order) that are left */
    enum truth truth;         /* FACT_TRUTH: true or false; unknown is FACT_NULL */
};

struct facts {
    const struct world *world;
    const struct row *rows; /* those of the program */
    struct fact list[FACTS_MAX];
    size_t count;
};

/* False where it cannot hold beside the others. */
bool facts_add_null(struct facts *facts, const struct expr *term, bool is_null);
bool facts_add_order(struct facts *facts, const struct expr *term, const struct expr *other, unsigned order);
bool facts_add_truth(struct facts *facts, const struct expr *term, enum truth truth);

#endif
