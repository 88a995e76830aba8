#include "never.h"

#include "crfd/base/suggest.h"
#include "crfd/value/compare.h"
#include "query.h"
#include "routine.h"
#include "term.h"

#include <string.h>

static bool
is_event(const struct world *world, const struct value *name, struct strbuf *why)
{
    const struct study *study = world->study;
    struct suggestion suggestion;
    struct strbuf wanted;

    if (study_event(study, name->text, name->length) != NULL)
        return true;
    if (why == NULL)
        return false;
    strbuf_init(&wanted);
    strbuf_append_bytes(&wanted, name->text, name->length);
    suggestion_begin(&suggestion, wanted.text);
    for (size_t i = 0; i < study->event_count; i++)
        suggestion_offer(&suggestion, study->events[i].name);
    strbuf_printf(why, "the study has no event '%s'", wanted.text);
    if (suggestion.name != NULL)
        strbuf_printf(why, "; did you mean '%s'?", suggestion.name);
    else
        strbuf_append(why, ", and none of its patterns takes it in");
    strbuf_destroy(&wanted);
    return false;
}

/* The letters that upper() or lower() leaves none of. */
static bool
never_folded(const char *routine, const struct value *constant, struct strbuf *why)
{
    bool upper = strcmp(routine, "upper") == 0;
    char first = upper ? 'a' : 'A';

    for (uint32_t i = 0; i < constant->length; i++) {
        if (constant->text[i] < first || constant->text[i] >= first + 26)
            continue;
        if (why != NULL)
            strbuf_printf(why, "%s(...) gives no %s letters, as '%.*s' has; write it in %s letters", routine,
                          upper ? "small" : "capital", (int)constant->length, constant->text,
                          upper ? "capital" : "small");
        return true;
    }
    return false;
}

static bool
is_folded(const char *code, const struct value *constant)
{
    return strlen(code) == constant->length && strncasecmp(code, constant->text, constant->length) == 0;
}

/* Letters of other scripts have a case, too, that is not looked at here. */
static bool
is_ascii(const struct value *text)
{
    for (uint32_t i = 0; i < text->length; i++)
        if ((unsigned char)text->text[i] >= 0x80)
            return false;
    return true;
}

static bool
never_folded_code(const struct row *row, const struct expr *column, const struct value *constant,
                  struct strbuf *why)
{
    const struct item *item = &row->form->items[column->column];

    if (item->codelist == NULL || !is_ascii(constant))
        return false;
    for (size_t i = 0; i < item->codelist->code_count; i++)
        if (is_folded(item->codelist->codes[i], constant))
            return false;
    if (why != NULL)
        strbuf_printf(why, "'%.*s' is no code of \"%s\", in whichever case", (int)constant->length,
                      constant->text, item->codelist->name);
    return true;
}

static bool
never_called(const struct row *rows, const struct expr *call, const struct value *constant,
             struct strbuf *why)
{
    const char *name = call->routine->name;
    const struct expr *column = term_bare(call->args[0]);

    if (strcmp(name, "upper") != 0 && strcmp(name, "lower") != 0)
        return false;
    if (never_folded(name, constant, why))
        return true;
    return column->kind == EXPR_COLUMN && never_folded_code(&rows[column->row], column, constant, why);
}

/* A token is what the study says, to the letter: whatever was entered for it. */
static bool
never_token(const struct item *item, const struct value *constant, struct strbuf *why)
{
    struct strbuf text;
    const char *close;

    for (size_t i = 0; i < item->missing_count; i++)
        if (strlen(item->missing[i]) == constant->length &&
            memcmp(item->missing[i], constant->text, constant->length) == 0)
            return false;
    if (why == NULL)
        return true;
    strbuf_init(&text);
    strbuf_append_bytes(&text, constant->text, constant->length);
    close = suggest(text.text, item->missing, item->missing_count);
    strbuf_printf(why, "'%s' is no missing token of \"%s\"", text.text, item->name);
    if (close != NULL)
        strbuf_printf(why, "; did you mean '%s'?", close);
    else if (item->missing_count <= 12)
        for (size_t i = 0; i < item->missing_count; i++)
            strbuf_printf(why, "%s'%s'", i > 0 ? ", " : "; there is ", item->missing[i]);
    strbuf_destroy(&text);
    return true;
}

/* The value is that of one of these, and none of them is ever the constant. */
static bool
never_any(const struct world *world, const struct row *rows, const struct expr *const *args, size_t count,
          size_t stride, const struct expr *constant, struct strbuf *why)
{
    for (size_t i = 0; i < count; i += stride)
        if (!expr_is_null_constant(args[i]) && !never_equal(world, rows, args[i], constant, NULL))
            return false;
    for (size_t i = 0; why != NULL && i < count; i += stride)
        if (!expr_is_null_constant(args[i]))
            return never_equal(world, rows, args[i], constant, why);
    return true;
}

static bool
never_case(const struct world *world, const struct row *rows, const struct expr *choice,
           const struct expr *constant, struct strbuf *why)
{
    const struct expr *otherwise = choice->args[choice->arg_count - 1];

    return (expr_is_null_constant(otherwise) || never_equal(world, rows, otherwise, constant, NULL)) &&
           never_any(world, rows, choice->args + 1, choice->arg_count - 1, 2, constant, why);
}

static bool
never_constant(const struct expr *term, const struct expr *constant, struct strbuf *why)
{
    if (term->constant.is_null || type_is_partial(term->type) ||
        value_compare(&term->constant, &constant->constant, (enum value_type)constant->constant.type) == 0)
        return false;
    if (why != NULL)
        strbuf_append(why, "what it is compared with has other values only");
    return true;
}

bool
never_equal(const struct world *world, const struct row *rows, const struct expr *term,
            const struct expr *constant, struct strbuf *why)
{
    const struct expr *result;

    term = term_bare(term);
    if (constant->constant.is_null)
        return false;
    switch (term->kind) {
    case EXPR_COLUMN:
        return world->never(world->data, rows[term->row].form, term->column, &constant->constant, why);
    case EXPR_TOKEN:
        return never_token(&rows[term->row].form->items[term->column], &constant->constant, why);
    case EXPR_KEY:
        return term->column == COLUMN_EVENT && !is_event(world, &constant->constant, why);
    case EXPR_CONSTANT:
        return term->type == constant->type && never_constant(term, constant, why);
    case EXPR_CALL:
        return term->type == SQL_TEXT && never_called(rows, term, &constant->constant, why);
    case EXPR_NULLIF:
        return never_equal(world, rows, term->args[0], constant, why);
    case EXPR_COALESCE:
    case EXPR_EXTREME:
    case EXPR_NEIGHBOR:
        return never_any(world, rows, term->args, term->arg_count, 1, constant, why);
    case EXPR_CASE:
        return never_case(world, rows, term, constant, why);
    case EXPR_QUERY:
        result = term_handed_on(term->query);
        return result != NULL && never_equal(world, rows, result, constant, why);
    default:
        return false;
    }
}
