#include "routine.h"

#include <string.h>

static const struct routine *const tables[] = {
    number_routines, text_routines, pad_routines, calendar_routines, span_routines, partial_routines,
};

#define TABLE_COUNT (sizeof tables / sizeof tables[0])

/* Overloads of one name and kind. */
#define CANDIDATES_MAX 16

struct candidates {
    const struct routine *routines[CANDIDATES_MAX];
    size_t count;
};

static bool
has_name(const struct routine *routine, const char *name, enum routine_kind kind)
{
    bool same_kind = routine->kind == kind || (kind == ROUTINE_FUNCTION && routine->kind == ROUTINE_VARIADIC);

    return same_kind && strcmp(routine->name, name) == 0;
}

static enum sql_type
argument_type(const struct routine *routine, size_t i)
{
    return routine->kind == ROUTINE_VARIADIC ? routine->args[0] : routine->args[i];
}

static bool
takes(const struct routine *routine, const enum sql_type *types, size_t count)
{
    if (routine->kind == ROUTINE_VARIADIC ? count < routine->arg_count : count != routine->arg_count)
        return false;
    for (size_t i = 0; i < count; i++) {
        enum sql_type wanted = argument_type(routine, i);

        if (types[i] != SQL_UNKNOWN && wanted != SQL_UNKNOWN && !type_converts(types[i], wanted))
            return false;
    }
    return true;
}

static bool
is_exact(const struct routine *routine, const enum sql_type *types, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (argument_type(routine, i) != types[i])
            return false;
    return true;
}

/* Arguments that need no conversion, or with `preferred` also those that get a preferred type. */
static size_t
score(const struct routine *routine, const enum sql_type *types, size_t count, bool preferred)
{
    size_t points = 0;

    for (size_t i = 0; i < count; i++) {
        enum sql_type wanted = argument_type(routine, i);

        if (types[i] == SQL_UNKNOWN)
            continue;
        points += wanted == types[i] || (preferred && type_is_preferred(wanted));
    }
    return points;
}

static void
keep_best(struct candidates *candidates, const enum sql_type *types, size_t count, bool preferred)
{
    size_t best = 0;
    size_t kept = 0;

    for (size_t i = 0; i < candidates->count; i++) {
        size_t points = score(candidates->routines[i], types, count, preferred);

        if (points > best) {
            best = points;
            kept = 0;
        }
        if (points == best)
            candidates->routines[kept++] = candidates->routines[i];
    }
    candidates->count = kept;
}

/* The category that the candidates agree on for an unknown argument: text if one takes it; 0 for none. */
static char
agreed_category(const struct candidates *candidates, size_t argument)
{
    char category = type_category(argument_type(candidates->routines[0], argument));

    for (size_t i = 0; i < candidates->count; i++) {
        char own = type_category(argument_type(candidates->routines[i], argument));

        if (own == 'S')
            return 'S';
        if (own != category)
            category = 0;
    }
    return category;
}

/* Unknown literals take the category on which the candidates agree, and its preferred type if one has it. */
static bool
settle_unknowns(struct candidates *candidates, const enum sql_type *types, size_t count)
{
    for (size_t argument = 0; argument < count; argument++) {
        char category;
        bool preferred = false;
        size_t kept = 0;

        if (types[argument] != SQL_UNKNOWN)
            continue;
        category = agreed_category(candidates, argument);
        if (category == 0)
            return false;
        for (size_t i = 0; i < candidates->count; i++) {
            enum sql_type type = argument_type(candidates->routines[i], argument);

            preferred |= type_category(type) == category && type_is_preferred(type);
        }
        for (size_t i = 0; i < candidates->count; i++) {
            enum sql_type type = argument_type(candidates->routines[i], argument);

            if (type_category(type) == category && (!preferred || type_is_preferred(type)))
                candidates->routines[kept++] = candidates->routines[i];
        }
        candidates->count = kept;
    }
    return candidates->count == 1;
}

/* An operator with one unknown side is first looked for with both sides of the other's type. */
static const struct routine *
operator_of_same_types(const struct candidates *candidates, const enum sql_type *types)
{
    enum sql_type type = types[0] == SQL_UNKNOWN ? types[1] : types[0];

    if (type == SQL_UNKNOWN || (types[0] != SQL_UNKNOWN && types[1] != SQL_UNKNOWN))
        return NULL;
    for (size_t i = 0; i < candidates->count; i++)
        if (is_exact(candidates->routines[i], (const enum sql_type[]){type, type}, 2))
            return candidates->routines[i];
    return NULL;
}

static bool
collect(const char *name, enum routine_kind kind, const enum sql_type *types, size_t count,
        struct candidates *candidates)
{
    bool known = false;

    candidates->count = 0;
    for (size_t table = 0; table < TABLE_COUNT; table++) {
        for (const struct routine *routine = tables[table]; routine->name != NULL; routine++) {
            if (!has_name(routine, name, kind))
                continue;
            known = true;
            if (takes(routine, types, count) && candidates->count < CANDIDATES_MAX)
                candidates->routines[candidates->count++] = routine;
        }
    }
    return known;
}

enum routine_miss
routine_find(const char *name, enum routine_kind kind, const enum sql_type *types, size_t count,
             const struct routine **out)
{
    struct candidates candidates;
    const struct routine *same = NULL;

    if (!collect(name, kind, types, count, &candidates))
        return ROUTINE_NO_NAME;
    if (candidates.count == 0)
        return ROUTINE_NO_TYPES;
    if (kind == ROUTINE_OPERATOR)
        same = operator_of_same_types(&candidates, types);
    if (same != NULL) {
        *out = same;
        return ROUTINE_FOUND;
    }
    keep_best(&candidates, types, count, false);
    if (candidates.count > 1)
        keep_best(&candidates, types, count, true);
    if (candidates.count > 1 && !settle_unknowns(&candidates, types, count))
        return ROUTINE_AMBIGUOUS;
    *out = candidates.routines[0];
    return ROUTINE_FOUND;
}

const char *
routine_name(size_t i)
{
    for (size_t table = 0; table < TABLE_COUNT; table++) {
        for (const struct routine *routine = tables[table]; routine->name != NULL; routine++) {
            if (routine->kind != ROUTINE_FUNCTION && routine->kind != ROUTINE_VARIADIC)
                continue;
            if (i-- == 0)
                return routine->name;
        }
    }
    return NULL;
}
