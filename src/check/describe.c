/* A program in words, for `crfd explain`. */
#include "crfd/check/program.h"

#include "query.h"
#include "steps.h"
#include "words.h"

#include <stdlib.h>
#include <string.h>

static const char *const truths[] = {
    [TRUTH_FALSE] = "false", [TRUTH_UNKNOWN] = "unknown", [TRUTH_TRUE] = "true"};

static const char *
plural(size_t count)
{
    return count == 1 ? "" : "s";
}

/* --- operands --- */

static void
say_value(struct strbuf *out, const struct value *value)
{
    bool quoted = value->type == VALUE_TEXT || value->type == VALUE_DATE || value->type == VALUE_DATETIME ||
                  value->type == VALUE_TIME || value->type == VALUE_INSTANT ||
                  value->type == VALUE_INTERVAL || value->type == VALUE_PARTIAL_DATE ||
                  value->type == VALUE_PARTIAL_DATETIME;

    if (value->is_null) {
        strbuf_append(out, "NULL");
        return;
    }
    if (quoted)
        strbuf_append_char(out, '\'');
    value_append_text(value, out);
    if (quoted)
        strbuf_append_char(out, '\'');
}

static const struct row *
row_of(const struct program *program, struct operand operand)
{
    return &program->rows[operand.frame - FRAME_ROW];
}

/* What a row is called: the page itself has no name before its columns. */
static void
say_row(struct strbuf *out, const struct row *row)
{
    if (row->kind == ROW_PAGE)
        return;
    strbuf_append(out, row->kind == ROW_REFERENCE ? row->form->name : row->alias);
    strbuf_append_char(out, '.');
}

static void
say_operand(struct strbuf *out, const struct program *program, struct operand operand)
{
    if (operand.frame == FRAME_REGISTER) {
        strbuf_printf(out, "r%u", operand.index);
    } else if (operand.frame == FRAME_CONSTANT) {
        say_value(out, &program->constants[operand.index]);
    } else {
        say_row(out, row_of(program, operand));
        strbuf_append(out, row_of(program, operand)->form->items[operand.index].name);
    }
}

/* --- steps --- */

/* Text in which %a, %b and %c stand for operands and %r for the row of operand a. */
static void
say(struct strbuf *out, const struct program *program, const struct step *step, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text != '%') {
            strbuf_append_char(out, *text);
            continue;
        }
        switch (*++text) {
        case 'a':
            say_operand(out, program, step->a);
            break;
        case 'b':
            say_operand(out, program, step->b);
            break;
        case 'c':
            say_operand(out, program, step->c);
            break;
        default:
            strbuf_append(out, row_of(program, step->a)->alias);
            break;
        }
    }
}

static void
say_result(struct strbuf *out, const struct step *step)
{
    strbuf_printf(out, "r%u = ", step->dest);
}

static void
say_jump(struct strbuf *out, const struct program *program, const struct step *step, const char *when)
{
    if (when[0] != '\0') {
        say(out, program, step, when);
        strbuf_append(out, ", ");
    }
    strbuf_printf(out, "go to %u", step->jump);
}

static void
say_call(struct strbuf *out, const struct program *program, const struct step *step)
{
    const struct operand operands[] = {step->a, step->b, step->c};
    size_t count = step->op == STEP_CALL_VARIADIC ? step->c.index : step->arg_count;

    say_result(out, step);
    strbuf_printf(out, "%s(", step->routine->name);
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            strbuf_append(out, ", ");
        if (step->op == STEP_CALL_VARIADIC)
            strbuf_printf(out, "r%zu", step->a.index + i);
        else
            say_operand(out, program, operands[i]);
    }
    strbuf_append(out, ")");
    if (strcmp(step->routine->name, "cast") == 0)
        strbuf_printf(out, " to %s", type_name(step->routine->result));
}

static void
say_in(struct strbuf *out, const struct program *program, const struct step *step)
{
    say_result(out, step);
    say(out, program, step, step->flag ? "%a is none of (" : "%a is one of (");
    for (size_t i = 0; i < step->list->count; i++) {
        if (i > 0)
            strbuf_append(out, ", ");
        say_value(out, &step->list->values[i]);
    }
    strbuf_append(out, step->list->has_null ? ", NULL)" : ")");
}

static void
say_compare(struct strbuf *out, const struct program *program, const struct step *step)
{
    say_result(out, step);
    say(out, program, step, "%a ");
    strbuf_append(out, words_order(step->order));
    say(out, program, step, " %b");
    if (step->op == STEP_COMPARE_PARTIAL)
        strbuf_append(out, step->flag ? ", by whole days" : ", by instants");
}

static void
say_truth(struct strbuf *out, const struct program *program, const struct step *step)
{
    say_result(out, step);
    say(out, program, step, step->flag ? "%a is not " : "%a is ");
    strbuf_append(out, truths[step->order]);
}

static void
say_loop_begin(struct strbuf *out, const struct program *program, const struct step *step)
{
    const struct row *row = row_of(program, step->a);

    strbuf_printf(out, "for each page %s of form %s", row->alias, row->form->name);
    if (step->flag)
        strbuf_printf(out, " at the event of %s", row_of(program, step->b)->alias);
    strbuf_append(out, ":");
}

static void
say_ranks(struct strbuf *out, const struct step *step)
{
    say_result(out, step);
    strbuf_printf(out, "r%u stands before r%u by %zu key%s", step->a.index, step->b.index, step->ranks->count,
                  plural(step->ranks->count));
}

static void
say_key(struct strbuf *out, const struct program *program, const struct step *step)
{
    say_result(out, step);
    say_row(out, row_of(program, step->a));
    strbuf_append(out, form_columns[step->b.index].name);
}

/* Steps that a sentence with operands tells; NULL for the others. */
static const char *
sentence(const struct step *step)
{
    bool flag = step->flag;

    switch ((enum step_op)step->op) {
    case STEP_MOVE:
    case STEP_KEEP:
        return "%a";
    case STEP_DISTINCT:
        return flag ? "%a is not distinct from %b" : "%a is distinct from %b";
    case STEP_AND:
        return "%a and %b";
    case STEP_OR:
        return "%a or %b";
    case STEP_NOT:
        return "not %a";
    case STEP_IS_NULL:
        return flag ? "%a is there" : "%a is missing";
    case STEP_TOKEN:
        return "the token of the missing %a";
    case STEP_SET_NULL:
        return "NULL";
    case STEP_LIKE:
        return flag ? "%a is not like %b" : "%a is like %b";
    case STEP_REGEX:
        return flag ? "%a does not match the pattern" : "%a matches the pattern";
    case STEP_CURRENT_DATE:
        return "the night";
    case STEP_HAS_PAGE:
        return "there is a page %r";
    case STEP_AVERAGE:
        return "%a divided by %b";
    default:
        return NULL;
    }
}

static void
say_other(struct strbuf *out, const struct program *program, const struct step *step)
{
    switch ((enum step_op)step->op) {
    case STEP_RETURN:
        say(out, program, step, "the outcome is %a");
        break;
    case STEP_JUMP:
        say_jump(out, program, step, "");
        break;
    case STEP_JUMP_IF_FALSE:
        say_jump(out, program, step, "if %a is false");
        break;
    case STEP_JUMP_IF_TRUE:
        say_jump(out, program, step, "if %a is true");
        break;
    case STEP_JUMP_UNLESS_TRUE:
        say_jump(out, program, step, "unless %a is true");
        break;
    case STEP_JUMP_IF_NOT_NULL:
        say_jump(out, program, step, "if %a is there");
        break;
    case STEP_JUMP_IF_SEEN:
        say_jump(out, program, step, "if %a is missing or was met before");
        break;
    case STEP_LOOP_NEXT:
        say_jump(out, program, step, "take the next page %r; behind the last");
        break;
    case STEP_CLEAR_SET:
        strbuf_append(out, "nothing was met yet");
        break;
    case STEP_EXTREME:
        strbuf_printf(out, "r%u becomes the %s of itself and ", step->dest,
                      step->flag ? "lesser" : "greater");
        say_operand(out, program, step->a);
        break;
    case STEP_ACCUMULATE:
        strbuf_printf(out, "r%u: %s takes in ", step->dest, aggregate_name((enum aggregate_kind)step->flag));
        if (step->a.frame == FRAME_CONSTANT && step->flag == AGGREGATE_COUNT)
            strbuf_append(out, "the page");
        else
            say_operand(out, program, step->a);
        break;
    case STEP_LOOP_BEGIN:
        say_loop_begin(out, program, step);
        break;
    case STEP_COMES_BEFORE:
        say_ranks(out, step);
        break;
    case STEP_IN:
        say_in(out, program, step);
        break;
    case STEP_IS_TRUTH:
        say_truth(out, program, step);
        break;
    case STEP_LOAD_KEY:
        say_key(out, program, step);
        break;
    case STEP_CALL:
    case STEP_CALL_VARIADIC:
        say_call(out, program, step);
        break;
    default:
        say_compare(out, program, step);
        break;
    }
}

static void
say_step(struct strbuf *out, const struct program *program, const struct step *step)
{
    const char *text = sentence(step);

    if (text == NULL) {
        say_other(out, program, step);
    } else {
        say_result(out, step);
        say(out, program, step, text);
    }
}

/* --- what it reads --- */

static void
say_read(struct strbuf *out, const struct program_read *read)
{
    const char *item = read->form->items[read->item].name;

    switch (read->path) {
    case READ_PAGE:
        strbuf_append(out, item);
        break;
    case READ_REFERENCE:
        strbuf_printf(out, "%s.%s", read->form->name, item);
        break;
    case READ_NEIGHBOR:
        strbuf_printf(out, "%s of the page %d %s", item, abs(read->offset),
                      read->offset <= 0 ? "before" : "behind");
        break;
    case READ_SUBQUERY:
        strbuf_printf(out, "%s of pages of %s", item, read->form->name);
        break;
    }
}

/* Forms whose pages are only counted, or asked for their keys. */
static void
say_bare_forms(struct strbuf *out, const struct program *program, const char **separator)
{
    for (size_t row = 1; row < program->row_count; row++) {
        const struct form *form = program->rows[row].form;
        bool told = false;

        for (size_t i = 0; i < program->read_count; i++)
            told |= program->reads[i].form == form && program->reads[i].path != READ_PAGE;
        for (size_t i = 1; i < row; i++)
            told |= program->rows[i].form == form;
        if (told)
            continue;
        strbuf_printf(out, "%spages of %s", *separator, form->name);
        *separator = ", ";
    }
}

void
program_describe(const struct program *program, struct strbuf *out)
{
    const char *separator = "reads ";

    for (size_t i = 0; i < program->read_count; i++) {
        strbuf_append(out, separator);
        say_read(out, &program->reads[i]);
        separator = ", ";
    }
    say_bare_forms(out, program, &separator);
    if (program->reads_current_date) {
        strbuf_printf(out, "%sthe night", separator);
        separator = ", ";
    }
    strbuf_append(out, strcmp(separator, ", ") == 0 ? "\n" : "reads nothing\n");
    for (size_t i = 0; i < program->step_count; i++) {
        strbuf_printf(out, "%4zu  ", i);
        say_step(out, program, &program->steps[i]);
        strbuf_append_char(out, '\n');
    }
}
