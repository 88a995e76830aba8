#include "input.h"

#include <string.h>

#define US_PER_SECOND INT64_C(1000000)
#define US_PER_MINUTE (60 * US_PER_SECOND)
#define US_PER_HOUR   (60 * US_PER_MINUTE)

/* The text that is still to be read. */
struct reader {
    const char *at;
    const char *end;
};

static bool
is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static struct reader
trimmed(const char *text, size_t length)
{
    struct reader reader = {text, text + length};

    while (reader.at < reader.end && is_blank(*reader.at))
        reader.at++;
    while (reader.end > reader.at && is_blank(reader.end[-1]))
        reader.end--;
    return reader;
}

static bool
at_end(const struct reader *reader)
{
    return reader->at == reader->end;
}

static bool
take(struct reader *reader, char c)
{
    if (at_end(reader) || *reader->at != c)
        return false;
    reader->at++;
    return true;
}

/* --- booleans and numbers --- */

static bool
is_prefix_of(const struct reader *reader, const char *word, size_t least)
{
    size_t length = (size_t)(reader->end - reader->at);

    if (length < least || length > strlen(word))
        return false;
    for (size_t i = 0; i < length; i++)
        if ((reader->at[i] | 0x20) != (word[i] | 0x20))
            return false;
    return true;
}

enum input_status
input_boolean(const char *text, size_t length, bool *out)
{
    static const struct {
        const char *word;
        size_t least; /* letters that make it unique */
        bool value;
    } words[] = {
        {"true", 1, true}, {"false", 1, false}, {"yes", 1, true}, {"no", 1, false},
        {"on", 2, true},   {"off", 2, false},   {"1", 1, true},   {"0", 1, false},
    };
    struct reader reader = trimmed(text, length);

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (is_prefix_of(&reader, words[i].word, words[i].least)) {
            *out = words[i].value;
            return INPUT_OK;
        }
    }
    return INPUT_SYNTAX;
}

enum input_status
input_integer(const char *text, size_t length, int64_t min, int64_t max, int64_t *out)
{
    struct reader reader = trimmed(text, length);
    bool negative = take(&reader, '-');
    int64_t number = 0;

    if (!negative)
        take(&reader, '+');
    if (at_end(&reader))
        return INPUT_SYNTAX;
    for (; !at_end(&reader); reader.at++) {
        int64_t digit = *reader.at - '0';

        if (!is_digit(*reader.at))
            return INPUT_SYNTAX;
        /*
         * Counted downwards, because the least number has no positive counterpart. As in PostgreSQL, what is
         * behind the digit that is too many does not matter any more.
         */
        if (__builtin_mul_overflow(number, 10, &number) || __builtin_sub_overflow(number, digit, &number) ||
            number < min)
            return INPUT_RANGE;
    }
    if (!negative && number == INT64_MIN)
        return INPUT_RANGE;
    number = negative ? number : -number;
    if (number < min || number > max)
        return INPUT_RANGE;
    *out = number;
    return INPUT_OK;
}

enum input_status
input_decimal(const char *text, size_t length, struct decimal_wide *out)
{
    struct reader reader = trimmed(text, length);

    switch (decimal_parse(reader.at, (size_t)(reader.end - reader.at), out)) {
    case DECIMAL_OK:
        return INPUT_OK;
    case DECIMAL_OVERFLOW:
        return INPUT_RANGE;
    default:
        return INPUT_SYNTAX;
    }
}

/* --- dates and times --- */

/* Digits, as many as there are, but min to max. */
static bool
take_number(struct reader *reader, int min, int max, int *out)
{
    int digits = 0;
    int number = 0;

    for (; digits < max && !at_end(reader) && is_digit(*reader->at); digits++, reader->at++)
        number = number * 10 + (*reader->at - '0');
    if (digits < min)
        return false;
    *out = number;
    return true;
}

/* The day at the start of the reader, whatever follows. */
static enum input_status
take_date(struct reader *reader, int32_t *out)
{
    int year;
    int month;
    int day;

    if (!take_number(reader, 4, 4, &year))
        return INPUT_SYNTAX;
    if (!at_end(reader) && is_digit(*reader->at)) {
        if (!take_number(reader, 2, 2, &month) || !take_number(reader, 2, 2, &day))
            return INPUT_SYNTAX;
    } else {
        char separator = at_end(reader) ? '\0' : *reader->at;

        if (separator != '-' && separator != '/')
            return INPUT_SYNTAX;
        if (!take(reader, separator) || !take_number(reader, 1, 2, &month) || !take(reader, separator) ||
            !take_number(reader, 1, 2, &day))
            return INPUT_SYNTAX;
    }
    return date_from_civil(year, month, day, out) ? INPUT_OK : INPUT_RANGE;
}

static bool
take_fraction(struct reader *reader, int64_t *us)
{
    int digits = 0;
    int64_t fraction = 0;

    for (; digits < 6 && !at_end(reader) && is_digit(*reader->at); digits++, reader->at++)
        fraction = fraction * 10 + (*reader->at - '0');
    if (digits == 0)
        return false;
    for (; digits < 6; digits++)
        fraction *= 10;
    *us = fraction;
    return true;
}

static enum input_status
take_time(struct reader *reader, int64_t *out)
{
    int hour;
    int minute;
    int second = 0;
    int64_t fraction = 0;
    int64_t us;

    if (!take_number(reader, 1, 2, &hour) || !take(reader, ':') || !take_number(reader, 1, 2, &minute))
        return INPUT_SYNTAX;
    if (take(reader, ':')) {
        if (!take_number(reader, 1, 2, &second))
            return INPUT_SYNTAX;
        if (take(reader, '.') && !take_fraction(reader, &fraction))
            return INPUT_SYNTAX;
    }
    us = hour * US_PER_HOUR + minute * US_PER_MINUTE + second * US_PER_SECOND + fraction;
    /* PostgreSQL takes 24:00:00 and a leap second. */
    if (minute > 59 || second > 60 || us > DATETIME_US_PER_DAY)
        return INPUT_RANGE;
    *out = us;
    return INPUT_OK;
}

/* INPUT_SYNTAX goes before INPUT_RANGE: a text that is no date at all is not one that is out of range. */
static enum input_status
worse(enum input_status a, enum input_status b)
{
    return a == INPUT_OK || b == INPUT_SYNTAX ? b : a;
}

/* Whether a time of day follows: the T or the blanks before it are taken. */
static bool
take_time_mark(struct reader *reader)
{
    if (at_end(reader) || (*reader->at != 'T' && *reader->at != 't' && !is_blank(*reader->at)))
        return false;
    reader->at++;
    while (!at_end(reader) && is_blank(*reader->at))
        reader->at++;
    return true;
}

/* Day, and a time where one follows; what stands behind is left in the reader. */
static enum input_status
take_timestamp(struct reader *reader, int64_t *out)
{
    int32_t day = 0;
    int64_t time = 0;
    enum input_status status = take_date(reader, &day);

    if (status != INPUT_SYNTAX && take_time_mark(reader))
        status = worse(status, take_time(reader, &time));
    *out = day * DATETIME_US_PER_DAY + time;
    return status;
}

enum input_status
input_timestamp(const char *text, size_t length, int64_t *out)
{
    struct reader reader = trimmed(text, length);
    int64_t instant;
    enum input_status status = take_timestamp(&reader, &instant);

    if (!at_end(&reader))
        status = INPUT_SYNTAX;
    if (status == INPUT_OK)
        *out = instant;
    return status;
}

enum input_status
input_date(const char *text, size_t length, int32_t *out)
{
    struct reader reader = trimmed(text, length);
    int64_t instant;
    int32_t day;
    enum input_status status = take_timestamp(&reader, &instant);

    if (!at_end(&reader))
        status = INPUT_SYNTAX;
    if (status != INPUT_OK)
        return status;
    /* PostgreSQL drops the time of day, also 24:00. */
    reader = trimmed(text, length);
    status = take_date(&reader, &day);
    if (status == INPUT_OK)
        *out = day;
    return status;
}

bool
input_is_day(const char *text, size_t length)
{
    struct reader reader = trimmed(text, length);
    int32_t day;

    return take_date(&reader, &day) == INPUT_OK && at_end(&reader);
}

static bool
take_zone(struct reader *reader, int64_t *east_us)
{
    int hour;
    int minute = 0;
    bool west;

    if (take(reader, 'Z') || take(reader, 'z')) {
        *east_us = 0;
        return true;
    }
    west = take(reader, '-');
    if ((!west && !take(reader, '+')) || !take_number(reader, 2, 2, &hour) || hour > 15)
        return false;
    if (!at_end(reader)) {
        take(reader, ':');
        if (!take_number(reader, 2, 2, &minute) || minute > 59)
            return false;
    }
    *east_us = (hour * US_PER_HOUR + minute * US_PER_MINUTE) * (west ? -1 : 1);
    return true;
}

enum input_status
input_timestamptz(const char *text, size_t length, int64_t *out)
{
    struct reader reader = trimmed(text, length);
    int64_t instant;
    int64_t east_us;
    enum input_status status = take_timestamp(&reader, &instant);

    if (!take_zone(&reader, &east_us) || !at_end(&reader))
        return INPUT_SYNTAX;
    if (status == INPUT_OK)
        *out = instant - east_us;
    return status;
}

/* As PostgreSQL does for a time: only where the day has separators and blanks behind it, not a T. */
static enum input_status
drop_day(struct reader *reader)
{
    struct reader behind = *reader;
    int32_t day;
    enum input_status status = take_date(&behind, &day);
    bool has_separators = status != INPUT_SYNTAX && !is_digit(reader->at[4]);

    if (!has_separators || at_end(&behind) || !is_blank(*behind.at) || !take_time_mark(&behind))
        return INPUT_OK;
    *reader = behind;
    return status;
}

enum input_status
input_time(const char *text, size_t length, int64_t *out)
{
    struct reader reader = trimmed(text, length);
    int64_t time;
    enum input_status status = drop_day(&reader);

    status = worse(status, take_time(&reader, &time));
    if (!at_end(&reader))
        status = INPUT_SYNTAX;
    if (status == INPUT_OK)
        *out = time;
    return status;
}

/* --- intervals --- */

/* What one unit is; the names that PostgreSQL knows for it, of which the plural is read, too. Each stands once. */
enum { YEARS = 1, MONTHS = 2, WEEKS = 4, DAYS = 8, HOURS = 16, MINUTES = 32, SECONDS = 64 };

static const struct {
    const char *name;
    int kind;
    struct interval unit;
} units[] = {
    {"year", YEARS, {12, 0, 0}},
    {"yr", YEARS, {12, 0, 0}},
    {"y", YEARS, {12, 0, 0}},
    {"month", MONTHS, {1, 0, 0}},
    {"mon", MONTHS, {1, 0, 0}},
    {"week", WEEKS, {0, 7, 0}},
    {"w", WEEKS, {0, 7, 0}},
    {"day", DAYS, {0, 1, 0}},
    {"d", DAYS, {0, 1, 0}},
    {"hour", HOURS, {0, 0, US_PER_HOUR}},
    {"hr", HOURS, {0, 0, US_PER_HOUR}},
    {"h", HOURS, {0, 0, US_PER_HOUR}},
    {"minute", MINUTES, {0, 0, US_PER_MINUTE}},
    {"min", MINUTES, {0, 0, US_PER_MINUTE}},
    {"m", MINUTES, {0, 0, US_PER_MINUTE}},
    {"second", SECONDS, {0, 0, US_PER_SECOND}},
    {"sec", SECONDS, {0, 0, US_PER_SECOND}},
    {"s", SECONDS, {0, 0, US_PER_SECOND}},
};

static void
skip_blanks(struct reader *reader)
{
    while (!at_end(reader) && is_blank(*reader->at))
        reader->at++;
}

static bool
is_letter(char c)
{
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static bool
take_unit(struct reader *reader, struct interval *unit, int *kind)
{
    struct reader word = *reader;

    while (!at_end(reader) && is_letter(*reader->at))
        reader->at++;
    word.end = reader->at;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        size_t length = strlen(units[i].name);
        size_t own = (size_t)(word.end - word.at);
        bool plural = own == length + 1 && length > 1 && (word.end[-1] | 0x20) == 's';

        *unit = units[i].unit;
        *kind = units[i].kind;
        word.end -= plural;
        if (is_prefix_of(&word, units[i].name, length))
            return true;
        word.end += plural;
    }
    return false;
}

/* sum += number * unit. */
static bool
add_units(struct interval *sum, int number, const struct interval *unit)
{
    struct interval part;

    return !__builtin_mul_overflow(unit->months, number, &part.months) &&
           !__builtin_mul_overflow(unit->days, number, &part.days) &&
           !__builtin_mul_overflow(unit->us, number, &part.us) && interval_add(sum, &part, false, sum);
}

/* What follows the hours: :MM[:SS[.ffffff]]. */
static bool
take_minutes(struct reader *reader, struct interval *part)
{
    int minute;
    int second = 0;
    int64_t fraction = 0;

    if (!take(reader, ':') || !take_number(reader, 2, 2, &minute) || minute > 59)
        return false;
    if (take(reader, ':')) {
        if (!take_number(reader, 2, 2, &second) || second > 59)
            return false;
        if (take(reader, '.') && !take_fraction(reader, &fraction))
            return false;
    }
    part->us = minute * US_PER_MINUTE + second * US_PER_SECOND + fraction;
    return true;
}

/* A number and its unit, or hours and minutes, behind which nothing comes. Adds to the kinds that were there. */
static enum input_status
take_part(struct reader *reader, struct interval *sum, int *kinds)
{
    struct interval unit = {0, 0, US_PER_HOUR};
    struct interval rest = {0, 0, 0};
    int kind = HOURS | MINUTES | SECONDS;
    bool negative = take(reader, '-');
    int number;

    if (!negative)
        take(reader, '+');
    if (!take_number(reader, 1, 9, &number))
        return INPUT_SYNTAX;
    if (!at_end(reader) && *reader->at == ':') {
        if (!take_minutes(reader, &rest) || !at_end(reader))
            return INPUT_SYNTAX;
    } else {
        skip_blanks(reader);
        if (!take_unit(reader, &unit, &kind))
            return INPUT_SYNTAX;
    }
    if ((*kinds & kind) != 0)
        return INPUT_SYNTAX;
    *kinds |= kind;
    if (!add_units(sum, negative ? -number : number, &unit) || !interval_add(sum, &rest, negative, sum))
        return INPUT_RANGE;
    return INPUT_OK;
}

enum input_status
input_interval(const char *text, size_t length, struct interval *out)
{
    struct reader reader = trimmed(text, length);
    struct interval sum = {0, 0, 0};
    enum input_status status = at_end(&reader) ? INPUT_SYNTAX : INPUT_OK;
    int kinds = 0;

    while (status == INPUT_OK && !at_end(&reader)) {
        status = take_part(&reader, &sum, &kinds);
        skip_blanks(&reader);
    }
    if (status == INPUT_OK)
        *out = sum;
    return status;
}

enum input_status
input_partial(const char *text, size_t length, bool with_time, struct partial_date *out)
{
    struct reader reader = trimmed(text, length);
    struct partial_date partial;

    if (!partial_date_parse(reader.at, (size_t)(reader.end - reader.at), &partial))
        return INPUT_SYNTAX;
    if (!with_time && partial.precision > PARTIAL_DAY)
        return INPUT_SYNTAX;
    *out = partial;
    return INPUT_OK;
}
