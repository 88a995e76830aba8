/*
 * generate_demo.h: the demo study's pages of one night, or what changes from the night before.
 *
 * Threads: one thread.
 * Memory:  one subject at a time, whatever the number of subjects.
 */
#ifndef CRFD_TESTS_GENERATE_DEMO_H
#define CRFD_TESTS_GENERATE_DEMO_H

#include "generate_expect.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct demo {
    uint64_t seed;
    int centers;
    int subjects; /* per center; on later nights some centers have one more or one less */
    int night;    /* 1 .. NIGHTS_MAX */
    bool changes; /* SQL that makes this night of the last; else COPY text of all pages */
};

void demo_write(const struct demo *demo, FILE *out, struct expectation *expectation);

#endif
