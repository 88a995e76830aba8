/*
 * query.h: a subquery as analysis leaves it: which pages it visits, and what it makes of them.
 *
 * Pages of each form are visited in event order; with several forms in FROM the last one runs fastest.
 *
 * Threads: main thread, while the study is loaded.
 * Memory:  lives in the arena of the study.
 */
#ifndef CRFD_CHECK_QUERY_H
#define CRFD_CHECK_QUERY_H

#include "expr.h"

#include <stdbool.h>
#include <stddef.h>

enum query_kind {
    QUERY_EXISTS,    /* whether there is a page */
    QUERY_AGGREGATE, /* `result`, over the aggregates of all pages */
    QUERY_FIRST,     /* `result` for the page that stands first by `sorts` */
    QUERY_ANY,       /* whether the comparison `result` is true for some page, in three-valued logic */
    QUERY_ALL
};

enum aggregate_kind {
    AGGREGATE_COUNT,
    AGGREGATE_SUM, /* of a numeric, or of an int4 as int8 */
    AGGREGATE_AVG, /* of a numeric */
    AGGREGATE_MIN,
    AGGREGATE_MAX,
    AGGREGATE_BOOL_AND,
    AGGREGATE_BOOL_OR,
    AGGREGATE_KIND_COUNT
};

struct aggregate {
    enum aggregate_kind kind;
    enum sql_type type;        /* of the result */
    const struct expr *arg;    /* NULL: count(*) */
    const struct expr *filter; /* NULL where there is none */
    bool distinct;
};

struct sort {
    const struct expr *key;
    bool descending;
    bool nulls_first;
};

#define AGGREGATE_MAX_COUNT 16
#define SORT_MAX            48 /* with event numbers, and the page's place behind those of the text */

struct query {
    enum query_kind kind;
    size_t first_row; /* the rows of FROM stand side by side */
    size_t row_count;
    const struct expr *where;  /* NULL where there is none */
    const struct expr *result; /* NULL for QUERY_EXISTS */
    const struct aggregate *aggregates;
    size_t aggregate_count;
    const struct sort *sorts; /* the page's place (event, event_repeat, form_repeat) decides last */
    size_t sort_count;
};

/* The name in SQL: "count". */
const char *aggregate_name(enum aggregate_kind kind);

#endif
