/*
 * table.h: the rows of a query for people (a table that fits the terminal) and for programs (CSV, JSON).
 *
 * Threads: pure functions over a buffer.
 */
#ifndef CRFD_CLI_TABLE_H
#define CRFD_CLI_TABLE_H

#include "crfd/base/strbuf.h"

#include <libpq-fe.h>
#include <stdbool.h>
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

/*
 * All columns, RFC 4180, with a header line; NULL is empty, and an empty text is "". What a center or a study has written
 * is shown as a text and no more: a text that a spreadsheet would compute (=HYPERLINK(...)) has an apostrophe before it,
 * and what could steer a terminal is "?". is_raw: byte for byte what the database has.
 */
void table_append_csv(struct strbuf *out, const PGresult *rows, bool is_raw);

/* All columns as an array of objects, a line each; numbers, booleans and JSON stay what they are. */
void table_append_json(struct strbuf *out, const PGresult *rows);

/* The same of an answer in pieces: with is_first what stands before all rows, and only table_end_json what ends them. */
void table_append_csv_piece(struct strbuf *out, const PGresult *rows, bool is_first, bool is_raw);
void table_append_json_piece(struct strbuf *out, const PGresult *rows, bool is_first);
void table_end_json(struct strbuf *out);

/* Characters that a line on standard output may have: 0, no limit, where it is no terminal. */
int table_columns(void);

#endif
