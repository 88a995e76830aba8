/*
 * instance_study.h: the study that an analysis database belongs to.
 *
 * A night takes out of the tables what the source does not have. So one of another study, by a configuration that names the
 * wrong database, would take out everything: it is refused, before a page is read.
 *
 * Threads: as the connection.
 */
#ifndef CRFD_BATCH_INSTANCE_STUDY_H
#define CRFD_BATCH_INSTANCE_STUDY_H

#include "crfd/pg/conn.h"

#include <stdbool.h>

/* ERR_CONFIG with both names where the database belongs to another study, or to none yet. */
bool instance_study_check(struct conn *analysis, const char *study, struct err *err) CRFD_MUST_CHECK;

/* In the caller's transaction: a database that belongs to no study belongs to this one, then as instance_study_check. */
bool instance_study_take(struct conn *analysis, const char *study, struct err *err) CRFD_MUST_CHECK;

/* In the caller's transaction: the study of the database has another name now. ERR_CONFIG where it is not called that. */
bool instance_study_rename(struct conn *analysis, const char *old_name, const char *study,
                           struct err *err) CRFD_MUST_CHECK;

#endif
