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
#include "crfd/check/expr.h"

/* Rows as the program has them: row 0 is the form whose table the query has in FROM. NULL where it would be too long. */
const char *twin_write(struct arena *arena, const struct expr *expr, const struct row *rows);

#endif
