/*
 * interval.h: spans of time, as PostgreSQL counts them: months, days and microseconds, each for itself.
 *
 * Years 1 to 9999, as datetime.h: what leads out of them is refused.
 *
 * Threads: pure functions.
 */
#ifndef CRFD_VALUE_INTERVAL_H
#define CRFD_VALUE_INTERVAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define INTERVAL_TEXT_MAX 80

struct interval {
    int32_t months;
    int32_t days;
    int64_t us;
};

/* -1, 0 or 1, a month being 30 days and a day 24 hours. */
int interval_compare(const struct interval *a, const struct interval *b);

/* a + b, or a - b; false beyond the range. */
bool interval_add(const struct interval *a, const struct interval *b, bool subtract, struct interval *out);

/* instant + interval, or minus: months first, a day that the month lacks being its last; then days, then time. */
bool interval_move(int64_t instant, const struct interval *interval, bool back, int64_t *out);

/* a - b in days and microseconds, as timestamp - timestamp. */
struct interval interval_between(int64_t a, int64_t b);
/* a - b in years, months, days and microseconds, as age(a, b). */
struct interval interval_age(int64_t a, int64_t b);

/* "14 mons 3 days 4.500000 secs", or "7 days"; which PostgreSQL reads; returns the length. */
size_t interval_format(const struct interval *a, char text[INTERVAL_TEXT_MAX]);

#endif
