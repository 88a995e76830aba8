#include "conn_private.h"

#include "crfd/base/strbuf.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* No statement of crfd has more; one that had would be a fault of the program. */
#define PARAMS_MAX 32

static bool
send_params(struct conn *conn, const char *what, const char *sql, const struct conn_param *params,
            int param_count, struct err *err)
{
    const char *texts[PARAMS_MAX];

    if (param_count < 0 || param_count > PARAMS_MAX)
        abort();
    if (!conn_may_begin(conn, what, err))
        return false;
    for (int i = 0; i < param_count; i++)
        texts[i] = params[i].text;
    if (PQsendQueryParams(conn->pg, sql, param_count, NULL, texts, NULL, NULL, 0) == 0) {
        conn_lost_error(conn, what, err);
        return false;
    }
    return conn_flush(conn, what, err);
}

PGresult *
conn_query(struct conn *conn, const char *what, const char *sql, const struct conn_param *params,
           int param_count, struct err *err)
{
    PGresult *result;
    ExecStatusType status;

    if (!send_params(conn, what, sql, params, param_count, err) || !conn_receive(conn, what, &result, err))
        return NULL;
    status = PQresultStatus(result);
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
        conn_unexpected_error(conn, what, result, err);
    else if (conn_finish_statement(conn, what, err))
        return result;
    PQclear(result);
    return NULL;
}

bool
conn_execute(struct conn *conn, const char *what, const char *sql, struct err *err)
{
    return conn_send(conn, what, sql, err) && conn_finish_statement(conn, what, err);
}

bool
conn_query_int(struct conn *conn, const char *what, const char *sql, const struct conn_param *params,
               int param_count, int64_t *out, struct err *err)
{
    PGresult *result = conn_query(conn, what, sql, params, param_count, err);
    bool ok = false;

    if (result == NULL)
        return false;
    if (PQntuples(result) == 1 && PQnfields(result) == 1 && !PQgetisnull(result, 0, 0)) {
        const char *text = PQgetvalue(result, 0, 0);
        char *end;
        long long value;

        errno = 0;
        value = strtoll(text, &end, 10);
        ok = errno == 0 && end != text && *end == '\0';
        if (ok)
            *out = value;
    }
    if (!ok)
        err_set(err, ERR_INTERNAL,
                "%s: the %s database answered %d rows of %d columns where one number is expected", what,
                conn->label, PQntuples(result), PQnfields(result));
    PQclear(result);
    return ok;
}

/*
 * An error that ends the session (FATAL) may come after the commit took effect and before its answer was
 * sent: a shutdown does that. Any other error has rolled back.
 */
static bool
ends_session(const PGresult *result)
{
    const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);

    return severity == NULL || strcmp(severity, "ERROR") != 0;
}

bool
conn_commit(struct conn *conn, bool *lost, struct err *err)
{
    static const char what[] = "committing";
    PGresult *result = NULL;
    bool ok = false;

    *lost = false;
    if (!conn_may_begin(conn, what, err))
        return false;
    /* From here on the server may have read it, whatever happens to the rest. */
    if (!conn_send(conn, what, "COMMIT", err) || !conn_receive(conn, what, &result, err)) {
        *lost = true;
        return false;
    }
    if (PQresultStatus(result) != PGRES_COMMAND_OK) {
        *lost = ends_session(result);
        conn_result_error(conn, what, result, err);
    } else if (strcmp(PQcmdStatus(result), "COMMIT") != 0) {
        err_set(err, ERR_INTERNAL,
                "%s: the %s database rolled back: a statement of the transaction had failed", what,
                conn->label);
    } else {
        ok = true;
    }
    PQclear(result);
    if (conn_is_usable(conn)) {
        struct err later;

        /* The answer stands; a connection that breaks now shows at its next use. */
        if (!conn_finish_statement(conn, what, &later))
            conn_abandon(conn);
    }
    return ok;
}

void
conn_rollback(struct conn *conn)
{
    struct err unused;

    if (!conn_is_usable(conn) || !conn_in_transaction(conn))
        return;
    /* In the middle of a statement there is nothing to ask of the server: the lost session rolls back. */
    if (PQtransactionStatus(conn->pg) == PQTRANS_ACTIVE ||
        !conn_execute(conn, "rolling back", "ROLLBACK", &unused))
        conn_abandon(conn);
}

static bool
append_escaped(struct conn *conn, struct strbuf *sql, char *escaped, const char *what, struct err *err)
{
    if (escaped == NULL) {
        /* libpq's message does not quote the text. */
        err_set(err, ERR_DATA, "quoting %s for the %s database: it is not valid UTF-8", what, conn->label);
        return false;
    }
    strbuf_append(sql, escaped);
    PQfreemem(escaped);
    return true;
}

bool
conn_append_literal(struct conn *conn, struct strbuf *sql, const char *text, struct err *err)
{
    return conn_may_begin(conn, "quoting a text", err) &&
           append_escaped(conn, sql, PQescapeLiteral(conn->pg, text, strlen(text)), "a text", err);
}

bool
conn_append_identifier(struct conn *conn, struct strbuf *sql, const char *name, struct err *err)
{
    return conn_may_begin(conn, "quoting a name", err) &&
           append_escaped(conn, sql, PQescapeIdentifier(conn->pg, name, strlen(name)), "a name", err);
}
