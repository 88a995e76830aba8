#include "crfd/value/zone.h"

#include "crfd/value/datetime.h"

static int64_t
ahead_at(const struct zone *zone, int64_t instant_us)
{
    size_t low = 0, high = zone->span_count;

    while (instant_us >= zone->repeats_us)
        instant_us -= ZONE_CYCLE_US;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;

        if (zone->spans[middle].from_us <= instant_us)
            low = middle;
        else
            high = middle;
    }
    return zone->spans[low].ahead_us;
}

int64_t
zone_local(const struct zone *zone, int64_t instant_us)
{
    return instant_us + ahead_at(zone, instant_us);
}

/* Clocks are nowhere a day apart from UTC, and are not set twice in two days. */
int
zone_instants(const struct zone *zone, int64_t local_us, int64_t out[2])
{
    int64_t ahead[2] = {ahead_at(zone, local_us - DATETIME_US_PER_DAY),
                        ahead_at(zone, local_us + DATETIME_US_PER_DAY)};
    int count = 0;

    for (int i = 0; i < (ahead[0] == ahead[1] ? 1 : 2); i++)
        if (zone_local(zone, local_us - ahead[i]) == local_us)
            out[count++] = local_us - ahead[i];
    return count;
}
