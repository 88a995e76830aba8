/*
 * steps.h: a compiled check: a flat array of steps over frames of values.
 *
 * An operand names a frame and an index in it: registers, constants, or the items of a page. So an item is
 * read where it stands, without a step that loads it. Steps run in order; jumps are absolute.
 *
 * Every register has a slot, storage for the one decimal or partial date it may hold. A register never
 * points into the slot of another one: whoever moves such a value copies it.
 *
 * Threads: const once compiled.
 * Memory:  lives in the arena of the study.
 */
#ifndef CRFD_CHECK_STEPS_H
#define CRFD_CHECK_STEPS_H

#include "expr.h"
#include "regex.h"
#include "routine.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct program_read;

enum frame {
    FRAME_REGISTER,
    FRAME_CONSTANT,
    FRAME_ROW, /* row 0; row n is FRAME_ROW + n */
    FRAME_MAX = FRAME_ROW + ROW_MAX
};

struct operand {
    uint16_t frame; /* enum frame */
    uint16_t index;
};

enum step_op {
    STEP_RETURN,          /* a */
    STEP_MOVE,            /* a; decimals and partial dates are copied to the slot */
    STEP_COMPARE_INTEGER, /* a, b by order; int4 and int8 */
    STEP_COMPARE_DECIMAL,
    STEP_COMPARE_TEXT,
    STEP_COMPARE_BOOLEAN,
    STEP_COMPARE_DATE,
    STEP_COMPARE_INSTANT, /* timestamps and times of day */
    STEP_COMPARE_PARTIAL, /* `flag`: by whole days */
    STEP_COMPARE_INTERVAL,
    STEP_DISTINCT, /* a, b; register type by `order` (enum value_type) */
    STEP_IN,       /* a among `list`; register type by `order` */
    STEP_AND,      /* a, b */
    STEP_OR,
    STEP_NOT,
    STEP_IS_NULL,
    STEP_TOKEN,    /* the missing token of a, an item of a page */
    STEP_IS_TRUTH, /* a is `order` (enum truth) */
    STEP_JUMP,
    STEP_JUMP_IF_FALSE, /* a */
    STEP_JUMP_IF_TRUE,
    STEP_JUMP_UNLESS_TRUE,
    STEP_JUMP_IF_NOT_NULL,
    STEP_SET_NULL,
    STEP_EXTREME,       /* dest becomes the greater (flag: the lesser) of dest and a; NULLs do not count */
    STEP_CALL,          /* routine over a, b, c; NULL where one of them is */
    STEP_CALL_VARIADIC, /* routine over `c.index` registers from a on */
    STEP_LIKE,          /* a LIKE b; flag: folded */
    STEP_REGEX,         /* a ~ regex */
    STEP_LOAD_KEY,      /* key column b.index of row a.frame - FRAME_ROW */
    STEP_CURRENT_DATE,
    STEP_HAS_PAGE, /* whether row a.frame has a page */
    STEP_LOOP_BEGIN, /* row a.frame stands before its first page; flag: only those at the event of row b.frame */
    STEP_LOOP_NEXT,    /* row a.frame goes on to its next page; jumps behind the last */
    STEP_ACCUMULATE,   /* dest takes in a, unless NULL; aggregate `flag`, register type by `order` */
    STEP_AVERAGE,      /* a divided by b; NULL where b is zero */
    STEP_CLEAR_SET,    /* set number b.index forgets what it has */
    STEP_JUMP_IF_SEEN, /* a is NULL or in set number b.index; else it is put there. Register type by `order` */
    STEP_COMES_BEFORE, /* whether the registers from a on stand before those from b on, by `ranks` */
    STEP_KEEP          /* as STEP_MOVE; of a text, so that it outlives the pages of the loop `c` */
};

/* How one of several sort keys orders. */
struct rank {
    uint8_t type; /* enum value_type */
    bool descending;
    bool nulls_first;
};

struct ranks {
    const struct rank *list;
    size_t count;
};

/*
 * Loops of one FROM are the rows c.frame to c.frame + c.index - 1 of a STEP_KEEP or STEP_ACCUMULATE. The texts
 * that an iteration makes are forgotten when the next one begins, so that room is bounded by the pages that
 * are looked at together and not by their number; what is kept is moved to where the loop began.
 */

/* The constants of x IN (...); has_null where NULL is among them. */
struct in_list {
    const struct value *values;
    size_t count;
    bool has_null;
};

struct step {
    uint8_t op;    /* enum step_op */
    uint8_t order; /* enum order, or what the op says */
    uint8_t flag;  /* of boolean results: 1 negates, unless the op says otherwise */
    uint8_t arg_count;
    uint16_t dest;
    uint16_t result; /* enum value_type of a call's result */
    struct operand a, b, c;
    union {
        uint32_t jump;
        const struct routine *routine;
        const struct regex *regex;
        const struct in_list *list;
        const struct ranks *ranks;
    };
};

struct program {
    const struct step *steps;
    size_t step_count;
    const struct value *constants;
    struct row rows[ROW_MAX]; /* row 0 is the page itself */
    size_t row_count;
    const struct zone *zone;         /* the study's; NULL where it declares none */
    const struct value *missing_row; /* what a page that is not there reads as: NULLs */
    size_t register_count;
    size_t text_bytes;    /* 0 where no step makes a text */
    size_t set_count;     /* of values that DISTINCT has met */
    size_t scratch_bytes; /* machine_size_bytes() of the three */
    enum value_type type;
    bool reads_current_date;
    const struct program_read *reads;
    size_t read_count;
    const char *twin;
    const struct expr *tree;
};

#endif
