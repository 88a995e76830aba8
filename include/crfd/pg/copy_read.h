/*
 * copy_read.h: COPY ... TO STDOUT (FORMAT binary), a row at a time.
 *
 * A COPY that fails midway has already delivered rows: act on nothing for good before copy_read_next has
 * returned COPY_READ_END, which it does only after the server's final OK.
 *
 * Threads: as the connection.
 * Memory:  fields point into the row's buffer and are valid until the next call.
 */
#ifndef CRFD_PG_COPY_READ_H
#define CRFD_PG_COPY_READ_H

#include "crfd/pg/conn.h"

#include <stdbool.h>
#include <stdint.h>

#define COPY_READ_FIELDS_MAX 16

struct copy_field {
    const char *bytes; /* big-endian binary form of the type; not NUL-terminated */
    int32_t length;    /* -1 is NULL */
};

struct copy_read {
    struct conn *conn;
    const char *what;
    int field_count; /* that every row must have */
    char *buffer;    /* libpq's; freed by the next call */
    bool open;       /* between a begin that succeeded and the server's final OK */
    bool header_read;
    bool trailer_read;
    struct copy_field fields[COPY_READ_FIELDS_MAX];
};

enum copy_read_status { COPY_READ_ROW, COPY_READ_END, COPY_READ_ERROR };

/* Sends the COPY statement and waits until rows flow. field_count: at most COPY_READ_FIELDS_MAX. */
bool copy_read_begin(struct copy_read *copy, struct conn *conn, const char *what, const char *sql,
                     int field_count, struct err *err) CRFD_MUST_CHECK;

enum copy_read_status copy_read_next(struct copy_read *copy, struct err *err) CRFD_MUST_CHECK;

/*
 * Frees the row's buffer. A copy that did not reach its end makes the connection unusable (it is closed).
 * Allowed on a zeroed struct, after a begin that failed, and twice.
 */
void copy_read_end(struct copy_read *copy);

/* The field must have the length of the type: abort() otherwise. The column's type is the statement's. */
int32_t copy_field_int4(const struct copy_field *field);
int64_t copy_field_int8(const struct copy_field *field);

#endif
