/*
 * check_list.h: how often each rule of a study came out which way, and what it has found.
 *
 * Threads: as the connection.
 */
#ifndef CRFD_BATCH_CHECK_LIST_H
#define CRFD_BATCH_CHECK_LIST_H

#include "crfd/definition/definition.h"
#include "crfd/pg/conn.h"

/* The rows of sql/queries/list_checks.sql, one for each rule of definition->rules, in its order. NULL on failure. */
PGresult *
check_list_ask(struct conn *conn, const struct definition *definition, struct err *err) CRFD_MUST_CHECK;

#endif
