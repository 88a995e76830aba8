/*
 * rule_book.h: every rule of a study: the definition's checks and the built-in ones, by id, by form and by item.
 *
 * Threads: built on the main thread; const afterwards.
 * Memory:  lives in the given arena, as the definition.
 */
#ifndef CRFD_DEFINITION_RULE_BOOK_H
#define CRFD_DEFINITION_RULE_BOOK_H

#include "crfd/base/arena.h"
#include "crfd/definition/definition.h"
#include "crfd/definition/rule.h"

#include <stddef.h>

struct item_rules {
    const struct rule *list;
    size_t count;
    unsigned when; /* bits of enum rule_when under which one of them is to be asked */
};

struct form_rules {
    const struct item_rules *items; /* one per item of the form */
    const struct rule *page;        /* of its pages as a whole */
    size_t page_count;
    const struct rule *checks; /* of the form, as its plan lists them */
};

struct rulebook {
    const struct rule *rules; /* form by form: those of its items, of its pages, its checks */
    size_t count;
    const struct rule *const *by_id;
    const struct form_rules *forms;   /* by form index */
    const struct rule *const *events; /* the missing-event rule by event; NULL where it has none */
};

/* Of a definition whose study, plans and derivations are known. */
const struct rulebook *rulebook_new(struct arena *arena, const struct definition *definition);

/* NULL where the study has no such rule. */
const struct rule *rulebook_find(const struct rulebook *book, const char *id);

/* The rule of this kind of the form's pages; NULL where there is none. */
const struct rule *
rulebook_of_page(const struct rulebook *book, const struct form *form, const struct rule_kind *kind);

/* The id that is closest to a mistyped one; NULL where none is close. */
const char *rulebook_suggest(const struct rulebook *book, struct arena *arena, const char *id);

#endif
