/*
 * compile.h: a check's SQL text to a flat program, refused with a place and a remedy where it is not in the
 * language (design section 8).
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
 * "visits" are the pages of the page's own form in event order: event_order, event, event_repeat,
 * form_repeat. What ORDER BY leaves equal stands in key order: event, event_repeat, form_repeat of each form
 * in FROM; the twin adds the same columns. Of the conditions that AND joins in WHERE those in front that
 * read no form of this FROM are asked once, also where there is no page; the others as soon as their pages are
 * there, but one that can fail never before those in front of it.
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
#include "crfd/base/err.h"
#include "crfd/base/strbuf.h"
#include "crfd/study/study.h"

#include <stdbool.h>
#include <stddef.h>

#define CHECK_TEXT_MAX  16384 /* bytes of one expression */
#define CHECK_TOKEN_MAX 2000  /* tokens of one expression */

struct program;

/* Why an expression was refused, and where. */
struct check_error {
    size_t offset;     /* byte in the text; the text's length where it ends too early */
    char message[512]; /* what is wrong, and what to write instead */
};

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

/* How a program gets at an item. */
enum read_path {
    READ_PAGE,      /* of the page itself */
    READ_REFERENCE, /* dm.x: of the page of a per-subject form, or of a per-event form at the same event */
    READ_NEIGHBOR,  /* lag and lead: of another page of the same form */
    READ_SUBQUERY   /* of the pages of a form in FROM */
};

struct program_read {
    enum read_path path;
    const struct form *form;
    size_t item;
    int32_t offset; /* READ_NEIGHBOR: places behind the page, negative for lag */
};

/* What a program reads: each item once for each path, in the order of the text. Key columns are not items. */
const struct program_read *program_reads(const struct program *program, size_t *count);
/* Items of the page itself: true for each index that the program reads. */
bool program_reads_item(const struct program *program, size_t item);
/* Whether the outcome may depend on pages of the form other than the page itself, if only on their number. */
bool program_reads_form(const struct program *program, const struct form *form);
bool program_reads_current_date(const struct program *program);
/* Bytes of scratch memory that one evaluation needs (see eval.h). */
size_t program_scratch_bytes(const struct program *program);

/*
 * The same condition in PostgreSQL's words over the analysis tables, for a query whose FROM has the form's
 * table under the form's own name; parts of it are what `crfd explain` and `crfd verify` print and run.
 */
const char *program_twin_sql(const struct program *program);

/*
 * Appends the program in words: what it reads, then a line for each step. For people (`crfd explain`); the
 * wording may change.
 */
void program_describe(const struct program *program, struct strbuf *out);

#endif
