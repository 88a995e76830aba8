/*
 * violation.h: the built-in checks and the definition's checks on a subject's pages.
 *
 * Threads: as the evaluator.
 * Memory:  everything lives in the subject's arena.
 */
#ifndef CRFD_BATCH_VIOLATION_H
#define CRFD_BATCH_VIOLATION_H

#include "crfd/batch/page_json.h"
#include "evaluation.h"

/* Adds what the pages violate. */
void violations_find(struct evaluator *evaluator, struct arena *arena, struct evaluation *out);

/* False of a page that was submitted before the rule was. */
bool violation_is_asked(const struct rule *rule, const struct page *page);

/* A member of the page's JSON that the form does not have: kept with its value, so that nothing vanishes. */
void violation_add_unknown_item(struct evaluator *evaluator, struct arena *arena, const struct page *page,
                                const struct page_member *member, struct evaluation *out);

#endif
