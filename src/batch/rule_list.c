#include "crfd/batch/rule_list.h"

#include "crfd/base/suggest.h"
#include "crfd/definition/problem.h"

#include <stdlib.h>
#include <string.h>

/* Rules of a form that belong to no item. */
#define PAGE_RULES 3

static size_t
count_at_most(const struct definition *definition)
{
    const struct study *study = definition->study;
    size_t count = definition->check_count;

    for (size_t i = 0; i < study->form_count; i++)
        count += study->forms[i].item_count * RULE_KIND_COUNT + PAGE_RULES;
    return count;
}

static void
add_page_rule(struct rule *rules, size_t *count, enum rule_source source, const struct form *form,
              const char *id)
{
    if (id != NULL)
        rules[(*count)++] = (struct rule){.id = id, .source = source, .form = form, .item = form->item_count};
}

static void
add_item_rules(struct rule *rules, size_t *count, const struct form *form,
               const struct form_rules *form_rules)
{
    for (size_t i = 0; i < form->item_count; i++)
        for (int kind = 0; kind < RULE_KIND_COUNT; kind++)
            if (form_rules->items[i].ids[kind] != NULL)
                rules[(*count)++] = (struct rule){
                    .id = form_rules->items[i].ids[kind],
                    .source = RULE_OF_ITEM,
                    .form = form,
                    .item = i,
                    .kind = (enum rule_kind)kind,
                };
}

static void
add_checks(struct rule *rules, size_t *count, const struct form *form, const struct form_plan *plan)
{
    for (size_t i = 0; i < plan->check_count; i++) {
        const struct check *check = &plan->checks[i];

        rules[(*count)++] = (struct rule){
            .id = check->id,
            .source = RULE_OF_DEFINITION,
            .form = form,
            .item = check->item_count > 0 ? check->items[0] : form->item_count,
            .check = check,
        };
    }
}

static int
compare_ids(const void *left, const void *right)
{
    const struct rule *const *a = left;
    const struct rule *const *b = right;

    return strcmp((*a)->id, (*b)->id);
}

void
rule_list_init(struct rule_list *list, struct arena *arena, const struct definition *definition,
               const struct form_rules *rules)
{
    struct rule *all = arena_array(arena, struct rule, count_at_most(definition));
    const struct rule **by_id;
    size_t count = 0;

    for (size_t i = 0; i < definition->study->form_count; i++) {
        const struct form *form = &definition->study->forms[i];

        add_item_rules(all, &count, form, &rules[i]);
        add_page_rule(all, &count, RULE_UNKNOWN_ITEM, form, rules[i].unknown_item);
        add_page_rule(all, &count, RULE_DUPLICATE_PAGE, form, rules[i].duplicate_page);
        add_page_rule(all, &count, RULE_MISSING_PAGE, form, rules[i].missing_page);
        add_checks(all, &count, form, &definition->plans[i]);
    }
    by_id = arena_array(arena, const struct rule *, count);
    for (size_t i = 0; i < count; i++)
        by_id[i] = &all[i];
    qsort(by_id, count, sizeof(const struct rule *), compare_ids);
    *list = (struct rule_list){.rules = all, .count = count, .by_id = by_id};
}

const struct rule *
rule_list_find(const struct rule_list *list, const char *id)
{
    const struct rule wanted = {.id = id};
    const struct rule *key = &wanted;
    const struct rule *const *found =
        bsearch(&key, list->by_id, list->count, sizeof(const struct rule *), compare_ids);

    return found != NULL ? *found : NULL;
}

const char *
rule_list_suggest(const struct rule_list *list, struct arena *arena, const char *id)
{
    const char **ids = arena_array(arena, const char *, list->count);

    for (size_t i = 0; i < list->count; i++)
        ids[i] = list->by_id[i]->id;
    return suggest(id, ids, list->count);
}

const char *
rule_item_name(const struct rule *rule)
{
    return rule->item < rule->form->item_count ? rule->form->items[rule->item].name : "";
}

const struct program *
rule_program(const struct definition *definition, const struct rule *rule)
{
    if (rule->check != NULL)
        return rule->check->program;
    if (rule->source != RULE_OF_ITEM || rule->kind != RULE_TYPE)
        return NULL;
    for (size_t i = 0; i < definition->derivation_count; i++) {
        const struct derivation *derivation = &definition->derivations[i];

        if (derivation->form == rule->form && derivation->item == rule->item)
            return derivation->program;
    }
    return NULL;
}
