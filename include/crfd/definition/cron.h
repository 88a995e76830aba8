/*
 * cron.h: a schedule in the five fields of crontab(5): on which dates, and at which minute of the day.
 *
 * Minute, hour, day of month, month (or jan..dec), day of week (0..7 or sun..sat); each *, a number, a range, a
 * step, or a list of these. As in crontab(5) a date fits when either of its two days does, where neither field
 * begins with a *.
 *
 * A night is run once, so of several minutes of a date only the first counts. What a minute means in a time zone
 * is crfd/daemon/schedule.h's.
 *
 * Threads: pure functions.
 */
#ifndef CRFD_DEFINITION_CRON_H
#define CRFD_DEFINITION_CRON_H

#include "crfd/base/arena.h"

#include <stdbool.h>
#include <stdint.h>

/* The longest that one date may be from the next: 29 February on a Sunday, across a year such as 2100. */
#define CRON_DAYS_MAX (41 * 366)

struct cron {
    uint64_t minutes; /* a bit for each */
    uint64_t hours;
    uint64_t days; /* of the month */
    uint64_t months;
    uint64_t weekdays; /* bit 0 is Sunday */
    bool either_day;   /* a date needs to fit only one of days and weekdays */
};

/* Where the text is no such line, or fits no date that there is: why, in the arena. NULL where all is well. */
const char *cron_parse(struct arena *arena, const char *text, struct cron *out);

/* days since 2000-01-01. */
bool cron_fits_date(const struct cron *cron, int32_t days);

/* The first minute of a date: 0..1439. */
int cron_first_minute(const struct cron *cron);

#endif
