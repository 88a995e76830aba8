#include "checkup.h"
#include "crfd/base/clock.h"
#include "crfd/daemon/schedule.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NIGHTS 5

/* 2027-03-28 03:00 +02:00 */
static const char *
local_text(struct arena *arena, int64_t unix_us)
{
    time_t seconds = (time_t)(unix_us / 1000000);
    char text[32], zone[8];
    struct tm local;

    localtime_r(&seconds, &local);
    strftime(text, sizeof text, "%Y-%m-%d %H:%M", &local);
    strftime(zone, sizeof zone, "%z", &local);
    return arena_printf(arena, "%s %.3s:%.2s", text, zone, zone + 3);
}

static const char *
utc_text(struct arena *arena, int64_t unix_us)
{
    time_t seconds = (time_t)(unix_us / 1000000);
    char text[32];
    struct tm utc;

    gmtime_r(&seconds, &utc);
    strftime(text, sizeof text, "%Y-%m-%d %H:%M UTC", &utc);
    return arena_strdup(arena, text);
}

static struct occasion
tell_night(struct checkup *checkup, int32_t after_days)
{
    struct occasion next = schedule_next(&checkup->config->schedule, after_days);

    checkup_detail(checkup, "night %s begins %s = %s", next.night.text,
                   local_text(checkup->arena, next.begins_us), utc_text(checkup->arena, next.begins_us));
    return next;
}

/* The nights before, on and after the date of the change, where the schedule has them. */
static void
tell_change(struct checkup *checkup, int64_t now_us)
{
    struct clock_change change;
    struct occasion night;
    int32_t date;

    if (!schedule_next_change(now_us, &change)) {
        checkup_ok(checkup, "clocks of %s do not change within a year", checkup->config->timezone);
        return;
    }
    checkup_ok(checkup, "clocks of %s go %s by %" PRId64 " min on %s = %s", checkup->config->timezone,
               change.shift_s > 0 ? "forward" : "back", (int64_t)llabs(change.shift_s) / 60,
               local_text(checkup->arena, change.at_us), utc_text(checkup->arena, change.at_us));
    date = schedule_night(&checkup->config->schedule, change.at_us).days;
    night = tell_night(checkup, date - 2);
    while (night.night.days <= date)
        night = tell_night(checkup, night.night.days);
}

void
checkup_schedule(struct checkup *checkup)
{
    const struct config *config = checkup->config;
    int64_t now_us = clock_unix_us();
    struct occasion night = schedule_latest(&config->schedule, now_us);

    checkup_ok(checkup, "schedule \"%s\" in %s; the next nights of `crfd daemon`:", config->cron,
               config->timezone);
    for (int i = 0; i < NIGHTS; i++)
        night = tell_night(checkup, night.night.days);
    tell_change(checkup, now_us);
}
