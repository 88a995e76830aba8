#include "close_reason.h"

#include "expected.h"
#include "violation.h"

#include <string.h>

/* The finding of an expected page: it is removed when the subject has no page at the event any more. */
static enum close_reason
missing_page_reason(struct evaluator *evaluator, const struct evaluation *evaluation,
                    const struct page_key *key, const struct form *form)
{
    const struct event *event =
        expected_event_at(evaluation, evaluator->definition->study, key->event, key->event_repeat);
    size_t i = 0;

    if (event == NULL)
        return CLOSE_REMOVED;
    while (i < event->form_count && event->forms[i] != form->index)
        i++;
    if (event->unscheduled || i == event->form_count)
        return CLOSE_RETIRED;
    return expected_is_unknown(evaluator, evaluation, key, event, i) ? CLOSE_UNKNOWN : CLOSE_CORRECTED;
}

/* It has a page now, or the subject ended before; else what told that it is missing is gone. */
static enum close_reason
missing_event_reason(const struct evaluator *evaluator, const struct evaluation *evaluation,
                     const struct page_key *key, const struct event *event)
{
    const struct study *study = evaluator->definition->study;

    if (study_event(study, key->event, strlen(key->event)) != event)
        return CLOSE_RETIRED;
    return expected_took_place(evaluation, study, event, key->event) || evaluation->subject.has_ended
               ? CLOSE_CORRECTED
               : CLOSE_REMOVED;
}

static enum close_reason
check_reason(struct evaluator *evaluator, const struct evaluation *evaluation, const struct page *page,
             const struct rule *rule, const char *item_name)
{
    struct eval_error error;

    if (strcmp(rule_item_name(rule), item_name) != 0)
        return CLOSE_RETIRED;
    return eval_check(rule->program, &evaluation->subject, page, evaluator->scratch, &error) == EVAL_UNKNOWN
               ? CLOSE_UNKNOWN
               : CLOSE_CORRECTED;
}

static enum close_reason
item_reason(const struct page *page, const struct item_state *states, const struct rule *rule)
{
    return rule_is_answered(rule, &page->values[rule->item], &states[rule->item]) ? CLOSE_CORRECTED
                                                                                  : CLOSE_UNKNOWN;
}

enum close_reason
close_reason_find(struct evaluator *evaluator, const struct evaluation *evaluation,
                  const struct page_key *key, const char *check_id, const char *item)
{
    const struct form *form = study_form(evaluator->definition->study, key->form, strlen(key->form));
    const struct rule *rule = rulebook_find(evaluator->definition->rules, check_id);
    const struct page *page;
    size_t index;

    if (rule != NULL && rule->kind->scope == RULE_OF_EVENT)
        return missing_event_reason(evaluator, evaluation, key, rule->event);
    if (form == NULL)
        return CLOSE_RETIRED;
    if (rule != NULL && rule->form != form)
        rule = NULL;
    if (rule != NULL && rule->kind == &rule_missing_page)
        return missing_page_reason(evaluator, evaluation, key, form);
    if (!evaluation_find_page(evaluation, key, &index))
        return CLOSE_REMOVED;
    if (rule == NULL)
        return CLOSE_RETIRED;
    page = &evaluation->subject.pages[index];
    if (!violation_is_asked(rule, page))
        return CLOSE_RETIRED;
    switch (rule->kind->scope) {
    case RULE_OF_CHECK:
        return check_reason(evaluator, evaluation, page, rule, item);
    case RULE_OF_ITEM:
        return item_reason(page, evaluation->item_states[index], rule);
    case RULE_OF_PAGE:
    case RULE_OF_EVENT:
        break;
    }
    return CLOSE_CORRECTED;
}

const char *
close_reason_name(enum close_reason reason)
{
    static const char *const names[] = {"corrected", "unknown", "removed", "retired"};

    return names[reason];
}
