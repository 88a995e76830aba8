/*
 * table.h: the rows of a query for people: a table that fits the terminal. For programs: pg/rows.h.
 *
 * Threads: pure functions over a buffer.
 */
#ifndef CRFD_CLI_TABLE_H
#define CRFD_CLI_TABLE_H

#include "crfd/base/strbuf.h"

#include <libpq-fe.h>
#include <stddef.h>

struct table_column {
    const char *name;  /* of the result's column */
    const char *title; /* for people */
    int spare;         /* 0: always shown; where there is no room, the highest goes first */
    const char
        *times; /* a column of numbers, each in brackets behind the text where it is not 1; NULL: none */
};

/*
 * The columns in lines of at most `columns` characters: columns that can be spared are left out and the widest texts
 * are cut for that; never numbers and dates. columns 0: no limit. Texts cannot steer the terminal.
 */
void table_append(struct strbuf *out, const PGresult *rows, const struct table_column *list, size_t count,
                  int columns);

/* Characters that a line on standard output may have: 0, no limit, where it is no terminal. */
int table_columns(void);

#endif
