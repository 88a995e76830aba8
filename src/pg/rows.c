#include "crfd/pg/rows.h"

#include "crfd/base/json_text.h"
#include "crfd/base/utf8.h"

#include <string.h>

/* Type numbers of PostgreSQL's catalog, which never change. */
enum {
    OID_BOOL = 16,
    OID_INT8 = 20,
    OID_INT2 = 21,
    OID_INT4 = 23,
    OID_JSON = 114,
    OID_NUMERIC = 1700,
    OID_JSONB = 3802
};

bool
rows_is_number(const PGresult *rows, int column)
{
    Oid type = PQftype(rows, column);

    return type == OID_INT8 || type == OID_INT4 || type == OID_INT2 || type == OID_NUMERIC;
}

/* Also between cells of who takes semicolons or tabs for commas. */
static void
append_csv_text(struct strbuf *out, const char *text)
{
    if (*text != '\0' && strpbrk(text, ",;\t\"\r\n") == NULL) {
        strbuf_append(out, text);
        return;
    }
    strbuf_append_char(out, '"');
    for (; *text != '\0'; text++) {
        if (*text == '"')
            strbuf_append_char(out, '"');
        strbuf_append_char(out, *text);
    }
    strbuf_append_char(out, '"');
}

/* A spreadsheet computes what begins so; some take the full-width signs for the same. */
static bool
is_computed(const char *text)
{
    static const char *const signs[] = {"=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"};

    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
        if (strncmp(text, signs[i], strlen(signs[i])) == 0)
            return true;
    return false;
}

/* What could steer a terminal is "?", but a tab and the ends of lines are the text's own. */
static void
append_shown(struct strbuf *out, const char *text)
{
    size_t length = strlen(text);

    for (size_t at = 0, size; at < length; at += size) {
        int32_t c;
        bool is_kept;

        size = utf8_decode(text + at, length - at, &c);
        is_kept =
            size > 0 && (utf8_shows(c) || c == '\t' || c == '\n' || (c == '\r' && text[at + 1] == '\n'));
        size = size > 0 ? size : 1;
        strbuf_append_bytes(out, is_kept ? text + at : "?", is_kept ? size : 1);
    }
}

static void
append_csv_cell(struct strbuf *out, const PGresult *rows, int row, int column, bool is_raw)
{
    const char *text = PQgetvalue(rows, row, column);
    Oid type = PQftype(rows, column);
    struct strbuf shown;

    if (is_raw || rows_is_number(rows, column)) {
        append_csv_text(out, text);
        return;
    }
    strbuf_init(&shown);
    if (is_computed(text))
        strbuf_append_char(&shown, '\'');
    if (type == OID_JSON || type == OID_JSONB)
        json_text_append_document(&shown, text);
    else
        append_shown(&shown, text);
    append_csv_text(out, shown.text);
    strbuf_destroy(&shown);
}

void
rows_append_csv(struct strbuf *out, const PGresult *rows, bool is_raw)
{
    rows_append_csv_piece(out, rows, true, is_raw);
}

void
rows_append_csv_piece(struct strbuf *out, const PGresult *rows, bool is_first, bool is_raw)
{
    for (int row = is_first ? -1 : 0; row < PQntuples(rows); row++) {
        for (int column = 0; column < PQnfields(rows); column++) {
            if (column > 0)
                strbuf_append_char(out, ',');
            if (row < 0)
                append_csv_text(out, PQfname(rows, column));
            else if (!PQgetisnull(rows, row, column))
                append_csv_cell(out, rows, row, column, is_raw);
        }
        strbuf_append(out, "\r\n");
    }
}

static void
append_json_text(struct strbuf *out, const char *text)
{
    json_text_append_shown(out, text, strlen(text));
}

static void
append_json_value(struct strbuf *out, const PGresult *rows, int row, int column)
{
    const char *text = PQgetvalue(rows, row, column);
    Oid type = PQftype(rows, column);

    if (PQgetisnull(rows, row, column))
        strbuf_append(out, "null");
    else if (type == OID_BOOL)
        strbuf_append(out, *text == 't' ? "true" : "false");
    else if (rows_is_number(rows, column) || type == OID_JSON || type == OID_JSONB)
        json_text_append_document(out, text);
    else
        append_json_text(out, text);
}

void
rows_append_json_members(struct strbuf *out, const PGresult *rows, int row)
{
    for (int column = 0; column < PQnfields(rows); column++) {
        if (column > 0)
            strbuf_append(out, ", ");
        append_json_text(out, PQfname(rows, column));
        strbuf_append(out, ": ");
        append_json_value(out, rows, row, column);
    }
}

void
rows_append_json(struct strbuf *out, const PGresult *rows)
{
    rows_append_json_piece(out, rows, true);
    rows_end_json(out);
}

void
rows_append_json_piece(struct strbuf *out, const PGresult *rows, bool is_first)
{
    for (int row = 0; row < PQntuples(rows); row++) {
        strbuf_append(out, row > 0 || !is_first ? ",\n {" : "[{");
        rows_append_json_members(out, rows, row);
        strbuf_append_char(out, '}');
    }
    if (is_first && PQntuples(rows) == 0)
        strbuf_append_char(out, '[');
}

void
rows_end_json(struct strbuf *out)
{
    strbuf_append_char(out, ']');
}
