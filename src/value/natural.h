/*
 * natural.h: natural numbers wide enough for every intermediate result of a decimal operation.
 *
 * The slow, general path of decimal_*.c computes with these (decimal_natural.h).
 *
 * Threads: pure functions.
 * Memory:  everything is inside the struct; GMP's mpn functions need only the stack at these sizes.
 */
#ifndef CRFD_VALUE_NATURAL_H
#define CRFD_VALUE_NATURAL_H

#include <gmp.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * The widest number is the dividend of decimal_divide: DECIMAL_LIMBS limbs, scaled up by two times
 * DECIMAL_MAX_SCALE digits (997 bits). That makes 24; two more for carries.
 */
#define NATURAL_LIMBS 26

struct natural {
    mp_size_t size; /* limbs in use; 0 is zero; the highest limb in use is not 0 */
    mp_limb_t limbs[NATURAL_LIMBS];
};

/* 10^19 is the largest power of ten in one limb. */
#define NATURAL_CHUNK_DIGITS 19
extern const uint64_t natural_powers[NATURAL_CHUNK_DIGITS + 1];

/* -1, 0 or 1. */
int natural_compare(const struct natural *a, const struct natural *b);

/* a += b; a = |a - b|, which returns true where b was the larger; a = a * factor + addend. */
void natural_add(struct natural *a, const struct natural *b);
bool natural_subtract(struct natural *a, const struct natural *b);
void natural_multiply_add(struct natural *a, uint64_t factor, uint64_t addend);
void natural_multiply(const struct natural *a, const struct natural *b, struct natural *out);

/* a = a / divisor, rounded down; returns the remainder. */
uint64_t natural_divide_limb(struct natural *a, uint64_t divisor);
/* Rounded down; divisor is not zero; the outputs are other objects than the operands. */
void natural_divide(const struct natural *a, const struct natural *divisor, struct natural *quotient,
                    struct natural *remainder);

/* The square root, rounded down. */
void natural_root(const struct natural *a, struct natural *out);

/* a = a * 10^digits; a = a / 10^digits, rounded down; the same, rounded half up. digits is 0 or more. */
void natural_scale_up(struct natural *a, int digits);
void natural_scale_down(struct natural *a, int digits);
void natural_scale_down_rounding(struct natural *a, int digits);

/* Decimal digits; 0 has none. */
int natural_digits(const struct natural *a);

#endif
