/*
 * message.h: a message of the study, filled in with what the subject's pages have.
 *
 * A typed value is shown as it is stored, one that could not be typed as it was entered, and one that is missing in words.
 *
 * Threads: as the evaluator.
 */
#ifndef CRFD_BATCH_MESSAGE_H
#define CRFD_BATCH_MESSAGE_H

#include "crfd/definition/message.h"
#include "evaluation.h"

/* Of a finding that stands at `page`, which is one of the evaluation's. */
void message_append(struct strbuf *out, const struct message *message, const struct evaluation *evaluation,
                    const struct page *page);

#endif
