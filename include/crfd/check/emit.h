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

#include "crfd/check/expr.h"
#include "crfd/check/program.h"

#include <stdbool.h>

/* Fills steps, constants, register_count, text_bytes; false where the program would be too long. */
bool emit_program(struct arena *arena, const struct expr *expr, unsigned held_count, struct program *program);

#endif
