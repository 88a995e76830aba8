#include "crfd/batch/rules.h"

#include <string.h>

static const char *const kind_names[RULE_KIND_COUNT] = {"required", "type",   "codelist",
                                                        "range",    "length", "unit"};

static bool
declares(const struct item *item, enum rule_kind kind)
{
    switch (kind) {
    case RULE_REQUIRED:
        return item->required;
    case RULE_TYPE:
        return item->type != VALUE_TEXT || item->derive != NULL;
    case RULE_CODELIST:
        return item->codelist != NULL;
    case RULE_RANGE:
        return item->range != NULL;
    case RULE_LENGTH:
        return item->length != NULL;
    case RULE_UNIT:
        return item->unit != NULL;
    case RULE_KIND_COUNT:
    default:
        return false;
    }
}

static struct form_rules
form_rules_new(struct arena *arena, const struct form *form)
{
    struct item_rules *items = arena_array(arena, struct item_rules, form->item_count);

    for (size_t i = 0; i < form->item_count; i++)
        for (int kind = 0; kind < RULE_KIND_COUNT; kind++)
            if (declares(&form->items[i], (enum rule_kind)kind))
                items[i].ids[kind] =
                    arena_printf(arena, "%s.%s.%s", form->name, form->items[i].name, kind_names[kind]);
    return (struct form_rules){
        .items = items,
        .missing_page = arena_printf(arena, "%s.missing-page", form->name),
        .duplicate_page =
            form->per == FORM_PER_RECORD ? NULL : arena_printf(arena, "%s.duplicate-page", form->name),
        .unknown_item = arena_printf(arena, "%s.unknown-item", form->name),
    };
}

const struct form_rules *
rules_new(struct arena *arena, const struct study *study)
{
    struct form_rules *rules = arena_array(arena, struct form_rules, study->form_count);

    for (size_t i = 0; i < study->form_count; i++)
        rules[i] = form_rules_new(arena, &study->forms[i]);
    return rules;
}

bool
rules_find_item(const struct form_rules *rules, const struct form *form, const char *id, size_t *item,
                enum rule_kind *kind)
{
    for (size_t i = 0; i < form->item_count; i++) {
        for (int k = 0; k < RULE_KIND_COUNT; k++) {
            if (rules->items[i].ids[k] != NULL && strcmp(rules->items[i].ids[k], id) == 0) {
                *item = i;
                *kind = (enum rule_kind)k;
                return true;
            }
        }
    }
    return false;
}
