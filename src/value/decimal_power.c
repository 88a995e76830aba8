/* Square root, powers and whole quotients, with the scales of PostgreSQL 15's numeric.c. */
#include "decimal_natural.h"

/* Of numeric.c: NUMERIC_MIN_SIG_DIGITS and DEC_DIGITS. */
enum { MIN_SIGNIFICANT_DIGITS = 16, GROUP_DIGITS = 4 };

/* Exponents beyond it give no number that fits, but for the bases 0, 1 and -1. */
#define EXPONENT_MAX 1000

/* --- square root --- */

/* numeric_sqrt: 16 digits less those before the point, which are estimated from the leading group of four. */
static int
root_scale(const struct decimal *a)
{
    struct decimal_groups groups;
    int scale;

    decimal_to_groups(a, &groups);
    scale = MIN_SIGNIFICANT_DIGITS - ((groups.count > 0 ? groups.weight : 0) * GROUP_DIGITS / 2 + 1);
    return scale > a->scale ? scale : a->scale;
}

enum decimal_status
decimal_root(const struct decimal *a, struct decimal_wide *out)
{
    int scale = root_scale(a);
    struct natural radicand;
    struct natural root;

    if (a->negative)
        return DECIMAL_NEGATIVE_ROOT;
    if (scale > DECIMAL_MAX_SCALE)
        return DECIMAL_OVERFLOW;
    decimal_to_natural(a, &radicand);
    /* One digit more than is shown decides how to round: what comes behind it cannot change that. */
    natural_scale_up(&radicand, 2 * (scale + 1) - a->scale);
    natural_root(&radicand, &root);
    natural_scale_down_rounding(&root, 1);
    return decimal_from_natural(&root, false, scale, out);
}

/* --- powers --- */

/* The places that are not trailing zeros; the coefficient loses those. */
static int
strip_zeros(struct natural *coefficient, int scale)
{
    while (scale > 0) {
        struct natural shorter = *coefficient;

        if (natural_divide_limb(&shorter, 10) != 0)
            break;
        *coefficient = shorter;
        scale--;
    }
    return scale;
}

/* Its powers are itself; of -1 the odd ones. */
static bool
is_zero_or_one(const struct natural *coefficient, int places)
{
    return coefficient->size == 0 || (coefficient->size == 1 && coefficient->limbs[0] == 1 && places == 0);
}

/* False where it grows beyond what decimal_from_natural could take. */
static bool
raise_natural(const struct natural *base, int64_t exponent, struct natural *out)
{
    out->size = 1;
    out->limbs[0] = 1;
    for (int64_t i = 0; i < exponent; i++) {
        struct natural product;

        if (base->size > DECIMAL_LIMBS || out->size > DECIMAL_LIMBS)
            return false;
        natural_multiply(out, base, &product);
        *out = product;
    }
    return true;
}

/* The exponent as a number; false where it is not whole, or below 0. */
static bool
whole_exponent(const struct decimal *exponent, int64_t *out)
{
    struct decimal_wide whole;

    return !exponent->negative && decimal_truncate(exponent, 0, &whole) == DECIMAL_OK &&
           decimal_compare(&whole.value, exponent) == 0 && decimal_to_int(&whole.value, out) == DECIMAL_OK;
}

enum decimal_status
decimal_power(const struct decimal *base, const struct decimal *exponent, struct decimal_wide *out)
{
    int shown = base->scale > MIN_SIGNIFICANT_DIGITS ? base->scale : MIN_SIGNIFICANT_DIGITS;
    struct natural coefficient;
    struct natural power;
    int64_t times;
    int places;

    if (!whole_exponent(exponent, &times))
        return DECIMAL_INEXACT;
    decimal_to_natural(base, &coefficient);
    places = coefficient.size > 0 ? strip_zeros(&coefficient, base->scale) : 0;
    if (times > 2 && is_zero_or_one(&coefficient, places))
        times = 2 - times % 2;
    if (times > EXPONENT_MAX)
        return DECIMAL_INEXACT;
    if (times * places > shown)
        return DECIMAL_INEXACT;
    if (!raise_natural(&coefficient, times, &power))
        return DECIMAL_OVERFLOW;
    natural_scale_up(&power, shown - (int)times * places);
    return decimal_from_natural(&power, base->negative && times % 2 == 1, shown, out);
}

/* --- whole quotients --- */

enum decimal_status
decimal_quotient(const struct decimal *a, const struct decimal *b, struct decimal_wide *out)
{
    int scale = a->scale > b->scale ? a->scale : b->scale;
    bool negative = a->negative != b->negative;
    struct natural dividend;
    struct natural divisor;
    struct natural quotient;
    struct natural remainder;

    if (b->size == 0)
        return DECIMAL_DIVISION_BY_ZERO;
    decimal_to_natural(a, &dividend);
    decimal_to_natural(b, &divisor);
    natural_scale_up(&dividend, scale - a->scale);
    natural_scale_up(&divisor, scale - b->scale);
    natural_divide(&dividend, &divisor, &quotient, &remainder);
    return decimal_from_natural(&quotient, negative, 0, out);
}
