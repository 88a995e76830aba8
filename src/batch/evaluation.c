#include "evaluation.h"

#include <string.h>

static size_t
largest_form(const struct study *study)
{
    size_t items = 0;

    for (size_t i = 0; i < study->form_count; i++)
        items = study->forms[i].item_count > items ? study->forms[i].item_count : items;
    return items;
}

void
evaluator_init(struct evaluator *evaluator, struct arena *arena, const struct definition *definition,
               int32_t night)
{
    *evaluator = (struct evaluator){
        .definition = definition,
        .night = night,
        .scratch = eval_scratch_new(arena, definition->scratch_bytes),
        .results = arena_array(arena, struct clean_result, largest_form(definition->study)),
    };
    evaluator->counts = check_counts_new(arena, definition->rules);
    strbuf_init(&evaluator->text);
    basis_init(&evaluator->basis, arena, definition->rules);
}

void
evaluator_destroy(struct evaluator *evaluator)
{
    strbuf_destroy(&evaluator->text);
    basis_destroy(&evaluator->basis);
}

void
evaluator_count_violated(struct evaluator *evaluator, const struct rule *rule, bool is_error)
{
    evaluator->counts[rule - evaluator->definition->rules->rules]
        .outcomes[is_error ? EVAL_ERROR : EVAL_FALSE]++;
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

struct page_key
page_key_of(const struct page *page)
{
    return (struct page_key){page->event, page->event_repeat, page->form->name, page->form_repeat};
}

size_t
evaluation_seek(const struct evaluation *evaluation, const struct page_key *key)
{
    size_t low = 0, high = evaluation->subject.page_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        struct page_key own = page_key_of(&evaluation->subject.pages[middle]);

        if (page_key_compare(&own, key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool
evaluation_find_page(const struct evaluation *evaluation, const struct page_key *key, size_t *index)
{
    size_t at = evaluation_seek(evaluation, key);
    struct page_key own;

    if (at == evaluation->subject.page_count)
        return false;
    own = page_key_of(&evaluation->subject.pages[at]);
    if (page_key_compare(&own, key) != 0)
        return false;
    *index = at;
    return true;
}

const struct page *
evaluation_page_at(const struct evaluation *evaluation, const char *event, int32_t event_repeat)
{
    const struct page_key first = {event, event_repeat, "", INT32_MIN};
    size_t at = evaluation_seek(evaluation, &first);
    const struct page *page = &evaluation->subject.pages[at];

    return at < evaluation->subject.page_count && page->event_repeat == event_repeat &&
                   strcmp(page->event, event) == 0
               ? page
               : NULL;
}

void
evaluation_note_due(struct evaluation *evaluation, int32_t day)
{
    if (!evaluation->has_due || day < evaluation->due)
        evaluation->due = day;
    evaluation->has_due = true;
}

struct violation *
evaluation_add_violation(struct arena *arena, struct evaluation *out)
{
    if (out->violation_count == out->violation_capacity) {
        struct violation *list;

        out->violation_capacity = out->violation_capacity ? 2 * out->violation_capacity : 32;
        list = arena_alloc(arena, out->violation_capacity * sizeof *list);
        if (out->violation_count > 0)
            memcpy(list, out->violations, out->violation_count * sizeof *list);
        out->violations = list;
    }
    return &out->violations[out->violation_count++];
}
