/*
 * local_day.h: the date that the clocks of the schedule's time zone show at an instant.
 *
 * Threads: any, once the process has its time zone (daemon/schedule.h).
 */
#ifndef CRFD_BATCH_LOCAL_DAY_H
#define CRFD_BATCH_LOCAL_DAY_H

#include <stdint.h>

/* Days since 2000-01-01 of an instant in microseconds since 2000-01-01 UTC, as instant::date in a session of crfd's. */
int32_t local_day(int64_t instant_us);

#endif
