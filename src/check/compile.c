#include "crfd/check/compile.h"

#include "analysis.h"
#include "crfd/check/parse.h"
#include "emit.h"
#include "steps.h"
#include "twin.h"

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

static const struct program *
compile(struct arena *arena, const struct study *study, const struct form *form, const char *text,
        size_t length, const enum sql_type *result, struct check_error *error)
{
    struct parse parse;
    struct analysis analysis;
    const struct expr *expr;
    const struct program *program = NULL;

    if (!parse_expression(text, length, &parse, error))
        return NULL;
    analysis_init(&analysis, arena, study, form, length, error);
    expr = analysis_expr(&analysis, parse.expression);
    if (result == NULL)
        expr = as_condition(&analysis, expr);
    else
        expr = analysis_cast(&analysis, expr, *result, -1, CAST_ASSIGNMENT, expr ? expr->location : 0);
    if (expr != NULL && !analysis.refused)
        program = build_program(&analysis, expr);
    parse_free(&parse);
    return program;
}

const struct program *
check_compile(struct arena *arena, const struct study *study, const struct form *form, const char *text,
              size_t length, struct check_error *error)
{
    return compile(arena, study, form, text, length, NULL, error);
}

const struct program *
check_compile_value(struct arena *arena, const struct study *study, const struct form *form, const char *text,
                    size_t length, enum value_type type, struct check_error *error)
{
    enum sql_type result = type_of_item(type);

    return compile(arena, study, form, text, length, &result, error);
}
