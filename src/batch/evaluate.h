/*
 * evaluate.h: one subject, as submitted, to rows, cleaned values, findings and quarantined pages.
 *
 * Nothing here touches a database: the same subject under the same definition and night gives the same
 * evaluation, byte for byte. Time is that of sorting the pages, whatever their number; memory is a few times that of
 * their text, all of one subject at a time.
 *
 * Threads: as the evaluator.
 * Memory:  the evaluation lives in the subject's arena.
 */
#ifndef CRFD_BATCH_EVALUATE_H
#define CRFD_BATCH_EVALUATE_H

#include "evaluation.h"

void evaluate_subject(struct evaluator *evaluator, struct arena *arena, const char *center_id,
                      const struct source_subject *source, struct evaluation *out);

#endif
