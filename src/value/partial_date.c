#include "crfd/value/partial_date.h"

#include "crfd/value/datetime.h"

#include <assert.h>

#define US_PER_SECOND INT64_C(1000000)
#define US_PER_MINUTE (60 * US_PER_SECOND)
#define US_PER_HOUR   (60 * US_PER_MINUTE)

enum { FRACTION_DIGITS = 6 };

/* The text that is still to be read. */
struct reader {
    const char *at;
    const char *end;
};

/* Exactly `width` digits. */
static bool
read_number(struct reader *reader, int width, int *out)
{
    int number = 0;

    if (reader->end - reader->at < width)
        return false;
    for (; width > 0; width--, reader->at++) {
        if (*reader->at < '0' || *reader->at > '9')
            return false;
        number = number * 10 + (*reader->at - '0');
    }
    *out = number;
    return true;
}

/* One to six digits, as microseconds. */
static bool
read_fraction(struct reader *reader, int32_t *out)
{
    int width = (int)(reader->end - reader->at);
    int number;

    if (width < 1 || width > FRACTION_DIGITS || !read_number(reader, width, &number))
        return false;
    for (; width < FRACTION_DIGITS; width++)
        number *= 10;
    *out = number;
    return true;
}

/* The separator that stands before a part, and the part's range. */
struct part {
    const char *separators;
    int min, max;
};

static const struct part parts[] = {
    [PARTIAL_MONTH] = {"-", 1, 12},  [PARTIAL_DAY] = {"-", 1, 31},    [PARTIAL_HOUR] = {"T ", 0, 23},
    [PARTIAL_MINUTE] = {":", 0, 59}, [PARTIAL_SECOND] = {":", 0, 59},
};

static bool
read_part(struct reader *reader, const struct part *part, int *out)
{
    char separator = *reader->at++;

    if (separator != part->separators[0] && (part->separators[1] == '\0' || separator != part->separators[1]))
        return false;
    return read_number(reader, 2, out) && *out >= part->min && *out <= part->max;
}

bool
partial_date_parse(const char *text, size_t length, struct partial_date *out)
{
    struct reader reader = {text, text + length};
    int known[PARTIAL_SECOND + 1] = {0};
    int precision = PARTIAL_YEAR;
    int32_t microsecond = 0;

    if (!read_number(&reader, 4, &known[PARTIAL_YEAR]) || known[PARTIAL_YEAR] == 0)
        return false;
    while (reader.at < reader.end && precision < PARTIAL_SECOND) {
        precision++;
        if (!read_part(&reader, &parts[precision], &known[precision]))
            return false;
    }
    if (reader.at < reader.end && (*reader.at++ != '.' || !read_fraction(&reader, &microsecond)))
        return false;
    if (precision >= PARTIAL_DAY &&
        known[PARTIAL_DAY] > date_days_in_month(known[PARTIAL_YEAR], known[PARTIAL_MONTH]))
        return false;
    *out = (struct partial_date){
        .year = (int16_t)known[PARTIAL_YEAR],
        .month = (uint8_t)known[PARTIAL_MONTH],
        .day = (uint8_t)known[PARTIAL_DAY],
        .hour = (uint8_t)known[PARTIAL_HOUR],
        .minute = (uint8_t)known[PARTIAL_MINUTE],
        .second = (uint8_t)known[PARTIAL_SECOND],
        .precision = (uint8_t)precision,
        .microsecond = microsecond,
    };
    return true;
}

static int64_t
instant_us(const struct partial_date *a, int month, int day, int64_t time_us)
{
    int32_t days = 0;

    /* partial_date_parse has made sure that the day exists. */
    (void)date_from_civil(a->year, month, day, &days);
    return days * DATETIME_US_PER_DAY + time_us;
}

static int64_t
known_time_us(const struct partial_date *a)
{
    return a->hour * US_PER_HOUR + a->minute * US_PER_MINUTE + a->second * US_PER_SECOND + a->microsecond;
}

int64_t
partial_date_earliest_us(const struct partial_date *a)
{
    int month = a->precision >= PARTIAL_MONTH ? a->month : 1;
    int day = a->precision >= PARTIAL_DAY ? a->day : 1;

    /* Parts that are not known are 0. */
    return instant_us(a, month, day, known_time_us(a));
}

int64_t
partial_date_latest_us(const struct partial_date *a)
{
    static const int64_t unit_us[] = {
        [PARTIAL_YEAR] = DATETIME_US_PER_DAY, [PARTIAL_MONTH] = DATETIME_US_PER_DAY,
        [PARTIAL_DAY] = DATETIME_US_PER_DAY,  [PARTIAL_HOUR] = US_PER_HOUR,
        [PARTIAL_MINUTE] = US_PER_MINUTE,     [PARTIAL_SECOND] = 1,
    };
    int month = a->precision >= PARTIAL_MONTH ? a->month : 12;
    int day = a->precision >= PARTIAL_DAY ? a->day : date_days_in_month(a->year, month);

    return instant_us(a, month, day, known_time_us(a) + unit_us[a->precision] - 1);
}

size_t
partial_date_format(const struct partial_date *a, char text[40])
{
    /* How much of "2014-03-05 11:45:00" is known; seconds go with their fraction. */
    static const size_t known_length[] = {
        [PARTIAL_YEAR] = 4,  [PARTIAL_MONTH] = 7,   [PARTIAL_DAY] = 10,
        [PARTIAL_HOUR] = 13, [PARTIAL_MINUTE] = 16,
    };
    static_assert(DATETIME_TEXT_MAX <= 40, "datetime_format writes into the caller's text");
    size_t length = datetime_format(partial_date_earliest_us(a), text);

    if (a->precision < PARTIAL_SECOND)
        length = known_length[a->precision];
    if (a->precision >= PARTIAL_HOUR)
        text[known_length[PARTIAL_DAY]] = 'T';
    text[length] = '\0';
    return length;
}

/* What a date may mean, in days or in microseconds. */
struct interval {
    int64_t earliest, latest;
};

static struct interval
interval_of(const struct partial_date *a, bool day_only)
{
    struct interval interval = {partial_date_earliest_us(a), partial_date_latest_us(a)};

    if (day_only) {
        interval.earliest = datetime_to_date(interval.earliest);
        interval.latest = datetime_to_date(interval.latest);
    }
    return interval;
}

enum truth
partial_date_less(const struct partial_date *a, const struct partial_date *b, bool day_only)
{
    struct interval a_interval = interval_of(a, day_only);
    struct interval b_interval = interval_of(b, day_only);

    if (a_interval.latest < b_interval.earliest)
        return TRUTH_TRUE;
    if (a_interval.earliest >= b_interval.latest)
        return TRUTH_FALSE;
    return TRUTH_UNKNOWN;
}

enum truth
partial_date_equal(const struct partial_date *a, const struct partial_date *b, bool day_only)
{
    struct interval a_interval = interval_of(a, day_only);
    struct interval b_interval = interval_of(b, day_only);

    if (a_interval.latest < b_interval.earliest || b_interval.latest < a_interval.earliest)
        return TRUTH_FALSE;
    /* They meet; when each is one point it is the same. */
    if (a_interval.earliest == a_interval.latest && b_interval.earliest == b_interval.latest)
        return TRUTH_TRUE;
    return TRUTH_UNKNOWN;
}
