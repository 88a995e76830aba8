#include "analysis.h"

#include "crfd/check/parse.h"
#include "crfd/check/refusal.h"
#include "input.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* Deeper trees are refused: each level costs stack here, in the emitter and in the twin. */
#define DEPTH_MAX 250

void
analysis_init(struct analysis *analysis, struct arena *arena, const struct study *study,
              const struct form *form, size_t text_length, struct check_error *error)
{
    *analysis = (struct analysis){
        .arena = arena,
        .study = study,
        .form = form,
        .text_length = text_length,
        .error = error,
        .rows = {{.kind = ROW_PAGE, .form = form, .name = form->name, .alias = form->name}},
        .row_count = 1,
    };
}

const struct expr *
analysis_refuse(struct analysis *analysis, int32_t location, const char *format, ...)
{
    va_list args;
    size_t offset = 0;

    if (analysis->refused)
        return NULL;
    if (location > (int32_t)PARSE_PREFIX_LENGTH)
        offset = (size_t)location - PARSE_PREFIX_LENGTH;
    analysis->refused = true;
    if (offset > analysis->text_length)
        offset = analysis->text_length;
    va_start(args, format);
    refusal_vset(analysis->error, offset, format, args);
    va_end(args);
    return NULL;
}

const struct expr *
analysis_refuse_expr(struct analysis *analysis, const struct expr *at, const char *format, ...)
{
    struct check_error refusal;
    va_list args;

    va_start(args, format);
    refusal_vset(&refusal, 0, format, args);
    va_end(args);
    return analysis_refuse(analysis, at->location, "%s", refusal.message);
}

const char *
analysis_zone_name(const struct analysis *analysis)
{
    return analysis->study->zone != NULL ? analysis->study->zone->name : "UTC";
}

/* --- constants --- */

/* Digits too long for the parser's own integer: bigint where they fit, else numeric. */
static const struct expr *
number_constant(struct analysis *analysis, const char *digits, int32_t location)
{
    struct expr *expr = expr_new(analysis->arena, EXPR_CONSTANT, SQL_INT8, location);
    struct decimal_wide wide;

    if (input_integer(digits, strlen(digits), INT64_MIN, INT64_MAX, &expr->constant.integer) == INPUT_OK) {
        expr->type = expr->constant.integer == (int32_t)expr->constant.integer ? SQL_INT4 : SQL_INT8;
        expr->constant.type = VALUE_INTEGER;
        return expr;
    }
    if (input_decimal(digits, strlen(digits), &wide) != INPUT_OK)
        return analysis_refuse(analysis, location, "the number is too long for exact arithmetic");
    expr->type = SQL_NUMERIC;
    expr->constant.type = VALUE_DECIMAL;
    expr->constant.decimal = decimal_copy(analysis->arena, &wide.value);
    return expr;
}

static const struct expr *
constant(struct analysis *analysis, const PgQuery__AConst *node)
{
    struct expr *expr = expr_new(analysis->arena, EXPR_CONSTANT, SQL_UNKNOWN, node->location);

    if (node->isnull) {
        expr->constant = value_null(VALUE_TEXT);
        return expr;
    }
    switch (node->val_case) {
    case PG_QUERY__A__CONST__VAL_IVAL:
        expr->type = SQL_INT4;
        expr->constant.type = VALUE_INTEGER;
        expr->constant.integer = node->ival->ival;
        return expr;
    case PG_QUERY__A__CONST__VAL_FVAL:
        return number_constant(analysis, node->fval->fval, node->location);
    case PG_QUERY__A__CONST__VAL_BOOLVAL:
        expr->type = SQL_BOOLEAN;
        expr->constant.type = VALUE_BOOLEAN;
        expr->constant.boolean = node->boolval->boolval != 0;
        return expr;
    case PG_QUERY__A__CONST__VAL_SVAL:
        expr->constant.type = VALUE_TEXT;
        expr->constant.length = (uint32_t)strlen(node->sval->sval);
        expr->constant.text = arena_strdup(analysis->arena, node->sval->sval);
        return expr;
    default:
        return analysis_refuse(analysis, node->location, "bit strings are not in the check language");
    }
}

static const struct expr *
current_date(struct analysis *analysis, const PgQuery__SQLValueFunction *node)
{
    if (node->op != PG_QUERY__SQLVALUE_FUNCTION_OP__SVFOP_CURRENT_DATE)
        return analysis_refuse(
            analysis, node->location,
            "a check sees the night only; write current_date, or compare with submitted_at");
    analysis->reads_current_date = true;
    return expr_new(analysis->arena, EXPR_CURRENT_DATE, SQL_DATE, node->location);
}

/* --- logic --- */

const struct expr *
analysis_condition(struct analysis *analysis, const PgQuery__Node *node, const char *construct)
{
    const struct expr *expr = analysis_expr(analysis, node);

    if (expr == NULL)
        return NULL;
    if (expr->type != SQL_BOOLEAN && expr->type != SQL_UNKNOWN)
        return analysis_refuse_expr(analysis, expr,
                                    "argument of %s must be boolean, not %s; write a comparison", construct,
                                    type_name(expr->type));
    return analysis_convert(analysis, expr, SQL_BOOLEAN, construct);
}

static const struct expr *
logic(struct analysis *analysis, const PgQuery__BoolExpr *node)
{
    static const struct {
        enum expr_kind kind;
        const char *name;
    } kinds[] = {
        [PG_QUERY__BOOL_EXPR_TYPE__AND_EXPR] = {EXPR_AND, "AND"},
        [PG_QUERY__BOOL_EXPR_TYPE__OR_EXPR] = {EXPR_OR, "OR"},
        [PG_QUERY__BOOL_EXPR_TYPE__NOT_EXPR] = {EXPR_NOT, "NOT"},
    };
    const struct expr **args = arena_array(analysis->arena, const struct expr *, node->n_args);

    for (size_t i = 0; i < node->n_args; i++) {
        args[i] = analysis_condition(analysis, node->args[i], kinds[node->boolop].name);
        if (args[i] == NULL)
            return NULL;
    }
    return expr_new_args(analysis->arena, kinds[node->boolop].kind, SQL_BOOLEAN, node->location, args,
                         node->n_args);
}

static const struct expr *
null_test(struct analysis *analysis, const PgQuery__NullTest *node)
{
    const struct expr *arg;
    struct expr *test;

    if (node->arg->node_case == PG_QUERY__NODE__NODE_ROW_EXPR)
        return analysis_refuse(analysis, node->arg->row_expr->location,
                               "a row cannot be tested for NULL; write num_nulls(a, b) = 2");
    arg = analysis_expr(analysis, node->arg);
    if (arg == NULL)
        return NULL;
    test = expr_new_args(analysis->arena, EXPR_IS_NULL, SQL_BOOLEAN, node->location, &arg, 1);
    test->negated = node->nulltesttype == PG_QUERY__NULL_TEST_TYPE__IS_NOT_NULL;
    return test;
}

static const struct expr *
truth_test(struct analysis *analysis, const PgQuery__BooleanTest *node)
{
    static const struct {
        enum truth truth;
        bool negated;
        const char *name;
    } tests[] = {
        [PG_QUERY__BOOL_TEST_TYPE__IS_TRUE] = {TRUTH_TRUE, false, "IS TRUE"},
        [PG_QUERY__BOOL_TEST_TYPE__IS_NOT_TRUE] = {TRUTH_TRUE, true, "IS NOT TRUE"},
        [PG_QUERY__BOOL_TEST_TYPE__IS_FALSE] = {TRUTH_FALSE, false, "IS FALSE"},
        [PG_QUERY__BOOL_TEST_TYPE__IS_NOT_FALSE] = {TRUTH_FALSE, true, "IS NOT FALSE"},
        [PG_QUERY__BOOL_TEST_TYPE__IS_UNKNOWN] = {TRUTH_UNKNOWN, false, "IS UNKNOWN"},
        [PG_QUERY__BOOL_TEST_TYPE__IS_NOT_UNKNOWN] = {TRUTH_UNKNOWN, true, "IS NOT UNKNOWN"},
    };
    const struct expr *arg = analysis_condition(analysis, node->arg, tests[node->booltesttype].name);
    struct expr *test;

    if (arg == NULL)
        return NULL;
    test = expr_new_args(analysis->arena, EXPR_IS_TRUTH, SQL_BOOLEAN, node->location, &arg, 1);
    test->truth = (uint8_t)tests[node->booltesttype].truth;
    test->negated = tests[node->booltesttype].negated;
    return test;
}

/* --- choices --- */

/* The results stand behind the first place, which is the ELSE: PostgreSQL looks at its type first. */
static const struct expr *
case_of(struct analysis *analysis, int32_t location, const struct expr **results,
        const struct expr **conditions, size_t count)
{
    const struct expr **args = arena_array(analysis->arena, const struct expr *, 2 * count + 1);
    enum sql_type type;

    if (!analysis_unify(analysis, results, count + 1, "CASE", &type))
        return NULL;
    for (size_t i = 0; i < count; i++) {
        args[2 * i] = conditions[i];
        args[2 * i + 1] = results[i + 1];
    }
    args[2 * count] = results[0];
    return expr_new_args(analysis->arena, EXPR_CASE, type, location, args, 2 * count + 1);
}

static const struct expr *
case_condition(struct analysis *analysis, const struct expr *subject, const PgQuery__CaseWhen *when)
{
    const struct expr *value;

    if (subject == NULL)
        return analysis_condition(analysis, when->expr, "CASE/WHEN");
    value = analysis_expr(analysis, when->expr);
    return value ? analysis_compare(analysis, subject, value, ORDER_EQUAL, value->location) : NULL;
}

static const struct expr *
case_expr(struct analysis *analysis, const PgQuery__CaseExpr *node)
{
    const struct expr **results = arena_array(analysis->arena, const struct expr *, node->n_args + 1);
    const struct expr **conditions = arena_array(analysis->arena, const struct expr *, node->n_args);
    const struct expr *subject = NULL;

    if (node->arg != NULL) {
        subject = analysis_expr(analysis, node->arg);
        if (subject == NULL)
            return NULL;
        if (expr_is_literal(subject))
            subject = analysis_literal(analysis, subject, SQL_TEXT);
        subject = analysis_held(analysis, subject);
    }
    if (node->defresult != NULL) {
        results[0] = analysis_expr(analysis, node->defresult);
    } else {
        struct expr *nothing = expr_new(analysis->arena, EXPR_CONSTANT, SQL_UNKNOWN, node->location);

        nothing->constant = value_null(VALUE_TEXT);
        results[0] = nothing;
    }
    for (size_t i = 0; i < node->n_args; i++) {
        const PgQuery__CaseWhen *when = node->args[i]->case_when;

        conditions[i] = case_condition(analysis, subject, when);
        results[i + 1] = conditions[i] ? analysis_expr(analysis, when->result) : NULL;
    }
    if (analysis->refused)
        return NULL;
    return analysis_hold(analysis, subject,
                         case_of(analysis, node->location, results, conditions, node->n_args));
}

/* COALESCE, GREATEST, LEAST. */
static const struct expr *
choice(struct analysis *analysis, enum expr_kind kind, const char *construct, PgQuery__Node *const *nodes,
       size_t count, int32_t location)
{
    const struct expr **args = arena_array(analysis->arena, const struct expr *, count);
    enum sql_type type;

    for (size_t i = 0; i < count; i++) {
        args[i] = analysis_expr(analysis, nodes[i]);
        if (args[i] == NULL)
            return NULL;
    }
    if (!analysis_unify(analysis, args, count, construct, &type))
        return NULL;
    if (kind == EXPR_EXTREME && type_is_partial(type))
        return analysis_refuse(analysis, location,
                               "%s cannot order partial dates; write %s(earliest(a), earliest(b))", construct,
                               construct);
    return expr_new_args(analysis->arena, kind, type, location, args, count);
}

static const struct expr *
extreme(struct analysis *analysis, const PgQuery__MinMaxExpr *node)
{
    bool least = node->op == PG_QUERY__MIN_MAX_OP__IS_LEAST;
    const struct expr *expr = choice(analysis, EXPR_EXTREME, least ? "LEAST" : "GREATEST", node->args,
                                     node->n_args, node->location);
    struct expr *copy;

    if (expr == NULL)
        return NULL;
    copy = arena_new(analysis->arena, struct expr);
    *copy = *expr;
    copy->negated = least;
    return copy;
}

static const struct expr *
collate(struct analysis *analysis, const PgQuery__CollateClause *node)
{
    const struct expr *arg = analysis_expr(analysis, node->arg);
    const char *name = node->collname[node->n_collname - 1]->string->sval;

    if (arg == NULL)
        return NULL;
    if (strcmp(name, "C") != 0 && strcmp(name, "POSIX") != 0)
        return analysis_refuse(analysis, node->location,
                               "text compares by code point; leave COLLATE out, or write COLLATE \"C\"");
    return analysis_convert(analysis, arg, SQL_TEXT, "argument of COLLATE");
}

/* --- the whitelist --- */

static const struct expr *
refuse_node(struct analysis *analysis, const PgQuery__Node *node)
{
    switch (node->node_case) {
    case PG_QUERY__NODE__NODE_PARAM_REF:
        return analysis_refuse(analysis, node->param_ref->location,
                               "a check has no parameters; write the value itself");
    case PG_QUERY__NODE__NODE_A_ARRAY_EXPR:
        return analysis_refuse(analysis, node->a_array_expr->location,
                               "arrays are not in the check language; write x IN (a, b)");
    case PG_QUERY__NODE__NODE_ROW_EXPR:
        return analysis_refuse(analysis, node->row_expr->location,
                               "a row can only be compared with a row, as in (a, b) = (c, d)");
    case PG_QUERY__NODE__NODE_A_INDIRECTION:
        return analysis_refuse(analysis, 0,
                               "fields and subscripts are not in the check language; write form.column");
    case PG_QUERY__NODE__NODE_GROUPING_FUNC:
        return analysis_refuse(analysis, node->grouping_func->location,
                               "GROUPING is not in the check language");
    case PG_QUERY__NODE__NODE_XML_EXPR:
        return analysis_refuse(analysis, node->xml_expr->location, "XML is not in the check language");
    default:
        return analysis_refuse(analysis, 0,
                               "the expression holds something that is not in the check language");
    }
}

static const struct expr *
accept_node(struct analysis *analysis, const PgQuery__Node *node)
{
    switch (node->node_case) {
    case PG_QUERY__NODE__NODE_A_CONST:
        return constant(analysis, node->a_const);
    case PG_QUERY__NODE__NODE_COLUMN_REF:
        return analysis_column(analysis, node->column_ref);
    case PG_QUERY__NODE__NODE_A_EXPR:
        return analysis_operator(analysis, node->a_expr);
    case PG_QUERY__NODE__NODE_BOOL_EXPR:
        return logic(analysis, node->bool_expr);
    case PG_QUERY__NODE__NODE_NULL_TEST:
        return null_test(analysis, node->null_test);
    case PG_QUERY__NODE__NODE_BOOLEAN_TEST:
        return truth_test(analysis, node->boolean_test);
    case PG_QUERY__NODE__NODE_CASE_EXPR:
        return case_expr(analysis, node->case_expr);
    case PG_QUERY__NODE__NODE_COALESCE_EXPR:
        return choice(analysis, EXPR_COALESCE, "COALESCE", node->coalesce_expr->args,
                      node->coalesce_expr->n_args, node->coalesce_expr->location);
    case PG_QUERY__NODE__NODE_MIN_MAX_EXPR:
        return extreme(analysis, node->min_max_expr);
    case PG_QUERY__NODE__NODE_SQLVALUE_FUNCTION:
        return current_date(analysis, node->sqlvalue_function);
    case PG_QUERY__NODE__NODE_TYPE_CAST:
        return analysis_type_cast(analysis, node->type_cast);
    case PG_QUERY__NODE__NODE_FUNC_CALL:
        return analysis_call(analysis, node->func_call);
    case PG_QUERY__NODE__NODE_COLLATE_CLAUSE:
        return collate(analysis, node->collate_clause);
    case PG_QUERY__NODE__NODE_SUB_LINK:
        return analysis_query(analysis, node->sub_link);
    default:
        return refuse_node(analysis, node);
    }
}

const struct expr *
analysis_expr(struct analysis *analysis, const PgQuery__Node *node)
{
    const struct expr *expr;

    if (analysis->refused)
        return NULL;
    /* An invariant of the grammar, but a cheap one to hold. */
    if (node == NULL)
        return analysis_refuse(analysis, 0, "the expression is incomplete");
    if (++analysis->depth > DEPTH_MAX)
        return analysis_refuse(analysis, 0, "the expression is nested more than %d deep; split the check",
                               DEPTH_MAX);
    expr = accept_node(analysis, node);
    analysis->depth--;
    return expr;
}
