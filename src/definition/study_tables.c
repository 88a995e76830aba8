#include "crfd/definition/study_tables.h"

#include "crfd/definition/ddl.h"
#include "crfd/study/form_columns.h"

#include "queries.h"

#include <stdlib.h>
#include <string.h>

/* Columns of analysis_columns.sql. */
enum { RELATION, KIND, COLUMN, TYPE, MUST_BE_GIVEN, COMMENT, RELATION_COMMENT, COLUMNS, IN_KEY };

/* The rows of one relation: [first, end). */
struct relation {
    const PGresult *catalog;
    int first, end;
};

struct plan {
    const struct study *study;
    struct strbuf *sql;
    struct strbuf *report;
    struct problems *problems;
};

static const char *
cell(const PGresult *catalog, int row, int column)
{
    return PQgetvalue(catalog, row, column);
}

static struct relation
relation_at(const PGresult *catalog, int first)
{
    struct relation relation = {catalog, first, first};

    while (relation.end < PQntuples(catalog) &&
           strcmp(cell(catalog, relation.end, RELATION), cell(catalog, first, RELATION)) == 0)
        relation.end++;
    return relation;
}

/* The row of the column, or -1. */
static int
column_row(const struct relation *relation, const char *name)
{
    for (int row = relation->first; row < relation->end; row++)
        if (strcmp(cell(relation->catalog, row, COLUMN), name) == 0)
            return row;
    return -1;
}

/* Its primary key has the columns that the key of a form table has, and no other. */
static bool
has_key(const struct relation *relation)
{
    for (int row = relation->first; row < relation->end; row++) {
        enum form_column column = form_column_named(cell(relation->catalog, row, COLUMN));
        bool belongs = column < FORM_COLUMN_COUNT && form_columns[column].role == COLUMN_IN_KEY;

        if ((cell(relation->catalog, row, IN_KEY)[0] == 't') != belongs)
            return false;
    }
    return true;
}

/* ---- One form ---- */

/* At the item, or, where it is NULL, at the form. */
static void tell(struct plan *plan, const struct form *form, const struct item *item, const char *format, ...)
    CRFD_PRINTF(4, 5);

static void
tell(struct plan *plan, const struct form *form, const struct item *item, const char *format, ...)
{
    struct strbuf path, message;
    va_list args;

    strbuf_init(&path);
    strbuf_init(&message);
    strbuf_append(&path, "forms.");
    strbuf_append(&path, form->name);
    if (item != NULL)
        strbuf_printf(&path, ".items.%s", item->name);
    va_start(args, format);
    strbuf_vprintf(&message, format, args);
    va_end(args);
    problem_add(plan->problems, path.text, "%s", message.text);
    strbuf_destroy(&message);
    strbuf_destroy(&path);
}

static const char *
kind_text(char kind)
{
    switch (kind) {
    case 'v':
        return "a view";
    case 'm':
        return "a materialized view";
    case 'i':
    case 'I':
        return "an index";
    case 'S':
        return "a sequence";
    case 'f':
        return "a foreign table";
    default:
        return "a composite type";
    }
}

static void
tell_lost_key(struct plan *plan, const struct form *form)
{
    struct strbuf key;

    strbuf_init(&key);
    ddl_append_key(&key, "");
    tell(plan, form, NULL,
         "analysis.%s has lost its primary key: ALTER TABLE analysis.\"%s\" ADD PRIMARY KEY (%s)", form->name,
         form->name, key.text);
    strbuf_destroy(&key);
}

/* Is the relation a form table at all, with a key that a night can write by? */
static bool
check_own_columns(struct plan *plan, const struct form *form, const struct relation *relation)
{
    char kind = cell(relation->catalog, relation->first, KIND)[0];

    if (kind != 'r' && kind != 'p') {
        tell(plan, form, NULL, "analysis.%s exists and is %s: rename it, or the form", form->name,
             kind_text(kind));
        return false;
    }
    for (int i = 0; i < FORM_COLUMN_COUNT; i++) {
        const char *name = form_columns[i].name;
        const char *type = column_types[form_columns[i].type].catalog;
        int row = column_row(relation, name);

        if (row >= 0 ? strcmp(cell(relation->catalog, row, TYPE), type) == 0 : form_columns[i].is_nullable)
            continue;
        tell(plan, form, NULL,
             "analysis.%s exists and is not a table of this form: it %s column %s %s; rename it, or the form",
             form->name, row >= 0 ? "should have a" : "has no", name, type);
        return false;
    }
    if (!has_key(relation)) {
        tell_lost_key(plan, form);
        return false;
    }
    return true;
}

static void
add_own_columns(struct plan *plan, const struct form *form, const struct relation *relation, int *columns)
{
    for (int i = 0; i < FORM_COLUMN_COUNT; i++) {
        if (column_row(relation, form_columns[i].name) >= 0)
            continue;
        ddl_add_own_column(plan->sql, form, (enum form_column)i);
        strbuf_printf(plan->report, "add analysis.%s.%s, %s\n", form->name, form_columns[i].name,
                      column_types[form_columns[i].type].catalog);
        (*columns)++;
    }
}

static const char *
catalog_type(const struct item *item)
{
    const char *type = ddl_item_type(item);

    if (strcmp(type, "timestamp") == 0)
        return "timestamp without time zone";
    if (strcmp(type, "timestamptz") == 0)
        return "timestamp with time zone";
    if (strcmp(type, "time") == 0)
        return "time without time zone";
    return type;
}

static void
compare_item(struct plan *plan, const struct form *form, const struct item *item,
             const struct relation *relation, int *columns)
{
    int row = column_row(relation, item->name);
    const char *type;

    if (row < 0) {
        ddl_add_column(plan->sql, form, item);
        strbuf_printf(plan->report, "add analysis.%s.%s, %s\n", form->name, item->name,
                      value_type_column(item->type));
        (*columns)++;
        return;
    }
    type = cell(relation->catalog, row, TYPE);
    if (strcmp(type, catalog_type(item)) != 0)
        tell(plan, form, item,
             "the column is %s, type %s needs %s. A column's type is never changed, because "
             "what is in it could be lost. Give the item another name and \"key\": \"%s\", or put the "
             "column aside: ALTER TABLE analysis.\"%s\" RENAME COLUMN \"%s\" TO \"%.50s_old\"",
             type, value_type_name(item->type), catalog_type(item), item->key, form->name, item->name,
             item->name);
}

static void
compare_unused(struct plan *plan, const struct form *form, const struct relation *relation)
{
    for (int row = relation->first; row < relation->end; row++) {
        const char *name = cell(relation->catalog, row, COLUMN);

        if (form_column_named(name) < FORM_COLUMN_COUNT || form_item_by_name(form, name) < form->item_count)
            continue;
        if (cell(relation->catalog, row, MUST_BE_GIVEN)[0] == 't')
            tell(plan, form, NULL,
                 "analysis.%s has a column \"%s\" that is NOT NULL and has no default, and the study has no "
                 "such item: ALTER TABLE analysis.\"%s\" ALTER COLUMN \"%s\" DROP NOT NULL",
                 form->name, name, form->name, name);
        else
            strbuf_printf(plan->report, "keep analysis.%s.%s, which the study no longer has\n", form->name,
                          name);
    }
}

static void
compare_form(struct plan *plan, const struct form *form, const struct relation *relation)
{
    int columns = (int)strtol(cell(relation->catalog, relation->first, COLUMNS), NULL, 10);

    if (!check_own_columns(plan, form, relation))
        return;
    add_own_columns(plan, form, relation, &columns);
    for (size_t i = 0; i < form->item_count; i++)
        compare_item(plan, form, &form->items[i], relation, &columns);
    compare_unused(plan, form, relation);
    if (columns > FORM_TABLE_COLUMNS_MAX)
        tell(plan, form, NULL,
             "analysis.%s would have %d columns with those that are no longer used (dropped ones count): a "
             "table has room for %d; rename it and let crfd create it anew",
             form->name, columns, FORM_TABLE_COLUMNS_MAX);
}

/* ---- All forms ---- */

/* False where schema analysis has no relation of the form's name. */
static bool
find_relation(const PGresult *catalog, const struct form *form, struct relation *out)
{
    for (int row = 0; row < PQntuples(catalog); row++) {
        if (strcmp(cell(catalog, row, RELATION), form->name) == 0) {
            *out = relation_at(catalog, row);
            return true;
        }
    }
    return false;
}

static void
plan_form(struct plan *plan, const struct form *form, const PGresult *catalog)
{
    struct relation relation;

    if (find_relation(catalog, form, &relation)) {
        compare_form(plan, form, &relation);
        return;
    }
    ddl_create_table(plan->sql, form);
    strbuf_printf(plan->report, "create analysis.%s, %zu item%s\n", form->name, form->item_count,
                  form->item_count == 1 ? "" : "s");
}

/* Tables of forms that the study once had. */
static void
report_unused_tables(struct plan *plan, const PGresult *catalog)
{
    for (int row = 0; row < PQntuples(catalog);) {
        struct relation relation = relation_at(catalog, row);
        const char *name = cell(catalog, row, RELATION);
        const struct form *form = study_form(plan->study, name, strlen(name));
        int own = 0;

        while (own < FORM_COLUMN_COUNT &&
               (form_columns[own].is_nullable || column_row(&relation, form_columns[own].name) >= 0))
            own++;
        if (own == FORM_COLUMN_COUNT && form == NULL && cell(catalog, row, KIND)[0] == 'r')
            strbuf_printf(plan->report, "keep analysis.%s, a form that the study no longer has\n", name);
        row = relation.end;
    }
}

static PGresult *
read_catalog(struct conn *conn, struct err *err)
{
    return conn_query(conn, "reading the tables of schema analysis", sql_analysis_columns, NULL, 0, err);
}

bool
study_tables_plan(struct conn *conn, const struct study *study, struct strbuf *sql, struct strbuf *report,
                  struct problems *problems, struct err *err)
{
    struct plan plan = {study, sql, report, problems};
    PGresult *catalog = read_catalog(conn, err);
    size_t before = problems->count;
    bool ok = false;

    if (catalog == NULL)
        goto done;
    for (size_t i = 0; i < study->form_count; i++)
        plan_form(&plan, &study->forms[i], catalog);
    report_unused_tables(&plan, catalog);
    if (problems->count > before) {
        err_set(err, ERR_CONFIG, "comparing schema analysis with the study: %zu problem%s",
                problems->count - before, problems->count - before == 1 ? "" : "s");
        goto done;
    }
    ok = true;
done:
    PQclear(catalog);
    return ok;
}

/* ---- Labels ---- */

static void
comment_form(const struct form *form, const struct relation *relation, struct strbuf *sql,
             struct strbuf *report)
{
    struct strbuf comment;

    if (form->label[0] != '\0' &&
        strcmp(cell(relation->catalog, relation->first, RELATION_COMMENT), form->label) != 0) {
        ddl_comment_table(sql, form);
        strbuf_printf(report, "label analysis.%s\n", form->name);
    }
    strbuf_init(&comment);
    for (size_t i = 0; i < form->item_count; i++) {
        const struct item *item = &form->items[i];
        int row = column_row(relation, item->name);

        strbuf_reset(&comment);
        ddl_append_comment(&comment, item);
        if (row < 0 || comment.length == 0 ||
            strcmp(cell(relation->catalog, row, COMMENT), comment.text) == 0)
            continue;
        ddl_comment_column(sql, form, item);
        strbuf_printf(report, "label analysis.%s.%s\n", form->name, item->name);
    }
    strbuf_destroy(&comment);
}

bool
study_tables_comment(struct conn *conn, const struct study *study, struct strbuf *sql, struct strbuf *report,
                     struct err *err)
{
    PGresult *catalog = read_catalog(conn, err);
    struct relation relation;

    if (catalog == NULL)
        return false;
    for (size_t i = 0; i < study->form_count; i++)
        if (find_relation(catalog, &study->forms[i], &relation))
            comment_form(&study->forms[i], &relation, sql, report);
    PQclear(catalog);
    return true;
}
