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

#include "crfd/check/program.h"
#include "crfd/check/refusal.h"
#include "expr.h"
#include "query.h"
#include "routine.h"

#include <pg_query/pg_query.pb-c.h>
#include <stdbool.h>
#include <stddef.h>

#define QUERY_DEPTH_MAX 3 /* subqueries inside one another */

/* A subquery under analysis: what its FROM makes visible, and its aggregates. */
struct scope {
    struct scope *outer;
    size_t first_row;
    size_t row_count;
    unsigned depth;
    bool selects;      /* its result is being read, where aggregates may stand */
    bool in_aggregate; /* an argument of one of them */
    bool reads_own;    /* in_aggregate: a column of this FROM was read */
    bool reads_outer;  /* in_aggregate: a column from outside */
    int32_t plain;     /* where its result first reads a column outside of aggregates; -1: nowhere */
    struct aggregate aggregates[AGGREGATE_MAX_COUNT];
    size_t aggregate_count;
};

/* What stands in the place of the page that is checked. */
enum page_scope {
    PAGE_OF_FORM,
    PAGE_OF_EVENT,  /* no page, but where one would stand: the event has a name, a number, a day */
    PAGE_OF_SUBJECT /* not even that */
};

struct analysis {
    struct arena *arena;
    const struct study *study;
    const struct form *form;
    enum page_scope scope_of_page;
    size_t text_length;
    struct check_error *error;
    bool refused;
    struct row rows[ROW_MAX];
    size_t row_count;
    size_t page_row;     /* what columns without a subquery mean: the page, or inside lag its neighbor */
    struct scope *scope; /* NULL outside of subqueries */
    uint16_t held_count;
    unsigned depth;
    bool reads_current_date;
    struct program_read *reads;
    size_t read_count;
    size_t read_room;
};

void analysis_init(struct analysis *analysis, struct arena *arena, const struct study *study,
                   const struct form *form, size_t text_length, struct check_error *error);

/* Any expression of the language. */
const struct expr *analysis_expr(struct analysis *analysis, const PgQuery__Node *node);

/* Records the first refusal; always NULL. The location counts as in the parse tree. */
const struct expr *analysis_refuse(struct analysis *analysis, int32_t location, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The same at the place of an analyzed expression. */
const struct expr *analysis_refuse_expr(struct analysis *analysis, const struct expr *at, const char *format,
                                        ...) __attribute__((format(printf, 3, 4)));

/* --- column.c --- */
const struct expr *analysis_column(struct analysis *analysis, const PgQuery__ColumnRef *node);
/* missing(column): the token of a missing value. */
const struct expr *analysis_token(struct analysis *analysis, const PgQuery__FuncCall *node);
/* The study's form of this name; NULL after a refusal. */
const struct form *analysis_form(struct analysis *analysis, const char *name, int32_t location);
/* Adds a row; its alias is made from `name`. False after a refusal: the check reads too many pages. */
bool analysis_add_row(struct analysis *analysis, struct row row, int32_t location, size_t *out);
/* A key column of a row. */
const struct expr *
analysis_key(struct analysis *analysis, size_t row, enum form_column key, int32_t location);

/* --- subquery.c --- */
const struct expr *analysis_query(struct analysis *analysis, const PgQuery__SubLink *node);

/* --- aggregate.c --- */
bool analysis_is_aggregate(const char *name);
const struct expr *
analysis_aggregate(struct analysis *analysis, const PgQuery__FuncCall *node, const char *name);

/* --- neighbor.c --- */
/* lag and lead. */
const struct expr *
analysis_neighbor(struct analysis *analysis, const PgQuery__FuncCall *node, const char *name);

/* --- convert.c --- */
/* A literal of a type; a text that is none is refused. */
const struct expr *
analysis_literal(struct analysis *analysis, const struct expr *literal, enum sql_type type);
/* Converts as PostgreSQL does by itself; where it would not, NULL with a refusal that begins with `what`. */
const struct expr *
analysis_convert(struct analysis *analysis, const struct expr *expr, enum sql_type type, const char *what);
/* expr::type and the result of a derivation. */
const struct expr *analysis_cast(struct analysis *analysis, const struct expr *expr, enum sql_type type,
                                 int32_t typmod, enum cast_context context, int32_t location);
const struct expr *analysis_type_cast(struct analysis *analysis, const PgQuery__TypeCast *node);
/* As text, where PostgreSQL does that without being asked (|| and concat); else the expression itself. */
const struct expr *analysis_text_of(struct analysis *analysis, const struct expr *expr);
/* Converts all to their common type, in place; false after a refusal that names the construct. */
bool analysis_unify(struct analysis *analysis, const struct expr **args, size_t count, const char *construct,
                    enum sql_type *out);

/* A condition of `construct`, converted to boolean. */
const struct expr *
analysis_condition(struct analysis *analysis, const PgQuery__Node *node, const char *construct);

/* --- operator.c --- */
/* The bits of a comparison operator; 0 where it is none. */
unsigned analysis_order(const char *name);
const struct expr *analysis_operator(struct analysis *analysis, const PgQuery__AExpr *node);
/* a order b with PostgreSQL's rules for mixed types. */
const struct expr *analysis_compare(struct analysis *analysis, const struct expr *a, const struct expr *b,
                                    unsigned order, int32_t location);
/* What evaluates an operand once that is used several times; body is built with the result of `held`. */
const struct expr *analysis_held(struct analysis *analysis, const struct expr *expr);
const struct expr *analysis_hold(struct analysis *analysis, const struct expr *held, const struct expr *body);

/* --- call.c --- */
const struct expr *analysis_call(struct analysis *analysis, const PgQuery__FuncCall *node);
/* The local time of an instant in a zone: 'UTC', or the study's. */
const struct expr *analysis_at_time_zone(struct analysis *analysis, const struct expr *instant,
                                         const char *name, int32_t location);
/* The study's zone, else UTC: what a remedy names. */
const char *analysis_zone_name(const struct analysis *analysis);
/* One of the tables' routines; the arguments are converted to what it takes. */
const struct expr *analysis_routine(struct analysis *analysis, const struct routine *routine,
                                    const struct expr *const *args, size_t count, int32_t location);

/* --- match.c --- */
const struct expr *analysis_like(struct analysis *analysis, const PgQuery__AExpr *node);
const struct expr *analysis_regex(struct analysis *analysis, const PgQuery__AExpr *node, const char *name);

#endif
