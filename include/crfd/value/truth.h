/*
 * truth.h: SQL's three-valued logic (ISO/IEC 9075-2, 6.39 <boolean value expression>).
 *
 * Threads: pure functions.
 */
#ifndef CRFD_VALUE_TRUTH_H
#define CRFD_VALUE_TRUTH_H

#include <stdbool.h>

/* Ordered so that AND is the minimum and OR the maximum. */
enum truth { TRUTH_FALSE = 0, TRUTH_UNKNOWN = 1, TRUTH_TRUE = 2 };

static inline enum truth
truth_of(bool holds)
{
    return holds ? TRUTH_TRUE : TRUTH_FALSE;
}

static inline enum truth
truth_not(enum truth a)
{
    return (enum truth)(TRUTH_TRUE - a);
}

static inline enum truth
truth_and(enum truth a, enum truth b)
{
    return a < b ? a : b;
}

static inline enum truth
truth_or(enum truth a, enum truth b)
{
    return a > b ? a : b;
}

#endif
