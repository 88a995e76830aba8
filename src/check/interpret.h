/*
 * interpret.h: runs a program, step by step, on a machine that is set up for it.
 *
 * Threads: that of the machine.
 */
#ifndef CRFD_CHECK_INTERPRET_H
#define CRFD_CHECK_INTERPRET_H

#include "machine.h"

/* The program's result, in a register or a frame; NULL after an error, which the machine has. */
const struct value *interpret(struct machine *machine);

#endif
