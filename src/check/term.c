#include "term.h"

#include "query.h"

static bool
only_widens(const struct expr *cast)
{
    static const int width[SQL_TYPE_COUNT] = {[SQL_INT4] = 1, [SQL_INT8] = 2, [SQL_NUMERIC] = 3};
    int from = width[cast->args[0]->type];

    return cast->typmod < 0 && from > 0 && from < width[cast->type];
}

const struct expr *
term_bare(const struct expr *expr)
{
    for (;;) {
        if (expr->kind == EXPR_HELD || (expr->kind == EXPR_CAST && only_widens(expr)))
            expr = expr->args[0];
        else if (expr->kind == EXPR_HOLD)
            expr = expr->args[1];
        else
            return expr;
    }
}

bool
term_is_fixed(const struct expr *expr)
{
    switch (expr->kind) {
    case EXPR_COLUMN:
    case EXPR_TOKEN:
    case EXPR_KEY:
    case EXPR_CURRENT_DATE:
    case EXPR_QUERY:
    case EXPR_AGGREGATE:
    case EXPR_NEIGHBOR:
        return false;
    default:
        break;
    }
    for (uint32_t i = 0; i < expr->arg_count; i++)
        if (!term_is_fixed(expr->args[i]))
            return false;
    return true;
}

const struct expr *
term_handed_on(const struct query *query)
{
    const struct aggregate *aggregate;
    const struct expr *result;

    if (query->kind == QUERY_FIRST)
        return query->result;
    if (query->kind != QUERY_AGGREGATE)
        return NULL;
    result = term_bare(query->result);
    if (result->kind != EXPR_AGGREGATE)
        return NULL;
    aggregate = &query->aggregates[result->column];
    return aggregate->kind == AGGREGATE_MIN || aggregate->kind == AGGREGATE_MAX ? aggregate->arg : NULL;
}

bool
term_is_subject(const struct expr *expr)
{
    expr = term_bare(expr);
    return expr->kind == EXPR_KEY && (expr->column == COLUMN_SUBJECT_ID || expr->column == COLUMN_CENTER_ID);
}

bool
term_same(const struct expr *a, const struct expr *b)
{
    a = term_bare(a);
    b = term_bare(b);
    if (a == b)
        return true;
    if (a->kind != b->kind || a->type != b->type || a->arg_count != b->arg_count || a->query != b->query ||
        a->regex != b->regex || a->routine != b->routine || a->column != b->column ||
        a->negated != b->negated || a->folded != b->folded || a->order != b->order || a->truth != b->truth ||
        a->typmod != b->typmod)
        return false;
    if (a->row != b->row && !term_is_subject(a))
        return false;
    if (a->kind == EXPR_CONSTANT)
        return value_identical(&a->constant, &b->constant);
    for (uint32_t i = 0; i < a->arg_count; i++)
        if (!term_same(a->args[i], b->args[i]))
            return false;
    return true;
}
