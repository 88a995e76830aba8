#include "crfd/check/suspect.h"

#include "crfd/check/parse.h"
#include "never.h"
#include "outcome.h"
#include "query.h"
#include "steps.h"
#include "term.h"

struct look {
    struct arena *arena;
    const struct world *world;
    const struct program *program;
    struct suspicions *out;
};

static void look_at(struct look *look, const struct expr *expr, bool negated);

/* Each place is told once: what contains it is as suspicious, for the same reason. */
static void
suspect(struct look *look, int32_t location, const char *format, const char *detail)
{
    size_t offset = location > (int32_t)PARSE_PREFIX_LENGTH ? (size_t)location - PARSE_PREFIX_LENGTH : 0;

    for (size_t i = 0; i < look->out->count; i++)
        if (look->out->list[i].offset == offset)
            return;
    if (look->out->count < SUSPICIONS_MAX)
        look->out->list[look->out->count++] =
            (struct suspicion){offset, arena_printf(look->arena, "%s%s", format, detail)};
}

static bool
can(const struct look *look, const struct expr *expr, unsigned outcomes)
{
    const struct goal goal = {.expr = expr, .outcomes = outcomes};

    return outcome_possible(look->world, look->program->rows, &goal);
}

/* --- constants --- */

/* A test for '' beside one for NULL is careful, not mistaken. */
static bool
tests_null(const struct expr *expr, const struct expr *term)
{
    if (expr->kind == EXPR_IS_NULL && term_same(expr->args[0], term))
        return true;
    if (expr->kind == EXPR_QUERY && expr->query->where != NULL && tests_null(expr->query->where, term))
        return true;
    for (uint32_t i = 0; i < expr->arg_count; i++)
        if (tests_null(expr->args[i], term))
            return true;
    return false;
}

static bool
is_careful(const struct look *look, const struct expr *term, const struct expr *constant)
{
    constant = term_bare(constant);
    return constant->kind == EXPR_CONSTANT && constant->type == SQL_TEXT && constant->constant.length == 0 &&
           tests_null(look->program->tree, term);
}

/* A constant that a term is compared with for equality. */
static void
look_at_constant(struct look *look, const struct expr *term, const struct expr *constant)
{
    struct strbuf why;

    term = term_bare(term);
    constant = term_bare(constant);
    if (constant->kind != EXPR_CONSTANT || term_is_fixed(term))
        return;
    strbuf_init(&why);
    if (never_equal(look->world, look->program->rows, term, constant, &why))
        suspect(look, constant->location, why.text, "");
    strbuf_destroy(&why);
}

static bool
look_at_null(struct look *look, const struct expr *operand)
{
    operand = term_bare(operand);
    if (!expr_is_null_constant(operand))
        return false;
    suspect(look, operand->location,
            "a comparison with NULL is never true and never false; write IS NULL or IS NOT NULL", "");
    return true;
}

/* --- single conditions --- */

/* What comes out one way on all pages where its values are there. */
static void
look_at_outcomes(struct look *look, const struct expr *expr)
{
    if (term_is_fixed(expr))
        return;
    if (!can(look, expr, OUTCOME_TRUE))
        suspect(look, expr->location, "this is never true, whatever the pages hold", "");
    else if (!can(look, expr, OUTCOME_FALSE))
        suspect(look, expr->location, "this is never false, whatever the pages hold", "");
}

/* The column of the subject that it is a value of, from whichever page, also out of a subquery; NULL where it is none. */
static const struct expr *
subject_column_of(const struct expr *expr)
{
    while (expr != NULL && term_bare(expr)->kind == EXPR_QUERY)
        expr = term_handed_on(term_bare(expr)->query);
    return expr != NULL && term_is_subject(expr) ? term_bare(expr) : NULL;
}

static bool
is_one_subject(const struct expr *a, const struct expr *b)
{
    const struct expr *one = subject_column_of(a), *other = subject_column_of(b);

    return one != NULL && other != NULL && one->column == other->column;
}

static void
look_at_comparison(struct look *look, const struct expr *expr, bool negated)
{
    const struct expr *a = expr->args[0];
    const struct expr *b = expr->args[1];
    bool equality = expr->kind == EXPR_DISTINCT || expr->order == ORDER_EQUAL ||
                    expr->order == (ORDER_LESS | ORDER_GREATER);
    bool holds = expr->kind == EXPR_DISTINCT ? expr->negated : (expr->order & ORDER_EQUAL) != 0;
    size_t before = look->out->count;

    if (expr->kind == EXPR_COMPARE && (look_at_null(look, a) || look_at_null(look, b)))
        return;
    if (equality) {
        if (is_careful(look, a, b) || is_careful(look, b, a))
            return;
        look_at_constant(look, a, b);
        look_at_constant(look, b, a);
    }
    if (is_one_subject(a, b)) {
        /* Saying so of a page in FROM is a habit of joins. */
        if (holds == negated || !term_is_subject(a) || !term_is_subject(b))
            suspect(look, expr->location,
                    "a check sees the pages of one subject only, so these are always the same; what is to "
                    "be unique among subjects is no check",
                    "");
        return;
    }
    if (!term_is_fixed(a) && term_same(a, b) && !type_is_partial(term_bare(a)->type))
        suspect(look, expr->location,
                "both sides are the same; in a subquery a bare name is that of its own form: write form.item",
                "");
    if (look->out->count == before)
        look_at_outcomes(look, expr);
}

static void
look_at_list(struct look *look, const struct expr *expr)
{
    size_t before = look->out->count;

    for (uint32_t i = 1; i < expr->arg_count; i++) {
        if (expr_is_null_constant(expr->args[i]))
            suspect(look, expr->args[i]->location,
                    "NULL in a list matches nothing, and makes NOT IN never true; write OR x IS NULL", "");
        else
            look_at_constant(look, expr->args[0], expr->args[i]);
    }
    if (look->out->count == before)
        look_at_outcomes(look, expr);
}

/* --- several together --- */

/* How many operands from the first on can have the outcome together. */
static uint32_t
together(const struct look *look, const struct expr *expr, unsigned outcome)
{
    struct expr head = *expr;

    for (uint32_t count = 1; count <= expr->arg_count; count++) {
        head.arg_count = count;
        if (!can(look, &head, outcome))
            return count - 1;
    }
    return expr->arg_count;
}

static bool
is_between(const struct expr *expr)
{
    return expr->arg_count == 2 && expr->args[0]->location == expr->location &&
           expr->args[1]->location == expr->location;
}

/* Operands of AND that are never true together, of OR that are never false together, though each can be. */
static void
look_at_logic(struct look *look, const struct expr *expr)
{
    bool is_and = expr->kind == EXPR_AND;
    unsigned outcome = is_and ? OUTCOME_TRUE : OUTCOME_FALSE;
    uint32_t count;

    for (uint32_t i = 0; i < expr->arg_count; i++)
        if (!can(look, expr->args[i], outcome))
            return;
    count = together(look, expr, outcome);
    if (count == expr->arg_count)
        return;
    if (is_between(expr))
        suspect(look, expr->location,
                is_and ? "no value lies between these bounds"
                       : "no value lies between these bounds, so every one is outside",
                "; the lower one comes first");
    else
        suspect(look, expr->args[count]->location,
                is_and ? "this is never true where what stands before it is true"
                       : "this is never false where what stands before it is false, so one of them always "
                         "holds",
                is_and ? "; is OR meant?" : "; is AND meant?");
}

static void
look_at_case(struct look *look, const struct expr *expr)
{
    struct goal *goals = arena_array(look->arena, struct goal, expr->arg_count);
    size_t count = 0;

    for (uint32_t i = 0; i + 1 < expr->arg_count; i += 2) {
        if (term_is_fixed(expr->args[i]))
            continue;
        goals[count] = (struct goal){
            .expr = expr->args[i], .outcomes = OUTCOME_TRUE, .next = count > 0 ? &goals[count - 1] : NULL};
        if (can(look, expr->args[i], OUTCOME_TRUE) &&
            !outcome_possible(look->world, look->program->rows, &goals[count]))
            suspect(look, expr->args[i]->location,
                    "this WHEN is never reached: one before it takes all that it would", "");
        goals[count++].outcomes = OUTCOME_FALSE | OUTCOME_UNKNOWN;
    }
}

/* --- the tree --- */

static void
look_at_query(struct look *look, const struct query *query)
{
    if (query->where != NULL)
        look_at(look, query->where, false);
    if (query->result != NULL)
        look_at(look, query->result, false);
    for (size_t i = 0; i < query->aggregate_count; i++) {
        if (query->aggregates[i].arg != NULL)
            look_at(look, query->aggregates[i].arg, false);
        if (query->aggregates[i].filter != NULL)
            look_at(look, query->aggregates[i].filter, false);
    }
}

/* BETWEEN SYMMETRIC is made of two, of which one may well be empty. */
static bool
is_made_by(const struct expr *parent, const struct expr *expr)
{
    return (expr->kind == EXPR_AND || expr->kind == EXPR_OR) && expr->kind != parent->kind &&
           expr->location == parent->location;
}

static void
look_at_args(struct look *look, const struct expr *expr, bool negated)
{
    for (uint32_t i = 0; i < expr->arg_count; i++) {
        if (is_made_by(expr, expr->args[i]))
            look_at_args(look, expr->args[i], negated);
        else
            look_at(look, expr->args[i], negated);
    }
}

static void
look_at(struct look *look, const struct expr *expr, bool negated)
{
    size_t before = look->out->count;

    if (expr->kind == EXPR_HELD)
        return;
    look_at_args(look, expr, expr->kind == EXPR_NOT ? !negated : negated);
    if (expr->kind == EXPR_QUERY)
        look_at_query(look, expr->query);
    if (look->out->count > before)
        return;
    switch (expr->kind) {
    case EXPR_COMPARE:
    case EXPR_DISTINCT:
        look_at_comparison(look, expr, negated);
        break;
    case EXPR_IN:
        look_at_list(look, expr);
        break;
    case EXPR_IS_NULL:
        look_at_outcomes(look, expr);
        break;
    case EXPR_AND:
    case EXPR_OR:
        look_at_logic(look, expr);
        break;
    case EXPR_CASE:
        look_at_case(look, expr);
        break;
    default:
        break;
    }
}

/* --- the whole --- */

static void
look_at_check(struct look *look)
{
    const struct expr *tree = look->program->tree;

    if (!can(look, tree, OUTCOME_FALSE))
        suspect(look, 0, "the condition is never false: the check can never have a finding", "");
    else if (!can(look, tree, OUTCOME_TRUE | OUTCOME_UNKNOWN))
        suspect(look, 0, "the condition is false whatever the pages hold: every page has a finding", "");
}

static void
look_at_when(struct look *look)
{
    const struct expr *tree = look->program->tree;

    if (!can(look, tree, OUTCOME_TRUE))
        suspect(look, 0, "the condition is never true: the form is never expected", "");
    else if (!can(look, tree, OUTCOME_FALSE | OUTCOME_UNKNOWN))
        suspect(look, 0, "the condition is true whatever the pages hold: the form is always expected", "");
}

void
suspect_look(struct arena *arena, const struct world *world, const struct program *program,
             enum suspect_use use, struct suspicions *out)
{
    struct look look = {.arena = arena, .world = world, .program = program, .out = out};

    out->count = 0;
    look_at(&look, program->tree, false);
    if (out->count > 0)
        return;
    if (use == SUSPECT_CHECK)
        look_at_check(&look);
    else if (use == SUSPECT_WHEN)
        look_at_when(&look);
}
