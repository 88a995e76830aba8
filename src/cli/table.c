#include "table.h"

#include "crfd/base/json_text.h"
#include "crfd/base/terminal.h"
#include "crfd/base/utf8.h"
#include "render.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COLUMNS_MAX 24
#define TEXT_EASY   20 /* columns are left out rather than cut a text of this width */
#define TEXT_MIN    8  /* no text is cut further */
#define GAP         2

/* Type numbers of PostgreSQL's catalog, which never change. */
enum {
    OID_BOOL = 16,
    OID_INT8 = 20,
    OID_INT2 = 21,
    OID_INT4 = 23,
    OID_TEXT = 25,
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
    int times[COLUMNS_MAX];   /* the same, of what stands in brackets behind; -1: nothing */
    const char *titles[COLUMNS_MAX];
    int spares[COLUMNS_MAX];
    int widths[COLUMNS_MAX];
    int count;
};

/* What a cell shows: "WEEK 2", "WEEK 2 (3)" of its third time. */
static const char *
cell_of(const PGresult *rows, int row, int column, int times, struct strbuf *out)
{
    const char *count = times < 0 ? "1" : PQgetvalue(rows, row, times);

    if (strcmp(count, "1") == 0)
        return PQgetvalue(rows, row, column);
    strbuf_reset(out);
    strbuf_printf(out, "%s (%s)", PQgetvalue(rows, row, column), count);
    return out->text;
}

static int
width_of(const PGresult *rows, int column, int times, const char *title)
{
    int width = render_width(title);
    struct strbuf text;

    strbuf_init(&text);
    for (int row = 0; row < PQntuples(rows); row++) {
        int cell = render_width(cell_of(rows, row, column, times, &text));

        width = cell > width ? cell : width;
    }
    strbuf_destroy(&text);
    return width;
}

static bool
can_be_cut(const PGresult *rows, const struct layout *layout, int index, int least)
{
    return PQftype(rows, layout->columns[index]) == OID_TEXT && layout->widths[index] > least;
}

/* Of the lines as they are, or with every text cut to TEXT_EASY. */
static int
line_width(const PGresult *rows, const struct layout *layout, bool is_cut)
{
    int sum = (layout->count - 1) * GAP;

    for (int i = 0; i < layout->count; i++)
        sum += is_cut && can_be_cut(rows, layout, i, TEXT_EASY) ? TEXT_EASY : layout->widths[i];
    return sum;
}

/* False where every column that is left has to be shown. */
static bool
spare_one(struct layout *layout)
{
    int found = 0;

    for (int i = 1; i < layout->count; i++)
        if (layout->spares[i] > layout->spares[found])
            found = i;
    if (layout->spares[found] == 0)
        return false;
    layout->count--;
    for (int i = found; i < layout->count; i++) {
        layout->columns[i] = layout->columns[i + 1];
        layout->times[i] = layout->times[i + 1];
        layout->titles[i] = layout->titles[i + 1];
        layout->spares[i] = layout->spares[i + 1];
        layout->widths[i] = layout->widths[i + 1];
    }
    return true;
}

/* False where no text may be cut further. */
static bool
cut_widest(const PGresult *rows, struct layout *layout)
{
    int found = -1;

    for (int i = 0; i < layout->count; i++)
        if (can_be_cut(rows, layout, i, TEXT_MIN) && (found < 0 || layout->widths[i] > layout->widths[found]))
            found = i;
    if (found >= 0)
        layout->widths[found]--;
    return found >= 0;
}

static void
lay_out(const PGresult *rows, const struct table_column *list, size_t count, int columns,
        struct layout *layout)
{
    *layout = (struct layout){0};
    for (size_t i = 0; i < count; i++, layout->count++) {
        int column = PQfnumber(rows, list[i].name);

        if (column < 0 || layout->count == COLUMNS_MAX)
            abort();
        layout->columns[i] = column;
        layout->times[i] = list[i].times != NULL ? PQfnumber(rows, list[i].times) : -1;
        layout->titles[i] = list[i].title;
        layout->spares[i] = list[i].spare;
        layout->widths[i] = width_of(rows, column, layout->times[i], list[i].title);
    }
    if (columns == 0)
        return;
    while (line_width(rows, layout, true) > columns && spare_one(layout))
        continue;
    while (line_width(rows, layout, false) > columns && cut_widest(rows, layout))
        continue;
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
    struct strbuf text;

    strbuf_init(&text);
    lay_out(rows, list, count, columns, &layout);
    for (int i = 0; i < layout.count; i++)
        append_cell(out, layout.titles[i], layout.widths[i], is_number(rows, layout.columns[i]),
                    i + 1 == layout.count);
    for (int row = 0; row < PQntuples(rows); row++)
        for (int i = 0; i < layout.count; i++)
            append_cell(out, cell_of(rows, row, layout.columns[i], layout.times[i], &text), layout.widths[i],
                        is_number(rows, layout.columns[i]), i + 1 == layout.count);
    strbuf_destroy(&text);
}

int
table_columns(void)
{
    return terminal_columns(STDOUT_FILENO);
}

/* --- for programs --- */

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

/* As render_text, but a tab and the ends of lines are the text's own. */
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

    if (is_raw || is_number(rows, column)) {
        append_csv_text(out, text);
        return;
    }
    strbuf_init(&shown);
    if (is_computed(text))
        strbuf_append_char(&shown, '\'');
    if (type == OID_JSON || type == OID_JSONB)
        render_json(&shown, text);
    else
        append_shown(&shown, text);
    append_csv_text(out, shown.text);
    strbuf_destroy(&shown);
}

void
table_append_csv(struct strbuf *out, const PGresult *rows, bool is_raw)
{
    table_append_csv_piece(out, rows, true, is_raw);
}

void
table_append_csv_piece(struct strbuf *out, const PGresult *rows, bool is_first, bool is_raw)
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
    else if (is_number(rows, column) || type == OID_JSON || type == OID_JSONB)
        render_json(out, text);
    else
        append_json_text(out, text);
}

void
table_append_json(struct strbuf *out, const PGresult *rows)
{
    table_append_json_piece(out, rows, true);
    table_end_json(out);
}

void
table_append_json_piece(struct strbuf *out, const PGresult *rows, bool is_first)
{
    for (int row = 0; row < PQntuples(rows); row++) {
        strbuf_append(out, row > 0 || !is_first ? ",\n {" : "[{");
        for (int column = 0; column < PQnfields(rows); column++) {
            if (column > 0)
                strbuf_append(out, ", ");
            append_json_text(out, PQfname(rows, column));
            strbuf_append(out, ": ");
            append_json_value(out, rows, row, column);
        }
        strbuf_append_char(out, '}');
    }
    if (is_first && PQntuples(rows) == 0)
        strbuf_append_char(out, '[');
}

void
table_end_json(struct strbuf *out)
{
    strbuf_append_char(out, ']');
}
