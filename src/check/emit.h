/*
 * emit.h: the typed tree to the flat program.
 *
 * Registers are handed out as a stack: an expression leaves its result in the register it was given and may
 * use those behind it. Steps over constants alone are run at once and replaced by their result; where that
 * fails the step stays, and fails when it is reached (CASE may well keep it from being reached).
 *
 * Threads: main thread.
 * Memory:  the program's parts live in the arena.
 */
#ifndef CRFD_CHECK_EMIT_H
#define CRFD_CHECK_EMIT_H

#include "expr.h"
#include "machine.h"
#include "steps.h"

#include <stdbool.h>
#include <stddef.h>

/* Fills steps, constants, register_count, text_bytes; false where the program would be too long. */
bool emit_program(struct arena *arena, const struct expr *expr, unsigned held_count, struct program *program);

/* --- the program under construction, as emit.c and emit_query.c share it --- */

/* Held values have registers of their own, numbered from here until the stack's height is known. */
#define HELD_BASE 16384

struct emitter {
    struct arena *arena;
    const struct row *rows;
    const struct zone *zone; /* of the study: constants are folded by it */
    struct step *steps;
    size_t step_count;
    size_t step_room;
    struct value *constants;
    size_t constant_count;
    size_t constant_room;
    struct operand *held;
    const unsigned *aggregates; /* registers of the aggregates of the query under way */
    unsigned register_count;
    size_t set_count;
    bool makes_text;
    bool failed;
    struct arena fold_arena;
    struct machine_room fold_room;
};

struct operand emitter_register(unsigned index);
struct operand emitter_constant(struct emitter *emitter, struct value value);
/* The step's index; jumps are aimed later. */
size_t emitter_step(struct emitter *emitter, struct step step);
/* Lets the jump go to the next step that is added. */
void emitter_aim(struct emitter *emitter, size_t jump);

/* Where the result is: in the register dest, unless it need not be moved. Registers from dest on are free. */
struct operand emitter_expr(struct emitter *emitter, const struct expr *expr, unsigned dest);
/* As emitter_expr, but the result is in the register dest in any case. */
void emitter_into(struct emitter *emitter, const struct expr *expr, unsigned dest);
/* Of an EXPR_QUERY. */
struct operand emitter_query(struct emitter *emitter, const struct expr *expr, unsigned dest);

#endif
