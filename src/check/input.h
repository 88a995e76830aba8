/*
 * input.h: texts to values, as PostgreSQL's input functions read them.
 *
 * One set of functions for literals, read once when the study is loaded, and for casts from text while
 * evaluating. Blanks around a value do not matter. Of the many ways in which PostgreSQL lets a date be
 * written, the ISO ones are read: YYYY-MM-DD, YYYY/MM/DD (with one or two digits for month and day) and
 * YYYYMMDD, followed by a time HH:MM[:SS[.ffffff]] in timestamps; others are INPUT_SYNTAX. A day before a time
 * of day (YYYY-MM-DD HH:MM) is read and dropped.
 *
 * Threads: pure functions.
 */
#ifndef CRFD_CHECK_INPUT_H
#define CRFD_CHECK_INPUT_H

#include "crfd/value/value.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum input_status {
    INPUT_OK,
    INPUT_SYNTAX, /* 22P02, of dates and times 22007 */
    INPUT_RANGE   /* 22003, of dates and times 22008 */
};

enum input_status input_boolean(const char *text, size_t length, bool *out);
enum input_status input_integer(const char *text, size_t length, int64_t min, int64_t max, int64_t *out);
enum input_status input_decimal(const char *text, size_t length, struct decimal_wide *out);
enum input_status input_date(const char *text, size_t length, int32_t *out);
/* Whether it says a day and no time of it. */
bool input_is_day(const char *text, size_t length);
enum input_status input_timestamp(const char *text, size_t length, int64_t *out);
/* With a zone given as Z or +hh[:mm]; INPUT_SYNTAX without. */
enum input_status input_timestamptz(const char *text, size_t length, int64_t *out);
enum input_status input_time(const char *text, size_t length, int64_t *out);
/* Numbers with units and a time of day behind them: 1 year 2 mons 7 days 12:30, 2 weeks, 90 min. */
enum input_status input_interval(const char *text, size_t length, struct interval *out);
enum input_status input_partial(const char *text, size_t length, bool with_time, struct partial_date *out);

#endif
