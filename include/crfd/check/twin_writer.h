/*
 * twin_writer.h: the twin under construction, as twin.c and twin_query.c share it.
 *
 * Threads: main thread.
 * Memory:  the text grows on the heap; twin_write frees it.
 */
#ifndef CRFD_CHECK_TWIN_WRITER_H
#define CRFD_CHECK_TWIN_WRITER_H

#include "crfd/base/strbuf.h"
#include "crfd/check/expr.h"
#include "crfd/check/query.h"

struct twin {
    struct strbuf text;
    const struct row *rows;
    const struct query *query; /* whose aggregates are meant; NULL outside of subqueries */
};

void twin_put(struct twin *twin, const char *text);
/* Quoted where it has to be. */
void twin_name(struct twin *twin, const char *name);
void twin_column(struct twin *twin, const char *table, const char *column);
/* word, then a.column = b.column. */
void twin_join(struct twin *twin, const char *word, const char *a, const char *b, const char *column);
const char *twin_order_operator(unsigned order);

void twin_expr(struct twin *twin, const struct expr *expr);
/* In parentheses unless it can stand beside an operator without them. */
void twin_operand(struct twin *twin, const struct expr *expr);

/* --- twin_query.c --- */
void twin_query(struct twin *twin, const struct query *query);
void twin_aggregate(struct twin *twin, const struct aggregate *aggregate);
/* Of an EXPR_NEIGHBOR. */
void twin_neighbor(struct twin *twin, const struct expr *expr);

#endif
