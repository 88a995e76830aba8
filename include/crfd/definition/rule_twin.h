/*
 * rule_twin.h: a rule as a query over the analysis tables: the page keys at which it is violated.
 *
 * What `crfd explain` prints and `crfd verify` runs is the same text, written here from the definition and
 * never from the findings, so that PostgreSQL answers on its own.
 *
 * Threads: main thread (asks the parser which names are keywords).
 * Memory:  appended to the caller's buffers.
 */
#ifndef CRFD_DEFINITION_RULE_TWIN_H
#define CRFD_DEFINITION_RULE_TWIN_H

#include "crfd/base/arena.h"
#include "crfd/base/strbuf.h"
#include "crfd/definition/definition.h"
#include "crfd/definition/rule.h"

#include <stdbool.h>

struct twin_scope {
    struct arena *arena; /* of whoever writes twins: the codes of an item are read again */
    const struct definition *definition;
    const char *center; /* SQL that the centers asked for are equal to: "ANY ($1)"; NULL: all centers */
    const char *night;  /* YYYY-MM-DD, what current_date stands for */
};

/* Why the typed tables cannot tell where the rule is violated; NULL where it has a twin. */
const char *rule_twin_lack(const struct twin_scope *scope, const struct rule *rule);

/* center_id, subject_id, event, event_repeat, form_repeat of each violation; no semicolon, no order. */
void rule_twin_append(struct strbuf *out, const struct twin_scope *scope, const struct rule *rule);

/* What is asked of a rule, as FROM has it, and what it is called there. */
void rule_twin_append_rows(struct strbuf *out, const struct twin_scope *scope, const struct rule *rule);
const char *rule_twin_table(const struct rule *rule);

/* What holds of a row of these where the rule is violated. */
void rule_twin_append_condition(struct strbuf *out, const struct twin_scope *scope, const struct rule *rule);

/* What the rule finds depends on the night. */
bool rule_twin_reads_night(const struct rule *rule);

/* A name as SQL, in quotes only where it needs them. */
void rule_twin_append_name(struct strbuf *out, const char *name);

#endif
