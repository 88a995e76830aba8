#include "verify_rules.h"

#include "crfd/base/sql_text.h"
#include "crfd/definition/ddl.h"
#include "crfd/definition/rule_book.h"

#include <string.h>

/* Twins of one statement: enough to save round trips, few enough to keep it short. */
#define BATCH_RULES 48
#define BATCH_BYTES ((size_t)256 * 1024)

/* Where the page-by-page answers of a check wait until they are compared: a setting of the transaction. */
#define ANSWERS "crfd.verify_answers"

/* Columns of a comparison. */
enum {
    D_CENTER,
    D_CHECK,
    D_SUBJECT,
    D_EVENT,
    D_EVENT_REPEAT,
    D_FORM,
    D_FORM_REPEAT,
    D_ITEM,
    D_TWIN,
    D_FINDING
};

static void
tell_rows(struct verify *verify, const PGresult *rows)
{
    for (int i = 0; i < PQntuples(rows); i++) {
        struct verify_difference difference = {
            .kind = PQgetisnull(rows, i, D_FINDING) ? VERIFY_MISSING_IN_CRFD
                    : PQgetisnull(rows, i, D_TWIN)  ? VERIFY_MISSING_IN_POSTGRESQL
                                                    : VERIFY_OUTCOME,
            .center_id = PQgetvalue(rows, i, D_CENTER),
            .check_id = PQgetvalue(rows, i, D_CHECK),
            .subject_id = PQgetvalue(rows, i, D_SUBJECT),
            .event = PQgetvalue(rows, i, D_EVENT),
            .event_repeat = PQgetvalue(rows, i, D_EVENT_REPEAT),
            .form = PQgetvalue(rows, i, D_FORM),
            .form_repeat = PQgetvalue(rows, i, D_FORM_REPEAT),
            .item = PQgetvalue(rows, i, D_ITEM),
            .detail = "",
        };

        if (difference.kind == VERIFY_OUTCOME)
            difference.detail = strcmp(PQgetvalue(rows, i, D_TWIN), "error") == 0
                                    ? "false in crfd, an error in PostgreSQL"
                                    : "an error in crfd, false in PostgreSQL";
        verify_tell(verify, &difference);
    }
}

/* --- comparing --- */

static void
append_branch(struct strbuf *sql, const char *rows, const struct rule *rule, const char *outcome)
{
    strbuf_append(sql, "SELECT ");
    sql_text_append_literal(sql, rule->id);
    strbuf_append(sql, "::text AS check_id, ");
    sql_text_append_literal(sql, rule_form_name(rule));
    strbuf_append(sql, "::text AS form, ");
    sql_text_append_literal(sql, rule_item_name(rule));
    strbuf_printf(
        sql, "::text AS item, center_id, subject_id, event, event_repeat, form_repeat, %s AS outcome FROM (",
        outcome);
    strbuf_append(sql, rows);
    strbuf_append(sql, ") AS twin");
}

/*
 * What the twins find (each branch a query) beside the findings of the same rules; only where they differ.
 */
static void
append_comparison(struct strbuf *sql, const char *branches, const struct rule *const *rules, size_t count)
{
    static const char columns[] =
        "center_id, check_id, subject_id, event, event_repeat, form, form_repeat, item";

    strbuf_printf(sql,
                  "WITH twin AS MATERIALIZED (\n%s\n), found AS MATERIALIZED (\n"
                  "SELECT %s, outcome FROM analysis.finding\n"
                  "WHERE center_id = ANY ($1) AND state <> 'closed' AND check_id IN (",
                  branches, columns);
    for (size_t i = 0; i < count; i++) {
        strbuf_append(sql, i > 0 ? ", " : "");
        sql_text_append_literal(sql, rules[i]->id);
    }
    strbuf_printf(sql,
                  "))\nSELECT %s, twin.outcome, found.outcome FROM twin FULL JOIN found USING (%s)\n"
                  "WHERE twin.outcome IS DISTINCT FROM found.outcome\nORDER BY %s",
                  columns, columns, columns);
}

static const char *
what_for(struct verify *verify, const struct rule *const *rules, size_t count)
{
    return count == 1 ? arena_printf(&verify->arena, "comparing %s", rules[0]->id) : "comparing the rules";
}

static bool
compare(struct verify *verify, const char *branches, const struct rule *const *rules, size_t count,
        struct err *err)
{
    struct conn_param centers = CONN_TEXT(verify->centers);
    PGresult *rows;

    strbuf_reset(&verify->sql);
    append_comparison(&verify->sql, branches, rules, count);
    rows = conn_query(verify->conn, what_for(verify, rules, count), verify->sql.text, &centers, 1, err);
    if (rows == NULL)
        return false;
    tell_rows(verify, rows);
    PQclear(rows);
    return true;
}

/* --- page by page --- */

/* That a row is the one of the loop's page. */
static void
append_page_key(struct strbuf *sql, const char *table)
{
    static const char *const columns[] = {"center_id", "subject_id", "event", "event_repeat", "form_repeat"};

    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
        strbuf_append(sql, i > 0 ? " AND " : "");
        rule_twin_append_name(sql, table);
        strbuf_printf(sql, ".%s = \"Page\".%s", columns[i], columns[i]);
    }
}

/*
 * Asks PostgreSQL about one page after the other, and keeps those where the condition is false or raises an
 * error. A block that is run once needs no right to create a function and works in a read-only transaction.
 * Its variables begin with a capital letter, so that they hide no column.
 */
static void
append_page_loop(struct strbuf *sql, const struct twin_scope *scope, const struct rule *rule)
{
    struct strbuf body, rows;

    strbuf_init(&body);
    strbuf_init(&rows);
    rule_twin_append_rows(&rows, scope, rule);
    strbuf_printf(
        &body,
        "DECLARE\n    \"Page\" record;\n    \"Outcome\" text;\n    \"Answers\" text[] := '{}';\n"
        "BEGIN\n    FOR \"Page\" IN SELECT DISTINCT center_id, subject_id, event, event_repeat, form_repeat"
        " FROM %s WHERE center_id = %s LOOP\n        BEGIN\n            SELECT 'false' INTO \"Outcome\""
        " FROM %s WHERE ",
        rows.text, scope->center, rows.text);
    append_page_key(&body, rule_twin_table(rule));
    strbuf_append(&body, "\n AND (");
    rule_twin_append_condition(&body, scope, rule);
    strbuf_append(
        &body,
        ");\n        EXCEPTION WHEN data_exception OR program_limit_exceeded THEN \"Outcome\" := 'error';\n"
        "        END;\n        IF \"Outcome\" IS NOT NULL THEN\n"
        "            \"Answers\" := \"Answers\" || json_build_object('center_id', \"Page\".center_id, "
        "'subject_id', \"Page\".subject_id,"
        " 'event', \"Page\".event, 'event_repeat', \"Page\".event_repeat, 'form_repeat',"
        " \"Page\".form_repeat, 'outcome', \"Outcome\")::text;\n        END IF;\n    END LOOP;\n"
        "    PERFORM set_config('" ANSWERS "', '[' || array_to_string(\"Answers\", ',') || ']', true);\nEND");
    strbuf_append(sql, "DO ");
    sql_text_append_literal(sql, body.text);
    strbuf_destroy(&rows);
    strbuf_destroy(&body);
}

static bool
compare_page_by_page(struct verify *verify, const struct rule *rule, struct err *err)
{
    static const char answers[] = "SELECT * FROM json_to_recordset(current_setting('" ANSWERS
                                  "')::json) AS answer (center_id text, subject_id text, event text, "
                                  "event_repeat int, form_repeat int, outcome text)";
    struct twin_scope scope = verify->scope;
    struct strbuf branch, centers;
    bool ok;

    strbuf_init(&branch);
    strbuf_init(&centers);
    /* A block takes no parameters. */
    strbuf_append(&centers, "ANY (");
    sql_text_append_literal(&centers, verify->centers);
    strbuf_append(&centers, "::text[])");
    scope.center = centers.text;
    strbuf_reset(&verify->sql);
    append_page_loop(&verify->sql, &scope, rule);
    ok = conn_execute(verify->conn, what_for(verify, &rule, 1), verify->sql.text, err);
    if (ok) {
        append_branch(&branch, answers, rule, "outcome");
        ok = compare(verify, branch.text, &rule, 1, err);
    }
    strbuf_destroy(&centers);
    strbuf_destroy(&branch);
    return ok;
}

/* --- all rules --- */

/* An error that a value can raise, not one of the statement or the server. */
static bool
is_of_values(const struct err *err)
{
    return strncmp(err->sqlstate, "22", 2) == 0 || strncmp(err->sqlstate, "54", 2) == 0;
}

/* The statement may fail by a value: then everything is as before it, and *failed is true. */
static bool
try_compare(struct verify *verify, const char *branches, const struct rule *const *rules, size_t count,
            bool *failed, struct err *err)
{
    *failed = false;
    if (!conn_execute(verify->conn, "setting a savepoint", "SAVEPOINT twins", err))
        return false;
    if (compare(verify, branches, rules, count, err))
        return conn_execute(verify->conn, "leaving the savepoint", "RELEASE SAVEPOINT twins", err);
    if (!is_of_values(err))
        return false;
    *failed = true;
    err_clear(err);
    return conn_execute(verify->conn, "going back to the savepoint",
                        "ROLLBACK TO SAVEPOINT twins; RELEASE SAVEPOINT twins", err);
}

static void
append_rule(struct verify *verify, struct strbuf *branches, const struct rule *rule)
{
    struct strbuf query;

    strbuf_init(&query);
    rule_twin_append(&query, &verify->scope, rule);
    if (branches->length > 0)
        strbuf_append(branches, "\nUNION ALL\n");
    append_branch(branches, query.text, rule, "'false'::text");
    strbuf_destroy(&query);
}

/* Alone; *failed as try_compare has it. */
static bool
try_rule(struct verify *verify, const struct rule *rule, bool *failed, struct err *err)
{
    struct strbuf branch;
    bool ok;

    *failed = false;
    strbuf_init(&branch);
    append_rule(verify, &branch, rule);
    ok = try_compare(verify, branch.text, &rule, 1, failed, err);
    strbuf_destroy(&branch);
    return ok;
}

/* The pages are asked one by one only of those centers in which there is one that raises an error. */
static bool
compare_rule(struct verify *verify, const struct rule *rule, struct err *err)
{
    const char *group = verify->centers;
    bool failed = false;
    bool ok = try_rule(verify, rule, &failed, err);

    for (size_t i = 0; ok && failed && i < verify->center_count; i++) {
        bool failed_here = true;

        verify->centers = verify_center_array(verify, &verify->center_ids[i], 1);
        ok = (verify->center_count == 1 || try_rule(verify, rule, &failed_here, err)) &&
             (!failed_here || compare_page_by_page(verify, rule, err));
    }
    verify->centers = group;
    return ok;
}

/* All in one statement; one by one where a value makes it fail. */
static bool
compare_batch(struct verify *verify, const char *branches, const struct rule *const *rules, size_t count,
              struct err *err)
{
    bool failed;

    if (count == 0)
        return true;
    if (!try_compare(verify, branches, rules, count, &failed, err))
        return false;
    for (size_t i = 0; failed && i < count; i++)
        if (!compare_rule(verify, rules[i], err))
            return false;
    return true;
}

bool
verify_asks(const struct verify *verify, const struct rule *rule)
{
    return (verify->options->only == NULL || verify->options->only == rule) &&
           rule_twin_lack(&verify->scope, rule) == NULL;
}

bool
verify_rules(struct verify *verify, struct err *err)
{
    const struct rulebook *book = verify->definition->rules;
    const struct rule *batch[BATCH_RULES];
    struct strbuf branches;
    size_t count = 0;
    bool ok = true;

    strbuf_init(&branches);
    for (size_t i = 0; ok && i < book->count; i++) {
        if (!verify_asks(verify, &book->rules[i]))
            continue;
        append_rule(verify, &branches, &book->rules[i]);
        batch[count++] = &book->rules[i];
        if (count < BATCH_RULES && branches.length < BATCH_BYTES)
            continue;
        ok = compare_batch(verify, branches.text, batch, count, err);
        strbuf_reset(&branches);
        count = 0;
    }
    ok = ok && compare_batch(verify, branches.text, batch, count, err);
    strbuf_destroy(&branches);
    return ok;
}
