#include "close_reason.h"

#include <string.h>

/* The finding of an expected page: it is removed when the subject has no page at the event any more. */
static enum close_reason
missing_page_reason(const struct evaluation *evaluation, const struct page_key *key, const struct form *form)
{
    const struct page *page = evaluation_page_at(evaluation, key->event, key->event_repeat);

    if (page == NULL)
        return CLOSE_REMOVED;
    for (size_t i = 0; i < page->event_rule->form_count; i++)
        if (page->event_rule->forms[i] == form->index)
            return CLOSE_CORRECTED;
    return CLOSE_RETIRED;
}

static enum close_reason
item_rule_reason(const struct page *page, const struct item_state *states, size_t item, enum rule_kind kind)
{
    if (kind == RULE_REQUIRED || !page->values[item].is_null)
        return CLOSE_CORRECTED;
    /* A number whose unit is not known is typed all the same. */
    return kind == RULE_TYPE && states[item].status == CLEAN_NO_UNIT ? CLOSE_CORRECTED : CLOSE_UNKNOWN;
}

static enum close_reason
page_reason(struct evaluator *evaluator, const struct evaluation *evaluation, size_t index,
            const char *check_id, const char *item_name)
{
    const struct page *page = &evaluation->subject.pages[index];
    const struct form_rules *rules = &evaluator->rules[page->form->index];
    const struct check *check = definition_check(evaluator->definition, page->form, check_id);
    struct eval_error error;
    enum rule_kind kind;
    size_t item;

    if (check != NULL) {
        const char *own = check->item_count > 0 ? page->form->items[check->items[0]].name : "";

        if (strcmp(own, item_name) != 0)
            return CLOSE_RETIRED;
        return eval_check(check->program, &evaluation->subject, page, evaluator->scratch, &error) ==
                       EVAL_UNKNOWN
                   ? CLOSE_UNKNOWN
                   : CLOSE_CORRECTED;
    }
    if (rules_find_item(rules, page->form, check_id, &item, &kind))
        return item_rule_reason(page, evaluation->item_states[index], item, kind);
    if (strcmp(check_id, rules->unknown_item) == 0 ||
        (rules->duplicate_page != NULL && strcmp(check_id, rules->duplicate_page) == 0))
        return CLOSE_CORRECTED;
    return CLOSE_RETIRED;
}

enum close_reason
close_reason_find(struct evaluator *evaluator, const struct evaluation *evaluation,
                  const struct page_key *key, const char *check_id, const char *item)
{
    const struct form *form = study_form(evaluator->definition->study, key->form, strlen(key->form));
    size_t index;

    if (form == NULL)
        return CLOSE_RETIRED;
    if (strcmp(check_id, evaluator->rules[form->index].missing_page) == 0)
        return missing_page_reason(evaluation, key, form);
    if (!evaluation_find_page(evaluation, key, &index))
        return CLOSE_REMOVED;
    return page_reason(evaluator, evaluation, index, check_id, item);
}

const char *
close_reason_name(enum close_reason reason)
{
    static const char *const names[] = {"corrected", "unknown", "removed", "retired"};

    return names[reason];
}
