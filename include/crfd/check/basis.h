/*
 * basis.h: everything that a program read of a subject to come to its answer about a page, told column by column.
 *
 * Of the page itself, of pages that it refers to and of neighbours: the columns that the program names. Of a neighbour
 * its key, too: another page in its place is another neighbour, also with the same values. Of subqueries: the key and
 * the named columns of each page of the forms in FROM, of those at the page's own event where nothing else was looked
 * at. What is told does not depend on the answer, nor on how far a subquery had to look for it.
 *
 * Threads: pure functions.
 */
#ifndef CRFD_CHECK_BASIS_H
#define CRFD_CHECK_BASIS_H

#include "crfd/check/program.h"
#include "crfd/check/subject.h"

#include <stdbool.h>

/* Whoever listens. A page of NULL is one that is not there. */
struct basis_listener {
    void (*page)(void *data, const struct page *page);
    void (*column)(void *data, const struct page *page, enum form_column column);
    void (*item)(void *data, const struct page *page, size_t item);
    void *data;
};

/* What hangs on the page that is asked about. */
void basis_of_page(const struct program *program, const struct subject *subject, const struct page *page,
                   const struct basis_listener *listener);

/* What is the same for all pages of the subject: all pages of the forms in FROM. */
bool basis_has_rest(const struct program *program);
void basis_of_rest(const struct program *program, const struct subject *subject,
                   const struct basis_listener *listener);

#endif
