#include "zone_file.h"

#include "crfd/value/datetime.h"
#include "schedule_text.h"

#include <endian.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MAX     ((size_t)1 << 20)
#define HEADER_BYTES 44
#define SPANS_MAX    4096
#define US_PER_S     INT64_C(1000000)
#define US_PER_DAY   DATETIME_US_PER_DAY
#define CYCLE_YEARS  400
#define HOURS_MAX    167 /* of a time in a rule (RFC 8536) */

/* The zone while it is put together. */
struct building {
    struct zone_span spans[SPANS_MAX];
    size_t count;
};

/* False where there are too many. */
static bool
add_span(struct building *building, int64_t from_us, int64_t ahead_us)
{
    if (building->count == SPANS_MAX)
        return false;
    building->spans[building->count++] = (struct zone_span){from_us, ahead_us};
    return true;
}

/* ---- The file ---- */

/* Where the parts of a TZif block begin; counts as the header has them. */
struct block {
    const unsigned char *times, *indexes, *types, *end;
    uint32_t time_count, type_count;
};

static int32_t
read_be32(const unsigned char *at)
{
    uint32_t number;

    memcpy(&number, at, sizeof number);
    return (int32_t)be32toh(number);
}

static int64_t
read_be64(const unsigned char *at)
{
    uint64_t number;

    memcpy(&number, at, sizeof number);
    return (int64_t)be64toh(number);
}

/* The block whose header begins at `at`, with times of `width` bytes; false where it does not fit. */
static bool
read_block(const unsigned char *at, const unsigned char *end, size_t width, struct block *out)
{
    uint64_t counts[6];
    const unsigned char *rest = at + HEADER_BYTES;

    if (end - at < HEADER_BYTES || memcmp(at, "TZif", 4) != 0)
        return false;
    for (int i = 0; i < 6; i++) {
        counts[i] = (uint32_t)read_be32(at + 20 + 4 * i);
        if (counts[i] > FILE_MAX)
            return false;
    }
    /* isutcnt, isstdcnt, leapcnt, timecnt, typecnt, charcnt */
    out->time_count = (uint32_t)counts[3];
    out->type_count = (uint32_t)counts[4];
    out->times = rest;
    if ((uint64_t)(end - rest) <
        counts[3] * (width + 1) + counts[4] * 6 + counts[5] + counts[2] * (width + 4) + counts[1] + counts[0])
        return false;
    out->indexes = out->times + counts[3] * width;
    out->types = out->indexes + counts[3];
    out->end = out->types + counts[4] * 6 + counts[5] + counts[2] * (width + 4) + counts[1] + counts[0];
    return out->type_count > 0;
}

static bool
add_transitions(struct building *building, const struct block *block)
{
    if (!add_span(building, INT64_MIN, read_be32(block->types) * US_PER_S))
        return false;
    for (uint32_t i = 0; i < block->time_count; i++) {
        int64_t unix_s = read_be64(block->times + 8 * i);
        unsigned type = block->indexes[i];

        if (type >= block->type_count)
            return false;
        /* What lies before all years that there are is where the zone begins. */
        if (unix_s < -INT64_C(1000000000000))
            building->spans[0].ahead_us = read_be32(block->types + 6 * type) * US_PER_S;
        else if (!add_span(building, unix_s * US_PER_S - DATETIME_UNIX_US,
                           read_be32(block->types + 6 * type) * US_PER_S))
            return false;
    }
    return true;
}

/* ---- The rule at its end: CET-1CEST,M3.5.0,M10.5.0/3 ---- */

struct rule_day {
    char kind; /* M: month, week, weekday; J: day of the year, without 29 February; 0: counted from 0 */
    int month, week, day;
    int64_t time_us;
};

struct tz_rule {
    int64_t standard_us, summer_us; /* ahead of UTC */
    bool has_summer;
    struct rule_day begin, end;
};

static bool
take(const char **at, char c)
{
    if (**at != c)
        return false;
    (*at)++;
    return true;
}

static bool
take_name(const char **at)
{
    size_t length;

    if (take(at, '<')) {
        length = strcspn(*at, ">");
        *at += length;
        return length > 0 && take(at, '>');
    }
    length = strspn(*at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
    *at += length;
    return length > 0;
}

static bool
take_number(const char **at, int *out)
{
    size_t digits = strspn(*at, "0123456789");

    /* No number of a rule has more. */
    if (digits < 1 || digits > 3)
        return false;
    for (*out = 0; digits > 0; digits--)
        *out = *out * 10 + (*(*at)++ - '0');
    return true;
}

/* [+-]hh[:mm[:ss]] */
static bool
take_clock(const char **at, int64_t *out_us)
{
    bool negative = take(at, '-');
    int parts[3] = {0, 0, 0};

    if (!negative)
        take(at, '+');
    if (!take_number(at, &parts[0]) || parts[0] > HOURS_MAX ||
        (take(at, ':') && !take_number(at, &parts[1])) || (take(at, ':') && !take_number(at, &parts[2])) ||
        parts[1] > 59 || parts[2] > 59)
        return false;
    *out_us = (parts[0] * INT64_C(3600) + parts[1] * 60 + parts[2]) * US_PER_S * (negative ? -1 : 1);
    return true;
}

static bool
take_day(const char **at, struct rule_day *out)
{
    *out = (struct rule_day){.kind = '0', .time_us = 2 * 3600 * US_PER_S};
    if (!take(at, ','))
        return false;
    if (take(at, 'M')) {
        out->kind = 'M';
        if (!take_number(at, &out->month) || !take(at, '.') || !take_number(at, &out->week) ||
            !take(at, '.') || !take_number(at, &out->day) || out->month < 1 || out->month > 12 ||
            out->week < 1 || out->week > 5 || out->day > 6)
            return false;
    } else {
        if (take(at, 'J'))
            out->kind = 'J';
        if (!take_number(at, &out->day) || out->day > 365 || (out->kind == 'J' && out->day < 1))
            return false;
    }
    return !take(at, '/') || take_clock(at, &out->time_us);
}

/* Offsets stand there as what has to be added to local time, so the other way round. */
static bool
read_rule(const char *text, struct tz_rule *out)
{
    int64_t behind_us;

    *out = (struct tz_rule){0};
    if (!take_name(&text) || !take_clock(&text, &behind_us))
        return false;
    out->standard_us = -behind_us;
    if (*text == '\0')
        return true;
    out->has_summer = true;
    if (!take_name(&text))
        return false;
    behind_us -= 3600 * US_PER_S;
    if (*text != ',' && !take_clock(&text, &behind_us))
        return false;
    out->summer_us = -behind_us;
    return take_day(&text, &out->begin) && take_day(&text, &out->end) && *text == '\0';
}

/* The day in the year and the time of it, as local time. */
static int64_t
local_of(const struct rule_day *day, int year)
{
    int32_t days = 0;

    if (day->kind == 'M') {
        int weekday, last = date_days_in_month(year, day->month);
        int of_month;

        (void)date_from_civil(year, day->month, 1, &days);
        /* 2000-01-01 was a Saturday; 0 is Sunday. */
        weekday = ((days + 6) % 7 + 7) % 7;
        of_month = 1 + (day->day - weekday + 7) % 7 + 7 * (day->week - 1);
        while (of_month > last)
            of_month -= 7;
        days += of_month - 1;
    } else {
        (void)date_from_civil(year, 1, 1, &days);
        days +=
            day->kind == 'J' ? day->day - 1 + (day->day > 59 && date_days_in_month(year, 2) == 29) : day->day;
    }
    return days * US_PER_DAY + day->time_us;
}

static bool
add_later(struct building *building, int64_t from_us, int64_t ahead_us)
{
    return from_us <= building->spans[building->count - 1].from_us || add_span(building, from_us, ahead_us);
}

/* Two spans a year for a cycle of the calendar behind what the file has. */
static bool
add_rule(struct building *building, const struct tz_rule *rule, int64_t *repeats_us)
{
    const struct zone_span *last = &building->spans[building->count - 1];
    int first = last->from_us == INT64_MIN ? 1970 : date_to_civil(datetime_to_date(last->from_us)).year;
    int32_t end;

    if (!rule->has_summer)
        return true;
    for (int year = first; year <= first + CYCLE_YEARS + 1; year++) {
        int64_t begin_us = local_of(&rule->begin, year) - rule->standard_us;
        int64_t end_us = local_of(&rule->end, year) - rule->summer_us;
        bool is_north = begin_us < end_us;

        if (!add_later(building, is_north ? begin_us : end_us,
                       is_north ? rule->summer_us : rule->standard_us) ||
            !add_later(building, is_north ? end_us : begin_us,
                       is_north ? rule->standard_us : rule->summer_us))
            return false;
    }
    (void)date_from_civil(first + CYCLE_YEARS + 1, 1, 1, &end);
    *repeats_us = end * US_PER_DAY;
    return true;
}

/* ---- The whole ---- */

static bool
build(struct arena *arena, const unsigned char *bytes, size_t size, struct building *building,
      int64_t *repeats_us)
{
    const unsigned char *end = bytes + size;
    const unsigned char *footer, *stop;
    const char *text;
    struct block narrow, block;
    struct tz_rule rule;

    /* A first block with times of 32 bits is there for readers of another age. */
    if (!read_block(bytes, end, 4, &narrow) || !read_block(narrow.end, end, 8, &block))
        return false;
    footer = block.end;
    if (end - footer < 2 || *footer != '\n')
        return false;
    footer++;
    stop = memchr(footer, '\n', (size_t)(end - footer));
    if (stop == NULL)
        return false;
    text = arena_copy(arena, (const char *)footer, (size_t)(stop - footer));
    return add_transitions(building, &block) &&
           (*text == '\0' || (read_rule(text, &rule) && add_rule(building, &rule, repeats_us)));
}

static const struct zone *
zone_new(struct arena *arena, const char *name, const struct zone_span *list, size_t count,
         int64_t repeats_us)
{
    struct zone *zone = arena_new(arena, struct zone);
    struct zone_span *spans = arena_array(arena, struct zone_span, count);

    memcpy(spans, list, count * sizeof *spans);
    zone->name = arena_strdup(arena, name);
    zone->spans = spans;
    zone->span_count = count;
    zone->repeats_us = repeats_us;
    return zone;
}

const struct zone *
zone_parse(struct arena *arena, const char *name, const unsigned char *bytes, size_t size)
{
    struct building *building = calloc(1, sizeof *building);
    const struct zone *zone = NULL;
    int64_t repeats_us = INT64_MAX;

    if (building != NULL && build(arena, bytes, size, building, &repeats_us))
        zone = zone_new(arena, name, building->spans, building->count, repeats_us);
    free(building);
    return zone;
}

const struct zone *
zone_load(struct arena *arena, const char *name)
{
    static const struct zone_span utc = {INT64_MIN, 0};
    const struct zone *zone = NULL;
    unsigned char *bytes = NULL;
    FILE *file = NULL;

    if (strcmp(name, "UTC") == 0)
        return zone_new(arena, name, &utc, 1, INT64_MAX);
    file = timezone_open(name);
    bytes = file != NULL ? malloc(FILE_MAX) : NULL;
    if (bytes != NULL)
        zone = zone_parse(arena, name, bytes, fread(bytes, 1, FILE_MAX, file));
    if (file != NULL)
        fclose(file);
    free(bytes);
    return zone;
}
