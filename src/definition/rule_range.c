#include "crfd/value/compare.h"
#include "rule_kinds.h"

#include <string.h>

static const char current_date[] = "current_date";

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
load_constant(struct load *load, enum value_type type, const struct json_place *place, const char *text)
{
    struct value value = value_null(type);

    if (load_value(load, type, text, &value))
        return value;
    if ((type == VALUE_DATETIME || type == VALUE_INSTANT) &&
        load_value(load, VALUE_DATE, text, &(struct value){.is_null = true}))
        json_problem(place, "\"%s\" is none of a day's instants; write \"%sT00:00\" where midnight is meant",
                     text, text);
    else
        json_problem(place, "\"%s\" is no value of type %s", text, value_type_name(type));
    return value;
}

/* An instant of the night's date is neither before it nor behind it: who bounds one says which day is meant. */
static void
expect_days(const struct item *item, const struct json_place *place, bool is_minimum)
{
    const char *before = "", *behind = "";

    if (item->type == VALUE_DATE || item->type == VALUE_PARTIAL_DATE)
        return;
    if (item->type == VALUE_PARTIAL_DATETIME) {
        before = is_minimum ? "latest(" : "earliest(";
        behind = ")";
    }
    if (is_partial(item->type) || item->type == VALUE_DATETIME || item->type == VALUE_INSTANT)
        json_problem(place,
                     "current_date is a day, and bounds no value of type %s; write a check: "
                     "\"%s%s%s::date %s current_date\"",
                     value_type_name(item->type), before, item->name, behind, is_minimum ? ">=" : "<=");
    else
        json_problem(place, "\"current_date\" is no value of type %s", value_type_name(item->type));
}

static struct value
load_bound(struct load *load, const struct item *item, const struct json_place *range, const char *key,
           bool *is_night)
{
    struct json_place place;
    const char *text;

    if (!json_member(range, key, &place))
        return value_null(item->type);
    text = json_exact(&place);
    *is_night = text != NULL && strcmp(text, current_date) == 0;
    if (*is_night)
        expect_days(item, &place, strcmp(key, "min") == 0);
    return text == NULL || *is_night ? value_null(item->type) : load_constant(load, item->type, &place, text);
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
    rule->min = load_bound(load, item, &range, "min", &rule->min_is_night);
    rule->max = load_bound(load, item, &range, "max", &rule->max_is_night);
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
is_timed(const struct rule *rule)
{
    const struct range_rule *range = rule_item(rule)->range;

    return range->min_is_night || range->max_is_night;
}

/* Of a partial date only where it is certain. */
static bool
is_beyond_night(const struct rule_case *asked)
{
    const struct range_rule *range = rule_item(asked->rule)->range;
    int32_t earliest, latest, night = asked->subject->night;

    rule_find_days(rule_item(asked->rule), asked->value, &earliest, &latest);
    return (range->min_is_night && latest < night) || (range->max_is_night && earliest > night);
}

static bool
is_violated(const struct rule_case *asked)
{
    const struct range_rule *range = rule_item(asked->rule)->range;

    return (!range->min.is_null && is_less(asked->value, &range->min)) ||
           (!range->max.is_null && is_less(&range->max, asked->value)) ||
           (asked->rule->is_timed && is_beyond_night(asked));
}

/* What lies ahead comes on its first day; what may be today has passed on the day behind its last. */
static bool
changes(const struct rule_case *asked, int32_t *day)
{
    const struct range_rule *range = rule_item(asked->rule)->range;
    int32_t earliest, latest, night = asked->subject->night;
    bool comes, passes;

    rule_find_days(rule_item(asked->rule), asked->value, &earliest, &latest);
    comes = range->max_is_night && earliest > night;
    passes = range->min_is_night && latest >= night;
    if (comes)
        *day = earliest;
    else if (passes)
        *day = latest + 1;
    return comes || passes;
}

/* The night's date is in no message: that would be another one every night. */
static void
append_bound(const struct value *bound, bool is_night, struct strbuf *out)
{
    if (is_night)
        strbuf_append(out, "the date of the night");
    else
        value_append_text(bound, out);
}

static void
tell(const struct rule_case *asked, struct verdict *out)
{
    const struct item *item = rule_item(asked->rule);
    const struct range_rule *range = item->range;
    bool has_min = !range->min.is_null || range->min_is_night;
    bool has_max = !range->max.is_null || range->max_is_night;
    struct strbuf *text = out->message;

    strbuf_printf(text, "%s ", rule_item_label(item));
    value_append_text(asked->value, text);
    if (has_min && has_max) {
        strbuf_append(text, " is not between ");
        append_bound(&range->min, range->min_is_night, text);
        strbuf_append(text, " and ");
        append_bound(&range->max, range->max_is_night, text);
    } else if (has_min) {
        strbuf_append(text, range->min_is_night ? " is before " : " is below ");
        append_bound(&range->min, range->min_is_night, text);
    } else {
        strbuf_append(text, range->max_is_night ? " is after " : " is above ");
        append_bound(&range->max, range->max_is_night, text);
    }
}

static void
append_basis(const struct rule_case *asked, struct strbuf *out)
{
    const struct range_rule *range = rule_item(asked->rule)->range;

    append_bound(&range->min, range->min_is_night, out);
    strbuf_append(out, " to ");
    append_bound(&range->max, range->max_is_night, out);
}

static void
say(struct strbuf *out, const struct rule *rule)
{
    const struct range_rule *range = rule_item(rule)->range;
    bool has_min = range->min_is_night || !range->min.is_null;
    bool has_max = range->max_is_night || !range->max.is_null;

    if (has_min) {
        strbuf_append(out, ", from ");
        append_bound(&range->min, range->min_is_night, out);
    }
    if (has_max) {
        strbuf_append(out, has_min ? " to " : ", up to ");
        append_bound(&range->max, range->max_is_night, out);
    }
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

/* The whole day lies on the wrong side of the night. */
static void
append_beyond_night(struct strbuf *out, const struct twin_scope *scope, const struct rule *rule,
                    bool is_minimum)
{
    rule_twin_append_day(out, rule, is_minimum);
    strbuf_append(out, is_minimum ? " < " : " > ");
    rule_twin_append_night(out, scope);
}

static void
append_condition(struct strbuf *out, const struct twin_scope *scope, const struct rule *rule)
{
    const struct range_rule *range = rule_item(rule)->range;
    const char * or = "";

    if (range->min_is_night || !range->min.is_null) {
        if (range->min_is_night)
            append_beyond_night(out, scope, rule, true);
        else
            append_beyond(out, rule, &range->min, true);
        or = " OR ";
    }
    if (range->max_is_night || !range->max.is_null) {
        strbuf_append(out, or);
        if (range->max_is_night)
            append_beyond_night(out, scope, rule, false);
        else
            append_beyond(out, rule, &range->max, false);
    }
}

const struct rule_kind rule_range = {
    .name = "range",
    .words = "the value is within the item's range",
    .say = say,
    .scope = RULE_OF_ITEM,
    .when = RULE_WHEN_TYPED,
    .declares = declares,
    .load = load_range,
    .is_timed = is_timed,
    .changes = changes,
    .is_violated = is_violated,
    .tell = tell,
    .append_basis = append_basis,
    .append_condition = append_condition,
};
