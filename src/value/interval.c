#include "crfd/value/interval.h"

#include "crfd/value/datetime.h"

#include <inttypes.h>
#include <stdio.h>

#define US_PER_SECOND INT64_C(1000000)
#define US_PER_MINUTE (60 * US_PER_SECOND)
#define US_PER_HOUR   (60 * US_PER_MINUTE)

static __int128
total_us(const struct interval *a)
{
    return (__int128)a->us + ((__int128)a->months * 30 + a->days) * DATETIME_US_PER_DAY;
}

int
interval_compare(const struct interval *a, const struct interval *b)
{
    __int128 left = total_us(a);
    __int128 right = total_us(b);

    return (left > right) - (left < right);
}

bool
interval_add(const struct interval *a, const struct interval *b, bool subtract, struct interval *out)
{
    struct interval sum;

    if (subtract ? __builtin_sub_overflow(a->months, b->months, &sum.months) ||
                       __builtin_sub_overflow(a->days, b->days, &sum.days) ||
                       __builtin_sub_overflow(a->us, b->us, &sum.us)
                 : __builtin_add_overflow(a->months, b->months, &sum.months) ||
                       __builtin_add_overflow(a->days, b->days, &sum.days) ||
                       __builtin_add_overflow(a->us, b->us, &sum.us))
        return false;
    *out = sum;
    return true;
}

/* --- moving --- */

/* PostgreSQL's own range, which months may reach on the way as long as days lead back. */
#define YEAR_MIN (-4712)
#define YEAR_MAX 294275

/* The day of any year; of March and later the leap day before it is behind it. */
static int64_t
day_of_civil(int64_t year, int64_t month, int64_t day)
{
    int64_t shifted = year + 4800 + (month > 2 ? 0 : -1);
    int64_t from_march = (month + 9) % 12;
    int64_t in_year = (153 * from_march + 2) / 5 + day - 1;

    /* Counted from 1 March of -4800; 2000-01-01 is the day 0. */
    return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + in_year - 2483589;
}

/* The length of a month goes around with the 400 years of the calendar. */
static int
days_in_month(int64_t year, int month)
{
    return date_days_in_month((int)((year % 400 + 400) % 400) + 400, month);
}

/* The day so many months on; the last of the month where it has no such day. */
static bool
move_months(int64_t day, int64_t months, int64_t *out)
{
    struct civil civil = date_to_civil((int32_t)day);
    int64_t month = (civil.year + INT64_C(4800)) * 12 + civil.month - 1 + months;
    int64_t year = month / 12 - 4800;
    int last;

    if (month < 0 || year < YEAR_MIN || year > YEAR_MAX)
        return false;
    last = days_in_month(year, (int)(month % 12) + 1);
    *out = day_of_civil(year, month % 12 + 1, civil.day < last ? civil.day : last);
    return true;
}

static bool
is_in_calendar(int64_t day)
{
    int32_t first;
    int32_t last;

    return date_from_civil(1, 1, 1, &first) && date_from_civil(9999, 12, 31, &last) && day >= first &&
           day <= last;
}

bool
interval_move(int64_t instant, const struct interval *interval, bool back, int64_t *out)
{
    int64_t sign = back ? -1 : 1;
    int64_t day = datetime_to_date(instant);
    int64_t time = instant - day * DATETIME_US_PER_DAY;
    int64_t moved;

    if (interval->months != 0 && !move_months(day, sign * interval->months, &day))
        return false;
    if (__builtin_mul_overflow(day + sign * interval->days, DATETIME_US_PER_DAY, &moved) ||
        __builtin_add_overflow(moved, time, &moved) ||
        (back ? __builtin_sub_overflow(moved, interval->us, &moved)
              : __builtin_add_overflow(moved, interval->us, &moved)))
        return false;
    day = moved >= 0 ? moved / DATETIME_US_PER_DAY : -((-(moved + 1)) / DATETIME_US_PER_DAY) - 1;
    if (!is_in_calendar(day))
        return false;
    *out = moved;
    return true;
}

/* --- between two instants --- */

struct interval
interval_between(int64_t a, int64_t b)
{
    int64_t us = a - b;

    return (struct interval){.days = (int32_t)(us / DATETIME_US_PER_DAY), .us = us % DATETIME_US_PER_DAY};
}

static struct interval
negated(struct interval a)
{
    return (struct interval){-a.months, -a.days, -a.us};
}

/*
 * timestamp_age: the fields of b are taken from those of a, and one that is below zero borrows from the next
 * higher one. A month that is borrowed has the length of the earlier instant's own month.
 */
struct interval
interval_age(int64_t a, int64_t b)
{
    int64_t later = a < b ? b : a;
    int64_t earlier = a < b ? a : b;
    int32_t later_day = datetime_to_date(later);
    int32_t earlier_day = datetime_to_date(earlier);
    struct civil to = date_to_civil(later_day);
    struct civil from = date_to_civil(earlier_day);
    struct interval age = {
        .months = (to.year - from.year) * 12 + to.month - from.month,
        .days = to.day - from.day,
        .us = (later - later_day * DATETIME_US_PER_DAY) - (earlier - earlier_day * DATETIME_US_PER_DAY),
    };

    if (age.us < 0) {
        age.us += DATETIME_US_PER_DAY;
        age.days--;
    }
    while (age.days < 0) {
        age.days += date_days_in_month(from.year, from.month);
        age.months--;
    }
    return a < b ? negated(age) : age;
}

/* What is zero is left out. */
size_t
interval_format(const struct interval *a, char text[INTERVAL_TEXT_MAX])
{
    uint64_t us = a->us < 0 ? 0 - (uint64_t)a->us : (uint64_t)a->us;
    size_t used = 0;

    if (a->months != 0)
        used += (size_t)snprintf(text, INTERVAL_TEXT_MAX, "%" PRId32 " mons ", a->months);
    if (a->days != 0 || (a->months == 0 && us == 0))
        used += (size_t)snprintf(text + used, INTERVAL_TEXT_MAX - used, "%" PRId32 " days ", a->days);
    if (us != 0)
        used += (size_t)snprintf(text + used, INTERVAL_TEXT_MAX - used, "%s%" PRIu64 ".%06" PRIu64 " secs ",
                                 a->us < 0 ? "-" : "", us / (uint64_t)US_PER_SECOND,
                                 us % (uint64_t)US_PER_SECOND);
    /* The blank behind the last part. */
    text[--used] = '\0';
    return used;
}
