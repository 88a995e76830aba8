/* Values in words: items, what a page's table says of itself, constants, choices. */
#include "words.h"

#include "steps.h"

#include <inttypes.h>
#include <string.h>

static void
put(struct words *words, const char *text)
{
    strbuf_append(words->out, text);
}

/* --- names --- */

static bool
is_told(struct words *words, const struct item *item)
{
    for (size_t i = 0; i < words->told_count; i++)
        if (words->told[i] == item)
            return true;
    if (words->told_count < WORDS_TOLD_MAX)
        words->told[words->told_count++] = item;
    return false;
}

void
words_item(struct words *words, const char *qualifier, const struct item *item)
{
    bool labelled = item->label[0] != '\0' && strcmp(item->label, item->name) != 0 && !is_told(words, item);

    if (labelled)
        strbuf_printf(words->out, "%s (", item->label);
    if (qualifier[0] != '\0')
        strbuf_printf(words->out, "%s.", qualifier);
    put(words, item->name);
    if (labelled)
        put(words, ")");
}

void
words_form(struct words *words, const struct form *form)
{
    if (form->label[0] != '\0' && strcmp(form->label, form->name) != 0)
        strbuf_printf(words->out, "form %s (%s)", form->label, form->name);
    else
        strbuf_printf(words->out, "form %s", form->name);
}

/* The page itself, and its neighbors, are not named beside their columns. */
static const char *
qualifier_of(const struct row *row)
{
    return row->kind == ROW_LOOP || row->kind == ROW_REFERENCE ? row->name : "";
}

static void
say_key(struct words *words, const struct expr *expr)
{
    static const char *const names[FORM_COLUMN_COUNT] = {
        [COLUMN_CENTER_ID] = "the center",
        [COLUMN_SUBJECT_ID] = "the subject",
        [COLUMN_EVENT] = "the event",
        [COLUMN_EVENT_REPEAT] = "the repeat of the event",
        [COLUMN_FORM_REPEAT] = "the repeat of the form",
        [COLUMN_EVENT_ORDER] = "the place in the study of the event",
        [COLUMN_EVENT_NUMBER] = "the number of the event",
        [COLUMN_EVENT_DAY] = "the planned day of the event",
        [COLUMN_UNSCHEDULED] = "the event",
        [COLUMN_SUBMITTED_AT] = "the time of submission",
    };
    const struct row *row = &words->program->rows[expr->row];

    put(words, names[expr->column]);
    if (row->kind == ROW_LOOP)
        strbuf_printf(words->out, " of %s", row->name);
    else if (row->kind == ROW_REFERENCE)
        strbuf_printf(words->out, " of the page of form %s", row->form->name);
}

static void
say_column(struct words *words, const struct expr *expr)
{
    const struct row *row = &words->program->rows[expr->row];

    if (row->kind == ROW_REFERENCE)
        words->notes |= WORDS_REFERENCE;
    if (expr->kind == EXPR_KEY) {
        say_key(words, expr);
        return;
    }
    words_item(words, qualifier_of(row), &row->form->items[expr->column]);
}

void
words_token(struct words *words, const struct expr *expr)
{
    put(words, "the missing ");
    say_column(words, expr);
}

/* "1 year 2 months 3 days 4 hours 5 minutes 6 seconds", without what is 0. */
static void
say_interval(struct words *words, const struct interval *interval)
{
    const int64_t second = INT64_C(1000000);
    const struct {
        int64_t count;
        const char *unit;
    } parts[] = {{interval->months / 12, "year"},
                 {interval->months % 12, "month"},
                 {interval->days, "day"},
                 {interval->us / (3600 * second), "hour"},
                 {interval->us / (60 * second) % 60, "minute"},
                 {interval->us / second % 60, "second"},
                 {interval->us % second, "microsecond"}};
    const char *separator = "";

    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (parts[i].count == 0)
            continue;
        strbuf_printf(words->out, "%s%" PRId64 " %s%s", separator, parts[i].count, parts[i].unit,
                      parts[i].count == 1 ? "" : "s");
        separator = " ";
    }
    if (separator[0] == '\0')
        put(words, "no time");
}

static void
say_constant(struct words *words, const struct value *value)
{
    if (value->is_null) {
        put(words, "a missing value");
    } else if (value->type == VALUE_TEXT && value->length == 0) {
        put(words, "an empty text");
    } else if (value->type == VALUE_TEXT) {
        put(words, "'");
        value_append_text(value, words->out);
        put(words, "'");
    } else if (value->type == VALUE_INTERVAL) {
        say_interval(words, value->interval);
    } else {
        value_append_text(value, words->out);
    }
}

/* --- casts and choices --- */

static void
say_cast(struct words *words, const struct expr *expr)
{
    static const char *const behind[SQL_TYPE_COUNT] = {
        [SQL_BOOLEAN] = " as true or false",
        [SQL_INT4] = " as a whole number",
        [SQL_INT8] = " as a whole number",
        [SQL_NUMERIC] = " as a number",
        [SQL_FLOAT8] = " as a number",
        [SQL_TEXT] = " as a text",
        [SQL_DATE] = " as a day",
        [SQL_TIMESTAMP] = " as a day with its time",
        [SQL_TIMESTAMPTZ] = " as an instant",
        [SQL_TIME] = " as a time of day",
        [SQL_INTERVAL] = " as a span of time",
    };
    const struct expr *from = words_bare(expr->args[0]);

    if (from->type == SQL_TEXT && expr->type != SQL_TEXT)
        words->notes |= WORDS_CAST;
    if (expr->typmod >= 0 && expr->type == SQL_TEXT)
        strbuf_printf(words->out, "the first %d characters of ", expr->typmod);
    words_operand(words, from);
    if (expr->typmod >= 0 && expr->type == SQL_NUMERIC)
        strbuf_printf(words->out, " rounded to %d decimal%s", expr->typmod & 0xFFFF,
                      (expr->typmod & 0xFFFF) == 1 ? "" : "s");
    else if (expr->typmod < 0 && behind[expr->type] != NULL)
        put(words, behind[expr->type]);
}

static void
say_case(struct words *words, const struct expr *expr)
{
    put(words, "[");
    for (uint32_t i = 0; i + 1 < expr->arg_count; i += 2) {
        put(words, i == 0 ? "where " : "; else where ");
        words_condition(words, expr->args[i], true);
        put(words, ": ");
        words_value(words, expr->args[i + 1]);
    }
    put(words, "; else: ");
    words_value(words, expr->args[expr->arg_count - 1]);
    put(words, "]");
}

static void
say_choice(struct words *words, const struct expr *expr, const char *before, const char *after)
{
    put(words, before);
    for (uint32_t i = 0; i < expr->arg_count; i++) {
        put(words, i == 0 ? "" : i + 1 == expr->arg_count ? " and " : ", ");
        words_operand(words, expr->args[i]);
    }
    put(words, after);
}

static void
say_nullif(struct words *words, const struct expr *expr)
{
    words_operand(words, expr->args[0]);
    put(words, ", or a missing value where ");
    words_condition(words, expr->args[1], true);
}

/* Whether it needs no parentheses beside other words. */
static bool
is_name(const struct expr *expr)
{
    return expr->kind == EXPR_COLUMN || expr->kind == EXPR_KEY || expr->kind == EXPR_CONSTANT ||
           expr->kind == EXPR_CURRENT_DATE || expr->kind == EXPR_TOKEN || expr->kind == EXPR_CASE;
}

void
words_operand(struct words *words, const struct expr *expr)
{
    bool is_whole = is_name(words_bare(expr));

    put(words, is_whole ? "" : "(");
    words_value(words, expr);
    put(words, is_whole ? "" : ")");
}

static void
say_whether(struct words *words, const struct expr *expr)
{
    put(words, "whether ");
    words_part(words, expr, true);
}

void
words_value(struct words *words, const struct expr *expr)
{
    expr = words_bare(expr);
    switch (expr->kind) {
    case EXPR_CONSTANT:
        say_constant(words, &expr->constant);
        break;
    case EXPR_COLUMN:
    case EXPR_KEY:
        say_column(words, expr);
        break;
    case EXPR_TOKEN:
        words->notes |= WORDS_TOKEN;
        put(words, "the token for ");
        words_token(words, expr);
        break;
    case EXPR_CURRENT_DATE:
        put(words, "the date of the night");
        break;
    case EXPR_CALL:
        if (expr->type == SQL_BOOLEAN)
            say_whether(words, expr);
        else
            words_call(words, expr, true);
        break;
    case EXPR_CAST:
        say_cast(words, expr);
        break;
    case EXPR_CASE:
        say_case(words, expr);
        break;
    case EXPR_COALESCE:
        say_choice(words, expr, "the first that is there of ", "");
        break;
    case EXPR_EXTREME:
        say_choice(words, expr, expr->negated ? "the least of " : "the greatest of ", "");
        break;
    case EXPR_NULLIF:
        say_nullif(words, expr);
        break;
    case EXPR_QUERY:
        if (expr->query->kind == QUERY_AGGREGATE || expr->query->kind == QUERY_FIRST)
            words_query_value(words, expr->query);
        else
            say_whether(words, expr);
        break;
    case EXPR_AGGREGATE:
        words_aggregate(words, &words->query->aggregates[expr->column]);
        break;
    case EXPR_NEIGHBOR:
        words_neighbor(words, expr);
        break;
    default:
        say_whether(words, expr);
        break;
    }
}
