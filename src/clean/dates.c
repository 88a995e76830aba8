#include "dates.h"

#include "crfd/clean/date_forms.h"
#include "crfd/value/datetime.h"
#include "crfd/value/partial_date.h"
#include "date_pattern.h"

#include <assert.h>
#include <string.h>

/* No form of a date is longer; the reading of a longer text is not even begun. */
enum { TEXT_BYTES_MAX = 80 };

static const char not_a_date[] = "not a date in a known format";
static const char not_a_time[] = "not a time in a known format";
static const char no_such_day[] = "no such day or time in the calendar";
static const char ambiguous[] = "ambiguous order of day, month and year: the item declares no format for it";
static const char has_zone[] = "has a time zone, which the column cannot hold";
static const char has_time[] = "has a time of day, which a date cannot hold";
static const char no_day[] = "the day is not known";
static const char no_time[] = "the time of day is not known to the minute";
static const char nothing_known[] = "no part of it is known";
static const char no_offset[] =
    "the offset from UTC is not known: the value has none, and the study declares no timezone";
static const char odd_offset[] = "the offset from UTC cannot be read";
static const char skipped[] = "no such time: the clocks of the study's timezone were set forward over it";
static const char twice[] =
    "the clocks of the study's timezone showed it twice: it needs its offset from UTC";
static const char gap[] = "a part is known after one that is not";

struct date_plan {
    enum value_type type;
    const struct zone *zone;
    bool iso_first; /* no declared format reads ISO 8601 otherwise, so it can be tried first */
    struct date_forms forms;
};

/* A time of day that fills the text. */
static bool
read_clock(const struct date_plan *plan, struct text_span text, struct date_reading *reading, bool *is_iso)
{
    for (size_t i = 0; i < plan->forms.clock_count; i++) {
        struct date_reading attempt = *reading;

        if (date_pattern_match(plan->forms.clocks[i].pattern, text, &attempt) == text.length) {
            *is_iso = *is_iso && plan->forms.clocks[i].is_iso;
            *reading = attempt;
            return true;
        }
    }
    return false;
}

/* What stands between a date and a time of day; nothing need stand where Chinese characters part them. */
static bool
skip_separator(struct text_span *rest, bool *is_iso)
{
    char c = rest->bytes[0];

    if (c != 'T' && c != 't' && c != ' ' && c != ':') {
        *is_iso = false;
        return (unsigned char)c >= 0x80 || (unsigned char)rest->bytes[-1] >= 0x80;
    }
    *is_iso = *is_iso && (c == 'T' || c == ' ');
    rest->bytes++;
    rest->length--;
    return true;
}

/* A text that the form's pattern fills, or its beginning when a time of day fills the rest. */
static bool
read_form(const struct date_plan *plan, const struct date_form *form, struct text_span text,
          struct date_reading *reading, bool *is_iso)
{
    size_t used;
    struct text_span rest;

    *reading = (struct date_reading){0};
    *is_iso = form->is_iso;
    used = date_pattern_match(form->pattern, text, reading);
    if (used == 0)
        return false;
    if (used < text.length) {
        rest = (struct text_span){text.bytes + used, text.length - used};
        if ((date_pattern_parts(form->pattern) & DATE_CLOCK_PARTS) != 0 || !skip_separator(&rest, is_iso) ||
            !read_clock(plan, rest, reading, is_iso))
            return false;
    }
    *is_iso = *is_iso && !reading->loose;
    return true;
}

/* The hour of the day by the 24-hour clock; false where the two contradict. */
static bool
apply_meridiem(enum meridiem meridiem, int *hour)
{
    switch (meridiem) {
    case MERIDIEM_NONE:
        return true;
    case MERIDIEM_AM:
        *hour = *hour == 12 ? 0 : *hour;
        return *hour < 12;
    case MERIDIEM_SHANGWU:
        return *hour < 12;
    case MERIDIEM_PM:
        if (*hour == 0)
            return false;
        *hour = *hour < 12 ? *hour + 12 : *hour;
        return *hour < 24;
    }
    return false;
}

/* Ranges of the clock; unknown parts are 0. 24:00 is allowed. */
static bool
check_clock(struct date_reading *reading)
{
    int *parts = reading->parts;

    if (!apply_meridiem(reading->meridiem, &parts[DATE_HOUR]))
        return false;
    if (parts[DATE_MINUTE] > 59 || parts[DATE_SECOND] > 59)
        return false;
    if (parts[DATE_HOUR] == 24)
        return parts[DATE_MINUTE] == 0 && parts[DATE_SECOND] == 0 && reading->microsecond == 0;
    return parts[DATE_HOUR] < 24;
}

static int64_t
clock_us(int hour, int minute, int second, int microsecond)
{
    return (hour * INT64_C(3600) + minute * 60 + second) * 1000000 + microsecond;
}

/* 24:00 is 00:00 of the next day. */
static bool
next_midnight(struct partial_date *date)
{
    int32_t days;
    struct civil civil;

    if (!date_from_civil(date->year, date->month, date->day, &days))
        return false;
    civil = date_to_civil(days + 1);
    if (civil.year > 9999)
        return false;
    date->year = (int16_t)civil.year;
    date->month = (uint8_t)civil.month;
    date->day = (uint8_t)civil.day;
    date->hour = 0;
    return true;
}

/* What was read as a partial date; returns why there is none, or NULL. */
static const char *
assemble(struct date_reading *reading, struct partial_date *out)
{
    const int *parts = reading->parts;
    unsigned known = reading->known;
    int precision = PARTIAL_YEAR;
    struct partial_date date;
    int32_t days;

    static_assert((int)DATE_MONTH == PARTIAL_MONTH && (int)DATE_SECOND == PARTIAL_SECOND, "same order");
    if (known == 0)
        return nothing_known;
    if ((known & (known + 1)) != 0)
        return gap;
    while ((known >> (precision + 1)) != 0)
        precision++;
    if (!date_from_civil(parts[DATE_YEAR], precision >= PARTIAL_MONTH ? parts[DATE_MONTH] : 1,
                         precision >= PARTIAL_DAY ? parts[DATE_DAY] : 1, &days) ||
        !check_clock(reading))
        return no_such_day;
    date = (struct partial_date){
        .year = (int16_t)parts[DATE_YEAR],
        .month = (uint8_t)parts[DATE_MONTH],
        .day = (uint8_t)parts[DATE_DAY],
        .hour = (uint8_t)parts[DATE_HOUR],
        .minute = (uint8_t)parts[DATE_MINUTE],
        .second = (uint8_t)parts[DATE_SECOND],
        .precision = (uint8_t)precision,
        .microsecond = reading->microsecond,
    };
    if (date.hour == 24 && !next_midnight(&date))
        return no_such_day;
    *out = date;
    return NULL;
}

/* The value of the type, where the date gives it and nothing of it would be lost; else why not. */
static const char *
settle(const struct date_plan *plan, struct arena *arena, const struct partial_date *date, struct value *out)
{
    int64_t time_us = clock_us(date->hour, date->minute, date->second, date->microsecond);
    bool is_day = plan->type == VALUE_DATE || plan->type == VALUE_PARTIAL_DATE;
    bool is_partial = plan->type == VALUE_PARTIAL_DATE || plan->type == VALUE_PARTIAL_DATETIME;
    struct partial_date *copy;
    int32_t days;

    if (is_day && time_us != 0)
        return has_time;
    if (is_partial) {
        copy = arena_alloc(arena, sizeof *copy);
        *copy = *date;
        if (is_day && copy->precision > PARTIAL_DAY)
            copy->precision = PARTIAL_DAY;
        *out = (struct value){.type = (uint8_t)plan->type, .partial = copy};
        return NULL;
    }
    if (date->precision < PARTIAL_DAY)
        return no_day;
    if (!date_from_civil(date->year, date->month, date->day, &days))
        return no_such_day;
    *out = (struct value){.type = (uint8_t)plan->type};
    if (is_day) {
        out->date = days;
        return NULL;
    }
    out->datetime = days * DATETIME_US_PER_DAY + time_us;
    return date->precision < PARTIAL_MINUTE ? no_time : NULL;
}

static size_t
skip_digits(struct text_span text, size_t *at)
{
    size_t start = *at;

    while (*at < text.length && text.bytes[*at] >= '0' && text.bytes[*at] <= '9')
        (*at)++;
    return *at - start;
}

/* Whether it is three numbers of which none can be told to be the year, the month or the day. */
static bool
is_ambiguous(struct text_span text)
{
    size_t at = 0;

    for (int i = 0; i < 2; i++) {
        size_t digits = skip_digits(text, &at);

        if (digits < 1 || digits > 2 || at == text.length || strchr("/-. ", text.bytes[at]) == NULL)
            return false;
        at++;
    }
    return skip_digits(text, &at) >= 2;
}

static bool
is_zoned(struct text_span text)
{
    const char *colon = memchr(text.bytes, ':', text.length);
    const char *end = text.bytes + text.length;

    if (colon == NULL)
        return false;
    for (const char *at = colon; at < end; at++) {
        if (*at == 'Z' || *at == 'z' || *at == '+' || *at == '-')
            return true;
    }
    return false;
}

static const char *
why_not(struct text_span text, const char *otherwise)
{
    if (is_ambiguous(text))
        return ambiguous;
    return is_zoned(text) ? has_zone : otherwise;
}

/*
 * By the first form, from `first` to before `end`, that fits and whose day exists. Whether any fits: then the reason is
 * NULL, or why there is no such day.
 */
static bool
read_by_forms(const struct date_plan *plan, size_t first, size_t end, struct text_span text,
              struct partial_date *date, struct date_result *result)
{
    bool fits = false;

    for (size_t i = first; i < end; i++) {
        struct date_reading reading;
        const char *problem;
        bool is_iso;

        if (!read_form(plan, &plan->forms.dates[i], text, &reading, &is_iso))
            continue;
        problem = assemble(&reading, date);
        if (problem == NULL) {
            /* 24:00 changes the day. */
            result->reformatted = !is_iso || reading.parts[DATE_HOUR] == 24;
            result->shortened = reading.unknown != 0;
            result->reason = NULL;
            return true;
        }
        if (!fits)
            result->reason = problem;
        fits = true;
    }
    return fits;
}

static bool
read_by_declared(const struct date_plan *plan, struct text_span text, struct partial_date *date,
                 struct date_result *result)
{
    return read_by_forms(plan, 0, plan->forms.declared_count, text, date, result);
}

/* Of any type that has a day. What a declared form fits means what it says there, or nothing. */
static const char *
read_day(const struct date_plan *plan, struct arena *arena, struct text_span text, struct value *out,
         struct date_result *result)
{
    struct partial_date date;

    result->reason = NULL;
    if (!(plan->iso_first && partial_date_parse(text.bytes, text.length, &date)) &&
        !read_by_declared(plan, text, &date, result) && !partial_date_parse(text.bytes, text.length, &date) &&
        !read_by_forms(plan, plan->forms.declared_count, plan->forms.date_count, text, &date, result))
        result->reason = why_not(text, not_a_date);
    return result->reason != NULL ? result->reason : settle(plan, arena, &date, out);
}

/* ---- Instants ---- */

static int
digit_pair(const char *at)
{
    return at[0] >= '0' && at[0] <= '9' && at[1] >= '0' && at[1] <= '9' ? (at[0] - '0') * 10 + at[1] - '0'
                                                                        : -1;
}

/* What +08, +0800 or +08:00 says; false where the text is none of them. No clock is further ahead than 14 hours. */
static bool
offset_of(const char *text, size_t length, int64_t *ahead_us)
{
    size_t minutes_at = length == 6 && text[3] == ':' ? 4 : length == 5 ? 3 : 0;
    int hours = length >= 3 && (text[0] == '+' || text[0] == '-') ? digit_pair(text + 1) : -1;
    int minutes = minutes_at > 0 ? digit_pair(text + minutes_at) : 0;

    if ((length != 3 && minutes_at == 0) || hours < 0 || minutes < 0 || minutes > 59 ||
        hours * 60 + minutes > 14 * 60)
        return false;
    *ahead_us = clock_us(hours, minutes, 0, 0) * (text[0] == '-' ? -1 : 1);
    return true;
}

/* Takes the offset off that stands behind a time of day, with or without a blank. */
static bool
take_offset(struct text_span *text, int64_t *ahead_us)
{
    static const size_t lengths[] = {6, 5, 3};
    struct text_span rest = *text;

    if (rest.bytes[rest.length - 1] == 'Z' || rest.bytes[rest.length - 1] == 'z') {
        *ahead_us = 0;
        rest.length--;
    } else {
        size_t i = 0;

        while (i < 3 && (lengths[i] >= rest.length ||
                         !offset_of(rest.bytes + rest.length - lengths[i], lengths[i], ahead_us)))
            i++;
        if (i == 3)
            return false;
        rest.length -= lengths[i];
    }
    while (rest.length > 0 && rest.bytes[rest.length - 1] == ' ')
        rest.length--;
    *text = rest;
    return true;
}

static const char *
place_in_zone(const struct zone *zone, struct value *instant)
{
    int64_t found[2];

    if (zone == NULL)
        return no_offset;
    switch (zone_instants(zone, instant->datetime, found)) {
    case 0:
        return skipped;
    case 1:
        instant->datetime = found[0];
        return NULL;
    default:
        return twice;
    }
}

static const char *
read_instant(const struct date_plan *plan, struct arena *arena, struct text_span text, struct value *out,
             struct date_result *result)
{
    struct text_span local = text;
    int64_t ahead_us;
    const char *reason;
    struct civil civil;

    /* The end of 2014-03-05 looks like an offset too; a time of day is missing then, and is told as such. */
    if (take_offset(&local, &ahead_us)) {
        reason = read_day(plan, arena, local, out, result);
        if (reason == NULL)
            out->datetime -= ahead_us;
        else if (read_day(plan, arena, text, &(struct value){.is_null = true}, result) == no_time)
            reason = no_time;
    } else {
        reason = read_day(plan, arena, text, out, result);
        if (reason == NULL)
            reason = place_in_zone(plan->zone, out);
    }
    if (reason != NULL)
        return reason == has_zone ? odd_offset : reason;
    civil = date_to_civil(datetime_to_date(out->datetime));
    return civil.year >= 1 && civil.year <= 9999 ? NULL : no_such_day;
}

/* ---- Times of day ---- */

static const char *
read_time(const struct date_plan *plan, struct text_span text, struct value *out, struct date_result *result)
{
    struct date_reading reading = {0};
    const int *parts = reading.parts;
    bool is_iso = true;

    if (!read_clock(plan, text, &reading, &is_iso))
        return is_zoned(text) ? has_zone : not_a_time;
    if ((reading.known & DATE_CLOCK_PARTS) != DATE_CLOCK_PARTS)
        return no_time;
    if (!check_clock(&reading))
        return no_such_day;
    result->reformatted = !is_iso || reading.loose;
    result->shortened = reading.unknown != 0;
    *out = (struct value){
        .type = VALUE_TIME,
        .time = clock_us(parts[DATE_HOUR], parts[DATE_MINUTE], parts[DATE_SECOND], reading.microsecond),
    };
    return NULL;
}

bool
date_read(const struct date_plan *plan, struct arena *arena, struct text_span text, struct value *out,
          struct date_result *result)
{
    struct value value;

    *result = (struct date_result){0};
    if (text.length > TEXT_BYTES_MAX)
        result->reason = plan->type == VALUE_TIME ? not_a_time : not_a_date;
    else if (plan->type == VALUE_TIME)
        result->reason = read_time(plan, text, &value, result);
    else if (plan->type == VALUE_INSTANT)
        result->reason = read_instant(plan, arena, text, &value, result);
    else
        result->reason = read_day(plan, arena, text, &value, result);
    if (result->reason == NULL)
        *out = value;
    return result->reason == NULL;
}

/* Whether every declared form that fits an ISO 8601 text reads it as ISO 8601 means it. YYYY-DD-MM does not. */
static bool
respects_iso(const struct date_plan *plan)
{
    /* Numbers that could all be a month, a day or the end of a year, and no two of them the same. */
    static const char *const probes[] = {
        "2012", "2012-11", "2012-11-10", "2012-11-10T09", "2012-11-10T09:08", "2012-11-10 09:08:07",
    };

    for (size_t i = 0; i < sizeof probes / sizeof probes[0]; i++) {
        struct text_span text = text_of(probes[i]);
        struct partial_date expected, found;
        struct date_result result;

        if (partial_date_parse(text.bytes, text.length, &expected) &&
            read_by_declared(plan, text, &found, &result) &&
            (result.reason != NULL || found.precision != expected.precision ||
             partial_date_earliest_us(&found) != partial_date_earliest_us(&expected)))
            return false;
    }
    return true;
}

const struct date_plan *
date_plan_new(struct arena *arena, const struct item *item)
{
    struct date_plan *plan = arena_new(arena, struct date_plan);

    plan->type = item->type;
    plan->zone = item->zone;
    plan->forms = date_forms_of(arena, item);
    plan->iso_first = item->type != VALUE_TIME && respects_iso(plan);
    return plan;
}
