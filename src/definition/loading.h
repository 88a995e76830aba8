/*
 * loading.h: a study definition while it is loaded, and what all parts of loading share.
 *
 * Threads: one.
 * Memory:  what is built lives in the arena.
 */
#ifndef CRFD_DEFINITION_LOADING_H
#define CRFD_DEFINITION_LOADING_H

#include "crfd/definition/definition.h"
#include "json.h"

#include <stdbool.h>
#include <stddef.h>

#define LOAD_COUNT(list) (sizeof(list) / sizeof((list)[0]))

struct load {
    struct arena *arena;
    struct study *study;        /* under construction */
    struct codelist *codelists; /* the arrays of the study, while they may still be changed */
    struct form *forms;
    const char **form_names;
    struct item **items; /* by form index */
    struct form_plan *plans;
    const struct rule_terms *terms; /* of all forms */
    struct schedule schedule;
    const struct schedule_text **whens; /* the list of the schedule, while it is filled */
    const struct derivation *derivations;
    size_t derivation_count;
    const struct month_names *months; /* NULL: none are declared */
    const char *const *missing;       /* the study's tokens */
    size_t missing_count;
    const struct clean_plan **
        *entries; /* by form and item: load_suspicions.c; NULL where not needed so far */
};

/*
 * The place's key, which must be a lower-case SQL identifier of at most 63 bytes: a problem where it is not. What is
 * returned then is in lower case, so that what refers to it by the right name is no mistake, too.
 */
const char *load_name(struct load *load, const struct json_place *place);

/* The index of the place's text among the names; a problem and count where it is none of them. */
size_t load_choice(const struct json_place *place, const char *what, const char *const *names, size_t count);

/* "severity" of an object; major where it is not given. */
enum severity load_severity(const struct json_place *object);

/* "category" of an object; NULL where it is not given. */
const char *load_category(const struct json_place *object);

/* "decimal" of an object. */
enum decimal_sign load_decimal(const struct json_place *object);

/* "since" of an object, a date: days since 2000-01-01; NULL where it is not given. */
const int32_t *load_since(struct load *load, const struct json_place *object);

/* The text as a value of the type, read as a page's value would be that needs no cleaning. */
bool load_value(struct load *load, enum value_type type, const char *text, struct value *out);

/* What units ask of the items that hold them, once all items are known; in rule_unit.c, with the rest of what units are. */
void load_unit_items(const struct form *form, const struct json_place *items);

/* "unique" of a form, once its items are loaded; in rule_unique.c. */
void load_unique(struct load *load, struct form *form, const struct json_place *place);

#endif
