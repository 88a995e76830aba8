/*
 * decimal.h: exact decimal numbers with the results of PostgreSQL's numeric.
 *
 * A decimal is (-1)^negative * coefficient * 10^-scale with a scale of 0 or more, so 1.50 keeps its
 * trailing zero as numeric does ("dscale"). Coefficients are binary integers of DECIMAL_LIMBS 64-bit limbs
 * at most, computed with GMP's mpn functions, which do not allocate. Whatever leaves that range is an
 * error (DECIMAL_OVERFLOW), never a wrong number. NaN and infinities are refused on input.
 *
 * Result scales follow PostgreSQL 15, src/backend/utils/adt/numeric.c: the larger scale for + and -, the
 * sum for *, select_div_scale for /, half away from zero for round.
 *
 * Threads: pure functions.
 * Memory:  `struct decimal` is variable-length: values of a page live in an arena with just their limbs
 *          (decimal_copy); results are computed into a caller's `struct decimal_wide`, which has room for
 *          all. A result may be the same object as an operand.
 */
#ifndef CRFD_VALUE_DECIMAL_H
#define CRFD_VALUE_DECIMAL_H

#include "crfd/base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DECIMAL_LIMBS     8   /* 512 bits: every number of up to 154 digits */
#define DECIMAL_MAX_SCALE 150 /* digits behind the point */
#define DECIMAL_TEXT_MAX  320 /* bytes that decimal_format needs at most, with the NUL */

struct decimal {
    uint8_t size;  /* limbs in use; 0 is zero; the highest limb in use is not 0 */
    bool negative; /* never set for zero */
    uint16_t scale;
    uint64_t limbs[]; /* least significant first */
};

struct decimal_wide {
    union {
        struct decimal value;
        struct {
            uint64_t header;
            uint64_t limbs[DECIMAL_LIMBS];
        } room;
    };
};

enum decimal_status {
    DECIMAL_OK,
    DECIMAL_SYNTAX,           /* not a number (SQLSTATE 22P02) */
    DECIMAL_OVERFLOW,         /* beyond the exact range (22003) */
    DECIMAL_DIVISION_BY_ZERO, /* 22012 */
    DECIMAL_NEGATIVE_ROOT,    /* 2201F */
    DECIMAL_INEXACT           /* digits that PostgreSQL estimates; there is no code of it there */
};

/*
 * Reads what PostgreSQL's numeric reads: optional sign, digits with an optional point, optional exponent;
 * no blanks around it, no digit separators. `1e3` is 1000 with scale 0, `1.50e1` is 15.0. Blanks between `e`
 * and the exponent are taken (`1e 3`), because PostgreSQL takes them. A text that is too long for the exact
 * range is first of all checked for its syntax.
 */
enum decimal_status decimal_parse(const char *text, size_t length, struct decimal_wide *out);

/* Writes the text as PostgreSQL's numeric_out does; returns its length without the NUL. */
size_t decimal_format(const struct decimal *a, char text[DECIMAL_TEXT_MAX]);

void decimal_from_int(int64_t number, struct decimal_wide *out);
/* Half away from zero, as the cast numeric::bigint; DECIMAL_OVERFLOW where it does not fit. */
enum decimal_status decimal_to_int(const struct decimal *a, int64_t *out);

const struct decimal *decimal_copy(struct arena *arena, const struct decimal *a);

/* -1, 0 or 1 by value: 1.0 equals 1.00. */
int decimal_compare(const struct decimal *a, const struct decimal *b);

enum decimal_status decimal_add(const struct decimal *a, const struct decimal *b, struct decimal_wide *out);
enum decimal_status
decimal_subtract(const struct decimal *a, const struct decimal *b, struct decimal_wide *out);
enum decimal_status
decimal_multiply(const struct decimal *a, const struct decimal *b, struct decimal_wide *out);
enum decimal_status
decimal_divide(const struct decimal *a, const struct decimal *b, struct decimal_wide *out);
/* The remainder has the sign of the dividend, as mod(numeric, numeric). */
enum decimal_status
decimal_modulo(const struct decimal *a, const struct decimal *b, struct decimal_wide *out);
/* As sqrt(numeric): at least 16 significant digits, the last one rounded half up. */
enum decimal_status decimal_root(const struct decimal *a, struct decimal_wide *out);
/*
 * As power(numeric, numeric), where its result is all of the digits: for a whole exponent of 0 or more whose
 * power has no more places than the 16 (or those of the base) that are shown. Else DECIMAL_INEXACT.
 */
enum decimal_status
decimal_power(const struct decimal *base, const struct decimal *exponent, struct decimal_wide *out);
/* a / b without its fraction, as div(numeric, numeric). */
enum decimal_status
decimal_quotient(const struct decimal *a, const struct decimal *b, struct decimal_wide *out);
/* digits behind the point; negative digits round before it, as round(x, -2). */
enum decimal_status decimal_round(const struct decimal *a, int digits, struct decimal_wide *out);
enum decimal_status decimal_truncate(const struct decimal *a, int digits, struct decimal_wide *out);
enum decimal_status decimal_ceil(const struct decimal *a, struct decimal_wide *out);
enum decimal_status decimal_floor(const struct decimal *a, struct decimal_wide *out);
void decimal_negate(const struct decimal *a, struct decimal_wide *out);
void decimal_abs(const struct decimal *a, struct decimal_wide *out);
/* -1, 0 or 1. */
int decimal_sign(const struct decimal *a);

/*
 * The digits as PostgreSQL's wire format of numeric wants them: base 10000, most significant first, no
 * zero groups at either end. groups has room for DECIMAL_GROUPS; weight is the power of 10000 of the first.
 */
#define DECIMAL_GROUPS 80
struct decimal_groups {
    int count;
    int weight;
    uint16_t groups[DECIMAL_GROUPS];
};
void decimal_to_groups(const struct decimal *a, struct decimal_groups *out);

#endif
