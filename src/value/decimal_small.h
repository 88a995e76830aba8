/*
 * decimal_small.h: the fast path of decimal_*.c, for coefficients of one limb.
 *
 * Nearly every number of a trial has one limb, so the operations first try 64-bit operands with 128-bit
 * results, and only what does not fit goes through struct natural.
 *
 * Threads: pure functions.
 */
#ifndef CRFD_VALUE_DECIMAL_SMALL_H
#define CRFD_VALUE_DECIMAL_SMALL_H

#include "decimal_natural.h"

typedef unsigned __int128 uint128;

static inline bool
decimal_is_small(const struct decimal *a)
{
    return a->size <= 1;
}

/* The coefficient of a small decimal; zero may have been stored without any limb. */
static inline uint64_t
decimal_small(const struct decimal *a)
{
    return a->size == 0 ? 0 : a->limbs[0];
}

/* scale is at most DECIMAL_MAX_SCALE. */
static inline void
decimal_set_small(struct decimal_wide *out, bool negative, int scale, uint128 coefficient)
{
    uint64_t low = (uint64_t)coefficient;
    uint64_t high = (uint64_t)(coefficient >> 64);

    out->value.size = high != 0 ? 2 : low != 0;
    out->value.negative = negative && coefficient != 0;
    out->value.scale = (uint16_t)scale;
    out->value.limbs[0] = low;
    out->value.limbs[1] = high;
}

#endif
