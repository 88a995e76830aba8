#include "natural.h"

#include <assert.h>
#include <string.h>

static_assert(sizeof(mp_limb_t) == sizeof(uint64_t) && GMP_NUMB_BITS == 64,
              "limbs of decimals are limbs of GMP");

const uint64_t natural_powers[NATURAL_CHUNK_DIGITS + 1] = {
    UINT64_C(1),
    UINT64_C(10),
    UINT64_C(100),
    UINT64_C(1000),
    UINT64_C(10000),
    UINT64_C(100000),
    UINT64_C(1000000),
    UINT64_C(10000000),
    UINT64_C(100000000),
    UINT64_C(1000000000),
    UINT64_C(10000000000),
    UINT64_C(100000000000),
    UINT64_C(1000000000000),
    UINT64_C(10000000000000),
    UINT64_C(100000000000000),
    UINT64_C(1000000000000000),
    UINT64_C(10000000000000000),
    UINT64_C(100000000000000000),
    UINT64_C(1000000000000000000),
    UINT64_C(10000000000000000000),
};

static void
strip(struct natural *a)
{
    while (a->size > 0 && a->limbs[a->size - 1] == 0)
        a->size--;
}

static void
append_limb(struct natural *a, mp_limb_t limb)
{
    if (limb == 0)
        return;
    assert(a->size < NATURAL_LIMBS);
    a->limbs[a->size++] = limb;
}

int
natural_compare(const struct natural *a, const struct natural *b)
{
    if (a->size != b->size)
        return a->size < b->size ? -1 : 1;
    if (a->size == 0)
        return 0;

    int order = mpn_cmp(a->limbs, b->limbs, a->size);

    return (order > 0) - (order < 0);
}

void
natural_add(struct natural *a, const struct natural *b)
{
    while (a->size < b->size)
        a->limbs[a->size++] = 0;
    if (b->size > 0)
        append_limb(a, mpn_add(a->limbs, a->limbs, a->size, b->limbs, b->size));
}

bool
natural_subtract(struct natural *a, const struct natural *b)
{
    bool b_larger = natural_compare(a, b) < 0;

    if (b_larger) {
        if (a->size == 0)
            memcpy(a->limbs, b->limbs, (size_t)b->size * sizeof(b->limbs[0]));
        else
            mpn_sub(a->limbs, b->limbs, b->size, a->limbs, a->size);
        a->size = b->size;
    } else if (b->size > 0) {
        mpn_sub(a->limbs, a->limbs, a->size, b->limbs, b->size);
    }
    strip(a);
    return b_larger;
}

void
natural_multiply_add(struct natural *a, uint64_t factor, uint64_t addend)
{
    if (a->size == 0) {
        append_limb(a, addend);
        return;
    }

    mp_limb_t high = mpn_mul_1(a->limbs, a->limbs, a->size, factor);

    high += mpn_add_1(a->limbs, a->limbs, a->size, addend);
    append_limb(a, high);
}

void
natural_multiply(const struct natural *a, const struct natural *b, struct natural *out)
{
    const struct natural *longer = a->size >= b->size ? a : b;
    const struct natural *shorter = a->size >= b->size ? b : a;

    out->size = 0;
    if (shorter->size == 0)
        return;
    assert(a->size + b->size <= NATURAL_LIMBS);
    mpn_mul(out->limbs, longer->limbs, longer->size, shorter->limbs, shorter->size);
    out->size = a->size + b->size;
    strip(out);
}

uint64_t
natural_divide_limb(struct natural *a, uint64_t divisor)
{
    if (a->size == 0)
        return 0;

    mp_limb_t remainder = mpn_divrem_1(a->limbs, 0, a->limbs, a->size, divisor);

    strip(a);
    return remainder;
}

void
natural_divide(const struct natural *a, const struct natural *divisor, struct natural *quotient,
               struct natural *remainder)
{
    assert(divisor->size > 0);
    if (a->size < divisor->size) {
        quotient->size = 0;
        *remainder = *a;
        return;
    }
    mpn_tdiv_qr(quotient->limbs, remainder->limbs, 0, a->limbs, a->size, divisor->limbs, divisor->size);
    quotient->size = a->size - divisor->size + 1;
    remainder->size = divisor->size;
    strip(quotient);
    strip(remainder);
}

void
natural_root(const struct natural *a, struct natural *out)
{
    out->size = 0;
    if (a->size == 0)
        return;
    (void)mpn_sqrtrem(out->limbs, NULL, a->limbs, a->size);
    out->size = (a->size + 1) / 2;
    strip(out);
}

void
natural_scale_up(struct natural *a, int digits)
{
    while (digits > 0 && a->size > 0) {
        int step = digits < NATURAL_CHUNK_DIGITS ? digits : NATURAL_CHUNK_DIGITS;

        natural_multiply_add(a, natural_powers[step], 0);
        digits -= step;
    }
}

void
natural_scale_down(struct natural *a, int digits)
{
    while (digits > 0 && a->size > 0) {
        int step = digits < NATURAL_CHUNK_DIGITS ? digits : NATURAL_CHUNK_DIGITS;

        (void)natural_divide_limb(a, natural_powers[step]);
        digits -= step;
    }
}

void
natural_scale_down_rounding(struct natural *a, int digits)
{
    if (digits == 0)
        return;
    /* Half up depends on the first dropped digit alone. */
    natural_scale_down(a, digits - 1);

    uint64_t dropped = natural_divide_limb(a, 10);

    if (dropped >= 5)
        natural_multiply_add(a, 1, 1);
}

static int
limb_digits(uint64_t limb)
{
    /* 1233/4096 is log10(2) from below, near enough for 64 bits: the guess is right or one too low. */
    int bits = 64 - __builtin_clzl(limb);
    int guess = bits * 1233 >> 12;

    return guess + (limb >= natural_powers[guess]);
}

int
natural_digits(const struct natural *a)
{
    struct natural rest = *a;
    int digits = 0;

    /* A number of two limbs or more is above 10^19, so the division never makes it zero. */
    while (rest.size > 1) {
        (void)natural_divide_limb(&rest, natural_powers[NATURAL_CHUNK_DIGITS]);
        digits += NATURAL_CHUNK_DIGITS;
    }
    return rest.size == 0 ? 0 : digits + limb_digits(rest.limbs[0]);
}
