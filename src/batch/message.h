/*
 * message.h: a message of the study, filled in with what the subject's pages have.
 *
 * A typed value is shown as it is stored, one that could not be typed as it was entered, and one that is missing in words.
 *
 * Threads: as the evaluator.
 * Memory:  what is said lives in the given arena.
 */
#ifndef CRFD_BATCH_MESSAGE_H
#define CRFD_BATCH_MESSAGE_H

#include "crfd/definition/message.h"
#include "evaluation.h"

/* Where a finding stands. */
struct message_place {
    const struct evaluation *evaluation;
    const struct page
        *page; /* of the evaluation; of a page that is missing, one without values that has its key */
    const struct rule *rule; /* built-in: whose item or form is named; NULL of a check */
    const char *key;         /* of an item that the form does not have; else NULL */
    const char *raw;         /* its value as entered */
    size_t raw_length;
};

/* What a finding says. */
struct said {
    const char *message;  /* in the study's first language */
    const char *messages; /* as violation.messages */
};

/* `before` stands in front, in each language. */
struct said message_fill(struct evaluator *evaluator, struct arena *arena, const struct message_set *set,
                         const struct message_place *place, const char *before);

#endif
