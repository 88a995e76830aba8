#include "crfd/check/parse.h"

#include "crfd/base/utf8.h"
#include "crfd/check/refusal.h"

#include <pg_query.h>
#include <string.h>

static bool
refuse(struct check_error *error, size_t offset, const char *message)
{
    refusal_set(error, offset, "%s", message);
    return false;
}

/* Bytes that PostgreSQL would not take for text either. */
static bool
check_bytes(const char *text, size_t length, struct check_error *error)
{
    size_t offset = 0;

    while (offset < length) {
        int32_t character;
        size_t taken = utf8_decode(text + offset, length - offset, &character);

        if (taken == 0)
            return refuse(error, offset, "the text is not valid UTF-8 here");
        if (character == 0)
            return refuse(error, offset, "the text holds a NUL character here");
        offset += taken;
    }
    return true;
}

/* The byte in the user's text that the parser's position (characters from 1, with the prefix) means. */
static size_t
offset_of_cursor(const char *statement, int cursor)
{
    size_t byte = 0;

    for (int character = 1; character < cursor && statement[byte] != '\0'; character++) {
        byte++;
        while (((unsigned char)statement[byte] & 0xC0) == 0x80)
            byte++;
    }
    return byte > PARSE_PREFIX_LENGTH ? byte - PARSE_PREFIX_LENGTH : 0;
}

static bool
refuse_as_parser(struct check_error *error, const char *statement, const PgQueryError *from)
{
    if (from == NULL || from->message == NULL)
        return refuse(error, 0, "the parser could not read the text");
    return refuse(error, offset_of_cursor(statement, from->cursorpos), from->message);
}

/* --- tokens --- */

static size_t
token_offset(const PgQuery__ScanToken *token)
{
    return (size_t)token->start - PARSE_PREFIX_LENGTH;
}

static bool
check_token(const PgQuery__ScanToken *token, struct check_error *error)
{
    switch (token->token) {
    case PG_QUERY__TOKEN__SQL_COMMENT:
    case PG_QUERY__TOKEN__C_COMMENT:
        return refuse(error, token_offset(token), "a check cannot hold a comment; leave it out");
    case PG_QUERY__TOKEN__ASCII_59:
        return refuse(error, token_offset(token), "a check is one expression; leave the semicolon out");
    default:
        return true;
    }
}

static bool
check_tokens(const PgQuery__ScanResult *scan, size_t length, struct check_error *error)
{
    /* The first token is the SELECT of the prefix. */
    if (scan->n_tokens < 2)
        return refuse(error, length, "the expression is empty; write a condition such as sysbp > diabp");
    if (scan->n_tokens - 1 > CHECK_TOKEN_MAX) {
        refusal_set(error, token_offset(scan->tokens[CHECK_TOKEN_MAX + 1]),
                    "the expression has more than %d words and signs; split the check", CHECK_TOKEN_MAX);
        return false;
    }
    /* SELECT ALL x leaves no trace in the tree. */
    if (scan->tokens[1]->token == PG_QUERY__TOKEN__ALL || scan->tokens[1]->token == PG_QUERY__TOKEN__DISTINCT)
        return refuse(error, 0, "a check is a condition and cannot begin with ALL or DISTINCT");
    for (size_t i = 1; i < scan->n_tokens; i++)
        if (!check_token(scan->tokens[i], error))
            return false;
    return true;
}

/* Where a clause begins that an expression has not: its keyword outside parentheses. */
static size_t
clause_offset(const PgQuery__ScanResult *scan)
{
    int depth = 0;

    for (size_t i = 1; i < scan->n_tokens; i++) {
        switch (scan->tokens[i]->token) {
        case PG_QUERY__TOKEN__ASCII_40:
            depth++;
            break;
        case PG_QUERY__TOKEN__ASCII_41:
            depth--;
            break;
        case PG_QUERY__TOKEN__FROM:
            if (depth == 0 && scan->tokens[i - 1]->token != PG_QUERY__TOKEN__DISTINCT)
                return token_offset(scan->tokens[i]);
            break;
        case PG_QUERY__TOKEN__INTO:
        case PG_QUERY__TOKEN__WHERE:
        case PG_QUERY__TOKEN__GROUP_P:
        case PG_QUERY__TOKEN__HAVING:
        case PG_QUERY__TOKEN__WINDOW:
        case PG_QUERY__TOKEN__ORDER:
        case PG_QUERY__TOKEN__LIMIT:
        case PG_QUERY__TOKEN__OFFSET:
        case PG_QUERY__TOKEN__FETCH:
        case PG_QUERY__TOKEN__FOR:
        case PG_QUERY__TOKEN__UNION:
        case PG_QUERY__TOKEN__INTERSECT:
        case PG_QUERY__TOKEN__EXCEPT:
            if (depth == 0)
                return token_offset(scan->tokens[i]);
            break;
        default:
            break;
        }
    }
    return 0;
}

/* --- the statement --- */

static bool
has_other_clause(const PgQuery__SelectStmt *select)
{
    return select->n_distinct_clause > 0 || select->into_clause != NULL || select->n_from_clause > 0 ||
           select->where_clause != NULL || select->n_group_clause > 0 || select->having_clause != NULL ||
           select->n_window_clause > 0 || select->n_values_lists > 0 || select->n_sort_clause > 0 ||
           select->limit_offset != NULL || select->limit_count != NULL || select->n_locking_clause > 0 ||
           select->with_clause != NULL || select->op != PG_QUERY__SET_OPERATION__SETOP_NONE ||
           select->larg != NULL || select->rarg != NULL;
}

static bool
find_expression(const PgQuery__ParseResult *result, const PgQuery__ScanResult *scan, size_t length,
                const PgQuery__Node **out, struct check_error *error)
{
    const PgQuery__SelectStmt *select;
    const PgQuery__ResTarget *target;

    if (result->n_stmts != 1 || result->stmts[0]->stmt == NULL ||
        result->stmts[0]->stmt->node_case != PG_QUERY__NODE__NODE_SELECT_STMT)
        return refuse(error, 0, "a check is one expression, not a statement");
    select = result->stmts[0]->stmt->select_stmt;
    if (has_other_clause(select))
        return refuse(error, clause_offset(scan),
                      "a check is one expression, not a query; other pages are read as form.column");
    if (select->n_target_list == 0)
        return refuse(error, length, "the expression is empty; write a condition such as sysbp > diabp");
    if (select->n_target_list > 1) {
        size_t second = (size_t)select->target_list[1]->res_target->location;

        return refuse(error, second - PARSE_PREFIX_LENGTH,
                      "a check is one expression; join conditions with AND instead of a comma");
    }
    target = select->target_list[0]->res_target;
    if (target->name != NULL && target->name[0] != '\0')
        return refuse(error, token_offset(scan->tokens[scan->n_tokens - 1]),
                      "a check has no name here; is an operator missing before this word?");
    if (target->n_indirection > 0 || target->val == NULL)
        return refuse(error, 0, "a check is one expression");
    *out = target->val;
    return true;
}

static bool
parse_statement(const char *statement, const PgQuery__ScanResult *scan, size_t length, struct parse *out,
                struct check_error *error)
{
    PgQueryProtobufParseResult tree = pg_query_parse_protobuf(statement);
    struct parse parse = {NULL, NULL};
    bool ok = false;

    /* Out of memory may leave neither a tree nor an error. */
    if (tree.error != NULL || tree.parse_tree.data == NULL) {
        refuse_as_parser(error, statement, tree.error);
        goto done;
    }
    parse.result =
        pg_query__parse_result__unpack(NULL, tree.parse_tree.len, (const uint8_t *)tree.parse_tree.data);
    if (parse.result == NULL) {
        refuse_as_parser(error, statement, NULL);
        goto done;
    }
    if (!find_expression(parse.result, scan, length, &parse.expression, error)) {
        parse_free(&parse);
        goto done;
    }
    *out = parse;
    ok = true;
done:
    pg_query_free_protobuf_parse_result(tree);
    return ok;
}

bool
parse_expression(const char *text, size_t length, struct parse *out, struct check_error *error)
{
    char statement[PARSE_PREFIX_LENGTH + CHECK_TEXT_MAX + 1] = PARSE_PREFIX;
    PgQueryScanResult tokens;
    PgQuery__ScanResult *scan = NULL;
    bool ok = false;

    if (length > CHECK_TEXT_MAX) {
        refusal_set(error, CHECK_TEXT_MAX, "the expression is longer than %d bytes; split the check",
                    CHECK_TEXT_MAX);
        return false;
    }
    if (!check_bytes(text, length, error))
        return false;
    memcpy(statement + PARSE_PREFIX_LENGTH, text, length);
    statement[PARSE_PREFIX_LENGTH + length] = '\0';
    tokens = pg_query_scan(statement);
    if (tokens.error != NULL || tokens.pbuf.data == NULL) {
        refuse_as_parser(error, statement, tokens.error);
        goto done;
    }
    scan = pg_query__scan_result__unpack(NULL, tokens.pbuf.len, (const uint8_t *)tokens.pbuf.data);
    if (scan == NULL) {
        refuse_as_parser(error, statement, NULL);
        goto done;
    }
    ok = check_tokens(scan, length, error) && parse_statement(statement, scan, length, out, error);
done:
    if (scan != NULL)
        pg_query__scan_result__free_unpacked(scan, NULL);
    pg_query_free_scan_result(tokens);
    return ok;
}

void
parse_free(struct parse *parse)
{
    if (parse->result != NULL)
        pg_query__parse_result__free_unpacked(parse->result, NULL);
    *parse = (struct parse){NULL, NULL};
}

bool
parse_is_reserved(const char *name)
{
    PgQueryScanResult tokens = pg_query_scan(name);
    PgQuery__ScanResult *scan = NULL;
    bool reserved = true;

    if (tokens.error == NULL && tokens.pbuf.data != NULL)
        scan = pg_query__scan_result__unpack(NULL, tokens.pbuf.len, (const uint8_t *)tokens.pbuf.data);
    if (scan != NULL) {
        reserved = scan->n_tokens != 1 ||
                   (scan->tokens[0]->keyword_kind != PG_QUERY__KEYWORD_KIND__NO_KEYWORD &&
                    scan->tokens[0]->keyword_kind != PG_QUERY__KEYWORD_KIND__UNRESERVED_KEYWORD);
        pg_query__scan_result__free_unpacked(scan, NULL);
    }
    pg_query_free_scan_result(tokens);
    return reserved;
}
