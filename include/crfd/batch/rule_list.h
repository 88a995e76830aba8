/*
 * rule_list.h: every rule of a study by its id: the definition's checks and the built-in ones.
 *
 * Threads: built on the main thread; const afterwards.
 * Memory:  lives in the given arena; the definition and its form_rules must outlive it.
 */
#ifndef CRFD_BATCH_RULE_LIST_H
#define CRFD_BATCH_RULE_LIST_H

#include "crfd/base/arena.h"
#include "crfd/batch/rules.h"
#include "crfd/definition/definition.h"

#include <stddef.h>

enum rule_source {
    RULE_OF_DEFINITION, /* a check of the definition */
    RULE_OF_ITEM,       /* a property of an item: required, range, ... */
    RULE_MISSING_PAGE,
    RULE_DUPLICATE_PAGE,
    RULE_UNKNOWN_ITEM
};

struct rule {
    const char *id;
    enum rule_source source;
    const struct form *form;
    size_t item;               /* at which its findings stand; form->item_count: at the page as a whole */
    const struct check *check; /* RULE_OF_DEFINITION, else NULL */
    enum rule_kind kind;       /* RULE_OF_ITEM */
};

struct rule_list {
    const struct rule *rules; /* form by form */
    size_t count;
    const struct rule *const *by_id;
};

/* rules: as rules_new() has made them of the definition's study. */
void rule_list_init(struct rule_list *list, struct arena *arena, const struct definition *definition,
                    const struct form_rules *rules);

/* NULL where the study has no such rule. */
const struct rule *rule_list_find(const struct rule_list *list, const char *id);

/* The id that is closest to a mistyped one; NULL where none is close. */
const char *rule_list_suggest(const struct rule_list *list, struct arena *arena, const char *id);

/* The item at which its findings stand, "" for the page as a whole. */
const char *rule_item_name(const struct rule *rule);

/*
 * Its compiled text: a check's, or the derivation behind a derived item's `type` rule, which is violated where the
 * value cannot be computed. NULL where the rule has none.
 */
const struct program *rule_program(const struct definition *definition, const struct rule *rule);

#endif
