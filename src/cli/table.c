#include "table.h"

#include "crfd/base/terminal.h"
#include "crfd/pg/rows.h"
#include "render.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COLUMNS_MAX 24
#define TEXT_EASY   20 /* columns are left out rather than cut a text of this width */
#define TEXT_MIN    8  /* no text is cut further */
#define GAP         2

#define OID_TEXT 25 /* of PostgreSQL's catalog, which never changes */

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
        append_cell(out, layout.titles[i], layout.widths[i], rows_is_number(rows, layout.columns[i]),
                    i + 1 == layout.count);
    for (int row = 0; row < PQntuples(rows); row++)
        for (int i = 0; i < layout.count; i++)
            append_cell(out, cell_of(rows, row, layout.columns[i], layout.times[i], &text), layout.widths[i],
                        rows_is_number(rows, layout.columns[i]), i + 1 == layout.count);
    strbuf_destroy(&text);
}

int
table_columns(void)
{
    return terminal_columns(STDOUT_FILENO);
}
