/*
 * fuzz.h: what every fuzz target defines, and how it says that a promise is broken.
 *
 * A target is one function over bytes. Built by clang, libFuzzer calls it (scripts/fuzz); in every other build
 * replay.c calls it for each file of its corpus, which is a test.
 *
 * Threads: one.
 */
#ifndef CRFD_TESTS_FUZZ_H
#define CRFD_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* Always 0. The bytes are anyone's. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* Ends the process unless the condition holds, in every build. */
#define FUZZ_REQUIRE(condition, says)                                                                        \
    do {                                                                                                     \
        if (!(condition)) {                                                                                  \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, says);                                        \
            abort();                                                                                         \
        }                                                                                                    \
    } while (0)

#endif
