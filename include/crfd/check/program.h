/*
 * program.h: a compiled check, as whoever has one may ask it: what it reads, what it is in words and in SQL.
 *
 * Threads: const once compiled.
 * Memory:  lives in the arena that it was compiled into.
 */
#ifndef CRFD_CHECK_PROGRAM_H
#define CRFD_CHECK_PROGRAM_H

#include "crfd/base/strbuf.h"
#include "crfd/study/study.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct program;

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
 * Appends in English, for people who do not read SQL, where a page violates the condition: "sysbp is at most diabp.\n",
 * and in sentences of their own, a line each, what happens where values are missing. Items are called by their labels
 * in the study's first language and their names.
 */
void program_say_violation(const struct program *program, struct strbuf *out);
/* The same of an expression that is no check: "weight divided by height". */
void program_say_value(const struct program *program, struct strbuf *out);
/* Whether the condition is false nowhere where the value of this read (of program_reads) is missing. */
bool program_needs(const struct program *program, size_t read);

#endif
