/* Subqueries of the twin: every table in them is bound to the page's own center and subject. */
#include "twin.h"

#include <stdlib.h>

static bool
is_ordered_text(const struct expr *compare)
{
    return compare->args[0]->type == SQL_TEXT && compare->order != ORDER_EQUAL &&
           compare->order != (ORDER_LESS | ORDER_GREATER);
}

/* An operand, ordered by code point where it is a text. */
static void
put_ordered(struct twin *twin, const struct expr *expr, bool ordered)
{
    twin_operand(twin, expr);
    if (ordered && expr->type == SQL_TEXT)
        twin_put(twin, " COLLATE \"C\"");
}

static void
put_table(struct twin *twin, const struct row *row)
{
    twin_put(twin, "analysis.");
    twin_name(twin, row->form->name);
    twin_put(twin, " AS ");
    twin_name(twin, row->alias);
}

/* " FROM ... WHERE ..." */
static void
put_source(struct twin *twin, const struct query *query)
{
    const char *page = twin->rows[0].alias;
    const struct row *rows = &twin->rows[query->first_row];

    for (size_t i = 0; i < query->row_count; i++) {
        twin_put(twin, i == 0 ? " FROM " : ", ");
        put_table(twin, &rows[i]);
    }
    for (size_t i = 0; i < query->row_count; i++) {
        twin_join(twin, i == 0 ? " WHERE " : " AND ", rows[i].alias, page, "center_id");
        twin_join(twin, " AND ", rows[i].alias, page, "subject_id");
    }
    if (query->where != NULL) {
        twin_put(twin, " AND ");
        twin_operand(twin, query->where);
    }
}

/* --- aggregates --- */

static void
write_aggregate(struct twin *twin, const struct aggregate *aggregate)
{
    bool ordered = aggregate->kind == AGGREGATE_MIN || aggregate->kind == AGGREGATE_MAX;

    twin_put(twin, aggregate_name(aggregate->kind));
    twin_put(twin, aggregate->distinct ? "(DISTINCT " : "(");
    if (aggregate->arg == NULL)
        twin_put(twin, "*");
    else
        put_ordered(twin, aggregate->arg, ordered);
    twin_put(twin, ")");
    if (aggregate->filter != NULL) {
        twin_put(twin, " FILTER (WHERE ");
        twin_expr(twin, aggregate->filter);
        twin_put(twin, ")");
    }
}

/* --- ANY and ALL --- */

/* Partial dates are compared by a function, which ANY does not take: the three values are put together by hand. */
static void
write_quantified_partial(struct twin *twin, const struct query *query)
{
    bool any = query->kind == QUERY_ANY;

    twin_put(twin, any ? "(SELECT CASE WHEN bool_or(" : "(SELECT CASE WHEN NOT bool_and(");
    twin_expr(twin, query->result);
    twin_put(twin, any ? ") THEN true WHEN bool_or((" : ") THEN false WHEN bool_or((");
    twin_expr(twin, query->result);
    twin_put(twin, any ? ") IS NULL) THEN NULL ELSE false END" : ") IS NULL) THEN NULL ELSE true END");
    put_source(twin, query);
    twin_put(twin, ")");
}

static void
write_quantified(struct twin *twin, const struct query *query)
{
    const struct expr *compare = query->result;

    if (type_is_partial(compare->args[0]->type)) {
        write_quantified_partial(twin, query);
        return;
    }
    twin_operand(twin, compare->args[0]);
    twin_put(twin, twin_order_operator(compare->order));
    twin_put(twin, query->kind == QUERY_ANY ? "ANY (SELECT " : "ALL (SELECT ");
    put_ordered(twin, compare->args[1], is_ordered_text(compare));
    put_source(twin, query);
    twin_put(twin, ")");
}

/* --- the others --- */

static void
write_first(struct twin *twin, const struct query *query)
{
    twin_put(twin, "(SELECT ");
    twin_expr(twin, query->result);
    put_source(twin, query);
    for (size_t i = 0; i < query->sort_count; i++) {
        const struct sort *sort = &query->sorts[i];

        twin_put(twin, i == 0 ? " ORDER BY " : ", ");
        put_ordered(twin, sort->key, true);
        if (sort->descending)
            twin_put(twin, " DESC");
        if (sort->nulls_first != sort->descending)
            twin_put(twin, sort->nulls_first ? " NULLS FIRST" : " NULLS LAST");
    }
    twin_put(twin, " LIMIT 1)");
}

static void
write_query(struct twin *twin, const struct query *query)
{
    const struct query *outer = twin->query;

    twin->query = query;
    switch (query->kind) {
    case QUERY_EXISTS:
        twin_put(twin, "EXISTS (SELECT");
        put_source(twin, query);
        twin_put(twin, ")");
        break;
    case QUERY_AGGREGATE:
        twin_put(twin, "(SELECT ");
        twin_expr(twin, query->result);
        put_source(twin, query);
        twin_put(twin, ")");
        break;
    case QUERY_FIRST:
        write_first(twin, query);
        break;
    case QUERY_ANY:
    case QUERY_ALL:
        write_quantified(twin, query);
        break;
    }
    twin->query = outer;
}

/* --- lag and lead --- */

static void
put_columns(struct twin *twin, const char *alias, const char *const *columns, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            twin_put(twin, ", ");
        twin_column(twin, alias, columns[i]);
    }
}

/*
 * A window function sees the rows that WHERE leaves, so it is computed over all pages of the subject, and the
 * page's own one is looked up in what comes out: a page at an unscheduled event is not there, and so it is NULL.
 */
static void
write_neighbor(struct twin *twin, const struct expr *expr)
{
    static const char *const order[] = {"event_order", "event_number", "event", "event_repeat",
                                        "form_repeat"};
    static const char *const key[] = {"event", "event_repeat", "form_repeat"};
    static const char *const partition[] = {"center_id", "subject_id"};
    const struct row *row = &twin->rows[expr->row];
    const char *page = twin->rows[0].alias;

    twin_put(twin, "(SELECT ");
    twin_column(twin, row->alias, "value");
    twin_put(twin, " FROM (SELECT ");
    put_columns(twin, row->alias, key, 3);
    twin_put(twin, row->offset <= 0 ? ", lag(" : ", lead(");
    twin_expr(twin, expr->args[0]);
    strbuf_printf(&twin->text, ", %d, ", abs(row->offset));
    twin_expr(twin, expr->args[1]);
    twin_put(twin, ") OVER (PARTITION BY ");
    put_columns(twin, row->alias, partition, 2);
    twin_put(twin, " ORDER BY ");
    put_columns(twin, row->alias, order, 5);
    twin_put(twin, ") AS value FROM ");
    put_table(twin, row);
    twin_join(twin, " WHERE ", row->alias, page, "center_id");
    twin_join(twin, " AND ", row->alias, page, "subject_id");
    twin_put(twin, " AND NOT ");
    twin_column(twin, row->alias, "unscheduled");
    twin_put(twin, ") AS ");
    twin_name(twin, row->alias);
    for (size_t i = 0; i < 3; i++)
        twin_join(twin, i == 0 ? " WHERE " : " AND ", row->alias, page, key[i]);
    twin_put(twin, ")");
}

void
twin_other_pages(struct twin *twin, const struct expr *expr)
{
    if (expr->kind == EXPR_QUERY)
        write_query(twin, expr->query);
    else if (expr->kind == EXPR_AGGREGATE)
        write_aggregate(twin, &twin->query->aggregates[expr->column]);
    else
        write_neighbor(twin, expr);
}
