/* The steps of subqueries: going through pages, and what is gathered on the way. */
#include "loop.h"

#include "query.h"

#include "crfd/value/compare.h"

#include <string.h>

/* --- pages --- */

static void
begin(struct machine *machine, const struct step *step)
{
    size_t row = step->a.frame - FRAME_ROW;
    struct loop *loop = &machine->loops[row];
    const struct form *form = machine->program->rows[row].form;
    const struct form_pages *list = &machine->subject->forms[form->index];

    loop->text_mark = machine->text;
    loop->next = list->pages;
    loop->end = list->pages + list->count;
    if (step->flag) {
        const struct page *beside = machine->pages[step->b.frame - FRAME_ROW];

        if (beside == NULL)
            loop->next = loop->end;
        else
            subject_pages_at_event(machine->subject, form, beside, &loop->next, &loop->end);
    }
}

/* On to the row's next page, or behind the loop. */
static const struct step *
next_page(struct machine *machine, const struct step *step)
{
    size_t row = step->a.frame - FRAME_ROW;
    struct loop *loop = &machine->loops[row];
    const struct page *page;

    machine->text_left += (size_t)(machine->text - loop->text_mark);
    machine->text = loop->text_mark;
    if (loop->next == loop->end)
        return machine->program->steps + step->jump - 1;
    if (machine->visits_left-- == 0) {
        machine_fail(machine, ERROR_PAGE_VISITS);
        return NULL;
    }
    page = *loop->next++;
    machine->pages[row] = page;
    machine->frames[FRAME_ROW + row] = page->values;
    return step;
}

/* --- keeping --- */

/*
 * A text that an iteration made is moved to where the loops' texts begin, and they begin behind it from now
 * on. What else the iteration has made lies behind the text or is of no use any more.
 */
static void
keep_text(struct machine *machine, const struct step *step, struct value *value)
{
    struct loop *first = &machine->loops[step->c.frame - FRAME_ROW];
    uintptr_t at = (uintptr_t)value->text;
    char *mark = first->text_mark;

    if (value->length == 0 || at < (uintptr_t)mark || at >= (uintptr_t)machine->text)
        return;
    memmove(mark, value->text, value->length);
    value->text = mark;
    mark += value->length;
    for (size_t i = 0; i < step->c.index; i++)
        if (first[i].text_mark < mark)
            first[i].text_mark = mark;
}

static void
keep(struct machine *machine, const struct step *step, const struct value *from)
{
    struct value value = *from;

    if (!value.is_null && value.type == VALUE_TEXT)
        keep_text(machine, step, &value);
    machine_move(machine, step->dest, &value);
}

/* --- aggregates --- */

static bool
add_integer(struct machine *machine, struct value *sum, int64_t number)
{
    if (__builtin_add_overflow(sum->integer, number, &sum->integer))
        return machine_fail(machine, ERROR_BIGINT_RANGE);
    return true;
}

static bool
accumulate_sum(struct machine *machine, const struct step *step, const struct value *from)
{
    struct value *sum = &machine->registers[step->dest];
    struct decimal_wide *room = &machine->slots[step->dest].decimal;

    if (sum->is_null) {
        machine_move(machine, step->dest, from);
        return true;
    }
    if (step->order == VALUE_INTEGER)
        return add_integer(machine, sum, from->integer);
    return machine_decimal(machine, decimal_add(sum->decimal, from->decimal, room));
}

bool
loop_accumulate(struct machine *machine, const struct step *step, const struct value *from)
{
    struct value *dest = &machine->registers[step->dest];
    int order;

    if (from->is_null)
        return true;
    switch ((enum aggregate_kind)step->flag) {
    case AGGREGATE_COUNT:
        dest->integer++;
        return true;
    case AGGREGATE_SUM:
        return accumulate_sum(machine, step, from);
    case AGGREGATE_AVG:
        machine->registers[step->dest + 1].integer++;
        return accumulate_sum(machine, step, from);
    case AGGREGATE_MIN:
    case AGGREGATE_MAX:
        order = dest->is_null ? 0 : value_compare(from, dest, (enum value_type)step->order);
        if (dest->is_null || (step->flag == AGGREGATE_MIN ? order < 0 : order > 0))
            keep(machine, step, from);
        return true;
    default:
        if (dest->is_null || dest->boolean == (step->flag == AGGREGATE_BOOL_AND))
            *dest = *from;
        return true;
    }
}

bool
loop_average(struct machine *machine, const struct step *step, const struct value *sum,
             const struct value *count)
{
    struct value *out = &machine->registers[step->dest];
    struct decimal_wide divisor;

    if (count->integer == 0) {
        *out = value_null(VALUE_DECIMAL);
        return true;
    }
    decimal_from_int(count->integer, &divisor);
    if (!machine_decimal(machine,
                         decimal_divide(sum->decimal, &divisor.value, &machine->slots[step->dest].decimal)))
        return false;
    *out = (struct value){.type = VALUE_DECIMAL, .decimal = &machine->slots[step->dest].decimal.value};
    return true;
}

/* --- DISTINCT --- */

static uint32_t
hash_bytes(const void *bytes, size_t length)
{
    const unsigned char *at = bytes;
    uint32_t hash = 2166136261u;

    for (size_t i = 0; i < length; i++)
        hash = (hash ^ at[i]) * 16777619u;
    return hash ^ hash >> 15;
}

/* Equal numbers have equal groups, whatever their scales. */
static uint32_t
hash_decimal(const struct decimal *decimal)
{
    struct decimal_groups groups;

    decimal_to_groups(decimal, &groups);
    return hash_bytes(groups.groups, (size_t)groups.count * sizeof groups.groups[0]) ^
           (uint32_t)groups.weight;
}

static uint32_t
hash_value(const struct value *value, enum value_type type)
{
    int64_t number;

    switch (type) {
    case VALUE_TEXT:
        return hash_bytes(value->text, value->length);
    case VALUE_DECIMAL:
        return hash_decimal(value->decimal);
    case VALUE_PARTIAL_DATE:
    case VALUE_PARTIAL_DATETIME:
        number = partial_date_earliest_us(value->partial);
        break;
    case VALUE_INTERVAL:
        /* Intervals that differ may be equal: 1 month and 30 days. They are rare, and one bucket is right. */
        number = 0;
        break;
    case VALUE_BOOLEAN:
        number = value->boolean;
        break;
    case VALUE_DATE:
        number = value->date;
        break;
    default:
        number = value->integer;
        break;
    }
    return hash_bytes(&number, sizeof number);
}

static void
put_into_set(struct machine *machine, const struct step *step, struct value_set *set, size_t slot,
             const struct value *value)
{
    struct value *copy = &set->values[set->count];
    union slot *room = &set->rooms[set->count];

    *copy = *value;
    if (value->type == VALUE_TEXT) {
        keep_text(machine, step, copy);
    } else if (value->type == VALUE_DECIMAL) {
        memcpy(&room->decimal, value->decimal,
               sizeof *value->decimal + value->decimal->size * sizeof value->decimal->limbs[0]);
        copy->decimal = &room->decimal.value;
    } else if (value->type == VALUE_PARTIAL_DATE || value->type == VALUE_PARTIAL_DATETIME) {
        room->partial = *value->partial;
        copy->partial = &room->partial;
    } else if (value->type == VALUE_INTERVAL) {
        room->interval = *value->interval;
        copy->interval = &room->interval;
    }
    set->slots[slot] = (uint16_t)++set->count;
}

/* Jumps where the value is NULL or in the set; else it is there from now on. */
static const struct step *
jump_if_seen(struct machine *machine, const struct step *step, const struct value *value)
{
    const struct step *jump = machine->program->steps + step->jump - 1;
    struct value_set *set = &machine->sets[step->b.index];
    enum value_type type = (enum value_type)step->order;
    size_t slot;

    if (value->is_null)
        return jump;
    slot = hash_value(value, type) & (SET_SLOTS - 1);
    for (; set->slots[slot] != 0; slot = (slot + 1) & (SET_SLOTS - 1))
        if (value_compare(value, &set->values[set->slots[slot] - 1], type) == 0)
            return jump;
    if (set->count == SET_VALUES) {
        machine_fail(machine, ERROR_SET_ROOM);
        return NULL;
    }
    put_into_set(machine, step, set, slot, value);
    return step;
}

/* --- ORDER BY --- */

static int
compare_by_rank(const struct rank *rank, const struct value *a, const struct value *b)
{
    int order;

    if (a->is_null || b->is_null) {
        order = (int)b->is_null - (int)a->is_null;
        return rank->nulls_first ? order : -order;
    }
    order = value_compare(a, b, (enum value_type)rank->type);
    return rank->descending ? -order : order;
}

bool
loop_comes_before(const struct machine *machine, const struct step *step)
{
    const struct value *a = &machine->registers[step->a.index];
    const struct value *b = &machine->registers[step->b.index];

    for (size_t i = 0; i < step->ranks->count; i++) {
        int order = compare_by_rank(&step->ranks->list[i], &a[i], &b[i]);

        if (order != 0)
            return order < 0;
    }
    return false;
}

const struct step *
loop_run(struct machine *machine, const struct step *step, const struct value *a)
{
    switch ((enum step_op)step->op) {
    case STEP_LOOP_BEGIN:
        begin(machine, step);
        return step;
    case STEP_LOOP_NEXT:
        return next_page(machine, step);
    case STEP_JUMP_IF_SEEN:
        return jump_if_seen(machine, step, a);
    default:
        keep(machine, step, a);
        return step;
    }
}
