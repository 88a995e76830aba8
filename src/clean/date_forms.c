#include "crfd/clean/date_forms.h"

#include "crfd/clean/months.h"

#include "date_pattern.h"

#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* Bytes: a date has little room. */
#define MONTH_NAME_MAX 40

static const char *const iso_dates[] = {"YYYY-MM-DD"};
static const char *const iso_clocks[] = {"HH24:MI:SS", "HH24:MI"};

/* Each can mean one day only, and no text fits two of them with different meanings. The usual ones first. */
static const char *const common_dates[] = {
    "YYYY年M月D日", "D-MON-YYYY", "YYYY/M/D",    "DMONYYYY",       "D MON YYYY",       "D/MON/YYYY",
    "D.MON.YYYY",   "YYYY.M.D",   "YYYYMMDD",    "YYYYMMDDHH24MI", "YYYYMMDDHH24MISS", "YYYY-MON-D",
    "YYYY MON D",   "YYYY/MON/D", "MON D, YYYY", "MON D YYYY",     "D MON, YYYY",      "YYYY年M月D号",
    "MON-YYYY",     "MON YYYY",   "MONYYYY",     "MON/YYYY",       "YYYY-MON",         "YYYY MON",
    "YYYY年M月",    "YYYY年",     "YYYY-M",      "YYYY/M",         "YYYY.M",           "M/YYYY",
    "M-YYYY",       "M.YYYY",     "YYYY",
};

static const char *const common_clocks[] = {
    "HH24时MI分SS秒", "HH24时MI分", "HH24点MI分", "HH24时",  "HH24点",
    "HH24MISS",       "HH24MI",     "HH:MI:SSAM", "HH:MIAM", "AMHH:MI:SS",
    "AMHH:MI",        "AMHH时MI分", "AMHH点MI分", "AMHH时",  "AMHH点",
};

/* Declared formats that say the same as ISO 8601: a text read by them is not reformatted. */
static const char *const iso_formats[] = {
    "YYYY",
    "YYYY-MM",
    "YYYY-MM-DD",
    "YYYY-MM-DDTHH24:MI",
    "YYYY-MM-DDTHH24:MI:SS",
    "YYYY-MM-DD HH24:MI",
    "YYYY-MM-DD HH24:MI:SS",
    "HH24:MI",
    "HH24:MI:SS",
};

static bool
is_iso_format(const char *format)
{
    for (size_t i = 0; i < LENGTH(iso_formats); i++) {
        if (strcmp(format, iso_formats[i]) == 0)
            return true;
    }
    return false;
}

static bool
has_parts(unsigned parts, unsigned wanted)
{
    return (parts & wanted) == wanted;
}

static bool
has_instant(enum value_type type)
{
    return type == VALUE_DATETIME || type == VALUE_INSTANT;
}

static const char *
parts_problem(enum value_type type, unsigned parts)
{
    bool has_date = (parts & DATE_DAY_PARTS) != 0;
    bool has_clock = (parts & DATE_CLOCK_PARTS) != 0;

    if (type == VALUE_TIME && (has_date || !has_parts(parts, DATE_CLOCK_PARTS)))
        return "a time needs HH24 and MI and has no date";
    if (type == VALUE_TIME)
        return NULL;
    if (!has_date)
        return "the format has no year";
    if (has_clock && !has_parts(parts, DATE_DAY_PARTS))
        return "a time of day needs a whole date before it";
    if ((type == VALUE_DATE || has_instant(type)) && !has_parts(parts, DATE_DAY_PARTS))
        return "the format has no day: the type must be partial";
    if (has_instant(type) && has_clock && !has_parts(parts, DATE_CLOCK_PARTS))
        return "the format has hours without minutes: the type must be partial";
    return NULL;
}

static const struct date_pattern *
declared_pattern(struct arena *arena, enum value_type type, const char *format,
                 const struct month_names *months, const char **problem)
{
    const struct date_pattern *pattern = date_pattern_new(arena, format, months, problem);

    if (pattern == NULL)
        return NULL;
    *problem = parts_problem(type, date_pattern_parts(pattern));
    return *problem == NULL ? pattern : NULL;
}

const char *
date_format_problem(struct arena *arena, enum value_type type, const char *format)
{
    const char *problem;

    (void)declared_pattern(arena, type, format, NULL, &problem);
    return problem;
}

/* Appends the declared formats; returns how many forms there are then. */
static size_t
add_declared(struct arena *arena, struct date_form *forms, const struct item *item)
{
    size_t count = 0;

    for (size_t i = 0; i < item->format_count; i++) {
        const char *problem;
        const struct date_pattern *pattern =
            declared_pattern(arena, item->type, item->formats[i], item->months, &problem);

        if (pattern != NULL)
            forms[count++] = (struct date_form){pattern, is_iso_format(item->formats[i])};
    }
    return count;
}

static size_t
add_built_in(struct arena *arena, struct date_form *forms, size_t count, const struct month_names *months,
             const char *const *patterns, size_t pattern_count, bool is_iso)
{
    for (size_t i = 0; i < pattern_count; i++) {
        const char *reason;

        forms[count++] = (struct date_form){date_pattern_new(arena, patterns[i], months, &reason), is_iso};
    }
    return count;
}

struct date_forms
date_forms_of(struct arena *arena, const struct item *item)
{
    struct date_form *dates =
        arena_array(arena, struct date_form, item->format_count + LENGTH(iso_dates) + LENGTH(common_dates));
    struct date_form *clocks =
        arena_array(arena, struct date_form, item->format_count + LENGTH(iso_clocks) + LENGTH(common_clocks));
    size_t declared_count = 0, date_count = 0, clock_count = 0;

    if (item->type == VALUE_TIME) {
        clock_count = add_declared(arena, clocks, item);
    } else {
        declared_count = add_declared(arena, dates, item);
        date_count =
            add_built_in(arena, dates, declared_count, item->months, iso_dates, LENGTH(iso_dates), true);
        date_count =
            add_built_in(arena, dates, date_count, item->months, common_dates, LENGTH(common_dates), false);
    }
    clock_count = add_built_in(arena, clocks, clock_count, NULL, iso_clocks, LENGTH(iso_clocks), true);
    clock_count = add_built_in(arena, clocks, clock_count, NULL, common_clocks, LENGTH(common_clocks), false);
    return (struct date_forms){dates, declared_count, date_count, clocks, clock_count};
}

/* ---- Names of months ---- */

static struct text_span
cleaned(struct arena *arena, const char *name)
{
    struct text_span text = text_of(name);

    (void)text_clean(arena, &text);
    return text;
}

static bool
begins_with_letter(struct text_span text)
{
    unsigned char first = text.length > 0 ? (unsigned char)text.bytes[0] : 0;

    return (first >= 'A' && first <= 'Z') || (first >= 'a' && first <= 'z') || first >= 0x80;
}

static bool
has_digit(struct text_span text)
{
    for (size_t i = 0; i < text.length; i++)
        if (text.bytes[i] >= '0' && text.bytes[i] <= '9')
            return true;
    return false;
}

/* Why the name, as it would be read without being declared, does not mean the month. */
static const char *
built_in_problem(struct arena *arena, struct text_span name, int month)
{
    const char *reason;
    const struct date_pattern *pattern = date_pattern_new(arena, "MON YYYY", NULL, &reason);
    const char *text = arena_printf(arena, "%.*s 2000", (int)name.length, name.bytes);
    struct date_reading reading = {0};

    if (date_pattern_match(pattern, text_of(text), &reading) != strlen(text))
        return NULL;
    if ((reading.unknown & DATE_PART_BIT(DATE_MONTH)) != 0)
        return "it says that the month is not known, and cannot be the name of one";
    if (reading.parts[DATE_MONTH] == month)
        return NULL;
    return arena_printf(arena,
                        "it is month %d in English or Chinese, which are always read; write null instead",
                        reading.parts[DATE_MONTH]);
}

const char *
month_name_problem(struct arena *arena, const char *const *texts, size_t at)
{
    struct text_span name = cleaned(arena, texts[at]);

    if (name.length > MONTH_NAME_MAX)
        return arena_printf(arena, "it has more than %d bytes", MONTH_NAME_MAX);
    if (!begins_with_letter(name) || has_digit(name))
        return "a name begins with a letter and has no digit";
    for (size_t i = 0; i < at; i++)
        if (texts[i] != NULL && month_of_name(i) != month_of_name(at) &&
            text_equal(text_fold_case(arena, cleaned(arena, texts[i])), text_fold_case(arena, name)))
            return arena_printf(
                arena,
                "it is the name of month %d, too, and nobody could tell which is meant; where two "
                "languages have it, write null in both places",
                month_of_name(i));
    return built_in_problem(arena, name, month_of_name(at));
}
