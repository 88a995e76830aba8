/* A session from a connection string: its servers one by one, then what the session must not inherit. */
#include "conn_pooler.h"
#include "conn_private.h"
#include "conn_target.h"

#include "crfd/base/memory.h"
#include "crfd/base/strbuf.h"

#include "queries.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

/* Longest time for a server where the conninfo gives no connect_timeout. */
#define CONNECT_PATIENCE_MS 30000

/* One that lends sessions by the transaction has one at once: the session that was just used. */
#define POOLER_PATIENCE_MS 2000

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

/* ---- One server ---- */

/* At most the statement's deadline. */
static int64_t
patience_ms(const struct conn *conn, const struct conn_targets *targets)
{
    int64_t timeout_ms = targets->timeout_ms != 0 ? targets->timeout_ms : CONNECT_PATIENCE_MS;

    if (timeout_ms < 0 || (conn->statement_deadline_ms > 0 && conn->statement_deadline_ms < timeout_ms))
        return conn->statement_deadline_ms;
    return timeout_ms;
}

static bool
poll_connection(struct conn *conn, struct err *err)
{
    PostgresPollingStatusType wanted = PGRES_POLLING_WRITING;

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

/* Within its own limit, which is one for all steps: conn_restart_deadline is not called in between. */
static bool
establish(struct conn *conn, int64_t limit_ms, const char *name, struct err *err)
{
    int64_t statement_deadline_ms = conn->statement_deadline_ms;
    struct err unused;
    bool ok;

    conn->statement_deadline_ms = limit_ms;
    conn_restart_deadline(conn);
    ok = poll_connection(conn, err);
    conn->statement_deadline_ms = statement_deadline_ms;
    /* This limit is no deadline of the configuration: a server that does not answer is not there. */
    if (!ok && err->kind == ERR_DEADLINE && context_check(conn->context, &unused))
        err_set(err, ERR_UNAVAILABLE, "connecting to the %s database: no answer of %s within %lld ms",
                conn->label, name, (long long)limit_ms);
    return ok;
}

static bool
connect_to(struct conn *conn, const struct conn_options *options, struct conn_targets *targets,
           const struct conn_target *target, struct err *err)
{
    conn->pg = conn_target_start(target, options);
    if (conn->pg == NULL) {
        err_set(err, ERR_INTERNAL, "connecting to the %s database: out of memory", conn->label);
        return false;
    }
    PQsetNoticeReceiver(conn->pg, drop_notice, NULL);
    /* For conn_connect_error. Errors of statements are read by their fields. */
    PQsetErrorVerbosity(conn->pg, PQERRORS_VERBOSE);
    if (PQstatus(conn->pg) == CONNECTION_BAD) {
        conn_connect_error(conn, err);
        conn_abandon(conn);
        return false;
    }
    return establish(conn, patience_ms(conn, targets), conn_target_name(&targets->arena, target), err);
}

/* ---- All of them ---- */

/* What was said of one server, without the beginning that all share. */
static void
append_attempt(struct strbuf *tried, const struct conn *conn, const struct err *err)
{
    char beginning[CONN_LABEL_MAX + 40];
    size_t length;

    snprintf(beginning, sizeof beginning, "connecting to the %s database: ", conn->label);
    length = strlen(beginning);
    strbuf_printf(tried, "%s%s", tried->length > 0 ? "; then " : "",
                  err->message + (strncmp(err->message, beginning, length) == 0 ? length : 0));
}

/*
 * A server that is not there, or is not of the wanted kind, is passed over. One that refuses the role or the password
 * counts, as in psql: the others would have to be told the password, too.
 */
static bool
connect_to_any(struct conn *conn, const struct conn_options *options, struct conn_targets *targets,
               const struct conn_target **target, struct err *err)
{
    struct strbuf tried;
    struct err last;
    bool ok = false;

    strbuf_init(&tried);
    for (size_t i = 0; i < targets->count; i++) {
        ok = connect_to(conn, options, targets, &targets->list[i], &last);
        *target = &targets->list[i];
        if (ok)
            break;
        append_attempt(&tried, conn, &last);
        if (last.kind != ERR_UNAVAILABLE || !context_check(conn->context, &last))
            break;
    }
    if (!ok && targets->count == 1)
        *err = last;
    else if (!ok)
        err_set_sqlstate(err, last.kind, last.sqlstate, "connecting to the %s database: %s", conn->label,
                         tried.text);
    strbuf_destroy(&tried);
    return ok;
}

/* ---- The session ---- */

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
    result = conn_query(conn, "setting the session up", sql_session_set, params, 3, err);
    if (result == NULL && strcmp(err->sqlstate, "22023") == 0)
        err_set_sqlstate(err, ERR_CONFIG, "22023",
                         "setting the session up: the %s database knows no time zone \"%s\"", conn->label,
                         options->timezone);
    PQclear(result);
    return result != NULL;
}

/* A server that cannot watch says so, and is used without. */
static bool
have_client_watched(struct conn *conn, const struct conn_options *options, struct err *err)
{
    const struct conn_param interval =
        CONN_TEXT(options->watch_interval != NULL ? options->watch_interval : "1s");
    PGresult *result = conn_query(conn, "setting the session up", sql_session_watch, &interval, 1, err);
    bool ok = result != NULL || strcmp(err->sqlstate, "22023") == 0;

    PQclear(result);
    return ok;
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
take_connection(struct conn *conn, struct err *err)
{
    PQsetErrorVerbosity(conn->pg, PQERRORS_TERSE);
    if (!take_encryption(conn, err))
        return false;
    if (PQsetnonblocking(conn->pg, 1) != 0) {
        conn_lost(conn, "setting the session up", err);
        return false;
    }
    return true;
}

/* ---- Poolers ---- */

/* A second connection to the server, to compare. It is given up soon, and nothing is set in it. */
static bool
compare_session(struct conn *conn, const struct conn_options *options, struct conn_targets *targets,
                const struct conn_target *target, int backend_pid, bool *lends, struct err *err)
{
    struct conn *other = memory_zalloc(1, sizeof *other);
    struct err untold;
    bool ok = true;

    *lends = false;
    other->context = conn->context;
    other->statement_deadline_ms = POOLER_PATIENCE_MS;
    snprintf(other->label, sizeof other->label, "%s", conn->label);
    if (connect_to(other, options, targets, target, &untold) && take_connection(other, &untold))
        ok = conn_pooler_compare(conn, other, backend_pid, lends, err);
    conn_close(other);
    return ok;
}

/* Before anything is set in a session that may be handed on to others. */
static bool
expect_own_session(struct conn *conn, const struct conn_options *options, struct conn_targets *targets,
                   const struct conn_target *target, struct err *err)
{
    bool is_between = false, lends = false;
    int backend_pid;

    if (!conn_pooler_find(conn, &backend_pid, &is_between, err) ||
        (is_between && !compare_session(conn, options, targets, target, backend_pid, &lends, err)))
        return false;
    if (lends)
        err_set(err, ERR_CONFIG,
                "connecting to the %s database: a pooler lends the sessions of the server a transaction at a "
                "time, and crfd needs them whole: set pool_mode = session for this database in PgBouncer, or "
                "put the server itself into the conninfo",
                conn->label);
    return !lends;
}

static bool
connect_and_set(struct conn *conn, const struct conn_options *options, struct err *err)
{
    struct conn_targets targets;
    const struct conn_target *target;
    bool ok;

    if (!context_check(conn->context, err)) {
        err_prefix(err, "connecting to the %s database", conn->label);
        return false;
    }
    if (!check_conninfo(options, err))
        return false;
    /* Name look-ups block: they have no asynchronous form, and only workers connect. */
    conn_targets_find(&targets, options);
    ok = connect_to_any(conn, options, &targets, &target, err) && take_connection(conn, err) &&
         expect_own_session(conn, options, &targets, target, err) && set_session(conn, options, err) &&
         have_client_watched(conn, options, err);
    conn_targets_destroy(&targets);
    return ok;
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
