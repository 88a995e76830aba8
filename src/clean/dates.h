/*
 * dates.h: dates, datetimes and times as people enter them, to typed values.
 *
 * ISO 8601 is always read: 2014-03-05, 2014-03-05T11:45:30.5 (a blank may stand for the T), 11:45; and, where
 * the type is partial, what is short of it (2014-03). So are these, because they can mean one day only:
 *
 *   2014/03/05  2014.03.05  2014-3-5  20140305  2014-MAR-05  05-MAR-2014  5 MAR 2014  05MAR2014  March 5, 2014
 *   2014年3月5日  2014年三月五日, and the same without the day for partial types (03/2014, MAR 2014, 2014年3月)
 *
 * A time may follow (11:45, 11:45:30, 1145, 11:45 AM, 11时45分, 下午3:20), after T, a blank or, as SAS writes,
 * a colon. 03/05/2014 and two-digit years are refused: an item that has them must declare its format.
 *
 * The formats that an item declares (date_pattern.h) come before all these, in their order, and keep what they fit: by
 * DDMMYYYY 05032014 is a day of 2014, and 30022014 is no day at all, whatever it would be with the year first.
 *
 * Never is anything lost in silence: a time of day in a `date` (other than 00:00), a time zone, a known day in
 * an unknown month are refused. An instant has its offset from UTC behind it (Z, +08:00, +0800, +08), or is what the
 * clocks of its zone show; there a time that they skip, or show twice, is refused. 24:00 is the next day's 00:00; as a `time` it stays, as in PostgreSQL.
 *
 * Threads: pure; a plan is const.
 * Memory:  a plan lives in the arena it was built in, partial dates in the reader's.
 */
#ifndef CRFD_CLEAN_DATES_H
#define CRFD_CLEAN_DATES_H

#include "crfd/base/arena.h"
#include "crfd/study/study.h"
#include "crfd/value/value.h"
#include "text.h"

#include <stdbool.h>
#include <stddef.h>

struct date_plan;

/* Of an item of a date or time type. A format with a problem (date_forms.h) never matches. */
const struct date_plan *date_plan_new(struct arena *arena, const struct item *item);

struct date_result {
    bool reformatted;   /* it was not entered in ISO 8601's extended form */
    bool shortened;     /* parts said to be unknown were left out */
    const char *reason; /* why it is no such value: static text without the value */
};

/* The text is cleaned and not empty. False, with a reason, where it cannot be a value of the plan's type. */
bool date_read(const struct date_plan *plan, struct arena *arena, struct text_span text, struct value *out,
               struct date_result *result);

#endif
