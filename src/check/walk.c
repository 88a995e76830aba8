#include "walk.h"

#include "query.h"
#include "routine.h"

static uint32_t
optional_rows(const struct expr *expr)
{
    return expr ? expr_rows(expr) : 0;
}

static uint32_t
query_rows(const struct query *query)
{
    uint32_t rows = optional_rows(query->where) | optional_rows(query->result);

    for (size_t i = 0; i < query->aggregate_count; i++)
        rows |= optional_rows(query->aggregates[i].arg) | optional_rows(query->aggregates[i].filter);
    for (size_t i = 0; i < query->sort_count; i++)
        rows |= expr_rows(query->sorts[i].key);
    return rows;
}

uint32_t
expr_rows(const struct expr *expr)
{
    uint32_t rows = 0;

    /* The EXPR_HOLD around it has its rows. */
    if (expr->kind == EXPR_HELD)
        return 0;
    if (expr->kind == EXPR_COLUMN || expr->kind == EXPR_TOKEN || expr->kind == EXPR_KEY ||
        expr->kind == EXPR_NEIGHBOR)
        rows |= UINT32_C(1) << expr->row;
    if (expr->kind == EXPR_QUERY)
        rows |= query_rows(expr->query);
    for (uint32_t i = 0; i < expr->arg_count; i++)
        rows |= expr_rows(expr->args[i]);
    return rows;
}

static bool
is_day_of_instant(const struct expr *cast)
{
    return cast->type == SQL_DATE && cast->args[0]->type == SQL_TIMESTAMP;
}

bool
expr_is_safe(const struct expr *expr)
{
    switch (expr->kind) {
    case EXPR_CONSTANT:
    case EXPR_COLUMN:
    case EXPR_TOKEN:
    case EXPR_KEY:
    case EXPR_CURRENT_DATE:
    case EXPR_HELD:
        return true;
    case EXPR_COMPARE:
    case EXPR_DISTINCT:
    case EXPR_AND:
    case EXPR_OR:
    case EXPR_NOT:
    case EXPR_IS_NULL:
    case EXPR_IS_TRUTH:
    case EXPR_IN:
    case EXPR_CASE:
    case EXPR_COALESCE:
    case EXPR_NULLIF:
    case EXPR_EXTREME:
    case EXPR_HOLD:
        for (uint32_t i = 0; i < expr->arg_count; i++)
            if (!expr_is_safe(expr->args[i]))
                return false;
        return true;
    case EXPR_CAST:
        return (expr->routine->call == NULL || is_day_of_instant(expr)) && expr_is_safe(expr->args[0]);
    case EXPR_CALL:
        return expr->arg_count == 1 && type_is_partial(expr->args[0]->type) && expr_is_safe(expr->args[0]);
    default:
        return false;
    }
}
