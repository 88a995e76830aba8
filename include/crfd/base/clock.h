/*
 * clock.h: time that cannot jump, and time of day.
 *
 * Threads: any.
 */
#ifndef CRFD_BASE_CLOCK_H
#define CRFD_BASE_CLOCK_H

#include <stdint.h>

/* Nanoseconds of CLOCK_BOOTTIME: steady, and it goes on while the machine sleeps. For deadlines. */
int64_t clock_steady_ns(void);

/* Microseconds since 1970-01-01 UTC. For what people and tables read. */
int64_t clock_unix_us(void);

#endif
