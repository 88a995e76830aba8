/*
 * twin.h: a check in PostgreSQL's words over the analysis tables.
 *
 * Written from the typed tree, not from the user's text: every name is qualified, every literal has its
 * type, partial dates go through the functions of schema crfd, and text is ordered by COLLATE "C".
 *
 * Threads: main thread (asks the parser which names are keywords).
 */
#ifndef CRFD_CHECK_TWIN_H
#define CRFD_CHECK_TWIN_H

#include "crfd/base/arena.h"
#include "crfd/base/strbuf.h"
#include "expr.h"
#include "query.h"

/* Rows as the program has them: row 0 is the form whose table the query has in FROM. NULL where it would be too long. */
const char *twin_write(struct arena *arena, const struct expr *expr, const struct row *rows);

/* --- the twin under construction, as twin.c and twin_query.c share it; the text grows on the heap --- */

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
/* Of an EXPR_QUERY, EXPR_AGGREGATE or EXPR_NEIGHBOR. */
void twin_other_pages(struct twin *twin, const struct expr *expr);

#endif
