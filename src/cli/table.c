#include "crfd/cli/table.h"

#include "crfd/cli/render.h"

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COLUMNS_MAX 24
#define TEXT_MIN    8 /* no text is cut further */
#define GAP         2

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

static bool
is_number(const PGresult *rows, int column)
{
    Oid type = PQftype(rows, column);

    return type == OID_INT8 || type == OID_INT4 || type == OID_INT2 || type == OID_NUMERIC;
}

/* --- for people --- */

struct layout {
    int columns[COLUMNS_MAX]; /* of the result */
    int widths[COLUMNS_MAX];
    int count;
};

static int
text_width(const PGresult *rows, int row, int column)
{
    return render_width(PQgetvalue(rows, row, column));
}

static int
widest(const PGresult *rows, const struct layout *layout)
{
    int found = -1;

    for (int i = 0; i < layout->count; i++)
        if (!is_number(rows, layout->columns[i]) && layout->widths[i] > TEXT_MIN &&
            (found < 0 || layout->widths[i] > layout->widths[found]))
            found = i;
    return found;
}

static void
fit(const PGresult *rows, struct layout *layout, int columns)
{
    int sum = (layout->count - 1) * GAP;
    int cut;

    for (int i = 0; i < layout->count; i++)
        sum += layout->widths[i];
    for (; columns > 0 && sum > columns && (cut = widest(rows, layout)) >= 0; sum--)
        layout->widths[cut]--;
}

static void
lay_out(const PGresult *rows, const struct table_column *list, size_t count, int columns,
        struct layout *layout)
{
    *layout = (struct layout){0};
    for (size_t i = 0; i < count; i++) {
        int column = PQfnumber(rows, list[i].name);
        int width = render_width(list[i].title);

        if (column < 0 || layout->count == COLUMNS_MAX)
            abort();
        for (int row = 0; row < PQntuples(rows); row++)
            if (text_width(rows, row, column) > width)
                width = text_width(rows, row, column);
        layout->columns[layout->count] = column;
        layout->widths[layout->count++] = width;
    }
    fit(rows, layout, columns);
}

static void
append_blanks(struct strbuf *out, int count)
{
    for (; count > 0; count--)
        strbuf_append_char(out, ' ');
}

static void
append_cell(struct strbuf *out, const char *text, int width, bool is_right, bool is_last)
{
    int missing = width - render_width(text);

    if (is_right)
        append_blanks(out, missing);
    render_cut(out, text, width);
    if (!is_right && !is_last)
        append_blanks(out, missing);
    if (is_last)
        strbuf_append_char(out, '\n');
    else
        append_blanks(out, GAP);
}

void
table_append(struct strbuf *out, const PGresult *rows, const struct table_column *list, size_t count,
             int columns)
{
    struct layout layout;

    lay_out(rows, list, count, columns, &layout);
    for (int i = 0; i < layout.count; i++)
        append_cell(out, list[i].title, layout.widths[i], is_number(rows, layout.columns[i]),
                    i + 1 == layout.count);
    for (int row = 0; row < PQntuples(rows); row++)
        for (int i = 0; i < layout.count; i++)
            append_cell(out, PQgetvalue(rows, row, layout.columns[i]), layout.widths[i],
                        is_number(rows, layout.columns[i]), i + 1 == layout.count);
}

int
table_columns(void)
{
    return isatty(STDOUT_FILENO) ? render_terminal_columns(STDOUT_FILENO) : 0;
}

/* --- for programs --- */

static void
append_csv_text(struct strbuf *out, const char *text)
{
    if (*text != '\0' && strpbrk(text, ",\"\r\n") == NULL) {
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

void
table_append_csv(struct strbuf *out, const PGresult *rows)
{
    for (int row = -1; row < PQntuples(rows); row++) {
        for (int column = 0; column < PQnfields(rows); column++) {
            if (column > 0)
                strbuf_append_char(out, ',');
            if (row < 0)
                append_csv_text(out, PQfname(rows, column));
            else if (!PQgetisnull(rows, row, column))
                append_csv_text(out, PQgetvalue(rows, row, column));
        }
        strbuf_append(out, "\r\n");
    }
}

static void
append_json_text(struct strbuf *out, const char *text)
{
    cJSON *string = cJSON_CreateString(text);
    char *quoted = cJSON_PrintUnformatted(string);

    if (quoted == NULL)
        abort();
    strbuf_append(out, quoted);
    cJSON_free(quoted);
    cJSON_Delete(string);
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
    else if (is_number(rows, column) || type == OID_JSON || type == OID_JSONB)
        strbuf_append(out, text);
    else
        append_json_text(out, text);
}

void
table_append_json(struct strbuf *out, const PGresult *rows)
{
    strbuf_append_char(out, '[');
    for (int row = 0; row < PQntuples(rows); row++) {
        strbuf_append(out, row > 0 ? ",\n {" : "{");
        for (int column = 0; column < PQnfields(rows); column++) {
            if (column > 0)
                strbuf_append(out, ", ");
            append_json_text(out, PQfname(rows, column));
            strbuf_append(out, ": ");
            append_json_value(out, rows, row, column);
        }
        strbuf_append_char(out, '}');
    }
    strbuf_append(out, "]");
}
