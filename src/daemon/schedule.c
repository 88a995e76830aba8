#include "crfd/daemon/schedule.h"

#include "crfd/value/datetime.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define US_PER_S             INT64_C(1000000)
#define MINUTE_S             60
#define DAY_S                86400
#define NOON_HOUR            12
#define YEAR_DAYS            366
#define DAYS_OF_1970_TO_2000 10957

void
schedule_use_timezone(const char *timezone)
{
    setenv("TZ", timezone, 1);
    tzset();
}

static int64_t
floor_seconds(int64_t unix_us)
{
    return unix_us / US_PER_S - (unix_us % US_PER_S < 0);
}

static int32_t
date_and_hour_of(int64_t unix_s, int *hour)
{
    time_t seconds = (time_t)unix_s;
    struct tm local;
    int32_t days;

    localtime_r(&seconds, &local);
    *hour = local.tm_hour;
    /* The calendar has every date that localtime gives between the years 1 and 9999. */
    if (!date_from_civil(local.tm_year + 1900, local.tm_mon + 1, local.tm_mday, &days))
        abort();
    return days;
}

static int32_t
date_of(int64_t unix_s)
{
    int hour;

    return date_and_hour_of(unix_s, &hour);
}

static struct night
night_of(int32_t days)
{
    struct night night = {.days = days};
    char text[DATETIME_TEXT_MAX];

    date_format(days, text);
    snprintf(night.text, sizeof night.text, "%.10s", text);
    return night;
}

struct night
schedule_night(const struct cron *cron, int64_t unix_us)
{
    bool is_evening = cron_first_minute(cron) >= NOON_HOUR * 60;
    int hour;
    int32_t days = date_and_hour_of(floor_seconds(unix_us), &hour);

    return night_of(is_evening && hour < NOON_HOUR ? days - 1 : days);
}

/* Seconds that local time is ahead of UTC. */
static int64_t
offset_at(int64_t unix_s)
{
    time_t seconds = (time_t)unix_s;
    struct tm local;

    localtime_r(&seconds, &local);
    return local.tm_gmtoff;
}

/*
 * The first instant at which local clocks show the time or a later one; both in seconds since 1970, the time as if
 * it were UTC. No clock is further ahead than the one that is furthest ahead on the days around, so that the search
 * begins right there but for a gap. Clocks are set at whole minutes.
 */
static int64_t
first_instant(int64_t local_s)
{
    int64_t before_s = offset_at(local_s - DAY_S);
    int64_t after_s = offset_at(local_s + DAY_S);
    int64_t unix_s = local_s - (before_s > after_s ? before_s : after_s);

    while (unix_s + offset_at(unix_s) < local_s)
        unix_s += MINUTE_S;
    return unix_s;
}

/* False where the zone never had this date. */
static bool
begins_at(const struct cron *cron, int32_t days, int64_t *unix_s)
{
    int64_t local_s =
        ((int64_t)days + DAYS_OF_1970_TO_2000) * DAY_S + cron_first_minute(cron) * (int64_t)MINUTE_S;

    *unix_s = first_instant(local_s);
    /* A gap up to midnight: the night must not be lost to the next date. */
    if (date_of(*unix_s) != days)
        *unix_s -= MINUTE_S;
    return date_of(*unix_s) == days;
}

/* The nearest night of the schedule in steps of +1 or -1, from this date on, that begins before limit_s. */
static struct occasion
find(const struct cron *cron, int32_t days, int32_t step, int64_t limit_s)
{
    for (int i = 0; i < CRON_DAYS_MAX; i++, days += step) {
        int64_t unix_s;

        if (cron_fits_date(cron, days) && begins_at(cron, days, &unix_s) && unix_s < limit_s)
            return (struct occasion){.night = night_of(days), .begins_us = unix_s * US_PER_S};
    }
    /* cron_parse lets no schedule pass that fits no date. */
    abort();
}

struct occasion
schedule_next(const struct cron *cron, int32_t after_days)
{
    return find(cron, after_days + 1, 1, INT64_MAX);
}

struct occasion
schedule_latest(const struct cron *cron, int64_t now_us)
{
    int64_t now_s = floor_seconds(now_us);

    return find(cron, date_of(now_s), -1, now_s + 1);
}

bool
schedule_next_change(int64_t after_us, struct clock_change *out)
{
    int64_t before_s = floor_seconds(after_us), at_s = before_s;
    int64_t offset_s = offset_at(before_s);

    for (int day = 0; offset_at(at_s) == offset_s; day++) {
        if (day == YEAR_DAYS)
            return false;
        before_s = at_s;
        at_s += DAY_S;
    }
    /* The old offset holds at before_s, and another at at_s. */
    while (at_s - before_s > 1) {
        int64_t middle_s = before_s + (at_s - before_s) / 2;

        if (offset_at(middle_s) == offset_s)
            before_s = middle_s;
        else
            at_s = middle_s;
    }
    *out = (struct clock_change){.at_us = at_s * US_PER_S, .shift_s = offset_at(at_s) - offset_s};
    return true;
}
