#include "crfd/check/analysis.h"
#include "crfd/check/suggest.h"

#include <string.h>

static const struct expr *
item_column(struct analysis *analysis, size_t row, const struct form *form, size_t item, int32_t location)
{
    struct expr *expr =
        expr_new(analysis->arena, EXPR_COLUMN, type_of_item(form->items[item].type), location);

    expr->row = (uint16_t)row;
    expr->column = (uint16_t)item;
    if (row == 0)
        analysis->reads_item[item] = true;
    return expr;
}

static const struct expr *
refuse_column(struct analysis *analysis, const struct form *form, const char *name, int32_t location)
{
    struct suggestion suggestion;

    suggestion_begin(&suggestion, name);
    for (size_t i = 0; i < form->item_count; i++)
        suggestion_offer(&suggestion, form->items[i].name);
    for (int i = 0; i < KEY_COUNT; i++)
        suggestion_offer(&suggestion, key_column_name((enum key_column)i));
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

    if (item < form->item_count)
        return item_column(analysis, row, form, item, location);
    for (int i = 0; i < KEY_COUNT; i++) {
        if (strcmp(name, key_column_name((enum key_column)i)) == 0) {
            struct expr *expr =
                expr_new(analysis->arena, EXPR_KEY, key_column_type((enum key_column)i), location);

            expr->row = (uint16_t)row;
            expr->column = (uint16_t)i;
            return expr;
        }
    }
    return refuse_column(analysis, form, name, location);
}

static const struct expr *
refuse_form(struct analysis *analysis, const char *name, int32_t location)
{
    struct suggestion suggestion;

    suggestion_begin(&suggestion, name);
    for (size_t i = 0; i < analysis->study->form_count; i++)
        suggestion_offer(&suggestion, analysis->study->forms[i].name);
    if (suggestion.name != NULL)
        return analysis_refuse(analysis, location, "the study has no form \"%s\"; did you mean \"%s\"?", name,
                               suggestion.name);
    return analysis_refuse(analysis, location, "the study has no form \"%s\"", name);
}

static const struct form *
form_named(const struct study *study, const char *name)
{
    for (size_t i = 0; i < study->form_count; i++)
        if (strcmp(study->forms[i].name, name) == 0)
            return &study->forms[i];
    return NULL;
}

static const struct expr *
column_of_form(struct analysis *analysis, const char *form_name, const char *name, int32_t location)
{
    const struct form *form = form_named(analysis->study, form_name);

    if (form == NULL)
        return refuse_form(analysis, form_name, location);
    for (size_t row = 0; row < analysis->row_count; row++)
        if (analysis->rows[row].form == form)
            return column_of_row(analysis, row, name, location);
    if (form->per == FORM_PER_RECORD)
        return analysis_refuse(analysis, location,
                               "form \"%s\" can have many pages, so %s.%s means no single value; "
                               "only forms that are per subject or per event can be read so",
                               form_name, form_name, name);
    if (analysis->row_count == ROW_MAX)
        return analysis_refuse(analysis, location, "a check can read at most %d other forms; split it",
                               ROW_MAX - 1);
    analysis->rows[analysis->row_count] = (struct row){ROW_REFERENCE, form};
    return column_of_row(analysis, analysis->row_count++, name, location);
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
        return column_of_form(analysis, names[0], names[1], node->location);
    return column_of_row(analysis, 0, names[0], node->location);
}
