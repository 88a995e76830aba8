/*
 * analysis.h: from PostgreSQL's raw parse tree to the typed tree: names, types, operators, literals.
 *
 * Whatever is not known here is refused: the list of accepted nodes is the whitelist. Every function
 * returns NULL once something was refused; the first refusal stands in the error.
 *
 * Threads: main thread.
 */
#ifndef CRFD_CHECK_ANALYSIS_H
#define CRFD_CHECK_ANALYSIS_H

#include "crfd/check/compile.h"
#include "crfd/check/expr.h"
#include "crfd/check/routine.h"

#include <pg_query/pg_query.pb-c.h>
#include <stdbool.h>
#include <stddef.h>

struct analysis {
    struct arena *arena;
    const struct study *study;
    const struct form *form;
    size_t text_length;
    struct check_error *error;
    bool refused;
    struct row rows[ROW_MAX];
    size_t row_count;
    uint16_t held_count;
    unsigned depth;
    bool reads_current_date;
    bool *reads_item;
};

void analysis_init(struct analysis *analysis, struct arena *arena, const struct study *study,
                   const struct form *form, size_t text_length, struct check_error *error);

/* Any expression of the language. */
const struct expr *analysis_expr(struct analysis *analysis, const PgQuery__Node *node);

/* Records the first refusal; always NULL. The location counts as in the parse tree. */
const struct expr *analysis_refuse(struct analysis *analysis, int32_t location, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The same at the place of an analyzed expression. */
const struct expr *analysis_refuse_expr(struct analysis *analysis, const struct expr *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* --- column.c --- */
const struct expr *analysis_column(struct analysis *analysis, const PgQuery__ColumnRef *node);

/* --- convert.c --- */
/* A literal of a type; a text that is none is refused. */
const struct expr *analysis_literal(struct analysis *analysis, const struct expr *literal, enum sql_type type);
/* Converts as PostgreSQL does by itself; where it would not, NULL with a refusal that begins with `what`. */
const struct expr *analysis_convert(struct analysis *analysis, const struct expr *expr, enum sql_type type,
                                    const char *what);
/* expr::type and the result of a derivation. */
const struct expr *analysis_cast(struct analysis *analysis, const struct expr *expr, enum sql_type type,
                                 int32_t typmod, enum cast_context context, int32_t location);
const struct expr *analysis_type_cast(struct analysis *analysis, const PgQuery__TypeCast *node);
/* Converts all to their common type, in place; false after a refusal that names the construct. */
bool analysis_unify(struct analysis *analysis, const struct expr **args, size_t count, const char *construct,
                    enum sql_type *out);

/* --- operator.c --- */
const struct expr *analysis_operator(struct analysis *analysis, const PgQuery__AExpr *node);
/* a order b with PostgreSQL's rules for mixed types. */
const struct expr *analysis_compare(struct analysis *analysis, const struct expr *a, const struct expr *b,
                                    unsigned order, int32_t location);
/* What evaluates an operand once that is used several times; body is built with the result of `held`. */
const struct expr *analysis_held(struct analysis *analysis, const struct expr *expr);
const struct expr *analysis_hold(struct analysis *analysis, const struct expr *held, const struct expr *body);

/* --- call.c --- */
const struct expr *analysis_call(struct analysis *analysis, const PgQuery__FuncCall *node);
/* One of the tables' routines; the arguments are converted to what it takes. */
const struct expr *analysis_routine(struct analysis *analysis, const struct routine *routine,
                                    const struct expr *const *args, size_t count, int32_t location);

/* --- match.c --- */
const struct expr *analysis_like(struct analysis *analysis, const PgQuery__AExpr *node);
const struct expr *analysis_regex(struct analysis *analysis, const PgQuery__AExpr *node, const char *name);

#endif
