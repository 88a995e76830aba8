#include "facts.h"

#include "crfd/value/compare.h"
#include "never.h"
#include "query.h"
#include "routine.h"
#include "term.h"

#include <string.h>

#define ORDER_ANY (ORDER_LESS | ORDER_EQUAL | ORDER_GREATER)

/* The aggregate that a term is, as in (SELECT count(*) FROM ...). */
static bool
is_count(const struct expr *term)
{
    const struct query *query = term->query;

    return term->kind == EXPR_QUERY && query->kind == QUERY_AGGREGATE &&
           query->result->kind == EXPR_AGGREGATE &&
           query->aggregates[query->result->column].kind == AGGREGATE_COUNT;
}

static bool
is_length(const struct expr *term)
{
    return term->kind == EXPR_CALL &&
           (strcmp(term->routine->name, "length") == 0 || strcmp(term->routine->name, "char_length") == 0);
}

/* A page that is there has its key; one that is referred to may be missing. */
static bool
never_null(const struct facts *facts, const struct expr *term)
{
    if (term->kind == EXPR_CONSTANT)
        return !term->constant.is_null;
    if (term->kind == EXPR_KEY) {
        enum row_kind kind = facts->rows[term->row].kind;

        return form_columns[term->column].role == COLUMN_IN_KEY && (kind == ROW_PAGE || kind == ROW_LOOP);
    }
    return term->kind == EXPR_CURRENT_DATE || is_count(term) ||
           (term->kind == EXPR_QUERY && term->query->kind == QUERY_EXISTS);
}

/* --- taking in --- */

static bool
note(struct facts *facts, struct fact fact)
{
    if (facts->count < FACTS_MAX)
        facts->list[facts->count++] = fact;
    return true;
}

/* What is there of a strict function has all of its operands. */
static bool
add_operands(struct facts *facts, const struct expr *term)
{
    bool strict = term->kind == EXPR_CAST ||
                  (term->kind == EXPR_CALL && term->routine->kind != ROUTINE_VARIADIC) ||
                  term->kind == EXPR_LIKE || term->kind == EXPR_REGEX;

    for (uint32_t i = 0; strict && i < term->arg_count; i++)
        if (!facts_add_null(facts, term->args[i], false))
            return false;
    return true;
}

bool
facts_add_null(struct facts *facts, const struct expr *term, bool is_null)
{
    term = term_bare(term);
    if (term->kind == EXPR_CONSTANT)
        return term->constant.is_null == is_null;
    if (never_null(facts, term))
        return !is_null;
    for (size_t i = 0; i < facts->count; i++) {
        const struct fact *fact = &facts->list[i];

        if (fact->kind != FACT_NULL && fact->kind != FACT_NOT_NULL)
            continue;
        if (term_same(fact->term, term))
            return (fact->kind == FACT_NULL) == is_null;
    }
    note(facts, (struct fact){.kind = is_null ? FACT_NULL : FACT_NOT_NULL, .term = term});
    if (!is_null)
        return add_operands(facts, term);
    /* Nothing that it chooses among is there. */
    for (uint32_t i = 0; (term->kind == EXPR_COALESCE || term->kind == EXPR_EXTREME) && i < term->arg_count;
         i++)
        if (!facts_add_null(facts, term->args[i], true))
            return false;
    return true;
}

/* The same but for NOT LIKE where the other is LIKE. */
static bool
same_match(const struct expr *a, const struct expr *b)
{
    struct expr first = *a;
    struct expr second = *b;

    first.negated = second.negated = false;
    return (a->kind == EXPR_LIKE || a->kind == EXPR_REGEX) && term_same(&first, &second);
}

bool
facts_add_truth(struct facts *facts, const struct expr *term, enum truth truth)
{
    term = term_bare(term);
    if (!facts_add_null(facts, term, truth == TRUTH_UNKNOWN))
        return false;
    if (truth == TRUTH_UNKNOWN)
        return true;
    for (size_t i = 0; i < facts->count; i++) {
        const struct fact *fact = &facts->list[i];

        if (fact->kind != FACT_TRUTH)
            continue;
        if (term_same(fact->term, term))
            return fact->truth == truth;
        if (same_match(fact->term, term))
            return fact->truth == truth_not(truth);
    }
    return note(facts, (struct fact){.kind = FACT_TRUTH, .term = term, .truth = truth});
}

/* --- comparisons with constants --- */

/* Whole numbers compare with decimals by value. */
static int
compare_constants(const struct value *a, const struct value *b)
{
    struct decimal_wide wide;

    if (a->type == VALUE_INTEGER && b->type == VALUE_DECIMAL) {
        decimal_from_int(a->integer, &wide);
        return decimal_compare(&wide.value, b->decimal);
    }
    if (a->type == VALUE_DECIMAL && b->type == VALUE_INTEGER) {
        decimal_from_int(b->integer, &wide);
        return decimal_compare(a->decimal, &wide.value);
    }
    return value_compare(a, b, (enum value_type)a->type);
}

static unsigned
order_of(int order)
{
    return order < 0 ? ORDER_LESS : order > 0 ? ORDER_GREATER : ORDER_EQUAL;
}

static unsigned
turned(unsigned order)
{
    return (order & ORDER_EQUAL) | (order & ORDER_LESS ? ORDER_GREATER : 0) |
           (order & ORDER_GREATER ? ORDER_LESS : 0);
}

/* The values that facts leave to a term. */
struct interval_left {
    struct value low, high; /* NULL: open */
    bool low_excluded, high_excluded;
};

static void
raise_low(struct interval_left *left, const struct value *bound, bool excluded)
{
    int order = left->low.is_null ? 1 : compare_constants(bound, &left->low);

    if (order > 0) {
        left->low = *bound;
        left->low_excluded = excluded;
    } else if (order == 0) {
        left->low_excluded |= excluded;
    }
}

static void
lower_high(struct interval_left *left, const struct value *bound, bool excluded)
{
    int order = left->high.is_null ? -1 : compare_constants(bound, &left->high);

    if (order < 0) {
        left->high = *bound;
        left->high_excluded = excluded;
    } else if (order == 0) {
        left->high_excluded |= excluded;
    }
}

/* A whole number is less than 2.5 where it is at most 2, and never 2.5. False where that is beyond integers. */
static bool
to_whole(const struct value *constant, unsigned *order, struct value *out)
{
    struct decimal_wide floor;

    *out = *constant;
    if (constant->type != VALUE_DECIMAL)
        return true;
    if (decimal_floor(constant->decimal, &floor) != DECIMAL_OK ||
        decimal_to_int(&floor.value, &out->integer) != DECIMAL_OK)
        return false;
    out->type = VALUE_INTEGER;
    if (decimal_compare(&floor.value, constant->decimal) != 0)
        *order = (*order & ORDER_GREATER) | (*order & ORDER_LESS ? ORDER_LESS | ORDER_EQUAL : 0);
    return true;
}

static bool
is_whole(const struct expr *term)
{
    return term->type == SQL_INT4 || term->type == SQL_INT8;
}

static void
narrow(const struct expr *term, const struct fact *fact, struct interval_left *left)
{
    unsigned order = fact->order;
    struct value bound = fact->other->constant;

    if (is_whole(term) && !to_whole(&fact->other->constant, &order, &bound))
        return;
    if (!(order & ORDER_GREATER))
        lower_high(left, &bound, !(order & ORDER_EQUAL));
    if (!(order & ORDER_LESS))
        raise_low(left, &bound, !(order & ORDER_EQUAL));
}

/* Whole numbers have no value between two neighbors. */
static void
close_whole(struct interval_left *left)
{
    if (!left->low.is_null && left->low_excluded && left->low.integer < INT64_MAX) {
        left->low.integer++;
        left->low_excluded = false;
    }
    if (!left->high.is_null && left->high_excluded && left->high.integer > INT64_MIN) {
        left->high.integer--;
        left->high_excluded = false;
    }
}

static bool
is_constant_fact(const struct fact *fact, const struct expr *term)
{
    return fact->kind == FACT_ORDER && fact->other->kind == EXPR_CONSTANT && term_same(fact->term, term);
}

/* Whether a value is left to the term by all that it was compared with. */
static bool
leaves_value(const struct facts *facts, const struct expr *term)
{
    struct interval_left left = {.low.is_null = true, .high.is_null = true};
    int order;

    if (is_count(term) || is_length(term))
        left.low = (struct value){.type = VALUE_INTEGER};
    for (size_t i = 0; i < facts->count; i++)
        if (is_constant_fact(&facts->list[i], term))
            narrow(term, &facts->list[i], &left);
    if (is_whole(term))
        close_whole(&left);
    if (left.low.is_null || left.high.is_null)
        return true;
    order = compare_constants(&left.low, &left.high);
    if (order != 0)
        return order < 0;
    if (left.low_excluded || left.high_excluded)
        return false;
    for (size_t i = 0; i < facts->count; i++) {
        const struct fact *fact = &facts->list[i];

        if (is_constant_fact(fact, term) && fact->order == (ORDER_LESS | ORDER_GREATER) &&
            compare_constants(&left.low, &fact->other->constant) == 0)
            return false;
    }
    return true;
}

static bool
add_constant_order(struct facts *facts, const struct expr *term, const struct expr *constant, unsigned order)
{
    struct value whole;

    if (is_whole(term) && constant->constant.type == VALUE_DECIMAL &&
        to_whole(&constant->constant, &(unsigned){order}, &whole) &&
        compare_constants(&whole, &constant->constant) != 0)
        order &= ~(unsigned)ORDER_EQUAL;
    if ((order & ORDER_EQUAL) && never_equal(facts->world, facts->rows, term, constant, NULL))
        order &= ~(unsigned)ORDER_EQUAL;
    if (order == 0)
        return false;
    note(facts, (struct fact){.kind = FACT_ORDER, .term = term, .other = constant, .order = order});
    return leaves_value(facts, term);
}

/* --- comparisons of two terms --- */

bool
facts_add_order(struct facts *facts, const struct expr *term, const struct expr *other, unsigned order)
{
    term = term_bare(term);
    other = term_bare(other);
    if (!facts_add_null(facts, term, false) || !facts_add_null(facts, other, false))
        return false;
    /* Of partial dates, two may be neither before nor behind nor the same. */
    if (order == ORDER_ANY || type_is_partial(term->type) || type_is_partial(other->type))
        return true;
    if (term->kind == EXPR_CONSTANT && other->kind == EXPR_CONSTANT)
        return order & order_of(compare_constants(&term->constant, &other->constant));
    if (other->kind == EXPR_CONSTANT)
        return add_constant_order(facts, term, other, order);
    if (term->kind == EXPR_CONSTANT)
        return add_constant_order(facts, other, term, turned(order));
    if (term_same(term, other))
        return order & ORDER_EQUAL;
    for (size_t i = 0; i < facts->count; i++) {
        const struct fact *fact = &facts->list[i];

        if (fact->kind != FACT_ORDER)
            continue;
        if (term_same(fact->term, term) && term_same(fact->other, other))
            order &= fact->order;
        else if (term_same(fact->term, other) && term_same(fact->other, term))
            order &= turned(fact->order);
    }
    if (order == 0)
        return false;
    return note(facts, (struct fact){.kind = FACT_ORDER, .term = term, .other = other, .order = order});
}
