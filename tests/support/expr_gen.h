/*
 * expr_gen.h: random expressions of the check language, and random subjects to evaluate them on.
 *
 * Expressions are grown from a table of templates (expr_gen_table.c), one row for each operator, function and
 * construct, over the study of check_study.h. The same seed grows the same expressions and the same rows.
 *
 * Threads: a generator belongs to one thread.
 * Memory:  texts go to the caller's buffer, subjects live in the given arena.
 */
#ifndef CRFD_TESTS_EXPR_GEN_H
#define CRFD_TESTS_EXPR_GEN_H

#include "crfd/base/arena.h"
#include "crfd/base/strbuf.h"
#include "crfd/check/subject.h"
#include "crfd/study/study.h"

#include "generate_dice.h"

#include <stdbool.h>

/*
 * The letters of types in templates: b boolean, i integer, l bigint, n numeric, t text, d date, s timestamp,
 * m time, z timestamptz, v interval, p partial date, q partial datetime.
 */
#define EXPR_GEN_TYPES "bilntdsmzvpq"

struct expr_gen {
    struct dice dice;
    struct strbuf *out;
    char other;         /* the type that %? stands for */
    unsigned wild;      /* percent of operands that are of any type */
    bool is_plain;      /* PostgreSQL means the same by the text as it stands */
    bool reads_pages;   /* but only where the tables hold one subject */
    size_t bytes_limit; /* beyond it operands are literals and columns */
};

/* The generator of one expression: the same seed and number always make the same text. */
struct expr_gen expr_gen_at(uint64_t seed, uint64_t number, struct strbuf *out);

/* A condition that is well typed, as far as the table knows PostgreSQL's rules. */
void expr_gen_condition(struct expr_gen *gen);

/* A condition that is likely wrong: operands of other types, characters lost or doubled. */
void expr_gen_mutant(struct expr_gen *gen);

/* A subject with `vs_count` pages of form vs and some of the other forms, in key order and indexed. */
const struct subject *expr_gen_subject(struct dice *dice, struct arena *arena, const struct study *study,
                                       const char *subject_id, size_t vs_count);

/* --- between the files of the generator --- */

struct expr_template {
    char result; /* a letter of a type, or * for any */
    const char *text;
};

/*
 * In a template %x is an operand of type x, #x a literal, @x a column; %* and %? are the type of the whole and
 * one chosen for the template. #L is a pattern of LIKE, #R a regular expression. {a|b} is one of several, [a]
 * may be left out. A leading ! marks what only the twin says in PostgreSQL's words, a leading & a
 * subquery.
 */
extern const struct expr_template expr_templates[];
extern const size_t expr_template_count;

/* A literal of the type as a check may write it; L and R are patterns. */
void expr_gen_literal(struct expr_gen *gen, char type);
/* A value of the type as its input function reads it. */
void expr_gen_value_text(struct dice *dice, char type, struct strbuf *out);

#endif
