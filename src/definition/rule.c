#include "crfd/definition/rule.h"

#include "rule_kinds.h"

#include <string.h>

const struct rule_kind *const rule_kinds[] = {
    &rule_required,       &rule_type,         &rule_codelist,      &rule_range,  &rule_year,
    &rule_window,         &rule_length,       &rule_unit,          &rule_unique, &rule_unknown_item,
    &rule_duplicate_page, &rule_missing_page, &rule_missing_event, &rule_check,  NULL,
};

size_t
rule_kind_count(void)
{
    return sizeof rule_kinds / sizeof rule_kinds[0] - 1;
}

const struct rule_kind *
rule_kind_named(const char *name)
{
    for (size_t i = 0; rule_kinds[i] != NULL; i++)
        if (rule_kinds[i]->name != NULL && strcmp(rule_kinds[i]->name, name) == 0)
            return rule_kinds[i];
    return NULL;
}

const char *
rule_item_name(const struct rule *rule)
{
    const struct item *item = rule_item(rule);

    return item != NULL ? item->name : "";
}

const char *
rule_form_name(const struct rule *rule)
{
    return rule->form != NULL ? rule->form->name : "";
}

const char *
rule_words(const struct rule *rule)
{
    const struct item *item = rule_item(rule);

    return rule->kind->words_of_derived != NULL && item != NULL && item->derive != NULL
               ? rule->kind->words_of_derived
               : rule->kind->words;
}

const char *
rule_item_label(const struct item *item)
{
    return item->label[0] != '\0' ? item->label : item->name;
}

bool
rule_is_answered(const struct rule *rule, const struct value *value, const struct item_state *state)
{
    return !value->is_null || (rule->kind->is_answered != NULL && rule->kind->is_answered(state));
}
