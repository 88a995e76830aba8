#include "generate_text.h"

#include "crfd/base/strbuf.h"

#include <stdio.h>
#include <string.h>

static const char *const months[] = {"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                     "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};

/* The parts of an ISO date that are there; returns how many. */
struct parts {
    int year, month, day;
};

static int
parts_of(const char *iso, struct parts *parts)
{
    *parts = (struct parts){0};
    return sscanf(iso, "%4d-%2d-%2d", &parts->year, &parts->month, &parts->day);
}

/* Days from civil and back, after H. Hinnant, "chrono-Compatible Low-Level Date Algorithms": years begin in March. */
char *
text_date(struct arena *arena, int day)
{
    int z = day + 719468;
    int era = (z >= 0 ? z : z - 146096) / 146097;
    int day_of_era = z - era * 146097;
    int year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int shifted = (5 * day_of_year + 2) / 153;
    int month = shifted < 10 ? shifted + 3 : shifted - 9;
    int year = year_of_era + era * 400 + (month <= 2);

    return arena_printf(arena, "%04d-%02d-%02d", year, month, day_of_year - (153 * shifted + 2) / 5 + 1);
}

bool
text_to_day(const char *text, int *day)
{
    struct parts parts;
    int year, era, year_of_era, day_of_year;

    if (strlen(text) != 10 || parts_of(text, &parts) != 3)
        return false;
    year = parts.year - (parts.month <= 2);
    era = (year >= 0 ? year : year - 399) / 400;
    year_of_era = year - era * 400;
    day_of_year = (153 * (parts.month > 2 ? parts.month - 3 : parts.month + 9) + 2) / 5 + parts.day - 1;
    *day = era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
    return true;
}

char *
text_date_english(struct arena *arena, const char *iso)
{
    struct parts parts;

    switch (parts_of(iso, &parts)) {
    case 3:
        return arena_printf(arena, "%02d-%s-%04d", parts.day, months[parts.month - 1], parts.year);
    case 2:
        return arena_printf(arena, "%s-%04d", months[parts.month - 1], parts.year);
    default:
        return arena_strdup(arena, iso);
    }
}

char *
text_date_chinese(struct arena *arena, const char *iso)
{
    struct parts parts;

    switch (parts_of(iso, &parts)) {
    case 3:
        return arena_printf(arena, "%d年%d月%d日", parts.year, parts.month, parts.day);
    case 2:
        return arena_printf(arena, "%d年%d月", parts.year, parts.month);
    default:
        return arena_printf(arena, "%d年", parts.year);
    }
}

char *
text_date_slashes(struct arena *arena, const char *iso)
{
    char *text = arena_strdup(arena, iso);

    for (char *at = text; *at != '\0'; at++)
        if (*at == '-')
            *at = '/';
    return text;
}

char *
text_date_unknown(struct arena *arena, const char *iso)
{
    struct parts parts;

    switch (parts_of(iso, &parts)) {
    case 3:
        return text_date_english(arena, iso);
    case 2:
        return arena_printf(arena, "UN-%s-%04d", months[parts.month - 1], parts.year);
    default:
        return arena_printf(arena, "UN-UNK-%04d", parts.year);
    }
}

char *
text_decimal(struct arena *arena, int64_t coefficient, int scale)
{
    int64_t unit = 1;

    if (scale == 0)
        return arena_printf(arena, "%lld", (long long)coefficient);
    for (int i = 0; i < scale; i++)
        unit *= 10;
    return arena_printf(arena, "%lld.%0*lld", (long long)(coefficient / unit), scale,
                        (long long)(coefficient % unit));
}

int64_t
text_coefficient(const char *decimal, int *scale)
{
    int64_t coefficient = 0;
    bool behind = false;

    *scale = 0;
    for (; *decimal != '\0'; decimal++) {
        if (*decimal == '.') {
            behind = true;
            continue;
        }
        coefficient = 10 * coefficient + (*decimal - '0');
        *scale += behind;
    }
    return coefficient;
}

char *
text_grouped(struct arena *arena, const char *decimal)
{
    size_t whole = strspn(decimal, "0123456789");
    struct strbuf text;
    char *result;

    if (whole <= 3)
        return NULL;
    strbuf_init(&text);
    for (size_t i = 0; i < whole; i++) {
        if (i > 0 && (whole - i) % 3 == 0)
            strbuf_append_char(&text, ',');
        strbuf_append_char(&text, decimal[i]);
    }
    strbuf_append(&text, decimal + whole);
    result = arena_strdup(arena, text.text);
    strbuf_destroy(&text);
    return result;
}

char *
text_wide(struct arena *arena, const char *text)
{
    char *wide = arena_alloc(arena, 3 * strlen(text) + 1);
    char *end = wide;
    bool changed = false;

    for (; *text != '\0'; text++) {
        if (*text > ' ' && *text <= '~') {
            /* U+FF01 is U+0021 in full width, and so on: 0xEF 0xBC 0x81 in UTF-8. */
            unsigned code = 0xFF00U + (unsigned)*text - 0x20U;

            *end++ = (char)(0xE0U | (code >> 12));
            *end++ = (char)(0x80U | ((code >> 6) & 0x3FU));
            *end++ = (char)(0x80U | (code & 0x3FU));
            changed = true;
        } else {
            *end++ = *text;
        }
    }
    *end = '\0';
    return changed ? wide : NULL;
}

char *
text_lower(struct arena *arena, const char *text)
{
    char *lower = arena_strdup(arena, text);

    for (char *at = lower; *at != '\0'; at++)
        if (*at >= 'A' && *at <= 'Z')
            *at = (char)(*at + ('a' - 'A'));
    return lower;
}

char *
text_json(struct arena *arena, const char *text)
{
    struct strbuf json;
    char *result;

    strbuf_init(&json);
    strbuf_append_char(&json, '"');
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text < ' ')
            strbuf_printf(&json, "\\u%04x", (unsigned)*text);
        else if (*text == '"' || *text == '\\')
            strbuf_printf(&json, "\\%c", *text);
        else
            strbuf_append_char(&json, *text);
    }
    strbuf_append_char(&json, '"');
    result = arena_strdup(arena, json.text);
    strbuf_destroy(&json);
    return result;
}
