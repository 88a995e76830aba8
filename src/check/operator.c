#include "analysis.h"

#include <string.h>

static const char *
operator_name(const PgQuery__AExpr *node)
{
    return node->n_name > 0 ? node->name[node->n_name - 1]->string->sval : "";
}

/* --- an operand that is used several times --- */

const struct expr *
analysis_held(struct analysis *analysis, const struct expr *expr)
{
    struct expr *held;

    if (expr == NULL || expr->kind == EXPR_CONSTANT || expr->kind == EXPR_COLUMN || expr->kind == EXPR_HELD)
        return expr;
    held = expr_new_args(analysis->arena, EXPR_HELD, expr->type, expr->location, &expr, 1);
    held->held = analysis->held_count++;
    return held;
}

const struct expr *
analysis_hold(struct analysis *analysis, const struct expr *held, const struct expr *body)
{
    struct expr *hold;

    if (held == NULL || body == NULL || held->kind != EXPR_HELD)
        return body;
    hold = expr_new_args(analysis->arena, EXPR_HOLD, body->type, body->location,
                         (const struct expr *const[]){held->args[0], body}, 2);
    hold->held = held->held;
    return hold;
}

static const struct expr *
pair(struct analysis *analysis, enum expr_kind kind, const struct expr *a, const struct expr *b,
     int32_t location)
{
    if (a == NULL || b == NULL)
        return NULL;
    return expr_new_args(analysis->arena, kind, SQL_BOOLEAN, location, (const struct expr *const[]){a, b}, 2);
}

static const struct expr *
negation(struct analysis *analysis, const struct expr *expr, int32_t location)
{
    return expr ? expr_new_args(analysis->arena, EXPR_NOT, SQL_BOOLEAN, location, &expr, 1) : NULL;
}

/* --- comparing two values --- */

static const char *
order_name(unsigned order)
{
    static const char *const names[] = {
        [ORDER_LESS] = "<",
        [ORDER_EQUAL] = "=",
        [ORDER_LESS | ORDER_EQUAL] = "<=",
        [ORDER_GREATER] = ">",
        [ORDER_LESS | ORDER_GREATER] = "<>",
        [ORDER_GREATER | ORDER_EQUAL] = ">=",
    };

    return names[order];
}

unsigned
analysis_order(const char *name)
{
    for (unsigned order = ORDER_LESS; order < (ORDER_LESS | ORDER_EQUAL | ORDER_GREATER); order++)
        if (strcmp(order_name(order), name) == 0)
            return order;
    return 0;
}

static bool
is_day(enum sql_type type)
{
    return type == SQL_DATE || type == SQL_PARTIAL_DATE;
}

static bool
has_clock(enum sql_type type)
{
    return type == SQL_TIMESTAMP || type == SQL_PARTIAL_DATETIME;
}

/* The type in which PostgreSQL compares the two; false where it has no such operator. */
static bool
comparison_type(enum sql_type a, enum sql_type b, enum sql_type *out)
{
    if (a == SQL_UNKNOWN && b == SQL_UNKNOWN)
        *out = SQL_TEXT;
    else if (a == SQL_UNKNOWN || b == SQL_UNKNOWN || a == b)
        *out = a == SQL_UNKNOWN ? b : a;
    else if ((is_day(a) && is_day(b)) || (has_clock(a) && has_clock(b)))
        *out = is_day(a) ? SQL_PARTIAL_DATE : SQL_PARTIAL_DATETIME;
    else if (type_is_number(a) && type_is_number(b))
        *out = a == SQL_NUMERIC || b == SQL_NUMERIC ? SQL_NUMERIC : SQL_INT8;
    else
        return false;
    return true;
}

/* What a column is called where the check itself could call it so; x where it is no column. */
static const char *
column_text(struct analysis *analysis, const struct expr *expr)
{
    const struct row *row = &analysis->rows[expr->row];
    const char *name;

    if (expr->kind == EXPR_HELD)
        return column_text(analysis, expr->args[0]);
    if (expr->kind != EXPR_COLUMN && expr->kind != EXPR_KEY)
        return "(...)";
    name = expr->kind == EXPR_KEY ? form_columns[expr->column].name : row->form->items[expr->column].name;
    return row->kind == ROW_PAGE || row->kind == ROW_NEIGHBOR
               ? name
               : arena_printf(analysis->arena, "%s.%s", row->name, name);
}

/* A day means none of its instants: PostgreSQL would take midnight. */
static const struct expr *
refuse_midnight(struct analysis *analysis, const struct expr *a, const struct expr *b, const char *name,
                int32_t location)
{
    const struct expr *clock = has_clock(a->type) ? a : b;
    const char *column = column_text(analysis, clock);

    if (type_is_partial(clock->type))
        return analysis_refuse(
            analysis, location,
            "%s %s %s: a day is none of its instants; write earliest(%s)::date or latest(%s)::date",
            type_name(a->type), name, type_name(b->type), column, column);
    return analysis_refuse(analysis, location,
                           "%s %s %s: a day is none of its instants, and midnight would stand for it; "
                           "write %s::date",
                           type_name(a->type), name, type_name(b->type), column);
}

/* Beside a local time or a day PostgreSQL would take the clocks of the session. */
static const struct expr *
refuse_instant(struct analysis *analysis, const struct expr *a, const struct expr *b, const char *name,
               int32_t location)
{
    const struct expr *instant = a->type == SQL_TIMESTAMPTZ ? a : b;
    const struct expr *other = instant == a ? b : a;
    const char *column = column_text(analysis, instant);

    if (is_day(other->type) && analysis->study->zone != NULL)
        return analysis_refuse(analysis, location, "%s %s %s: a day is none of its instants; write %s::date",
                               type_name(a->type), name, type_name(b->type), column);
    return analysis_refuse(analysis, location,
                           "%s %s %s would depend on the server's time zone; write %s%s AT TIME ZONE '%s'%s",
                           type_name(a->type), name, type_name(b->type), is_day(other->type) ? "(" : "",
                           column, analysis_zone_name(analysis), is_day(other->type) ? ")::date" : "");
}

static const struct expr *
refuse_comparison(struct analysis *analysis, const struct expr *left, const struct expr *right,
                  const char *name, int32_t location)
{
    enum sql_type a = left->type;
    enum sql_type b = right->type;
    enum sql_type text_side = a == SQL_TEXT ? b : a;

    if ((is_day(a) && has_clock(b)) || (has_clock(a) && is_day(b)))
        return refuse_midnight(analysis, left, right, name, location);
    if (a == SQL_TIMESTAMPTZ || b == SQL_TIMESTAMPTZ)
        return refuse_instant(analysis, left, right, name, location);
    if (type_is_partial(a) || type_is_partial(b))
        return analysis_refuse(
            analysis, location,
            "operator does not exist: %s %s %s; a partial date compares with dates, a partial datetime "
            "with timestamps, or write x::text",
            type_name(a), name, type_name(b));
    if (a == SQL_TEXT || b == SQL_TEXT)
        return analysis_refuse(analysis, location,
                               "operator does not exist: %s %s %s; cast one side, as in x::%s", type_name(a),
                               name, type_name(b), type_name(text_side));
    return analysis_refuse(analysis, location,
                           "operator does not exist: %s %s %s; cast one side to the other's type",
                           type_name(a), name, type_name(b));
}

/* One side of a comparison, in the type that both are compared in. */
static const struct expr *
comparison_side(struct analysis *analysis, const struct expr *expr, enum sql_type type)
{
    if (type == SQL_INT8 && expr->type == SQL_INT4)
        return expr;
    if (type_is_partial(type) && type_is_partial(expr->type))
        return expr;
    if (type_is_partial(type) && (expr->type == SQL_DATE || expr->type == SQL_TIMESTAMP))
        return analysis_cast(analysis, expr, expr->type == SQL_DATE ? SQL_PARTIAL_DATE : SQL_PARTIAL_DATETIME,
                             -1, CAST_EXPLICIT, expr->location);
    return analysis_convert(analysis, expr, type, "operand");
}

const struct expr *
analysis_compare(struct analysis *analysis, const struct expr *a, const struct expr *b, unsigned order,
                 int32_t location)
{
    enum sql_type type;
    const struct expr *left;
    const struct expr *right;
    struct expr *compare;

    if (a == NULL || b == NULL)
        return NULL;
    if (!comparison_type(a->type, b->type, &type))
        return refuse_comparison(analysis, a, b, order_name(order), location);
    left = comparison_side(analysis, a, type);
    right = comparison_side(analysis, b, type);
    if (left == NULL || right == NULL)
        return NULL;
    /* The twin knows less and equal of partial dates only; turned round here, both sides evaluate in one order. */
    if (type_is_partial(left->type) && (order == ORDER_GREATER || order == (ORDER_LESS | ORDER_EQUAL))) {
        const struct expr *first = left;

        left = right;
        right = first;
        order ^= ORDER_LESS | ORDER_GREATER;
    }
    compare = expr_new_args(analysis->arena, EXPR_COMPARE, SQL_BOOLEAN, location,
                            (const struct expr *const[]){left, right}, 2);
    compare->order = (uint8_t)order;
    return compare;
}

/* --- rows --- */

/* A row, or one value: what may stand at either side of a comparison. */
static const struct expr *
value_or_row(struct analysis *analysis, const PgQuery__Node *node)
{
    const PgQuery__RowExpr *row;
    const struct expr **args;

    if (node == NULL || node->node_case != PG_QUERY__NODE__NODE_ROW_EXPR)
        return analysis_expr(analysis, node);
    row = node->row_expr;
    if (row->n_args == 0)
        return analysis_refuse(analysis, row->location, "a row needs columns, as in (a, b)");
    args = arena_array(analysis->arena, const struct expr *, row->n_args);
    for (size_t i = 0; i < row->n_args; i++) {
        args[i] = analysis_expr(analysis, row->args[i]);
        if (args[i] == NULL)
            return NULL;
    }
    return expr_new_args(analysis->arena, EXPR_ROW, SQL_UNKNOWN, row->location, args, row->n_args);
}

/* From the last column on: a < c OR (a = c AND rest). */
static const struct expr *
compare_ordered_rows(struct analysis *analysis, const struct expr *a, const struct expr *b, unsigned order,
                     int32_t location)
{
    size_t last = a->arg_count - 1;
    const struct expr *result = analysis_compare(analysis, a->args[last], b->args[last], order, location);

    for (size_t i = last; i-- > 0 && result != NULL;) {
        const struct expr *left = analysis_held(analysis, a->args[i]);
        const struct expr *right = analysis_held(analysis, b->args[i]);
        const struct expr *before =
            analysis_compare(analysis, left, right, order & ~(unsigned)ORDER_EQUAL, location);
        const struct expr *equal = analysis_compare(analysis, left, right, ORDER_EQUAL, location);

        result = pair(analysis, EXPR_OR, before, pair(analysis, EXPR_AND, equal, result, location), location);
        result = analysis_hold(analysis, left, analysis_hold(analysis, right, result));
    }
    return result;
}

static const struct expr *
compare_rows(struct analysis *analysis, const struct expr *a, const struct expr *b, unsigned order,
             int32_t location)
{
    const struct expr **args;
    bool unequal = order == (ORDER_LESS | ORDER_GREATER);

    if (a->arg_count != b->arg_count)
        return analysis_refuse(analysis, location,
                               "the rows have %u and %u columns; give both the same number", a->arg_count,
                               b->arg_count);
    if (a->arg_count == 1)
        return analysis_compare(analysis, a->args[0], b->args[0], order, location);
    if (order != ORDER_EQUAL && !unequal)
        return compare_ordered_rows(analysis, a, b, order, location);
    args = arena_array(analysis->arena, const struct expr *, a->arg_count);
    for (size_t i = 0; i < a->arg_count; i++) {
        args[i] = analysis_compare(analysis, a->args[i], b->args[i], order, location);
        if (args[i] == NULL)
            return NULL;
    }
    return expr_new_args(analysis->arena, unequal ? EXPR_OR : EXPR_AND, SQL_BOOLEAN, location, args,
                         a->arg_count);
}

static const struct expr *
compare_values_or_rows(struct analysis *analysis, const struct expr *a, const struct expr *b, unsigned order,
                       int32_t location)
{
    if (a == NULL || b == NULL)
        return NULL;
    if (a->kind == EXPR_ROW && b->kind == EXPR_ROW)
        return compare_rows(analysis, a, b, order, location);
    if (a->kind == EXPR_ROW || b->kind == EXPR_ROW)
        return analysis_refuse(analysis, location, "a row compares with a row only, as in (a, b) = (c, d)");
    return analysis_compare(analysis, a, b, order, location);
}

/* --- DISTINCT, NULLIF, BETWEEN --- */

static const struct expr *
distinct(struct analysis *analysis, const PgQuery__AExpr *node)
{
    const struct expr *a = analysis_expr(analysis, node->lexpr);
    const struct expr *b = analysis_expr(analysis, node->rexpr);
    const struct expr *compare;
    struct expr *result;

    /* The operands are converted as for "=". */
    compare = analysis_compare(analysis, a, b, ORDER_EQUAL, node->location);
    if (compare == NULL)
        return NULL;
    if ((type_is_partial(a->type) || type_is_partial(b->type)) &&
        (a->type == SQL_TIMESTAMP || b->type == SQL_TIMESTAMP))
        return analysis_refuse(analysis, node->location,
                               "a partial date is never the same as a timestamp; compare with earliest(x)");
    result = expr_new_args(analysis->arena, EXPR_DISTINCT, SQL_BOOLEAN, node->location, compare->args, 2);
    result->negated = node->kind == PG_QUERY__A__EXPR__KIND__AEXPR_NOT_DISTINCT;
    return result;
}

static const struct expr *
nullif(struct analysis *analysis, const PgQuery__AExpr *node)
{
    const struct expr *a = analysis_held(analysis, analysis_expr(analysis, node->lexpr));
    const struct expr *b = analysis_expr(analysis, node->rexpr);
    const struct expr *equal = analysis_compare(analysis, a, b, ORDER_EQUAL, node->location);
    const struct expr *result;

    if (equal == NULL)
        return NULL;
    /* PostgreSQL gives the type that the operator took: numeric for NULLIF(1, 2.5), date for a date. */
    result = a->type == SQL_UNKNOWN || type_is_number(a->type) ? equal->args[0] : a;
    result = expr_new_args(analysis->arena, EXPR_NULLIF, result->type, node->location,
                           (const struct expr *const[]){result, equal}, 2);
    return analysis_hold(analysis, a, result);
}

static const struct expr *
between_bounds(struct analysis *analysis, const struct expr *x, const struct expr *low,
               const struct expr *high, int32_t location)
{
    return pair(analysis, EXPR_AND, analysis_compare(analysis, x, low, ORDER_GREATER | ORDER_EQUAL, location),
                analysis_compare(analysis, x, high, ORDER_LESS | ORDER_EQUAL, location), location);
}

static const struct expr *
outside_bounds(struct analysis *analysis, const struct expr *x, const struct expr *low,
               const struct expr *high, int32_t location)
{
    return pair(analysis, EXPR_OR, analysis_compare(analysis, x, low, ORDER_LESS, location),
                analysis_compare(analysis, x, high, ORDER_GREATER, location), location);
}

static const struct expr *
between(struct analysis *analysis, const PgQuery__AExpr *node)
{
    const PgQuery__List *bounds = node->rexpr->list;
    const struct expr *x = analysis_held(analysis, analysis_expr(analysis, node->lexpr));
    const struct expr *a = analysis_expr(analysis, bounds->items[0]);
    const struct expr *b = analysis_expr(analysis, bounds->items[1]);
    const struct expr *result;

    if (x == NULL || a == NULL || b == NULL)
        return NULL;
    switch (node->kind) {
    case PG_QUERY__A__EXPR__KIND__AEXPR_BETWEEN:
        return analysis_hold(analysis, x, between_bounds(analysis, x, a, b, node->location));
    case PG_QUERY__A__EXPR__KIND__AEXPR_NOT_BETWEEN:
        return analysis_hold(analysis, x, outside_bounds(analysis, x, a, b, node->location));
    default:
        break;
    }
    a = analysis_held(analysis, a);
    b = analysis_held(analysis, b);
    if (node->kind == PG_QUERY__A__EXPR__KIND__AEXPR_BETWEEN_SYM)
        result = pair(analysis, EXPR_OR, between_bounds(analysis, x, a, b, node->location),
                      between_bounds(analysis, x, b, a, node->location), node->location);
    else
        result = pair(analysis, EXPR_AND, outside_bounds(analysis, x, a, b, node->location),
                      outside_bounds(analysis, x, b, a, node->location), node->location);
    result = analysis_hold(analysis, a, analysis_hold(analysis, b, result));
    return analysis_hold(analysis, x, result);
}

/* --- IN --- */

/*
 * Where all members are constants of the operand's own type, one step searches them. Converts the operand
 * and the members to their common type as PostgreSQL does; false where that does not make a plain list.
 */
static bool
plain_list(struct analysis *analysis, const struct expr **args, size_t count)
{
    enum sql_type *members = arena_array(analysis->arena, enum sql_type, count);
    enum sql_type common;
    enum sql_type a;
    enum sql_type b;

    for (size_t i = 0; i < count; i++) {
        if (args[i]->kind == EXPR_ROW || (i > 0 && args[i]->kind != EXPR_CONSTANT))
            return false;
        members[i] = args[i]->type;
    }
    if (!type_common(members, count, &common, &a, &b) || type_is_partial(common))
        return false;
    for (size_t i = 0; i < count; i++) {
        args[i] = analysis_convert(analysis, args[i], common, "IN");
        if (args[i] == NULL || (i > 0 && args[i]->kind != EXPR_CONSTANT))
            return false;
    }
    return true;
}

/*
 * The operand with what is compared several times held: itself, or the first column of a row. PostgreSQL comes to
 * the other columns only where those before them are equal, so they must not be evaluated in advance.
 */
static const struct expr *
held_value_or_row(struct analysis *analysis, const struct expr *expr)
{
    struct expr *row;

    if (expr->kind != EXPR_ROW)
        return analysis_held(analysis, expr);
    row = expr_new_args(analysis->arena, EXPR_ROW, SQL_UNKNOWN, expr->location, expr->args, expr->arg_count);
    row->args[0] = analysis_held(analysis, row->args[0]);
    return row;
}

static const struct expr *
hold_value_or_row(struct analysis *analysis, const struct expr *held, const struct expr *body)
{
    if (held->kind != EXPR_ROW)
        return analysis_hold(analysis, held, body);
    for (uint32_t i = held->arg_count; i-- > 0;)
        body = analysis_hold(analysis, held->args[i], body);
    return body;
}

static const struct expr *
in_list(struct analysis *analysis, const struct expr **args, size_t count, bool negated, int32_t location)
{
    const struct expr **equals = arena_array(analysis->arena, const struct expr *, count);
    const struct expr *x = held_value_or_row(analysis, args[0]);
    const struct expr *result;

    for (size_t i = 1; i < count; i++) {
        equals[i - 1] = compare_values_or_rows(analysis, x, args[i], ORDER_EQUAL, location);
        if (equals[i - 1] == NULL)
            return NULL;
    }
    result = expr_new_args(analysis->arena, EXPR_OR, SQL_BOOLEAN, location, equals, count - 1);
    return hold_value_or_row(analysis, x, negated ? negation(analysis, result, location) : result);
}

static const struct expr *
in(struct analysis *analysis, const PgQuery__AExpr *node)
{
    bool negated = strcmp(operator_name(node), "<>") == 0;
    size_t count = node->rexpr->list->n_items + 1;
    const struct expr **args = arena_array(analysis->arena, const struct expr *, count);
    struct expr *result;

    args[0] = value_or_row(analysis, node->lexpr);
    for (size_t i = 1; i < count; i++)
        args[i] = value_or_row(analysis, node->rexpr->list->items[i - 1]);
    if (analysis->refused)
        return NULL;
    if (!plain_list(analysis, args, count))
        return analysis->refused ? NULL : in_list(analysis, args, count, negated, node->location);
    result = expr_new_args(analysis->arena, EXPR_IN, SQL_BOOLEAN, node->location, args, count);
    result->negated = negated;
    return result;
}

/* --- the others --- */

static const struct expr *
refuse_operator(struct analysis *analysis, const char *name, const struct expr *const *args, size_t count,
                enum routine_miss miss, int32_t location)
{
    const char *a = type_name(args[0]->type);
    const char *b = type_name(args[count - 1]->type);

    if (strcmp(name, "==") == 0 || strcmp(name, "&&") == 0 || strcmp(name, "!") == 0)
        return analysis_refuse(analysis, location, "operator %s is not SQL; write = for equal, AND, NOT",
                               name);
    if (miss == ROUTINE_NO_NAME)
        return analysis_refuse(analysis, location, "operator %s is not in the check language", name);
    if (miss == ROUTINE_AMBIGUOUS)
        return analysis_refuse(
            analysis, location,
            "operator is not unique: %s %s %s; say what the literal is, as in '1'::integer", a, name, b);
    if (count == 1)
        return analysis_refuse(analysis, location, "operator does not exist: %s %s", name, a);
    if ((args[0]->type == SQL_DATE && args[1]->type == SQL_INT8) ||
        (args[0]->type == SQL_INT8 && args[1]->type == SQL_DATE))
        return analysis_refuse(analysis, location,
                               "operator does not exist: %s %s %s; write x::integer for the days", a, name,
                               b);
    if (type_category(args[0]->type) == 'D' || type_category(args[1]->type) == 'D')
        return analysis_refuse(
            analysis, location,
            "operator does not exist here: %s %s %s; count in whole days: x::date - y::date, "
            "x::date + 7",
            a, name, b);
    if (type_is_partial(args[0]->type) || type_is_partial(args[1]->type))
        return analysis_refuse(
            analysis, location,
            "operator does not exist: %s %s %s; write full_date(x), earliest(x) or latest(x)", a, name, b);
    return analysis_refuse(analysis, location,
                           "operator does not exist: %s %s %s; write a cast, as in x::numeric", a, name, b);
}

/* Beside a text, || takes anything that can be cast to text. */
static void
join_as_texts(struct analysis *analysis, const struct expr *args[2])
{
    enum sql_type left = args[0]->type;
    enum sql_type right = args[1]->type;

    if (right == SQL_TEXT || right == SQL_UNKNOWN)
        args[0] = analysis_text_of(analysis, args[0]);
    if (left == SQL_TEXT || left == SQL_UNKNOWN)
        args[1] = analysis_text_of(analysis, args[1]);
}

static const struct expr *
computed(struct analysis *analysis, const PgQuery__AExpr *node, const char *name)
{
    const struct expr *args[2];
    enum sql_type types[2];
    size_t count = 0;
    const struct routine *routine;
    enum routine_miss miss;

    if (node->lexpr != NULL)
        args[count++] = analysis_expr(analysis, node->lexpr);
    args[count++] = analysis_expr(analysis, node->rexpr);
    if (analysis->refused)
        return NULL;
    if (count == 2 && strcmp(name, "||") == 0)
        join_as_texts(analysis, args);
    for (size_t i = 0; i < count; i++)
        types[i] = args[i]->type;
    miss = routine_find(name, count == 1 ? ROUTINE_PREFIX : ROUTINE_OPERATOR, types, count, &routine);
    if (miss != ROUTINE_FOUND)
        return refuse_operator(analysis, name, args, count, miss, node->location);
    return analysis_routine(analysis, routine, args, count, node->location);
}

static const struct expr *
plain_operator(struct analysis *analysis, const PgQuery__AExpr *node)
{
    const char *name = operator_name(node);
    unsigned order = analysis_order(name);

    if (node->n_name > 1)
        return analysis_refuse(analysis, node->location, "write the operator itself, without OPERATOR()");
    if (order != 0 && node->lexpr != NULL) {
        const struct expr *a = value_or_row(analysis, node->lexpr);
        const struct expr *b = value_or_row(analysis, node->rexpr);

        return compare_values_or_rows(analysis, a, b, order, node->location);
    }
    if (node->lexpr != NULL && (strcmp(name, "~") == 0 || strcmp(name, "~*") == 0 ||
                                strcmp(name, "!~") == 0 || strcmp(name, "!~*") == 0))
        return analysis_regex(analysis, node, name);
    return computed(analysis, node, name);
}

const struct expr *
analysis_operator(struct analysis *analysis, const PgQuery__AExpr *node)
{
    switch (node->kind) {
    case PG_QUERY__A__EXPR__KIND__AEXPR_OP:
        return plain_operator(analysis, node);
    case PG_QUERY__A__EXPR__KIND__AEXPR_DISTINCT:
    case PG_QUERY__A__EXPR__KIND__AEXPR_NOT_DISTINCT:
        return distinct(analysis, node);
    case PG_QUERY__A__EXPR__KIND__AEXPR_NULLIF:
        return nullif(analysis, node);
    case PG_QUERY__A__EXPR__KIND__AEXPR_IN:
        return in(analysis, node);
    case PG_QUERY__A__EXPR__KIND__AEXPR_LIKE:
    case PG_QUERY__A__EXPR__KIND__AEXPR_ILIKE:
        return analysis_like(analysis, node);
    case PG_QUERY__A__EXPR__KIND__AEXPR_BETWEEN:
    case PG_QUERY__A__EXPR__KIND__AEXPR_NOT_BETWEEN:
    case PG_QUERY__A__EXPR__KIND__AEXPR_BETWEEN_SYM:
    case PG_QUERY__A__EXPR__KIND__AEXPR_NOT_BETWEEN_SYM:
        return between(analysis, node);
    case PG_QUERY__A__EXPR__KIND__AEXPR_SIMILAR:
        return analysis_refuse(analysis, node->location,
                               "SIMILAR TO is not in the check language; write LIKE or ~");
    default:
        return analysis_refuse(analysis, node->location,
                               "ANY and ALL are not in the check language; write x IN (a, b)");
    }
}
