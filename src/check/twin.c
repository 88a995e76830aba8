#include "twin.h"

#include "crfd/base/sql_text.h"
#include "crfd/base/strbuf.h"
#include "crfd/check/parse.h"
#include "routine.h"

#include <string.h>

/* Held operands are written wherever they are used, so nesting could make a twin as long as one likes. */
#define TWIN_MAX ((size_t)1024 * 1024)

void
twin_put(struct twin *twin, const char *text)
{
    strbuf_append(&twin->text, text);
}

void
twin_name(struct twin *twin, const char *name)
{
    bool reserved = parse_is_reserved(name);

    if (reserved)
        twin_put(twin, "\"");
    twin_put(twin, name);
    if (reserved)
        twin_put(twin, "\"");
}

/* --- constants and columns --- */

/* The word before a quoted literal that fixes its type; "" where none is needed. */
static const char *
literal_type(enum sql_type type)
{
    switch (type) {
    case SQL_DATE:
        return "DATE ";
    case SQL_TIMESTAMP:
        return "TIMESTAMP ";
    case SQL_TIMESTAMPTZ:
        return "TIMESTAMPTZ ";
    case SQL_TIME:
        return "TIME ";
    case SQL_INTERVAL:
        return "INTERVAL ";
    default:
        return "";
    }
}

static const char *
column_type_name(enum sql_type type)
{
    return type == SQL_UNKNOWN || type_is_partial(type) ? "text" : type_name(type);
}

static void
put_number(struct twin *twin, const struct expr *expr, const char *digits)
{
    bool negative = digits[0] == '-';
    bool whole = strchr(digits, '.') == NULL;

    if (negative)
        twin_put(twin, "(");
    twin_put(twin, digits);
    if (negative)
        twin_put(twin, ")");
    /* A number that PostgreSQL would read as a smaller type than it has here. */
    if (expr->type == SQL_INT8 && expr->constant.integer == (int32_t)expr->constant.integer)
        twin_put(twin, "::bigint");
    else if (expr->type == SQL_NUMERIC && whole && !expr->implicit)
        twin_put(twin, "::numeric");
}

static void
write_constant(struct twin *twin, const struct expr *expr)
{
    struct strbuf digits;

    if (expr->constant.is_null) {
        strbuf_printf(&twin->text, "NULL::%s", column_type_name(expr->type));
        return;
    }
    strbuf_init(&digits);
    value_append_text(&expr->constant, &digits);
    switch (expr->type) {
    case SQL_BOOLEAN:
        twin_put(twin, expr->constant.boolean ? "true" : "false");
        break;
    case SQL_INT4:
    case SQL_INT8:
    case SQL_NUMERIC:
        put_number(twin, expr, digits.text);
        break;
    default:
        twin_put(twin, literal_type(expr->type));
        sql_text_append_literal(&twin->text, digits.text);
        break;
    }
    strbuf_destroy(&digits);
}

void
twin_column(struct twin *twin, const char *form, const char *column)
{
    twin_name(twin, form);
    twin_put(twin, ".");
    twin_name(twin, column);
}

/* " AND a.column = b.column" */
void
twin_join(struct twin *twin, const char *word, const char *form, const char *page, const char *column)
{
    twin_put(twin, word);
    twin_column(twin, form, column);
    twin_put(twin, " = ");
    twin_column(twin, page, column);
}

/* An item's column, a key column, or what the table's missing tokens say of an item. */
static void
write_own_column(struct twin *twin, const char *table, const struct row *row, const struct expr *expr)
{
    if (expr->kind == EXPR_TOKEN) {
        /* A text out of jsonb has the collation of the database. */
        twin_put(twin, "((");
        twin_column(twin, table, form_columns[COLUMN_MISSING].name);
        twin_put(twin, " ->> ");
        sql_text_append_literal(&twin->text, row->form->items[expr->column].name);
        twin_put(twin, ") COLLATE \"C\")");
    } else {
        twin_column(twin, table,
                    expr->kind == EXPR_KEY ? form_columns[expr->column].name
                                           : row->form->items[expr->column].name);
    }
}

/* A column of another page: the first page by key order that the reference means. */
static void
write_reference(struct twin *twin, const struct row *row, const struct expr *expr)
{
    const char *form = row->form->name;
    const char *page = twin->rows[0].alias;

    twin_put(twin, "(SELECT ");
    write_own_column(twin, form, row, expr);
    twin_put(twin, " FROM analysis.");
    twin_name(twin, form);
    twin_join(twin, " WHERE ", form, page, "center_id");
    twin_join(twin, " AND ", form, page, "subject_id");
    if (row->form->per == FORM_PER_EVENT) {
        twin_join(twin, " AND ", form, page, "event");
        twin_join(twin, " AND ", form, page, "event_repeat");
    }
    twin_put(twin, " ORDER BY ");
    twin_column(twin, form, "event");
    twin_put(twin, ", ");
    twin_column(twin, form, "event_repeat");
    twin_put(twin, ", ");
    twin_column(twin, form, "form_repeat");
    twin_put(twin, " LIMIT 1)");
}

static void
write_column(struct twin *twin, const struct expr *expr)
{
    const struct row *row = &twin->rows[expr->row];

    if (row->kind == ROW_REFERENCE)
        write_reference(twin, row, expr);
    else
        write_own_column(twin, row->alias, row, expr);
}

/* --- operands --- */

/* Whether it can stand beside an operator without parentheses. */
static bool
is_closed(const struct expr *expr)
{
    switch (expr->kind) {
    case EXPR_CONSTANT:
    case EXPR_COLUMN:
    case EXPR_TOKEN:
    case EXPR_KEY:
    case EXPR_CURRENT_DATE:
    case EXPR_COALESCE:
    case EXPR_EXTREME:
    case EXPR_NULLIF:
    case EXPR_CASE:
    case EXPR_NEIGHBOR:
        return true;
    case EXPR_QUERY:
        return expr->query->kind != QUERY_ANY && expr->query->kind != QUERY_ALL;
    case EXPR_CALL:
        return expr->routine->kind == ROUTINE_FUNCTION || expr->routine->kind == ROUTINE_VARIADIC;
    case EXPR_CAST:
        return !expr->implicit || is_closed(expr->args[0]);
    case EXPR_HELD:
        return is_closed(expr->args[0]);
    case EXPR_HOLD:
        return is_closed(expr->args[1]);
    default:
        return false;
    }
}

void
twin_operand(struct twin *twin, const struct expr *expr)
{
    bool closed = is_closed(expr);

    if (!closed)
        twin_put(twin, "(");
    twin_expr(twin, expr);
    if (!closed)
        twin_put(twin, ")");
}

static void
write_infix(struct twin *twin, const struct expr *expr, const char *between)
{
    for (uint32_t i = 0; i < expr->arg_count; i++) {
        if (i > 0)
            twin_put(twin, between);
        twin_operand(twin, expr->args[i]);
    }
}

static void
write_list(struct twin *twin, const struct expr *expr, uint32_t first)
{
    for (uint32_t i = first; i < expr->arg_count; i++) {
        if (i > first)
            twin_put(twin, ", ");
        twin_expr(twin, expr->args[i]);
    }
}

static void
write_function(struct twin *twin, const struct expr *expr, const char *name)
{
    twin_put(twin, name);
    twin_put(twin, "(");
    write_list(twin, expr, 0);
    twin_put(twin, ")");
}

/* %1 to %3 are the arguments. */
static void
write_pattern(struct twin *twin, const struct expr *expr, const char *pattern)
{
    for (; *pattern != '\0'; pattern++) {
        if (*pattern == '%')
            twin_operand(twin, expr->args[*++pattern - '1']);
        else
            strbuf_append_char(&twin->text, *pattern);
    }
}

static void
write_call(struct twin *twin, const struct expr *expr)
{
    const struct routine *routine = expr->routine;

    if (routine->twin != NULL) {
        write_pattern(twin, expr, routine->twin);
    } else if (routine->kind == ROUTINE_OPERATOR) {
        twin_operand(twin, expr->args[0]);
        strbuf_printf(&twin->text, " %s ", routine->name);
        twin_operand(twin, expr->args[1]);
    } else if (routine->kind == ROUTINE_PREFIX) {
        strbuf_printf(&twin->text, "%s ", routine->name);
        twin_operand(twin, expr->args[0]);
    } else {
        write_function(twin, expr, routine->name);
    }
}

static void
write_cast(struct twin *twin, const struct expr *expr)
{
    /* Within one representation, and what PostgreSQL does by itself. */
    if (expr->implicit || (type_is_partial(expr->type) && type_is_partial(expr->args[0]->type))) {
        twin_expr(twin, expr->args[0]);
        return;
    }
    twin_operand(twin, expr->args[0]);
    if (expr->typmod >= 0 && expr->type == SQL_NUMERIC)
        strbuf_printf(&twin->text, "::numeric(%d,%d)", expr->typmod >> 16, expr->typmod & 0xFFFF);
    else if (expr->typmod >= 0)
        strbuf_printf(&twin->text, "::varchar(%d)", expr->typmod);
    else
        strbuf_printf(&twin->text, "::%s", column_type_name(expr->type));
}

/* --- conditions --- */

const char *
twin_order_operator(unsigned order)
{
    switch (order) {
    case ORDER_LESS:
        return " < ";
    case ORDER_EQUAL:
        return " = ";
    case ORDER_LESS | ORDER_EQUAL:
        return " <= ";
    case ORDER_GREATER:
        return " > ";
    case ORDER_GREATER | ORDER_EQUAL:
        return " >= ";
    default:
        return " <> ";
    }
}

static void
write_partial_compare(struct twin *twin, const struct expr *expr)
{
    unsigned order = expr->order;
    bool equality = order == ORDER_EQUAL || order == (ORDER_LESS | ORDER_GREATER);
    bool negated = order == (ORDER_LESS | ORDER_EQUAL) || order == (ORDER_GREATER | ORDER_EQUAL) ||
                   order == (ORDER_LESS | ORDER_GREATER);
    bool swapped = order == ORDER_GREATER || order == (ORDER_LESS | ORDER_EQUAL);
    bool by_day = expr->args[0]->type == SQL_PARTIAL_DATE || expr->args[1]->type == SQL_PARTIAL_DATE;

    if (negated)
        twin_put(twin, "NOT ");
    twin_put(twin, equality ? "crfd.partial_equal(" : "crfd.partial_less(");
    twin_expr(twin, expr->args[swapped ? 1 : 0]);
    twin_put(twin, ", ");
    twin_expr(twin, expr->args[swapped ? 0 : 1]);
    twin_put(twin, by_day ? ", true)" : ", false)");
}

static void
write_compare(struct twin *twin, const struct expr *expr)
{
    bool equality = expr->order == ORDER_EQUAL || expr->order == (ORDER_LESS | ORDER_GREATER);

    if (type_is_partial(expr->args[0]->type)) {
        write_partial_compare(twin, expr);
        return;
    }
    twin_operand(twin, expr->args[0]);
    twin_put(twin, twin_order_operator(expr->order));
    twin_operand(twin, expr->args[1]);
    if (expr->args[0]->type == SQL_TEXT && !equality)
        twin_put(twin, " COLLATE \"C\"");
}

static void
write_case(struct twin *twin, const struct expr *expr)
{
    twin_put(twin, "CASE");
    for (uint32_t i = 0; i + 1 < expr->arg_count; i += 2) {
        twin_put(twin, " WHEN ");
        twin_expr(twin, expr->args[i]);
        twin_put(twin, " THEN ");
        twin_expr(twin, expr->args[i + 1]);
    }
    twin_put(twin, " ELSE ");
    twin_expr(twin, expr->args[expr->arg_count - 1]);
    twin_put(twin, " END");
}

/* The condition is the comparison; of partial dates PostgreSQL's own NULLIF would compare the texts. */
static void
write_nullif(struct twin *twin, const struct expr *expr)
{
    if (!type_is_partial(expr->args[1]->args[0]->type)) {
        write_function(twin, expr->args[1], "NULLIF");
        return;
    }
    twin_put(twin, "CASE WHEN ");
    twin_expr(twin, expr->args[1]);
    twin_put(twin, " THEN NULL ELSE ");
    twin_expr(twin, expr->args[0]);
    twin_put(twin, " END");
}

static void
write_extreme(struct twin *twin, const struct expr *expr)
{
    twin_put(twin, expr->negated ? "LEAST(" : "GREATEST(");
    twin_operand(twin, expr->args[0]);
    if (expr->type == SQL_TEXT)
        twin_put(twin, " COLLATE \"C\"");
    if (expr->arg_count > 1)
        twin_put(twin, ", ");
    write_list(twin, expr, 1);
    twin_put(twin, ")");
}

static void
write_in(struct twin *twin, const struct expr *expr)
{
    twin_operand(twin, expr->args[0]);
    twin_put(twin, expr->negated ? " NOT IN (" : " IN (");
    write_list(twin, expr, 1);
    twin_put(twin, ")");
}

static void
write_match(struct twin *twin, const struct expr *expr)
{
    static const char *const like[2][2] = {{" LIKE ", " ILIKE "}, {" NOT LIKE ", " NOT ILIKE "}};
    static const char *const regex[2][2] = {{" ~ ", " ~* "}, {" !~ ", " !~* "}};

    twin_operand(twin, expr->args[0]);
    twin_put(twin, " COLLATE \"C\"");
    twin_put(twin, expr->kind == EXPR_LIKE ? like[expr->negated][expr->folded]
                                           : regex[expr->negated][expr->folded]);
    twin_operand(twin, expr->args[1]);
}

static void
write_truth(struct twin *twin, const struct expr *expr)
{
    static const char *const truths[] = {
        [TRUTH_FALSE] = "FALSE", [TRUTH_UNKNOWN] = "UNKNOWN", [TRUTH_TRUE] = "TRUE"};

    twin_operand(twin, expr->args[0]);
    twin_put(twin, expr->negated ? " IS NOT " : " IS ");
    twin_put(twin, truths[expr->truth]);
}

/* An operand between words. */
static void
write_marked(struct twin *twin, const char *before, const struct expr *expr, const char *after)
{
    twin_put(twin, before);
    twin_operand(twin, expr->args[0]);
    twin_put(twin, after);
}

void
twin_expr(struct twin *twin, const struct expr *expr)
{
    if (twin->text.length > TWIN_MAX)
        return;
    switch (expr->kind) {
    case EXPR_CONSTANT:
        write_constant(twin, expr);
        break;
    case EXPR_COLUMN:
    case EXPR_TOKEN:
    case EXPR_KEY:
        write_column(twin, expr);
        break;
    case EXPR_CURRENT_DATE:
        twin_put(twin, "current_date");
        break;
    case EXPR_CALL:
        write_call(twin, expr);
        break;
    case EXPR_CAST:
        write_cast(twin, expr);
        break;
    case EXPR_COMPARE:
        write_compare(twin, expr);
        break;
    case EXPR_DISTINCT:
        write_infix(twin, expr, expr->negated ? " IS NOT DISTINCT FROM " : " IS DISTINCT FROM ");
        break;
    case EXPR_AND:
        write_infix(twin, expr, " AND ");
        break;
    case EXPR_OR:
        write_infix(twin, expr, " OR ");
        break;
    case EXPR_NOT:
        write_marked(twin, "NOT ", expr, "");
        break;
    case EXPR_IS_NULL:
        write_marked(twin, "", expr, expr->negated ? " IS NOT NULL" : " IS NULL");
        break;
    case EXPR_IS_TRUTH:
        write_truth(twin, expr);
        break;
    case EXPR_IN:
        write_in(twin, expr);
        break;
    case EXPR_CASE:
        write_case(twin, expr);
        break;
    case EXPR_COALESCE:
        write_function(twin, expr, "COALESCE");
        break;
    case EXPR_NULLIF:
        write_nullif(twin, expr);
        break;
    case EXPR_EXTREME:
        write_extreme(twin, expr);
        break;
    case EXPR_LIKE:
    case EXPR_REGEX:
        write_match(twin, expr);
        break;
    case EXPR_HOLD:
        twin_expr(twin, expr->args[1]);
        break;
    case EXPR_QUERY:
    case EXPR_AGGREGATE:
    case EXPR_NEIGHBOR:
        twin_other_pages(twin, expr);
        break;
    case EXPR_HELD:
    case EXPR_ROW:
        twin_expr(twin, expr->args[0]);
        break;
    }
}

const char *
twin_write(struct arena *arena, const struct expr *expr, const struct row *rows)
{
    struct twin twin = {.rows = rows};
    const char *text = NULL;

    strbuf_init(&twin.text);
    twin_expr(&twin, expr);
    if (twin.text.length <= TWIN_MAX)
        text = arena_copy(arena, twin.text.text, twin.text.length);
    strbuf_destroy(&twin.text);
    return text;
}
