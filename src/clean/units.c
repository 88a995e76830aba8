#include "units.h"

#include <stdbool.h>
#include <stddef.h>

struct unit {
    struct text_span name;                    /* cleaned */
    struct text_span folded;                  /* and without case */
    const struct unit_conversion *conversion; /* NULL: the item's own unit */
};

struct unit_plan {
    struct unit *units;
    size_t count;
};

static struct unit
unit_of(struct arena *arena, const char *name, const struct unit_conversion *conversion)
{
    struct unit unit = {.name = text_of(name), .conversion = conversion};

    (void)text_clean(arena, &unit.name);
    unit.folded = text_fold_case(arena, unit.name);
    return unit;
}

const struct unit_plan *
unit_plan_new(struct arena *arena, const struct unit_rule *rule)
{
    struct unit_plan *plan = arena_new(arena, struct unit_plan);

    plan->units = arena_array(arena, struct unit, rule->conversion_count + 1);
    plan->units[plan->count++] = unit_of(arena, rule->to, NULL);
    for (size_t i = 0; i < rule->conversion_count; i++)
        plan->units[plan->count++] = unit_of(arena, rule->conversions[i].from, &rule->conversions[i]);
    return plan;
}

static const struct unit *
find(const struct unit_plan *plan, struct arena *arena, struct text_span name)
{
    const struct unit *found = NULL;
    struct text_span folded;

    for (size_t i = 0; i < plan->count; i++) {
        if (text_equal(plan->units[i].name, name))
            return &plan->units[i];
    }
    folded = text_fold_case(arena, name);
    for (size_t i = 0; i < plan->count; i++) {
        if (!text_equal(plan->units[i].folded, folded))
            continue;
        if (found != NULL)
            return NULL;
        found = &plan->units[i];
    }
    return found;
}

enum unit_outcome
unit_convert(const struct unit_plan *plan, struct arena *arena, struct text_span unit,
             const struct decimal *number, struct decimal_wide *out, bool *turns)
{
    const struct unit *found = find(plan, arena, unit);
    const struct unit_conversion *conversion;
    const struct decimal *converted = number;
    struct decimal_wide result;

    if (found == NULL)
        return UNIT_UNKNOWN;
    conversion = found->conversion;
    if (conversion == NULL)
        return UNIT_SAME;
    if (conversion->factor != NULL) {
        *turns = decimal_sign(conversion->factor) < 0;
        if (decimal_multiply(converted, conversion->factor, &result) != DECIMAL_OK)
            return UNIT_OVERFLOW;
        converted = &result.value;
    }
    if (conversion->offset != NULL) {
        if (decimal_add(converted, conversion->offset, &result) != DECIMAL_OK)
            return UNIT_OVERFLOW;
        converted = &result.value;
    }
    if (decimal_compare(converted, number) == 0)
        return UNIT_SAME;
    *out = result;
    return UNIT_CONVERTED;
}
