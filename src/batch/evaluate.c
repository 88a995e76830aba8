#include "crfd/batch/evaluate.h"

#include "crfd/batch/admit.h"
#include "crfd/batch/violation.h"

#include <stdlib.h>
#include <string.h>

void
evaluator_init(struct evaluator *evaluator, struct arena *arena, const struct definition *definition,
               const struct form_rules *rules, int32_t night)
{
    *evaluator = (struct evaluator){
        .definition = definition,
        .rules = rules,
        .night = night,
        .scratch = eval_scratch_new(arena, definition->scratch_bytes),
    };
    strbuf_init(&evaluator->text);
}

void
evaluator_destroy(struct evaluator *evaluator)
{
    strbuf_destroy(&evaluator->text);
}

int
page_key_compare(const struct page_key *a, const struct page_key *b)
{
    int order = strcmp(a->event, b->event);

    if (order == 0)
        order = (a->event_repeat > b->event_repeat) - (a->event_repeat < b->event_repeat);
    if (order == 0)
        order = strcmp(a->form, b->form);
    if (order == 0)
        order = (a->form_repeat > b->form_repeat) - (a->form_repeat < b->form_repeat);
    return order;
}

static int
compare_violations(const void *left, const void *right)
{
    const struct violation *a = left;
    const struct violation *b = right;
    int order = page_key_compare(&a->key, &b->key);

    if (order == 0)
        order = strcmp(a->check_id, b->check_id);
    return order != 0 ? order : strcmp(a->item, b->item);
}

static void
derive_page(struct evaluator *evaluator, struct arena *arena, const struct derivation *derivation,
            const struct page *page, struct evaluation *out)
{
    struct item_state *state = &out->item_states[page - out->subject.pages][derivation->item];
    struct eval_error error;

    if (!eval_value(derivation->program, &out->subject, page, evaluator->scratch, arena,
                    &page->values[derivation->item], &error)) {
        state->derive_failed = true;
        state->reason = error.message;
    }
}

/* Item by item, each on all its pages: so whoever reads it, from whichever page, finds it made. */
static void
derive_items(struct evaluator *evaluator, struct arena *arena, struct evaluation *out)
{
    const struct definition *definition = evaluator->definition;

    for (size_t i = 0; i < definition->derivation_count; i++) {
        const struct derivation *derivation = &definition->derivations[i];
        const struct form_pages *list = &out->subject.forms[derivation->form->index];

        for (size_t j = 0; j < list->count; j++)
            derive_page(evaluator, arena, derivation, list->pages[j], out);
    }
}

void
evaluate_subject(struct evaluator *evaluator, struct arena *arena, const char *center_id,
                 const struct source_subject *source, struct evaluation *out)
{
    *out = (struct evaluation){.subject = {
                                   .center_id = center_id,
                                   .subject_id = source->subject_id,
                                   .night = evaluator->night,
                               }};
    admit_pages(evaluator, arena, source, out);
    subject_index(arena, evaluator->definition->study, &out->subject);
    derive_items(evaluator, arena, out);
    violations_find(evaluator, arena, out);
    if (out->violation_count > 1)
        qsort(out->violations, out->violation_count, sizeof *out->violations, compare_violations);
}

struct page_key
page_key_of(const struct page *page)
{
    return (struct page_key){page->event, page->event_repeat, page->form->name, page->form_repeat};
}

bool
evaluation_find_page(const struct evaluation *evaluation, const struct page_key *key, size_t *index)
{
    for (size_t i = 0; i < evaluation->subject.page_count; i++) {
        struct page_key own = page_key_of(&evaluation->subject.pages[i]);

        if (page_key_compare(&own, key) == 0) {
            *index = i;
            return true;
        }
    }
    return false;
}

/* The finding of an expected page: it is removed when the subject has no page at the event any more. */
static enum close_reason
missing_page_reason(const struct evaluation *evaluation, const struct page_key *key, const struct form *form)
{
    for (size_t i = 0; i < evaluation->subject.page_count; i++) {
        const struct page *page = &evaluation->subject.pages[i];

        if (page->event_repeat != key->event_repeat || strcmp(page->event, key->event) != 0)
            continue;
        for (size_t j = 0; j < page->event_rule->form_count; j++)
            if (page->event_rule->forms[j] == form->index)
                return CLOSE_CORRECTED;
        return CLOSE_RETIRED;
    }
    return CLOSE_REMOVED;
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
evaluate_close_reason(struct evaluator *evaluator, const struct evaluation *evaluation,
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
