/*
 * ddl.h: a study to the SQL of its form tables.
 *
 * Every identifier is quoted by PostgreSQL's rules; nothing of the study reaches SQL unquoted. All
 * statements name the schema. Statements on center data carry `center_id = $1`, so that the tables can be
 * distributed by center.
 *
 * Columns stand in the order of crfd/study/form_columns.h in a form table, its stage table and every COPY.
 * COPY and INSERT always name their columns: a table extended by a later version has them in another order.
 *
 * Threads: pure functions.
 * Memory:  appended to the caller's buffer.
 */
#ifndef CRFD_DEFINITION_DDL_H
#define CRFD_DEFINITION_DDL_H

#include "crfd/base/strbuf.h"
#include "crfd/study/form_columns.h"
#include "crfd/study/study.h"

/* "name", doubled quotes inside. */
void ddl_append_identifier(struct strbuf *out, const char *name);

/* The type of an item's column with its collation: text COLLATE "C", numeric. */
const char *ddl_item_type(const struct item *item);

/* The columns of every form table's primary key, comma-separated, with the text before each. */
void ddl_append_key(struct strbuf *out, const char *before);

/* CREATE TABLE analysis.FORM with its primary key, and COMMENTs from the labels. Text is COLLATE "C". */
void ddl_create_table(struct strbuf *out, const struct form *form);
/* ALTER TABLE analysis.FORM ADD COLUMN for one item. */
void ddl_add_column(struct strbuf *out, const struct form *form, const struct item *item);
/* The same for one that every form's table has, and that may be NULL. */
void ddl_add_own_column(struct strbuf *out, const struct form *form, enum form_column column);
/* What a column's comment says: the label, and the unit that its numbers are in; "" where there is neither. */
void ddl_append_comment(struct strbuf *out, const struct item *item);
/* COMMENT ON, from the label; nothing where there is nothing to say. */
void ddl_comment_table(struct strbuf *out, const struct form *form);
void ddl_comment_column(struct strbuf *out, const struct form *form, const struct item *item);

/* COPY analysis.FORM (columns) FROM STDIN (FORMAT binary). */
void ddl_copy_table(struct strbuf *out, const struct form *form);

/*
 * The stage: CREATE TEMPORARY TABLE of the same columns, emptied on commit, and its COPY. It is named by the form's
 * index: one session serves one definition only.
 */
void ddl_create_stage(struct strbuf *out, const struct form *form);
void ddl_copy_stage(struct strbuf *out, const struct form *form);

/*
 * DELETE of rows of evaluated subjects (pg_temp.stage_subject) that the stage no longer has; $1 center_id.
 * Returns one row: the number deleted.
 */
void ddl_merge_delete(struct strbuf *out, const struct form *form);
/*
 * UPDATE of pages whose staged row differs from the table's, by stored image and not by equality (36.20 is not
 * 36.2), in what the page's content decides; and INSERT of new ones. Rows that do not
 * differ are not touched, not even locked. $1 center_id.
 * Returns one row: the number inserted or updated.
 */
void ddl_merge_upsert(struct strbuf *out, const struct form *form);

#endif
