#include "expr.h"

#include <string.h>

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
