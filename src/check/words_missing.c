/*
 * What a missing value does to a check. Sets of what a program reads: with a value of the set missing, the expression
 * is surely missing, surely not false, or surely not true. What is not certain is not in the set.
 */
#include "words.h"

#include "crfd/check/program.h"
#include "routine.h"
#include "steps.h"

#define EVERY                                                                                                \
    UINT64_MAX /* also where nothing is read: a condition that is never false is false without it neither */
/* What tells of missing values itself. */
#define WORDS_SAY_MORE (WORDS_RESULT | WORDS_EXISTS | WORDS_TOKEN | WORDS_QUANTIFIED)
#define READS_MAX      64 /* what is read beyond is in no set */

static uint64_t not_false(const struct program *program, const struct expr *expr);
static uint64_t not_true(const struct program *program, const struct expr *expr);
static uint64_t is_missing(const struct program *program, const struct expr *expr);

static const enum read_path paths[] = {[ROW_PAGE] = READ_PAGE,
                                       [ROW_REFERENCE] = READ_REFERENCE,
                                       [ROW_NEIGHBOR] = READ_NEIGHBOR,
                                       [ROW_LOOP] = READ_SUBQUERY};

static uint64_t
column(const struct program *program, const struct expr *expr)
{
    const struct row *row = &program->rows[expr->row];

    for (size_t i = 0; row->kind != ROW_LOOP && i < program->read_count && i < READS_MAX; i++) {
        const struct program_read *read = &program->reads[i];

        if (read->path == paths[row->kind] && read->form == row->form && read->item == expr->column &&
            read->offset == row->offset)
            return UINT64_C(1) << i;
    }
    return 0;
}

typedef uint64_t set_of(const struct program *program, const struct expr *expr);

static uint64_t
any(const struct program *program, const struct expr *expr, set_of *set)
{
    uint64_t found = 0;

    for (uint32_t i = 0; i < expr->arg_count; i++)
        found |= set(program, expr->args[i]);
    return found;
}

static uint64_t
all(const struct program *program, const struct expr *expr, set_of *set)
{
    uint64_t found = EVERY;

    for (uint32_t i = 0; i < expr->arg_count; i++)
        found &= set(program, expr->args[i]);
    return found;
}

/* Whatever branch is taken: one is not where its condition is not true. */
static uint64_t
choice(const struct program *program, const struct expr *expr, set_of *set)
{
    uint64_t found = set(program, expr->args[expr->arg_count - 1]);

    for (uint32_t i = 0; i + 1 < expr->arg_count; i += 2)
        found &= set(program, expr->args[i + 1]) | not_true(program, expr->args[i]);
    return found;
}

static uint64_t
is_missing(const struct program *program, const struct expr *expr)
{
    switch (expr->kind) {
    case EXPR_CONSTANT:
        return expr->constant.is_null ? EVERY : 0;
    case EXPR_COLUMN:
        return column(program, expr);
    case EXPR_CALL:
        return expr->routine->kind == ROUTINE_VARIADIC ? 0 : any(program, expr, is_missing);
    case EXPR_CAST:
    case EXPR_COMPARE:
    case EXPR_LIKE:
    case EXPR_REGEX:
    case EXPR_NOT:
        return any(program, expr, is_missing);
    case EXPR_IN:
    case EXPR_NULLIF:
    case EXPR_HELD:
        return is_missing(program, expr->args[0]);
    case EXPR_HOLD:
        return is_missing(program, expr->args[1]);
    case EXPR_NEIGHBOR:
        return expr_is_null_constant(words_bare(expr->args[1])) ? is_missing(program, expr->args[0]) : 0;
    case EXPR_AND:
    case EXPR_OR:
    case EXPR_COALESCE:
    case EXPR_EXTREME:
        return all(program, expr, is_missing);
    case EXPR_CASE:
        return choice(program, expr, is_missing);
    default:
        return 0;
    }
}

/* The operand that is compared with a constant that is there: with it missing, the two are distinct. */
static uint64_t
distinct(const struct program *program, const struct expr *expr)
{
    for (int i = 0; i < 2; i++) {
        const struct expr *constant = words_bare(expr->args[1 - i]);

        if (constant->kind == EXPR_CONSTANT && !constant->constant.is_null)
            return is_missing(program, expr->args[i]);
    }
    return 0;
}

static uint64_t
of_truth(const struct program *program, const struct expr *expr)
{
    switch (expr->truth) {
    case TRUTH_TRUE:
        return not_true(program, expr->args[0]);
    case TRUTH_FALSE:
        return not_false(program, expr->args[0]);
    default:
        return is_missing(program, expr->args[0]);
    }
}

/* A test whose answer is never unknown: surely `so` with one of the set missing. */
static uint64_t
of_test(const struct program *program, const struct expr *expr, bool so)
{
    switch (expr->kind) {
    case EXPR_IS_NULL:
        return expr->negated != so ? is_missing(program, expr->args[0]) : 0;
    case EXPR_DISTINCT:
        return expr->negated != so ? distinct(program, expr) : 0;
    default:
        return (expr->negated != (expr->truth == TRUTH_UNKNOWN)) == so ? of_truth(program, expr) : 0;
    }
}

static uint64_t
of_query(const struct program *program, const struct query *query, bool so)
{
    if (query->kind == QUERY_EXISTS && !so && query->where != NULL)
        return not_true(program, query->where);
    if (query->kind == (so ? QUERY_ALL : QUERY_ANY))
        return is_missing(program, query->result->args[0]);
    return 0;
}

static uint64_t
surely_not(const struct program *program, const struct expr *expr, bool truth)
{
    set_of *same = truth ? not_true : not_false;

    switch (expr->kind) {
    case EXPR_CONSTANT:
        return expr->constant.is_null || expr->constant.boolean != truth ? EVERY : 0;
    case EXPR_AND:
        return truth ? any(program, expr, same) : all(program, expr, same);
    case EXPR_OR:
        return truth ? all(program, expr, same) : any(program, expr, same);
    case EXPR_NOT:
        return surely_not(program, expr->args[0], !truth);
    case EXPR_IS_NULL:
    case EXPR_DISTINCT:
    case EXPR_IS_TRUTH:
        return of_test(program, expr, !truth);
    case EXPR_COALESCE:
        return all(program, expr, same);
    case EXPR_CASE:
        return choice(program, expr, same);
    case EXPR_HOLD:
        return same(program, expr->args[1]);
    case EXPR_HELD:
        return same(program, expr->args[0]);
    case EXPR_QUERY:
        return of_query(program, expr->query, !truth);
    default:
        return is_missing(program, expr);
    }
}

static uint64_t
not_false(const struct program *program, const struct expr *expr)
{
    return surely_not(program, expr, false);
}

static uint64_t
not_true(const struct program *program, const struct expr *expr)
{
    return surely_not(program, expr, true);
}

bool
program_needs(const struct program *program, size_t read)
{
    return read < READS_MAX && (not_false(program, program->tree) & UINT64_C(1) << read) != 0;
}

/* --- in words --- */

/* What a comparison or a function somewhere cannot do without. */
static uint64_t
wanted(const struct program *program, const struct expr *expr)
{
    uint64_t found = 0;

    if (expr->kind == EXPR_COMPARE || expr->kind == EXPR_IN || expr->kind == EXPR_LIKE ||
        expr->kind == EXPR_REGEX)
        found = is_missing(program, expr);
    for (uint32_t i = 0; i < expr->arg_count; i++)
        found |= wanted(program, expr->args[i]);
    return found;
}

static void
say_read(struct words *words, const struct program_read *read)
{
    words_item(words, read->path == READ_REFERENCE ? read->form->name : "", &read->form->items[read->item]);
    if (read->path == READ_NEIGHBOR)
        strbuf_append(words->out, " of the other visit");
}

/* "a, b or c"; false where there is none. */
static bool
say_reads(struct words *words, const char *before, uint64_t set)
{
    const struct program *program = words->program;
    size_t count = program->read_count < READS_MAX ? program->read_count : READS_MAX;
    size_t left = 0;

    for (size_t i = 0; i < count; i++)
        left += (set & UINT64_C(1) << i) != 0;
    if (left == 0)
        return false;
    strbuf_append(words->out, before);
    for (size_t i = 0; i < count; i++) {
        if (!(set & UINT64_C(1) << i))
            continue;
        say_read(words, &program->reads[i]);
        left--;
        strbuf_append(words->out, left == 0 ? "" : left == 1 ? " or " : ", ");
    }
    return true;
}

void
words_missing(struct words *words)
{
    const struct program *program = words->program;
    uint64_t needed = not_false(program, program->tree);

    uint64_t others = wanted(program, program->tree) & ~needed;

    if (needed == EVERY)
        return;
    if (say_reads(words, "Not asked where ", needed))
        strbuf_append(words->out, " is missing.\n");
    if (say_reads(words, "Where ", others))
        strbuf_append(words->out, " is missing, what is left of the condition decides.\n");
    if (needed == 0 && others == 0 && program->read_count > 0 && !(words->notes & WORDS_SAY_MORE))
        strbuf_append(words->out, "No single missing value keeps it from being asked.\n");
}
