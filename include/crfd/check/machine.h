/*
 * machine.h: one evaluation under way, as the interpreter and the routines see it.
 *
 * Threads: on the stack of the thread that evaluates.
 * Memory:  registers, slots and texts are in the scratch; nothing is allocated.
 */
#ifndef CRFD_CHECK_MACHINE_H
#define CRFD_CHECK_MACHINE_H

#include "crfd/check/eval.h"
#include "crfd/check/program.h"
#include "crfd/check/subject.h"

#include <stdbool.h>
#include <stddef.h>

/* Room for what a register cannot hold itself. */
union slot {
    struct decimal_wide decimal;
    struct partial_date partial;
};

struct machine {
    const struct program *program;
    const struct subject *subject;
    struct value *registers;
    union slot *slots;
    union slot *slot; /* of the register that the running routine computes */
    char *text;       /* what is left of the text area */
    size_t text_left;
    struct regex_room *regex_room;
    struct eval_error *error;
    const struct page *pages[ROW_MAX]; /* NULL where a reference finds none */
    const struct value *frames[FRAME_MAX];
};

/* The errors that PostgreSQL knows under the same codes. */
enum machine_error {
    ERROR_DIVISION_BY_ZERO,
    ERROR_INTEGER_RANGE,
    ERROR_BIGINT_RANGE,
    ERROR_NUMERIC_RANGE,
    ERROR_NUMERIC_PRECISION,
    ERROR_NUMBER_SYNTAX,
    ERROR_BOOLEAN_SYNTAX,
    ERROR_DATE_SYNTAX,
    ERROR_DATE_RANGE,
    ERROR_DATE_PARTIAL,
    ERROR_SUBSTRING_LENGTH,
    ERROR_FIELD_POSITION,
    ERROR_LIKE_PATTERN,
    ERROR_TEXT_ROOM,
    ERROR_REGEX_COST,
    ERROR_COUNT
};

/* Records the error; always false, so that a routine can return it. */
bool machine_fail(struct machine *machine, enum machine_error error);
/* The same for what a decimal function returned; true for DECIMAL_OK. */
bool machine_decimal(struct machine *machine, enum decimal_status status);
/* Room for a text of this length; NULL after ERROR_TEXT_ROOM. */
char *machine_text(struct machine *machine, size_t length);

/* Runs the program from its first step; NULL after an error. */
const struct value *machine_run(struct machine *machine);

/* Sets a machine up over scratch memory of program_size_bytes(). */
void machine_init(struct machine *machine, const struct program *program, const struct subject *subject,
                  const struct page *page, struct eval_scratch *scratch, struct eval_error *error);

#endif
