/*
 * regex_translate.h: a PostgreSQL regular expression in PCRE2's words, where both have the same meaning.
 *
 * Accepted: characters, ".", [...] with ranges and [:classes:], \d \w \s and their opposites, \t \n \r \f \v,
 * quoted signs, "^", "$", \A, \Z, \m, \M, \y, \Y, (...), (?:...), (?=...), (?!...), "|", and the quantifiers * + ?
 * {m} {m,} {m,n}, also non-greedy. Refused: back references, look-behind, embedded options, \x and \u, [. .] and [= =], and
 * what PostgreSQL itself refuses. Source: PostgreSQL 15, 9.7.3 "POSIX Regular Expressions"; pcre2pattern(3).
 *
 * Threads: pure functions.
 */
#ifndef CRFD_CHECK_REGEX_TRANSLATE_H
#define CRFD_CHECK_REGEX_TRANSLATE_H

#include "crfd/base/strbuf.h"

#include <stdbool.h>
#include <stddef.h>

#define REGEX_PROBLEM_MAX 200

/* False where the pattern is refused: offset (bytes) and problem say why. */
bool regex_translate(const char *pattern, size_t length, bool folded, struct strbuf *out, size_t *offset,
                     char problem[REGEX_PROBLEM_MAX]) __attribute__((warn_unused_result));

#endif
