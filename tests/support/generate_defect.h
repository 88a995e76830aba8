/*
 * generate_defect.h: every kind of defect that the generator plants, and what a night must find of it.
 *
 * A defect claims the values that it changes or that its checks read, so that no two defects touch the same
 * value: each is found for itself and the counts are exact.
 *
 * Threads: constants.
 */
#ifndef CRFD_TESTS_GENERATE_DEFECT_H
#define CRFD_TESTS_GENERATE_DEFECT_H

#include "generate_subject.h"

#include <stddef.h>
#include <stdint.h>

enum edit_how {
    EDIT_NONE,
    EDIT_READ,    /* claimed as it is */
    EDIT_VALUE,   /* another value, entered by habit */
    EDIT_BLANK,   /* nothing */
    EDIT_ENTER,   /* the same value, entered in another way */
    EDIT_UNTYPED, /* the text as it stands, which no typed column takes; NULL: the value's own text */
    EDIT_KEPT,    /* the text as it stands, which the column takes as it is */
    EDIT_RAW      /* the text as it stands, of which cleaning makes `typed` */
};

/*
 * text may be a date relative to the subject or to another item of the page: @consent-30, @first-dose-60,
 * @aestdtc-10.
 */
struct edit {
    const char *item;
    enum edit_how how;
    const char *text;
    const char *typed;
    uint32_t bits; /* enum enter_how of EDIT_ENTER, enum made_step of EDIT_RAW */
};

enum defect_kind {
    DEFECT_VALUES,         /* edits of one page */
    DEFECT_UNKNOWN_ITEM,   /* key, text: one item more */
    DEFECT_MISSING_PAGE,   /* an expected page is not there */
    DEFECT_MISSING_VISIT,  /* none of the pages of an event is, though the subject stayed in the trial */
    DEFECT_DUPLICATE_PAGE, /* a second page of a form that is filled once */
    DEFECT_QUARANTINE,     /* key: why; text: the page's JSON */
    DEFECT_STRAY_PAGE,     /* key: why; text: the form, and event: the event, of which the study has none */
    DEFECT_CLOSES_UNKNOWN, /* as values; from night 2 on the item in key is blank */
    DEFECT_CLOSES_REMOVED  /* as values; from night 2 on the page is gone */
};

#define DEFECT_EDITS    6
#define DEFECT_FINDINGS 4

struct defect {
    enum defect_kind kind;
    enum form_id form;
    const char *event; /* NULL: any */
    struct edit edits[DEFECT_EDITS];
    struct {
        const char *check_id, *item;
        bool is_error;
    } findings[DEFECT_FINDINGS];
    const char *key, *text;
};

extern const struct defect defects[];
extern const size_t defect_count;

#endif
