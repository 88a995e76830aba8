/*
 * suspect.h: what in a compiled check can never do what it seems to be there for.
 *
 * Looked for is what is certain, whatever the pages hold: a constant that no page can have, a comparison with NULL,
 * conditions that contradict one another, what is always true, a check that can never be false. What stands in a
 * check without doing anything, and does no harm, is not told: parts without a column (`for` makes them), and
 * subject_id = subject_id. Where it would take long to be certain, nothing is said.
 *
 * Threads: main thread, while the study is loaded.
 * Memory:  messages live in the given arena.
 */
#ifndef CRFD_CHECK_SUSPECT_H
#define CRFD_CHECK_SUSPECT_H

#include "crfd/base/arena.h"
#include "crfd/check/program.h"
#include "crfd/check/world.h"

#include <stdbool.h>
#include <stddef.h>

#define SUSPICIONS_MAX 16 /* of one check */

struct suspicion {
    size_t offset; /* byte in the text of the check */
    const char *message;
};

struct suspicions {
    struct suspicion list[SUSPICIONS_MAX];
    size_t count;
};

/* What the program is for. */
enum suspect_use {
    SUSPECT_CHECK, /* to be false for some pages */
    SUSPECT_WHEN,  /* to be true for some subjects, and not for others: whether a form is expected */
    SUSPECT_VALUE  /* a derivation, a day */
};

void suspect_look(struct arena *arena, const struct world *world, const struct program *program,
                  enum suspect_use use, struct suspicions *out);

#endif
