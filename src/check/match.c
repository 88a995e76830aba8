/* LIKE, ILIKE and regular expressions: from the parse tree to the typed tree. */
#include "analysis.h"
#include "crfd/base/utf8.h"
#include "like.h"
#include "regex.h"

#include <string.h>

/* The text that is matched: nothing else converts to text by itself. */
static const struct expr *
subject_text(struct analysis *analysis, const PgQuery__Node *node, const char *construct)
{
    const struct expr *expr = analysis_expr(analysis, node);

    if (expr == NULL)
        return NULL;
    if (expr->type != SQL_TEXT && expr->type != SQL_UNKNOWN)
        return analysis_refuse_expr(analysis, expr, "operator does not exist: %s %s; write x::text",
                                    type_name(expr->type), construct);
    return analysis_convert(analysis, expr, SQL_TEXT, construct);
}

static const struct expr *
text_constant(struct analysis *analysis, char *text, size_t length, int32_t location)
{
    struct expr *expr = expr_new(analysis->arena, EXPR_CONSTANT, SQL_TEXT, location);

    expr->constant = (struct value){.type = VALUE_TEXT, .length = (uint32_t)length, .text = text};
    return expr;
}

/*
 * A pattern with its own ESCAPE character, in terms of the usual \. As PostgreSQL's like_escape: the escape
 * becomes \, a plain \ becomes \\, and an empty escape leaves no way to quote.
 */
static const struct expr *
rewrite_escape(struct analysis *analysis, const struct expr *pattern, const struct expr *escape)
{
    const struct value *from = &pattern->constant;
    size_t escape_length = escape->constant.length;
    char *text = arena_alloc(analysis->arena, 2 * (size_t)from->length + 1);
    size_t used = 0;
    bool quoted = false;

    if (escape_length > 0 && utf8_count(escape->constant.text, escape_length) != 1)
        return analysis_refuse_expr(analysis, escape, "an escape string must be one character or none");
    for (size_t at = 0; at < from->length;) {
        size_t own = utf8_length_at(from->text + at, from->length - at);
        bool is_escape = own == escape_length && memcmp(from->text + at, escape->constant.text, own) == 0;

        if (is_escape && !quoted) {
            text[used++] = '\\';
            quoted = true;
        } else {
            if (from->text[at] == '\\' && !quoted)
                text[used++] = '\\';
            memcpy(text + used, from->text + at, own);
            used += own;
            quoted = false;
        }
        at += own;
    }
    return text_constant(analysis, text, used, pattern->location);
}

static const struct expr *
escaped_pattern(struct analysis *analysis, const PgQuery__FuncCall *node)
{
    const struct expr *pattern = analysis_expr(analysis, node->args[0]);
    const struct expr *escape = node->n_args > 1 ? analysis_expr(analysis, node->args[1]) : NULL;

    if (pattern == NULL || escape == NULL)
        return NULL;
    if (!expr_is_literal(pattern) || !expr_is_literal(escape))
        return analysis_refuse_expr(analysis, pattern,
                                    "with ESCAPE, pattern and escape must be quoted literals");
    if (expr_is_null_constant(pattern) || expr_is_null_constant(escape))
        return analysis_literal(analysis, expr_is_null_constant(pattern) ? pattern : escape, SQL_TEXT);
    return rewrite_escape(analysis, pattern, escape);
}

static bool
is_like_escape(const PgQuery__Node *node)
{
    return node->node_case == PG_QUERY__NODE__NODE_FUNC_CALL &&
           strcmp(node->func_call->funcname[node->func_call->n_funcname - 1]->string->sval, "like_escape") ==
               0;
}

const struct expr *
analysis_like(struct analysis *analysis, const PgQuery__AExpr *node)
{
    const struct expr *text = subject_text(analysis, node->lexpr, "LIKE text");
    const struct expr *pattern = is_like_escape(node->rexpr)
                                     ? escaped_pattern(analysis, node->rexpr->func_call)
                                     : subject_text(analysis, node->rexpr, "as a pattern of LIKE");
    struct expr *like;

    if (text == NULL || pattern == NULL)
        return NULL;
    if (pattern->kind == EXPR_CONSTANT && !pattern->constant.is_null &&
        like_pattern_is_broken(pattern->constant.text, pattern->constant.length))
        return analysis_refuse_expr(
            analysis, pattern,
            "a LIKE pattern must not end with its escape character; write \\\\ for one \\");
    like = expr_new_args(analysis->arena, EXPR_LIKE, SQL_BOOLEAN, node->location,
                         (const struct expr *const[]){text, pattern}, 2);
    like->folded = node->kind == PG_QUERY__A__EXPR__KIND__AEXPR_ILIKE;
    like->negated = node->n_name > 0 && node->name[0]->string->sval[0] == '!';
    return like;
}

const struct expr *
analysis_regex(struct analysis *analysis, const PgQuery__AExpr *node, const char *name)
{
    const struct expr *text = subject_text(analysis, node->lexpr, "~ text");
    const struct expr *pattern = subject_text(analysis, node->rexpr, "as a regular expression");
    struct expr *match;
    size_t offset = 0;
    char problem[REGEX_PROBLEM_MAX];

    if (text == NULL || pattern == NULL)
        return NULL;
    if (pattern->kind != EXPR_CONSTANT)
        return analysis_refuse_expr(analysis, pattern, "a regular expression must be a quoted literal");
    match = expr_new_args(analysis->arena, EXPR_REGEX, SQL_BOOLEAN, node->location,
                          (const struct expr *const[]){text, pattern}, 2);
    match->negated = name[0] == '!';
    match->folded = name[strlen(name) - 1] == '*';
    if (pattern->constant.is_null)
        return match;
    match->regex = regex_compile(analysis->arena, pattern->constant.text, pattern->constant.length,
                                 match->folded, &offset, problem);
    if (match->regex == NULL)
        return analysis_refuse(analysis, pattern->location + 1 + (int32_t)offset, "regular expression: %s",
                               problem);
    return match;
}
