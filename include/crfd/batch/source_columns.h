/*
 * source_columns.h: whether the source relation has the columns of the contract, each of a type that can be taken as it is.
 *
 * A key that is no text, a repeat that would be rounded, and a time without time zone could be cast, and nobody would see
 * what came of it. So they are refused, with the cast that a view may make.
 *
 * Threads: as the connection.
 */
#ifndef CRFD_BATCH_SOURCE_COLUMNS_H
#define CRFD_BATCH_SOURCE_COLUMNS_H

#include "crfd/pg/conn.h"

#include <stdbool.h>

/* ERR_CONFIG with the name of each column that does not fit, or that is not there. */
bool source_columns_check(struct conn *source, const char *relation, struct err *err) CRFD_MUST_CHECK;

#endif
