#include "config_key.h"

#include "schedule_text.h"

#include <stdlib.h>
#include <string.h>

static void *
place_of(const struct config_key *key, void *out)
{
    return (char *)out + key->at;
}

/* The number of the word; negative where it is none. */
static int
find_word(const struct config_key *key, const char *text)
{
    for (int i = 0; key->words[i] != NULL; i++)
        if (strcmp(text, key->words[i]) == 0)
            return i;
    return -1;
}

/* ---- Fallbacks ---- */

static void
fall_back(const struct config_key *key, struct arena *arena, const char *path, void *out)
{
    void *place = place_of(key, out);

    switch (key->kind) {
    case KEY_TEXT:
        *(const char **)place = key->read ? key->read(arena, NULL, path, key->fallback) : key->fallback;
        return;
    case KEY_DURATION:
        if (!duration_parse(key->fallback, place))
            abort();
        return;
    case KEY_INTEGER:
        *(int *)place = (int)strtol(key->fallback, NULL, 10);
        return;
    case KEY_BOOLEAN:
        *(bool *)place = strcmp(key->fallback, "true") == 0;
        return;
    case KEY_WORD:
        *(int *)place = find_word(key, key->fallback);
        return;
    case KEY_OBJECT:
        abort();
    }
}

void
config_key_defaults(const struct config_key *keys, struct arena *arena, const char *path, void *out)
{
    for (const struct config_key *key = keys; key->name != NULL; key++) {
        if (key->kind == KEY_OBJECT)
            config_key_defaults(key->keys, arena, path, out);
        else if (key->fallback != NULL)
            fall_back(key, arena, path, out);
    }
}

/* ---- Values ---- */

static void
load_duration(const struct config_key *key, const struct json_place *place, int64_t *out)
{
    const char *text = json_text(place);
    int64_t ms = 0;

    if (text == NULL)
        return;
    if (!duration_parse(text, &ms))
        json_problem(place,
                     "\"%s\" is no duration: write a whole number and its unit (ms, s, min, h, d), such as "
                     "\"90min\"",
                     text);
    else if (ms < key->min || ms > key->max)
        json_problem(place, "\"%s\" is too %s", text, ms < key->min ? "short" : "long: 30d at most");
    *out = ms;
}

/* "is no level: error, warning, info or debug" */
static void
load_word(const struct config_key *key, const struct json_place *place, int *out)
{
    const char *text = json_text(place);
    const char *all = "";
    int word;

    if (text == NULL)
        return;
    word = find_word(key, text);
    if (word >= 0) {
        *out = word;
        return;
    }
    for (int i = 0; key->words[i] != NULL; i++)
        all = arena_printf(place->document->arena, "%s%s%s", all,
                           i == 0                      ? ""
                           : key->words[i + 1] == NULL ? " or "
                                                       : ", ",
                           key->words[i]);
    json_problem(place, "\"%s\" is no %s: %s", text, key->name, all);
}

static void
load_value(const struct config_key *key, struct arena *arena, const char *path,
           const struct json_place *place, void *out)
{
    void *target = place_of(key, out);
    const char *text;
    int64_t number;

    switch (key->kind) {
    case KEY_OBJECT:
        if (json_expect_object(place))
            config_key_load(key->keys, arena, path, place, out);
        return;
    case KEY_TEXT:
        text = json_text(place);
        if (text != NULL)
            *(const char **)target = key->read ? key->read(arena, place, path, text) : text;
        return;
    case KEY_DURATION:
        load_duration(key, place, target);
        return;
    case KEY_INTEGER:
        if (json_integer(place, key->min, key->max, &number))
            *(int *)target = (int)number;
        return;
    case KEY_BOOLEAN:
        (void)json_boolean(place, target);
        return;
    case KEY_WORD:
        load_word(key, place, target);
        return;
    }
}

void
config_key_load(const struct config_key *keys, struct arena *arena, const char *path,
                const struct json_place *object, void *out)
{
    const char **names;
    size_t count = 0;

    while (keys[count].name != NULL)
        count++;
    names = arena_array(arena, const char *, count);
    for (size_t i = 0; i < count; i++)
        names[i] = keys[i].name;
    json_expect_keys(object, names, count);
    for (const struct config_key *key = keys; key->name != NULL; key++) {
        struct json_place place;

        if (json_member(object, key->name, &place))
            load_value(key, arena, path, &place, out);
        else if (key->required)
            json_problem(object, "\"%s\" is missing", key->name);
    }
}
