/*
 * date_forms.h: the ways in which an item's dates may be written: declared, ISO 8601, and common ones.
 *
 * Threads: pure.
 * Memory:  forms live in the arena they were built in.
 */
#ifndef CRFD_CLEAN_DATE_FORMS_H
#define CRFD_CLEAN_DATE_FORMS_H

#include "crfd/base/arena.h"
#include "crfd/study/study.h"
#include "crfd/value/value.h"

#include <stdbool.h>
#include <stddef.h>

struct date_pattern;

struct date_form {
    const struct date_pattern *pattern;
    bool is_iso; /* what it reads is ISO 8601's extended form, unless a part was loose */
};

/* To be tried in order. */
struct date_forms {
    const struct date_form *dates; /* none for a time */
    size_t declared_count;         /* of these, the first ones */
    size_t date_count;
    const struct date_form *clocks; /* times of day, alone or behind a date that has none */
    size_t clock_count;
};

/* Of an item of a date or time type: its declared formats first; those that are none (date_format_problem) are left out. */
struct date_forms date_forms_of(struct arena *arena, const struct item *item);

/* For the study's loader: why an item of this type cannot declare this format, as static text; NULL where it can. */
const char *date_format_problem(struct arena *arena, enum value_type type, const char *format);

/*
 * For the same: why texts[at], the name of a month as in month_names_new(), cannot stand beside those before it, in words that
 * live in the arena; NULL where it can.
 */
const char *month_name_problem(struct arena *arena, const char *const *texts, size_t at);

#endif
