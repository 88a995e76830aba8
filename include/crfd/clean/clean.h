/*
 * clean.h: one raw value, as entered, to one typed value, by declared steps in a fixed order.
 *
 * Order: NFC, width folding, control characters, trim and collapse, missing tokens,
 * codelist synonyms and case, then by type: decimal forms, date formats; last, unit conversion, which needs
 * the unit item's own cleaned value. Each step is a pure function of its own (text.h, vocabulary.h,
 * numbers.h, dates.h, units.h) and reports whether it changed the value.
 *
 * A change is what alters the value, not how it is written: 036.2, +5 and 1e3 as a decimal, 5.0 as an
 * integer, yes as a boolean, a blank for the T of a datetime have no steps. "" and a text of nothing but
 * blanks and control characters are missing, also without steps. A code to the byte is never touched.
 *
 * A plan is one for all centers: what a center does otherwise comes with the value.
 *
 * Threads: pure; a plan is const.
 * Memory:  results live in the given arena (the subject's), but a text that nothing changed still points into
 *          raw, and a code into the study's code list: raw must live as long as the result.
 */
#ifndef CRFD_CLEAN_CLEAN_H
#define CRFD_CLEAN_CLEAN_H

#include "crfd/base/arena.h"
#include "crfd/clean/step.h"
#include "crfd/study/study.h"
#include "crfd/value/value.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum clean_status {
    CLEAN_OK,      /* value is typed, or NULL because it is missing; then it carries the token that said so */
    CLEAN_UNTYPED, /* cannot be typed: value is NULL; opens a `type` finding */
    CLEAN_NOT_CODE, /* typed, but no code of its codelist: the value is kept; opens a `codelist` finding */
    CLEAN_NO_UNIT /* the unit is missing or unknown, so the number means nothing: NULL; opens a `unit` finding */
};

/* <, <=, > and >=; NULL of QUALIFIER_NONE. */
extern const char *const qualifier_signs[QUALIFIER_COUNT];

struct clean_result {
    struct value value; /* of a qualified number: its limit */
    enum qualifier qualifier;
    enum clean_status status;
    uint32_t steps;     /* bits of enum clean_step that changed something; 0: as entered, or refused */
    const char *reason; /* static text for CLEAN_UNTYPED and CLEAN_NO_UNIT: why, without the value */
};

/* The reason of a CLEAN_NO_UNIT where there is no unit; of any other, it is not known. */
extern const char clean_unit_missing[];

/* What is worked out once per item, when the study is loaded. It borrows the item. */
struct clean_plan;
const struct clean_plan *clean_plan_new(struct arena *arena, const struct item *item);

/*
 * Cleans one value. raw is UTF-8 of length bytes (JSON guarantees it); "" means missing. The sign is the one
 * that counts for this entry: the item's, the center's or the study's; a point for a number of JSON, whose
 * grammar (RFC 8259) knows no other. Unit conversion is not done here.
 */
void clean_value(const struct clean_plan *plan, struct arena *arena, const char *raw, size_t length,
                 enum decimal_sign sign, struct clean_result *out);

/*
 * Converts an already cleaned decimal, or the limit of a qualified one, to the item's unit, by the cleaned value of its unit item (a text; NULL
 * or another type is no unit). Whether the number is in the item's unit now, whatever the unit item says: false,
 * with nothing done, where the item declares no unit or result is NULL; false, and refused, where the unit does not
 * help.
 */
bool clean_unit(const struct clean_plan *plan, struct arena *arena, const struct value *unit,
                struct clean_result *result);

#endif
