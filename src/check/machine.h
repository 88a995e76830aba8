/*
 * machine.h: one evaluation under way, as the interpreter, the loops and the routines see it.
 *
 * Threads: on the stack of the thread that evaluates.
 * Memory:  registers, slots and texts are in the scratch; nothing is allocated.
 */
#ifndef CRFD_CHECK_MACHINE_H
#define CRFD_CHECK_MACHINE_H

#include "crfd/check/subject.h"
#include "steps.h"

#include <stdbool.h>
#include <stddef.h>

/* Room for what a register cannot hold itself. */
union slot {
    struct decimal_wide decimal;
    struct partial_date partial;
    struct interval interval;
};

#define PAGE_VISITS_MAX 100000 /* pages that the subqueries of one evaluation may look at, all together */
#define SET_SLOTS       8192   /* a power of two */
#define SET_VALUES      4096

/* The values that DISTINCT has met: open addressing; entries are index + 1 into values, 0 is empty. */
struct value_set {
    uint32_t count;
    uint16_t slots[SET_SLOTS];
    struct value values[SET_VALUES];
    union slot rooms[SET_VALUES]; /* for what a value cannot hold itself */
};

/* A row of FROM on its way through the form's pages. */
struct loop {
    const struct page *const *next;
    const struct page *const *end;
    char *text_mark; /* texts behind it are forgotten when the next page comes */
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
    ERROR_INTERVAL_RANGE,
    ERROR_NEGATIVE_ROOT,
    ERROR_INEXACT_POWER,
    ERROR_SUBSTRING_LENGTH,
    ERROR_FIELD_POSITION,
    ERROR_LIKE_PATTERN,
    ERROR_TEXT_ROOM,
    ERROR_REGEX_COST,
    ERROR_PAGE_VISITS,
    ERROR_SET_ROOM,
    ERROR_COUNT
};

/* The memory that machines run in, one after the other. */
struct machine_room {
    size_t size_bytes;
    unsigned char *memory;
    struct regex_room *regex_room;
};

struct machine {
    const struct program *program;
    const struct subject *subject;
    struct value *registers;
    union slot *slots;
    union slot *slot; /* of the register that the running routine computes */
    char *text;       /* what is left of the text area */
    size_t text_left;
    struct value_set *sets;
    struct regex_room *regex_room;
    enum machine_error error; /* after a failure */
    uint32_t visits_left;
    const struct page *pages[ROW_MAX]; /* NULL where a reference finds none */
    const struct value *frames[FRAME_MAX];
    struct loop loops[ROW_MAX];
};

/* Records the error; always false, so that a routine can return it. */
bool machine_fail(struct machine *machine, enum machine_error error);
/* The same for what a decimal function returned; true for DECIMAL_OK. */
bool machine_decimal(struct machine *machine, enum decimal_status status);
/* Room for a text of this length; NULL after ERROR_TEXT_ROOM. */
char *machine_text(struct machine *machine, size_t length);

/* Into a register; what points into a slot is copied to the register's own one. */
void machine_move(struct machine *machine, size_t dest, const struct value *from);

/* What one evaluation of a program needs: registers, slots, sets, texts. */
size_t machine_size_bytes(size_t register_count, size_t set_count, size_t text_bytes);

/* Room for programs that need up to size_bytes, in the arena. */
void machine_room_init(struct machine_room *room, struct arena *arena, size_t size_bytes);

/* Sets a machine up in the room; page: NULL for a program that reads none. */
void machine_init(struct machine *machine, const struct program *program, const struct subject *subject,
                  const struct page *page, const struct machine_room *room);

#endif
