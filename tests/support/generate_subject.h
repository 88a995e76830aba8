/*
 * generate_subject.h: one made-up subject of the demo study and all its pages, without a fault.
 *
 * A subject is made anew for every night: the same pages in the same places of the array, so that two
 * nights are compared place by place. What is not there on a night is `absent` and keeps its place.
 *
 * Threads: pure functions.
 * Memory:  everything lives in the given arena.
 */
#ifndef CRFD_TESTS_GENERATE_SUBJECT_H
#define CRFD_TESTS_GENERATE_SUBJECT_H

#include "crfd/base/arena.h"
#include "generate_dice.h"
#include "generate_forms.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum date_habit { DATES_ISO, DATES_ENGLISH, DATES_CHINESE, DATES_SLASHES };

/* How the people of a center fill in pages; cleaning takes it all away. */
struct habit {
    const char *name;
    bool chinese;
    bool bare_numbers; /* JSON numbers and not strings */
    bool upper_keys;
    bool us_units;         /* pounds, inches, mg/dL */
    bool billions;         /* cells in 10⁹/L */
    bool grouped;          /* 6,300 */
    uint32_t wide_percent; /* of the values with digits, in full width */
    enum date_habit dates;
};

/* Over the habit: how a value is entered; bits of made_value.enter. */
enum enter_how {
    ENTER_WIDE = 1 << 0,    /* in full width */
    ENTER_BLANKS = 1 << 1,  /* blanks around it */
    ENTER_HIDDEN = 1 << 2,  /* a zero-width character inside */
    ENTER_TOKEN = 1 << 3,   /* a missing token */
    ENTER_SYNONYM = 1 << 4, /* another word for the code */
    ENTER_LOWER = 1 << 5,   /* a code in lower case */
    ENTER_GROUPED = 1 << 6, /* 6,300 */
    ENTER_WORDS = 1 << 7,   /* a date in the other language's form */
    ENTER_UNKNOWN = 1 << 8, /* UN-MAR-2024 */
    ENTER_PLAIN = 1 << 9    /* as the column will show it, whatever the habit */
};

struct made_value {
    const struct item_spec *spec;
    const char *typed;      /* what the typed column must hold, in the item's own unit; NULL for NULL */
    const char *literal;    /* entered exactly so; NULL: as typed, by habit */
    uint32_t literal_steps; /* what cleaning does to the literal */
    uint32_t enter;
    bool claimed; /* a defect reads or changes it: no other may */
    /* Filled by enter_subject (generate_enter.h). */
    const char *json;    /* the JSON scalar; NULL: the page has no such key */
    const char *raw;     /* what it says; NULL for null and no key */
    const char *cleaned; /* as analysis.cleaning shows it, where steps is not 0 */
    uint32_t steps;
};

struct made_page {
    const struct form_spec *form;
    const char *form_name; /* as submitted */
    const char *event;
    int event_repeat;
    int form_repeat;
    int day; /* of collection, since 1970-01-01 */
    struct made_value *values;
    bool touched;           /* some defect is at it: it can neither go nor be spoilt as a whole */
    bool claimed;           /* a defect has it as a whole: no other may touch it */
    bool has_extra;         /* a defect gives it an item more, on some night */
    bool absent;            /* not there on this night */
    const char *quarantine; /* why it cannot be taken in; NULL: it can */
    const char *extra_key;  /* an item that the form does not have, and its JSON; NULL: none */
    const char *extra_json;
    const char *data; /* the page's JSON; given for quarantined pages, else put together by enter_subject */
    const char *submitted_at;
};

enum made_outcome {
    OUTCOME_NONE, /* not on this night */
    OUTCOME_FALSE,
    OUTCOME_ERROR,
    OUTCOME_UNKNOWN /* no finding, because an operand is missing */
};

struct made_finding {
    size_t page;
    const char *check_id;
    const char *item;
    enum made_outcome outcome;
};

#define SUBJECT_PAGES_MAX    64
#define SUBJECT_FINDINGS_MAX 64

struct made_subject {
    const struct habit *habit;
    char center_id[16];
    char subject_id[24];
    int consent, first_dose; /* days since 1970-01-01 */
    struct made_page *pages;
    size_t page_count;
    struct made_finding *findings;
    size_t finding_count;
    bool absent; /* not in the trial on this night */
};

/* The habits of a center, by its number from 0. */
const struct habit *center_habit(int center);

/* Subject `number` (from 1) of a center; every page is right and complete. */
void subject_make(struct arena *arena, uint64_t seed, int center, int number, struct made_subject *out);

/* A page without values behind the others. Pages do not move. */
struct made_page *subject_add_page(struct arena *arena, struct made_subject *subject, enum form_id form,
                                   const char *event, int form_repeat, int day);

struct made_value *page_value(struct made_page *page, const char *item);

#endif
