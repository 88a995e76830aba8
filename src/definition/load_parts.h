/*
 * load_parts.h: loading a study definition, part by part; for load.c and its parts only.
 *
 * The parts run in this order: centers, months, code lists, forms (all names, then all items), the subject's days, events, rules,
 * derivations, checks. Each tells its mistakes and leaves behind something the next can work with, so that one pass tells them all.
 *
 * Threads: one.
 * Memory:  what is built lives in the arena.
 */
#ifndef CRFD_DEFINITION_LOAD_PARTS_H
#define CRFD_DEFINITION_LOAD_PARTS_H

#include "crfd/check/suspect.h"
#include "loading.h"

/* `root` is the whole definition. */

/* The decimal sign of the study, and what its centers do otherwise. */
void load_centers(struct load *load, const struct json_place *root);
/* The names of months that dates may have. */
void load_months(struct load *load, const struct json_place *root);
void load_codelists(struct load *load, const struct json_place *root);
void load_forms(struct load *load, const struct json_place *root);
/* "subject": what planned days are counted from, and where they end. */
void load_subject(struct load *load, const struct json_place *root);
/* The events, and then their forms: what says when a form is expected may name any event. */
void load_events(struct load *load, const struct json_place *root);
/* Warnings of load_subject's days, which may name any event, too. */
void load_subject_suspicions(struct load *load, const struct json_place *root);
/* How built-in rules speak, once all items are known. */
void load_rules(struct load *load, const struct json_place *root);
/* Compiles derived items and puts them into an order in which each finds its operands. */
void load_derivations(struct load *load, const struct json_place *root);
void load_checks(struct load *load, const struct json_place *root);

/* Of load_events: when an event takes place, and when one of its forms is expected (NULL program: always). */
void load_event_plan(struct load *load, struct event *event, const struct json_place *place);
struct schedule_text load_when(struct load *load, const struct json_place *entry);

/* Of load_forms: the properties of one item whose names are all known. */
void load_item(struct load *load, const struct form *form, struct item *item, const struct json_place *place);

/*
 * Warnings of what in the program can never do what it seems to be there for; `what` begins them.
 */
void load_suspicions(struct load *load, const struct program *program, enum suspect_use use,
                     const struct json_place *place, const char *text, const char *what);

#endif
