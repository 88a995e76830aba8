/*
 * rule.h: the kinds of rules there are, one row each, and a rule of a study.
 *
 * A kind is one file, src/definition/rule_KIND.c, with all that is to be known of it: which items or forms have it,
 * what the definition says for it, when a value violates it and in which words, what `crfd explain` tells, and its
 * twin in SQL. Whoever works with rules walks the rows and knows no kind by name but those that no row can judge
 * alone: rule_missing_page, rule_missing_event and rule_unknown_item, for which a page or an item is missing that could
 * be asked.
 *
 * A built-in rule is named FORM.ITEM.KIND (vs.sysbp.range), FORM.KIND where it concerns the page as a whole
 * (dm.duplicate-page), or EVENT.KIND where there is no page (WEEK 2.missing-event).
 *
 * Threads: const; what judges is called by all workers, what loads and what writes twins on the main thread.
 * Memory:  rules live in the arena of the study.
 */
#ifndef CRFD_DEFINITION_RULE_H
#define CRFD_DEFINITION_RULE_H

#include "crfd/base/strbuf.h"
#include "crfd/check/subject.h"
#include "crfd/clean/clean.h"
#include "crfd/study/study.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct check;
struct definition;
struct json_place;
struct load;
struct message_set;
struct program;
struct rule;
struct twin_scope;

enum rule_scope {
    RULE_OF_ITEM,  /* a property of an item: required, range, ... */
    RULE_OF_PAGE,  /* of a page as a whole */
    RULE_OF_EVENT, /* of an event of the study: such a rule has no form */
    RULE_OF_CHECK  /* a check of the definition */
};

/* When a rule of an item is asked. */
enum rule_when {
    RULE_WHEN_REFUSED = 1, /* cleaning or deriving did not come to a value as it should be */
    RULE_WHEN_MISSING = 2, /* there is no value, and none was refused */
    RULE_WHEN_TYPED = 4    /* there is a typed value */
};

/* What is known of an item of a page beyond its typed value. */
struct item_state {
    const char *raw; /* NULL where the key is absent or null */
    uint32_t raw_length;
    uint8_t status;     /* enum clean_status */
    bool is_number;     /* a number of JSON, not a text */
    bool derive_failed; /* the derivation ended in an error */
    const char *reason; /* static: why the value could not be typed or derived */
};

/* What a rule is asked about. */
struct rule_case {
    const struct rule *rule;
    const struct subject *subject;
    const struct page *page;
    const struct value *value;       /* of the rule's item; NULL of a page as a whole */
    const struct item_state *state;  /* the same */
    const struct item_state *states; /* of all items of the page; NULL of a page as a whole */
};

/* What a finding says. */
struct verdict {
    bool is_error;          /* the rule could not be evaluated */
    struct strbuf *message; /* empty, to be appended to */
};

struct rule_kind {
    const char *name;  /* the end of its rules' ids; NULL for checks, which have ids of their own */
    const char *words; /* what holds where it is not violated */
    const char *words_of_derived; /* the same of a derived item; NULL where it is no other */
    const char *category;         /* of its findings, where the definition gives none; NULL: none */
    /* Appends behind the words what the definition says of this item: ", 60 to 250"; NULL: nothing. */
    void (*say)(struct strbuf *out, const struct rule *rule);
    bool is_minor; /* its findings are minor where the definition gives no severity, else major */
    enum rule_scope scope;
    unsigned when;    /* bits of enum rule_when; RULE_OF_ITEM only */
    bool leaves_null; /* the value that it speaks of is NULL in the typed column */
    bool of_study;    /* what it reads are pages of many subjects: the closing step asks (batch/unique.h) */
    bool of_entry;    /* its property has no meaning for a derived item; with `load` only */

    /* RULE_OF_EVENT: the event has such a rule. */
    bool (*declares_at)(const struct definition *definition, const struct event *event);
    /* The item, or the form (item is NULL), has such a rule; NULL: each has. */
    bool (*declares)(const struct form *form, const struct item *item);
    /* Reads the item's property, whose key is the kind's name; NULL where load_item does. */
    void (*load)(struct load *load, const struct form *form, struct item *item,
                 const struct json_place *place);
    /* The compiled text behind it; NULL where no rule of the kind has one. */
    const struct program *(*program)(const struct definition *definition, const struct form *form,
                                     size_t item);

    /* The night alone can change what the rule finds; NULL: of no rule of the kind. Not of those of the schedule. */
    bool (*is_timed)(const struct rule *rule);
    /* Of one that is: the next day on which it answers otherwise though nothing was entered; false where there is none. */
    bool (*changes)(const struct rule_case *asked, int32_t *day);

    /* NULL where the page alone does not tell: batch/violation.c asks. Called for each value that it speaks of. */
    bool (*is_violated)(const struct rule_case *asked);
    /* Of one that is. */
    void (*tell)(const struct rule_case *asked, struct verdict *out);
    /*
     * Of one that is: what the definition says, and what was looked at beside the item's own value, a waiver of the
     * finding rests on both. NULL: nothing but the value.
     */
    void (*append_basis)(const struct rule_case *asked, struct strbuf *out);
    /* A finding closes as `corrected` though the value is missing now; NULL: it closes as `unknown`. */
    bool (*is_answered)(const struct item_state *state);

    /* Why the typed tables cannot tell where such a rule is violated; NULL where they can. */
    const char *lack;
    /* The same where it depends on the rule, instead of `lack`; NULL where it does not. */
    const char *(*lack_of)(const struct twin_scope *scope, const struct rule *rule);
    /* Its twin: what holds of a row of the form's table, named as the form, where it is violated. */
    void (*append_condition)(struct strbuf *out, const struct twin_scope *scope, const struct rule *rule);
    /*
     * Where no row of a form's table says so: what the condition is asked of instead, a query of page keys under the name
     * SCHEDULE_TABLE.
     */
    void (*append_rows)(struct strbuf *out, const struct twin_scope *scope, const struct rule *rule);
    bool reads_night; /* its twin does, for every rule of the kind */
};

/* In the order in which an item's and a page's rules are listed; ends with NULL, which is not counted. */
extern const struct rule_kind *const rule_kinds[];
size_t rule_kind_count(void);

extern const struct rule_kind rule_missing_page;
extern const struct rule_kind rule_missing_event;
extern const struct rule_kind rule_unknown_item;
extern const struct rule_kind rule_unique;
extern const struct rule_kind rule_check;

/* NULL where there is no kind of this name. */
const struct rule_kind *rule_kind_named(const char *name);

struct rule {
    const char *id;
    const struct rule_kind *kind;
    const struct form *form;   /* NULL: RULE_OF_EVENT */
    const struct event *event; /* RULE_OF_EVENT, else NULL */
    size_t item;               /* at which its findings stand; form->item_count: at the page as a whole */
    enum severity severity;    /* of its findings */
    const char *category;      /* the same; NULL where none */
    bool is_timed;             /* as its kind has it */
    const struct message_set *message; /* NULL: the words of the kind */
    const int32_t *since;      /* pages submitted on local dates before it are not asked; NULL: all are */
    const struct check *check; /* RULE_OF_CHECK, else NULL */
    const struct program
        *program; /* a check's, or the derivation of a derived item's `type` rule; else NULL */
};

/* The item at which its findings stand; NULL for the page as a whole. */
static inline const struct item *
rule_item(const struct rule *rule)
{
    return rule->form != NULL && rule->item < rule->form->item_count ? &rule->form->items[rule->item] : NULL;
}

/* Its name, "" for the page as a whole. */
const char *rule_item_name(const struct rule *rule);

/* The name of the form at whose pages its findings stand; "" where there is none. */
const char *rule_form_name(const struct rule *rule);

/* What holds where the rule is not violated, in words. */
const char *rule_words(const struct rule *rule);

/*
 * Appends in English, for people who do not read SQL, at which pages and when a finding of the rule is made: sentences, a
 * line each. Of what depends on missing values, too.
 */
void rule_say(struct strbuf *out, const struct rule *rule);

/* What a finding calls an item: its label, else its name. */
const char *rule_item_label(const struct item *item);

/* Which rules of an item are to be asked: bits of enum rule_when. */
static inline unsigned
rule_when(const struct value *value, const struct item_state *state)
{
    unsigned typed = value->is_null ? 0 : RULE_WHEN_TYPED;

    if (state->status != CLEAN_OK || state->derive_failed)
        return typed | RULE_WHEN_REFUSED;
    return typed ? typed : RULE_WHEN_MISSING;
}

/* Whether the rule, which is not violated, could be asked: else the finding of it that there was is unknown now. */
bool rule_is_answered(const struct rule *rule, const struct value *value, const struct item_state *state);

#endif
