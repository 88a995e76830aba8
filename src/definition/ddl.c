#include "crfd/definition/ddl.h"

#include "crfd/base/sql_text.h"
#include "crfd/study/form_columns.h"

#include <string.h>

/* ---- Words ---- */

void
ddl_append_identifier(struct strbuf *out, const char *name)
{
    strbuf_append_char(out, '"');
    for (; *name != '\0'; name++) {
        if (*name == '"')
            strbuf_append_char(out, '"');
        strbuf_append_char(out, *name);
    }
    strbuf_append_char(out, '"');
}

static void
append_table(struct strbuf *out, const struct form *form)
{
    strbuf_append(out, "analysis.");
    ddl_append_identifier(out, form->name);
}

/*
 * Named by index: a form's name may have 63 bytes already, and what PostgreSQL cut off behind stage_ could make
 * two names one. Temporary tables belong to one session, and a session to one run of one definition.
 */
static void
append_stage(struct strbuf *out, const struct form *form)
{
    strbuf_printf(out, "pg_temp.stage_%zu", form->index);
}

/* ---- Columns ---- */

const char *
ddl_item_type(const struct item *item)
{
    const char *type = value_type_column(item->type);

    return strcmp(type, "text") == 0 ? "text COLLATE \"C\"" : type;
}

/* All columns of a form's table in order: the own ones around the items. */
struct column {
    const char *name;
    const char *type;
    enum column_role role;
    bool is_item;
    bool is_nullable;
};

static struct column
column_at(const struct form *form, size_t at)
{
    const struct form_column_row *own;

    if (at >= FORM_COLUMNS_BEHIND_ITEMS && at < FORM_COLUMNS_BEHIND_ITEMS + form->item_count) {
        const struct item *item = &form->items[at - FORM_COLUMNS_BEHIND_ITEMS];

        return (struct column){item->name, ddl_item_type(item), COLUMN_IN_CONTENT, true, true};
    }
    own = &form_columns[at < FORM_COLUMNS_BEHIND_ITEMS ? at : at - form->item_count];
    return (struct column){own->name, column_types[own->type].sql, own->role, false, own->is_nullable};
}

static size_t
column_count(const struct form *form)
{
    return FORM_COLUMN_COUNT + form->item_count;
}

static void
append_column(struct strbuf *out, const char *before, const struct column *column)
{
    strbuf_append(out, before);
    if (column->is_item)
        ddl_append_identifier(out, column->name);
    else
        strbuf_append(out, column->name);
}

void
ddl_append_key(struct strbuf *out, const char *before)
{
    const char *separator = "";

    for (int i = 0; i < FORM_COLUMN_COUNT; i++) {
        if (form_columns[i].role != COLUMN_IN_KEY)
            continue;
        strbuf_printf(out, "%s%s%s", separator, before, form_columns[i].name);
        separator = ", ";
    }
}

/* The columns that a page's content decides, with the text before each. */
static void
append_content(struct strbuf *out, const struct form *form, const char *before)
{
    const char *separator = "";

    for (size_t i = 0; i < column_count(form); i++) {
        struct column column = column_at(form, i);

        if (column.role != COLUMN_IN_CONTENT)
            continue;
        strbuf_append(out, separator);
        append_column(out, before, &column);
        separator = ", ";
    }
}

static void
append_columns(struct strbuf *out, const struct form *form)
{
    for (size_t i = 0; i < column_count(form); i++) {
        struct column column = column_at(form, i);

        append_column(out, i > 0 ? ", " : "", &column);
    }
}

static void
append_definitions(struct strbuf *out, const struct form *form)
{
    for (size_t i = 0; i < column_count(form); i++) {
        struct column column = column_at(form, i);

        append_column(out, i > 0 ? ",\n    " : "    ", &column);
        strbuf_printf(out, " %s%s", column.type, column.is_nullable ? "" : " NOT NULL");
    }
}

/* ---- Tables ---- */

void
ddl_comment_table(struct strbuf *out, const struct form *form)
{
    strbuf_append(out, "COMMENT ON TABLE ");
    append_table(out, form);
    strbuf_append(out, " IS ");
    sql_text_append_literal(out, form->label);
    strbuf_append(out, ";\n");
}

static bool
is_of_word(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c & 0x80) != 0;
}

/* Whether the label names the unit by itself: "Weight, kg" does, and "Weight" does not name g. */
static bool
names_unit(const char *label, const char *unit)
{
    size_t length = strlen(unit);

    for (const char *at = strstr(label, unit); at != NULL; at = strstr(at + 1, unit))
        if ((at == label || !is_of_word(at[-1])) && !is_of_word(at[length]))
            return true;
    return false;
}

void
ddl_append_comment(struct strbuf *out, const struct item *item)
{
    strbuf_append(out, item->label);
    if (item->unit != NULL && !names_unit(item->label, item->unit->to))
        strbuf_printf(out, "%s(%s)", item->label[0] != '\0' ? " " : "", item->unit->to);
}

void
ddl_comment_column(struct strbuf *out, const struct form *form, const struct item *item)
{
    struct strbuf comment;

    strbuf_init(&comment);
    ddl_append_comment(&comment, item);
    if (comment.length > 0) {
        strbuf_append(out, "COMMENT ON COLUMN ");
        append_table(out, form);
        strbuf_append_char(out, '.');
        ddl_append_identifier(out, item->name);
        strbuf_append(out, " IS ");
        sql_text_append_literal(out, comment.text);
        strbuf_append(out, ";\n");
    }
    strbuf_destroy(&comment);
}

void
ddl_create_table(struct strbuf *out, const struct form *form)
{
    strbuf_append(out, "CREATE TABLE ");
    append_table(out, form);
    strbuf_append(out, " (\n");
    append_definitions(out, form);
    strbuf_append(out, ",\n    PRIMARY KEY (");
    ddl_append_key(out, "");
    strbuf_append(out, ")\n);\n");
    if (form->label[0] != '\0')
        ddl_comment_table(out, form);
    for (size_t i = 0; i < form->item_count; i++)
        ddl_comment_column(out, form, &form->items[i]);
}

void
ddl_add_own_column(struct strbuf *out, const struct form *form, enum form_column column)
{
    strbuf_append(out, "ALTER TABLE ");
    append_table(out, form);
    strbuf_printf(out, " ADD COLUMN %s %s;\n", form_columns[column].name,
                  column_types[form_columns[column].type].sql);
}

void
ddl_add_column(struct strbuf *out, const struct form *form, const struct item *item)
{
    strbuf_append(out, "ALTER TABLE ");
    append_table(out, form);
    strbuf_append(out, " ADD COLUMN ");
    ddl_append_identifier(out, item->name);
    strbuf_printf(out, " %s;\n", ddl_item_type(item));
    ddl_comment_column(out, form, item);
}

void
ddl_copy_table(struct strbuf *out, const struct form *form)
{
    strbuf_append(out, "COPY ");
    append_table(out, form);
    strbuf_append(out, " (");
    append_columns(out, form);
    strbuf_append(out, ") FROM STDIN (FORMAT binary)");
}

/* ---- The stage ---- */

void
ddl_create_stage(struct strbuf *out, const struct form *form)
{
    strbuf_append(out, "CREATE TEMPORARY TABLE IF NOT EXISTS ");
    append_stage(out, form);
    strbuf_append(out, " (\n");
    append_definitions(out, form);
    strbuf_append(out, "\n) ON COMMIT DELETE ROWS");
}

void
ddl_copy_stage(struct strbuf *out, const struct form *form)
{
    strbuf_append(out, "COPY ");
    append_stage(out, form);
    strbuf_append(out, " (");
    append_columns(out, form);
    strbuf_append(out, ") FROM STDIN (FORMAT binary)");
}

/*
 * ---- From the stage to the table ----
 *
 * The stage holds one center and is not asked which: it has no statistics, so the planner would take a condition on
 * center_id for one that leaves a row in two hundred, and would look at all of the stage once for each row of the
 * table (4.6 s instead of 5 ms were seen for 5,000 pages).
 */

/* A center's table rows t and rows of the other relation, by page key; the center comes from $1. */
static void
append_same_page(struct strbuf *out, const char *other)
{
    strbuf_append(out, "t.center_id = $1");
    for (int i = 0; i < FORM_COLUMN_COUNT; i++)
        if (form_columns[i].role == COLUMN_IN_KEY && i != COLUMN_CENTER_ID)
            strbuf_printf(out, " AND %s.%s = t.%s", other, form_columns[i].name, form_columns[i].name);
}

void
ddl_merge_delete(struct strbuf *out, const struct form *form)
{
    /* Distributed tables meet a temporary table in a subquery only where the WITH is MATERIALIZED. */
    strbuf_append(out, "WITH staged AS MATERIALIZED (SELECT ");
    ddl_append_key(out, "");
    strbuf_append(out, " FROM ");
    append_stage(out, form);
    strbuf_append(out, "), gone AS (DELETE FROM ");
    append_table(out, form);
    strbuf_append(out, " AS t USING pg_temp.stage_subject AS s WHERE t.center_id = $1"
                       " AND s.subject_id = t.subject_id AND NOT EXISTS (SELECT FROM staged AS n WHERE ");
    append_same_page(out, "n");
    strbuf_append(out, ") RETURNING 1) SELECT count(*) FROM gone");
}

static void
append_assignments(struct strbuf *out, const struct form *form)
{
    const char *separator = "";

    for (size_t i = 0; i < column_count(form); i++) {
        struct column column = column_at(form, i);

        if (column.role == COLUMN_IN_KEY)
            continue;
        append_column(out, separator, &column);
        append_column(out, " = s.", &column);
        separator = ", ";
    }
}

/*
 * Two statements in one: UPDATE of the pages whose content differs, and INSERT of those that are new. The single
 * INSERT ... ON CONFLICT DO UPDATE ... WHERE would do, but it locks each row that it then leaves alone, which
 * writes to the row's page and to the log: 54 bytes a row were measured, and DO NOTHING writes none. The two never
 * meet: they see the table as it was before, and an updated page is a conflict still.
 *
 * record_image_ne() and not <>, which calls 36.20 and 36.2 equal. As a function, because the parser takes
 * ROW() *<> ROW() apart into its columns, which have no such operator.
 */
void
ddl_merge_upsert(struct strbuf *out, const struct form *form)
{
    strbuf_append(out, "WITH changed AS (UPDATE ");
    append_table(out, form);
    strbuf_append(out, " AS t SET ");
    append_assignments(out, form);
    strbuf_append(out, " FROM ");
    append_stage(out, form);
    strbuf_append(out, " AS s WHERE ");
    append_same_page(out, "s");
    strbuf_append(out, " AND pg_catalog.record_image_ne(ROW(");
    append_content(out, form, "t.");
    strbuf_append(out, "), ROW(");
    append_content(out, form, "s.");
    strbuf_append(out, ")) RETURNING 1), added AS (INSERT INTO ");
    append_table(out, form);
    strbuf_append(out, " (");
    append_columns(out, form);
    strbuf_append(out, ") SELECT ");
    append_columns(out, form);
    strbuf_append(out, " FROM ");
    append_stage(out, form);
    strbuf_append(out, " ON CONFLICT (");
    ddl_append_key(out, "");
    strbuf_append(out, ") DO NOTHING RETURNING 1)"
                       " SELECT (SELECT count(*) FROM changed) + (SELECT count(*) FROM added)");
}
