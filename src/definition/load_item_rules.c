#include "crfd/definition/load.h"

#include <string.h>

#define LENGTH_MAX 1000000

/* ---- Range ---- */

/* The order of two bounds of one type; of partial dates by their first instants. */
static int
compare_bounds(const struct value *a, const struct value *b)
{
    int64_t first, second;

    switch ((enum value_type)a->type) {
    case VALUE_DECIMAL:
        return decimal_compare(a->decimal, b->decimal);
    case VALUE_DATE:
        first = a->date;
        second = b->date;
        break;
    case VALUE_PARTIAL_DATE:
    case VALUE_PARTIAL_DATETIME:
        first = partial_date_earliest_us(a->partial);
        second = partial_date_earliest_us(b->partial);
        break;
    case VALUE_DATETIME:
        first = a->datetime;
        second = b->datetime;
        break;
    case VALUE_TIME:
        first = a->time;
        second = b->time;
        break;
    default:
        first = a->integer;
        second = b->integer;
        break;
    }
    return first < second ? -1 : first > second;
}

static struct value
load_bound(struct load *load, enum value_type type, const struct json_place *range, const char *key)
{
    struct json_place place;
    struct value value = value_null(type);
    const char *text;

    if (!json_member(range, key, &place))
        return value;
    text = json_exact(&place);
    if (text != NULL && !load_value(load, type, text, &value))
        json_problem(&place, "\"%s\" is no value of type %s", text, value_type_name(type));
    return value;
}

static void
load_range(struct load *load, struct item *item, const struct json_place *place)
{
    static const char *const keys[] = {"min", "max", "severity"};
    struct range_rule *rule = arena_new(load->arena, struct range_rule);
    struct json_place range, bound;

    if (!json_member_object(place, "range", &range))
        return;
    json_expect_keys(&range, keys, LOAD_COUNT(keys));
    if (item->type == VALUE_TEXT || item->type == VALUE_BOOLEAN) {
        json_problem(&range, "numbers, dates and times have a range, not an item of type %s",
                     value_type_name(item->type));
        return;
    }
    rule->min = load_bound(load, item->type, &range, "min");
    rule->max = load_bound(load, item->type, &range, "max");
    rule->severity = load_severity(&range);
    if (!json_member(&range, "min", &bound) && !json_member(&range, "max", &bound))
        json_problem(&range, "has neither min nor max");
    if (!rule->min.is_null && !rule->max.is_null && compare_bounds(&rule->min, &rule->max) > 0)
        json_problem(&range, "min lies above max: no value can be inside");
    item->range = rule;
}

/* ---- Length ---- */

static void
load_length(struct load *load, struct item *item, const struct json_place *place)
{
    static const char *const keys[] = {"min", "max", "severity"};
    struct length_rule *rule = arena_new(load->arena, struct length_rule);
    struct json_place length;

    if (!json_member_object(place, "length", &length))
        return;
    json_expect_keys(&length, keys, LOAD_COUNT(keys));
    if (item->type != VALUE_TEXT) {
        json_problem(&length, "only an item of type text has a length, not one of type %s",
                     value_type_name(item->type));
        return;
    }
    rule->min = (size_t)json_member_integer(&length, "min", 0, LENGTH_MAX, 0);
    rule->max = (size_t)json_member_integer(&length, "max", 1, LENGTH_MAX, 0);
    rule->severity = load_severity(&length);
    if (rule->min == 0 && rule->max == 0)
        json_problem(&length, "has neither min nor max");
    if (rule->max != 0 && rule->min > rule->max)
        json_problem(&length, "min lies above max: no value can be inside");
    item->length = rule;
}

/* ---- Unit ---- */

/* NULL where there is no such member, or after a problem. */
static const struct decimal *
load_exact_number(struct load *load, const struct json_place *conversion, const char *key)
{
    struct decimal_wide number;
    struct json_place place;
    const char *text;

    if (!json_member(conversion, key, &place))
        return NULL;
    text = json_exact(&place);
    if (text == NULL)
        return NULL;
    if (decimal_parse(text, strlen(text), &number) != DECIMAL_OK) {
        json_problem(&place, "\"%s\" is no decimal number", text);
        return NULL;
    }
    return decimal_copy(load->arena, &number.value);
}

static void
load_conversion(struct load *load, struct unit_conversion *conversion, const struct json_place *place)
{
    static const char *const keys[] = {"factor", "offset"};

    conversion->from = arena_strdup(load->arena, place->key);
    if (place->key[0] == '\0')
        json_problem(place, "a unit's name must not be empty");
    if (!json_expect_object(place))
        return;
    json_expect_keys(place, keys, LOAD_COUNT(keys));
    if (json_count(place) == 0)
        json_problem(place, "has neither factor nor offset");
    conversion->factor = load_exact_number(load, place, "factor");
    conversion->offset = load_exact_number(load, place, "offset");
    if (conversion->factor != NULL && decimal_sign(conversion->factor) == 0)
        json_problem(place, "a factor of 0 makes every value the same");
}

static void
load_conversions(struct load *load, struct unit_rule *rule, const struct json_place *from)
{
    struct unit_conversion *conversions = arena_array(load->arena, struct unit_conversion, json_count(from));

    for (struct json_place each = json_first(from); each.value != NULL; json_next(&each)) {
        load_conversion(load, &conversions[rule->conversion_count++], &each);
        if (rule->to != NULL && strcmp(each.key, rule->to) == 0)
            json_problem(&each, "\"%s\" is the unit that is converted to", rule->to);
    }
    rule->conversions = conversions;
}

static bool
load_unit_item(struct load *load, const struct form *form, struct unit_rule *rule,
               const struct json_place *unit)
{
    const char **names = arena_array(load->arena, const char *, form->item_count);
    struct json_place place;
    size_t chosen;

    if (!json_member(unit, "item", &place)) {
        json_problem(unit, "\"item\" is missing: the item of this form that holds the unit");
        return false;
    }
    for (size_t i = 0; i < form->item_count; i++)
        names[i] = form->items[i].name;
    chosen = load_choice(&place, "item", names, form->item_count);
    rule->item = chosen;
    return chosen < form->item_count;
}

static void
load_unit(struct load *load, const struct form *form, struct item *item, const struct json_place *place)
{
    static const char *const keys[] = {"item", "to", "from"};
    struct unit_rule *rule = arena_new(load->arena, struct unit_rule);
    struct json_place unit, from;

    if (!json_member_object(place, "unit", &unit))
        return;
    json_expect_keys(&unit, keys, LOAD_COUNT(keys));
    if (item->type != VALUE_DECIMAL) {
        json_problem(&unit, "only an item of type decimal has a unit, not one of type %s",
                     value_type_name(item->type));
        return;
    }
    rule->to = json_required_text(&unit, "to");
    if (json_member_object(&unit, "from", &from))
        load_conversions(load, rule, &from);
    if (load_unit_item(load, form, rule, &unit))
        item->unit = rule;
}

void
load_item_rules(struct load *load, const struct form *form, struct item *item, const struct json_place *place)
{
    load_range(load, item, place);
    load_length(load, item, place);
    load_unit(load, form, item, place);
}

void
load_unit_items(const struct form *form, const struct json_place *items)
{
    for (struct json_place each = json_first(items); each.value != NULL; json_next(&each)) {
        const struct unit_rule *rule = form->items[each.index].unit;
        struct json_place unit;
        const struct item *of;

        if (rule == NULL || !json_member(&each, "unit", &unit))
            continue;
        of = &form->items[rule->item];
        if (of->type != VALUE_TEXT || of->derive != NULL)
            json_problem(&unit, "\"%s\" cannot hold a unit: it must be an entered item of type text",
                         of->name);
    }
}
