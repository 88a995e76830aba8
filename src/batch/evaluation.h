/*
 * evaluation.h: what becomes of one subject's pages, and what it takes to make it: the data that admit, violation,
 * evaluate and finding hand on.
 *
 * Threads: a struct evaluator belongs to one worker; the definition is const and shared.
 * Memory:  an evaluation lives in the subject's arena.
 */
#ifndef CRFD_BATCH_EVALUATION_H
#define CRFD_BATCH_EVALUATION_H

#include "crfd/base/arena.h"
#include "crfd/base/strbuf.h"
#include "crfd/batch/source.h"
#include "crfd/check/eval.h"
#include "crfd/check/subject.h"
#include "crfd/clean/clean.h"
#include "crfd/definition/definition.h"
#include "crfd/definition/rule_book.h"

#include "basis.h"
#include "check_count.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where a finding or a cleaned value stands in its subject. */
struct page_key {
    const char *event;
    int32_t event_repeat;
    const char *form;
    int32_t form_repeat;
};

/* A violated check. Texts are NUL-terminated UTF-8. */
struct violation {
    struct page_key key;
    const char *check_id;
    const char *item; /* "" where it stands at the page */
    enum severity severity;
    const char *category; /* NULL where none */
    bool is_error;        /* the check could not be evaluated */
    const char *message;
    const char *messages; /* JSON object: in the other languages of the study; NULL where there are none */
    const char *evidence; /* JSON object: item key to raw text or null */
    unsigned char basis[BASIS_BYTES];
};

/* A value as entered and as stored. */
struct cleaned_value {
    struct page_key key;
    const char *item;
    const char *raw;
    const char *cleaned; /* NULL: it meant missing */
    const char *steps;
};

struct quarantined_page {
    const struct source_page *page;    /* where the study has its event and form, under their cleaned names */
    const struct source_page *entered; /* the same as it stands at the source */
    const char *reason;
};

struct evaluation {
    struct subject subject;          /* the pages that were taken in */
    struct item_state **item_states; /* by page, as subject.pages; each one per item */
    struct violation *violations;
    size_t violation_count;
    size_t violation_capacity;
    struct cleaned_value *cleaned;
    size_t cleaned_count;
    size_t cleaned_capacity;
    struct quarantined_page *quarantined;
    size_t quarantined_count;
    bool has_due; /* the night alone can change something */
    int32_t due;  /* the next night on which it can, days since 2000-01-01 */
};

struct evaluator {
    const struct definition *definition;
    int32_t night; /* days since 2000-01-01: current_date of the checks */
    struct eval_scratch *scratch;
    struct clean_result
        *results;               /* of the page that is being cleaned: as many as the largest form has items */
    struct strbuf text;         /* what is being put together; nothing is kept in it between two functions */
    struct basis basis;         /* of the violation that is being put together */
    struct check_count *counts; /* by rule of the book; whoever wants them clears them first */
};

/* Scratch and results live in the worker's arena. */
void evaluator_init(struct evaluator *evaluator, struct arena *arena, const struct definition *definition,
                    int32_t night);
void evaluator_destroy(struct evaluator *evaluator);

/* A built-in rule that is violated; checks are counted whatever their outcome is. */
void evaluator_count_violated(struct evaluator *evaluator, const struct rule *rule, bool is_error);

/* Orders by event, event_repeat, form, form_repeat, bytewise. */
int page_key_compare(const struct page_key *a, const struct page_key *b);

struct page_key page_key_of(const struct page *page);

/* The night alone can change something on this day, which lies ahead. */
void evaluation_note_due(struct evaluation *evaluation, int32_t day);

/* Room for one more, to be filled. */
struct violation *evaluation_add_violation(struct arena *arena, struct evaluation *out);

/* ---- Pages that were taken in; they stand in the order of their keys ---- */

/* The index of the first page whose key is not before this one; page_count where there is none. */
size_t evaluation_seek(const struct evaluation *evaluation, const struct page_key *key);
/* The index of the page with this key; false where there is none. */
bool evaluation_find_page(const struct evaluation *evaluation, const struct page_key *key, size_t *index);
/* Any page at this event; NULL where there is none. */
const struct page *
evaluation_page_at(const struct evaluation *evaluation, const char *event, int32_t event_repeat);

#endif
