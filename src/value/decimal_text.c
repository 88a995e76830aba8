#include "decimal_small.h"

#include <limits.h>
#include <string.h>

/* PostgreSQL refuses exponents beyond half of int, also for zero. */
#define EXPONENT_LIMIT (INT_MAX / 2)
/* 2^512 has 155 digits. */
#define COEFFICIENT_DIGITS 155

/* The parts of a number's text, checked for syntax. */
struct numeral {
    const char *digits; /* before and after the point, which stands between or is missing */
    const char *digits_end;
    size_t fraction_digits;
    int64_t exponent; /* stops growing at EXPONENT_LIMIT */
    bool negative;
};

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* As isspace in the C locale. */
static bool
is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* What stands behind the `e`; PostgreSQL reads it with strtol, which skips leading blanks. */
static bool
scan_exponent(const char *at, const char *end, int64_t *out)
{
    bool negative = false;
    int64_t exponent = 0;

    while (at < end && is_blank(*at))
        at++;
    if (at < end && (*at == '+' || *at == '-'))
        negative = *at++ == '-';
    if (at == end)
        return false;
    for (; at < end; at++) {
        if (!is_digit(*at))
            return false;
        if (exponent < EXPONENT_LIMIT)
            exponent = exponent * 10 + (*at - '0');
    }
    *out = negative ? -exponent : exponent;
    return true;
}

static bool
scan(const char *text, size_t length, struct numeral *out)
{
    const char *at = text;
    const char *end = text + length;
    bool point = false;
    size_t digits = 0;

    *out = (struct numeral){0};
    if (at < end && (*at == '+' || *at == '-'))
        out->negative = *at++ == '-';
    out->digits = at;
    for (; at < end && (is_digit(*at) || (*at == '.' && !point)); at++) {
        if (*at == '.')
            point = true;
        else {
            digits++;
            out->fraction_digits += point;
        }
    }
    out->digits_end = at;
    if (digits == 0)
        return false;
    if (at < end && (*at == 'e' || *at == 'E'))
        return scan_exponent(at + 1, end, &out->exponent);
    return at == end;
}

/* The digits as a number; false where there are too many of them. */
static bool
read_coefficient(const struct numeral *numeral, struct natural *out)
{
    int significant = 0;
    int chunk_digits = 0;
    uint64_t chunk = 0;

    out->size = 0;
    for (const char *at = numeral->digits; at < numeral->digits_end; at++) {
        if (*at == '.' || (significant == 0 && *at == '0'))
            continue;
        if (++significant > COEFFICIENT_DIGITS)
            return false;
        chunk = chunk * 10 + (uint64_t)(*at - '0');
        if (++chunk_digits == NATURAL_CHUNK_DIGITS) {
            natural_multiply_add(out, natural_powers[NATURAL_CHUNK_DIGITS], chunk);
            chunk = 0;
            chunk_digits = 0;
        }
    }
    if (chunk_digits > 0)
        natural_multiply_add(out, natural_powers[chunk_digits], chunk);
    return true;
}

enum decimal_status
decimal_parse(const char *text, size_t length, struct decimal_wide *out)
{
    struct numeral numeral;
    struct natural coefficient;

    if (!scan(text, length, &numeral))
        return DECIMAL_SYNTAX;
    if (numeral.exponent >= EXPONENT_LIMIT || numeral.exponent <= -EXPONENT_LIMIT)
        return DECIMAL_OVERFLOW;

    int64_t scale = (int64_t)numeral.fraction_digits - numeral.exponent;

    if (scale > DECIMAL_MAX_SCALE || !read_coefficient(&numeral, &coefficient))
        return DECIMAL_OVERFLOW;
    if (scale < 0 && coefficient.size > 0) {
        if (scale < -COEFFICIENT_DIGITS)
            return DECIMAL_OVERFLOW;
        natural_scale_up(&coefficient, (int)-scale);
    }
    return decimal_from_natural(&coefficient, numeral.negative, scale < 0 ? 0 : (int)scale, out);
}

/* Writes the significant digits before `end`, none for zero; returns where they begin. */
static char *
write_coefficient(const struct decimal *a, char *end)
{
    struct natural rest;
    char *at = end;

    decimal_to_natural(a, &rest);
    while (rest.size > 0) {
        /* Only the topmost chunk has no leading zeros. */
        uint64_t chunk = natural_divide_limb(&rest, natural_powers[NATURAL_CHUNK_DIGITS]);

        for (int count = 0; rest.size > 0 ? count < NATURAL_CHUNK_DIGITS : chunk > 0; count++) {
            *--at = (char)('0' + chunk % 10);
            chunk /= 10;
        }
    }
    return at;
}

size_t
decimal_format(const struct decimal *a, char text[DECIMAL_TEXT_MAX])
{
    char digits[DECIMAL_MAX_SCALE + 1 + COEFFICIENT_DIGITS + NATURAL_CHUNK_DIGITS];
    char *end = digits + sizeof(digits);
    char *begin = write_coefficient(a, end);
    char *at = text;

    /* At least one digit stands before the point. */
    while (end - begin <= a->scale)
        *--begin = '0';

    size_t whole = (size_t)(end - begin) - a->scale;

    if (a->negative)
        *at++ = '-';
    memcpy(at, begin, whole);
    at += whole;
    if (a->scale > 0) {
        *at++ = '.';
        memcpy(at, begin + whole, a->scale);
        at += a->scale;
    }
    *at = '\0';
    return (size_t)(at - text);
}

void
decimal_to_groups(const struct decimal *a, struct decimal_groups *out)
{
    enum { GROUP_DIGITS = 4, GROUP = 10000 };
    uint16_t lowest_first[DECIMAL_GROUPS];
    int count = 0;
    int padding = (GROUP_DIGITS - a->scale % GROUP_DIGITS) % GROUP_DIGITS;
    struct natural rest;

    out->count = 0;
    out->weight = 0;
    decimal_to_natural(a, &rest);
    natural_scale_up(&rest, padding);
    while (rest.size > 0)
        lowest_first[count++] = (uint16_t)natural_divide_limb(&rest, GROUP);
    if (count == 0)
        return;
    out->weight = count - 1 - (a->scale + padding) / GROUP_DIGITS;

    int lowest = 0;

    while (lowest_first[lowest] == 0)
        lowest++;
    while (count > lowest)
        out->groups[out->count++] = lowest_first[--count];
}
