#include "conn_private.h"

#include "crfd/base/memory.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Longest time for a connection where the conninfo gives no connect_timeout. */
#define CONNECT_PATIENCE_MS 30000

/*
 * What a session must not inherit from its role or server. Both ends are also asked to notice within half a
 * minute that the other machine is gone, so that its locks do not stay.
 *
 * The source may be an older server, which lacks some of them, or one on Windows, which refuses
 * client_connection_check_interval. pg_temp is named because it would come first otherwise.
 */
static const char session_sql[] =
    "SELECT pg_catalog.set_config(wanted.name, wanted.value, false)"
    "  FROM (VALUES ('TimeZone', $1),"
    "               ('default_transaction_read_only', $2),"
    "               ('default_transaction_isolation', 'read committed'),"
    "               ('default_transaction_deferrable', 'off'),"
    "               ('DateStyle', 'ISO, YMD'),"
    "               ('search_path', 'pg_catalog, pg_temp'),"
    "               ('standard_conforming_strings', 'on'),"
    "               ('bytea_output', 'hex'),"
    "               ('tcp_keepalives_idle', '10'),"
    "               ('tcp_keepalives_interval', '5'),"
    "               ('tcp_keepalives_count', '3'),"
    "               ('tcp_user_timeout', '25000'),"
    "               ('statement_timeout', $3),"
    "               ('idle_in_transaction_session_timeout', $3),"
    "               ('client_connection_check_interval', '1s')) AS wanted(name, value)"
    " WHERE pg_catalog.current_setting(wanted.name, true) IS NOT NULL"
    "   AND (wanted.name <> 'client_connection_check_interval' OR pg_catalog.version() !~ 'Visual C|mingw')";

/* A notice may show a value, and standard error is the log's. */
static void
drop_notice(void *data, const PGresult *notice)
{
    (void)data;
    (void)notice;
}

/*
 * A word of a broken connection string may be part of a password, and libpq quotes it; so its message is
 * shown only where no password can be in the string.
 */
static bool
check_conninfo(const struct conn_options *options, struct err *err)
{
    char *message = NULL;
    PQconninfoOption *parsed = PQconninfoParse(options->conninfo, &message);
    bool secret = strcasestr(options->conninfo, "pass") != NULL || strstr(options->conninfo, "://") != NULL;
    size_t length = message != NULL ? strcspn(message, "\n") : 0;

    if (parsed == NULL)
        err_set(err, ERR_CONFIG, "reading the conninfo of the %s database: %.*s", options->label,
                secret || length == 0 ? INT_MAX : (int)length,
                secret || length == 0 ? "it is no valid libpq connection string" : message);
    PQfreemem(message);
    PQconninfoFree(parsed);
    return parsed != NULL;
}

/* The conninfo may change the first group and not the last. */
static PGconn *
start_connecting(const struct conn_options *options)
{
    const char *const keywords[] = {"keepalives_idle",
                                    "keepalives_interval",
                                    "keepalives_count",
                                    "tcp_user_timeout",
                                    "password",
                                    "dbname",
                                    "application_name",
                                    "client_encoding",
                                    NULL};
    const char *const values[] = {
        "10",   "5", "3", "25000", options->password, options->conninfo, options->application_name,
        "UTF8", NULL};

    return PQconnectStartParams(keywords, values, 1);
}

/* connect_timeout in milliseconds, CONNECT_PATIENCE_MS without one; at most the statement's deadline. */
static int64_t
connect_patience_ms(struct conn *conn)
{
    PQconninfoOption *used = PQconninfo(conn->pg);
    int64_t patience_ms = CONNECT_PATIENCE_MS;

    for (PQconninfoOption *option = used; option != NULL && option->keyword != NULL; option++)
        if (strcmp(option->keyword, "connect_timeout") == 0 && option->val != NULL && *option->val != '\0')
            patience_ms = (int64_t)strtol(option->val, NULL, 10) * 1000;
    PQconninfoFree(used);
    if (patience_ms <= 0)
        return conn->statement_deadline_ms;
    if (conn->statement_deadline_ms > 0 && conn->statement_deadline_ms < patience_ms)
        return conn->statement_deadline_ms;
    return patience_ms;
}

static bool
poll_connection(struct conn *conn, struct err *err)
{
    PostgresPollingStatusType wanted = PGRES_POLLING_WRITING;

    /* Name look-ups block inside PQconnectPoll: they have no asynchronous form, and only workers connect. */
    while (wanted != PGRES_POLLING_OK) {
        if (wanted == PGRES_POLLING_FAILED) {
            conn_connect_error(conn, err);
            conn_abandon(conn);
            return false;
        }
        if (!conn_wait(conn, "connecting", wanted == PGRES_POLLING_READING ? POLLIN : POLLOUT, err))
            return false;
        wanted = PQconnectPoll(conn->pg);
    }
    return true;
}

static bool
establish(struct conn *conn, struct err *err)
{
    int64_t statement_deadline_ms = conn->statement_deadline_ms;
    int64_t patience_ms = connect_patience_ms(conn);
    struct err unused;
    bool ok;

    /* One limit for all its steps: conn_restart_deadline is not called in between. */
    conn->statement_deadline_ms = patience_ms;
    conn_restart_deadline(conn);
    ok = poll_connection(conn, err);
    conn->statement_deadline_ms = statement_deadline_ms;
    /* This limit is no deadline of the configuration: a server that does not answer is not there. */
    if (!ok && err->kind == ERR_DEADLINE && context_check(conn->context, &unused))
        err_set(err, ERR_UNAVAILABLE, "connecting to the %s database: no answer within %lld ms", conn->label,
                (long long)patience_ms);
    return ok;
}

static bool
set_session(struct conn *conn, const struct conn_options *options, struct err *err)
{
    char limit_ms[16];
    const struct conn_param params[] = {CONN_TEXT(options->timezone),
                                        CONN_TEXT(options->read_only ? "on" : "off"), CONN_TEXT(limit_ms)};
    PGresult *result;

    /* The server counts in 32 bits: 24 days. */
    snprintf(limit_ms, sizeof limit_ms, "%d",
             options->server_deadline_ms > INT_MAX ? INT_MAX : (int)options->server_deadline_ms);
    result = conn_query(conn, "setting the session up", session_sql, params, 3, err);
    if (result == NULL && strcmp(err->sqlstate, "22023") == 0)
        err_set_sqlstate(err, ERR_CONFIG, "22023",
                         "setting the session up: the %s database knows no time zone \"%s\"", conn->label,
                         options->timezone);
    PQclear(result);
    return result != NULL;
}

/*
 * What was decrypted and not taken in must show, or a wait for it would not end (conn_wait.c). OpenSSL shows it; GSSAPI,
 * which libpq prefers where it finds a Kerberos ticket, does not.
 */
static bool
take_encryption(struct conn *conn, struct err *err)
{
    conn->ssl = PQsslStruct(conn->pg, "OpenSSL");
    if (conn->ssl != NULL || (!PQsslInUse(conn->pg) && !PQgssEncInUse(conn->pg)))
        return true;
    err_set(
        err, ERR_CONFIG,
        "connecting to the %s database: the connection is encrypted by GSSAPI, which crfd cannot use: put "
        "gssencmode=disable into the conninfo, and sslmode=verify-full for TLS instead",
        conn->label);
    return false;
}

static bool
connect_and_set(struct conn *conn, const struct conn_options *options, struct err *err)
{
    if (!context_check(conn->context, err)) {
        err_prefix(err, "connecting to the %s database", conn->label);
        return false;
    }
    if (!check_conninfo(options, err))
        return false;
    conn->pg = start_connecting(options);
    if (conn->pg == NULL) {
        err_set(err, ERR_INTERNAL, "connecting to the %s database: out of memory", conn->label);
        return false;
    }
    PQsetNoticeReceiver(conn->pg, drop_notice, NULL);
    /* For conn_connect_error. Errors of statements are read by their fields. */
    PQsetErrorVerbosity(conn->pg, PQERRORS_VERBOSE);
    if (PQstatus(conn->pg) == CONNECTION_BAD) {
        conn_connect_error(conn, err);
        return false;
    }
    if (!establish(conn, err))
        return false;
    PQsetErrorVerbosity(conn->pg, PQERRORS_TERSE);
    if (!take_encryption(conn, err))
        return false;
    if (PQsetnonblocking(conn->pg, 1) != 0) {
        conn_lost_error(conn, "setting the session up", err);
        return false;
    }
    return set_session(conn, options, err);
}

struct conn *
conn_open(const struct conn_options *options, struct context *context, struct err *err)
{
    struct conn *conn = memory_zalloc(1, sizeof *conn);

    conn->context = context;
    conn->statement_deadline_ms = options->statement_deadline_ms;
    snprintf(conn->label, sizeof conn->label, "%s", options->label);
    if (!connect_and_set(conn, options, err)) {
        conn_close(conn);
        return NULL;
    }
    return conn;
}

void
conn_close(struct conn *conn)
{
    if (conn == NULL)
        return;
    conn_abandon(conn);
    free(conn);
}

void
conn_set_context(struct conn *conn, struct context *context)
{
    conn->context = context;
}

void
conn_set_pulse(struct conn *conn, _Atomic int64_t *pulse)
{
    conn->pulse = pulse;
}

bool
conn_is_usable(const struct conn *conn)
{
    return conn->pg != NULL && PQstatus(conn->pg) == CONNECTION_OK;
}

bool
conn_in_transaction(const struct conn *conn)
{
    PGTransactionStatusType status = conn->pg != NULL ? PQtransactionStatus(conn->pg) : PQTRANS_UNKNOWN;

    return status == PQTRANS_ACTIVE || status == PQTRANS_INTRANS || status == PQTRANS_INERROR;
}

int
conn_server_version(const struct conn *conn)
{
    return conn->pg != NULL ? PQserverVersion(conn->pg) : 0;
}
