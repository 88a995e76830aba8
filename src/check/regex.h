/*
 * regex.h: PostgreSQL's regular expressions, as far as PCRE2 means the same.
 *
 * PostgreSQL's advanced regular expressions and PCRE2 agree on a common core; a pattern outside it is
 * refused when the study is loaded, with what to write instead. The translation spells out classes and
 * letters of either case in ASCII, as PostgreSQL does under COLLATE "C". Whether a text matches at all does
 * not depend on greediness, so the engines' different choice among matches does not matter.
 *
 * Threads: compile on the main thread; a compiled expression is const.
 * Memory:  the compiled code lives in the arena. PCRE2's machine code (JIT) is mapped by PCRE2 and stays
 *          until the process ends; where the kernel forbids executable memory the interpreter runs.
 */
#ifndef CRFD_CHECK_REGEX_H
#define CRFD_CHECK_REGEX_H

#include "regex_translate.h" /* REGEX_PROBLEM_MAX */

#include "crfd/base/arena.h"

#include <stdbool.h>
#include <stddef.h>

struct regex;
struct regex_room;

/* NULL where it is refused: offset (bytes in the pattern) and problem say why. */
const struct regex *regex_compile(struct arena *arena, const char *pattern, size_t length, bool folded,
                                  size_t *offset, char problem[REGEX_PROBLEM_MAX]);

/* What matching needs besides the text; one for each thread. */
struct regex_room *regex_room_new(struct arena *arena);

enum regex_result { REGEX_MISS, REGEX_MATCH, REGEX_TOO_COSTLY };

/* Bounded in time and memory: what would exceed the bounds is REGEX_TOO_COSTLY. */
enum regex_result
regex_match(const struct regex *regex, const char *text, size_t length, struct regex_room *room);

#endif
