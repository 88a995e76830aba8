#include "crfd/pg/copy_write.h"

#include "conn_private.h"

#include "crfd/base/fault.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* PostgreSQL, COPY, "Binary Format": signature, no flags, no extension. */
static const char header[] = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0";
#define HEADER_BYTES (sizeof header)
_Static_assert(HEADER_BYTES == 19, "signature, flags and length of the extension");
#define TRAILER_BYTES 2

/* libpq copies what it is given before it sends it: pieces keep its buffer, and thereby memory, small. */
#define PIECE_BYTES 65536

/* The server takes no field of 1 GiB or more. */
#define FIELD_MAX 0x3FFFFFFF

/* ---- Sending ---- */

static void
reset_buffer(struct copy_write *copy)
{
    memcpy(copy->buffer, header, HEADER_BYTES);
    copy->used_bytes = HEADER_BYTES;
    copy->row_start = HEADER_BYTES;
}

int
copy_write_columns(const char *sql)
{
    const char *at = strchr(sql, '(');
    bool quoted = false;
    int count = 1;

    for (; at != NULL && *at != '\0' && (quoted || *at != ')'); at++) {
        quoted ^= *at == '"';
        count += !quoted && *at == ',';
    }
    return count;
}

void
copy_write_init(struct copy_write *copy, struct conn *conn, const char *what, const char *sql,
                int field_count, char *buffer, size_t buffer_bytes)
{
    if (buffer_bytes < COPY_WRITE_BUFFER_MIN || field_count < 1 || field_count > INT16_MAX)
        abort();
    *copy = (struct copy_write){.conn = conn,
                                .what = what,
                                .sql = sql,
                                .buffer = buffer,
                                .buffer_bytes = buffer_bytes,
                                .field_count = field_count};
    reset_buffer(copy);
}

static bool
open_copy(struct copy_write *copy)
{
    PGresult *result = NULL;

    if (!conn_send(copy->conn, copy->what, copy->sql, &copy->err) ||
        !conn_receive(copy->conn, copy->what, &result, &copy->err))
        return false;
    copy->in_copy = PQresultStatus(result) == PGRES_COPY_IN;
    if (!copy->in_copy)
        conn_unexpected(copy->conn, copy->what, result, &copy->err);
    PQclear(result);
    return copy->in_copy;
}

static bool
send_bytes(struct copy_write *copy, const char *bytes, size_t length)
{
    while (length > 0) {
        size_t piece = length < PIECE_BYTES ? length : PIECE_BYTES;

        if (PQputCopyData(copy->conn->pg, bytes, (int)piece) != 1) {
            conn_lost(copy->conn, copy->what, &copy->err);
            return false;
        }
        if (!conn_flush(copy->conn, copy->what, &copy->err))
            return false;
        bytes += piece;
        length -= piece;
    }
    return true;
}

/* The rows that the server has counted must be those that were ended since the last COPY. */
static bool
confirm(struct copy_write *copy, PGresult *result)
{
    const char *tag = PQcmdTuples(result);
    long long counted;
    char *end;

    errno = 0;
    counted = strtoll(tag, &end, 10);
    if (errno != 0 || end == tag || *end != '\0' || counted != copy->rows - copy->rows_confirmed) {
        err_set(&copy->err, ERR_INTERNAL, "%s: %lld rows were sent, and the server counted \"%s\"",
                copy->what, (long long)(copy->rows - copy->rows_confirmed), tag);
        return false;
    }
    copy->rows_confirmed = copy->rows;
    return true;
}

static bool
close_copy(struct copy_write *copy)
{
    PGresult *result = NULL;
    bool ok = false;

    copy->in_copy = false;
    if (!send_bytes(copy, "\377\377", TRAILER_BYTES))
        return false;
    if (PQputCopyEnd(copy->conn->pg, NULL) != 1) {
        conn_lost(copy->conn, copy->what, &copy->err);
        return false;
    }
    if (!conn_flush(copy->conn, copy->what, &copy->err) ||
        !conn_receive(copy->conn, copy->what, &result, &copy->err))
        return false;
    if (PQresultStatus(result) == PGRES_COMMAND_OK)
        ok = conn_finish_statement(copy->conn, copy->what, &copy->err) && confirm(copy, result);
    else
        conn_unexpected(copy->conn, copy->what, result, &copy->err);
    PQclear(result);
    return ok;
}

/* Sends the rows that have ended in a COPY of their own; the row that is open moves to the front. */
static bool
send_ended_rows(struct copy_write *copy)
{
    size_t open_bytes = copy->used_bytes - copy->row_start;

    if (!open_copy(copy) || !send_bytes(copy, copy->buffer, copy->row_start))
        return false;
    FAULT_OF("mid-write", copy->what);
    if (!close_copy(copy))
        return false;
    memmove(copy->buffer + HEADER_BYTES, copy->buffer + copy->row_start, open_bytes);
    copy->row_start = HEADER_BYTES;
    copy->used_bytes = HEADER_BYTES + open_bytes;
    return true;
}

/* Sends a part of the row that fills the buffer alone; its COPY stays open until the row has ended. */
static bool
send_piece(struct copy_write *copy)
{
    if (!copy->in_copy && !open_copy(copy))
        return false;
    if (!send_bytes(copy, copy->buffer, copy->used_bytes))
        return false;
    copy->row_start = 0;
    copy->used_bytes = 0;
    return true;
}

/* Makes room in a buffer that is too full for what comes next. Afterwards there is some, if not failed. */
static void
make_room(struct copy_write *copy)
{
    bool ok;

    if (copy->failed)
        return;
    ok = copy->row_start > HEADER_BYTES ? send_ended_rows(copy) : send_piece(copy);
    copy->failed = !ok;
}

/* ---- Fields ---- */

/* Where length bytes can be stored, at most a few hundred; NULL once the copy has failed. */
static inline char *
reserve(struct copy_write *copy, size_t length)
{
    char *at;

    while (__builtin_expect(copy->buffer_bytes - copy->used_bytes < length, 0)) {
        make_room(copy);
        if (copy->failed)
            return NULL;
    }
    at = copy->buffer + copy->used_bytes;
    copy->used_bytes += length;
    return at;
}

static inline char *
store_u16(char *at, uint16_t value)
{
    value = htobe16(value);
    memcpy(at, &value, sizeof value);
    return at + sizeof value;
}

static inline char *
store_u32(char *at, uint32_t value)
{
    value = htobe32(value);
    memcpy(at, &value, sizeof value);
    return at + sizeof value;
}

static inline char *
store_u64(char *at, uint64_t value)
{
    value = htobe64(value);
    memcpy(at, &value, sizeof value);
    return at + sizeof value;
}

void
copy_write_begin_row(struct copy_write *copy)
{
    char *at;

    copy->row_fields = 0;
    at = reserve(copy, 2);
    if (at != NULL)
        store_u16(at, (uint16_t)copy->field_count);
}

void
copy_put_null(struct copy_write *copy)
{
    char *at = reserve(copy, 4);

    copy->row_fields++;
    if (at != NULL)
        store_u32(at, UINT32_MAX);
}

void
copy_put_int4(struct copy_write *copy, int32_t value)
{
    char *at = reserve(copy, 8);

    copy->row_fields++;
    if (at != NULL)
        store_u32(store_u32(at, 4), (uint32_t)value);
}

void
copy_put_int8(struct copy_write *copy, int64_t value)
{
    char *at = reserve(copy, 12);

    copy->row_fields++;
    if (at != NULL)
        store_u64(store_u32(at, 8), (uint64_t)value);
}

static void
put_boolean(struct copy_write *copy, bool value)
{
    char *at = reserve(copy, 5);

    copy->row_fields++;
    if (at != NULL)
        *store_u32(at, 1) = (char)value;
}

/* A field that the buffer has no room for as a whole: a part of it goes out, then the next. */
static void
put_in_parts(struct copy_write *copy, const char *bytes, size_t length)
{
    while (length > 0 && !copy->failed) {
        size_t room = copy->buffer_bytes - copy->used_bytes;
        size_t part = length < room ? length : room;

        memcpy(copy->buffer + copy->used_bytes, bytes, part);
        copy->used_bytes += part;
        bytes += part;
        length -= part;
        if (length > 0)
            make_room(copy);
    }
}

void
copy_put_bytes(struct copy_write *copy, const void *bytes, size_t length)
{
    char *at;

    if (length > FIELD_MAX && !copy->failed) {
        err_set(&copy->err, ERR_DATA, "%s: a value of %zu bytes is larger than the server takes", copy->what,
                length);
        copy->failed = true;
    }
    at = reserve(copy, 4);
    copy->row_fields++;
    if (at == NULL)
        return;
    store_u32(at, (uint32_t)length);
    if (length <= copy->buffer_bytes - copy->used_bytes) {
        if (length > 0)
            memcpy(copy->buffer + copy->used_bytes, bytes, length);
        copy->used_bytes += length;
    } else {
        put_in_parts(copy, bytes, length);
    }
}

void
copy_put_text(struct copy_write *copy, const char *text, size_t length)
{
    copy_put_bytes(copy, text, length);
}

/* numeric_send: number of groups, weight, sign, scale, then the groups of four decimal digits. */
static void
put_decimal(struct copy_write *copy, const struct decimal *value)
{
    struct decimal_groups groups;
    char *at;

    decimal_to_groups(value, &groups);
    copy->row_fields++;
    at = reserve(copy, 12 + 2 * (size_t)groups.count);
    if (at == NULL)
        return;
    at = store_u32(at, 8 + 2 * (uint32_t)groups.count);
    at = store_u16(at, (uint16_t)groups.count);
    at = store_u16(at, (uint16_t)groups.weight);
    at = store_u16(at, value->negative ? 0x4000 : 0);
    at = store_u16(at, value->scale);
    for (int i = 0; i < groups.count; i++)
        at = store_u16(at, groups.groups[i]);
}

static void
put_partial(struct copy_write *copy, const struct partial_date *value)
{
    char text[40];
    size_t length = partial_date_format(value, text);

    copy_put_bytes(copy, text, length);
}

void
copy_put_value(struct copy_write *copy, const struct value *value)
{
    if (value->is_null) {
        copy_put_null(copy);
        return;
    }
    switch ((enum value_type)value->type) {
    case VALUE_TEXT:
        copy_put_bytes(copy, value->text, value->length);
        return;
    case VALUE_INTEGER:
        copy_put_int8(copy, value->integer);
        return;
    case VALUE_DECIMAL:
        put_decimal(copy, value->decimal);
        return;
    case VALUE_BOOLEAN:
        put_boolean(copy, value->boolean);
        return;
    case VALUE_DATE:
        copy_put_int4(copy, value->date);
        return;
    case VALUE_DATETIME:
    case VALUE_INSTANT:
        copy_put_int8(copy, value->datetime);
        return;
    case VALUE_TIME:
        copy_put_int8(copy, value->time);
        return;
    case VALUE_PARTIAL_DATE:
    case VALUE_PARTIAL_DATETIME:
        put_partial(copy, value->partial);
        return;
    case VALUE_TYPE_COUNT:
        break;
    }
    abort();
}

/* ---- Rows ---- */

static bool
tell_failure(struct copy_write *copy, struct err *err)
{
    *err = copy->err;
    return false;
}

bool
copy_write_end_row(struct copy_write *copy, struct err *err)
{
    if (!copy->failed && copy->row_fields != copy->field_count) {
        err_set(&copy->err, ERR_INTERNAL, "%s: a row has %d fields instead of %d", copy->what,
                copy->row_fields, copy->field_count);
        copy->failed = true;
    }
    if (copy->failed)
        return tell_failure(copy, err);
    copy->rows++;
    copy->row_start = copy->used_bytes;
    if (!copy->in_copy)
        return true;
    /* The row went out in pieces: its last one, and other tables may have the connection again. */
    if (!send_bytes(copy, copy->buffer, copy->used_bytes) || !close_copy(copy)) {
        copy->failed = true;
        return tell_failure(copy, err);
    }
    reset_buffer(copy);
    return true;
}

bool
copy_write_flush(struct copy_write *copy, struct err *err)
{
    if (!copy->failed && copy->row_start > HEADER_BYTES)
        copy->failed = !send_ended_rows(copy);
    if (copy->failed)
        return tell_failure(copy, err);
    return true;
}
