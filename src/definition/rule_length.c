#include "crfd/base/utf8.h"
#include "rule_kinds.h"

#define LENGTH_MAX 1000000

/* ---- What the definition says ---- */

static void
load_length(struct load *load, const struct form *form, struct item *item, const struct json_place *place)
{
    static const char *const keys[] = {"min", "max", "severity"};
    struct length_rule *rule = arena_new(load->arena, struct length_rule);
    struct json_place length;

    (void)form;
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
    if (rule->min == 0 && rule->max == 0)
        json_problem(&length, "has neither min nor max");
    if (rule->max != 0 && rule->min > rule->max)
        json_problem(&length, "min lies above max: no value can be inside");
    item->length = rule;
}

static bool
declares(const struct form *form, const struct item *item)
{
    (void)form;
    return item->length != NULL;
}

/* ---- On a page ---- */

static bool
is_violated(const struct rule_case *asked)
{
    const struct length_rule *length = rule_item(asked->rule)->length;
    size_t characters = utf8_count(asked->value->text, asked->value->length);

    return characters < length->min || (length->max > 0 && characters > length->max);
}

static void
tell(const struct rule_case *asked, struct verdict *out)
{
    const struct item *item = rule_item(asked->rule);
    const struct length_rule *length = item->length;

    if (length->max > 0)
        strbuf_printf(out->message, "%s does not have %zu to %zu characters", rule_item_label(item),
                      length->min, length->max);
    else
        strbuf_printf(out->message, "%s has fewer than %zu characters", rule_item_label(item), length->min);
}

static void
append_basis(const struct rule_case *asked, struct strbuf *out)
{
    const struct length_rule *length = rule_item(asked->rule)->length;

    strbuf_printf(out, "%zu to %zu", length->min, length->max);
}

static void
say(struct strbuf *out, const struct rule *rule)
{
    const struct length_rule *length = rule_item(rule)->length;

    if (length->max == 0)
        strbuf_printf(out, ", %zu characters or more", length->min);
    else
        strbuf_printf(out, ", %zu to %zu characters", length->min, length->max);
}

/* ---- In SQL ---- */

static void
append_condition(struct strbuf *out, const struct twin_scope *scope, const struct rule *rule)
{
    const struct length_rule *length = rule_item(rule)->length;

    (void)scope;
    strbuf_append(out, "char_length(");
    rule_twin_append_item(out, rule);
    strbuf_printf(out, ") < %zu", length->min);
    if (length->max == 0)
        return;
    strbuf_append(out, " OR char_length(");
    rule_twin_append_item(out, rule);
    strbuf_printf(out, ") > %zu", length->max);
}

const struct rule_kind rule_length = {
    .name = "length",
    .words = "the text is as long as the item allows",
    .say = say,
    .scope = RULE_OF_ITEM,
    .when = RULE_WHEN_TYPED,
    .declares = declares,
    .load = load_length,
    .is_violated = is_violated,
    .tell = tell,
    .append_basis = append_basis,
    .append_condition = append_condition,
};
