#include "crfd/pg/copy_read.h"

#include "conn_private.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

/* PostgreSQL, COPY, "Binary Format": signature, flags, length of the header's extension. */
static const char signature[11] = "PGCOPY\n\377\r\n";
#define HEADER_BYTES 19
/* Lower flags are defined, or mean nothing to a reader; of these, none is known. */
#define CRITICAL_FLAGS 0xFFFF0000u

static uint16_t
read_u16(const char *bytes)
{
    uint16_t raw;

    memcpy(&raw, bytes, sizeof raw);
    return be16toh(raw);
}

static uint32_t
read_u32(const char *bytes)
{
    uint32_t raw;

    memcpy(&raw, bytes, sizeof raw);
    return be32toh(raw);
}

int32_t
copy_field_int4(const struct copy_field *field)
{
    if (field->length != 4)
        abort();
    return (int32_t)read_u32(field->bytes);
}

int64_t
copy_field_int8(const struct copy_field *field)
{
    uint64_t raw;

    if (field->length != 8)
        abort();
    memcpy(&raw, field->bytes, sizeof raw);
    return (int64_t)be64toh(raw);
}

bool
copy_read_begin(struct copy_read *copy, struct conn *conn, const char *what, const char *sql, int field_count,
                struct err *err)
{
    PGresult *result = NULL;
    bool ok = false;

    if (field_count < 1 || field_count > COPY_READ_FIELDS_MAX)
        abort();
    *copy = (struct copy_read){.conn = conn, .what = what, .field_count = field_count};
    if (!conn_send(conn, what, sql, err) || !conn_receive(conn, what, &result, err))
        return false;
    if (PQresultStatus(result) != PGRES_COPY_OUT) {
        conn_unexpected(conn, what, result, err);
    } else {
        copy->open = true;
        ok = PQbinaryTuples(result) && PQnfields(result) == field_count;
        if (!ok)
            err_set(err, ERR_INTERNAL, "%s: the COPY gives %d columns%s where %d binary ones are expected",
                    what, PQnfields(result), PQbinaryTuples(result) ? "" : " of text", field_count);
    }
    PQclear(result);
    return ok;
}

static enum copy_read_status
malformed(const struct copy_read *copy, const char *why, struct err *err)
{
    err_set(err, ERR_INTERNAL, "%s: the COPY data is malformed: %s", copy->what, why);
    return COPY_READ_ERROR;
}

/* Length of the header at the beginning of the data, 0 where it is none. */
static size_t
header_length(const char *data, size_t length)
{
    uint32_t extension;

    if (length < HEADER_BYTES || memcmp(data, signature, sizeof signature) != 0 ||
        (read_u32(data + sizeof signature) & CRITICAL_FLAGS) != 0)
        return 0;
    extension = read_u32(data + sizeof signature + 4);
    return extension <= length - HEADER_BYTES ? HEADER_BYTES + extension : 0;
}

/* A message of the server is one row. */
static enum copy_read_status
parse_row(struct copy_read *copy, const char *data, size_t length, struct err *err)
{
    const char *end = data + length;

    if (length < 2 || read_u16(data) != copy->field_count)
        return malformed(copy, "a row has another number of fields", err);
    data += 2;
    for (int i = 0; i < copy->field_count; i++) {
        int32_t field_length;

        if (end - data < 4)
            return malformed(copy, "a row ends within a field", err);
        field_length = (int32_t)read_u32(data);
        data += 4;
        if (field_length < -1 || field_length > end - data)
            return malformed(copy, "a row ends within a field", err);
        copy->fields[i] = (struct copy_field){.bytes = data, .length = field_length};
        if (field_length > 0)
            data += field_length;
    }
    return data == end ? COPY_READ_ROW : malformed(copy, "a row goes on after its last field", err);
}

/* COPY_READ_END: the message held no row, but the header, the trailer or both. */
static enum copy_read_status
parse_message(struct copy_read *copy, size_t length, struct err *err)
{
    const char *data = copy->buffer;

    if (copy->trailer_read)
        return malformed(copy, "it goes on after its trailer", err);
    if (!copy->header_read) {
        size_t header = header_length(data, length);

        if (header == 0)
            return malformed(copy, "it has no known header", err);
        copy->header_read = true;
        data += header;
        length -= header;
        if (length == 0)
            return COPY_READ_END;
    }
    if (length == 2 && read_u16(data) == UINT16_MAX) {
        copy->trailer_read = true;
        return COPY_READ_END;
    }
    return parse_row(copy, data, length, err);
}

/* All rows have come: now the server says whether they count. */
static enum copy_read_status
finish(struct copy_read *copy, struct err *err)
{
    if (!conn_finish_statement(copy->conn, copy->what, err)) {
        /* After an error of the server the connection is in order; a lost one says so itself. */
        copy->open = false;
        return COPY_READ_ERROR;
    }
    copy->open = false;
    return copy->trailer_read ? COPY_READ_END : malformed(copy, "it has no trailer", err);
}

enum copy_read_status
copy_read_next(struct copy_read *copy, struct err *err)
{
    for (;;) {
        enum copy_read_status status;
        int length;

        PQfreemem(copy->buffer);
        copy->buffer = NULL;
        if (!copy->open || !conn_is_usable(copy->conn)) {
            err_set(err, ERR_UNAVAILABLE, "%s: the COPY is not open", copy->what);
            return COPY_READ_ERROR;
        }
        length = PQgetCopyData(copy->conn->pg, &copy->buffer, 1);
        if (length == -1)
            return finish(copy, err);
        if (length < -1) {
            conn_lost(copy->conn, copy->what, err);
            return COPY_READ_ERROR;
        }
        if (length == 0) {
            if (!conn_wait_input(copy->conn, copy->what, err))
                return COPY_READ_ERROR;
            continue;
        }
        conn_restart_deadline(copy->conn);
        status = parse_message(copy, (size_t)length, err);
        if (status != COPY_READ_END)
            return status;
    }
}

void
copy_read_end(struct copy_read *copy)
{
    PQfreemem(copy->buffer);
    copy->buffer = NULL;
    if (copy->open)
        conn_abandon(copy->conn);
    copy->open = false;
}
