/*
 * study.h: what a study's pages look like: events, forms, items, code lists.
 *
 * Built once by definition/load, then sealed: const from before the first worker starts until exit.
 *
 * Threads: read by all once sealed.
 * Memory:  everything lives in the arena the study was built in. Names are NUL-terminated UTF-8.
 */
#ifndef CRFD_STUDY_STUDY_H
#define CRFD_STUDY_STUDY_H

#include "crfd/base/arena.h"
#include "crfd/value/value.h"
#include "crfd/value/zone.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STUDY_NAME_MAX      63 /* bytes of a PostgreSQL identifier */
#define STUDY_LANGUAGES_MAX 8

enum severity { SEVERITY_MINOR, SEVERITY_MAJOR, SEVERITY_CRITICAL, SEVERITY_COUNT };

/* Which sign stands before the fraction of a number; the other one may group digits by threes. */
enum decimal_sign { DECIMAL_SIGN_UNDECLARED, DECIMAL_SIGN_POINT, DECIMAL_SIGN_COMMA };

/* Whether an item must be answered. */
enum required {
    REQUIRED_NO,
    REQUIRED_ANSWER, /* a value, or a token that says why there is none */
    REQUIRED_VALUE
};

/* How often a form is filled for a subject. */
enum form_per { FORM_PER_RECORD, FORM_PER_EVENT, FORM_PER_SUBJECT };

struct month_names; /* clean/months.h */

struct codelist {
    const char *name;
    const char *const *codes; /* in the order of the definition */
    size_t code_count;
    /* Synonyms as declared: synonyms[i] means codes[synonym_codes[i]]. */
    const char *const *synonyms;
    const size_t *synonym_codes;
    size_t synonym_count;
};

/* `from * factor + offset` gives the item's unit, exactly. */
struct unit_conversion {
    const char *from;
    const struct decimal *factor; /* NULL: 1 */
    const struct decimal *offset; /* NULL: 0 */
};

struct unit_rule {
    size_t item; /* index, in the same form, of the item that holds the unit */
    const char *to;
    const struct unit_conversion *conversions;
    size_t conversion_count;
};

struct range_rule {
    struct value min, max; /* of the item's type; NULL where open, or where it is the night's date */
    bool min_is_night, max_is_night; /* of days only */
};

struct length_rule {
    size_t min, max; /* characters (code points); max 0 is open */
};

/* Items of a form whose values, together, no two subjects have; a value that is missing is nobody's. */
struct unique_rule {
    const size_t *items; /* indexes in the form; the first is where it stands */
    size_t item_count;
    bool in_study; /* among all subjects; else among those of a center */
};

/* What a number is said to be instead of equal to. */
enum qualifier {
    QUALIFIER_NONE,
    QUALIFIER_LESS,
    QUALIFIER_AT_MOST,
    QUALIFIER_GREATER,
    QUALIFIER_AT_LEAST,
    QUALIFIER_COUNT
};

/* Of a decimal that takes <5: two more items of the form, which nobody enters, hold what is said instead of a number. */
struct qualifier_rule {
    size_t sign;  /* index of ITEM_q: <, <=, > or >= */
    size_t limit; /* index of ITEM_limit: the number, in the item's unit */
};

struct item {
    const char *name; /* the column */
    const char *key;  /* in the page's JSON, matched ignoring ASCII case; usually the name; "": none has it */
    const char *label; /* "" where none */
    const char *const
        *labels; /* by the study's languages, NULL in one that it is not in; NULL: in the first only */
    const char *category; /* of the findings of its rules; NULL where none */
    enum value_type type;
    const struct zone *zone; /* of an instant: whose clocks show what has no offset; NULL: that is refused */
    enum required required;
    const int32_t *since;      /* pages submitted on local dates before it need no value; NULL: all do */
    bool retired;              /* no page needs a value any more; what there is stays */
    enum decimal_sign decimal; /* the item's own; undeclared: study_decimal() */
    const struct codelist *codelist;        /* NULL where none */
    const struct range_rule *range;         /* NULL where none */
    const struct length_rule *length;       /* NULL where none */
    const struct unit_rule *unit;           /* NULL where none */
    const struct qualifier_rule *qualifier; /* NULL where none */
    const struct unique_rule *unique;       /* NULL where none */
    const char *const *missing;             /* tokens that mean missing: the item's own, or the study's */
    size_t missing_count;
    const char *const *formats; /* declared date formats, in order, tried before the forms of clean/dates.h */
    size_t format_count;
    const struct month_names
        *months;        /* that the study declares; NULL: English and Chinese ones alone are read */
    const char *derive; /* SQL expression, NULL where the value is entered */
};

struct form {
    const char *name; /* the table */
    const char *label;
    const char *const *labels; /* as an item's */
    enum form_per per;
    size_t index; /* in study.forms */
    const struct item *items;
    size_t item_count;
    const struct item *visit_date; /* when the event took place; NULL where the form does not say */
    /* Open addressing over the folded keys, a power of two in size; entries are item index + 1, 0 is empty. */
    const uint16_t *key_table;
    size_t key_table_size;
};

/* Days around the planned one in which an event may take place. */
struct window {
    int before, after;
};

struct event {
    const char *name; /* "UNSCHEDULED *": the part before the star begins every such event's name */
    bool is_pattern;
    bool unscheduled;
    bool has_day;
    int day;       /* CDISC's: 1 is the first, and there is no day 0 */
    int every;     /* days from one number to the next; 0: all are planned on the same day */
    bool optional; /* that it never takes place is no finding */
    int grace;     /* days for what is expected to come in */
    const struct window
        *window;         /* NULL where none: the planned day itself is meant, and no date is looked at */
    int order;           /* 1.. in the order of the definition */
    const size_t *forms; /* indexes of forms expected at this event */
    size_t form_count;
};

/* What a center does otherwise than the study says. */
struct center_rule {
    const char *name; /* "DE-*": the part before the star begins every such center's id */
    bool is_pattern;
    enum decimal_sign decimal;
};

struct study {
    const char *name;
    const char *version;
    const struct zone *zone; /* of the sites' clocks; NULL where the study declares none */
    char digest[65];         /* SHA-256 of the definition's bytes, lower-case hex */
    /* That its texts are in, the first being that of messages, labels and comments; none where no text names one. */
    const char *languages[STUDY_LANGUAGES_MAX];
    size_t language_count;
    const struct event *events;
    size_t event_count;
    const struct codelist *codelists;
    size_t codelist_count;
    enum decimal_sign decimal;
    const struct center_rule *centers;
    size_t center_count;
    const struct form *forms;
    size_t form_count;
};

/* What an item or a form is called in a language of the study: its label, else that in the first language, else its name. */
const char *study_label(const char *name, const char *label, const char *const *labels, size_t language);

const char *severity_name(enum severity severity);

/* By the table name, ignoring ASCII case (EDC systems write VS, the table is vs). NULL where there is none. */
const struct form *study_form(const struct study *study, const char *name, size_t length);

/* An exact name first, then the longest pattern. NULL where the study has no such event. */
const struct event *study_event(const struct study *study, const char *name, size_t length);

/* The sign of the center: as its exact name has it, else its longest pattern, else the study. */
enum decimal_sign study_decimal(const struct study *study, const char *center_id);

/* Builds form->key_table in the arena, of the items that have a key; false where two keys are equal ignoring ASCII case (their indexes in a and b). */
bool form_index_keys(struct arena *arena, struct form *form, size_t *a, size_t *b);

/* Whether pages have values of it. */
static inline bool
item_is_entered(const struct item *item)
{
    return item->derive == NULL && item->key[0] != '\0';
}

/* Index of the item with this key, ignoring ASCII case; item_count where there is none. */
size_t form_item_by_key(const struct form *form, const char *key, size_t length);

/* Index of the item with this column name, exactly; item_count where there is none. */
size_t form_item_by_name(const struct form *form, const char *name);

#endif
