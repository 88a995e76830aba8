/* Other pages in words: subqueries, lag and lead. */
#include "words.h"

#include "steps.h"

#include <stdlib.h>
#include <string.h>

static void
put(struct words *words, const char *text)
{
    strbuf_append(words->out, text);
}

/* --- which pages --- */

/* "o of form Visits (sv)"; what the text calls a page as its form is not told twice. */
static void
say_rows(struct words *words, const struct query *query)
{
    for (size_t i = 0; i < query->row_count; i++) {
        const struct row *row = &words->program->rows[query->first_row + i];

        put(words, i == 0 ? "" : " with a page ");
        if (strcmp(row->name, row->form->name) != 0)
            strbuf_printf(words->out, "%s ", row->name);
        put(words, "of ");
        words_form(words, row->form);
    }
}

static void
say_where(struct words *words, const struct query *query)
{
    if (query->where == NULL)
        return;
    words->notes |= WORDS_EXISTS;
    put(words, " where ");
    words_part(words, query->where, true);
}

/* Whose aggregates are meant is another question within. */
static const struct query *
enter(struct words *words, const struct query *query)
{
    const struct query *outer = words->query;

    words->query = query;
    return outer;
}

/* --- conditions --- */

static void
say_exists(struct words *words, const struct query *query, bool holds)
{
    put(words, holds ? "there is a page " : "there is no page ");
    say_rows(words, query);
    say_where(words, query);
}

/* Not for one page is for each page not. */
static void
say_quantified(struct words *words, const struct query *query, bool holds)
{
    bool some = (query->kind == QUERY_ANY) == holds;

    words->notes |= WORDS_QUANTIFIED;
    put(words, some ? "on at least one page " : "on each page ");
    say_rows(words, query);
    say_where(words, query);
    put(words, ", ");
    words_part(words, query->result, holds);
}

void
words_query_condition(struct words *words, const struct query *query, bool holds)
{
    const struct query *outer = enter(words, query);

    if (query->kind == QUERY_EXISTS) {
        say_exists(words, query, holds);
    } else if (query->kind == QUERY_ANY || query->kind == QUERY_ALL) {
        say_quantified(words, query, holds);
    } else {
        words_query_value(words, query);
        put(words, holds ? " is true" : " is false");
    }
    words->query = outer;
}

/* --- values --- */

/* The columns that the text sorts by; behind them the page's place decides. */
static void
say_order(struct words *words, const struct query *query)
{
    size_t added = query->row_count * 3;
    const struct sort *sorts = query->sorts;

    put(words, ", in the order of ");
    for (size_t i = 0; i + added < query->sort_count; i++) {
        const struct expr *key = words_bare(sorts[i].key);

        /* Stands beside the event's place by itself. */
        if (i > 0 && key->kind == EXPR_KEY && key->column == COLUMN_EVENT_NUMBER)
            continue;
        put(words, i == 0 ? "" : ", then of ");
        words_value(words, key);
        put(words, sorts[i].descending ? " (greatest first" : " (least first");
        put(words, sorts[i].nulls_first ? ", missing before)" : ")");
    }
}

static bool
is_aggregate(const struct query *query)
{
    return words_bare(query->result)->kind == EXPR_AGGREGATE;
}

/* "the number of pages" has its pages behind it already. */
static bool
counts_pages(const struct query *query)
{
    const struct aggregate *aggregate;

    if (!is_aggregate(query))
        return false;
    aggregate = &query->aggregates[words_bare(query->result)->column];
    return aggregate->arg == NULL && aggregate->filter == NULL;
}

void
words_query_value(struct words *words, const struct query *query)
{
    const struct query *outer = enter(words, query);

    if (query->kind == QUERY_FIRST)
        words->notes |= WORDS_FIRST | WORDS_RESULT;
    if (is_aggregate(query))
        words_value(words, query->result);
    else
        words_operand(words, query->result);
    if (query->kind == QUERY_FIRST)
        put(words, " of the first page ");
    else
        put(words, counts_pages(query) ? " " : " over all pages ");
    say_rows(words, query);
    say_where(words, query);
    if (query->kind == QUERY_FIRST)
        say_order(words, query);
    words->query = outer;
}

void
words_aggregate(struct words *words, const struct aggregate *aggregate)
{
    static const char *const names[AGGREGATE_KIND_COUNT] = {
        [AGGREGATE_COUNT] = "the number of values of",
        [AGGREGATE_SUM] = "the sum of",
        [AGGREGATE_AVG] = "the average of",
        [AGGREGATE_MIN] = "the least value of",
        [AGGREGATE_MAX] = "the greatest value of",
        [AGGREGATE_BOOL_AND] = "on each:",
        [AGGREGATE_BOOL_OR] = "on one at least:",
    };

    if (aggregate->arg == NULL) {
        put(words, "the number of pages");
    } else {
        words->notes |= WORDS_AGGREGATE | (aggregate->kind != AGGREGATE_COUNT ? WORDS_RESULT : 0);
        put(words, names[aggregate->kind]);
        put(words, aggregate->distinct ? " different " : " ");
        words_operand(words, aggregate->arg);
    }
    if (aggregate->filter != NULL) {
        words->notes |= WORDS_EXISTS;
        put(words, " where ");
        words_part(words, aggregate->filter, true);
    }
}

/* --- lag and lead --- */

void
words_neighbor(struct words *words, const struct expr *expr)
{
    const struct row *row = &words->program->rows[expr->row];
    const char *side = row->offset < 0 ? "before" : "after";

    words->notes |= WORDS_VISITS;
    words_operand(words, expr->args[0]);
    if (row->offset == 0)
        put(words, " at this visit");
    else if (abs(row->offset) == 1)
        strbuf_printf(words->out, " at the visit %s", side);
    else
        strbuf_printf(words->out, " %d visits %s", abs(row->offset), side);
    if (!expr_is_null_constant(words_bare(expr->args[1]))) {
        put(words, " (where there is none: ");
        words_value(words, expr->args[1]);
        put(words, ")");
    } else {
        words->notes |= WORDS_NO_VISIT | WORDS_RESULT;
    }
}
