/*
 * expr.h: a check as a typed tree, between parsing and the flat program.
 *
 * Analysis has resolved every name, operator and literal; conversions stand in the tree as EXPR_CAST.
 * The twin is written from this tree and the program is emitted from it, so both mean the same.
 *
 * Threads: main thread, while the study is loaded.
 * Memory:  trees live in the arena of the study. A node may be shared by several parents.
 */
#ifndef CRFD_CHECK_EXPR_H
#define CRFD_CHECK_EXPR_H

#include "crfd/study/study.h"
#include "type.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct query;
struct regex;
struct routine;

enum expr_kind {
    EXPR_CONSTANT, /* `constant`; a literal of SQL_UNKNOWN holds its text */
    EXPR_COLUMN,   /* item `column` of row `row` */
    EXPR_KEY,      /* own column `column` (enum form_column) of the table of row `row` */
    EXPR_TOKEN,    /* the token of a missing value, where EXPR_COLUMN would have the value */
    EXPR_CURRENT_DATE,
    EXPR_CALL,     /* `routine` over args */
    EXPR_CAST,     /* args[0] to `type`; routine is NULL where the representation is the same */
    EXPR_COMPARE,  /* args[0] `order` args[1], both of one comparable type */
    EXPR_DISTINCT, /* args[0] IS [NOT if negated] DISTINCT FROM args[1] */
    EXPR_AND,
    EXPR_OR,
    EXPR_NOT,
    EXPR_IS_NULL,  /* args[0] IS [NOT] NULL */
    EXPR_IS_TRUTH, /* args[0] IS [NOT] `truth` */
    EXPR_IN,       /* args[0] [NOT] IN the other args, all constants of its type */
    EXPR_CASE,     /* condition, result, condition, result, ..., else (always there, may be NULL) */
    EXPR_COALESCE,
    EXPR_NULLIF,    /* args[0], or NULL where the condition args[1] is true */
    EXPR_EXTREME,   /* GREATEST, or LEAST where negated */
    EXPR_LIKE,      /* args[0] [NOT] LIKE args[1]; folded: ILIKE */
    EXPR_REGEX,     /* args[0] ~ args[1], a constant; folded: ~* */
    EXPR_HOLD,      /* args[1], in which EXPR_HELD of the same `held` stands for args[0], evaluated once */
    EXPR_HELD,      /* args[0] is what it stands for */
    EXPR_ROW,       /* a row of args; only on the way to a row comparison */
    EXPR_QUERY,     /* the value of the subquery `query` */
    EXPR_AGGREGATE, /* in the result of a query: its aggregate number `column` */
    EXPR_NEIGHBOR   /* args[0], over row `row`, where that row has a page; else args[1] */
};

/* Bits of EXPR_COMPARE's order: which outcomes of the three-way comparison are true. */
enum order { ORDER_LESS = 1, ORDER_EQUAL = 2, ORDER_GREATER = 4 };

struct expr {
    enum expr_kind kind;
    enum sql_type type;
    int32_t location; /* byte in the text of the check */
    bool
        implicit; /* a cast, or a number cast already, that PostgreSQL makes by itself: the twin leaves it out */
    bool negated;
    bool folded;   /* ignoring ASCII case */
    uint8_t order; /* enum order */
    uint8_t truth; /* enum truth */
    uint16_t row;
    uint16_t column;
    uint16_t held;
    int32_t typmod; /* of a cast: numeric(p,s) as p << 16 | s, varchar(n) as n; -1 where none */
    uint32_t arg_count;
    const struct expr **args;
    struct value constant;
    const struct routine *routine;
    const struct regex *regex;
    const struct query *query;
};

/* A page that columns are read from. */
enum row_kind {
    ROW_PAGE,      /* the page that is checked */
    ROW_REFERENCE, /* the page of a per-subject form, or of a per-event form at the same event */
    ROW_NEIGHBOR,  /* the page of the same form that stands `offset` places further, in event order */
    ROW_LOOP       /* each page of the form in turn: an item of a subquery's FROM */
};

struct row {
    enum row_kind kind;
    const struct form *form;
    const char *name;  /* what the text calls it; the form's name, or an alias */
    const char *alias; /* what the twin calls it: unlike the name of any other row */
    int32_t offset;
    uint32_t columns; /* the columns of the table itself that are read: bit n for enum form_column n */
    bool at_event;    /* ROW_LOOP: only pages at the event of the page that is checked are looked at */
};

#define ROW_MAX 24 /* pages that one check may read */

struct expr *expr_new(struct arena *arena, enum expr_kind kind, enum sql_type type, int32_t location);
/* The node with room for its args, which are set. */
struct expr *expr_new_args(struct arena *arena, enum expr_kind kind, enum sql_type type, int32_t location,
                           const struct expr *const *args, size_t count);

bool expr_is_null_constant(const struct expr *expr);
/* A quoted literal whose type is not decided. */
bool expr_is_literal(const struct expr *expr);

#endif
