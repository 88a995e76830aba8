/*
 * basis.h: the digest of everything that a finding rests on: the rule that was broken, and what it read.
 *
 * A waiver is somebody's word about exactly that, and holds as long as the digest is the same; the evidence, which people
 * read, is only a part of it. What counts:
 *
 *   the rule     a check's condition as it is written; the bounds, codes, units and so on of a built-in rule; the
 *                severity; the message, where the study has it, in full
 *   values       typed, as their columns show them; of a value that is NULL what was entered, if anything was
 *   the pages    as crfd/check/basis.h tells them, also those that only a subquery looked at
 *
 * What does not: in which form a value was entered, when a page was submitted unless the check asks for it, and the
 * night: a waiver given today holds tomorrow, where nothing but current_date is another.
 *
 * It is made of texts only, and so the same on every host; the words of built-in rules, which another version of crfd
 * may put otherwise, are not part of it.
 *
 * Threads: one, that of the evaluator.
 * Memory:  a digest of the rest of a subject is kept for each rule, while the subject is evaluated.
 */
#ifndef CRFD_BATCH_BASIS_H
#define CRFD_BATCH_BASIS_H

#include "crfd/base/arena.h"
#include "crfd/base/strbuf.h"
#include "crfd/check/subject.h"
#include "crfd/definition/rule_book.h"

#include <openssl/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BASIS_BYTES 16

struct basis {
    struct strbuf text;
    EVP_MD *sha256;
    EVP_MD_CTX *context;
    const struct rulebook *rules;
    struct basis_rest *rests; /* by index in the rulebook */
    const struct subject *subject;
    struct item_state *const *states; /* by page of the subject; each one per item */
    uint64_t subjects;                /* that were begun */
};

void basis_init(struct basis *basis, struct arena *arena, const struct rulebook *rules);
void basis_destroy(struct basis *basis);

/* Forgets what was kept of the subject before. */
void
basis_begin_subject(struct basis *basis, const struct subject *subject, struct item_state *const *states);

/* One basis: begin, what it rests on in any order that is always the same, end. */
void basis_begin(struct basis *basis, enum severity severity, bool is_error);
void basis_add_text(struct basis *basis, const char *text, size_t length);
void basis_add_item(struct basis *basis, const struct page *page, size_t item);
/* What the rule's program read of this page and of the whole subject. */
void basis_add_reads(struct basis *basis, const struct rule *rule, const struct page *page);
/* The same of a program that belongs to no rule, asked of a page that need not be there. */
void basis_add_program(struct basis *basis, const struct program *program, const struct page *page);
void basis_end(struct basis *basis, unsigned char digest[BASIS_BYTES]);

#endif
