#include "checkup.h"
#include "crfd/batch/session.h"
#include "crfd/batch/source.h"
#include "crfd/batch/source_columns.h"
#include "queries.h"

#include <string.h>

static PGresult *
ask(struct checkup *checkup, const char *what, const char *sql, const struct conn_param *params,
    int param_count, struct err *err)
{
    struct conn *conn = checkup->source.conn;
    PGresult *rows =
        session_begin_source(conn, err) ? conn_query(conn, what, sql, params, param_count, err) : NULL;

    conn_rollback(conn);
    return rows;
}

static bool
has_columns(struct checkup *checkup, struct err *err)
{
    struct conn *conn = checkup->source.conn;
    bool ok =
        session_begin_source(conn, err) && source_columns_check(conn, checkup->config->source_relation, err);

    conn_rollback(conn);
    return ok;
}

/* A center that need not exist; a plan does not look at the rows. */
#define ANY_CENTER "crfd check"

/* The plan of the night's own query: whether it can be read in order is the server's answer, also of a view. */
static PGresult *
explain(struct checkup *checkup, struct conn *conn, struct err *err)
{
    static const char what[] = "looking at the source relation";
    const struct source_filter all = {0};
    PGresult *plan = NULL;
    struct strbuf sql;

    strbuf_init(&sql);
    strbuf_append(&sql, "EXPLAIN (COSTS off) ");
    /* Sorting is avoided wherever it can be: on a small table it would be the faster way. */
    if (session_begin_source(conn, err) && conn_execute(conn, what, "SET LOCAL enable_sort = off", err) &&
        source_append_query(&sql, conn, checkup->config->source_relation, ANY_CENTER, &all, err))
        plan = conn_query(conn, what, sql.text, NULL, 0, err);
    conn_rollback(conn);
    strbuf_destroy(&sql);
    return plan;
}

/* "Incremental Sort" is none: it sorts a few pages at a time. */
static bool
sorts(const PGresult *plan)
{
    for (int row = 0; row < PQntuples(plan); row++) {
        const char *line = PQgetvalue(plan, row, 0);

        if (strcmp(line + strspn(line, " ->"), "Sort") == 0)
            return true;
    }
    return false;
}

#define KEY_ORDER                                                                                            \
    "(center_id COLLATE \"C\", subject_id COLLATE \"C\", event COLLATE \"C\", event_repeat, form COLLATE "   \
    "\"C\", "                                                                                                \
    "form_repeat)"

static void
check_index(struct checkup *checkup, const PGresult *plan, bool can_be_indexed)
{
    const char *relation = checkup->config->source_relation;
    struct strbuf sql;

    if (!sorts(plan)) {
        checkup_ok(checkup, "source: %s can be read, and an index gives its order", relation);
        return;
    }
    if (!source_keeps_order(checkup->source.conn)) {
        checkup_ok(
            checkup,
            "source: %s can be read; its encoding, %s, has another order than UTF-8, and the server sorts "
            "each center",
            relation, conn_server_encoding(checkup->source.conn));
        return;
    }
    checkup_note(checkup,
                 "source: %s can be read, but no index gives its order, and the server sorts each center",
                 relation);
    strbuf_init(&sql);
    strbuf_printf(&sql, "CREATE INDEX CONCURRENTLY ON %s " KEY_ORDER, relation);
    if (can_be_indexed)
        checkup_statement(checkup, &checkup->source, sql.text);
    else
        checkup_detail(checkup, "# the table behind the view may have an index on " KEY_ORDER);
    strbuf_destroy(&sql);
}

/* *found: something hides or keeps pages from the session, whatever else is said. */
static bool
check_row_security(struct checkup *checkup, bool *found, struct err *err)
{
    const struct conn_param name = CONN_TEXT(checkup->config->source_relation);
    PGresult *rows =
        ask(checkup, "looking behind the source relation", sql_checkup_row_security, &name, 1, err);

    if (rows == NULL)
        return false;
    *found = PQntuples(rows) > 0;
    for (int row = 0; row < PQntuples(rows); row++) {
        checkup_problem(checkup, "source: %s", PQgetvalue(rows, row, 0));
        checkup_statement(checkup, &checkup->source, PQgetvalue(rows, row, 1));
    }
    PQclear(rows);
    return true;
}

static void
tell_unpopulated(struct checkup *checkup)
{
    struct err err = {0};
    PGresult *views =
        ask(checkup, "looking for views without contents", sql_checkup_unpopulated, NULL, 0, &err);

    for (int row = 0; views != NULL && row < PQntuples(views); row++)
        checkup_statement(checkup, &checkup->source, PQgetvalue(views, row, 0));
    PQclear(views);
}

static void
check_relation(struct checkup *checkup)
{
    const struct conn_param name = CONN_TEXT(checkup->config->source_relation);
    struct err err = {0};
    PGresult *plan = NULL;
    PGresult *relation = NULL;
    struct err unused;
    bool found = false;

    if (has_columns(checkup, &err))
        plan = explain(checkup, checkup->source.conn, &err);

    if (plan == NULL) {
        bool is_refused = strcmp(err.sqlstate, "42501") == 0;

        if (is_refused && check_row_security(checkup, &found, &unused) && found)
            return;
        checkup_problem(checkup, "%s", err.message);
        if (is_refused) {
            checkup_roles(checkup, &checkup->source);
            checkup_membership(checkup, &checkup->source);
        }
        if (strcmp(err.sqlstate, "55000") == 0)
            tell_unpopulated(checkup);
        return;
    }
    relation = ask(checkup, "looking at the source relation", sql_checkup_relation, &name, 1, &err);
    if (relation == NULL) {
        checkup_problem(checkup, "%s", err.message);
    } else if (PQntuples(relation) == 1) {
        check_index(checkup, plan, strcmp(PQgetvalue(relation, 0, 0), "t") == 0);
        if (!check_row_security(checkup, &found, &err))
            checkup_problem(checkup, "%s", err.message);
    }
    PQclear(relation);
    PQclear(plan);
}

/* One role of one database reads the source and writes the analysis schema. */
static bool
is_shared(const struct checkup *checkup)
{
    return checkup_same_role(checkup) && checkup_same_database(checkup);
}

/* What the owner of a source makes run there, as the functions of a view, runs with the rights of who reads it. */
static void
check_own_role(struct checkup *checkup)
{
    if (!is_shared(checkup))
        return;
    checkup_problem(
        checkup,
        "source: it is in the analysis database, and role %s both reads it and writes the findings: the "
        "owner of %s could write them, too; user=crfd_reads in \"conninfo\" of \"source\" for a role of its "
        "own:",
        checkup_fact(&checkup->source, "role"), checkup->config->source_relation);
    checkup_statement(checkup, &checkup->source, "CREATE ROLE crfd_reads LOGIN IN ROLE crfd_source");
}

static void
check_rights(struct checkup *checkup)
{
    const struct conn_param params[] = {CONN_TEXT(checkup->config->source_relation),
                                        CONN_TEXT(is_shared(checkup) ? "true" : "false")};
    struct err err = {0};
    PGresult *excess =
        ask(checkup, "asking for the rights of the role", sql_checkup_source_rights, params, 2, &err);

    if (excess == NULL)
        checkup_problem(checkup, "%s", err.message);
    else if (PQntuples(excess) == 0 && !checkup_is_superuser(&checkup->source))
        checkup_ok(checkup, "source: role %s has no right but to read it",
                   checkup_fact(&checkup->source, "role"));
    for (int row = 0; excess != NULL && row < PQntuples(excess); row++) {
        checkup_problem(checkup, "source: role %s %s, and crfd only reads %s",
                        checkup_fact(&checkup->source, "role"), PQgetvalue(excess, row, 0),
                        checkup->config->source_relation);
        for (int statement = 1; statement < PQnfields(excess); statement++)
            if (!PQgetisnull(excess, row, statement))
                checkup_statement(checkup, &checkup->source, PQgetvalue(excess, row, statement));
    }
    PQclear(excess);
}

void
checkup_source(struct checkup *checkup)
{
    if (checkup->source.facts == NULL)
        return;
    check_relation(checkup);
    check_own_role(checkup);
    check_rights(checkup);
}
