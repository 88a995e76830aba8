#include "analysis.h"
#include "crfd/base/suggest.h"

#include <string.h>

/* --- rows --- */

static bool
is_alias_taken(const struct analysis *analysis, const char *alias)
{
    for (size_t i = 0; i < analysis->row_count; i++)
        if (strcmp(analysis->rows[i].alias, alias) == 0)
            return true;
    return false;
}

/* The name itself, or with a number: the twin's names are all different, so that none hides another. */
static const char *
new_alias(struct analysis *analysis, const char *name)
{
    const char *alias = name;

    for (unsigned number = 2; is_alias_taken(analysis, alias); number++)
        alias = arena_printf(analysis->arena, "%.*s_%u", STUDY_NAME_MAX - 4, name, number);
    return alias;
}

bool
analysis_add_row(struct analysis *analysis, struct row row, int32_t location, size_t *out)
{
    if (analysis->row_count == ROW_MAX) {
        analysis_refuse(analysis, location, "a check can read at most %d other pages at a time; split it",
                        ROW_MAX - 1);
        return false;
    }
    row.alias = new_alias(analysis, row.name);
    analysis->rows[analysis->row_count] = row;
    *out = analysis->row_count++;
    return true;
}

/* --- what is read --- */

static enum read_path
path_of(enum row_kind kind)
{
    switch (kind) {
    case ROW_REFERENCE:
        return READ_REFERENCE;
    case ROW_NEIGHBOR:
        return READ_NEIGHBOR;
    case ROW_LOOP:
        return READ_SUBQUERY;
    default:
        return READ_PAGE;
    }
}

static void
note_item(struct analysis *analysis, const struct row *row, size_t item)
{
    enum read_path path = path_of(row->kind);

    for (size_t i = 0; i < analysis->read_count; i++)
        if (analysis->reads[i].path == path && analysis->reads[i].form == row->form &&
            analysis->reads[i].item == item && analysis->reads[i].offset == row->offset)
            return;
    if (analysis->read_count == analysis->read_room) {
        size_t room = analysis->read_room ? 2 * analysis->read_room : 8;
        struct program_read *reads = arena_array(analysis->arena, struct program_read, room);

        if (analysis->read_count > 0)
            memcpy(reads, analysis->reads, analysis->read_count * sizeof *reads);
        analysis->reads = reads;
        analysis->read_room = room;
    }
    analysis->reads[analysis->read_count++] = (struct program_read){path, row->form, item, row->offset};
}

/* What the subqueries around must know: whether their results read columns outside of aggregates. */
static void
note_row(struct analysis *analysis, size_t row, int32_t location)
{
    for (struct scope *scope = analysis->scope; scope != NULL; scope = scope->outer) {
        bool own = row >= scope->first_row && row < scope->first_row + scope->row_count;
        bool inner = analysis->rows[row].kind == ROW_LOOP && row > scope->first_row;

        if (scope->in_aggregate) {
            scope->reads_own |= own;
            scope->reads_outer |= !own && !inner;
        } else if (own && scope->selects && scope->plain < 0) {
            scope->plain = location;
        }
    }
}

/* --- columns --- */

static const struct expr *
column(struct analysis *analysis, enum expr_kind kind, enum sql_type type, size_t row, size_t index,
       int32_t location)
{
    struct expr *expr = expr_new(analysis->arena, kind, type, location);

    expr->row = (uint16_t)row;
    expr->column = (uint16_t)index;
    note_row(analysis, row, location);
    return expr;
}

const struct expr *
analysis_key(struct analysis *analysis, size_t row, enum form_column key, int32_t location)
{
    analysis->rows[row].columns |= 1u << key;
    return column(analysis, EXPR_KEY, type_of_column(form_columns[key].type), row, key, location);
}

/* The table's own column of this name, where a check may read it; else FORM_COLUMN_COUNT. */
static enum form_column
key_named(const char *name)
{
    enum form_column column = form_column_named(name);

    return column < FORM_COLUMN_COUNT && form_columns[column].is_readable ? column : FORM_COLUMN_COUNT;
}

static bool
has_column(const struct form *form, const char *name)
{
    return form_item_by_name(form, name) < form->item_count || key_named(name) < FORM_COLUMN_COUNT;
}

static const struct expr *
refuse_column(struct analysis *analysis, const struct form *form, const char *name, int32_t location)
{
    struct suggestion suggestion;

    suggestion_begin(&suggestion, name);
    for (size_t i = 0; i < form->item_count; i++)
        suggestion_offer(&suggestion, form->items[i].name);
    for (int i = 0; i < FORM_COLUMN_COUNT; i++)
        if (form_columns[i].is_readable)
            suggestion_offer(&suggestion, form_columns[i].name);
    if (suggestion.name != NULL)
        return analysis_refuse(analysis, location, "form \"%s\" has no column \"%s\"; did you mean \"%s\"?",
                               form->name, name, suggestion.name);
    return analysis_refuse(analysis, location, "form \"%s\" has no column \"%s\"", form->name, name);
}

static const struct expr *
column_of_row(struct analysis *analysis, size_t row, const char *name, int32_t location)
{
    const struct form *form = analysis->rows[row].form;
    size_t item = form_item_by_name(form, name);
    enum form_column key = key_named(name);

    if (item < form->item_count) {
        note_item(analysis, &analysis->rows[row], item);
        return column(analysis, EXPR_COLUMN, type_of_item(form->items[item].type), row, item, location);
    }
    if (key < FORM_COLUMN_COUNT)
        return analysis_key(analysis, row, key, location);
    return refuse_column(analysis, form, name, location);
}

/* --- column --- */

/* Where no page is checked, what there is of its columns that are no items. */
static bool
has_own_column(const struct analysis *analysis, const char *name)
{
    enum form_column column = key_named(name);

    if (column == COLUMN_CENTER_ID || column == COLUMN_SUBJECT_ID)
        return true;
    return analysis->scope_of_page == PAGE_OF_EVENT && column != COLUMN_FORM_REPEAT &&
           column != COLUMN_SUBMITTED_AT && column < FORM_COLUMN_COUNT;
}

/* In the innermost subquery that has it; in one that has it twice, it is not clear which is meant. */
static const struct expr *
column_of_any(struct analysis *analysis, const char *name, int32_t location)
{
    const struct form *page_form = analysis->rows[analysis->page_row].form;

    for (const struct scope *scope = analysis->scope; scope != NULL; scope = scope->outer) {
        size_t found = 0;
        size_t row = 0;

        for (size_t i = scope->first_row; i < scope->first_row + scope->row_count; i++) {
            if (!has_column(analysis->rows[i].form, name))
                continue;
            row = i;
            found++;
        }
        if (found == 1)
            return column_of_row(analysis, row, name, location);
        if (found > 1)
            return analysis_refuse(analysis, location,
                                   "column \"%s\" is ambiguous: write %s.%s, or the name of the other form",
                                   name, analysis->rows[row].name, name);
    }
    if (analysis->scope == NULL && analysis->scope_of_page != PAGE_OF_FORM && !has_own_column(analysis, name))
        return analysis_refuse(
            analysis, location,
            "there is no page here that could have \"%s\": write form.column, as in dm.sex", name);
    if (analysis->scope != NULL && !has_column(page_form, name))
        return refuse_column(analysis, analysis->rows[analysis->scope->first_row].form, name, location);
    return column_of_row(analysis, analysis->page_row, name, location);
}

/* --- form.column --- */

static const struct form *
form_named(const struct study *study, const char *name)
{
    for (size_t i = 0; i < study->form_count; i++)
        if (strcmp(study->forms[i].name, name) == 0)
            return &study->forms[i];
    return NULL;
}

const struct form *
analysis_form(struct analysis *analysis, const char *name, int32_t location)
{
    const struct form *form = form_named(analysis->study, name);
    struct suggestion suggestion;

    if (form != NULL)
        return form;
    suggestion_begin(&suggestion, name);
    for (size_t i = 0; i < analysis->study->form_count; i++)
        suggestion_offer(&suggestion, analysis->study->forms[i].name);
    if (suggestion.name != NULL)
        analysis_refuse(analysis, location, "the study has no form \"%s\"; did you mean \"%s\"?", name,
                        suggestion.name);
    else
        analysis_refuse(analysis, location, "the study has no form \"%s\"", name);
    return NULL;
}

/* A form that stands for one page: the page itself, or one that it refers to. */
static const struct expr *
column_of_form(struct analysis *analysis, const char *form_name, const char *name, int32_t location)
{
    const struct form *form = analysis_form(analysis, form_name, location);
    size_t row;

    if (form == NULL)
        return NULL;
    if (form == analysis->form)
        return column_of_row(analysis, analysis->page_row, name, location);
    if (analysis->page_row != 0)
        return analysis_refuse(analysis, location,
                               "lag and lead look at pages of form \"%s\"; take %s.%s out of them",
                               analysis->form->name, form_name, name);
    for (row = 1; row < analysis->row_count; row++)
        if (analysis->rows[row].kind == ROW_REFERENCE && analysis->rows[row].form == form)
            return column_of_row(analysis, row, name, location);
    if (form->per == FORM_PER_RECORD)
        return analysis_refuse(analysis, location,
                               "form \"%s\" can have many pages, so %s.%s means no single value; write a "
                               "subquery, as in (SELECT max(%s) FROM %s)",
                               form_name, form_name, name, name, form_name);
    if (form->per == FORM_PER_EVENT && analysis->scope_of_page == PAGE_OF_SUBJECT)
        return analysis_refuse(
            analysis, location,
            "form \"%s\" has a page at each event, so %s.%s means no single value here; take a "
            "form that is filled once per subject",
            form_name, form_name, name);
    if (!analysis_add_row(analysis, (struct row){.kind = ROW_REFERENCE, .form = form, .name = form->name},
                          location, &row))
        return NULL;
    return column_of_row(analysis, row, name, location);
}

static const struct expr *
column_of_name(struct analysis *analysis, const char *row_name, const char *name, int32_t location)
{
    for (const struct scope *scope = analysis->scope; scope != NULL; scope = scope->outer)
        for (size_t i = scope->first_row; i < scope->first_row + scope->row_count; i++)
            if (strcmp(analysis->rows[i].name, row_name) == 0)
                return column_of_row(analysis, i, name, location);
    return column_of_form(analysis, row_name, name, location);
}

const struct expr *
analysis_column(struct analysis *analysis, const PgQuery__ColumnRef *node)
{
    const char *names[2];

    if (node->n_fields < 1 || node->n_fields > 2)
        return analysis_refuse(analysis, node->location, "a column is written as column or form.column");
    for (size_t i = 0; i < node->n_fields; i++) {
        if (node->fields[i]->node_case != PG_QUERY__NODE__NODE_STRING)
            return analysis_refuse(analysis, node->location, "* cannot stand in a check; name the column");
        names[i] = node->fields[i]->string->sval;
    }
    if (node->n_fields == 2)
        return column_of_name(analysis, names[0], names[1], node->location);
    return column_of_any(analysis, names[0], node->location);
}

/* --- missing(column) --- */

const struct expr *
analysis_token(struct analysis *analysis, const PgQuery__FuncCall *node)
{
    const struct expr *of = node->n_args == 1 ? analysis_expr(analysis, node->args[0]) : NULL;
    const struct item *item;
    struct expr *token;

    if (node->n_args == 1 && of == NULL)
        return NULL;
    if (of == NULL || of->kind != EXPR_COLUMN)
        return analysis_refuse(analysis, node->location, "missing takes an item, as in missing(x)");
    item = &analysis->rows[of->row].form->items[of->column];
    if (item->missing_count == 0 || item->derive != NULL)
        return analysis_refuse(analysis, node->location,
                               "item \"%s\" has no missing tokens, so that missing(%s) is never anything; "
                               "declare some in \"missing\", or write %s IS NULL",
                               item->name, item->name, item->name);
    token = expr_new(analysis->arena, EXPR_TOKEN, SQL_TEXT, node->location);
    token->row = of->row;
    token->column = of->column;
    return token;
}
