/*
 * expected.h: pages and events that are expected of a subject and have not come, and when that can change next.
 *
 * What is expected depends on the night. A subject is therefore evaluated again without having changed, on the next date
 * on which one of these rules can change its answer: `due` of the evaluation, and of the ledger.
 *
 * Dates of submission are local ones of the process's time zone, which is that of the schedule.
 *
 * Threads: as the evaluator.
 * Memory:  everything lives in the subject's arena.
 */
#ifndef CRFD_BATCH_EXPECTED_H
#define CRFD_BATCH_EXPECTED_H

#include "evaluation.h"

/* Day 1 of the subject and the day on which it ended, as the schedule has them. Of items that are all derived. */
void expected_days(struct evaluator *evaluator, struct arena *arena, struct evaluation *out);

/* Adds the pages and events that are absent, and notes when that is due to change. */
void expected_find(struct evaluator *evaluator, struct arena *arena, struct evaluation *out);

/* What the subject has at this event, if only in quarantine; NULL where it has nothing. */
const struct event *expected_event_at(const struct evaluation *evaluation, const struct study *study,
                                      const char *event, int32_t event_repeat);

/* Whether it has some page, if only in quarantine; of a numbered event the number that is in `name`. */
bool expected_took_place(const struct evaluation *evaluation, const struct study *study,
                         const struct event *event, const char *name);

/* Whether the event's form number `index`, which has no page at the place of the key, is expected or not, is unknown. */
bool expected_is_unknown(struct evaluator *evaluator, const struct evaluation *evaluation,
                         const struct page_key *key, const struct event *event, size_t index);

#endif
