/*
 * known_subject.h: whether the subject that a run is to take exists at all.
 *
 * Threads: as the connections.
 */
#ifndef CRFD_BATCH_KNOWN_SUBJECT_H
#define CRFD_BATCH_KNOWN_SUBJECT_H

#include "crfd/pg/conn.h"

#include <stdbool.h>

/* *is_known: the ledger or, if not that, the source has pages of the subject at this center. */
bool known_subject_at(struct conn *source, struct conn *analysis, const char *relation, const char *center_id,
                      const char *subject_id, bool *is_known, struct err *err) CRFD_MUST_CHECK;

#endif
