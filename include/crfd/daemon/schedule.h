/*
 * schedule.h: the schedule's time zone, the night that an instant belongs to, and the instant at which a night
 * begins.
 *
 * A night begins at its first minute in local time. Where that minute is skipped (the clocks go forward), at the
 * first instant behind the gap; where it comes twice (they go back), at the first of the two. A date that the zone
 * never had has no night.
 *
 * Threads: schedule_use_timezone while no other thread runs; the rest from any.
 */
#ifndef CRFD_DAEMON_SCHEDULE_H
#define CRFD_DAEMON_SCHEDULE_H

#include "crfd/definition/cron.h"

#include <stdbool.h>
#include <stdint.h>

struct night {
    char text[16]; /* YYYY-MM-DD */
    int32_t days;  /* since 2000-01-01 */
};

/* A night of the schedule and the instant, in microseconds since 1970, at which it begins. */
struct occasion {
    struct night night;
    int64_t begins_us;
};

/* The zone's clocks are set. */
struct clock_change {
    int64_t at_us;   /* since 1970 */
    int64_t shift_s; /* forward, or back where negative */
};

/* Makes the zone (an IANA name that the configuration has checked) the process's local time. */
void schedule_use_timezone(const char *timezone);

/*
 * The night that a run belongs to which begins at the instant, in microseconds since 1970: its local date. Where the
 * schedule's nights begin at noon or later, the hours before noon belong to the night of the day before: who runs it by
 * hand at one o'clock completes what began in the evening, and leaves the coming evening its own.
 */
struct night schedule_night(const struct cron *cron, int64_t unix_us);

/* The first night of the schedule whose date is later than after_days. */
struct occasion schedule_next(const struct cron *cron, int32_t after_days);

/* The first change of the zone's clocks later than after_us, within a year; false where there is none. */
bool schedule_next_change(int64_t after_us, struct clock_change *out);

/* The last night of the schedule that has begun by now. */
struct occasion schedule_latest(const struct cron *cron, int64_t now_us);

#endif
