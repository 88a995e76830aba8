#include "decimal_small.h"

/* PostgreSQL's -NUMERIC_MAX_RESULT_SCALE, far before the first digit of any number. */
enum { MIN_DIGITS = -2000 };

/* What is done with the digits that are dropped. */
enum dropping {
    HALF_UP, /* in magnitude: away from zero */
    TOWARD_ZERO,
    AWAY_FROM_ZERO
};

/* A coefficient without its last `digits` digits. */
static void
drop(struct natural *coefficient, int digits, enum dropping dropping)
{
    if (dropping == HALF_UP) {
        natural_scale_down_rounding(coefficient, digits);
        return;
    }

    struct natural before = *coefficient;

    natural_scale_down(coefficient, digits);
    if (dropping == TOWARD_ZERO)
        return;

    struct natural kept = *coefficient;

    natural_scale_up(&kept, digits);
    if (natural_compare(&kept, &before) != 0)
        natural_multiply_add(coefficient, 1, 1);
}

static enum decimal_status
rescale(const struct decimal *a, int digits, enum dropping dropping, struct decimal_wide *out)
{
    struct natural coefficient;

    /* The result has exactly this scale, also where that only appends zeros. */
    if (digits > DECIMAL_MAX_SCALE)
        return DECIMAL_OVERFLOW;
    if (digits < MIN_DIGITS)
        digits = MIN_DIGITS;
    decimal_to_natural(a, &coefficient);
    if (digits >= a->scale)
        natural_scale_up(&coefficient, digits - a->scale);
    else
        drop(&coefficient, a->scale - digits, dropping);
    if (digits < 0) {
        natural_scale_up(&coefficient, -digits);
        digits = 0;
    }
    return decimal_from_natural(&coefficient, a->negative, digits, out);
}

enum decimal_status
decimal_round(const struct decimal *a, int digits, struct decimal_wide *out)
{
    return rescale(a, digits, HALF_UP, out);
}

enum decimal_status
decimal_truncate(const struct decimal *a, int digits, struct decimal_wide *out)
{
    return rescale(a, digits, TOWARD_ZERO, out);
}

enum decimal_status
decimal_ceil(const struct decimal *a, struct decimal_wide *out)
{
    return rescale(a, 0, a->negative ? TOWARD_ZERO : AWAY_FROM_ZERO, out);
}

enum decimal_status
decimal_floor(const struct decimal *a, struct decimal_wide *out)
{
    return rescale(a, 0, a->negative ? AWAY_FROM_ZERO : TOWARD_ZERO, out);
}
