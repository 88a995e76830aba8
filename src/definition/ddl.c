#include "crfd/definition/ddl.h"

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

void
ddl_append_literal(struct strbuf *out, const char *text)
{
    /* With a backslash in it, the escape form means the same whatever standard_conforming_strings says. */
    bool escaped = strchr(text, '\\') != NULL;

    strbuf_append(out, escaped ? "E'" : "'");
    for (; *text != '\0'; text++) {
        if (*text == '\'' || *text == '\\')
            strbuf_append_char(out, *text);
        strbuf_append_char(out, *text);
    }
    strbuf_append_char(out, '\'');
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

static const struct {
    const char *name;
    const char *type;
} key_columns[] = {
    {"center_id", "text COLLATE \"C\""},
    {"subject_id", "text COLLATE \"C\""},
    {"event", "text COLLATE \"C\""},
    {"event_repeat", "int"},
    {"form_repeat", "int"},
};

#define KEY_COLUMNS (sizeof key_columns / sizeof key_columns[0])
#define KEY_LIST    "center_id, subject_id, event, event_repeat, form_repeat"

const char *
ddl_item_type(const struct item *item)
{
    const char *type = value_type_column(item->type);

    return strcmp(type, "text") == 0 ? "text COLLATE \"C\"" : type;
}

/* The columns that a page's content decides, each between the texts: event_order, the items, submitted_at. */
static void
append_content(struct strbuf *out, const struct form *form, const char *before)
{
    strbuf_printf(out, "%sevent_order", before);
    for (size_t i = 0; i < form->item_count; i++) {
        strbuf_printf(out, ", %s", before);
        ddl_append_identifier(out, form->items[i].name);
    }
    strbuf_printf(out, ", %ssubmitted_at", before);
}

void
ddl_append_columns(struct strbuf *out, const struct form *form)
{
    strbuf_append(out, KEY_LIST ", ");
    append_content(out, form, "");
    strbuf_append(out, ", run_id");
}

static void
append_definitions(struct strbuf *out, const struct form *form)
{
    for (size_t i = 0; i < KEY_COLUMNS; i++)
        strbuf_printf(out, "    %s %s NOT NULL,\n", key_columns[i].name, key_columns[i].type);
    strbuf_append(out, "    event_order int NOT NULL,\n");
    for (size_t i = 0; i < form->item_count; i++) {
        strbuf_append(out, "    ");
        ddl_append_identifier(out, form->items[i].name);
        strbuf_printf(out, " %s,\n", ddl_item_type(&form->items[i]));
    }
    strbuf_append(out, "    submitted_at timestamptz NOT NULL,\n    run_id bigint NOT NULL");
}

/* ---- Tables ---- */

void
ddl_comment_table(struct strbuf *out, const struct form *form)
{
    strbuf_append(out, "COMMENT ON TABLE ");
    append_table(out, form);
    strbuf_append(out, " IS ");
    ddl_append_literal(out, form->label);
    strbuf_append(out, ";\n");
}

void
ddl_comment_column(struct strbuf *out, const struct form *form, const struct item *item)
{
    strbuf_append(out, "COMMENT ON COLUMN ");
    append_table(out, form);
    strbuf_append_char(out, '.');
    ddl_append_identifier(out, item->name);
    strbuf_append(out, " IS ");
    ddl_append_literal(out, item->label);
    strbuf_append(out, ";\n");
}

void
ddl_create_table(struct strbuf *out, const struct form *form)
{
    strbuf_append(out, "CREATE TABLE ");
    append_table(out, form);
    strbuf_append(out, " (\n");
    append_definitions(out, form);
    strbuf_append(out, ",\n    PRIMARY KEY (" KEY_LIST ")\n);\n");
    if (form->label[0] != '\0')
        ddl_comment_table(out, form);
    for (size_t i = 0; i < form->item_count; i++)
        if (form->items[i].label[0] != '\0')
            ddl_comment_column(out, form, &form->items[i]);
}

void
ddl_add_column(struct strbuf *out, const struct form *form, const struct item *item)
{
    strbuf_append(out, "ALTER TABLE ");
    append_table(out, form);
    strbuf_append(out, " ADD COLUMN ");
    ddl_append_identifier(out, item->name);
    strbuf_printf(out, " %s;\n", ddl_item_type(item));
    if (item->label[0] != '\0')
        ddl_comment_column(out, form, item);
}

void
ddl_copy_table(struct strbuf *out, const struct form *form)
{
    strbuf_append(out, "COPY ");
    append_table(out, form);
    strbuf_append(out, " (");
    ddl_append_columns(out, form);
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
    ddl_append_columns(out, form);
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
    for (size_t i = 1; i < KEY_COLUMNS; i++)
        strbuf_printf(out, " AND %s.%s = t.%s", other, key_columns[i].name, key_columns[i].name);
}

void
ddl_merge_delete(struct strbuf *out, const struct form *form)
{
    /* Distributed tables meet a temporary table in a subquery only where the WITH is MATERIALIZED. */
    strbuf_append(out, "WITH staged AS MATERIALIZED (SELECT " KEY_LIST " FROM ");
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
    strbuf_append(out, "event_order = s.event_order");
    for (size_t i = 0; i < form->item_count; i++) {
        strbuf_append(out, ", ");
        ddl_append_identifier(out, form->items[i].name);
        strbuf_append(out, " = s.");
        ddl_append_identifier(out, form->items[i].name);
    }
    strbuf_append(out, ", submitted_at = s.submitted_at, run_id = s.run_id");
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
    ddl_append_columns(out, form);
    strbuf_append(out, ") SELECT ");
    ddl_append_columns(out, form);
    strbuf_append(out, " FROM ");
    append_stage(out, form);
    strbuf_append(out, " ON CONFLICT (" KEY_LIST ") DO NOTHING RETURNING 1)"
                       " SELECT (SELECT count(*) FROM changed) + (SELECT count(*) FROM added)");
}
