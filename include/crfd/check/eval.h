/*
 * eval.h: run a compiled check on a page.
 *
 * Evaluating allocates nothing: registers and intermediate texts live in the scratch, which has the size of
 * the largest program.
 *
 * Operands are evaluated from left to right, the pages of a subquery in event order, and no more of them than
 * decide EXISTS, ANY or ALL. AND and OR stop at the first one that decides, CASE and
 * COALESCE evaluate no more than they need, and a part that is never reached raises no error. PostgreSQL
 * promises no order: it may raise an error of constants (1 / 0) already when it plans, where here the branch
 * may never be taken. Apart from that both give the same.
 *
 * Threads: any number at once, each with its own scratch.
 */
#ifndef CRFD_CHECK_EVAL_H
#define CRFD_CHECK_EVAL_H

#include "crfd/check/compile.h"
#include "crfd/check/subject.h"
#include "crfd/value/truth.h"

struct eval_scratch;

/* Enough for programs that need up to scratch_bytes; lives in the arena. */
struct eval_scratch *eval_scratch_new(struct arena *arena, size_t scratch_bytes);

/* The outcome of a check on a page. EVAL_ERROR: division by zero, overflow, a cast that failed. */
enum eval_outcome { EVAL_FALSE, EVAL_UNKNOWN, EVAL_TRUE, EVAL_ERROR, EVAL_OUTCOME_COUNT };

struct eval_error {
    const char *sqlstate; /* PostgreSQL's code of the same error, static storage */
    const char *message;  /* static storage, without values */
};

/* error is filled on EVAL_ERROR only. */
enum eval_outcome eval_check(const struct program *program, const struct subject *subject,
                             const struct page *page, struct eval_scratch *scratch, struct eval_error *error);

/*
 * A derived value; text and decimals of the result are copied to the arena.
 * False on an evaluation error: out is then NULL.
 */
bool eval_value(const struct program *program, const struct subject *subject, const struct page *page,
                struct eval_scratch *scratch, struct arena *arena, struct value *out,
                struct eval_error *error) CRFD_MUST_CHECK;

#endif
