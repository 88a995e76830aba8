/*
 * type.h: the SQL types an expression may have, and PostgreSQL's rules for moving between them.
 *
 * Source of the rules: PostgreSQL 15, chapter 10 "Type Conversion", pg_cast and pg_type. A partial date is
 * a type of crfd's own; in the analysis tables it is text.
 *
 * Threads: pure functions.
 */
#ifndef CRFD_CHECK_TYPE_H
#define CRFD_CHECK_TYPE_H

#include "crfd/study/form_columns.h"
#include "crfd/value/value.h"

#include <stdbool.h>
#include <stddef.h>

enum sql_type {
    SQL_UNKNOWN, /* a quoted literal or NULL whose type its surroundings decide */
    SQL_BOOLEAN,
    SQL_INT4,
    SQL_INT8,
    SQL_NUMERIC,
    SQL_FLOAT8, /* known only so that what PostgreSQL would make of it can be refused by name */
    SQL_TEXT,
    SQL_DATE,
    SQL_TIMESTAMP,
    SQL_TIMESTAMPTZ,
    SQL_TIME,
    SQL_INTERVAL,
    SQL_PARTIAL_DATE,
    SQL_PARTIAL_DATETIME,
    SQL_TYPE_COUNT
};

/* PostgreSQL's name ("bigint"), or "partial date". */
const char *type_name(enum sql_type type);

/* The type of an item's column and of one that every form table has, and the type of register that holds values of an SQL type. */
enum sql_type type_of_item(enum value_type type);
enum sql_type type_of_column(enum column_type type);
enum value_type type_register(enum sql_type type);

bool type_is_partial(enum sql_type type);
bool type_is_number(enum sql_type type);

/* Whether PostgreSQL converts without being asked. */
bool type_converts(enum sql_type from, enum sql_type to);

/* Types of one category can be matched (CASE, COALESCE, IN); the preferred one wins a tie. */
char type_category(enum sql_type type);
bool type_is_preferred(enum sql_type type);

/*
 * The common type of several expressions (PostgreSQL's select_common_type): text where all are unknown.
 * False where there is none; then a and b are the first two types that cannot be matched.
 */
bool
type_common(const enum sql_type *types, size_t count, enum sql_type *out, enum sql_type *a, enum sql_type *b);

#endif
