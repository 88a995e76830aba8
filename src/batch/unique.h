/*
 * unique.h: values that pages of several subjects share where no two may: the part of the closing step that asks rules of
 * the kind "unique".
 *
 * A page that shares its values with one of another subject has a finding, which names the others by subject and center;
 * what they have is the page's own. Two pages of one subject are no duplicates here. A finding rests on the set of subjects
 * that share the value: one more or less ends a waiver.
 *
 * PostgreSQL finds the pages, over all centers and in one query a rule; what differs from the findings there are is written.
 *
 * Threads: as the worker.
 */
#ifndef CRFD_BATCH_UNIQUE_H
#define CRFD_BATCH_UNIQUE_H

#include "across.h"

extern const struct across_part across_unique;

#endif
