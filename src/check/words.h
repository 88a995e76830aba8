/*
 * words.h: a typed tree as an English sentence, for people who do not read SQL; between the files that write it.
 *
 * What is false is told as what holds then ("is at most" for a "greater than" that is false): in three-valued logic one
 * is false just where the other is true, so negations go inwards without a change of meaning.
 *
 * Threads: one thread has the words.
 * Memory:  borrows the program; the text is the caller's.
 */
#ifndef CRFD_CHECK_WORDS_H
#define CRFD_CHECK_WORDS_H

#include "crfd/base/strbuf.h"
#include "query.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WORDS_TOLD_MAX 64

/* What has to be said beside the sentence, since something of the kind stands in it. */
enum words_note {
    WORDS_EXISTS = 1,
    WORDS_AGGREGATE = 2,
    WORDS_PARTIAL = 4,
    WORDS_VISITS = 8,
    WORDS_DIVISION = 16,
    WORDS_CAST = 32,
    WORDS_FULL_DATE = 64,
    WORDS_REFERENCE = 128,
    WORDS_FIRST = 256,
    WORDS_RESULT = 512, /* a value of other pages, which may be missing */
    WORDS_NO_VISIT = 1024,
    WORDS_TOKEN = 2048,
    WORDS_QUANTIFIED = 4096
};

struct words {
    struct strbuf *out;
    const struct program *program;
    const struct query *query;               /* whose aggregates EXPR_AGGREGATE means */
    unsigned notes;                          /* bits of enum words_note */
    const struct item *told[WORDS_TOLD_MAX]; /* called by their labels already */
    size_t told_count;
};

/* "is at most" */
const char *words_order(unsigned order);

/* That the condition is true, or, without `holds`, that it is false. */
void words_condition(struct words *words, const struct expr *expr, bool holds);
/* The same within another sentence: a list is in parentheses. */
void words_part(struct words *words, const struct expr *expr, bool holds);
/* "the days from a to b" */
void words_value(struct words *words, const struct expr *expr);
/* The same beside other words: in parentheses where it is more than a name. */
void words_operand(struct words *words, const struct expr *expr);
/* "the missing x" */
void words_token(struct words *words, const struct expr *expr);
/* "the square root of x"; of a condition that it `holds`, or does not. */
void words_call(struct words *words, const struct expr *call, bool holds);

/* "Systolic blood pressure (vs.sysbp)", and from then on "vs.sysbp"; qualifier: "vs", or "" */
void words_item(struct words *words, const char *qualifier, const struct item *item);
/* "form Vital signs (vs)" */
void words_form(struct words *words, const struct form *form);

/* Subqueries: as a condition, as a value; lag and lead; an aggregate. */
void words_query_condition(struct words *words, const struct query *query, bool holds);
void words_query_value(struct words *words, const struct query *query);
void words_neighbor(struct words *words, const struct expr *expr);
void words_aggregate(struct words *words, const struct aggregate *aggregate);

/* Sentences: where a missing value keeps the check from being asked, and where it does not. */
void words_missing(struct words *words);

/* What stands for the expression where it is written: without what is held, and casts that nobody wrote. */
const struct expr *words_bare(const struct expr *expr);

#endif
