/*
 * compile.h: a check's SQL text to a flat program, refused with a place and a remedy where it is not in the
 * language (docs/checks.md).
 *
 * The text is parsed by PostgreSQL's own parser (libpg_query). Nothing of it is ever sent to a server by
 * compiling. Nodes that are not on the whitelist are refused.
 *
 * The language, where a subquery is concerned (what a page itself offers is in type.h and routine.h):
 *
 *   EXISTS (SELECT FROM ae [a] [, sv ...] [WHERE ...])       what is selected is not looked at
 *   x IN (SELECT y FROM ...), x > ANY (SELECT ...), x <> ALL (SELECT ...)
 *   (SELECT max(x) - min(x) FROM ... [WHERE ...])            an expression over aggregates: count(*), count,
 *       sum, avg (each also of DISTINCT values), min, max, bool_and, every, bool_or, [FILTER (WHERE ...)]
 *   (SELECT x FROM ... [WHERE ...] ORDER BY y [DESC] [NULLS LAST], ... LIMIT 1)
 *   lag(x [, n [, default]]) OVER visits, lead(...)          outside of subqueries
 *
 * A form in FROM means its pages of this subject, those of the page's own form and the page itself included.
 * A column means the innermost FROM that has it, else the page; in two forms of one FROM it has to be named.
 * form.column means a form or alias of a FROM, else the page, else the page that a per-subject or per-event
 * form has for the page that is checked. Subqueries nest QUERY_DEPTH_MAX (3) deep.
 *
 * "visits" are the pages of the page's own form at scheduled events, in event order: event_order, event_number, event,
 * event_repeat, form_repeat. At an unscheduled event lag and lead are NULL, and nobody sees such a page through them.
 * What ORDER BY leaves equal stands in the order of event numbers where it has event_order, in the same direction, and
 * then in key order: event, event_repeat, form_repeat of each form in FROM; the twin adds the same columns. Of the
 * conditions that AND joins in WHERE those in front that read no form of this FROM are asked once, also where there is
 * no page; the others as soon as their pages are there, but one that can fail never before those in front of it.
 *
 * What bounds it: one evaluation looks at no more than PAGE_VISITS_MAX (100,000) pages in all its subqueries,
 * some milliseconds, and DISTINCT meets at most SET_VALUES (4,096) values; beyond is an evaluation error
 * (54000). A condition `o.event = event` visits only the pages of that event.
 *
 * Numbers are exact: sqrt rounds its last digit as PostgreSQL does; power and ^ are whole powers whose digits
 * are all shown, others an evaluation error (22003); exp, ln and log are refused.
 *
 * Where PostgreSQL has a wider range, what lies beyond is an evaluation error and never a wrong answer:
 * dates outside the years 1 to 9999 (22008), numbers beyond decimal.h (22003), texts made by one evaluation
 * of more than 256 KiB (54000). Texts are cast to dates and times in ISO form only (input.h), a LIKE pattern
 * that ends in \ is always an error (22025), and regular expressions are those of regex_translate.h.
 *
 * Threads: compile on the main thread, before workers start; the program is const afterwards.
 * Memory:  the program lives in the given arena.
 */
#ifndef CRFD_CHECK_COMPILE_H
#define CRFD_CHECK_COMPILE_H

#include "crfd/base/arena.h"
#include "crfd/check/program.h"
#include "crfd/check/refusal.h"
#include "crfd/study/study.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * A condition over the pages of `form`: must be boolean.
 * Returns NULL and fills error where it is refused.
 */
const struct program *check_compile(struct arena *arena, const struct study *study, const struct form *form,
                                    const char *text, size_t length, struct check_error *error);

/* A derived item's expression: its result is converted to `type` as an assignment cast would. */
const struct program *
check_compile_value(struct arena *arena, const struct study *study, const struct form *form, const char *text,
                    size_t length, enum value_type type, struct check_error *error);

/*
 * What a study's schedule says of a subject or of one of its events, where no page is checked: columns are named
 * form.column, of forms that are filled once per subject and, of an event, once per event; of an event also its own
 * (event, event_repeat, event_order, event_number, event_day, unscheduled).
 *
 * The twin is for a query whose FROM has, under the name SCHEDULE_TABLE, center_id and subject_id, and of an event its
 * own columns. A program of a subject is run without a page, one of an event on a page that has nothing but its event.
 */
#define SCHEDULE_TABLE                                                                                       \
    "subject" /* the ledger, analysis.subject, or what is named so; no form can have the name */

/*
 * A day of the subject: a date, of a partial date the first or, with `latest`, the last that it may mean, of an instant
 * its day. Refused where it could end in an error: what hangs on it is many rules at many events.
 */
const struct program *check_compile_day(struct arena *arena, const struct study *study, bool latest,
                                        const char *text, size_t length, struct check_error *error);

/* A condition on an event. */
const struct program *check_compile_event(struct arena *arena, const struct study *study, const char *text,
                                          size_t length, struct check_error *error);

#endif
