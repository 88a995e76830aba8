/*
 * form_columns.h: the columns of a form's table that are no items, one row each: whoever creates, compares, fills or
 * reads form tables walks this table.
 *
 * A new column is a row here and its value in subject_column() (crfd/check/subject.h). Columns stand in the order of
 * the enum, in CREATE TABLE and in every COPY, with the items before FORM_COLUMNS_BEHIND_ITEMS.
 *
 * Threads: const.
 */
#ifndef CRFD_STUDY_FORM_COLUMNS_H
#define CRFD_STUDY_FORM_COLUMNS_H

#include "crfd/value/value.h"

#include <stdbool.h>

enum form_column {
    COLUMN_CENTER_ID,
    COLUMN_SUBJECT_ID,
    COLUMN_EVENT,
    COLUMN_EVENT_REPEAT,
    COLUMN_FORM_REPEAT,
    COLUMN_EVENT_ORDER,
    COLUMN_EVENT_NUMBER,
    COLUMN_EVENT_DAY,
    COLUMN_UNSCHEDULED,
    COLUMN_SUBMITTED_AT,
    COLUMN_MISSING,
    COLUMN_RUN_ID,
    FORM_COLUMN_COUNT
};

#define FORM_COLUMNS_BEHIND_ITEMS COLUMN_SUBMITTED_AT
#define FORM_TABLE_COLUMNS_MAX    1600 /* PostgreSQL's limit, own columns and items together */

enum column_role {
    COLUMN_IN_KEY,     /* of the primary key: where the page stands */
    COLUMN_IN_CONTENT, /* a page that differs in it is written again, as one that differs in an item */
    COLUMN_OF_RUN      /* set whenever the row is written; alone it is no difference */
};

enum column_type {
    COLUMN_TEXT,
    COLUMN_INT4,
    COLUMN_INT8,
    COLUMN_BOOLEAN,
    COLUMN_TIMESTAMPTZ,
    COLUMN_JSONB, /* never readable: the check language has no such type */
    COLUMN_TYPE_COUNT
};

struct column_type_row {
    const char *sql;       /* as CREATE TABLE takes it, with its collation */
    const char *catalog;   /* as format_type() names it, with its collation */
    enum value_type value; /* what holds it in memory */
};

struct form_column_row {
    const char *name;
    enum column_type type;
    enum column_role role;
    bool is_readable; /* a check may name it */
    bool is_nullable; /* a table that exists may lack it: `crfd migrate` adds it */
};

extern const struct column_type_row column_types[COLUMN_TYPE_COUNT];
extern const struct form_column_row form_columns[FORM_COLUMN_COUNT];

/* The column of this name; FORM_COLUMN_COUNT where it is none of them. */
enum form_column form_column_named(const char *name);

#endif
