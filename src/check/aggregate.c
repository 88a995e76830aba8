/* count, min, max, sum, avg, bool_and, bool_or: from the parse tree to the typed tree. */
#include "analysis.h"

#include <string.h>

static const struct {
    const char *name;
    enum aggregate_kind kind;
} names[] = {
    {"count", AGGREGATE_COUNT},    {"sum", AGGREGATE_SUM},         {"avg", AGGREGATE_AVG},
    {"min", AGGREGATE_MIN},        {"max", AGGREGATE_MAX},         {"bool_and", AGGREGATE_BOOL_AND},
    {"every", AGGREGATE_BOOL_AND}, {"bool_or", AGGREGATE_BOOL_OR},
};

#define NAME_COUNT (sizeof names / sizeof names[0])

static size_t
find_name(const char *name)
{
    size_t i = 0;

    while (i < NAME_COUNT && strcmp(names[i].name, name) != 0)
        i++;
    return i;
}

bool
analysis_is_aggregate(const char *name)
{
    return find_name(name) < NAME_COUNT;
}

/* The subquery that an aggregate here belongs to; NULL after a refusal. */
static struct scope *
scope_of(struct analysis *analysis, const char *name, int32_t location)
{
    struct scope *scope = analysis->scope;

    if (scope == NULL)
        analysis_refuse(analysis, location,
                        "%s is taken over the pages of a form: write (SELECT %s(x) FROM vs)%s", name, name,
                        strcmp(name, "max") == 0   ? ", or greatest(a, b) for two values"
                        : strcmp(name, "min") == 0 ? ", or least(a, b) for two values"
                                                   : "");
    else if (scope->in_aggregate)
        analysis_refuse(analysis, location, "an aggregate cannot hold another one");
    else if (!scope->selects)
        analysis_refuse(analysis, location,
                        "an aggregate stands behind SELECT only; here write (SELECT %s(x) FROM vs)", name);
    else if (scope->aggregate_count == AGGREGATE_MAX_COUNT)
        analysis_refuse(analysis, location, "a subquery has at most %d aggregates; write several",
                        AGGREGATE_MAX_COUNT);
    else
        return scope;
    return NULL;
}

static const char *
refused_part(const PgQuery__FuncCall *node, enum aggregate_kind kind)
{
    if (node->func_variadic || node->agg_within_group)
        return "VARIADIC and WITHIN GROUP are not in the check language";
    if (node->n_agg_order > 0)
        return "the order of pages makes no difference here; leave ORDER BY out";
    if (node->agg_star && kind != AGGREGATE_COUNT)
        return "only count takes *; name a column";
    if (!node->agg_star && node->n_args != 1)
        return "an aggregate takes one argument; write greatest(a, b) or least(a, b) inside it";
    return NULL;
}

static const struct expr *
refuse_type(struct analysis *analysis, const struct expr *arg, const char *name)
{
    if (type_is_partial(arg->type))
        return analysis_refuse_expr(analysis, arg, "function %s(%s) does not exist; write %s(earliest(x))",
                                    name, type_name(arg->type), name);
    return analysis_refuse_expr(analysis, arg,
                                "function %s(%s) does not exist; write a cast, as in x::numeric", name,
                                type_name(arg->type));
}

static bool
is_ordered(enum sql_type type)
{
    return type == SQL_INT4 || type == SQL_INT8 || type == SQL_NUMERIC || type == SQL_TEXT ||
           type == SQL_DATE || type == SQL_TIMESTAMP || type == SQL_TIMESTAMPTZ || type == SQL_TIME;
}

/* The argument in the type that is gathered, and the type of the result. */
static const struct expr *
typed_argument(struct analysis *analysis, struct aggregate *aggregate, const struct expr *arg,
               const char *name)
{
    switch (aggregate->kind) {
    case AGGREGATE_COUNT:
        aggregate->type = SQL_INT8;
        return arg->type == SQL_UNKNOWN ? analysis_convert(analysis, arg, SQL_TEXT, name) : arg;
    case AGGREGATE_SUM:
    case AGGREGATE_AVG:
        if (arg->type != SQL_INT4 && arg->type != SQL_INT8 && arg->type != SQL_NUMERIC)
            return refuse_type(analysis, arg, name);
        aggregate->type = aggregate->kind == AGGREGATE_SUM && arg->type == SQL_INT4 ? SQL_INT8 : SQL_NUMERIC;
        return aggregate->type == SQL_NUMERIC ? analysis_convert(analysis, arg, SQL_NUMERIC, name) : arg;
    case AGGREGATE_MIN:
    case AGGREGATE_MAX:
        if (arg->type == SQL_UNKNOWN)
            arg = analysis_convert(analysis, arg, SQL_TEXT, name);
        if (arg != NULL && !is_ordered(arg->type))
            return refuse_type(analysis, arg, name);
        aggregate->type = arg ? arg->type : SQL_UNKNOWN;
        return arg;
    default:
        aggregate->type = SQL_BOOLEAN;
        if (arg->type != SQL_BOOLEAN && arg->type != SQL_UNKNOWN)
            return analysis_refuse_expr(analysis, arg, "%s takes a condition, not %s; write a comparison",
                                        name, type_name(arg->type));
        return analysis_convert(analysis, arg, SQL_BOOLEAN, name);
    }
}

static bool
read_parts(struct analysis *analysis, const PgQuery__FuncCall *node, const char *name,
           struct aggregate *aggregate)
{
    const struct expr *arg;

    if (!node->agg_star) {
        arg = analysis_expr(analysis, node->args[0]);
        aggregate->arg = arg ? typed_argument(analysis, aggregate, arg, name) : NULL;
        if (aggregate->arg == NULL)
            return false;
    }
    if (node->agg_filter != NULL)
        aggregate->filter = analysis_condition(analysis, node->agg_filter, "FILTER");
    return !analysis->refused;
}

const struct expr *
analysis_aggregate(struct analysis *analysis, const PgQuery__FuncCall *node, const char *name)
{
    struct aggregate aggregate = {.kind = names[find_name(name)].kind, .type = SQL_INT8};
    const char *refusal = refused_part(node, aggregate.kind);
    struct scope *scope = scope_of(analysis, name, node->location);
    struct expr *expr;
    bool ok;

    if (scope == NULL)
        return NULL;
    if (refusal != NULL)
        return analysis_refuse(analysis, node->location, "%s", refusal);
    /* Least, greatest and the logical ones are the same whether a value is met once or twice. */
    aggregate.distinct = node->agg_distinct && aggregate.kind <= AGGREGATE_AVG;
    scope->in_aggregate = true;
    scope->reads_own = false;
    scope->reads_outer = false;
    ok = read_parts(analysis, node, name, &aggregate);
    scope->in_aggregate = false;
    if (!ok)
        return NULL;
    if (scope->reads_outer && !scope->reads_own)
        return analysis_refuse(analysis, node->location,
                               "%s reads no column of this subquery's FROM; write a column of it", name);
    expr = expr_new(analysis->arena, EXPR_AGGREGATE, aggregate.type, node->location);
    expr->column = (uint16_t)scope->aggregate_count;
    scope->aggregates[scope->aggregate_count++] = aggregate;
    return expr;
}
