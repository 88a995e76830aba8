/*
 * generate_bench.h: the pages of the benchmark study (tests/data/bench.json): many, plain, 20 a subject.
 *
 * About a third of the pages violate one check each, and none violates two, so that the findings are known.
 *
 * Threads: one thread.
 * Memory:  constant.
 */
#ifndef CRFD_TESTS_GENERATE_BENCH_H
#define CRFD_TESTS_GENERATE_BENCH_H

#include "generate_tally.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define BENCH_VISITS 20

struct bench {
    uint64_t seed;
    int centers;
    int subjects; /* per center */
    int night;    /* 1, or 2: one page of every hundredth subject has changed */
    bool changes; /* SQL that makes the second night of the first; else COPY text of all pages */
};

/* Counts by the names of generate_expect.h, but for forms, values, errors, cleaning and quarantine: there are none. */
void bench_write(const struct bench *bench, FILE *out, struct tally *tally);

#endif
