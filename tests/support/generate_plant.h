/*
 * generate_plant.h: puts defects into a subject's pages, night by night.
 *
 * Which defects a subject has, where, and on which nights depends on the seed and the subject alone; whether
 * a defect shows on a night does not move any other.
 *
 * Threads: pure functions.
 * Memory:  everything lives in the given arena.
 */
#ifndef CRFD_TESTS_GENERATE_PLANT_H
#define CRFD_TESTS_GENERATE_PLANT_H

#include "crfd/base/arena.h"
#include "generate_subject.h"

#include <stdint.h>

#define NIGHTS_MAX 3

/* ordinal: the subject's place among all of the study; defects are dealt out in turn along it. */
void plant_defects(struct arena *arena, uint64_t seed, int center, int number, size_t ordinal, int night,
                   struct made_subject *subject);

#endif
