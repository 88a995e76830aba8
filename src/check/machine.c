#include "machine.h"

#include <stdlib.h>
#include <string.h>

/* --- setting up --- */

size_t
machine_size_bytes(size_t register_count, size_t set_count, size_t text_bytes)
{
    return register_count * (sizeof(struct value) + sizeof(union slot)) +
           set_count * sizeof(struct value_set) + text_bytes;
}

void
machine_room_init(struct machine_room *room, struct arena *arena, size_t size_bytes)
{
    *room = (struct machine_room){
        .size_bytes = size_bytes,
        .memory = arena_alloc(arena, size_bytes),
        .regex_room = regex_room_new(arena),
    };
}

/* The page that a row stands for from the start; rows of FROM get theirs in loops. */
static const struct page *
bound_page(const struct subject *subject, const struct row *row, const struct page *page)
{
    switch (row->kind) {
    case ROW_REFERENCE:
        return subject_reference(subject, row->form, page);
    case ROW_NEIGHBOR:
        return subject_neighbor(subject, page, row->offset);
    default:
        return NULL;
    }
}

/* Registers first, then slots, sets, texts: each part needs no stricter alignment than the one before. */
void
machine_init(struct machine *machine, const struct program *program, const struct subject *subject,
             const struct page *page, const struct machine_room *room)
{
    /* A room for other programs would be overrun. */
    if (program->scratch_bytes > room->size_bytes)
        abort();
    machine->program = program;
    machine->subject = subject;
    machine->registers = (struct value *)(void *)room->memory;
    machine->slots = (union slot *)(void *)(machine->registers + program->register_count);
    machine->sets = (struct value_set *)(void *)(machine->slots + program->register_count);
    machine->text = (char *)(machine->sets + program->set_count);
    machine->text_left = program->text_bytes;
    machine->regex_room = room->regex_room;
    machine->visits_left = PAGE_VISITS_MAX;
    machine->frames[FRAME_REGISTER] = machine->registers;
    machine->frames[FRAME_CONSTANT] = program->constants;
    machine->pages[0] = page;
    machine->frames[FRAME_ROW] = page ? page->values : NULL;
    for (size_t i = 1; i < program->row_count; i++) {
        machine->pages[i] = bound_page(subject, &program->rows[i], page);
        machine->frames[FRAME_ROW + i] = machine->pages[i] ? machine->pages[i]->values : program->missing_row;
    }
}

/* --- errors and room --- */

bool
machine_fail(struct machine *machine, enum machine_error error)
{
    machine->error = error;
    return false;
}

bool
machine_decimal(struct machine *machine, enum decimal_status status)
{
    switch (status) {
    case DECIMAL_OK:
        return true;
    case DECIMAL_DIVISION_BY_ZERO:
        return machine_fail(machine, ERROR_DIVISION_BY_ZERO);
    case DECIMAL_SYNTAX:
        return machine_fail(machine, ERROR_NUMBER_SYNTAX);
    case DECIMAL_NEGATIVE_ROOT:
        return machine_fail(machine, ERROR_NEGATIVE_ROOT);
    case DECIMAL_INEXACT:
        return machine_fail(machine, ERROR_INEXACT_POWER);
    default:
        return machine_fail(machine, ERROR_NUMERIC_RANGE);
    }
}

char *
machine_text(struct machine *machine, size_t length)
{
    char *text = machine->text;

    if (length > machine->text_left) {
        machine_fail(machine, ERROR_TEXT_ROOM);
        return NULL;
    }
    machine->text += length;
    machine->text_left -= length;
    return text;
}

void
machine_move(struct machine *machine, size_t dest, const struct value *from)
{
    struct value value = *from;

    if (!value.is_null && value.type == VALUE_DECIMAL) {
        memcpy(&machine->slots[dest].decimal, value.decimal,
               sizeof *value.decimal + value.decimal->size * sizeof value.decimal->limbs[0]);
        value.decimal = &machine->slots[dest].decimal.value;
    } else if (!value.is_null && (value.type == VALUE_PARTIAL_DATE || value.type == VALUE_PARTIAL_DATETIME)) {
        machine->slots[dest].partial = *value.partial;
        value.partial = &machine->slots[dest].partial;
    } else if (!value.is_null && value.type == VALUE_INTERVAL) {
        machine->slots[dest].interval = *value.interval;
        value.interval = &machine->slots[dest].interval;
    }
    machine->registers[dest] = value;
}
