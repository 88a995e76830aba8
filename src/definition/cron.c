#include "crfd/definition/cron.h"

#include "crfd/value/datetime.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

struct field {
    const char *name;
    int min, max;
    const char *names; /* three letters each, from min on; "" where only numbers are allowed */
};

enum { MINUTE, HOUR, DAY, MONTH, WEEKDAY, FIELDS };

static const struct field fields[FIELDS] = {
    [MINUTE] = {"minute", 0, 59, ""},
    [HOUR] = {"hour", 0, 23, ""},
    [DAY] = {"day of month", 1, 31, ""},
    [MONTH] = {"month", 1, 12, "janfebmaraprmayjunjulaugsepoctnovdec"},
    [WEEKDAY] = {"day of week", 0, 7, "sunmontuewedthufrisat"},
};

/* Reads a number or a name; moves *text behind it. False where there is none within the field's limits. */
static bool
read_number(const struct field *field, const char **text, int *out)
{
    size_t digits = strspn(*text, "0123456789");
    int number = 0;

    if (digits > 0 && digits <= 3) {
        for (size_t i = 0; i < digits; i++)
            number = number * 10 + ((*text)[i] - '0');
        *text += digits;
        *out = number;
        return number >= field->min && number <= field->max;
    }
    for (size_t i = 0; field->names[i] != '\0'; i += 3) {
        if (strncasecmp(*text, field->names + i, 3) == 0) {
            *text += 3;
            *out = field->min + (int)(i / 3);
            return true;
        }
    }
    return false;
}

/* One entry of a list: *, N, N-M, the first and last also with a /STEP. Adds its bits. */
static bool
read_entry(const struct field *field, const char **text, uint64_t *bits)
{
    const struct field steps = {field->name, 1, field->max, ""};
    bool is_span = **text == '*';
    int first = field->min;
    int last = field->max;
    int step = 1;

    if (is_span) {
        (*text)++;
    } else {
        if (!read_number(field, text, &first))
            return false;
        last = first;
        if (**text == '-') {
            (*text)++;
            is_span = true;
            if (!read_number(field, text, &last) || last < first)
                return false;
        }
    }
    if (**text == '/') {
        (*text)++;
        if (!is_span || !read_number(&steps, text, &step))
            return false;
    }
    for (int i = first; i <= last; i += step)
        *bits |= UINT64_C(1) << i;
    return true;
}

static bool
read_list(const struct field *field, const char *text, uint64_t *bits)
{
    *bits = 0;
    while (read_entry(field, &text, bits)) {
        if (*text == '\0')
            return true;
        if (*text++ != ',')
            return false;
    }
    return false;
}

/* A month that is named has the day, at least in a leap year. */
static bool
has_a_date(const struct cron *cron)
{
    for (int month = 1; month <= 12; month++) {
        int days = date_days_in_month(2000, month);

        if ((cron->months >> month & 1) != 0 && (cron->days & ((UINT64_C(2) << days) - 1)) != 0)
            return true;
    }
    return false;
}

static const char *
seal(const uint64_t bits[FIELDS], bool either_day, struct cron *out)
{
    struct cron cron = {
        .minutes = bits[MINUTE],
        .hours = bits[HOUR],
        .days = bits[DAY],
        .months = bits[MONTH],
        /* Sunday is 0 and 7. */
        .weekdays = (bits[WEEKDAY] | bits[WEEKDAY] >> 7) & 0x7F,
        .either_day = either_day,
    };

    if (!either_day && !has_a_date(&cron))
        return "fits no date: none of the months has such a day";
    *out = cron;
    return NULL;
}

const char *
cron_parse(struct arena *arena, const char *text, struct cron *out)
{
    uint64_t bits[FIELDS];
    bool either_day = true;
    size_t count = 0;

    if (text[0] == '@')
        return "must be five fields: names such as @daily are not known here; daily at midnight is \"0 0 * * "
               "*\"";
    for (text += strspn(text, " \t"); *text != '\0'; text += strspn(text, " \t"), count++) {
        size_t length = strcspn(text, " \t");
        const char *entry = arena_copy(arena, text, length);

        text += length;
        if (count >= FIELDS)
            continue;
        if (!read_list(&fields[count], entry, &bits[count]))
            return arena_printf(
                arena,
                "\"%s\" is no %s: a number from %d to %d%s, a range such as %d-%d, * or */2, or "
                "a list of these with commas",
                entry, fields[count].name, fields[count].min, fields[count].max,
                fields[count].names[0] != '\0' ? " or its English name in three letters" : "",
                fields[count].min, fields[count].max);
        if ((count == DAY || count == WEEKDAY) && entry[0] == '*')
            either_day = false;
    }
    if (count != FIELDS)
        return arena_printf(
            arena, "must be five fields (minute, hour, day of month, month, day of week), not %zu", count);
    return seal(bits, either_day, out);
}

bool
cron_fits_date(const struct cron *cron, int32_t days)
{
    struct civil date = date_to_civil(days);
    /* 2000-01-01 was a Saturday. */
    int weekday = (int)(((int64_t)days % 7 + 7 + 6) % 7);
    bool fits_day = (cron->days >> date.day & 1) != 0;
    bool fits_weekday = (cron->weekdays >> weekday & 1) != 0;

    if ((cron->months >> date.month & 1) == 0)
        return false;
    return cron->either_day ? fits_day || fits_weekday : fits_day && fits_weekday;
}

int
cron_first_minute(const struct cron *cron)
{
    return __builtin_ctzll(cron->hours) * 60 + __builtin_ctzll(cron->minutes);
}
