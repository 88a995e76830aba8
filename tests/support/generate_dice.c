#include "generate_dice.h"

/* SplitMix64 (Steele, Lea and Flood, 2014): one addition and one mix per number; any seed will do. */
static uint64_t
mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static uint64_t
next(struct dice *dice)
{
    dice->state += UINT64_C(0x9E3779B97F4A7C15);
    return mix(dice->state);
}

struct dice
dice_at(uint64_t seed, uint64_t center, uint64_t subject, uint64_t place)
{
    struct dice dice = {mix(seed + 1)};

    dice.state = mix(dice.state ^ (center + 1));
    dice.state = mix(dice.state ^ (subject + 1));
    dice.state = mix(dice.state ^ (place + 1));
    return dice;
}

uint32_t
dice_roll(struct dice *dice, uint32_t sides)
{
    /* The upper half of a product is as even as this needs, and has no division. */
    return (uint32_t)(((next(dice) >> 32) * sides) >> 32);
}

int
dice_between(struct dice *dice, int low, int high)
{
    return low + (int)dice_roll(dice, (uint32_t)(high - low + 1));
}

bool
dice_percent(struct dice *dice, uint32_t percent)
{
    return dice_roll(dice, 100) < percent;
}
