#include "local_day.h"

#include "crfd/value/datetime.h"

#include <time.h>

#define US_PER_S INT64_C(1000000)

/* Beyond what a calendar has, so that no sum overflows: -infinity is long ago. */
#define FAR_US INT64_C(4000000000000000000)

int32_t
local_day(int64_t instant_us)
{
    struct tm local = {0};
    int64_t unix_us;
    time_t seconds;

    if (instant_us < -FAR_US || instant_us > FAR_US)
        return datetime_to_date(instant_us < 0 ? -FAR_US : FAR_US);
    unix_us = instant_us + DATETIME_UNIX_US;
    seconds = (time_t)(unix_us / US_PER_S - (unix_us % US_PER_S < 0));
    localtime_r(&seconds, &local);
    return datetime_to_date(instant_us + local.tm_gmtoff * US_PER_S);
}
