#include "crfd/pg/migrate.h"

#include "queries.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Runs the statements that a query answers with. */
static bool
execute_answers(struct conn *conn, const char *what, const char *sql, struct err *err)
{
    PGresult *result = conn_query(conn, what, sql, NULL, 0, err);
    bool ok = result != NULL;

    for (int i = 0; ok && i < PQntuples(result); i++)
        ok = conn_execute(conn, what, PQgetvalue(result, i, 0), err);
    PQclear(result);
    return ok;
}

/* Compares what row `i` says was applied with what this program carries. */
static bool
check_applied(const PGresult *applied, int i, struct err *err)
{
    int64_t number = conn_int_at(applied, i, 0);
    const char *name = PQgetvalue(applied, i, 1);

    if (number != i + 1) {
        err_set(err, ERR_CONFIG, "checking migrations: the database lacks number %d before %s: restore it",
                i + 1, name);
        return false;
    }
    if ((size_t)number > migration_count) {
        err_set(
            err, ERR_CONFIG,
            "checking migrations: the database has %s of crfd %s and is newer than this crfd " CRFD_VERSION
            ": install that version or a later one",
            name, PQgetvalue(applied, i, 3));
        return false;
    }
    if (strcmp(PQgetvalue(applied, i, 2), migrations[i].sha256) != 0) {
        err_set(err, ERR_CONFIG,
                "checking migrations: %s was applied by crfd %s with other contents than those of this crfd "
                "" CRFD_VERSION ": an applied migration must not be changed",
                name, PQgetvalue(applied, i, 3));
        return false;
    }
    return true;
}

/* How many are applied; all of them are known and unchanged. */
static bool
count_applied(struct conn *conn, size_t *out, struct err *err)
{
    PGresult *applied = conn_query(conn, "reading crfd.migration", sql_migrate_applied, NULL, 0, err);
    bool ok = applied != NULL;

    for (int i = 0; ok && i < PQntuples(applied); i++)
        ok = check_applied(applied, i, err);
    if (ok)
        *out = (size_t)PQntuples(applied);
    PQclear(applied);
    return ok;
}

static bool
record(struct conn *conn, const struct migration *migration, struct err *err)
{
    char number[16];
    const struct conn_param params[] = {CONN_TEXT(number), CONN_TEXT(migration->name),
                                        CONN_TEXT(migration->sha256), CONN_TEXT(CRFD_VERSION)};
    PGresult *result;

    snprintf(number, sizeof number, "%d", migration->number);
    result = conn_query(conn, "recording the migration", sql_migrate_record, params, 4, err);
    PQclear(result);
    return result != NULL;
}

static bool
apply(struct conn *conn, const struct migration *migration, struct strbuf *report, struct err *err)
{
    if (!conn_execute(conn, "applying", migration->sql, err) || !record(conn, migration, err)) {
        err_prefix(err, "migration %s", migration->name);
        return false;
    }
    strbuf_printf(report, "%s: applied\n", migration->name);
    return true;
}

bool
migrate_apply(struct conn *conn, struct strbuf *report, struct err *err)
{
    size_t applied;

    if (!conn_in_transaction(conn))
        abort();
    /* Taken first: the one that waited for it sees what the other has made. */
    if (!conn_execute(conn, "waiting for the lock of migrations", sql_migrate_lock, err) ||
        !execute_answers(conn, "creating the schemas", sql_migrate_schemas, err) ||
        !execute_answers(conn, "becoming the owner of the schemas", sql_migrate_owner, err) ||
        !conn_execute(conn, "creating crfd.migration", sql_migrate_table, err) ||
        !count_applied(conn, &applied, err))
        return false;
    for (size_t i = applied; i < migration_count; i++)
        if (!apply(conn, &migrations[i], report, err))
            return false;
    return true;
}

bool
migrate_check(struct conn *conn, struct err *err)
{
    int64_t exists;
    size_t applied;

    if (!conn_query_int(conn, "looking for crfd.migration", sql_migrate_exists, NULL, 0, &exists, err))
        return false;
    if (exists == 0) {
        err_set(err, ERR_CONFIG,
                "checking migrations: the analysis database has no schema of crfd yet: run \"crfd migrate\"");
        return false;
    }
    if (!count_applied(conn, &applied, err))
        return false;
    if (applied < migration_count) {
        err_set(err, ERR_CONFIG, "checking migrations: the analysis database lacks %s: run \"crfd migrate\"",
                migrations[applied].name);
        return false;
    }
    return true;
}
