/*
 * units.h: a number in the unit it was measured in, to the item's unit, exactly.
 *
 * Unit names compare after cleaning, first as written, then without regard to case (also U+00B5 as U+03BC,
 * the two letters of µg); a name that then means two units of the rule is unknown. The scale of the result is
 * numeric's: that of value * factor + offset, nothing trimmed. A factor or offset that is NULL is left out.
 *
 * Threads: pure; a plan is const.
 * Memory:  a plan lives in the arena it was built in and borrows the rule's decimals.
 */
#ifndef CRFD_CLEAN_UNITS_H
#define CRFD_CLEAN_UNITS_H

#include "crfd/base/arena.h"
#include "crfd/study/study.h"
#include "crfd/value/decimal.h"
#include "text.h"

#include <stdbool.h>

enum unit_outcome {
    UNIT_SAME, /* the item's own unit, or a conversion that does not change the number: *out is not set */
    UNIT_CONVERTED, /* *out is the number in the item's unit */
    UNIT_UNKNOWN,   /* the rule does not know the unit */
    UNIT_OVERFLOW   /* the result is beyond the exact range */
};

struct unit_plan;

const struct unit_plan *unit_plan_new(struct arena *arena, const struct unit_rule *rule);

/*
 * The arena is for comparing only, and only where the name is not written as the rule has it. *turns becomes true
 * where the conversion makes a greater number the lesser one.
 */
enum unit_outcome unit_convert(const struct unit_plan *plan, struct arena *arena, struct text_span unit,
                               const struct decimal *number, struct decimal_wide *out, bool *turns);

#endif
