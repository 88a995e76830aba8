/*
 * admit.h: source pages to typed pages in key order; what cannot be taken in is quarantined with a reason.
 *
 * Threads: as the evaluator.
 * Memory:  everything lives in the subject's arena.
 */
#ifndef CRFD_BATCH_ADMIT_H
#define CRFD_BATCH_ADMIT_H

#include "evaluation.h"

/*
 * Fills out->subject.pages, item_states, cleaned and quarantined, and the violations that concern items the
 * form does not have. Derived items are still NULL.
 */
void admit_pages(struct evaluator *evaluator, struct arena *arena, const struct source_subject *source,
                 struct evaluation *out);

#endif
