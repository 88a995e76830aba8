#include "crfd/value/decimal.h"

#include "decimal_small.h"

#include <assert.h>
#include <string.h>

static_assert(offsetof(struct decimal, limbs) == sizeof(uint64_t), "decimal_wide mirrors decimal");

void
decimal_from_int(int64_t number, struct decimal_wide *out)
{
    uint64_t magnitude = number < 0 ? -(uint64_t)number : (uint64_t)number;

    decimal_set_small(out, number < 0, 0, magnitude);
}

enum decimal_status
decimal_to_int(const struct decimal *a, int64_t *out)
{
    struct natural rounded;

    decimal_to_natural(a, &rounded);
    natural_scale_down_rounding(&rounded, a->scale);
    if (rounded.size > 1)
        return DECIMAL_OVERFLOW;

    uint64_t magnitude = rounded.size == 0 ? 0 : rounded.limbs[0];

    if (magnitude > (uint64_t)INT64_MAX + a->negative)
        return DECIMAL_OVERFLOW;
    *out = (int64_t)(a->negative ? -magnitude : magnitude);
    return DECIMAL_OK;
}

static size_t
size_bytes(const struct decimal *a)
{
    return sizeof(*a) + a->size * sizeof(a->limbs[0]);
}

const struct decimal *
decimal_copy(struct arena *arena, const struct decimal *a)
{
    struct decimal *copy = arena_alloc(arena, size_bytes(a));

    memcpy(copy, a, size_bytes(a));
    return copy;
}

int
decimal_sign(const struct decimal *a)
{
    if (a->size == 0)
        return 0;
    return a->negative ? -1 : 1;
}

/* Does nothing where both are the same object. */
static void
assign(struct decimal_wide *out, const struct decimal *a)
{
    memmove(&out->value, a, size_bytes(a));
}

void
decimal_negate(const struct decimal *a, struct decimal_wide *out)
{
    assign(out, a);
    out->value.negative = a->size > 0 && !out->value.negative;
}

void
decimal_abs(const struct decimal *a, struct decimal_wide *out)
{
    assign(out, a);
    out->value.negative = false;
}

/* Two coefficients brought to the larger of their scales. */
static int
align(const struct decimal *a, const struct decimal *b, struct natural *a_out, struct natural *b_out)
{
    decimal_to_natural(a, a_out);
    decimal_to_natural(b, b_out);
    if (a->scale < b->scale) {
        natural_scale_up(a_out, b->scale - a->scale);
        return b->scale;
    }
    natural_scale_up(b_out, a->scale - b->scale);
    return a->scale;
}

/* As align; false where a coefficient is not small or the product might not fit into 128 bits. */
static inline bool
align_small(const struct decimal *a, const struct decimal *b, uint128 *a_out, uint128 *b_out)
{
    int difference = a->scale - b->scale;

    if (!decimal_is_small(a) || !decimal_is_small(b) || difference > NATURAL_CHUNK_DIGITS ||
        difference < -NATURAL_CHUNK_DIGITS)
        return false;
    *a_out = decimal_small(a);
    *b_out = decimal_small(b);
    if (difference < 0)
        *a_out *= natural_powers[-difference];
    else if (difference > 0)
        *b_out *= natural_powers[difference];
    return true;
}

int
decimal_compare(const struct decimal *a, const struct decimal *b)
{
    int a_sign = decimal_sign(a);
    int b_sign = decimal_sign(b);

    if (a_sign != b_sign)
        return a_sign < b_sign ? -1 : 1;

    uint128 a_small;
    uint128 b_small;

    if (align_small(a, b, &a_small, &b_small)) {
        int order = (a_small > b_small) - (a_small < b_small);

        return a_sign < 0 ? -order : order;
    }

    struct natural a_wide;
    struct natural b_wide;

    align(a, b, &a_wide, &b_wide);
    return a_sign * natural_compare(&a_wide, &b_wide);
}

/* a + b, where b counts as negative as told, whatever its own sign. */
static enum decimal_status
add(const struct decimal *a, const struct decimal *b, bool b_negative, struct decimal_wide *out)
{
    bool negative = a->negative;
    uint128 a_small;
    uint128 b_small;

    if (align_small(a, b, &a_small, &b_small)) {
        int scale = a->scale > b->scale ? a->scale : b->scale;

        /* Only one of the two was scaled up: 2^64 * 10^19 + 2^64 is below 2^128. */
        if (negative == b_negative)
            decimal_set_small(out, negative, scale, a_small + b_small);
        else if (a_small >= b_small)
            decimal_set_small(out, negative, scale, a_small - b_small);
        else
            decimal_set_small(out, b_negative, scale, b_small - a_small);
        return DECIMAL_OK;
    }

    struct natural sum;
    struct natural other;
    int scale = align(a, b, &sum, &other);

    if (negative == b_negative)
        natural_add(&sum, &other);
    else if (natural_subtract(&sum, &other))
        negative = b_negative;
    return decimal_from_natural(&sum, negative, scale, out);
}

enum decimal_status
decimal_add(const struct decimal *a, const struct decimal *b, struct decimal_wide *out)
{
    return add(a, b, b->negative, out);
}

enum decimal_status
decimal_subtract(const struct decimal *a, const struct decimal *b, struct decimal_wide *out)
{
    return add(a, b, !b->negative, out);
}

enum decimal_status
decimal_multiply(const struct decimal *a, const struct decimal *b, struct decimal_wide *out)
{
    bool negative = a->negative != b->negative;
    int scale = a->scale + b->scale;

    if (scale > DECIMAL_MAX_SCALE)
        return DECIMAL_OVERFLOW;
    if (decimal_is_small(a) && decimal_is_small(b)) {
        decimal_set_small(out, negative, scale, (uint128)decimal_small(a) * decimal_small(b));
        return DECIMAL_OK;
    }

    struct natural a_wide;
    struct natural b_wide;
    struct natural product;

    decimal_to_natural(a, &a_wide);
    decimal_to_natural(b, &b_wide);
    natural_multiply(&a_wide, &b_wide, &product);
    return decimal_from_natural(&product, negative, scale, out);
}
