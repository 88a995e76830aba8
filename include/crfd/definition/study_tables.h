/*
 * study_tables.h: what schema analysis lacks of a study's form tables (`crfd migrate`).
 *
 * Only ever adds: a missing table, a missing column. A column that the study no longer has stays with what is in
 * it. What cannot be done without losing something is a problem, with the remedy.
 *
 * Threads: as the connection.
 * Memory:  appended to the caller's buffers.
 */
#ifndef CRFD_DEFINITION_STUDY_TABLES_H
#define CRFD_DEFINITION_STUDY_TABLES_H

#include "crfd/base/err.h"
#include "crfd/base/strbuf.h"
#include "crfd/definition/problem.h"
#include "crfd/pg/conn.h"
#include "crfd/study/study.h"

#include <stdbool.h>

/*
 * Compares the catalog with the study. Appends to `sql` the statements that bring the tables up to the study ("" where
 * nothing is to be done), and to `report` a line for each table or column that is created or no longer used. Nothing is
 * changed. Without the schema, or before its first migration, all tables are missing.
 *
 * False with ERR_CONFIG where there are problems (their paths are those of the study definition), or as
 * conn_query().
 */
bool study_tables_plan(struct conn *conn, const struct study *study, struct strbuf *sql,
                       struct strbuf *report, struct problems *problems, struct err *err) CRFD_MUST_CHECK;

/*
 * The same for labels that are not (or no longer) the comments of the tables and columns that exist. Apart from
 * study_tables_plan(), because no night has to wait for them.
 */
bool study_tables_comment(struct conn *conn, const struct study *study, struct strbuf *sql,
                          struct strbuf *report, struct err *err) CRFD_MUST_CHECK;

#endif
