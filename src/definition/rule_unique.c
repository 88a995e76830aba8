#include "rule_kinds.h"

#include <string.h>

/* No form can have such a name, so no form's own table can be hidden by it. */
#define OTHER "\"Other\""

/* ---- What the definition says ---- */

/* "center" or "study". */
static bool
load_reach(const struct json_place *place, bool *in_study)
{
    static const char *const names[] = {"center", "study"};
    size_t chosen = load_choice(place, "reach", names, LOAD_COUNT(names));

    *in_study = chosen == 1;
    return chosen < LOAD_COUNT(names);
}

static void
load_own(struct load *load, const struct form *form, struct item *item, const struct json_place *place)
{
    struct unique_rule *rule = arena_new(load->arena, struct unique_rule);
    size_t *own = arena_new(load->arena, size_t);
    struct json_place unique;

    if (!json_member(place, "unique", &unique) || !load_reach(&unique, &rule->in_study))
        return;
    *own = (size_t)(item - form->items);
    rule->items = own;
    rule->item_count = 1;
    item->unique = rule;
}

/* Items whose values are unique together; the rule stands at the first. */
static bool
load_together(struct load *load, struct form *form, const struct json_place *list, struct unique_rule *rule)
{
    const char **names = arena_array(load->arena, const char *, form->item_count);
    size_t *items = arena_array(load->arena, size_t, json_count(list));
    bool *seen = arena_array(load->arena, bool, form->item_count);
    size_t before = 0;

    for (size_t i = 0; i < form->item_count; i++)
        names[i] = form->items[i].name;
    for (struct json_place each = json_first(list); each.value != NULL; json_next(&each)) {
        size_t item = load_choice(&each, "item", names, form->item_count);

        if (item == form->item_count)
            continue;
        if (seen[item])
            json_problem(&each, "\"%s\" is given twice", names[item]);
        seen[item] = true;
        items[rule->item_count++] = item;
    }
    before = json_count(list);
    if (before < 2)
        json_problem(list, "has less than two items: one item has a \"unique\" of its own");
    rule->items = items;
    return rule->item_count == before && before >= 2;
}

static void
load_one(struct load *load, struct form *form, const struct json_place *place)
{
    static const char *const keys[] = {"items", "in"};
    struct unique_rule *rule = arena_new(load->arena, struct unique_rule);
    struct json_place items, reach;
    struct item *first;

    if (!json_expect_object(place))
        return;
    json_expect_keys(place, keys, LOAD_COUNT(keys));
    if (!json_member(place, "in", &reach))
        json_problem(place, "\"in\" is missing: \"center\" or \"study\"");
    else
        load_reach(&reach, &rule->in_study);
    if (!json_member(place, "items", &items)) {
        json_problem(place, "\"items\" is missing");
        return;
    }
    if (!json_expect_list(&items) || !load_together(load, form, &items, rule))
        return;
    first = &load->items[form->index][rule->items[0]];
    if (first->unique != NULL)
        json_problem(&items,
                     "\"%s\" has a rule %s.%s.unique already, by which its findings are known: put another "
                     "item first",
                     first->name, form->name, first->name);
    else
        first->unique = rule;
}

void
load_unique(struct load *load, struct form *form, const struct json_place *place)
{
    struct json_place list;

    if (!json_member_list(place, "unique", &list))
        return;
    for (struct json_place each = json_first(&list); each.value != NULL; json_next(&each))
        load_one(load, form, &each);
}

static bool
declares(const struct form *form, const struct item *item)
{
    (void)form;
    return item->unique != NULL;
}

static void
say(struct strbuf *out, const struct rule *rule)
{
    const struct unique_rule *unique = rule_item(rule)->unique;

    strbuf_append(out, unique->in_study ? " in the study" : " in the center");
    for (size_t i = 0; unique->item_count > 1 && i < unique->item_count; i++)
        strbuf_printf(out, "%s%s", i > 0 ? ", " : ": ", rule->form->items[unique->items[i]].name);
    if (unique->item_count > 1)
        strbuf_append(out, " together");
}

/* ---- In SQL ---- */

static void
append_values(struct strbuf *out, const struct rule *rule, const char *table, bool with_center)
{
    const struct unique_rule *unique = rule_item(rule)->unique;

    if (with_center)
        strbuf_printf(out, "%s.center_id", table);
    for (size_t i = 0; i < unique->item_count; i++) {
        strbuf_printf(out, "%s%s.", i > 0 || with_center ? ", " : "", table);
        rule_twin_append_name(out, rule->form->items[unique->items[i]].name);
    }
}

/* A value that pages of two subjects have; NULL is never one, as IN compares. */
static void
append_condition(struct strbuf *out, const struct twin_scope *scope, const struct rule *rule)
{
    const bool in_center = !rule_item(rule)->unique->in_study;
    struct strbuf own;

    (void)scope;
    strbuf_init(&own);
    rule_twin_append_name(&own, rule->form->name);
    strbuf_append_char(out, '(');
    append_values(out, rule, own.text, in_center);
    strbuf_append(out, ") IN (\n    SELECT ");
    append_values(out, rule, OTHER, in_center);
    strbuf_printf(out, " FROM analysis.%s AS " OTHER "\n    GROUP BY ", own.text);
    append_values(out, rule, OTHER, in_center);
    strbuf_append(out, "\n    HAVING min(" OTHER ".center_id) <> max(" OTHER ".center_id)"
                       " OR min(" OTHER ".subject_id) <> max(" OTHER ".subject_id))");
    strbuf_destroy(&own);
}

const struct rule_kind rule_unique = {
    .name = "unique",
    .words = "no other subject has the same",
    .say = say,
    .scope = RULE_OF_ITEM,
    .of_study = true,
    .declares = declares,
    .load = load_own,
    .append_condition = append_condition,
};
