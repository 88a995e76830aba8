/*
 * names.h: whether what a filter names exists: a list that is empty because a name was misspelt would read as clean.
 *
 * A name is known that the study has, or that the tables still have of an older one.
 *
 * Threads: main thread; any, where the definition is given.
 * Memory:  keeps nothing.
 */
#ifndef CRFD_BATCH_NAMES_H
#define CRFD_BATCH_NAMES_H

#include "crfd/base/arena.h"
#include "crfd/base/err.h"
#include "crfd/definition/config.h"
#include "crfd/definition/definition.h"
#include "crfd/pg/conn.h"

#include <stdbool.h>

enum name_kind { NAME_SUBJECT, NAME_CHECK, NAME_FORM, NAME_ITEM, NAME_CATEGORY };

/* Where the study says which names it has. */
struct names_place {
    const struct config *config;
    const struct definition *definition; /* NULL: it is loaded where it is needed */
};

/* ERR_USAGE with "did you mean" where nobody knows it. centers: an array for SQL, NULL for all. */
bool names_know(struct conn *conn, struct arena *arena, const struct names_place *place, enum name_kind kind,
                const char *name, const char *centers, struct err *err) CRFD_MUST_CHECK;

/* The same of an array of centers. */
bool names_know_centers(struct conn *conn, const char *centers, struct err *err) CRFD_MUST_CHECK;

#endif
