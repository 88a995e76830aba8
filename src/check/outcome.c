#include "outcome.h"

#include "query.h"
#include "term.h"

/* Goals that are looked at before "it can" is said. */
#define STEPS_MAX 4000

#define ORDER_ANY (ORDER_LESS | ORDER_EQUAL | ORDER_GREATER)

struct search {
    struct facts facts;
    unsigned steps;
};

static bool meet(struct search *search, const struct goal *goal);

/* The goals behind, with the facts as they were where these cannot be met. */
static bool
go_on(struct search *search, bool consistent, const struct goal *next, size_t facts)
{
    if (consistent && meet(search, next))
        return true;
    search->facts.count = facts;
    return false;
}

static bool
want(struct search *search, const struct expr *expr, unsigned outcomes, const struct goal *next)
{
    const struct goal goal = {.expr = expr, .outcomes = outcomes, .next = next};

    return meet(search, &goal);
}

static unsigned
turned(unsigned outcomes)
{
    return (outcomes & OUTCOME_UNKNOWN) | (outcomes & OUTCOME_TRUE ? OUTCOME_FALSE : 0) |
           (outcomes & OUTCOME_FALSE ? OUTCOME_TRUE : 0);
}

/* --- AND, OR --- */

/* Every operand has one of the outcomes. */
static bool
each(struct search *search, const struct goal *goal, unsigned outcomes)
{
    struct goal rest = *goal;

    if (goal->from == goal->expr->arg_count)
        return meet(search, goal->next);
    rest.from++;
    rest.outcomes = outcomes;
    return want(search, goal->expr->args[goal->from], outcomes, &rest);
}

static bool
some(struct search *search, const struct goal *goal, unsigned outcomes)
{
    for (uint32_t i = 0; i < goal->expr->arg_count; i++)
        if (want(search, goal->expr->args[i], outcomes, goal->next))
            return true;
    return false;
}

/* `keeps`: the outcome of the whole where every operand has it; true of AND, false of OR. */
static bool
meet_logic(struct search *search, const struct goal *goal, unsigned keeps)
{
    unsigned decides = turned(keeps);

    if (goal->from > 0 || ((goal->outcomes & keeps) && !(goal->outcomes & decides)))
        return each(search, goal, goal->outcomes);
    if (some(search, goal, goal->outcomes & ~keeps))
        return true;
    return (goal->outcomes & keeps) && each(search, goal, keeps);
}

/* --- what is true or false of values --- */

static bool
is_missing(struct search *search, const struct expr *term, bool missing, const struct goal *next)
{
    size_t facts = search->facts.count;

    return go_on(search, facts_add_null(&search->facts, term, missing), next, facts);
}

/* As a whole, of which nothing more is known. */
static bool
meet_term(struct search *search, const struct goal *goal)
{
    size_t facts = search->facts.count;

    for (int truth = TRUTH_FALSE; truth <= TRUTH_TRUE; truth++)
        if ((goal->outcomes & 1U << truth) &&
            go_on(search, facts_add_truth(&search->facts, goal->expr, (enum truth)truth), goal->next, facts))
            return true;
    return false;
}

/* That a compares with b by `order`; unknown where one is missing, and between partial dates. */
static bool
meet_order(struct search *search, const struct expr *a, const struct expr *b, unsigned order,
           const struct goal *goal)
{
    unsigned orders = 0;
    size_t facts = search->facts.count;

    if (goal->outcomes & OUTCOME_UNKNOWN) {
        if (type_is_partial(a->type))
            return meet(search, goal->next);
        if (is_missing(search, a, true, goal->next) || is_missing(search, b, true, goal->next))
            return true;
    }
    if (goal->outcomes & OUTCOME_TRUE)
        orders |= order;
    if (goal->outcomes & OUTCOME_FALSE)
        orders |= ORDER_ANY & ~order;
    return orders != 0 && go_on(search, facts_add_order(&search->facts, a, b, orders), goal->next, facts);
}

static bool
meet_distinct(struct search *search, const struct goal *goal)
{
    const struct expr *a = goal->expr->args[0];
    const struct expr *b = goal->expr->args[1];
    unsigned outcomes = goal->expr->negated ? turned(goal->outcomes) : goal->outcomes;
    struct facts *facts = &search->facts;
    size_t count = facts->count;

    if ((outcomes & OUTCOME_TRUE) &&
        (go_on(search, facts_add_null(facts, a, true) && facts_add_null(facts, b, false), goal->next,
               count) ||
         go_on(search, facts_add_null(facts, a, false) && facts_add_null(facts, b, true), goal->next,
               count) ||
         go_on(search, facts_add_order(facts, a, b, ORDER_LESS | ORDER_GREATER), goal->next, count)))
        return true;
    return (outcomes & OUTCOME_FALSE) &&
           (go_on(search, facts_add_null(facts, a, true) && facts_add_null(facts, b, true), goal->next,
                  count) ||
            go_on(search, facts_add_order(facts, a, b, ORDER_EQUAL), goal->next, count));
}

static bool
has_null(const struct expr *in)
{
    for (uint32_t i = 1; i < in->arg_count; i++)
        if (expr_is_null_constant(in->args[i]))
            return true;
    return false;
}

static bool
is_none_of(struct search *search, const struct expr *in)
{
    for (uint32_t i = 1; i < in->arg_count; i++)
        if (!expr_is_null_constant(in->args[i]) &&
            !facts_add_order(&search->facts, in->args[0], in->args[i], ORDER_LESS | ORDER_GREATER))
            return false;
    return true;
}

static bool
meet_in(struct search *search, const struct goal *goal)
{
    const struct expr *in = goal->expr;
    unsigned outcomes = in->negated ? turned(goal->outcomes) : goal->outcomes;
    unsigned otherwise = has_null(in) ? OUTCOME_UNKNOWN : OUTCOME_FALSE;
    size_t facts = search->facts.count;

    for (uint32_t i = 1; (outcomes & OUTCOME_TRUE) && i < in->arg_count; i++)
        if (go_on(search, facts_add_order(&search->facts, in->args[0], in->args[i], ORDER_EQUAL), goal->next,
                  facts))
            return true;
    if ((outcomes & otherwise) && go_on(search, is_none_of(search, in), goal->next, facts))
        return true;
    return (outcomes & OUTCOME_UNKNOWN) && is_missing(search, in->args[0], true, goal->next);
}

/* --- choices and subqueries --- */

/* From the condition `from` on: it is true and its result counts, or the next one is looked at. */
static bool
meet_case(struct search *search, const struct goal *goal)
{
    const struct expr *choice = goal->expr;
    struct goal rest = *goal;
    size_t facts = search->facts.count;

    if (goal->from + 1 == choice->arg_count)
        return want(search, choice->args[goal->from], goal->outcomes, goal->next);
    rest.from += 2;
    if (want(search, choice->args[goal->from], OUTCOME_FALSE | OUTCOME_UNKNOWN, &rest))
        return true;
    search->facts.count = facts;
    rest =
        (struct goal){.expr = choice->args[goal->from + 1], .outcomes = goal->outcomes, .next = goal->next};
    return want(search, choice->args[goal->from], OUTCOME_TRUE, &rest);
}

/* Of a subquery only what needs a page says something: there may always be none. */
static bool
meet_query(struct search *search, const struct goal *goal)
{
    const struct query *query = goal->expr->query;
    unsigned needs_page = query->kind == QUERY_ALL ? OUTCOME_FALSE : OUTCOME_TRUE;
    struct goal result = {.expr = query->result, .outcomes = needs_page, .next = goal->next};
    const struct goal *next = query->kind == QUERY_EXISTS ? goal->next : &result;

    if (query->kind == QUERY_AGGREGATE || query->kind == QUERY_FIRST)
        return meet_term(search, goal);
    if (query->kind == QUERY_EXISTS && goal->outcomes == OUTCOME_UNKNOWN)
        return false;
    if (goal->outcomes & ~needs_page)
        return meet(search, goal->next);
    return query->where == NULL ? meet(search, next) : want(search, query->where, OUTCOME_TRUE, next);
}

/* --- any condition --- */

static unsigned
outcome_of(const struct value *constant)
{
    return constant->is_null ? OUTCOME_UNKNOWN : constant->boolean ? OUTCOME_TRUE : OUTCOME_FALSE;
}

static unsigned
of_truth_test(const struct expr *test, unsigned outcomes)
{
    unsigned truth = 1U << test->truth;
    unsigned wanted = 0;

    if (outcomes & (test->negated ? OUTCOME_FALSE : OUTCOME_TRUE))
        wanted |= truth;
    if (outcomes & (test->negated ? OUTCOME_TRUE : OUTCOME_FALSE))
        wanted |= OUTCOME_ANY & ~truth;
    return wanted;
}

static bool
meet_null_test(struct search *search, const struct goal *goal)
{
    bool negated = goal->expr->negated;

    if ((goal->outcomes & OUTCOME_TRUE) && is_missing(search, goal->expr->args[0], !negated, goal->next))
        return true;
    return (goal->outcomes & OUTCOME_FALSE) && is_missing(search, goal->expr->args[0], negated, goal->next);
}

static bool
meet_expr(struct search *search, const struct goal *goal)
{
    const struct expr *expr = goal->expr;

    switch (expr->kind) {
    case EXPR_CONSTANT:
        return (goal->outcomes & outcome_of(&expr->constant)) && meet(search, goal->next);
    case EXPR_AND:
        return meet_logic(search, goal, OUTCOME_TRUE);
    case EXPR_OR:
        return meet_logic(search, goal, OUTCOME_FALSE);
    case EXPR_NOT:
        return want(search, expr->args[0], turned(goal->outcomes), goal->next);
    case EXPR_IS_TRUTH:
        return want(search, expr->args[0], of_truth_test(expr, goal->outcomes), goal->next);
    case EXPR_COMPARE:
        return meet_order(search, expr->args[0], expr->args[1], expr->order, goal);
    case EXPR_DISTINCT:
        return meet_distinct(search, goal);
    case EXPR_IS_NULL:
        return meet_null_test(search, goal);
    case EXPR_IN:
        return meet_in(search, goal);
    case EXPR_CASE:
        return meet_case(search, goal);
    case EXPR_QUERY:
        return meet_query(search, goal);
    default:
        return meet_term(search, goal);
    }
}

static bool
meet(struct search *search, const struct goal *goal)
{
    size_t facts = search->facts.count;
    struct goal bare;

    if (goal == NULL || search->steps == 0)
        return true;
    search->steps--;
    bare = *goal;
    bare.expr = term_bare(goal->expr);
    if (bare.outcomes == 0)
        return false;
    if (bare.outcomes == OUTCOME_ANY ? meet(search, bare.next) : meet_expr(search, &bare))
        return true;
    search->facts.count = facts;
    return false;
}

bool
outcome_possible(const struct world *world, const struct row *rows, const struct goal *goal)
{
    struct search search = {.facts = {.world = world, .rows = rows}, .steps = STEPS_MAX};

    return meet(&search, goal);
}
