/*
 * generate_forms.h: what the generator knows of the demo study: its forms, items, codes and units.
 *
 * This repeats config/demo.json by hand and on purpose: what a night must find is worked out without the
 * definition that the night runs on.
 *
 * Threads: constants.
 */
#ifndef CRFD_TESTS_GENERATE_FORMS_H
#define CRFD_TESTS_GENERATE_FORMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum item_kind {
    ITEM_TEXT,
    ITEM_CODE,
    ITEM_INTEGER,
    ITEM_DECIMAL,
    ITEM_BOOLEAN,
    ITEM_DATE, /* and partial-date */
    ITEM_DATETIME,
    ITEM_TIME,
    ITEM_DERIVED
};

/* A code and how people say it; NULL where they have no other word. A list ends with a NULL code. */
struct code_spec {
    const char *code, *english, *chinese;
};

/* Another unit than the item's own: entered * factor = stored; factor is coefficient * 10^-scale. */
struct unit_spec {
    const char *item; /* holds the unit */
    const char *other;
    int64_t factor;
    int factor_scale;
    int entered_scale; /* digits behind the point that people write in the other unit */
};

struct item_spec {
    const char *name;
    enum item_kind kind;
    const struct code_spec *codes;
    const struct unit_spec *unit;
};

#define FORM_ITEMS_MAX 42

struct form_spec {
    const char *name;
    struct item_spec items[FORM_ITEMS_MAX + 1]; /* ends with a NULL name */
};

enum form_id { FORM_DM, FORM_SV, FORM_VS, FORM_LB, FORM_EG, FORM_AE, FORM_CM, FORM_DS, FORM_COUNT };

extern const struct form_spec form_specs[FORM_COUNT];

size_t form_spec_count(const struct form_spec *form);
/* Index of the item; ends the program where the form has none: that is a mistake in the generator. */
size_t form_spec_item(const struct form_spec *form, const char *name);

/* A laboratory's reference range in the item's own unit, scaled. */
struct analyte {
    const char *name;
    int low, high;
    int scale;
};

#define ANALYTE_COUNT 12
extern const struct analyte analytes[ANALYTE_COUNT];

#endif
