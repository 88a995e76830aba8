/* lag and lead OVER visits: from the parse tree to the typed tree. */
#include "analysis.h"

#include <string.h>

#define OFFSET_MAX 1000

static const char *
refused_part(const struct analysis *analysis, const PgQuery__FuncCall *node)
{
    if (node->over->name == NULL || strcmp(node->over->name, "visits") != 0)
        return "the pages of a form have one order here; write OVER visits";
    if (analysis->scope_of_page != PAGE_OF_FORM)
        return "there is no page here that could have one before or behind it";
    if (analysis->scope != NULL)
        return "lag and lead belong outside of subqueries; write ORDER BY event_order DESC LIMIT 1 instead";
    if (analysis->page_row != 0)
        return "lag and lead cannot hold one another; write lag(x, 2) for the page before";
    if (node->agg_filter != NULL || node->agg_distinct || node->agg_star || node->n_agg_order > 0 ||
        node->func_variadic || node->n_args < 1 || node->n_args > 3)
        return "write lag(x), lag(x, 2) or lag(x, 1, value where there is no such page)";
    return NULL;
}

/* How many pages back or on: a number that stands there. */
static bool
read_offset(struct analysis *analysis, const PgQuery__FuncCall *node, int32_t *out)
{
    const PgQuery__AConst *number;

    *out = 1;
    if (node->n_args < 2)
        return true;
    number = node->args[1]->node_case == PG_QUERY__NODE__NODE_A_CONST ? node->args[1]->a_const : NULL;
    if (number == NULL || number->isnull || number->val_case != PG_QUERY__A__CONST__VAL_IVAL ||
        number->ival->ival < 0 || number->ival->ival > OFFSET_MAX) {
        analysis_refuse(analysis, node->location, "the second argument is a number of pages from 0 to %d",
                        OFFSET_MAX);
        return false;
    }
    *out = number->ival->ival;
    return true;
}

static bool
neighbor_row(struct analysis *analysis, int32_t offset, int32_t location, size_t *out)
{
    for (size_t i = 1; i < analysis->row_count; i++) {
        if (analysis->rows[i].kind == ROW_NEIGHBOR && analysis->rows[i].offset == offset) {
            *out = i;
            return true;
        }
    }
    return analysis_add_row(
        analysis,
        (struct row){
            .kind = ROW_NEIGHBOR, .form = analysis->form, .name = analysis->form->name, .offset = offset},
        location, out);
}

static const struct expr *
null_constant(struct analysis *analysis, int32_t location)
{
    struct expr *expr = expr_new(analysis->arena, EXPR_CONSTANT, SQL_UNKNOWN, location);

    expr->constant = value_null(VALUE_TEXT);
    return expr;
}

const struct expr *
analysis_neighbor(struct analysis *analysis, const PgQuery__FuncCall *node, const char *name)
{
    const char *refusal = refused_part(analysis, node);
    const struct expr *args[2];
    struct expr *expr;
    enum sql_type type;
    int32_t offset;
    size_t row;

    if (refusal != NULL)
        return analysis_refuse(analysis, node->location, "%s", refusal);
    if (!read_offset(analysis, node, &offset))
        return NULL;
    if (strcmp(name, "lag") == 0)
        offset = -offset;
    if (!neighbor_row(analysis, offset, node->location, &row))
        return NULL;
    analysis->page_row = row;
    args[0] = analysis_expr(analysis, node->args[0]);
    analysis->page_row = 0;
    args[1] =
        node->n_args > 2 ? analysis_expr(analysis, node->args[2]) : null_constant(analysis, node->location);
    if (!analysis_unify(analysis, args, 2, name, &type))
        return NULL;
    expr = expr_new_args(analysis->arena, EXPR_NEIGHBOR, type, node->location, args, 2);
    expr->row = (uint16_t)row;
    return expr;
}
