/*
 * numbers.h: numbers as people type them, to exact decimals.
 *
 * Read as they stand, without a change: what PostgreSQL's numeric reads (36.2, 036.2, +5, .5, 5., 1e5), and a
 * minus sign U+2212. Read with a change: digits grouped by threes (1,234.5, 1'234.5), and where the item
 * declares a decimal comma also 3,7 and 1.234,5.
 *
 * Refused, because more than one number may be meant:
 * - 0,5 and 12,34 where no decimal comma is declared;
 * - 1.234 where it is: a lone point before three digits may group or stand for the comma;
 * - blanks between digits: 120 100 is two readings.
 *
 * Threads: pure functions.
 */
#ifndef CRFD_CLEAN_NUMBERS_H
#define CRFD_CLEAN_NUMBERS_H

#include "crfd/value/decimal.h"
#include "text.h"

#include <stdbool.h>
#include <stdint.h>

struct number_reading {
    bool regrouped;     /* digits were grouped, or the mark was a decimal comma */
    const char *reason; /* why it is no number: static text without the value */
};

/* The text is cleaned. False, with a reason and *out unspecified, where it is no number or beyond the exact range. */
bool number_read(struct text_span text, bool decimal_comma, struct decimal_wide *out,
                 struct number_reading *reading);

/* As number_read, for a whole number of 64 bits: 5.0 and 1e3 are whole, 5.5 is refused. */
bool
number_read_integer(struct text_span text, bool decimal_comma, int64_t *out, struct number_reading *reading);

/* true, t, yes, y, 1, 是 and false, f, no, n, 0, 否, in any case. */
bool boolean_read(struct text_span text, bool *out);

#endif
