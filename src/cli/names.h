/*
 * names.h: whether what a filter names exists: a list that is empty because a name was misspelt would read as clean.
 *
 * A name is known that the study has, or that the tables still have of an older one.
 *
 * Threads: main thread.
 * Memory:  keeps nothing.
 */
#ifndef CRFD_CLI_NAMES_H
#define CRFD_CLI_NAMES_H

#include "crfd/base/arena.h"
#include "crfd/base/err.h"
#include "crfd/definition/config.h"
#include "crfd/pg/conn.h"

#include <stdbool.h>

enum name_kind { NAME_SUBJECT, NAME_CHECK, NAME_FORM, NAME_ITEM, NAME_CATEGORY };

/* ERR_USAGE with "did you mean" where nobody knows it. centers: an array for SQL, NULL for all. */
bool names_know(struct conn *conn, struct arena *arena, const struct config *config, enum name_kind kind,
                const char *name, const char *centers, struct err *err) CRFD_MUST_CHECK;

#endif
