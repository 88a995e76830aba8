/*
 * term.h: expressions that are not logic, as facts are about them: which are the same, whatever the pages hold.
 *
 * Threads: pure functions.
 */
#ifndef CRFD_CHECK_TERM_H
#define CRFD_CHECK_TERM_H

#include "expr.h"

#include <stdbool.h>

/* The expression itself, where it is held for several uses, or a number that was only widened. */
const struct expr *term_bare(const struct expr *expr);
/* Whether both have one value on whatever page: the same expression, or one of the subject's own columns. */
bool term_same(const struct expr *a, const struct expr *b);
/* Whether it reads nothing of a page, as 1 < 2 and what `for` made of {name}. */
bool term_is_fixed(const struct expr *expr);
/* What a subquery's value is a value of: of what it selects, or takes the least or greatest of. NULL where it makes another. */
const struct expr *term_handed_on(const struct query *query);
/* subject_id and center_id: one value for all pages that a check can see. */
bool term_is_subject(const struct expr *expr);

#endif
