/*
 * close_reason.h: why a finding closes.
 *
 * Threads: as the evaluator.
 */
#ifndef CRFD_BATCH_CLOSE_REASON_H
#define CRFD_BATCH_CLOSE_REASON_H

#include "evaluation.h"

/*
 * Why a finding that was there is not among the violations: the check holds now (corrected), an operand is
 * missing (unknown), its page is gone (removed), or the definition has no such check any more (retired).
 */
enum close_reason { CLOSE_CORRECTED, CLOSE_UNKNOWN, CLOSE_REMOVED, CLOSE_RETIRED };

enum close_reason close_reason_find(struct evaluator *evaluator, const struct evaluation *evaluation,
                                    const struct page_key *key, const char *check_id, const char *item);

const char *close_reason_name(enum close_reason reason);

#endif
