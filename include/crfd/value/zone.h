/*
 * zone.h: what the clocks of a time zone show at an instant, and which instants a local time means there.
 *
 * Instants and local times are microseconds since 2000-01-01 00:00, of UTC and of the zone. Where clocks are set
 * forward there are local times that no instant has, where they are set back some that two have.
 *
 * Threads: pure functions; a zone is const once it is loaded (definition/zone_file.h).
 */
#ifndef CRFD_VALUE_ZONE_H
#define CRFD_VALUE_ZONE_H

#include <stddef.h>
#include <stdint.h>

struct zone_span {
    int64_t from_us;  /* until the next span's; of the first INT64_MIN */
    int64_t ahead_us; /* of UTC */
};

struct zone {
    const char *name; /* IANA */
    const struct zone_span *spans;
    size_t span_count;
    int64_t repeats_us; /* what comes from here on is as it was 400 years before */
};

/* 400 years of the Gregorian calendar, after which weekdays and leap years are the same again. */
#define ZONE_CYCLE_US INT64_C(12622780800000000)

/* The local time at the instant. */
int64_t zone_local(const struct zone *zone, int64_t instant_us);

/* The instants at which clocks show the local time, the earlier first: none, one or two; returns how many. */
int zone_instants(const struct zone *zone, int64_t local_us, int64_t out[2]);

#endif
