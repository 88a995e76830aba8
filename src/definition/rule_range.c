#include "crfd/value/compare.h"
#include "rule_kinds.h"

/* ---- What the definition says ---- */

static bool
is_partial(enum value_type type)
{
    return type == VALUE_PARTIAL_DATE || type == VALUE_PARTIAL_DATETIME;
}

/* Of partial dates by their first instants. */
static bool
is_above(const struct value *a, const struct value *b, enum value_type type)
{
    if (is_partial(type))
        return partial_date_earliest_us(a->partial) > partial_date_earliest_us(b->partial);
    return value_compare(a, b, type) > 0;
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
    if (text == NULL || load_value(load, type, text, &value))
        return value;
    if ((type == VALUE_DATETIME || type == VALUE_INSTANT) &&
        load_value(load, VALUE_DATE, text, &(struct value){.is_null = true}))
        json_problem(&place, "\"%s\" is none of a day's instants; write \"%sT00:00\" where midnight is meant",
                     text, text);
    else
        json_problem(&place, "\"%s\" is no value of type %s", text, value_type_name(type));
    return value;
}

static void
load_range(struct load *load, const struct form *form, struct item *item, const struct json_place *place)
{
    static const char *const keys[] = {"min", "max", "severity"};
    struct range_rule *rule = arena_new(load->arena, struct range_rule);
    struct json_place range, bound;

    (void)form;
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
    if (!json_member(&range, "min", &bound) && !json_member(&range, "max", &bound))
        json_problem(&range, "has neither min nor max");
    if (!rule->min.is_null && !rule->max.is_null && is_above(&rule->min, &rule->max, item->type))
        json_problem(&range, "min lies above max: no value can be inside");
    item->range = rule;
}

static bool
declares(const struct form *form, const struct item *item)
{
    (void)form;
    return item->range != NULL;
}

/* ---- On a page ---- */

/* Of partial dates only where it is certain. */
static bool
is_less(const struct value *a, const struct value *b)
{
    enum value_type type = (enum value_type)a->type;

    /* Most ranges are of decimals. */
    if (type == VALUE_DECIMAL)
        return compare_decimals(a->decimal, b->decimal) < 0;
    if (is_partial(type))
        return partial_date_less(a->partial, b->partial, type == VALUE_PARTIAL_DATE) == TRUTH_TRUE;
    return value_compare(a, b, type) < 0;
}

static bool
is_violated(const struct rule_case *asked)
{
    const struct range_rule *range = rule_item(asked->rule)->range;

    return (!range->min.is_null && is_less(asked->value, &range->min)) ||
           (!range->max.is_null && is_less(&range->max, asked->value));
}

static void
tell(const struct rule_case *asked, struct verdict *out)
{
    const struct item *item = rule_item(asked->rule);
    const struct range_rule *range = item->range;
    struct strbuf *text = out->message;

    strbuf_printf(text, "%s ", rule_item_label(item));
    value_append_text(asked->value, text);
    if (!range->min.is_null && !range->max.is_null) {
        strbuf_append(text, " is not between ");
        value_append_text(&range->min, text);
        strbuf_append(text, " and ");
        value_append_text(&range->max, text);
    } else {
        strbuf_append(text, range->max.is_null ? " is below " : " is above ");
        value_append_text(range->max.is_null ? &range->min : &range->max, text);
    }
}

static void
append_basis(const struct rule_case *asked, struct strbuf *out)
{
    const struct range_rule *range = rule_item(asked->rule)->range;

    value_append_text(&range->min, out);
    strbuf_append(out, " to ");
    value_append_text(&range->max, out);
}

/* ---- In SQL ---- */

/* The value is on the wrong side of the bound; of partial dates only where that is certain. */
static void
append_beyond(struct strbuf *out, const struct rule *rule, const struct value *bound, bool is_minimum)
{
    enum value_type type = rule_item(rule)->type;

    if (is_partial(type)) {
        strbuf_append(out, "crfd.partial_less(");
        if (is_minimum)
            rule_twin_append_item(out, rule);
        else
            rule_twin_append_constant(out, bound);
        strbuf_append(out, ", ");
        if (is_minimum)
            rule_twin_append_constant(out, bound);
        else
            rule_twin_append_item(out, rule);
        strbuf_append(out, type == VALUE_PARTIAL_DATE ? ", true)" : ", false)");
        return;
    }
    rule_twin_append_item(out, rule);
    strbuf_append(out, is_minimum ? " < " : " > ");
    rule_twin_append_constant(out, bound);
}

static void
append_condition(struct strbuf *out, const struct twin_scope *scope, const struct rule *rule)
{
    const struct range_rule *range = rule_item(rule)->range;

    (void)scope;
    if (!range->min.is_null)
        append_beyond(out, rule, &range->min, true);
    if (!range->min.is_null && !range->max.is_null)
        strbuf_append(out, " OR ");
    if (!range->max.is_null)
        append_beyond(out, rule, &range->max, false);
}

const struct rule_kind rule_range = {
    .name = "range",
    .words = "the value is within the item's range",
    .scope = RULE_OF_ITEM,
    .when = RULE_WHEN_TYPED,
    .declares = declares,
    .load = load_range,
    .is_violated = is_violated,
    .tell = tell,
    .append_basis = append_basis,
    .append_condition = append_condition,
};
