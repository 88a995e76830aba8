#include "conn_private.h"

#include "crfd/base/strbuf.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* No statement of crfd has more; one that had would be a fault of the program. */
#define PARAMS_MAX 32

/* `sql` is the text of the statement or, where it is prepared, its name. */
static bool
send_params(struct conn *conn, const char *what, const char *sql, const struct conn_param *params,
            int param_count, bool is_prepared, struct err *err)
{
    const char *texts[PARAMS_MAX];
    int sent;

    if (param_count < 0 || param_count > PARAMS_MAX)
        abort();
    if (!conn_may_begin(conn, what, err))
        return false;
    for (int i = 0; i < param_count; i++)
        texts[i] = params[i].text;
    sent = is_prepared ? PQsendQueryPrepared(conn->pg, sql, param_count, texts, NULL, NULL, 0)
                       : PQsendQueryParams(conn->pg, sql, param_count, NULL, texts, NULL, NULL, 0);
    if (sent == 0) {
        conn_lost(conn, what, err);
        return false;
    }
    return conn_flush(conn, what, err);
}

/* Waits for the single result of the statement that was sent. */
static PGresult *
receive_single(struct conn *conn, const char *what, struct err *err)
{
    PGresult *result;
    ExecStatusType status;

    if (!conn_receive(conn, what, &result, err))
        return NULL;
    status = PQresultStatus(result);
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
        conn_unexpected(conn, what, result, err);
    else if (conn_finish_statement(conn, what, err))
        return result;
    PQclear(result);
    return NULL;
}

PGresult *
conn_query(struct conn *conn, const char *what, const char *sql, const struct conn_param *params,
           int param_count, struct err *err)
{
    return send_params(conn, what, sql, params, param_count, false, err) ? receive_single(conn, what, err)
                                                                         : NULL;
}

bool
conn_query_stream(struct conn *conn, const char *what, const char *sql, const struct conn_param *params,
                  int param_count, bool (*take)(void *data, const PGresult *rows, struct err *err),
                  void *data, struct err *err)
{
    ExecStatusType status = PGRES_SINGLE_TUPLE;

    if (!send_params(conn, what, sql, params, param_count, false, err))
        return false;
    if (PQsetSingleRowMode(conn->pg) == 0)
        abort();
    while (status == PGRES_SINGLE_TUPLE) {
        PGresult *result;
        bool ok;

        if (!conn_receive(conn, what, &result, err))
            return false;
        status = PQresultStatus(result);
        ok = status == PGRES_SINGLE_TUPLE || status == PGRES_TUPLES_OK;
        if (!ok)
            conn_unexpected(conn, what, result, err);
        else if (!(ok = take(data, result, err)))
            conn_abandon(conn);
        PQclear(result);
        if (!ok)
            return false;
    }
    return conn_finish_statement(conn, what, err);
}

static void
prepared_name(int number, char name[16])
{
    snprintf(name, 16, "s%d", number);
}

/* The number of the statement in this session; negative where it cannot be prepared. */
static int
prepare(struct conn *conn, const char *what, const char *sql, struct err *err)
{
    char name[16];
    PGresult *result;

    for (int i = 0; i < conn->prepared_count; i++)
        if (conn->prepared[i] == sql)
            return i;
    if (conn->prepared_count == CONN_PREPARED_MAX)
        abort();
    if (!conn_may_begin(conn, what, err))
        return -1;
    prepared_name(conn->prepared_count, name);
    if (PQsendPrepare(conn->pg, name, sql, 0, NULL) == 0) {
        conn_lost(conn, what, err);
        return -1;
    }
    if (!conn_flush(conn, what, err))
        return -1;
    result = receive_single(conn, what, err);
    PQclear(result);
    if (result == NULL)
        return -1;
    conn->prepared[conn->prepared_count] = sql;
    return conn->prepared_count++;
}

PGresult *
conn_query_prepared(struct conn *conn, const char *what, const char *sql, const struct conn_param *params,
                    int param_count, struct err *err)
{
    int number = prepare(conn, what, sql, err);
    char name[16];

    if (number < 0)
        return NULL;
    prepared_name(number, name);
    return send_params(conn, what, name, params, param_count, true, err) ? receive_single(conn, what, err)
                                                                         : NULL;
}

bool
conn_execute(struct conn *conn, const char *what, const char *sql, struct err *err)
{
    return conn_send(conn, what, sql, err) && conn_finish_statement(conn, what, err);
}

int64_t
conn_int_at(const PGresult *rows, int row, int column)
{
    return strtoll(PQgetvalue(rows, row, column), NULL, 10);
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

bool
conn_append_literal(struct conn *conn, struct strbuf *sql, const char *text, struct err *err)
{
    char *escaped;

    if (!conn_may_begin(conn, "quoting a text", err))
        return false;
    escaped = PQescapeLiteral(conn->pg, text, strlen(text));
    if (escaped == NULL) {
        /* libpq's message does not quote the text. */
        err_set(err, ERR_DATA, "quoting a text for the %s database: it is not valid UTF-8", conn->label);
        return false;
    }
    strbuf_append(sql, escaped);
    PQfreemem(escaped);
    return true;
}

/* Quoted, so that nothing in it is a mark of the literal. */
void
conn_append_array_element(struct strbuf *array, const char *text)
{
    strbuf_append(array, array->length > 1 ? ",\"" : "\"");
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            strbuf_append_char(array, '\\');
        strbuf_append_char(array, *text);
    }
    strbuf_append_char(array, '"');
}
