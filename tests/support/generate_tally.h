/*
 * generate_tally.h: counts under names of one to three parts, and the manifest that is made of them.
 *
 * Threads: a tally belongs to one thread.
 * Memory:  on the heap; grows with the number of different names, not with what is counted.
 */
#ifndef CRFD_TESTS_GENERATE_TALLY_H
#define CRFD_TESTS_GENERATE_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tally_entry {
    char *name; /* the parts, each ended by a TALLY_BREAK but the last */
    int64_t count;
};

struct tally {
    struct tally_entry *entries; /* ordered by name */
    size_t count;
    size_t capacity;
};

#define TALLY_BREAK '\x1f' /* sorts before every character of a name */

void tally_init(struct tally *tally);
void tally_destroy(struct tally *tally);

/* Adds to part.second.third; NULL ends the name early. */
void tally_add(struct tally *tally, int64_t number, const char *first, const char *second, const char *third);

/* 0 where nothing was counted under the name. */
int64_t tally_get(const struct tally *tally, const char *first, const char *second, const char *third);

/* {"first": {"second": {"third": 3}}} to a file; false, with errno, where it cannot be written. */
bool tally_write(const struct tally *tally, const char *path);

#endif
