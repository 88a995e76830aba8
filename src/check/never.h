/*
 * never.h: constants that no page can hold, through whatever hands a column on: COALESCE, upper(), lag(), a subquery.
 *
 * Threads: main thread, while the study is loaded.
 */
#ifndef CRFD_CHECK_NEVER_H
#define CRFD_CHECK_NEVER_H

#include "crfd/check/world.h"
#include "expr.h"

#include <stdbool.h>

/*
 * Whether the term never equals the constant, on whatever page; `why`, unless NULL, takes the reason and the remedy.
 * `rows` are those of the program.
 */
bool never_equal(const struct world *world, const struct row *rows, const struct expr *term,
                 const struct expr *constant, struct strbuf *why);

#endif
