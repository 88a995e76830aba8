#include "crfd/base/suggest.h"
#include "crfd/clean/date_forms.h"
#include "crfd/clean/name.h"
#include "crfd/definition/rule.h"
#include "load_parts.h"
#include "load_texts.h"

#include <string.h>

/* Bytes: a page's key that is longer is not taken in, and so would never be met. */
#define ITEM_KEY_MAX 200

/* ---- Single properties ---- */

/*
 * An unknown type is told, and the one that was meant is used from then on: the checks of the form are then
 * compiled as they would have been, and no mistake is told that is none.
 */
static enum value_type
load_type(const struct json_place *item)
{
    const char *names[VALUE_TYPE_COUNT];
    const char *text, *close;
    enum value_type type = VALUE_TEXT;
    struct json_place place;

    if (!json_member(item, "type", &place)) {
        json_problem(item, "\"type\" is missing");
        return VALUE_TEXT;
    }
    for (int i = 0; i < VALUE_TYPE_COUNT; i++)
        names[i] = value_type_name((enum value_type)i);
    text = json_text(&place);
    if (text == NULL || value_type_parse(text, &type))
        return type;
    load_choice(&place, "type", names, VALUE_TYPE_COUNT);
    close = suggest(text, names, VALUE_TYPE_COUNT);
    return close != NULL && value_type_parse(close, &type) ? type : VALUE_TEXT;
}

static void
load_key(struct load *load, struct item *item, const struct json_place *place)
{
    struct json_place key;
    const char *text;
    size_t length;

    if (!json_member(place, "key", &key))
        return;
    text = json_text(&key);
    if (text == NULL)
        return;
    length = strlen(text);
    name_clean(load->arena, &text, &length);
    if (length > ITEM_KEY_MAX)
        json_problem(&key, "has more than %d bytes", ITEM_KEY_MAX);
    item->key = text;
}

/* Codes of an item that is no text are compared as values: each must be one. */
static void
expect_code_values(struct load *load, const struct item *item, const struct json_place *codelist)
{
    struct value value;

    for (size_t i = 0; item->type != VALUE_TEXT && i < item->codelist->code_count; i++)
        if (!load_value(load, item->type, item->codelist->codes[i], &value))
            json_problem(codelist, "the code \"%s\" of the codelist \"%s\" is no value of type %s",
                         item->codelist->codes[i], item->codelist->name, value_type_name(item->type));
}

static void
load_item_codelist(struct load *load, struct item *item, const struct json_place *place)
{
    size_t count = load->study->codelist_count;
    struct json_place codelist;
    const char **names;
    size_t chosen;

    if (!json_member(place, "codelist", &codelist))
        return;
    names = arena_array(load->arena, const char *, count);
    for (size_t i = 0; i < count; i++)
        names[i] = load->codelists[i].name;
    chosen = load_choice(&codelist, "codelist", names, count);
    if (chosen == count)
        return;
    item->codelist = &load->codelists[chosen];
    expect_code_values(load, item, &codelist);
}

static void
load_missing(struct load *load, struct item *item, const struct json_place *place)
{
    struct json_place missing;

    item->missing = load->missing;
    item->missing_count = load->missing_count;
    if (json_member_list(place, "missing", &missing))
        item->missing_count = json_texts(&missing, &item->missing);
}

static bool
is_date_or_time(enum value_type type)
{
    return type == VALUE_DATE || type == VALUE_PARTIAL_DATE || type == VALUE_DATETIME ||
           type == VALUE_PARTIAL_DATETIME || type == VALUE_TIME || type == VALUE_INSTANT;
}

static void
load_formats(struct load *load, struct item *item, const struct json_place *place)
{
    struct json_place formats;
    const char **texts;

    if (!json_member_list(place, "formats", &formats))
        return;
    if (!is_date_or_time(item->type)) {
        json_problem(&formats, "dates and times have formats, not an item of type %s",
                     value_type_name(item->type));
        return;
    }
    texts = arena_array(load->arena, const char *, json_count(&formats));
    for (struct json_place each = json_first(&formats); each.value != NULL; json_next(&each)) {
        const char *text = json_text(&each);
        const char *reason = text != NULL ? date_format_problem(load->arena, item->type, text) : NULL;

        if (reason != NULL)
            json_problem(&each, "\"%s\" is no format of this item: %s", text, reason);
        else if (text != NULL)
            texts[item->format_count++] = text;
    }
    item->formats = texts;
}

static void
load_item_decimal(struct item *item, const struct json_place *place)
{
    struct json_place decimal;

    item->decimal = load_decimal(place);
    if (json_member(place, "decimal", &decimal) && item->type != VALUE_DECIMAL && item->type != VALUE_INTEGER)
        json_problem(&decimal, "numbers have a decimal sign, not an item of type %s",
                     value_type_name(item->type));
    if (json_member(place, "decimal_comma", &decimal))
        json_problem(&decimal, "this key is no longer read: write \"decimal\": \",\", or \".\"");
}

/* load_form has read it with the names, because it makes items. */
static void
expect_qualifier(const struct item *item, const struct json_place *place)
{
    struct json_place qualifier;

    if (item->qualifier != NULL && item->type != VALUE_DECIMAL && json_member(place, "qualifier", &qualifier))
        json_problem(&qualifier, "only an item of type decimal takes a qualified number, not one of type %s",
                     value_type_name(item->type));
}

static enum required
load_required(const struct json_place *place)
{
    static const char *const words[] = {"value"};
    struct json_place required;
    bool is_required = false;

    if (!json_member(place, "required", &required))
        return REQUIRED_NO;
    if (json_is_text(&required))
        return load_choice(&required, "requirement", words, LOAD_COUNT(words)) == 0 ? REQUIRED_VALUE
                                                                                    : REQUIRED_NO;
    return json_boolean(&required, &is_required) && is_required ? REQUIRED_ANSWER : REQUIRED_NO;
}

/* Whether a value must be there, since when, and whether the time of that is over. */
static void
load_requirement(struct load *load, struct item *item, const struct json_place *place)
{
    struct json_place since;

    item->required = load_required(place);
    item->since = load_since(load, place);
    item->retired = json_member_boolean(place, "retired", false);
    if (item->since != NULL && item->required == REQUIRED_NO && json_member(place, "since", &since))
        json_problem(&since, "is of use beside \"required\": it says from which day on a value is");
}

/* ---- The item ---- */

static void
expect_no_property(const struct json_place *place, const char *key)
{
    struct json_place property;

    if (json_member(place, key, &property))
        json_problem(&property, "has no meaning for a derived item: no value of it is entered");
}

/* A derived item is computed: nothing is entered, so nothing that reads an entry can stand beside it. */
static void
expect_no_entry(const struct json_place *place)
{
    static const char *const own[] = {"key",     "retired", "codelist", "missing",
                                      "formats", "decimal", "qualifier"};

    for (size_t i = 0; i < LOAD_COUNT(own); i++)
        expect_no_property(place, own[i]);
    for (size_t i = 0; rule_kinds[i] != NULL; i++)
        if (rule_kinds[i]->of_entry)
            expect_no_property(place, rule_kinds[i]->name);
}

/* Those that declare a rule stand among the others. */
static void
expect_keys(struct load *load, const struct json_place *place)
{
    static const char *const before[] = {"type",  "key",     "label",    "category", "required",
                                         "since", "retired", "codelist", "rules"};
    static const char *const behind[] = {"missing", "formats", "decimal", "qualifier", "derive"};
    const char **keys = arena_array(load->arena, const char *,
                                    LOAD_COUNT(before) + rule_kind_count() + LOAD_COUNT(behind) + 1);
    struct json_place former;
    size_t count = 0;

    for (size_t i = 0; i < LOAD_COUNT(before); i++)
        keys[count++] = before[i];
    for (size_t i = 0; rule_kinds[i] != NULL; i++)
        if (rule_kinds[i]->load != NULL)
            keys[count++] = rule_kinds[i]->name;
    for (size_t i = 0; i < LOAD_COUNT(behind); i++)
        keys[count++] = behind[i];
    /* A key of former versions has a message of its own, in load_item_decimal(). */
    if (json_member(place, "decimal_comma", &former))
        keys[count++] = "decimal_comma";
    json_expect_keys(place, keys, count);
}

void
load_item(struct load *load, const struct form *form, struct item *item, const struct json_place *place)
{
    if (!json_expect_object(place))
        return;
    expect_keys(load, place);
    item->type = load_type(place);
    item->zone = load->study->zone;
    item->months = load->months;
    load_label(load, place, &item->label, &item->labels);
    item->category = load_category(place);
    load_requirement(load, item, place);
    item->derive = json_member_text(place, "derive", NULL);
    if (item->derive != NULL)
        expect_no_entry(place);
    load_key(load, item, place);
    load_item_codelist(load, item, place);
    load_missing(load, item, place);
    load_formats(load, item, place);
    load_item_decimal(item, place);
    expect_qualifier(item, place);
    for (size_t i = 0; rule_kinds[i] != NULL; i++)
        if (rule_kinds[i]->load != NULL)
            rule_kinds[i]->load(load, form, item, place);
}
