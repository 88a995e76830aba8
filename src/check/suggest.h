/*
 * suggest.h: "did you mean": the known name that is closest to a mistyped one.
 *
 * Threads: pure functions.
 */
#ifndef CRFD_CHECK_SUGGEST_H
#define CRFD_CHECK_SUGGEST_H

#include <stddef.h>

/* The best name seen so far; name is NULL where none is close. */
struct suggestion {
    const char *wanted;
    size_t distance;
    const char *name;
};

void suggestion_begin(struct suggestion *suggestion, const char *wanted);
void suggestion_offer(struct suggestion *suggestion, const char *name);

/* Insertions, deletions, replacements and swaps of neighbours; limit + 1 where it is more than limit. */
size_t suggestion_distance(const char *a, const char *b, size_t limit);

#endif
