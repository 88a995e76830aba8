/*
 * suggest.h: "did you mean": the known name that is closest to a mistyped one.
 *
 * An edit (insertion, removal, replacement, swap of neighbours) is allowed for every three characters, one in shorter
 * names; never as many as there are characters. ASCII case does not count. Names of more than SUGGEST_MAX characters,
 * and what is no UTF-8, are close to nothing.
 *
 * Threads: pure functions.
 * Memory:  names are the caller's.
 */
#ifndef CRFD_BASE_SUGGEST_H
#define CRFD_BASE_SUGGEST_H

#include <stddef.h>
#include <stdint.h>

#define SUGGEST_MAX 64

struct suggest_word {
    int32_t characters[SUGGEST_MAX];
    size_t length; /* 0: close to nothing */
};

/* The best name seen so far. */
struct suggestion {
    struct suggest_word wanted;
    size_t limit;     /* a name with more edits is none */
    const char *name; /* NULL where none is close */
};

void suggestion_begin(struct suggestion *suggestion, const char *wanted);
/* Of two names that are as close the first one counts. */
void suggestion_offer(struct suggestion *suggestion, const char *name);

/* The closest of a list; NULL where none is close. */
const char *suggest(const char *wanted, const char *const *names, size_t count);

#endif
