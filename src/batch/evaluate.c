#include "evaluate.h"

#include "admit.h"
#include "expected.h"
#include "violation.h"

#include <stdlib.h>
#include <string.h>

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
    expected_days(evaluator, arena, out);
    violations_find(evaluator, arena, out);
    expected_find(evaluator, arena, out);
    if (out->violation_count > 1)
        qsort(out->violations, out->violation_count, sizeof *out->violations, compare_violations);
}
