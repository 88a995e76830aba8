#include "get_lists.h"

#include "crfd/base/json_text.h"
#include "crfd/batch/check_list.h"
#include "crfd/definition/rule_book.h"
#include "crfd/pg/rows.h"
#include "query.h"
#include "server.h"

#include "queries.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define RUNS_DEFAULT   20
#define RUNS_MAX       500
#define NIGHTS_DEFAULT 30
#define NIGHTS_MAX     366

static int64_t
runs_limit(struct request *request)
{
    return query_number(request, "limit", 1, RUNS_MAX, RUNS_DEFAULT);
}

static int64_t
nights_limit(struct request *request)
{
    return query_number(request, "nights", 0, NIGHTS_MAX, NIGHTS_DEFAULT);
}

void
begin_runs(struct request *request)
{
    (void)runs_limit(request);
}

bool
work_runs(struct request *request, struct err *err)
{
    struct conn *conn = query_open(request, err);
    struct strbuf *out = &request->answer.text;
    char limit[24];
    const struct conn_param param = CONN_TEXT(limit);
    bool ok;

    snprintf(limit, sizeof limit, "%" PRId64, runs_limit(request));
    strbuf_append_char(out, '{');
    ok = conn != NULL && query_append(conn, out, "runs", sql_list_runs, &param, 1, err);
    strbuf_append(out, "}\n");
    conn_close(conn);
    if (ok)
        answer_json(&request->answer);
    return ok;
}

void
begin_centers(struct request *request)
{
    (void)nights_limit(request);
}

bool
work_centers(struct request *request, struct err *err)
{
    struct conn *conn = query_open(request, err);
    char nights[24];
    const struct conn_param params[] = {CONN_TEXT(nights), CONN_TEXT(request->server->config->timezone)};
    PGresult *document = NULL;

    snprintf(nights, sizeof nights, "%" PRId64, nights_limit(request));
    if (conn != NULL)
        document = conn_query(conn, "listing the centers", sql_list_centers, params, 2, err);
    if (document != NULL) {
        json_text_append_document(&request->answer.text, PQgetvalue(document, 0, 0));
        answer_json(&request->answer);
    }
    PQclear(document);
    conn_close(conn);
    return document != NULL;
}

/* --- checks --- */

static void
append_member(struct strbuf *out, const char *key, const char *text)
{
    strbuf_printf(out, ", \"%s\": ", key);
    if (text != NULL)
        json_text_append_shown(out, text, strlen(text));
    else
        strbuf_append(out, "null");
}

/* What the database knows of the rule, and what the study says of it. */
static void
append_rule(struct strbuf *out, const PGresult *rows, int row, const struct rule *rule)
{
    struct strbuf words;

    strbuf_init(&words);
    rule_say(&words, rule);
    strbuf_append(out, row > 0 ? ",\n {" : "{");
    rows_append_json_members(out, rows, row);
    append_member(out, "item", rule_item_name(rule));
    append_member(out, "severity", severity_name(rule->severity));
    append_member(out, "category", rule->category);
    append_member(out, "words", words.text);
    strbuf_append_char(out, '}');
    strbuf_destroy(&words);
}

bool
work_checks(struct request *request, struct err *err)
{
    const struct definition *definition = request->server->definition;
    struct conn *conn = query_open(request, err);
    PGresult *rows = conn != NULL ? check_list_ask(conn, definition, err) : NULL;
    struct strbuf *out = &request->answer.text;

    if (rows != NULL) {
        strbuf_append(out, "{\"study\": {\"name\": ");
        json_text_append_shown(out, definition->study->name, strlen(definition->study->name));
        append_member(out, "version", definition->study->version);
        append_member(out, "digest", definition->study->digest);
        strbuf_append(out, "},\n\"checks\": [");
        for (int row = 0; row < PQntuples(rows); row++)
            append_rule(out, rows, row, &definition->rules->rules[row]);
        strbuf_append(out, "]}\n");
        answer_json(&request->answer);
    }
    PQclear(rows);
    conn_close(conn);
    return rows != NULL;
}
