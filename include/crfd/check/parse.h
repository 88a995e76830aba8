/*
 * parse.h: the text of a check to PostgreSQL's raw parse tree, guarded.
 *
 * The parser is PostgreSQL's own (libpg_query), made for statements of trusted length. So before it sees a
 * text: encoding, size and tokens are checked (deep input overflows its stack). After it: exactly one
 * SELECT with one unnamed target and no other clause may remain, so that nothing but an expression passes.
 *
 * Threads: main thread; each thread that parses leaks a pthread key inside libpg_query.
 * Memory:  parse_free gives the tree back.
 */
#ifndef CRFD_CHECK_PARSE_H
#define CRFD_CHECK_PARSE_H

#include "crfd/check/refusal.h"

#include <pg_query/pg_query.pb-c.h>
#include <stdbool.h>
#include <stddef.h>

#define CHECK_TEXT_MAX  16384 /* bytes of one expression */
#define CHECK_TOKEN_MAX 2000  /* tokens of one expression */

/* Locations in the tree count from the start of "SELECT " before the text. */
#define PARSE_PREFIX        "SELECT "
#define PARSE_PREFIX_LENGTH (sizeof PARSE_PREFIX - 1)

struct parse {
    PgQuery__ParseResult *result; /* owns the tree */
    const PgQuery__Node *expression;
};

bool parse_expression(const char *text, size_t length, struct parse *out,
                      struct check_error *error) CRFD_MUST_CHECK;
void parse_free(struct parse *parse);

/* Whether a table or a column of this name has to be quoted in SQL. */
bool parse_is_reserved(const char *name);

#endif
