#include "crfd/value/datetime.h"

#include <string.h>

/*
 * Days are counted in eras of 400 years, which all have the same length, and inside an era from 1 March, so
 * that the leap day is the last day of a year. Algorithm: Howard Hinnant, "chrono-compatible low-level date
 * algorithms" (days_from_civil, civil_from_days).
 */
enum { ERA_YEARS = 400, ERA_DAYS = 146097 };

/* Days from 0000-03-01 to 2000-01-01. */
#define EPOCH_DAYS INT64_C(730425)

#define US_PER_SECOND INT64_C(1000000)
#define US_PER_MINUTE (60 * US_PER_SECOND)
#define US_PER_HOUR   (60 * US_PER_MINUTE)

static int64_t
floor_divide(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static int64_t
floor_remainder(int64_t a, int64_t b)
{
    return a % b + (a % b < 0 ? b : 0);
}

int
date_days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    return days[month - 1] + (month == 2 && leap);
}

bool
date_from_civil(int year, int month, int day, int32_t *out)
{
    if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 ||
        day > date_days_in_month(year, month))
        return false;

    int march_year = year - (month <= 2);
    int march_month = (month + 9) % 12;
    int era = march_year / ERA_YEARS;
    int year_of_era = march_year % ERA_YEARS;
    int day_of_year = (153 * march_month + 2) / 5 + day - 1;
    int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

    *out = (int32_t)(era * ERA_DAYS + day_of_era - EPOCH_DAYS);
    return true;
}

struct civil
date_to_civil(int32_t days)
{
    int64_t shifted = days + EPOCH_DAYS;
    int64_t era = floor_divide(shifted, ERA_DAYS);
    int day_of_era = (int)floor_remainder(shifted, ERA_DAYS);
    int year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int march_month = (5 * day_of_year + 2) / 153;
    struct civil civil;

    civil.day = day_of_year - (153 * march_month + 2) / 5 + 1;
    civil.month = march_month < 10 ? march_month + 3 : march_month - 9;
    civil.year = (int)(year_of_era + era * ERA_YEARS) + (civil.month <= 2);
    return civil;
}

int32_t
datetime_to_date(int64_t us)
{
    return (int32_t)floor_divide(us, DATETIME_US_PER_DAY);
}

/* Writes at least `width` digits. */
static char *
put_number(char *at, int64_t number, int width)
{
    char digits[20];
    int count = 0;

    for (; number > 0 || count < width; number /= 10)
        digits[count++] = (char)('0' + number % 10);
    while (count > 0)
        *at++ = digits[--count];
    return at;
}

/* Year 0 is 1 BC, for results of date arithmetic; put_era writes that at the very end. */
static char *
put_date(char *at, struct civil civil)
{
    at = put_number(at, civil.year > 0 ? civil.year : 1 - civil.year, 4);
    *at++ = '-';
    at = put_number(at, civil.month, 2);
    *at++ = '-';
    return put_number(at, civil.day, 2);
}

static char *
put_era(char *at, struct civil civil)
{
    if (civil.year > 0)
        return at;
    memcpy(at, " BC", 3);
    return at + 3;
}

/* The fraction of a second without its trailing zeros. */
static char *
put_time(char *at, int64_t us)
{
    int64_t fraction = us % US_PER_SECOND;

    at = put_number(at, us / US_PER_HOUR, 2);
    *at++ = ':';
    at = put_number(at, us / US_PER_MINUTE % 60, 2);
    *at++ = ':';
    at = put_number(at, us / US_PER_SECOND % 60, 2);
    if (fraction == 0)
        return at;
    *at++ = '.';
    at = put_number(at, fraction, 6);
    while (at[-1] == '0')
        at--;
    return at;
}

static size_t
finish(const char *text, char *at)
{
    *at = '\0';
    return (size_t)(at - text);
}

size_t
date_format(int32_t days, char text[DATETIME_TEXT_MAX])
{
    struct civil civil = date_to_civil(days);

    return finish(text, put_era(put_date(text, civil), civil));
}

size_t
datetime_format(int64_t us, char text[DATETIME_TEXT_MAX])
{
    struct civil civil = date_to_civil(datetime_to_date(us));
    char *at = put_date(text, civil);

    *at++ = ' ';
    at = put_time(at, floor_remainder(us, DATETIME_US_PER_DAY));
    return finish(text, put_era(at, civil));
}

size_t
time_format(int64_t us, char text[DATETIME_TEXT_MAX])
{
    return finish(text, put_time(text, us));
}
