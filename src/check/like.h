/*
 * like.h: LIKE and ILIKE as PostgreSQL's like.c matches them: % any text, _ any character, \ quotes.
 *
 * Threads: pure functions.
 */
#ifndef CRFD_CHECK_LIKE_H
#define CRFD_CHECK_LIKE_H

#include <stdbool.h>
#include <stddef.h>

/* Whether the pattern ends in a quoting \ that quotes nothing; PostgreSQL may call that an error (22025). */
bool like_pattern_is_broken(const char *pattern, size_t length);

/* folded: letters of either ASCII case are the same. In time proportional to the product of the lengths. */
bool like_match(const char *text, size_t length, const char *pattern, size_t pattern_length, bool folded);

#endif
