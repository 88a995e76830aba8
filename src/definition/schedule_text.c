#include "schedule_text.h"

#include "crfd/base/suggest.h"
#include "crfd/definition/problem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

FILE *
timezone_open(const char *name)
{
    char path[sizeof ZONE_FOLDER + ZONE_NAME_MAX + 1];

    if (!is_zone_name(name))
        return NULL;
    snprintf(path, sizeof path, ZONE_FOLDER "/%s", name);
    return fopen(path, "re");
}

bool
timezone_exists(const char *name)
{
    char magic[4];
    bool found;
    FILE *file;

    if (strcmp(name, "UTC") == 0)
        return true;
    file = timezone_open(name);
    if (file == NULL)
        return false;
    found = fread(magic, 1, sizeof magic, file) == sizeof magic && memcmp(magic, "TZif", sizeof magic) == 0;
    fclose(file);
    return found;
}

/* A zone of a similar name, in the arena, or NULL. */
static const char *
find_similar(struct arena *arena, const char *name)
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
        if (suggest(name, best != NULL ? candidates : candidates + 1, best != NULL ? 2 : 1) == zone)
            best = arena_strdup(arena, zone);
    }
    free(line);
    fclose(file);
    return best;
}

void
timezone_tell_unknown(const struct json_place *place, struct arena *arena, const char *name)
{
    const char *close = find_similar(arena, name);

    if (close != NULL)
        json_problem(place, "there is no time zone \"%s\"; did you mean \"%s\"?", name, close);
    else
        json_problem(place,
                     "there is no time zone \"%s\" in this system's database: write an IANA name such as "
                     "\"Asia/Shanghai\" (timedatectl list-timezones shows them)",
                     name);
}
