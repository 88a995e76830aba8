/*
 * rules.h: the rule ids of the built-in checks, written once per study.
 *
 * A built-in rule is named FORM.ITEM.KIND (vs.sysbp.range), or FORM.KIND where it concerns the page as a
 * whole (dm.duplicate-page).
 *
 * Threads: built on the main thread; const afterwards.
 * Memory:  lives in the given arena.
 */
#ifndef CRFD_BATCH_RULES_H
#define CRFD_BATCH_RULES_H

#include "crfd/base/arena.h"
#include "crfd/study/study.h"

#include <stdbool.h>
#include <stddef.h>

/* Rules of an item. */
enum rule_kind {
    RULE_REQUIRED,
    RULE_TYPE,
    RULE_CODELIST,
    RULE_RANGE,
    RULE_LENGTH,
    RULE_UNIT,
    RULE_KIND_COUNT
};

struct item_rules {
    const char *ids[RULE_KIND_COUNT]; /* NULL where the item declares no such rule */
};

struct form_rules {
    const struct item_rules *items; /* one per item of the form */
    const char *missing_page;
    const char *duplicate_page; /* NULL for a form that repeats freely */
    const char *unknown_item;
};

/* One per form, by form index. */
const struct form_rules *rules_new(struct arena *arena, const struct study *study);

/* The item rule with this id; false where the study has none. */
bool rules_find_item(const struct form_rules *rules, const struct form *form, const char *id, size_t *item,
                     enum rule_kind *kind);

#endif
