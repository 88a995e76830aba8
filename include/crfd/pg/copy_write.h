/*
 * copy_write.h: rows for COPY ... FROM STDIN (FORMAT binary), gathered in a fixed buffer and sent in one
 * COPY whenever the buffer is full and at the end.
 *
 * One connection serves many tables: each has its own struct copy_write, and only one COPY is open at a
 * time, for as long as one buffer takes. A row larger than the buffer goes out in pieces.
 *
 * A row is begun, its fields are put in the order of the statement's columns, then it is ended:
 * copy_write_end_row() fails if their number is wrong. End it before beginning a row of another table on
 * the same connection: one that goes out in pieces holds the connection until its end.
 *
 * Threads: as the connection.
 * Memory:  the buffer is the caller's (from a pool) and keeps its size.
 */
#ifndef CRFD_PG_COPY_WRITE_H
#define CRFD_PG_COPY_WRITE_H

#include "crfd/pg/conn.h"
#include "crfd/value/value.h"

#include <stddef.h>
#include <stdint.h>

#define COPY_WRITE_BUFFER_MIN 65536

struct copy_write {
    struct conn *conn;
    const char *what; /* "writing analysis.vs" */
    const char *sql;  /* the COPY statement */
    char *buffer;
    size_t buffer_bytes;
    size_t used_bytes;
    size_t row_start; /* of the row that is open, in the buffer */
    int field_count;  /* of the statement */
    int row_fields;   /* put so far in the row that is open */
    bool in_copy;     /* the COPY is open on the server */
    bool failed;
    int64_t rows;           /* ended since copy_write_init */
    int64_t rows_confirmed; /* counted by the server's COPY tags */
    struct err err;         /* of a failure in the middle of a row; told by copy_write_end_row */
};

/* How many columns COPY table (column, "column", ...) names: the field_count of its rows. */
int copy_write_columns(const char *sql);

/*
 * buffer_bytes: at least COPY_WRITE_BUFFER_MIN. sql, what and the buffer must outlive the copy. Nothing is
 * sent yet. There is nothing to destroy: rows that were not flushed are forgotten.
 */
void copy_write_init(struct copy_write *copy, struct conn *conn, const char *what, const char *sql,
                     int field_count, char *buffer, size_t buffer_bytes);

void copy_write_begin_row(struct copy_write *copy);
void copy_put_null(struct copy_write *copy);
void copy_put_text(struct copy_write *copy, const char *text, size_t length);
void copy_put_int4(struct copy_write *copy, int32_t value);
void copy_put_int8(struct copy_write *copy, int64_t value);
void copy_put_bytes(struct copy_write *copy, const void *bytes, size_t length);
/* In the binary form of the column type that value_type_column() names. */
void copy_put_value(struct copy_write *copy, const struct value *value);
bool copy_write_end_row(struct copy_write *copy, struct err *err) CRFD_MUST_CHECK;

/* Sends what is gathered and waits for the server's OK; checks that it counted as many rows. */
bool copy_write_flush(struct copy_write *copy, struct err *err) CRFD_MUST_CHECK;

#endif
