/*
 * decimal_natural.h: coefficients of decimals on their way into and out of the general path of decimal_*.c.
 *
 * Threads: pure functions.
 */
#ifndef CRFD_VALUE_DECIMAL_NATURAL_H
#define CRFD_VALUE_DECIMAL_NATURAL_H

#include "natural.h"

#include "crfd/value/decimal.h"

#include <string.h>

static inline void
decimal_to_natural(const struct decimal *a, struct natural *out)
{
    out->size = a->size;
    memcpy(out->limbs, a->limbs, a->size * sizeof(a->limbs[0]));
}

/* What an operation returns is fitted back into DECIMAL_LIMBS here: the one place that decides about overflow. */
static inline enum decimal_status
decimal_from_natural(const struct natural *a, bool negative, int scale, struct decimal_wide *out)
{
    if (a->size > DECIMAL_LIMBS || scale > DECIMAL_MAX_SCALE)
        return DECIMAL_OVERFLOW;
    out->value.size = (uint8_t)a->size;
    out->value.negative = negative && a->size > 0;
    out->value.scale = (uint16_t)scale;
    memcpy(out->value.limbs, a->limbs, (size_t)a->size * sizeof(a->limbs[0]));
    return DECIMAL_OK;
}

#endif
