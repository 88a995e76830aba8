#include "decimal_small.h"

/* Of PostgreSQL's numeric.c: NUMERIC_MIN_SIG_DIGITS and DEC_DIGITS. */
enum { MIN_SIGNIFICANT_DIGITS = 16, GROUP_DIGITS = 4 };

/* The first digit of a number in base 10000 and its power of 10000; both 0 for zero. */
struct leading {
    int weight;
    uint64_t group;
};

static int
floor_divide(int a, int b)
{
    return a >= 0 ? a / b : -((-a + b - 1) / b);
}

static struct leading
leading_group(const struct natural *coefficient, int scale)
{
    struct leading leading = {0, 0};

    if (coefficient->size == 0)
        return leading;

    struct natural top = *coefficient;

    leading.weight = floor_divide(natural_digits(coefficient) - 1 - scale, GROUP_DIGITS);

    int dropped = scale + GROUP_DIGITS * leading.weight;

    if (dropped >= 0)
        natural_scale_down(&top, dropped);
    else
        natural_scale_up(&top, -dropped);
    leading.group = top.limbs[0];
    return leading;
}

/*
 * numeric.c's select_div_scale: at least 16 significant digits and no fewer places than an operand has. It
 * estimates the weight of the quotient from the leading base-10000 digits, so the result depends on where
 * the groups of four begin: 1/3 has 20 places, 10000/3 has 16.
 */
static int
quotient_scale(const struct natural *a, int a_scale, const struct natural *b, int b_scale)
{
    struct leading a_leading = leading_group(a, a_scale);
    struct leading b_leading = leading_group(b, b_scale);
    int weight = a_leading.weight - b_leading.weight;

    if (a_leading.group <= b_leading.group)
        weight--;

    int scale = MIN_SIGNIFICANT_DIGITS - GROUP_DIGITS * weight;

    if (scale < a_scale)
        scale = a_scale;
    if (scale < b_scale)
        scale = b_scale;
    return scale;
}

/* One limb divided by one limb, where the dividend fits into 128 bits after scaling it up; else false. */
static bool
divide_small(uint64_t a, int digits, uint64_t b, uint128 *quotient)
{
    uint128 dividend = a;

    if (digits > 2 * NATURAL_CHUNK_DIGITS)
        return false;
    if (digits > NATURAL_CHUNK_DIGITS) {
        dividend *= natural_powers[NATURAL_CHUNK_DIGITS];
        digits -= NATURAL_CHUNK_DIGITS;
    }
    if (__builtin_mul_overflow(dividend, natural_powers[digits], &dividend))
        return false;

    uint64_t remainder = (uint64_t)(dividend % b);

    *quotient = dividend / b + (remainder >= b - remainder);
    return true;
}

/* The quotient of the coefficients, rounded half up. */
static void
divide_rounding(const struct natural *a, const struct natural *b, struct natural *quotient)
{
    struct natural remainder;

    natural_divide(a, b, quotient, &remainder);

    /* remainder >= b - remainder, without doubling it beyond the room. */
    struct natural rest = *b;

    (void)natural_subtract(&rest, &remainder);
    if (natural_compare(&remainder, &rest) >= 0)
        natural_multiply_add(quotient, 1, 1);
}

enum decimal_status
decimal_divide(const struct decimal *a, const struct decimal *b, struct decimal_wide *out)
{
    if (b->size == 0)
        return DECIMAL_DIVISION_BY_ZERO;

    bool negative = a->negative != b->negative;
    struct natural dividend;
    struct natural divisor;

    decimal_to_natural(a, &dividend);
    decimal_to_natural(b, &divisor);

    int scale = quotient_scale(&dividend, a->scale, &divisor, b->scale);

    if (scale > DECIMAL_MAX_SCALE)
        return DECIMAL_OVERFLOW;

    int digits = scale - a->scale + b->scale;
    uint128 small;

    if (decimal_is_small(a) && decimal_is_small(b) &&
        divide_small(decimal_small(a), digits, decimal_small(b), &small)) {
        decimal_set_small(out, negative, scale, small);
        return DECIMAL_OK;
    }

    struct natural quotient;

    natural_scale_up(&dividend, digits);
    divide_rounding(&dividend, &divisor, &quotient);
    return decimal_from_natural(&quotient, negative, scale, out);
}

enum decimal_status
decimal_modulo(const struct decimal *a, const struct decimal *b, struct decimal_wide *out)
{
    if (b->size == 0)
        return DECIMAL_DIVISION_BY_ZERO;

    int scale = a->scale > b->scale ? a->scale : b->scale;
    bool negative = a->negative;
    struct natural dividend;
    struct natural divisor;
    struct natural quotient;
    struct natural remainder;

    decimal_to_natural(a, &dividend);
    decimal_to_natural(b, &divisor);
    natural_scale_up(&dividend, scale - a->scale);
    natural_scale_up(&divisor, scale - b->scale);
    natural_divide(&dividend, &divisor, &quotient, &remainder);
    return decimal_from_natural(&remainder, negative, scale, out);
}
