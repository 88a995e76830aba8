/*
 * generate_enter.h: a subject's pages as the people of its center type them, and what cleaning must make of it.
 *
 * Threads: pure functions.
 * Memory:  everything lives in the given arena.
 */
#ifndef CRFD_TESTS_GENERATE_ENTER_H
#define CRFD_TESTS_GENERATE_ENTER_H

#include "crfd/base/arena.h"
#include "generate_subject.h"

#include <stdint.h>

/* What cleaning has to do, in the order in which it does it; bits of made_value.steps. */
enum made_step {
    STEP_NFC = 1 << 0,
    STEP_WIDTH = 1 << 1,
    STEP_CONTROL = 1 << 2,
    STEP_TRIM = 1 << 3,
    STEP_MISSING = 1 << 4,
    STEP_SYNONYM = 1 << 5,
    STEP_CASE = 1 << 6,
    STEP_QUALIFIER = 1 << 7,
    STEP_DECIMAL = 1 << 8,
    STEP_DATE_FORMAT = 1 << 9,
    STEP_PARTIAL = 1 << 10,
    STEP_UNIT = 1 << 11
};

/* As analysis.cleaning.steps shows them: "width,trim". */
const char *step_names(struct arena *arena, uint32_t steps);

/* Fills json, raw, cleaned and steps of every value, and data of every page that has none. */
void enter_subject(struct arena *arena, uint64_t seed, int center, int number, struct made_subject *subject);

#endif
