#include "crfd/definition/schedule_text.h"

#include "crfd/base/strbuf.h"
#include "crfd/definition/problem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define ZONE_FOLDER   "/usr/share/zoneinfo"
#define ZONE_NAME_MAX 100

/* ---- Durations ---- */

bool
duration_parse(const char *text, int64_t *out_ms)
{
    static const struct {
        const char *name;
        int64_t ms;
    } units[] = {{"ms", 1}, {"s", 1000}, {"min", 60000}, {"h", 3600000}, {"d", 86400000}};
    size_t digits = strspn(text, "0123456789");
    int64_t number = 0;

    /* Ten digits of days are 8.64e17 milliseconds: nothing overflows. */
    if (digits == 0 || digits > 10)
        return false;
    for (size_t i = 0; i < digits; i++)
        number = number * 10 + (text[i] - '0');
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (strcmp(text + digits, units[i].name) == 0) {
            *out_ms = number * units[i].ms;
            return true;
        }
    }
    return false;
}

/* ---- Cron lines ---- */

struct cron_field {
    const char *name;
    int min, max;
    const char *names; /* three letters each, from min on; "" where only numbers are allowed */
};

static const struct cron_field cron_fields[] = {
    {"minute", 0, 59, ""},
    {"hour", 0, 23, ""},
    {"day of month", 1, 31, ""},
    {"month", 1, 12, "janfebmaraprmayjunjulaugsepoctnovdec"},
    {"day of week", 0, 7, "sunmontuewedthufrisat"},
};

#define CRON_FIELDS (sizeof cron_fields / sizeof cron_fields[0])

/* Reads a number or a name; moves *text behind it. False where there is none within the field's limits. */
static bool
cron_number(const struct cron_field *field, const char **text, int *out)
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

/* One entry of a list: *, N, N-M, each with an optional /STEP. */
static bool
cron_entry(const struct cron_field *field, const char **text)
{
    const struct cron_field steps = {field->name, 1, field->max, ""};
    bool is_span = **text == '*';
    int first = field->min;
    int last = field->max;
    int step;

    if (is_span) {
        (*text)++;
    } else {
        if (!cron_number(field, text, &first))
            return false;
        if (**text == '-') {
            (*text)++;
            is_span = true;
            if (!cron_number(field, text, &last) || last < first)
                return false;
        }
    }
    if (**text == '/') {
        (*text)++;
        return is_span && cron_number(&steps, text, &step);
    }
    return true;
}

static bool
cron_list(const struct cron_field *field, const char *text)
{
    while (cron_entry(field, &text)) {
        if (*text == '\0')
            return true;
        if (*text++ != ',')
            return false;
    }
    return false;
}

const char *
cron_mistake(struct arena *arena, const char *text)
{
    size_t count = 0;

    if (text[0] == '@')
        return "must be five fields: names such as @daily are not known here; daily at midnight is \"0 0 * * "
               "*\"";
    for (text += strspn(text, " \t"); *text != '\0'; text += strspn(text, " \t"), count++) {
        size_t length = strcspn(text, " \t");
        const char *field = arena_copy(arena, text, length);

        if (count < CRON_FIELDS && !cron_list(&cron_fields[count], field))
            return arena_printf(
                arena,
                "\"%s\" is no %s: a number from %d to %d%s, a range such as %d-%d, * or */2, or "
                "a list of these with commas",
                field, cron_fields[count].name, cron_fields[count].min, cron_fields[count].max,
                cron_fields[count].names[0] != '\0' ? " or its English name in three letters" : "",
                cron_fields[count].min, cron_fields[count].max);
        text += length;
    }
    if (count != CRON_FIELDS)
        return arena_printf(
            arena, "must be five fields (minute, hour, day of month, month, day of week), not %zu", count);
    return NULL;
}

/* ---- Time zones ---- */

/*
 * Names that the database has as files but that no schedule should use: the same name would mean another zone
 * on another machine, or (right/) seconds that PostgreSQL does not count.
 */
static bool
is_zone_name(const char *name)
{
    size_t length = strlen(name);

    return length > 0 && length < ZONE_NAME_MAX && name[0] != '/' && strstr(name, "..") == NULL &&
           strncmp(name, "right/", 6) != 0 && strncmp(name, "posix", 5) != 0 &&
           strcmp(name, "localtime") != 0 &&
           strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+-/") == length;
}

bool
timezone_exists(const char *name)
{
    char path[sizeof ZONE_FOLDER + ZONE_NAME_MAX + 1];
    char magic[4];
    bool found;
    FILE *file;

    if (!is_zone_name(name))
        return false;
    if (strcmp(name, "UTC") == 0)
        return true;
    snprintf(path, sizeof path, ZONE_FOLDER "/%s", name);
    file = fopen(path, "re");
    if (file == NULL)
        return false;
    found = fread(magic, 1, sizeof magic, file) == sizeof magic && memcmp(magic, "TZif", sizeof magic) == 0;
    fclose(file);
    return found;
}

const char *
timezone_suggest(struct arena *arena, const char *name)
{
    FILE *file = fopen(ZONE_FOLDER "/zone.tab", "re");
    const char *best = NULL;
    char *line = NULL;
    size_t size = 0;

    if (file == NULL)
        return NULL;
    /* Country, coordinates, zone, comment: separated by tabs. */
    while (getline(&line, &size, file) > 0) {
        const char *candidates[2] = {best, NULL};
        char *rest = line;
        const char *zone;

        strsep(&rest, "\t");
        strsep(&rest, "\t");
        zone = strsep(&rest, "\t\n");
        if (line[0] == '#' || zone == NULL)
            continue;
        candidates[1] = zone;
        if (problem_suggest(name, best != NULL ? candidates : candidates + 1, best != NULL ? 2 : 1) == zone)
            best = arena_strdup(arena, zone);
    }
    free(line);
    fclose(file);
    return best;
}
