#include "emit.h"

#include "interpret.h"

#include <stdlib.h>
#include <string.h>

#define STEPS_MAX     20000
#define CONSTANTS_MAX 20000
#define REGISTERS_MAX 8000
#define TEXT_BYTES    ((size_t)256 * 1024) /* for the texts that one evaluation makes */

struct operand
emitter_register(unsigned index)
{
    return (struct operand){FRAME_REGISTER, (uint16_t)index};
}

/* --- growing --- */

static void *
grown(struct arena *arena, const void *old, size_t count, size_t *room, size_t size)
{
    void *bigger;

    *room = *room ? *room * 2 : 16;
    bigger = arena_zalloc(arena, *room, size);
    if (count > 0)
        memcpy(bigger, old, count * size);
    return bigger;
}

struct operand
emitter_constant(struct emitter *emitter, struct value value)
{
    if (emitter->constant_count == CONSTANTS_MAX)
        emitter->failed = true;
    if (emitter->failed)
        return (struct operand){FRAME_CONSTANT, 0};
    if (emitter->constant_count == emitter->constant_room)
        emitter->constants = grown(emitter->arena, emitter->constants, emitter->constant_count,
                                   &emitter->constant_room, sizeof value);
    emitter->constants[emitter->constant_count] = value;
    return (struct operand){FRAME_CONSTANT, (uint16_t)emitter->constant_count++};
}

/* The step's index; jumps are aimed later. */
size_t
emitter_step(struct emitter *emitter, struct step step)
{
    if (emitter->step_count == STEPS_MAX || (step.dest >= REGISTERS_MAX && step.dest < HELD_BASE))
        emitter->failed = true;
    if (emitter->failed)
        return 0;
    if (emitter->step_count == emitter->step_room)
        emitter->steps =
            grown(emitter->arena, emitter->steps, emitter->step_count, &emitter->step_room, sizeof step);
    if (step.dest < HELD_BASE && step.dest >= emitter->register_count)
        emitter->register_count = step.dest + 1u;
    emitter->steps[emitter->step_count] = step;
    return emitter->step_count++;
}

void
emitter_aim(struct emitter *emitter, size_t jump)
{
    if (!emitter->failed)
        emitter->steps[jump].jump = (uint32_t)emitter->step_count;
}

/* --- constant folding --- */

/* What must outlive the scratch it was computed in. */
static struct value
kept_value(struct arena *arena, const struct value *value)
{
    struct value copy = *value;

    if (value->is_null)
        return value_null((enum value_type)value->type);
    if (value->type == VALUE_TEXT)
        copy.text = arena_copy(arena, value->text, value->length);
    else if (value->type == VALUE_DECIMAL)
        copy.decimal = decimal_copy(arena, value->decimal);
    else if (value->type == VALUE_PARTIAL_DATE || value->type == VALUE_PARTIAL_DATETIME)
        copy.partial = memcpy(arena_new(arena, struct partial_date), value->partial, sizeof *value->partial);
    else if (value->type == VALUE_INTERVAL)
        copy.interval = memcpy(arena_new(arena, struct interval), value->interval, sizeof *value->interval);
    return copy;
}

/* Runs one step over constants; false where it fails. */
static bool
fold(struct emitter *emitter, struct step step, struct value *out)
{
    struct step steps[] = {step, {.op = STEP_RETURN, .a = emitter_register(0)}};
    struct program program = {
        .steps = steps,
        .step_count = 2,
        .constants = emitter->constants,
        .zone = emitter->zone,
        .register_count = 1,
        .text_bytes = TEXT_BYTES,
        .scratch_bytes = machine_size_bytes(1, 0, TEXT_BYTES),
    };
    struct machine machine;
    const struct value *result;

    if (emitter->fold_room.memory == NULL)
        machine_room_init(&emitter->fold_room, &emitter->fold_arena, program.scratch_bytes);
    steps[0].dest = 0;
    machine_init(&machine, &program, NULL, NULL, &emitter->fold_room);
    result = interpret(&machine);
    if (result != NULL)
        *out = kept_value(emitter->arena, result);
    return result != NULL;
}

static bool
is_constant(struct operand operand)
{
    return operand.frame == FRAME_CONSTANT;
}

/* A step that reads its first arg_count operands: run now where all are constants. */
static struct operand
add_pure_step(struct emitter *emitter, struct step step)
{
    struct value value;
    bool constant = !emitter->failed && is_constant(step.a) && (step.arg_count < 2 || is_constant(step.b)) &&
                    (step.arg_count < 3 || is_constant(step.c));

    if (constant && fold(emitter, step, &value))
        return emitter_constant(emitter, value);
    emitter_step(emitter, step);
    return emitter_register(step.dest);
}

/* --- expressions --- */

/* As emit, but the result is in the register dest in any case. */
void
emitter_into(struct emitter *emitter, const struct expr *expr, unsigned dest)
{
    struct operand result = emitter_expr(emitter, expr, dest);

    if (result.frame != FRAME_REGISTER || result.index != dest)
        emitter_step(emitter, (struct step){.op = STEP_MOVE, .dest = (uint16_t)dest, .a = result});
}

/* An operand beside the one that stands in dest, if that one needed the register. */
static struct operand
emit_beside(struct emitter *emitter, const struct expr *expr, struct operand first, unsigned dest)
{
    bool taken = first.frame == FRAME_REGISTER && first.index == dest;

    return emitter_expr(emitter, expr, taken ? dest + 1 : dest);
}

static enum step_op
comparison_op(enum sql_type type)
{
    switch (type) {
    case SQL_BOOLEAN:
        return STEP_COMPARE_BOOLEAN;
    case SQL_INT4:
    case SQL_INT8:
        return STEP_COMPARE_INTEGER;
    case SQL_NUMERIC:
        return STEP_COMPARE_DECIMAL;
    case SQL_DATE:
        return STEP_COMPARE_DATE;
    case SQL_TIMESTAMP:
    case SQL_TIMESTAMPTZ:
    case SQL_TIME:
        return STEP_COMPARE_INSTANT;
    case SQL_INTERVAL:
        return STEP_COMPARE_INTERVAL;
    case SQL_PARTIAL_DATE:
    case SQL_PARTIAL_DATETIME:
        return STEP_COMPARE_PARTIAL;
    default:
        return STEP_COMPARE_TEXT;
    }
}

/* A step over two operands. */
static struct operand
emit_pair(struct emitter *emitter, const struct expr *expr, unsigned dest, struct step step)
{
    step.a = emitter_expr(emitter, expr->args[0], dest);
    step.b = emit_beside(emitter, expr->args[1], step.a, dest);
    step.dest = (uint16_t)dest;
    step.arg_count = 2;
    return add_pure_step(emitter, step);
}

static struct operand
emit_compare(struct emitter *emitter, const struct expr *expr, unsigned dest)
{
    enum sql_type a = expr->args[0]->type;
    enum sql_type b = expr->args[1]->type;
    bool by_day = a == SQL_PARTIAL_DATE || b == SQL_PARTIAL_DATE;

    return emit_pair(emitter, expr, dest,
                     (struct step){.op = (uint8_t)comparison_op(a), .order = expr->order, .flag = by_day});
}

static struct operand
emit_one(struct emitter *emitter, const struct expr *expr, unsigned dest, struct step step)
{
    step.a = emitter_expr(emitter, expr->args[0], dest);
    step.dest = (uint16_t)dest;
    step.arg_count = 1;
    return add_pure_step(emitter, step);
}

static struct operand
emit_logic(struct emitter *emitter, const struct expr *expr, unsigned dest)
{
    bool is_and = expr->kind == EXPR_AND;
    size_t *jumps = arena_array(&emitter->fold_arena, size_t, expr->arg_count);

    emitter_into(emitter, expr->args[0], dest);
    for (uint32_t i = 1; i < expr->arg_count; i++) {
        struct step join = {
            .op = is_and ? STEP_AND : STEP_OR, .dest = (uint16_t)dest, .a = emitter_register(dest)};

        jumps[i] = emitter_step(emitter, (struct step){.op = is_and ? STEP_JUMP_IF_FALSE : STEP_JUMP_IF_TRUE,
                                                       .dest = (uint16_t)dest,
                                                       .a = emitter_register(dest)});
        join.b = emitter_expr(emitter, expr->args[i], dest + 1);
        emitter_step(emitter, join);
    }
    for (uint32_t i = 1; i < expr->arg_count; i++)
        emitter_aim(emitter, jumps[i]);
    return emitter_register(dest);
}

static struct operand
emit_case(struct emitter *emitter, const struct expr *expr, unsigned dest)
{
    size_t *ends = arena_array(&emitter->fold_arena, size_t, expr->arg_count);

    for (uint32_t i = 0; i + 1 < expr->arg_count; i += 2) {
        struct operand condition = emitter_expr(emitter, expr->args[i], dest);
        size_t next = emitter_step(
            emitter, (struct step){.op = STEP_JUMP_UNLESS_TRUE, .dest = (uint16_t)dest, .a = condition});

        emitter_into(emitter, expr->args[i + 1], dest);
        ends[i] = emitter_step(emitter, (struct step){.op = STEP_JUMP, .dest = (uint16_t)dest});
        emitter_aim(emitter, next);
    }
    emitter_into(emitter, expr->args[expr->arg_count - 1], dest);
    for (uint32_t i = 0; i + 1 < expr->arg_count; i += 2)
        emitter_aim(emitter, ends[i]);
    return emitter_register(dest);
}

static struct operand
emit_coalesce(struct emitter *emitter, const struct expr *expr, unsigned dest)
{
    size_t *ends = arena_array(&emitter->fold_arena, size_t, expr->arg_count);

    for (uint32_t i = 0; i < expr->arg_count; i++) {
        emitter_into(emitter, expr->args[i], dest);
        ends[i] = emitter_step(
            emitter,
            (struct step){.op = STEP_JUMP_IF_NOT_NULL, .dest = (uint16_t)dest, .a = emitter_register(dest)});
    }
    for (uint32_t i = 0; i < expr->arg_count; i++)
        emitter_aim(emitter, ends[i]);
    return emitter_register(dest);
}

static struct operand
emit_nullif(struct emitter *emitter, const struct expr *expr, unsigned dest)
{
    struct step jump = {.op = STEP_JUMP_UNLESS_TRUE, .dest = (uint16_t)dest};
    size_t end;

    emitter_into(emitter, expr->args[0], dest);
    jump.a = emitter_expr(emitter, expr->args[1], dest + 1);
    end = emitter_step(emitter, jump);
    emitter_step(emitter, (struct step){.op = STEP_SET_NULL, .dest = (uint16_t)dest});
    emitter_aim(emitter, end);
    return emitter_register(dest);
}

static struct operand
emit_extreme(struct emitter *emitter, const struct expr *expr, unsigned dest)
{
    emitter_into(emitter, expr->args[0], dest);
    for (uint32_t i = 1; i < expr->arg_count; i++) {
        struct step step = {.op = STEP_EXTREME, .flag = expr->negated, .dest = (uint16_t)dest};

        step.order = (uint8_t)type_register(expr->type);
        step.a = emitter_expr(emitter, expr->args[i], dest + 1);
        emitter_step(emitter, step);
    }
    return emitter_register(dest);
}

static struct operand
emit_in(struct emitter *emitter, const struct expr *expr, unsigned dest)
{
    struct in_list *list = arena_new(emitter->arena, struct in_list);
    struct value *values = arena_array(emitter->arena, struct value, expr->arg_count);

    for (uint32_t i = 1; i < expr->arg_count; i++) {
        if (expr->args[i]->constant.is_null)
            list->has_null = true;
        else
            values[list->count++] = expr->args[i]->constant;
    }
    list->values = values;
    return emit_one(emitter, expr, dest,
                    (struct step){.op = STEP_IN,
                                  .order = (uint8_t)type_register(expr->args[0]->type),
                                  .flag = expr->negated,
                                  .list = list});
}

static struct operand
emit_like(struct emitter *emitter, const struct expr *expr, unsigned dest)
{
    return emit_pair(emitter, expr, dest,
                     (struct step){.op = STEP_LIKE, .order = expr->folded, .flag = expr->negated});
}

static struct operand
emit_regex(struct emitter *emitter, const struct expr *expr, unsigned dest)
{
    if (expr->regex == NULL)
        return emitter_constant(emitter, value_null(VALUE_BOOLEAN));
    return emit_one(emitter, expr, dest,
                    (struct step){.op = STEP_REGEX, .flag = expr->negated, .regex = expr->regex});
}

static void
note_result(struct emitter *emitter, enum sql_type type)
{
    emitter->makes_text |= type == SQL_TEXT;
}

static struct operand
emit_variadic(struct emitter *emitter, const struct expr *expr, unsigned dest)
{
    for (uint32_t i = 0; i < expr->arg_count; i++)
        emitter_into(emitter, expr->args[i], dest + i);
    emitter_step(emitter, (struct step){.op = STEP_CALL_VARIADIC,
                                        .dest = (uint16_t)dest,
                                        .result = (uint16_t)type_register(expr->type),
                                        .a = emitter_register(dest),
                                        .c = {0, (uint16_t)expr->arg_count},
                                        .routine = expr->routine});
    return emitter_register(dest);
}

static struct operand
emit_call(struct emitter *emitter, const struct expr *expr, unsigned dest)
{
    struct step step = {.op = STEP_CALL,
                        .arg_count = (uint8_t)expr->arg_count,
                        .dest = (uint16_t)dest,
                        .result = (uint16_t)type_register(expr->type),
                        .routine = expr->routine};
    struct operand operands[ROUTINE_ARGS_MAX] = {{0, 0}, {0, 0}, {0, 0}};
    unsigned free_register = dest;

    note_result(emitter, expr->type);
    if (expr->routine->kind == ROUTINE_VARIADIC)
        return emit_variadic(emitter, expr, dest);
    for (uint32_t i = 0; i < expr->arg_count; i++) {
        operands[i] = emitter_expr(emitter, expr->args[i], free_register);
        if (operands[i].frame == FRAME_REGISTER && operands[i].index == free_register)
            free_register++;
    }
    step.a = operands[0];
    step.b = operands[1];
    step.c = operands[2];
    return add_pure_step(emitter, step);
}

static struct operand
emit_cast(struct emitter *emitter, const struct expr *expr, unsigned dest)
{
    struct step step = {.op = STEP_CALL,
                        .arg_count = 1,
                        .dest = (uint16_t)dest,
                        .result = (uint16_t)type_register(expr->type),
                        .routine = expr->routine};

    if (expr->routine->call == NULL)
        return emitter_expr(emitter, expr->args[0], dest);
    note_result(emitter, expr->type);
    step.a = emitter_expr(emitter, expr->args[0], dest);
    if (expr->typmod >= 0) {
        step.b = emitter_constant(emitter, (struct value){.type = VALUE_INTEGER, .integer = expr->typmod});
        step.arg_count = 2;
    }
    return add_pure_step(emitter, step);
}

static struct operand
emit_hold(struct emitter *emitter, const struct expr *expr, unsigned dest)
{
    struct operand value = emitter_expr(emitter, expr->args[0], dest);

    if (value.frame == FRAME_REGISTER && value.index < HELD_BASE) {
        struct operand own = emitter_register(HELD_BASE + expr->held);

        emitter_step(emitter, (struct step){.op = STEP_MOVE, .dest = own.index, .a = value});
        value = own;
    }
    emitter->held[expr->held] = value;
    return emitter_expr(emitter, expr->args[1], dest);
}

static struct operand
emit_load(struct emitter *emitter, const struct expr *expr, unsigned dest)
{
    struct step step = {.op = STEP_CURRENT_DATE, .dest = (uint16_t)dest};

    if (expr->kind == EXPR_TOKEN) {
        step.op = STEP_TOKEN;
        step.a = (struct operand){(uint16_t)(FRAME_ROW + expr->row), expr->column};
    }
    if (expr->kind == EXPR_KEY) {
        step.op = STEP_LOAD_KEY;
        step.a = (struct operand){(uint16_t)(FRAME_ROW + expr->row), 0};
        step.b = (struct operand){0, expr->column};
    }
    emitter_step(emitter, step);
    return emitter_register(dest);
}

/* What stands for a page that is not there; from an unscheduled event none is looked for, and the value is unknown. */
static void
emit_absent(struct emitter *emitter, const struct expr *expr, unsigned dest)
{
    struct step jump = {.op = STEP_JUMP_UNLESS_TRUE, .dest = (uint16_t)dest, .a = emitter_register(dest)};
    size_t scheduled, end;

    if (expr_is_null_constant(expr->args[1])) {
        emitter_into(emitter, expr->args[1], dest);
        return;
    }
    emitter_step(emitter, (struct step){.op = STEP_LOAD_KEY,
                                        .dest = (uint16_t)dest,
                                        .a = {FRAME_ROW, 0},
                                        .b = {0, COLUMN_UNSCHEDULED}});
    scheduled = emitter_step(emitter, jump);
    emitter_step(emitter, (struct step){.op = STEP_SET_NULL, .dest = (uint16_t)dest});
    end = emitter_step(emitter, (struct step){.op = STEP_JUMP, .dest = (uint16_t)dest});
    emitter_aim(emitter, scheduled);
    emitter_into(emitter, expr->args[1], dest);
    emitter_aim(emitter, end);
}

static struct operand
emit_neighbor(struct emitter *emitter, const struct expr *expr, unsigned dest)
{
    size_t absent;
    size_t end;

    emitter_step(emitter, (struct step){.op = STEP_HAS_PAGE,
                                        .dest = (uint16_t)dest,
                                        .a = {(uint16_t)(FRAME_ROW + expr->row), 0}});
    absent = emitter_step(
        emitter,
        (struct step){.op = STEP_JUMP_UNLESS_TRUE, .dest = (uint16_t)dest, .a = emitter_register(dest)});
    emitter_into(emitter, expr->args[0], dest);
    end = emitter_step(emitter, (struct step){.op = STEP_JUMP, .dest = (uint16_t)dest});
    emitter_aim(emitter, absent);
    emit_absent(emitter, expr, dest);
    emitter_aim(emitter, end);
    return emitter_register(dest);
}

struct operand
emitter_expr(struct emitter *emitter, const struct expr *expr, unsigned dest)
{
    if (emitter->failed)
        return emitter_register(0);
    switch (expr->kind) {
    case EXPR_CONSTANT:
        return emitter_constant(emitter, expr->constant);
    case EXPR_COLUMN:
        return (struct operand){(uint16_t)(FRAME_ROW + expr->row), expr->column};
    case EXPR_TOKEN:
    case EXPR_KEY:
    case EXPR_CURRENT_DATE:
        return emit_load(emitter, expr, dest);
    case EXPR_CALL:
        return emit_call(emitter, expr, dest);
    case EXPR_CAST:
        return emit_cast(emitter, expr, dest);
    case EXPR_COMPARE:
        return emit_compare(emitter, expr, dest);
    case EXPR_DISTINCT:
        return emit_pair(emitter, expr, dest,
                         (struct step){.op = STEP_DISTINCT,
                                       .order = (uint8_t)type_register(expr->args[0]->type),
                                       .flag = expr->negated});
    case EXPR_AND:
    case EXPR_OR:
        return emit_logic(emitter, expr, dest);
    case EXPR_NOT:
        return emit_one(emitter, expr, dest, (struct step){.op = STEP_NOT});
    case EXPR_IS_NULL:
        return emit_one(emitter, expr, dest, (struct step){.op = STEP_IS_NULL, .flag = expr->negated});
    case EXPR_IS_TRUTH:
        return emit_one(emitter, expr, dest,
                        (struct step){.op = STEP_IS_TRUTH, .order = expr->truth, .flag = expr->negated});
    case EXPR_IN:
        return emit_in(emitter, expr, dest);
    case EXPR_CASE:
        return emit_case(emitter, expr, dest);
    case EXPR_COALESCE:
        return emit_coalesce(emitter, expr, dest);
    case EXPR_NULLIF:
        return emit_nullif(emitter, expr, dest);
    case EXPR_EXTREME:
        return emit_extreme(emitter, expr, dest);
    case EXPR_LIKE:
        return emit_like(emitter, expr, dest);
    case EXPR_REGEX:
        return emit_regex(emitter, expr, dest);
    case EXPR_HOLD:
        return emit_hold(emitter, expr, dest);
    case EXPR_HELD:
        return emitter->held[expr->held];
    case EXPR_QUERY:
        return emitter_query(emitter, expr, dest);
    case EXPR_AGGREGATE:
        return emitter_register(emitter->aggregates[expr->column]);
    case EXPR_NEIGHBOR:
        return emit_neighbor(emitter, expr, dest);
    case EXPR_ROW:
        break;
    }
    /* Analysis lets no row through. */
    abort();
}

/* --- the program --- */

static void
place_held(struct operand *operand, unsigned register_count)
{
    if (operand->frame == FRAME_REGISTER && operand->index >= HELD_BASE)
        operand->index = (uint16_t)(operand->index - HELD_BASE + register_count);
}

/* Puts the registers of held values behind the stack. */
static void
place_held_registers(struct emitter *emitter)
{
    for (size_t i = 0; i < emitter->step_count; i++) {
        struct step *step = &emitter->steps[i];

        if (step->dest >= HELD_BASE)
            step->dest = (uint16_t)(step->dest - HELD_BASE + emitter->register_count);
        place_held(&step->a, emitter->register_count);
        place_held(&step->b, emitter->register_count);
        place_held(&step->c, emitter->register_count);
    }
}

bool
emit_program(struct arena *arena, const struct expr *expr, unsigned held_count, struct program *program)
{
    struct emitter emitter = {
        .arena = arena, .rows = program->rows, .zone = program->zone, .failed = held_count > REGISTERS_MAX};
    struct operand result;

    arena_init(&emitter.fold_arena, 65536, 0);
    emitter.held = arena_array(&emitter.fold_arena, struct operand, held_count);
    result = emitter_expr(&emitter, expr, 0);
    emitter_step(&emitter, (struct step){.op = STEP_RETURN, .a = result});
    if (!emitter.failed) {
        place_held_registers(&emitter);
        program->steps = emitter.steps;
        program->step_count = emitter.step_count;
        program->constants = emitter.constants;
        program->register_count = emitter.register_count + held_count;
        program->text_bytes = emitter.makes_text ? TEXT_BYTES : 0;
        program->set_count = emitter.set_count;
        program->scratch_bytes =
            machine_size_bytes(program->register_count, program->set_count, program->text_bytes);
    }
    arena_destroy(&emitter.fold_arena);
    return !emitter.failed;
}
