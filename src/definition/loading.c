#include "loading.h"

#include "crfd/base/suggest.h"

#include <string.h>

#define CATEGORY_MAX 100 /* bytes */

static bool
has_control(const char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text < ' ' || *text == 0x7F)
            return true;
    return false;
}

static bool
is_name(const char *name)
{
    size_t length = strlen(name);

    return length > 0 && !(name[0] >= '0' && name[0] <= '9') &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == length;
}

static char *
lower_case(struct arena *arena, const char *name)
{
    char *lower = arena_strdup(arena, name);

    for (char *c = lower; *c != '\0'; c++)
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c - 'A' + 'a');
    return lower;
}

const char *
load_name(struct load *load, const struct json_place *place)
{
    const char *name = arena_strdup(load->arena, place->key);
    const char *lower = lower_case(load->arena, name);

    if (strlen(name) > STUDY_NAME_MAX)
        json_problem(place, "this name has %zu bytes: PostgreSQL allows %d", strlen(name), STUDY_NAME_MAX);
    else if (is_name(name))
        return name;
    else if (is_name(lower))
        json_problem(place, "names are in lower case: write \"%s\"", lower);
    else
        json_problem(place,
                     "\"%s\" is no name: it begins with a lower-case letter or _, and goes on with these and "
                     "digits",
                     name);
    return lower;
}

size_t
load_choice(const struct json_place *place, const char *what, const char *const *names, size_t count)
{
    const char *text = json_text(place);
    const char *close;
    struct strbuf known;

    if (text == NULL)
        return count;
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], text) == 0)
            return i;
    close = suggest(text, names, count);
    if (close != NULL) {
        json_problem(place, "unknown %s \"%s\"; did you mean \"%s\"?", what, text, close);
        return count;
    }
    strbuf_init(&known);
    /* A long list helps nobody. */
    for (size_t i = 0; i < count && i < 30; i++)
        strbuf_printf(&known, "%s%s", i > 0 ? ", " : "; there is ", names[i]);
    json_problem(place, "unknown %s \"%s\"%s%s", what, text, known.text, count > 30 ? ", ..." : "");
    strbuf_destroy(&known);
    return count;
}

enum severity
load_severity(const struct json_place *object)
{
    const char *names[SEVERITY_COUNT];
    struct json_place place;
    size_t chosen;

    if (!json_member(object, "severity", &place))
        return SEVERITY_MAJOR;
    for (int i = 0; i < SEVERITY_COUNT; i++)
        names[i] = severity_name((enum severity)i);
    chosen = load_choice(&place, "severity", names, SEVERITY_COUNT);
    return chosen < SEVERITY_COUNT ? (enum severity)chosen : SEVERITY_MAJOR;
}

const char *
load_category(const struct json_place *object)
{
    const char *text = json_member_text(object, "category", NULL);
    struct json_place place;

    if (text == NULL || !json_member(object, "category", &place))
        return NULL;
    if (strlen(text) > CATEGORY_MAX)
        json_problem(&place, "has more than %d bytes", CATEGORY_MAX);
    if (text[0] == ' ' || text[strlen(text) - 1] == ' ' || has_control(text))
        json_problem(&place, "\"%s\": a category has no control characters, and no blanks around it", text);
    return text;
}

enum decimal_sign
load_decimal(const struct json_place *object)
{
    static const char *const texts[] = {".", ","};
    static const enum decimal_sign signs[] = {DECIMAL_SIGN_POINT, DECIMAL_SIGN_COMMA,
                                              DECIMAL_SIGN_UNDECLARED};
    struct json_place place;

    if (!json_member(object, "decimal", &place))
        return DECIMAL_SIGN_UNDECLARED;
    return signs[load_choice(&place, "decimal sign", texts, LOAD_COUNT(texts))];
}

bool
load_value(struct load *load, enum value_type type, const char *text, struct value *out)
{
    const struct item item = {.name = "", .key = "", .label = "", .type = type, .zone = load->study->zone};
    struct clean_result result;

    clean_value(clean_plan_new(load->arena, &item), load->arena, text, strlen(text), DECIMAL_SIGN_POINT,
                &result);
    if (result.status != CLEAN_OK || result.value.is_null || result.steps != 0)
        return false;
    *out = result.value;
    return true;
}

const int32_t *
load_since(struct load *load, const struct json_place *object)
{
    const char *text = json_member_text(object, "since", NULL);
    struct value day = value_null(VALUE_DATE);
    struct json_place place;
    int32_t *since;

    if (text == NULL || !json_member(object, "since", &place))
        return NULL;
    if (!load_value(load, VALUE_DATE, text, &day)) {
        json_problem(&place, "\"%s\" is no date: write it as 2026-03-01", text);
        return NULL;
    }
    since = arena_new(load->arena, int32_t);
    *since = day.date;
    return since;
}
