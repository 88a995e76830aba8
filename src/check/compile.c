#include "crfd/check/compile.h"

#include "analysis.h"
#include "crfd/check/parse.h"
#include "emit.h"
#include "steps.h"
#include "twin.h"
#include "walk.h"

#include <stdio.h>
#include <string.h>

/* NULLs for every column of a page that is not there. */
static const struct value *
missing_row(struct arena *arena, const struct analysis *analysis)
{
    size_t widest = 0;
    struct value *row;

    for (size_t i = 0; i < analysis->row_count; i++)
        if (analysis->rows[i].form->item_count > widest)
            widest = analysis->rows[i].form->item_count;
    row = arena_array(arena, struct value, widest);
    for (size_t i = 0; i < widest; i++)
        row[i].is_null = true;
    return row;
}

/* Which loops stay at the event of the page is known once they are written. */
static void
note_loops(struct program *program)
{
    for (size_t i = 0; i < program->step_count; i++) {
        const struct step *step = &program->steps[i];

        if (step->op == STEP_LOOP_BEGIN && step->flag != 0 && step->b.frame == FRAME_ROW)
            program->rows[step->a.frame - FRAME_ROW].at_event = true;
    }
}

static const struct program *
build_program(struct analysis *analysis, const struct expr *expr)
{
    struct arena *arena = analysis->arena;
    struct program *program = arena_new(arena, struct program);

    program->type = type_register(expr->type);
    program->zone = analysis->study->zone;
    program->reads_current_date = analysis->reads_current_date;
    program->reads = analysis->reads;
    program->read_count = analysis->read_count;
    memcpy(program->rows, analysis->rows, sizeof program->rows);
    program->row_count = analysis->row_count;
    program->tree = expr;
    program->missing_row = missing_row(arena, analysis);
    program->twin = twin_write(arena, expr, program->rows);
    if (program->twin == NULL || !emit_program(arena, expr, analysis->held_count, program)) {
        analysis_refuse(analysis, 0, "the expression is too large; split the check");
        return NULL;
    }
    note_loops(program);
    return program;
}

static const struct expr *
as_condition(struct analysis *analysis, const struct expr *expr)
{
    if (expr == NULL)
        return NULL;
    if (expr->type != SQL_BOOLEAN && expr->type != SQL_UNKNOWN)
        return analysis_refuse(
            analysis, 0,
            "a check must be a condition, but this is %s; write a comparison, as in x > 0 or "
            "x IS NOT NULL",
            type_name(expr->type));
    return analysis_convert(analysis, expr, SQL_BOOLEAN, "a check");
}

/* A partial date is the first or the last day that it may mean. */
static const struct expr *
day_of_partial(struct analysis *analysis, const struct expr *expr, bool latest)
{
    const struct routine *routine;

    if (routine_find(latest ? "latest" : "earliest", ROUTINE_FUNCTION, &expr->type, 1, &routine) !=
        ROUTINE_FOUND)
        return expr;
    return analysis_routine(analysis, routine, &expr, 1, expr->location);
}

static const struct expr *
as_day(struct analysis *analysis, const struct expr *expr, bool latest)
{
    if (expr == NULL)
        return NULL;
    if (!expr_is_safe(expr))
        return analysis_refuse(
            analysis, 0,
            "this could end in an error, and then nobody would know what is due; write columns, "
            "comparisons, CASE and COALESCE of them, earliest and latest, or derive an item");
    if (type_is_partial(expr->type))
        expr = day_of_partial(analysis, expr, latest);
    if (expr != NULL && expr->type == SQL_TIMESTAMP)
        expr = analysis_cast(analysis, expr, SQL_DATE, -1, CAST_EXPLICIT, expr->location);
    if (expr != NULL && expr->type != SQL_DATE)
        return analysis_refuse(analysis, 0, "this must be a date, but it is %s", type_name(expr->type));
    return expr;
}

/* ---- From text to program ---- */

/* What a text is compiled to. */
struct target {
    const struct form *form;
    enum page_scope scope;
    const enum sql_type *result; /* NULL: a condition, or a day */
    bool is_day;
    bool latest;
};

static const struct expr *
as_target(struct analysis *analysis, const struct target *target, const struct expr *expr)
{
    if (target->is_day)
        return as_day(analysis, expr, target->latest);
    if (target->result == NULL)
        return as_condition(analysis, expr);
    return analysis_cast(analysis, expr, *target->result, -1, CAST_ASSIGNMENT, expr ? expr->location : 0);
}

static const struct program *
compile(struct arena *arena, const struct study *study, const struct target *target, const char *text,
        size_t length, struct check_error *error)
{
    struct parse parse;
    struct analysis analysis;
    const struct expr *expr;
    const struct program *program = NULL;

    if (!parse_expression(text, length, &parse, error))
        return NULL;
    analysis_init(&analysis, arena, study, target->form, length, error);
    analysis.scope_of_page = target->scope;
    expr = as_target(&analysis, target, analysis_expr(&analysis, parse.expression));
    if (expr != NULL && !analysis.refused)
        program = build_program(&analysis, expr);
    parse_free(&parse);
    return program;
}

const struct program *
check_compile(struct arena *arena, const struct study *study, const struct form *form, const char *text,
              size_t length, struct check_error *error)
{
    const struct target target = {.form = form};

    return compile(arena, study, &target, text, length, error);
}

const struct program *
check_compile_value(struct arena *arena, const struct study *study, const struct form *form, const char *text,
                    size_t length, enum value_type type, struct check_error *error)
{
    enum sql_type result = type_of_item(type);
    const struct target target = {.form = form, .result = &result};

    return compile(arena, study, &target, text, length, error);
}

/* The form of the page that is not there. */
static const struct form no_form = {.name = SCHEDULE_TABLE, .label = ""};

const struct program *
check_compile_day(struct arena *arena, const struct study *study, bool latest, const char *text,
                  size_t length, struct check_error *error)
{
    const struct target target = {
        .form = &no_form, .scope = PAGE_OF_SUBJECT, .is_day = true, .latest = latest};

    return compile(arena, study, &target, text, length, error);
}

const struct program *
check_compile_event(struct arena *arena, const struct study *study, const char *text, size_t length,
                    struct check_error *error)
{
    const struct target target = {.form = &no_form, .scope = PAGE_OF_EVENT};

    return compile(arena, study, &target, text, length, error);
}
