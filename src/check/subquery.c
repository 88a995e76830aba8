/* Subqueries: from the parse tree to the typed tree. Whatever clause is not known here is refused. */
#include "analysis.h"

#include "crfd/check/parse.h"

#include <string.h>

/* --- clauses that a subquery has not --- */

static const char *
refused_clause(const PgQuery__SelectStmt *select)
{
    if (select->op != PG_QUERY__SET_OPERATION__SETOP_NONE || select->larg != NULL)
        return "UNION, INTERSECT and EXCEPT are not in the check language; write two subqueries";
    if (select->with_clause != NULL)
        return "WITH is not in the check language; write the query where it is used";
    if (select->n_values_lists > 0)
        return "VALUES is not in the check language; write x IN (a, b)";
    if (select->into_clause != NULL || select->n_locking_clause > 0)
        return "a subquery only reads; leave INTO and FOR out";
    if (select->n_distinct_clause > 0)
        return "SELECT DISTINCT is not in the check language; write count(DISTINCT x), or leave it out";
    if (select->n_group_clause > 0 || select->having_clause != NULL)
        return "GROUP BY and HAVING are not in the check language; correlate the subquery in WHERE, as in "
               "o.event = event";
    if (select->n_window_clause > 0)
        return "WINDOW is not in the check language; write lag(x) OVER visits outside of the subquery";
    if (select->limit_offset != NULL)
        return "OFFSET is not in the check language; write lag(x, 2) OVER visits for the page before the "
               "last";
    if (select->n_from_clause == 0)
        return "a subquery reads a form, as in (SELECT max(x) FROM vs); without FROM write the value itself";
    return NULL;
}

/* --- FROM --- */

static bool
is_name_taken(const struct analysis *analysis, const struct scope *scope, const char *name)
{
    for (size_t i = scope->first_row; i < scope->first_row + scope->row_count; i++)
        if (strcmp(analysis->rows[i].name, name) == 0)
            return true;
    return false;
}

static bool
add_table(struct analysis *analysis, struct scope *scope, const PgQuery__RangeVar *table)
{
    const struct form *form = NULL;
    const char *name = table->relname;
    size_t row;

    if (table->schemaname != NULL && table->schemaname[0] != '\0')
        analysis_refuse(analysis, table->location, "write the form's name without a schema");
    else
        form = analysis_form(analysis, table->relname, table->location);
    if (form == NULL)
        return false;
    if (table->alias != NULL && table->alias->n_colnames > 0) {
        analysis_refuse(analysis, table->location, "an alias has no column names here; write FROM %s %s",
                        table->relname, table->alias->aliasname);
        return false;
    }
    if (table->alias != NULL)
        name = arena_strdup(analysis->arena, table->alias->aliasname);
    else
        name = form->name;
    if (is_name_taken(analysis, scope, name)) {
        analysis_refuse(analysis, table->location,
                        "\"%s\" stands twice in FROM; give each its own alias, as in %s a, %s b", name,
                        table->relname, table->relname);
        return false;
    }
    if (!analysis_add_row(analysis, (struct row){.kind = ROW_LOOP, .form = form, .name = name},
                          table->location, &row))
        return false;
    scope->row_count++;
    return true;
}

static bool
add_tables(struct analysis *analysis, struct scope *scope, const PgQuery__SelectStmt *select,
           int32_t location)
{
    scope->first_row = analysis->row_count;
    for (size_t i = 0; i < select->n_from_clause; i++) {
        const PgQuery__Node *node = select->from_clause[i];

        if (node->node_case == PG_QUERY__NODE__NODE_JOIN_EXPR) {
            analysis_refuse(analysis, location,
                            "JOIN is not in the check language; write FROM a, b WHERE a.x = b.x");
            return false;
        }
        if (node->node_case != PG_QUERY__NODE__NODE_RANGE_VAR) {
            analysis_refuse(analysis, location, "FROM names forms, as in FROM ae, cm c");
            return false;
        }
        if (!add_table(analysis, scope, node->range_var))
            return false;
    }
    return true;
}

/* --- the scope --- */

/* FROM and WHERE; what is visible stays so until scope_end. */
static bool
scope_begin(struct analysis *analysis, struct scope *scope, const PgQuery__SelectStmt *select,
            struct query *query, int32_t location)
{
    const char *refusal = refused_clause(select);

    *scope = (struct scope){
        .outer = analysis->scope, .depth = analysis->scope ? analysis->scope->depth + 1 : 1, .plain = -1};
    if (refusal == NULL && analysis->page_row != 0)
        refusal = "lag and lead cannot hold a subquery; write it outside of them";
    if (refusal != NULL) {
        analysis_refuse(analysis, location, "%s", refusal);
        return false;
    }
    if (scope->depth > QUERY_DEPTH_MAX) {
        analysis_refuse(analysis, location, "subqueries nest at most %d deep; split the check",
                        QUERY_DEPTH_MAX);
        return false;
    }
    if (!add_tables(analysis, scope, select, location))
        return false;
    /* The twin asks for the page's own subject, so an aggregate around it reads something from outside. */
    for (struct scope *outer = scope->outer; outer != NULL; outer = outer->outer)
        outer->reads_outer |= outer->in_aggregate;
    analysis->scope = scope;
    query->first_row = scope->first_row;
    query->row_count = scope->row_count;
    if (select->where_clause != NULL)
        query->where = analysis_condition(analysis, select->where_clause, "WHERE");
    return !analysis->refused;
}

static void
scope_end(struct analysis *analysis, const struct scope *scope)
{
    analysis->scope = scope->outer;
}

static const struct expr *
query_node(struct analysis *analysis, const struct query *query, enum sql_type type, int32_t location)
{
    struct query *kept = arena_new(analysis->arena, struct query);
    struct expr *expr = expr_new(analysis->arena, EXPR_QUERY, type, location);

    *kept = *query;
    expr->query = kept;
    return expr;
}

/* A literal's type is decided where the subquery ends. */
static const struct expr *
decided(struct analysis *analysis, const struct expr *expr)
{
    return expr != NULL && expr->type == SQL_UNKNOWN ? analysis_convert(analysis, expr, SQL_TEXT, "SELECT")
                                                     : expr;
}

/* --- the one column of SELECT --- */

static const PgQuery__Node *
only_target(struct analysis *analysis, const PgQuery__SelectStmt *select, int32_t location)
{
    const PgQuery__ResTarget *target;

    if (select->n_target_list != 1) {
        analysis_refuse(analysis, location, "a subquery that is a value selects one column, this one %zu",
                        select->n_target_list);
        return NULL;
    }
    target = select->target_list[0]->res_target;
    if (target->name != NULL && target->name[0] != '\0') {
        analysis_refuse(analysis, target->location, "a column of a subquery has no name; leave AS %s out",
                        target->name);
        return NULL;
    }
    return target->val;
}

/* --- ORDER BY ... LIMIT 1 --- */

/* The name that PostgreSQL gives to a selected column (FigureColname): ORDER BY may mean it. NULL for none. */
static const char *
column_name(const PgQuery__Node *node)
{
    switch (node->node_case) {
    case PG_QUERY__NODE__NODE_COLUMN_REF: {
        const PgQuery__Node *last = node->column_ref->fields[node->column_ref->n_fields - 1];

        return last->node_case == PG_QUERY__NODE__NODE_STRING ? last->string->sval : NULL;
    }
    case PG_QUERY__NODE__NODE_FUNC_CALL:
        return node->func_call->funcname[node->func_call->n_funcname - 1]->string->sval;
    case PG_QUERY__NODE__NODE_TYPE_CAST: {
        const char *name = column_name(node->type_cast->arg);
        const PgQuery__TypeName *type = node->type_cast->type_name;

        return name != NULL || type->n_names == 0 ? name : type->names[type->n_names - 1]->string->sval;
    }
    case PG_QUERY__NODE__NODE_COLLATE_CLAUSE:
        return column_name(node->collate_clause->arg);
    case PG_QUERY__NODE__NODE_CASE_EXPR:
        return node->case_expr->defresult ? column_name(node->case_expr->defresult) : NULL;
    default:
        return NULL;
    }
}

/* Whether ORDER BY names the selected column itself. */
static bool
names_target(const PgQuery__Node *key, const PgQuery__Node *target)
{
    const char *name = column_name(target);

    return key->node_case == PG_QUERY__NODE__NODE_COLUMN_REF && key->column_ref->n_fields == 1 &&
           name != NULL && column_name(key) != NULL && strcmp(name, column_name(key)) == 0;
}

static bool
read_sort(struct analysis *analysis, const PgQuery__SortBy *node, const PgQuery__Node *target,
          const struct expr *result, struct sort *out)
{
    const struct expr *key = names_target(node->node, target) ? result : analysis_expr(analysis, node->node);

    if (key == NULL)
        return false;
    if (node->sortby_dir == PG_QUERY__SORT_BY_DIR__SORTBY_USING) {
        analysis_refuse_expr(analysis, key, "USING is not in the check language; write ASC or DESC");
        return false;
    }
    if (key->kind == EXPR_CONSTANT) {
        analysis_refuse_expr(analysis, key, "ORDER BY needs a column; a constant orders nothing");
        return false;
    }
    if (type_is_partial(key->type)) {
        analysis_refuse_expr(analysis, key,
                             "partial dates have no order of their own; write ORDER BY earliest(x)");
        return false;
    }
    out->key = key;
    out->descending = node->sortby_dir == PG_QUERY__SORT_BY_DIR__SORTBY_DESC;
    out->nulls_first = node->sortby_nulls == PG_QUERY__SORT_BY_NULLS__SORTBY_NULLS_FIRST ||
                       (node->sortby_nulls != PG_QUERY__SORT_BY_NULLS__SORTBY_NULLS_LAST && out->descending);
    return true;
}

/*
 * Where the text orders by event_order, numbers decide next, in the same direction: CYCLE 2 and CYCLE 10 have one
 * event_order, and the text of their names would put 10 before 2.
 */
static void
add_event_numbers(struct analysis *analysis, struct query *query, struct sort *sorts)
{
    size_t given = query->sort_count;

    for (size_t i = 0; i < given; i++) {
        const struct expr *key = sorts[i].key;

        if (key->kind == EXPR_KEY && key->column == COLUMN_EVENT_ORDER)
            sorts[query->sort_count++] = (struct sort){
                .key = analysis_key(analysis, key->row, COLUMN_EVENT_NUMBER, key->location),
                .descending = sorts[i].descending,
                .nulls_first = sorts[i].descending,
            };
    }
}

/* Pages that the keys leave equal stand in key order, so that the first one is always the same. */
static void
add_place(struct analysis *analysis, struct query *query, struct sort *sorts, int32_t location)
{
    static const enum form_column place[] = {COLUMN_EVENT, COLUMN_EVENT_REPEAT, COLUMN_FORM_REPEAT};

    for (size_t row = 0; row < query->row_count; row++)
        for (size_t i = 0; i < sizeof place / sizeof place[0]; i++)
            sorts[query->sort_count++] =
                (struct sort){.key = analysis_key(analysis, query->first_row + row, place[i], location)};
}

static bool
is_limit_one(const PgQuery__SelectStmt *select)
{
    return select->limit_count != NULL &&
           select->limit_option == PG_QUERY__LIMIT_OPTION__LIMIT_OPTION_COUNT &&
           select->limit_count->node_case == PG_QUERY__NODE__NODE_A_CONST &&
           select->limit_count->a_const->val_case == PG_QUERY__A__CONST__VAL_IVAL &&
           select->limit_count->a_const->ival->ival == 1;
}

static bool
read_first(struct analysis *analysis, const PgQuery__SelectStmt *select, const PgQuery__Node *target,
           struct query *query, int32_t location)
{
    struct sort *sorts =
        arena_array(analysis->arena, struct sort, 2 * select->n_sort_clause + query->row_count * 3);

    if (select->n_sort_clause == 0 || !is_limit_one(select)) {
        analysis_refuse(analysis, location,
                        "the subquery can give several values; write an aggregate, as in SELECT max(x), or "
                        "ORDER BY ... LIMIT 1");
        return false;
    }
    if (2 * select->n_sort_clause + query->row_count * 3 > SORT_MAX) {
        analysis_refuse(analysis, location, "ORDER BY has too many columns; a few decide");
        return false;
    }
    for (size_t i = 0; i < select->n_sort_clause; i++)
        if (!read_sort(analysis, select->sort_clause[i]->sort_by, target, query->result,
                       &sorts[query->sort_count++]))
            return false;
    add_event_numbers(analysis, query, sorts);
    add_place(analysis, query, sorts, location);
    query->kind = QUERY_FIRST;
    query->sorts = sorts;
    return true;
}

/* --- the kinds --- */

static bool
read_aggregates(struct analysis *analysis, const PgQuery__SelectStmt *select, const struct scope *scope,
                struct query *query, int32_t location)
{
    struct aggregate *list = arena_array(analysis->arena, struct aggregate, scope->aggregate_count);

    if (scope->plain >= 0) {
        analysis_refuse(analysis, scope->plain,
                        "beside an aggregate this column means no single page; write max(x), or another "
                        "subquery");
        return false;
    }
    if (select->n_sort_clause > 0 || select->limit_count != NULL) {
        analysis_refuse(analysis, location, "an aggregate is one value; leave ORDER BY and LIMIT out");
        return false;
    }
    memcpy(list, scope->aggregates, scope->aggregate_count * sizeof *list);
    query->kind = QUERY_AGGREGATE;
    query->aggregates = list;
    query->aggregate_count = scope->aggregate_count;
    return true;
}

static const struct expr *
scalar(struct analysis *analysis, const PgQuery__SelectStmt *select, int32_t location)
{
    struct scope scope;
    struct query query = {0};
    const PgQuery__Node *target;
    bool ok = false;

    if (!scope_begin(analysis, &scope, select, &query, location))
        return NULL;
    target = only_target(analysis, select, location);
    if (target != NULL) {
        scope.selects = true;
        query.result = decided(analysis, analysis_expr(analysis, target));
        scope.selects = false;
    }
    if (query.result != NULL)
        ok = scope.aggregate_count > 0 ? read_aggregates(analysis, select, &scope, &query, location)
                                       : read_first(analysis, select, target, &query, location);
    scope_end(analysis, &scope);
    return ok ? query_node(analysis, &query, query.result->type, location) : NULL;
}

/* What a subquery has that is asked only about which pages there are. */
static bool
expect_no_order(struct analysis *analysis, const PgQuery__SelectStmt *select, const char *construct,
                int32_t location)
{
    if (select->n_sort_clause == 0 && select->limit_count == NULL)
        return true;
    analysis_refuse(analysis, location, "%s looks at all pages; leave ORDER BY and LIMIT out", construct);
    return false;
}

/* The columns mean nothing, but they must be ones. */
static bool
check_targets(struct analysis *analysis, const PgQuery__SelectStmt *select)
{
    for (size_t i = 0; i < select->n_target_list; i++) {
        const PgQuery__Node *value = select->target_list[i]->res_target->val;
        bool star = value->node_case == PG_QUERY__NODE__NODE_COLUMN_REF && value->column_ref->n_fields == 1 &&
                    value->column_ref->fields[0]->node_case == PG_QUERY__NODE__NODE_A_STAR;

        if (!star && analysis_expr(analysis, value) == NULL)
            return false;
    }
    return true;
}

static const struct expr *
exists(struct analysis *analysis, const PgQuery__SelectStmt *select, int32_t location)
{
    struct scope scope;
    struct query query = {.kind = QUERY_EXISTS};
    bool ok;

    if (!scope_begin(analysis, &scope, select, &query, location))
        return NULL;
    ok = expect_no_order(analysis, select, "EXISTS", location) && check_targets(analysis, select);
    scope_end(analysis, &scope);
    return ok ? query_node(analysis, &query, SQL_BOOLEAN, location) : NULL;
}

static const struct expr *
quantified(struct analysis *analysis, const PgQuery__SubLink *node, const PgQuery__SelectStmt *select)
{
    struct scope scope;
    struct query query = {0};
    const char *name = node->n_oper_name > 0 ? node->oper_name[node->n_oper_name - 1]->string->sval : "=";
    unsigned order = analysis_order(name);
    const PgQuery__Node *target;
    const struct expr *left;

    query.kind = node->sub_link_type == PG_QUERY__SUB_LINK_TYPE__ALL_SUBLINK ? QUERY_ALL : QUERY_ANY;
    if (node->testexpr->node_case == PG_QUERY__NODE__NODE_ROW_EXPR)
        return analysis_refuse(analysis, node->location,
                               "a row cannot be looked for here; write EXISTS (SELECT FROM ... WHERE ...)");
    if (order == 0 || node->n_oper_name > 1)
        return analysis_refuse(analysis, node->location,
                               "ANY and ALL take a comparison, as in x = ANY (SELECT ...)");
    left = analysis_expr(analysis, node->testexpr);
    if (left == NULL || !scope_begin(analysis, &scope, select, &query, node->location))
        return NULL;
    target = only_target(analysis, select, node->location);
    if (target != NULL && expect_no_order(analysis, select, "IN", node->location))
        query.result = analysis_compare(analysis, left, decided(analysis, analysis_expr(analysis, target)),
                                        order, node->location);
    scope_end(analysis, &scope);
    return query.result ? query_node(analysis, &query, SQL_BOOLEAN, node->location) : NULL;
}

const struct expr *
analysis_query(struct analysis *analysis, const PgQuery__SubLink *node)
{
    const PgQuery__SelectStmt *select = node->subselect->select_stmt;

    if (node->subselect->node_case != PG_QUERY__NODE__NODE_SELECT_STMT)
        return analysis_refuse(analysis, node->location, "a subquery begins with SELECT");
    switch (node->sub_link_type) {
    case PG_QUERY__SUB_LINK_TYPE__EXISTS_SUBLINK:
        return exists(analysis, select, node->location);
    case PG_QUERY__SUB_LINK_TYPE__EXPR_SUBLINK:
        return scalar(analysis, select, node->location);
    case PG_QUERY__SUB_LINK_TYPE__ANY_SUBLINK:
    case PG_QUERY__SUB_LINK_TYPE__ALL_SUBLINK:
        return quantified(analysis, node, select);
    default:
        return analysis_refuse(analysis, node->location,
                               "arrays are not in the check language; write x IN (SELECT y FROM ...)");
    }
}
