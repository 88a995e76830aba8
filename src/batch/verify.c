#include "crfd/batch/verify.h"

#include "crfd/base/sql_text.h"
#include "crfd/batch/session.h"
#include "crfd/definition/ddl.h"
#include "crfd/definition/rule_book.h"
#include "crfd/definition/rule_twin.h"
#include "crfd/pg/conn.h"
#include "crfd/pg/migrate.h"

#include "queries.h"

#include <stdlib.h>
#include <string.h>

/* Twins of one statement: enough to save round trips, few enough to keep it short. */
#define BATCH_RULES 48
#define BATCH_BYTES ((size_t)256 * 1024)

/* Where the page-by-page answers of a check wait until they are compared: a setting of the transaction. */
#define ANSWERS "crfd.verify_answers"

struct verify {
    const struct config *config;
    const struct definition *definition;
    const struct verify_options *options;
    struct verify_counts *counts;
    struct conn *conn;
    struct arena arena; /* of a center */
    struct twin_scope scope;
    struct strbuf sql;
    /* The center that is looked at. */
    const char *center_id;
};

/* Columns of a comparison. */
enum { D_CHECK, D_SUBJECT, D_EVENT, D_EVENT_REPEAT, D_FORM, D_FORM_REPEAT, D_ITEM, D_TWIN, D_FINDING };

static void
tell(struct verify *verify, struct verify_difference *difference)
{
    difference->center_id = verify->center_id;
    verify->counts->differences++;
    verify->options->tell(verify->options->data, difference);
}

static void
tell_rows(struct verify *verify, const PGresult *rows)
{
    for (int i = 0; i < PQntuples(rows); i++) {
        struct verify_difference difference = {
            .kind = PQgetisnull(rows, i, D_FINDING) ? VERIFY_MISSING_IN_CRFD
                    : PQgetisnull(rows, i, D_TWIN)  ? VERIFY_MISSING_IN_POSTGRESQL
                                                    : VERIFY_OUTCOME,
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
        tell(verify, &difference);
    }
}

/* --- comparing --- */

static void
append_branch(struct strbuf *sql, const char *rows, const struct rule *rule, const char *outcome)
{
    strbuf_append(sql, "SELECT ");
    sql_text_append_literal(sql, rule->id);
    strbuf_append(sql, "::text AS check_id, ");
    sql_text_append_literal(sql, rule->form->name);
    strbuf_append(sql, "::text AS form, ");
    sql_text_append_literal(sql, rule_item_name(rule));
    strbuf_printf(sql, "::text AS item, subject_id, event, event_repeat, form_repeat, %s AS outcome FROM (",
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
    static const char columns[] = "check_id, subject_id, event, event_repeat, form, form_repeat, item";

    strbuf_printf(sql,
                  "WITH twin AS MATERIALIZED (\n%s\n), found AS MATERIALIZED (\n"
                  "SELECT %s, outcome FROM analysis.finding\n"
                  "WHERE center_id = $1 AND state <> 'closed' AND check_id IN (",
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
    struct conn_param center = CONN_TEXT(verify->center_id);
    PGresult *rows;

    strbuf_reset(&verify->sql);
    append_comparison(&verify->sql, branches, rules, count);
    rows = conn_query(verify->conn, what_for(verify, rules, count), verify->sql.text, &center, 1, err);
    if (rows == NULL)
        return false;
    tell_rows(verify, rows);
    PQclear(rows);
    return true;
}

/* --- page by page --- */

/*
 * Asks PostgreSQL about one page after the other, and keeps those where the condition is false or raises an
 * error. A block that is run once needs no right to create a function and works in a read-only transaction.
 * Its variables begin with a capital letter, so that they hide no column.
 */
static void
append_page_loop(struct strbuf *sql, const struct twin_scope *scope, const struct rule *rule)
{
    struct strbuf body, form;

    strbuf_init(&body);
    strbuf_init(&form);
    rule_twin_append_name(&form, rule->form->name);
    strbuf_printf(
        &body,
        "DECLARE\n    \"Page\" record;\n    \"Outcome\" text;\n    \"Answers\" text[] := '{}';\n"
        "BEGIN\n    FOR \"Page\" IN SELECT subject_id, event, event_repeat, form_repeat FROM analysis.%s"
        " WHERE center_id = %s LOOP\n        BEGIN\n            SELECT 'false' INTO \"Outcome\" FROM "
        "analysis.%s WHERE ",
        form.text, scope->center, form.text);
    strbuf_printf(
        &body,
        "%s.center_id = %s AND %s.subject_id = \"Page\".subject_id AND %s.event = \"Page\".event"
        " AND %s.event_repeat = \"Page\".event_repeat AND %s.form_repeat = \"Page\".form_repeat\n AND (",
        form.text, scope->center, form.text, form.text, form.text, form.text);
    rule_twin_append_condition(&body, scope, rule);
    strbuf_append(
        &body,
        ");\n        EXCEPTION WHEN data_exception OR program_limit_exceeded THEN \"Outcome\" := 'error';\n"
        "        END;\n        IF \"Outcome\" IS NOT NULL THEN\n"
        "            \"Answers\" := \"Answers\" || json_build_object('subject_id', \"Page\".subject_id,"
        " 'event', \"Page\".event, 'event_repeat', \"Page\".event_repeat, 'form_repeat',"
        " \"Page\".form_repeat, 'outcome', \"Outcome\")::text;\n        END IF;\n    END LOOP;\n"
        "    PERFORM set_config('" ANSWERS "', '[' || array_to_string(\"Answers\", ',') || ']', true);\nEND");
    strbuf_append(sql, "DO ");
    sql_text_append_literal(sql, body.text);
    strbuf_destroy(&form);
    strbuf_destroy(&body);
}

static bool
compare_page_by_page(struct verify *verify, const struct rule *rule, struct err *err)
{
    static const char answers[] =
        "SELECT * FROM json_to_recordset(current_setting('" ANSWERS
        "')::json) AS answer (subject_id text, event text, event_repeat int, form_repeat int, outcome text)";
    struct twin_scope scope = verify->scope;
    struct strbuf branch, center;
    bool ok;

    strbuf_init(&branch);
    strbuf_init(&center);
    sql_text_append_literal(&center, verify->center_id);
    scope.center = center.text;
    strbuf_reset(&verify->sql);
    append_page_loop(&verify->sql, &scope, rule);
    ok = conn_execute(verify->conn, what_for(verify, &rule, 1), verify->sql.text, err);
    if (ok) {
        append_branch(&branch, answers, rule, "outcome");
        ok = compare(verify, branch.text, &rule, 1, err);
    }
    strbuf_destroy(&center);
    strbuf_destroy(&branch);
    return ok;
}

/* --- the rules of a center --- */

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

static bool
compare_rule(struct verify *verify, const struct rule *rule, struct err *err)
{
    struct strbuf branch;
    bool failed = false, ok;

    strbuf_init(&branch);
    append_rule(verify, &branch, rule);
    /* Of pages that are missing none can be asked by itself. */
    if (rule->kind->append_condition == NULL)
        ok = compare(verify, branch.text, &rule, 1, err);
    else
        ok = try_compare(verify, branch.text, &rule, 1, &failed, err);
    strbuf_destroy(&branch);
    return ok && (!failed || compare_page_by_page(verify, rule, err));
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

static bool
is_asked(const struct verify *verify, const struct rule *rule)
{
    return (verify->options->only == NULL || verify->options->only == rule) &&
           rule_twin_lack(&verify->scope, rule) == NULL;
}

static bool
compare_rules(struct verify *verify, struct err *err)
{
    const struct rulebook *book = verify->definition->rules;
    const struct rule *batch[BATCH_RULES];
    struct strbuf branches;
    size_t count = 0;
    bool ok = true;

    strbuf_init(&branches);
    for (size_t i = 0; ok && i < book->count; i++) {
        if (!is_asked(verify, &book->rules[i]))
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

/* Counts the findings, and tells of those that no rule explains. */
static bool
count_findings(struct verify *verify, struct err *err)
{
    struct conn_param center = CONN_TEXT(verify->center_id);
    PGresult *rows =
        conn_query(verify->conn, "counting the center's findings", sql_verify_findings, &center, 1, err);

    if (rows == NULL)
        return false;
    for (int i = 0; i < PQntuples(rows); i++) {
        const char *check_id = PQgetvalue(rows, i, 0);
        const struct rule *rule = rulebook_find(verify->definition->rules, check_id);
        int64_t findings = conn_int_at(rows, i, 1);

        if (rule != NULL && is_asked(verify, rule))
            verify->counts->compared += findings;
        else if (rule != NULL && verify->options->only == NULL)
            verify->counts->untold += findings;
        else if (rule == NULL && verify->options->only == NULL)
            tell(verify, &(struct verify_difference){
                             .kind = VERIFY_RETIRED, .check_id = check_id, .detail = PQgetvalue(rows, i, 1)});
    }
    PQclear(rows);
    return true;
}

/* --- the tables of a center --- */

/* Each subject's pages in all form tables and in quarantine beside the ledger's; only where they differ. */
static void
append_page_count(struct strbuf *sql, const struct study *study)
{
    strbuf_append(sql, "WITH page AS (\n");
    for (size_t i = 0; i < study->form_count; i++) {
        strbuf_append(sql, "SELECT subject_id, false AS quarantined FROM analysis.");
        rule_twin_append_name(sql, study->forms[i].name);
        strbuf_append(sql, " WHERE center_id = $1\nUNION ALL\n");
    }
    strbuf_append(
        sql, "SELECT subject_id, true FROM analysis.quarantine WHERE center_id = $1\n), counted AS (\n"
             "SELECT subject_id, count(*) AS pages, count(*) FILTER (WHERE quarantined) AS quarantined\n"
             "FROM page GROUP BY subject_id\n), ledger AS (\n"
             "SELECT subject_id, pages, quarantined FROM analysis.subject WHERE center_id = $1\n)\n"
             "SELECT subject_id, coalesce(counted.pages, 0), coalesce(counted.quarantined, 0),"
             " coalesce(ledger.pages, 0), coalesce(ledger.quarantined, 0),"
             " (counted.pages, counted.quarantined) IS DISTINCT FROM (ledger.pages, ledger.quarantined)\n"
             "FROM counted FULL JOIN ledger USING (subject_id) ORDER BY subject_id");
}

static bool
count_pages(struct verify *verify, struct err *err)
{
    struct conn_param center = CONN_TEXT(verify->center_id);
    PGresult *rows;

    strbuf_reset(&verify->sql);
    append_page_count(&verify->sql, verify->definition->study);
    rows = conn_query(verify->conn, "counting the center's pages", verify->sql.text, &center, 1, err);
    if (rows == NULL)
        return false;
    verify->counts->subjects += PQntuples(rows);
    for (int i = 0; i < PQntuples(rows); i++) {
        if (PQgetvalue(rows, i, 5)[0] == 'f')
            continue;
        tell(verify,
             &(struct verify_difference){
                 .kind = VERIFY_PAGES,
                 .subject_id = PQgetvalue(rows, i, 0),
                 .detail = arena_printf(&verify->arena,
                                        "the tables have %s pages, %s of them in quarantine; the ledger "
                                        "counts %s, %s of them in quarantine",
                                        PQgetvalue(rows, i, 1), PQgetvalue(rows, i, 2),
                                        PQgetvalue(rows, i, 3), PQgetvalue(rows, i, 4)),
             });
    }
    PQclear(rows);
    return true;
}

/* --- centers --- */

/* Which night current_date stands for; *evaluated is false where the findings are not those of this definition. */
static bool
find_night(struct verify *verify, bool *evaluated, struct err *err)
{
    struct conn_param center = CONN_TEXT(verify->center_id);
    PGresult *rows = conn_query(verify->conn, "looking at the center", sql_verify_center, &center, 1, err);

    if (rows == NULL)
        return false;
    *evaluated =
        PQntuples(rows) > 0 && strcmp(PQgetvalue(rows, 0, 0), verify->definition->study->digest) == 0;
    if (*evaluated)
        verify->scope.night = arena_strdup(&verify->arena, PQgetvalue(rows, 0, 1));
    else
        tell(verify, &(struct verify_difference){.kind = VERIFY_NOT_EVALUATED, .detail = ""});
    PQclear(rows);
    return true;
}

/* All in one snapshot. */
static bool
look_at_center(struct verify *verify, struct err *err)
{
    /* Machine code and parallel workers cost these small statements more than they save. */
    static const char begin[] = "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY;"
                                " SET LOCAL jit = off; SET LOCAL max_parallel_workers_per_gather = 0";
    bool evaluated = false;
    bool ok = conn_execute(verify->conn, "beginning to verify", begin, err);

    ok = ok && find_night(verify, &evaluated, err);
    if (ok && evaluated)
        ok = count_findings(verify, err) && compare_rules(verify, err) &&
             (verify->options->only != NULL || count_pages(verify, err));
    conn_rollback(verify->conn);
    return ok;
}

/* Under the center's deadline, as a pass of it is. */
static bool
verify_center(struct verify *verify, struct context *context, const char *center_id, struct err *err)
{
    struct context center;
    bool ok;

    if (!context_init(&center, context, "center", verify->config->center_deadline_ms, err))
        return false;
    arena_reset(&verify->arena);
    verify->center_id = center_id;
    verify->counts->centers++;
    conn_set_context(verify->conn, &center);
    ok = look_at_center(verify, err);
    conn_set_context(verify->conn, context);
    context_destroy(&center);
    if (!ok)
        err_prefix(err, "center %s", center_id);
    return ok;
}

bool
verify_run(const struct config *config, const struct definition *definition,
           const struct verify_options *options, struct context *context, struct verify_counts *counts,
           struct err *err)
{
    struct verify verify = {
        .config = config,
        .definition = definition,
        .options = options,
        .counts = counts,
        .scope = {.definition = definition, .center = "$1"},
    };
    PGresult *centers = NULL;
    bool ok = false;

    *counts = (struct verify_counts){0};
    arena_init(&verify.arena, 64 * 1024, 0);
    strbuf_init(&verify.sql);
    verify.scope.arena = &verify.arena;
    for (size_t i = 0; i < definition->rules->count; i++)
        counts->rules += is_asked(&verify, &definition->rules->rules[i]);
    verify.conn = session_open_reader(config, context, err);
    if (verify.conn == NULL || !migrate_check(verify.conn, err))
        goto done;
    centers = conn_query(verify.conn, "listing the centers", sql_verify_centers, NULL, 0, err);
    ok = centers != NULL;
    for (int i = 0; ok && i < PQntuples(centers); i++)
        ok = verify_center(&verify, context, PQgetvalue(centers, i, 0), err);
done:
    PQclear(centers);
    conn_close(verify.conn);
    strbuf_destroy(&verify.sql);
    arena_destroy(&verify.arena);
    return ok;
}
