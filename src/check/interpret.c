#include "interpret.h"

#include "like.h"
#include "loop.h"

#include "crfd/value/compare.h"

#include <stdlib.h>
#include <string.h>

/* --- comparing --- */

/* Bit of `order` for the outcome of a three-way comparison. */
static inline bool
holds(unsigned order, int compared)
{
    unsigned bit = compared < 0 ? ORDER_LESS : compared == 0 ? ORDER_EQUAL : ORDER_GREATER;

    return (order & bit) != 0;
}

static enum truth
compare_partials(unsigned order, const struct partial_date *a, const struct partial_date *b, bool by_day)
{
    switch (order) {
    case ORDER_LESS:
        return partial_date_less(a, b, by_day);
    case ORDER_GREATER:
        return partial_date_less(b, a, by_day);
    case ORDER_LESS | ORDER_EQUAL:
        return truth_not(partial_date_less(b, a, by_day));
    case ORDER_GREATER | ORDER_EQUAL:
        return truth_not(partial_date_less(a, b, by_day));
    case ORDER_EQUAL:
        return partial_date_equal(a, b, by_day);
    default:
        return truth_not(partial_date_equal(a, b, by_day));
    }
}

static bool
is_text_in(const struct value *value, const struct in_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        if (value->length == list->values[i].length &&
            memcmp(value->text, list->values[i].text, value->length) == 0)
            return true;
    return false;
}

static bool
is_value_in(const struct value *value, const struct in_list *list, enum value_type type)
{
    for (size_t i = 0; i < list->count; i++)
        if (value_compare(value, &list->values[i], type) == 0)
            return true;
    return false;
}

static enum truth
is_in_list(const struct value *value, const struct in_list *list, enum value_type type)
{
    if (value->is_null)
        return TRUTH_UNKNOWN;
    if (type == VALUE_TEXT ? is_text_in(value, list) : is_value_in(value, list, type))
        return TRUTH_TRUE;
    return list->has_null ? TRUTH_UNKNOWN : TRUTH_FALSE;
}

/* --- registers --- */

static inline void
set_boolean(struct value *out, bool value)
{
    *out = (struct value){.type = VALUE_BOOLEAN, .boolean = value};
}

static inline void
set_truth(struct value *out, enum truth truth)
{
    *out = (struct value){
        .is_null = truth == TRUTH_UNKNOWN, .type = VALUE_BOOLEAN, .boolean = truth == TRUTH_TRUE};
}

static inline enum truth
truth_of_value(const struct value *value)
{
    return value->is_null ? TRUTH_UNKNOWN : truth_of(value->boolean);
}

static void
keep_extreme(struct machine *machine, const struct step *step, const struct value *candidate)
{
    const struct value *best = &machine->registers[step->dest];
    int compared;

    if (candidate->is_null)
        return;
    compared = best->is_null ? 0 : value_compare(candidate, best, (enum value_type)step->order);
    if (best->is_null || (step->flag ? compared < 0 : compared > 0))
        machine_move(machine, step->dest, candidate);
}

static void
load_key(const struct machine *machine, const struct step *step, struct value *out)
{
    const struct page *page = machine->pages[step->a.frame - FRAME_ROW];
    enum form_column column = (enum form_column)step->b.index;

    if (page == NULL)
        *out = value_null(column_types[form_columns[column].type].value);
    else
        subject_column(machine->subject, page, column, out);
}

/* --- calls --- */

static bool
call(struct machine *machine, const struct step *step, const struct value *a, const struct value *b,
     const struct value *c)
{
    const struct value *args[ROUTINE_ARGS_MAX] = {a, b, c};
    struct value result = {.type = (uint8_t)step->result};

    machine->slot = &machine->slots[step->dest];
    if (a->is_null || (step->arg_count > 1 && b->is_null) || (step->arg_count > 2 && c->is_null))
        result.is_null = true;
    else if (!step->routine->call(machine, args, step->arg_count, &result))
        return false;
    result.type = (uint8_t)step->result;
    machine->registers[step->dest] = result;
    return true;
}

static bool
call_variadic(struct machine *machine, const struct step *step)
{
    const struct value *args[ROUTINE_VARIADIC_MAX];
    struct value result = {.type = (uint8_t)step->result};

    for (size_t i = 0; i < step->c.index; i++)
        args[i] = &machine->registers[step->a.index + i];
    machine->slot = &machine->slots[step->dest];
    if (!step->routine->call(machine, args, step->c.index, &result))
        return false;
    result.type = (uint8_t)step->result;
    machine->registers[step->dest] = result;
    return true;
}

static bool
match_like(struct machine *machine, const struct step *step, const struct value *a, const struct value *b)
{
    struct value *out = &machine->registers[step->dest];

    if (a->is_null || b->is_null) {
        *out = value_null(VALUE_BOOLEAN);
        return true;
    }
    if (like_pattern_is_broken(b->text, b->length))
        return machine_fail(machine, ERROR_LIKE_PATTERN);
    set_boolean(out, like_match(a->text, a->length, b->text, b->length, step->order) != step->flag);
    return true;
}

static bool
match_regex(struct machine *machine, const struct step *step, const struct value *a)
{
    struct value *out = &machine->registers[step->dest];
    enum regex_result result;

    if (a->is_null) {
        *out = value_null(VALUE_BOOLEAN);
        return true;
    }
    result = regex_match(step->regex, a->text, a->length, machine->regex_room);
    if (result == REGEX_TOO_COSTLY)
        return machine_fail(machine, ERROR_REGEX_COST);
    set_boolean(out, (result == REGEX_MATCH) != step->flag);
    return true;
}

/* --- steps --- */

static inline const struct value *
at(const struct machine *machine, struct operand operand)
{
    return machine->frames[operand.frame] + operand.index;
}

/* Whether a comparison can be made; its result is unknown otherwise. */
static inline bool
both_known(const struct value *a, const struct value *b, struct value *out)
{
    if (!a->is_null && !b->is_null)
        return true;
    *out = value_null(VALUE_BOOLEAN);
    return false;
}

/* The steps that cannot fail and do not jump, but for the commonest comparisons. */
static void
judge(const struct machine *machine, const struct step *step, const struct value *a, const struct value *b,
      struct value *out)
{
    enum truth truth;

    switch ((enum step_op)step->op) {
    case STEP_COMPARE_PARTIAL:
        if (both_known(a, b, out))
            set_truth(out, compare_partials(step->order, a->partial, b->partial, step->flag));
        break;
    case STEP_COMPARE_BOOLEAN:
        if (both_known(a, b, out))
            set_boolean(out, holds(step->order, a->boolean - b->boolean));
        break;
    case STEP_COMPARE_INSTANT:
        if (both_known(a, b, out))
            set_boolean(out, holds(step->order, compare_numbers(a->datetime, b->datetime)));
        break;
    case STEP_COMPARE_INTERVAL:
        if (both_known(a, b, out))
            set_boolean(out, holds(step->order, interval_compare(a->interval, b->interval)));
        break;
    case STEP_DISTINCT:
        if (a->is_null || b->is_null)
            set_boolean(out, (a->is_null != b->is_null) != step->flag);
        else
            set_boolean(out, (value_compare(a, b, (enum value_type)step->order) != 0) != step->flag);
        break;
    case STEP_IN:
        truth = is_in_list(a, step->list, (enum value_type)step->order);
        set_truth(out, step->flag ? truth_not(truth) : truth);
        break;
    case STEP_AND:
        set_truth(out, truth_and(truth_of_value(a), truth_of_value(b)));
        break;
    case STEP_OR:
        set_truth(out, truth_or(truth_of_value(a), truth_of_value(b)));
        break;
    case STEP_NOT:
        set_truth(out, truth_not(truth_of_value(a)));
        break;
    case STEP_IS_NULL:
        set_boolean(out, a->is_null != step->flag);
        break;
    case STEP_TOKEN:
        *out = value_token(a);
        break;
    case STEP_IS_TRUTH:
        set_boolean(out, (truth_of_value(a) == (enum truth)step->order) != step->flag);
        break;
    case STEP_LOAD_KEY:
        load_key(machine, step, out);
        break;
    case STEP_CURRENT_DATE:
        *out = (struct value){.type = VALUE_DATE, .date = machine->subject->night};
        break;
    case STEP_SET_NULL:
        out->is_null = true;
        break;
    case STEP_HAS_PAGE:
        set_boolean(out, machine->pages[step->a.frame - FRAME_ROW] != NULL);
        break;
    case STEP_CLEAR_SET:
        machine->sets[step->b.index].count = 0;
        memset(machine->sets[step->b.index].slots, 0, sizeof machine->sets[step->b.index].slots);
        break;
    case STEP_COMES_BEFORE:
        set_boolean(out, loop_comes_before(machine, step));
        break;
    default:
        abort();
    }
}

/* The steps that can fail or keep a value. */
static bool
compute(struct machine *machine, const struct step *step, const struct value *a, const struct value *b)
{
    switch ((enum step_op)step->op) {
    case STEP_EXTREME:
        keep_extreme(machine, step, a);
        return true;
    case STEP_CALL_VARIADIC:
        return call_variadic(machine, step);
    case STEP_LIKE:
        return match_like(machine, step, a, b);
    case STEP_REGEX:
        return match_regex(machine, step, a);
    case STEP_ACCUMULATE:
        return loop_accumulate(machine, step, a);
    case STEP_AVERAGE:
        return loop_average(machine, step, a, b);
    default:
        return call(machine, step, a, b, at(machine, step->c));
    }
}

const struct value *
interpret(struct machine *machine)
{
    const struct step *steps = machine->program->steps;

    for (const struct step *step = steps;; step++) {
        const struct value *a = at(machine, step->a);
        const struct value *b = at(machine, step->b);
        struct value *out = &machine->registers[step->dest];

        switch ((enum step_op)step->op) {
        case STEP_RETURN:
            return a;
        case STEP_MOVE:
            machine_move(machine, step->dest, a);
            break;
        case STEP_COMPARE_INTEGER:
            if (both_known(a, b, out))
                set_boolean(out, holds(step->order, compare_numbers(a->integer, b->integer)));
            break;
        case STEP_COMPARE_DECIMAL:
            if (both_known(a, b, out))
                set_boolean(out, holds(step->order, compare_decimals(a->decimal, b->decimal)));
            break;
        case STEP_COMPARE_TEXT:
            if (both_known(a, b, out))
                set_boolean(out, holds(step->order, compare_texts(a, b)));
            break;
        case STEP_COMPARE_DATE:
            if (both_known(a, b, out))
                set_boolean(out, holds(step->order, compare_numbers(a->date, b->date)));
            break;
        case STEP_JUMP:
            step = steps + step->jump - 1;
            break;
        case STEP_JUMP_IF_FALSE:
            if (!a->is_null && !a->boolean)
                step = steps + step->jump - 1;
            break;
        case STEP_JUMP_IF_TRUE:
            if (!a->is_null && a->boolean)
                step = steps + step->jump - 1;
            break;
        case STEP_JUMP_UNLESS_TRUE:
            if (a->is_null || !a->boolean)
                step = steps + step->jump - 1;
            break;
        case STEP_JUMP_IF_NOT_NULL:
            if (!a->is_null)
                step = steps + step->jump - 1;
            break;
        case STEP_LOOP_BEGIN:
        case STEP_LOOP_NEXT:
        case STEP_JUMP_IF_SEEN:
        case STEP_KEEP:
            step = loop_run(machine, step, a);
            if (step == NULL)
                return NULL;
            break;
        case STEP_EXTREME:
        case STEP_CALL:
        case STEP_CALL_VARIADIC:
        case STEP_LIKE:
        case STEP_REGEX:
        case STEP_ACCUMULATE:
        case STEP_AVERAGE:
            if (!compute(machine, step, a, b))
                return NULL;
            break;
        default:
            judge(machine, step, a, b, out);
            break;
        }
    }
}
