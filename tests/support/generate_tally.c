#include "generate_tally.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_MAX_BYTES 256

void
tally_init(struct tally *tally)
{
    *tally = (struct tally){0};
}

void
tally_destroy(struct tally *tally)
{
    for (size_t i = 0; i < tally->count; i++)
        free(tally->entries[i].name);
    free(tally->entries);
    tally_init(tally);
}

static void
join(char name[NAME_MAX_BYTES], const char *first, const char *second, const char *third)
{
    int length = snprintf(name, NAME_MAX_BYTES, "%s%s%s%s%s", first, second ? "\x1f" : "",
                          second ? second : "", third ? "\x1f" : "", third ? third : "");

    if (length < 0 || length >= NAME_MAX_BYTES)
        abort();
}

/* Where the name is, or belongs. */
static size_t
find(const struct tally *tally, const char *name, bool *found)
{
    size_t low = 0, high = tally->count;

    *found = false;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(tally->entries[middle].name, name);

        if (order == 0) {
            *found = true;
            return middle;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void
insert(struct tally *tally, size_t at, const char *name)
{
    if (tally->count == tally->capacity) {
        tally->capacity = tally->capacity ? 2 * tally->capacity : 64;
        tally->entries = realloc(tally->entries, tally->capacity * sizeof *tally->entries);
        if (tally->entries == NULL)
            abort();
    }
    memmove(&tally->entries[at + 1], &tally->entries[at], (tally->count - at) * sizeof *tally->entries);
    tally->entries[at] = (struct tally_entry){.name = strdup(name)};
    if (tally->entries[at].name == NULL)
        abort();
    tally->count++;
}

void
tally_add(struct tally *tally, int64_t number, const char *first, const char *second, const char *third)
{
    char name[NAME_MAX_BYTES];
    bool found;
    size_t at;

    join(name, first, second, third);
    at = find(tally, name, &found);
    if (!found)
        insert(tally, at, name);
    tally->entries[at].count += number;
}

int64_t
tally_get(const struct tally *tally, const char *first, const char *second, const char *third)
{
    char name[NAME_MAX_BYTES];
    bool found;
    size_t at;

    join(name, first, second, third);
    at = find(tally, name, &found);
    return found ? tally->entries[at].count : 0;
}

static void
put(cJSON *object, const struct tally_entry *entry)
{
    char name[NAME_MAX_BYTES];
    char *part = name;
    char *end;

    snprintf(name, sizeof name, "%s", entry->name);
    while ((end = strchr(part, TALLY_BREAK)) != NULL) {
        cJSON *inner;

        *end = '\0';
        inner = cJSON_GetObjectItemCaseSensitive(object, part);
        object = inner != NULL ? inner : cJSON_AddObjectToObject(object, part);
        part = end + 1;
    }
    cJSON_AddNumberToObject(object, part, (double)entry->count);
}

bool
tally_write(const struct tally *tally, const char *path)
{
    cJSON *root = cJSON_CreateObject();
    FILE *file = fopen(path, "we");
    bool ok = false;
    char *text;

    for (size_t i = 0; i < tally->count; i++)
        put(root, &tally->entries[i]);
    text = cJSON_Print(root);
    cJSON_Delete(root);
    if (text == NULL)
        abort();
    if (file != NULL) {
        ok = fprintf(file, "%s\n", text) >= 0;
        ok = fclose(file) == 0 && ok;
    }
    free(text);
    return ok;
}
