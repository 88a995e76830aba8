/*
 * generate_dice.h: the chance that generated data rests on; the same seed and place always fall the same.
 *
 * Each place (a center, a subject, a value) has dice of its own, so that a change in one place of the
 * generator does not reach into all others.
 *
 * Threads: dice belong to one thread.
 */
#ifndef CRFD_TESTS_GENERATE_DICE_H
#define CRFD_TESTS_GENERATE_DICE_H

#include <stdbool.h>
#include <stdint.h>

struct dice {
    uint64_t state;
};

/* Dice for one place of one seed. */
struct dice dice_at(uint64_t seed, uint64_t center, uint64_t subject, uint64_t place);

/* 0 .. sides - 1 */
uint32_t dice_roll(struct dice *dice, uint32_t sides);
/* low .. high, both included */
int dice_between(struct dice *dice, int low, int high);
bool dice_percent(struct dice *dice, uint32_t percent);

#endif
