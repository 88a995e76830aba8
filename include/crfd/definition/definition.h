/*
 * definition.h: a study definition, loaded: the sealed study with its cleaning plans and compiled checks.
 *
 * Threads: loaded on the main thread; const and read by all workers afterwards.
 * Memory:  everything lives in the given arena.
 */
#ifndef CRFD_DEFINITION_DEFINITION_H
#define CRFD_DEFINITION_DEFINITION_H

#include "crfd/base/arena.h"
#include "crfd/base/err.h"
#include "crfd/check/compile.h"
#include "crfd/clean/clean.h"
#include "crfd/definition/message.h"
#include "crfd/definition/problem.h"
#include "crfd/study/study.h"

#include <stdbool.h>
#include <stddef.h>

struct rulebook;

/* One check of the definition, `for` already spread out. */
struct check {
    const char *id;
    const struct form *form;
    const char *text; /* the SQL expression */
    const struct program *program;
    enum severity severity;
    const char *category; /* of its findings; NULL where none */
    const int32_t *since; /* pages submitted on local dates before it are not asked; NULL: all are */
    const size_t *items;  /* indexes in the form: named by the definition, else those that the text reads */
    size_t item_count;    /* the finding stands at items[0]; at no item where there is none */
    const struct message_set *message;
};

/* What the study says of the findings of a kind of built-in rules; what it leaves out is as the kind has it. */
struct rule_terms {
    bool has_severity;
    enum severity severity;
    const char *category;
    const struct message_set *message;
};

/* A derived item. Each reads entered items, and derived ones only of derivations that stand before it. */
struct derivation {
    const struct form *form;
    size_t item;
    const struct program *program;
};

/* What evaluating a page of a form takes. */
struct form_plan {
    const struct clean_plan *const *clean; /* one per item; NULL for a derived item */
    bool has_units;                        /* some item is converted by another */
    bool has_qualifiers;                   /* some item takes a qualified number */
    const struct check *checks;            /* of this form, in the order of the definition */
    size_t check_count;
    /* By item, that of the pages as a whole behind them, and then by kind of rule; NULL where nothing is said. */
    const struct rule_terms *const *terms;
};

/* An expression of the schedule; program NULL where the definition gives none. */
struct schedule_text {
    const char *text;
    const struct program *program;
};

/* When a subject's events are due (check_compile_day, check_compile_event). */
struct schedule {
    struct schedule_text day1;  /* what planned days are counted from */
    struct schedule_text ended; /* after which nothing is due */
    const struct schedule_text *const
        *whens; /* by event, each as event.forms: whether the form is expected */
};

struct definition {
    const struct study *study;
    const struct form_plan *plans;  /* by form index */
    const struct rule_terms *terms; /* of all forms, by kind of rule; NULL where nothing is said */
    struct schedule schedule;
    const struct rulebook *rules;         /* its checks and the built-in ones (rule_book.h) */
    const struct derivation *derivations; /* of all forms: one is made on all pages before the next one */
    size_t derivation_count;
    const char *text; /* the file's bytes, as crfd.study stores them; NUL-terminated */
    size_t text_length;
    size_t check_count;
    size_t scratch_bytes;     /* of the largest program */
    bool reads_current_date;  /* some check or derivation does: every subject is evaluated every night */
    struct problem *warnings; /* checks that can never do what they seem to be there for (check/suspect.h) */
    size_t warning_count;
};

#endif
