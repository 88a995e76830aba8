/*
 * step.h: the steps of cleaning that changed a value, as bits.
 *
 * Threads: pure functions.
 */
#ifndef CRFD_CLEAN_STEP_H
#define CRFD_CLEAN_STEP_H

#include "crfd/base/strbuf.h"

#include <stdint.h>

/* Bits of clean_result.steps, in the order in which the steps run. */
enum clean_step {
    CLEAN_NFC = 1 << 0,         /* Unicode normalisation form C (UAX #15) */
    CLEAN_WIDTH = 1 << 1,       /* full-width ASCII forms and the ideographic space */
    CLEAN_CONTROL = 1 << 2,     /* control and zero-width characters taken out */
    CLEAN_TRIM = 1 << 3,        /* blanks trimmed and collapsed */
    CLEAN_MISSING = 1 << 4,     /* a missing token to NULL */
    CLEAN_SYNONYM = 1 << 5,     /* a codelist synonym to its code */
    CLEAN_CASE = 1 << 6,        /* a code in another case */
    CLEAN_QUALIFIER = 1 << 7,   /* a sign taken off a number: <5 */
    CLEAN_DECIMAL = 1 << 8,     /* digit grouping or decimal comma */
    CLEAN_DATE_FORMAT = 1 << 9, /* a date that was not entered in ISO 8601 */
    CLEAN_PARTIAL = 1 << 10,    /* unknown parts (UN, UNK) left out of a partial date */
    CLEAN_UNIT = 1 << 11        /* converted to the item's unit, or the name of that unit */
};

/* The names of the steps, comma-separated, in order: "width,trim"; as analysis.cleaning.steps shows them. */
void clean_append_steps(uint32_t steps, struct strbuf *out);

#endif
