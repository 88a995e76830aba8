/*
 * numbers.h: numbers as people type them, to exact decimals.
 *
 * Read as they stand, without a change: what PostgreSQL's numeric reads (36.2, 036.2, +5, .5, 5., 1e5), and a
 * minus sign U+2212. Read with a change: digits grouped by threes where that is all they can mean (1,234.5,
 * 1,234,567, 1'234.5). Which of point and comma is the decimal sign may be declared; the other one groups then:
 *
 *              1,234      1.234      3,7       1.234,5    1,234.5    36.2
 *   undeclared refused    1.234      refused   refused    1234.5     36.2
 *   point      1234       1.234      refused   refused    1234.5     36.2
 *   comma      1.234      1234       3.7       1234.5     1234.5     36.2
 *
 * Refused, because more than one number may be meant:
 * - a comma where none is declared, unless a point or a second comma tells that it groups;
 * - blanks between digits: 120 100 is two readings.
 *
 * Threads: pure functions.
 */
#ifndef CRFD_CLEAN_NUMBERS_H
#define CRFD_CLEAN_NUMBERS_H

#include "crfd/study/study.h"
#include "crfd/value/decimal.h"
#include "text.h"

#include <stdbool.h>
#include <stdint.h>

struct number_reading {
    bool regrouped;     /* digits were grouped, or the decimal sign was a comma */
    const char *reason; /* why it is no number: static text without the value */
};

/* The text is cleaned. False, with a reason and *out unspecified, where it is no number or beyond the exact range. */
bool number_read(struct text_span text, enum decimal_sign sign, struct decimal_wide *out,
                 struct number_reading *reading);

/* As number_read, for a whole number of 64 bits: 5.0 and 1e3 are whole, 5.5 is refused. */
bool number_read_integer(struct text_span text, enum decimal_sign sign, int64_t *out,
                         struct number_reading *reading);

/*
 * Takes <, <=, >, >=, or one of the signs ≤ ≥ ≦ ≧ ⩽ ⩾, with the blanks behind it, off the front of a cleaned text;
 * QUALIFIER_NONE where there is none. What is left need not be a number.
 */
enum qualifier qualifier_take(struct text_span *text);

/* true, t, yes, y, 1, 是 and false, f, no, n, 0, 否, in any case. */
bool boolean_read(struct text_span text, bool *out);

#endif
