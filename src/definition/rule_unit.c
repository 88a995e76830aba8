#include "rule_kinds.h"

#include <string.h>

/* ---- What the definition says ---- */

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

static bool
has_code(const struct codelist *list, const char *code)
{
    for (size_t i = 0; i < list->code_count; i++)
        if (strcmp(list->codes[i], code) == 0)
            return true;
    return false;
}

/* The unit item will name the unit of the item at this index: one for all that share it, and one that it may have. */
static void
expect_unit_stored(const struct form *form, size_t index, const struct json_place *unit)
{
    const struct unit_rule *rule = form->items[index].unit;
    const struct item *of = &form->items[rule->item];

    for (size_t i = 0; i < index; i++) {
        const struct unit_rule *other = form->items[i].unit;

        if (other != NULL && other->item == rule->item && other->to != NULL &&
            strcmp(other->to, rule->to) != 0) {
            json_problem(
                unit,
                "\"%s\" would be in %s and \"%s\" in %s, and \"%s\" can name only one of them: convert "
                "both to the same unit, or give each a unit item of its own",
                form->items[i].name, other->to, form->items[index].name, rule->to, of->name);
            return;
        }
    }
    if (of->codelist != NULL && !has_code(of->codelist, rule->to))
        json_problem(
            unit, "\"%s\" is the unit that is stored, and no code of the codelist \"%s\" of \"%s\": add it",
            rule->to, of->codelist->name, of->name);
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
        if (of->type != VALUE_TEXT || !item_is_entered(of))
            json_problem(&unit, "\"%s\" cannot hold a unit: it must be an entered item of type text",
                         of->name);
        else if (rule->to != NULL)
            expect_unit_stored(form, each.index, &unit);
    }
}

static bool
declares(const struct form *form, const struct item *item)
{
    (void)form;
    return item->unit != NULL;
}

/* ---- On a page ---- */

static bool
is_violated(const struct rule_case *asked)
{
    return asked->state->status == CLEAN_NO_UNIT;
}

static void
tell(const struct rule_case *asked, struct verdict *out)
{
    const struct item *item = rule_item(asked->rule);
    const struct item *unit = &asked->rule->form->items[item->unit->item];
    const struct item_state *entered = &asked->states[item->unit->item];

    strbuf_printf(out->message, "%s \"", rule_item_label(item));
    strbuf_append_bytes(out->message, asked->state->raw, asked->state->raw_length);
    if (asked->state->reason == clean_unit_missing) {
        strbuf_printf(out->message, "\" has no unit: %s is missing, and the value is kept in %s",
                      rule_item_label(unit), item->unit->to);
        return;
    }
    strbuf_append(out->message, "\" is in \"");
    strbuf_append_bytes(out->message, entered->raw, entered->raw_length);
    strbuf_printf(out->message, "\", which is no unit that can be converted to %s", item->unit->to);
}

/* The units there are, and the one that was entered. */
static void
append_basis(const struct rule_case *asked, struct strbuf *out)
{
    const struct unit_rule *unit = rule_item(asked->rule)->unit;

    strbuf_printf(out, "%zu %s ", strlen(unit->to), unit->to);
    for (size_t i = 0; i < unit->conversion_count; i++)
        strbuf_printf(out, "%zu %s ", strlen(unit->conversions[i].from), unit->conversions[i].from);
    value_append_text(&asked->page->values[unit->item], out);
}

const struct rule_kind rule_unit = {
    .name = "unit",
    .words = "the number has a unit that can be converted",
    .scope = RULE_OF_ITEM,
    .when = RULE_WHEN_REFUSED,
    .leaves_null = true,
    .of_entry = true,
    .declares = declares,
    .load = load_unit,
    .is_violated = is_violated,
    .tell = tell,
    .append_basis = append_basis,
    .lack = "a number without a known unit is in no typed column",
};
