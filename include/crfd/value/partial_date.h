/*
 * partial_date.h: dates and datetimes of which only the leading parts are known (ISO 8601-1:2019 5.2.2.3
 * reduced precision; the CDISC SDTM --DTC form): 2014, 2014-03, 2014-03-05, 2014-03-05T11, ...T11:45, ...T11:45:30.
 *
 * A partial date is the interval of instants it may mean, [earliest, latest]. Comparisons are three-valued:
 * a < b is true when every instant of a is before every instant of b, false when none can be, else unknown.
 * a = b is unknown unless the intervals are disjoint (false) or both are complete to the same unit and
 * equal (true): 2014-03 = 2014-03 is unknown, because two days of March may be meant.
 *
 * Threads: pure functions.
 */
#ifndef CRFD_VALUE_PARTIAL_DATE_H
#define CRFD_VALUE_PARTIAL_DATE_H

#include "crfd/value/truth.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum partial_precision {
    PARTIAL_YEAR,
    PARTIAL_MONTH,
    PARTIAL_DAY,
    PARTIAL_HOUR,
    PARTIAL_MINUTE,
    PARTIAL_SECOND /* with a fraction of up to six digits */
};

struct partial_date {
    int16_t year;
    uint8_t month, day; /* 0 where not known */
    uint8_t hour, minute, second;
    uint8_t precision; /* enum partial_precision: the last part that is known */
    int32_t microsecond;
};

/* Reads the ISO 8601 forms above (a blank may stand for the T); false where the text is none or no such day exists. */
bool partial_date_parse(const char *text, size_t length, struct partial_date *out);

/* The ISO 8601 text, which is also what the analysis tables hold; returns the length without the NUL. */
size_t partial_date_format(const struct partial_date *a, char text[40]);

/* First and last instant it may mean, in microseconds since 2000-01-01 00:00. */
int64_t partial_date_earliest_us(const struct partial_date *a);
int64_t partial_date_latest_us(const struct partial_date *a);

/*
 * Both compare at the coarser resolution of day or instant: day_only compares whole days, as a `date` or
 * `partial-date` column does; else instants. "Complete" means known to the day, or to the second.
 */
enum truth partial_date_less(const struct partial_date *a, const struct partial_date *b, bool day_only);
enum truth partial_date_equal(const struct partial_date *a, const struct partial_date *b, bool day_only);

#endif
