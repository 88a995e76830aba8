/*
 * walk.h: questions about a whole tree, its subqueries among them.
 *
 * Threads: pure functions.
 */
#ifndef CRFD_CHECK_WALK_H
#define CRFD_CHECK_WALK_H

#include "expr.h"

#include <stdbool.h>
#include <stdint.h>

/* Bit n for each row n that the expression reads, also inside its subqueries. */
uint32_t expr_rows(const struct expr *expr);
/*
 * Whether evaluating it can never end in an error: columns, constants, comparisons and logic of these, choices among them
 * (CASE, COALESCE), and the days and instants that a partial date may mean.
 */
bool expr_is_safe(const struct expr *expr);

#endif
