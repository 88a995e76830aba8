/*
 * rows.h: the rows of a query for programs: CSV and JSON.
 *
 * Threads: pure functions over a buffer.
 */
#ifndef CRFD_PG_ROWS_H
#define CRFD_PG_ROWS_H

#include "crfd/base/strbuf.h"

#include <libpq-fe.h>
#include <stdbool.h>

/* Its values are numbers. */
bool rows_is_number(const PGresult *rows, int column);

/*
 * All columns, RFC 4180, with a header line; NULL is empty, and an empty text is "". What a center or a study has written
 * is shown as a text and no more: a text that a spreadsheet would compute (=HYPERLINK(...)) has an apostrophe before it,
 * and what could steer a terminal is "?". is_raw: byte for byte what the database has.
 */
void rows_append_csv(struct strbuf *out, const PGresult *rows, bool is_raw);

/* All columns as an array of objects, a line each; numbers, booleans and JSON stay what they are. */
void rows_append_json(struct strbuf *out, const PGresult *rows);

/* The same of an answer in pieces: with is_first what stands before all rows, and only rows_end_json what ends them. */
void rows_append_csv_piece(struct strbuf *out, const PGresult *rows, bool is_first, bool is_raw);
void rows_append_json_piece(struct strbuf *out, const PGresult *rows, bool is_first);
void rows_end_json(struct strbuf *out);

/* "column": value, ... of one row, for an object that the caller begins and ends. */
void rows_append_json_members(struct strbuf *out, const PGresult *rows, int row);

#endif
