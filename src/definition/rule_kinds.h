/*
 * rule_kinds.h: what the files of rule kinds share: their rows, and pieces of their twins; for rule*.c only.
 *
 * Threads: main thread (asks the parser which names are keywords).
 * Memory:  appended to the caller's buffers.
 */
#ifndef CRFD_DEFINITION_RULE_KINDS_H
#define CRFD_DEFINITION_RULE_KINDS_H

#include "crfd/definition/rule.h"
#include "crfd/definition/rule_twin.h"
#include "loading.h"

extern const struct rule_kind rule_required;
extern const struct rule_kind rule_type;
extern const struct rule_kind rule_codelist;
extern const struct rule_kind rule_range;
extern const struct rule_kind rule_window;
extern const struct rule_kind rule_year;
extern const struct rule_kind rule_length;
extern const struct rule_kind rule_unit;
extern const struct rule_kind rule_duplicate_page;

/* table.column, in quotes only where they are needed. */
void rule_twin_append_column(struct strbuf *out, const char *table, const char *column);

/* The rule's item as a column of its form. */
void rule_twin_append_item(struct strbuf *out, const struct rule *rule);

/* The first and the last day that a value of the item may mean: of an instant by the study's clocks, or UTC where it has none. */
void rule_find_days(const struct item *item, const struct value *value, int32_t *earliest, int32_t *latest);

/* One of them in SQL. */
void rule_twin_append_day(struct strbuf *out, const struct rule *rule, bool latest);

/* A constant as SQL, with the word that fixes its type where the quotes alone would not. */
void rule_twin_append_constant(struct strbuf *out, const struct value *value);

/* The twin of an expression, with the night in place of current_date, which in PostgreSQL is always today's. */
void
rule_twin_append_program(struct strbuf *out, const struct twin_scope *scope, const struct program *program);

/* " AND left.column = right.column", or with another word before; the names as SQL has them. */
void rule_twin_append_join(struct strbuf *out, const char *word, const char *left, const char *right,
                           const char *column);

/* ---- The schedule (rule_schedule.c) ---- */

/* The night's date, as a constant. */
void rule_twin_append_night(struct strbuf *out, const struct twin_scope *scope);

/*
 * Every page that was submitted, also one in quarantine, by where it stands: center_id, subject_id, event, event_repeat (NULL
 * where a page in quarantine does not say), event_order, event_number, event_day, submitted_at. Of events that the study has.
 */
void rule_twin_append_places(struct strbuf *out, const struct twin_scope *scope);

/* The day on which day 1 and so many days are over; `plan` is SQL for the days. */
void rule_twin_append_planned(struct strbuf *out, const struct twin_scope *scope, const char *plan);

/* Of a page that was submitted so many days before the night, or earlier; `table` has its submitted_at. */
void
rule_twin_append_overdue(struct strbuf *out, const struct twin_scope *scope, const char *table, int days);

/* That center and subject of `table` have ids of their own: of others nobody knows whose pages they are. */
void rule_twin_append_known(struct strbuf *out, const char *table);

#endif
