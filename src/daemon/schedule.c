#include "crfd/daemon/schedule.h"

#include "crfd/value/datetime.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

void
schedule_use_timezone(const char *timezone)
{
    setenv("TZ", timezone, 1);
    tzset();
}

struct night
schedule_night(int64_t unix_us)
{
    struct night night = {0};
    time_t seconds = (time_t)(unix_us / 1000000);
    struct tm local;

    localtime_r(&seconds, &local);
    /* The calendar has every date that localtime gives between the years 1 and 9999. */
    if (!date_from_civil(local.tm_year + 1900, local.tm_mon + 1, local.tm_mday, &night.days))
        abort();
    strftime(night.text, sizeof night.text, "%Y-%m-%d", &local);
    return night;
}
