/*
 * compare.h: three-way comparisons of values of one type, neither of them NULL: negative, zero or positive.
 *
 * Texts compare by code point, which in UTF-8 is byte by byte.
 *
 * Threads: pure functions.
 */
#ifndef CRFD_VALUE_COMPARE_H
#define CRFD_VALUE_COMPARE_H

#include "crfd/value/value.h"

#include <stdint.h>
#include <string.h>

/* Partial dates are only equal or not: which of two comes before may be unknown (partial_date_less). */
int value_compare(const struct value *a, const struct value *b, enum value_type type);

/* ---- The same of single types, for loops that know it ---- */

static inline int
compare_numbers(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

/* Nearly all decimals of a page have one limb, and items of a kind have one scale. */
static inline int
compare_decimals(const struct decimal *a, const struct decimal *b)
{
    if (a->scale == b->scale && a->size == 1 && b->size == 1 && !a->negative && !b->negative)
        return (a->limbs[0] > b->limbs[0]) - (a->limbs[0] < b->limbs[0]);
    return decimal_compare(a, b);
}

static inline int
compare_texts(const struct value *a, const struct value *b)
{
    uint32_t shorter = a->length < b->length ? a->length : b->length;
    int order = memcmp(a->text, b->text, shorter);

    return order != 0 ? order : compare_numbers(a->length, b->length);
}

#endif
