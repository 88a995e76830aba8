/*
 * schedule.h: the schedule's time zone and the night that an instant belongs to.
 *
 * Threads: schedule_use_timezone before any thread starts; schedule_night from any.
 */
#ifndef CRFD_DAEMON_SCHEDULE_H
#define CRFD_DAEMON_SCHEDULE_H

#include <stdint.h>

struct night {
    char text[16]; /* YYYY-MM-DD */
    int32_t days;  /* since 2000-01-01 */
};

/* Makes the zone (an IANA name that the configuration has checked) the process's local time. */
void schedule_use_timezone(const char *timezone);

/* The local date of the instant, in microseconds since 1970. */
struct night schedule_night(int64_t unix_us);

#endif
