#include "crfd/check/expr.h"

#include "crfd/check/query.h"
#include "crfd/check/routine.h"

#include <string.h>

static const struct {
    const char *name;
    enum sql_type type;
} keys[KEY_COUNT] = {
    [KEY_CENTER_ID] = {"center_id", SQL_TEXT},
    [KEY_SUBJECT_ID] = {"subject_id", SQL_TEXT},
    [KEY_EVENT] = {"event", SQL_TEXT},
    [KEY_EVENT_REPEAT] = {"event_repeat", SQL_INT4},
    [KEY_FORM_REPEAT] = {"form_repeat", SQL_INT4},
    [KEY_EVENT_ORDER] = {"event_order", SQL_INT4},
    [KEY_SUBMITTED_AT] = {"submitted_at", SQL_TIMESTAMPTZ},
};

const char *
key_column_name(enum key_column key)
{
    return keys[key].name;
}

enum sql_type
key_column_type(enum key_column key)
{
    return keys[key].type;
}

struct expr *
expr_new(struct arena *arena, enum expr_kind kind, enum sql_type type, int32_t location)
{
    struct expr *expr = arena_new(arena, struct expr);

    expr->kind = kind;
    expr->type = type;
    expr->location = location;
    expr->typmod = -1;
    return expr;
}

struct expr *
expr_new_args(struct arena *arena, enum expr_kind kind, enum sql_type type, int32_t location,
              const struct expr *const *args, size_t count)
{
    struct expr *expr = expr_new(arena, kind, type, location);

    expr->arg_count = (uint32_t)count;
    expr->args = arena_array(arena, const struct expr *, count);
    if (count > 0)
        memcpy(expr->args, args, count * sizeof *args);
    return expr;
}

bool
expr_is_null_constant(const struct expr *expr)
{
    return expr->kind == EXPR_CONSTANT && expr->constant.is_null;
}

bool
expr_is_literal(const struct expr *expr)
{
    return expr->kind == EXPR_CONSTANT && expr->type == SQL_UNKNOWN;
}

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
    if (expr->kind == EXPR_COLUMN || expr->kind == EXPR_KEY || expr->kind == EXPR_NEIGHBOR)
        rows |= UINT32_C(1) << expr->row;
    if (expr->kind == EXPR_QUERY)
        rows |= query_rows(expr->query);
    for (uint32_t i = 0; i < expr->arg_count; i++)
        rows |= expr_rows(expr->args[i]);
    return rows;
}

bool
expr_is_safe(const struct expr *expr)
{
    switch (expr->kind) {
    case EXPR_CONSTANT:
    case EXPR_COLUMN:
    case EXPR_KEY:
    case EXPR_CURRENT_DATE:
        return true;
    case EXPR_COMPARE:
    case EXPR_DISTINCT:
    case EXPR_AND:
    case EXPR_OR:
    case EXPR_NOT:
    case EXPR_IS_NULL:
    case EXPR_IS_TRUTH:
    case EXPR_IN:
        for (uint32_t i = 0; i < expr->arg_count; i++)
            if (!expr_is_safe(expr->args[i]))
                return false;
        return true;
    case EXPR_CAST:
        return expr->routine->call == NULL && expr_is_safe(expr->args[0]);
    default:
        return false;
    }
}
