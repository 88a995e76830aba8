#include "crfd/check/eval.h"

#include "crfd/check/machine.h"

#include <stdlib.h>
#include <string.h>

struct eval_scratch {
    size_t size_bytes;
    unsigned char *memory;
    struct regex_room *regex_room;
};

struct eval_scratch *
eval_scratch_new(struct arena *arena, size_t scratch_bytes)
{
    struct eval_scratch *scratch = arena_new(arena, struct eval_scratch);

    scratch->size_bytes = scratch_bytes;
    scratch->memory = arena_alloc(arena, scratch_bytes);
    scratch->regex_room = regex_room_new(arena);
    return scratch;
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
             const struct page *page, struct eval_scratch *scratch, struct eval_error *error)
{
    /* A scratch for other programs would be overrun. */
    if (program->scratch_bytes > scratch->size_bytes)
        abort();
    machine->program = program;
    machine->subject = subject;
    machine->registers = (struct value *)(void *)scratch->memory;
    machine->slots = (union slot *)(void *)(machine->registers + program->register_count);
    machine->sets = (struct value_set *)(void *)(machine->slots + program->register_count);
    machine->text = (char *)(machine->sets + program->set_count);
    machine->text_left = program->text_bytes;
    machine->regex_room = scratch->regex_room;
    machine->error = error;
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

enum eval_outcome
eval_check(const struct program *program, const struct subject *subject, const struct page *page,
           struct eval_scratch *scratch, struct eval_error *error)
{
    struct machine machine;
    const struct value *result;

    machine_init(&machine, program, subject, page, scratch, error);
    result = machine_run(&machine);
    if (result == NULL)
        return EVAL_ERROR;
    if (result->is_null)
        return EVAL_UNKNOWN;
    return result->boolean ? EVAL_TRUE : EVAL_FALSE;
}

static void
copy_out(struct arena *arena, const struct value *value, struct value *out)
{
    *out = *value;
    if (value->type == VALUE_TEXT) {
        out->text = arena_copy(arena, value->text, value->length);
    } else if (value->type == VALUE_DECIMAL) {
        out->decimal = decimal_copy(arena, value->decimal);
    } else if (value->type == VALUE_PARTIAL_DATE || value->type == VALUE_PARTIAL_DATETIME) {
        struct partial_date *partial = arena_new(arena, struct partial_date);

        *partial = *value->partial;
        out->partial = partial;
    }
}

bool
eval_value(const struct program *program, const struct subject *subject, const struct page *page,
           struct eval_scratch *scratch, struct arena *arena, struct value *out, struct eval_error *error)
{
    struct machine machine;
    const struct value *result;

    *out = value_null(program->type);
    machine_init(&machine, program, subject, page, scratch, error);
    result = machine_run(&machine);
    if (result == NULL)
        return false;
    if (!result->is_null)
        copy_out(arena, result, out);
    out->type = (uint8_t)program->type;
    return true;
}
