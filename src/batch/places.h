/*
 * places.h: where a subject has pages, those in quarantine counted: the events that took place, and the forms that came.
 *
 * Threads: as the evaluator.
 * Memory:  lists live in the given arena.
 */
#ifndef CRFD_BATCH_PLACES_H
#define CRFD_BATCH_PLACES_H

#include "evaluation.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An event of the subject, with the first of its pages. */
struct place {
    const struct event *rule;
    const char *event;
    bool has_repeat; /* pages in quarantine may not have one */
    int32_t repeat;
    bool has_number;
    int64_t number;
    int64_t first_us; /* INT64_MAX: no page says when it was submitted */
};

/* Each event and repeat once, in the order of their names. */
struct places {
    struct place *list;
    size_t count;
};

/* Where a page in quarantine would stand, as far as it says so. */
struct quarantined_place {
    const struct form *form;
    const char *event;
    bool has_event_repeat;
    int32_t event_repeat;
};

/* In order, so that the many expected pages of a subject do not each look through all of them. */
struct quarantined_places {
    struct quarantined_place *list;
    size_t count;
};

struct places places_of(struct arena *arena, const struct study *study, const struct evaluation *out);
struct quarantined_places
quarantined_places_of(struct arena *arena, const struct study *study, const struct evaluation *out);

/* The form was submitted at the place, if only to end in quarantine; a form per subject wherever that was. */
bool places_have(const struct evaluation *out, const struct quarantined_places *places,
                 const struct form *form, const char *event, int32_t event_repeat);

#endif
