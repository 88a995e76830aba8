#include "conn_private.h"

#include "crfd/base/clock.h"

#include <errno.h>
#include <limits.h>
#include <openssl/ssl.h>
#include <string.h>

#define NS_PER_MS INT64_C(1000000)

void
conn_abandon(struct conn *conn)
{
    /* PQfinish sends a farewell only as far as the socket takes it at once; it never waits. */
    PQfinish(conn->pg);
    conn->pg = NULL;
}

void
conn_lost(struct conn *conn, const char *what, struct err *err)
{
    conn_lost_error(conn, what, err);
    conn_abandon(conn);
}

/* Milliseconds until the answer is overdue, rounded up; -1 where no deadline is set. */
static int
answer_remaining_ms(struct conn *conn)
{
    int64_t now_ns;
    int64_t remaining_ms;

    if (conn->statement_deadline_ms <= 0)
        return -1;
    now_ns = clock_steady_ns();
    if (conn->answer_deadline_ns == 0 &&
        (__builtin_mul_overflow(conn->statement_deadline_ms, NS_PER_MS, &conn->answer_deadline_ns) ||
         __builtin_add_overflow(conn->answer_deadline_ns, now_ns, &conn->answer_deadline_ns)))
        conn->answer_deadline_ns = INT64_MAX;
    if (conn->answer_deadline_ns <= now_ns)
        return 0;
    remaining_ms = (conn->answer_deadline_ns - now_ns - 1) / NS_PER_MS + 1;
    return remaining_ms > INT_MAX ? INT_MAX : (int)remaining_ms;
}

static int
nearest(int a_ms, int b_ms)
{
    if (a_ms < 0)
        return b_ms;
    return b_ms < 0 || a_ms < b_ms ? a_ms : b_ms;
}

/* Closes the connection, because the context has ended or the answer is overdue; err says which. */
static void
cut_short(struct conn *conn, const char *what, struct err *err)
{
    if (context_check(conn->context, err))
        err_set(err, ERR_DEADLINE,
                "%s: the deadline of the statement has passed: the %s database has not answered for %lld ms",
                what, conn->label, (long long)conn->statement_deadline_ms);
    else
        err_prefix(err, "%s: waiting for the %s database", what, conn->label);
    conn_abandon(conn);
}

bool
conn_wait(struct conn *conn, const char *what, short events, struct err *err)
{
    for (;;) {
        struct pollfd fds[] = {
            {.fd = PQsocket(conn->pg), .events = events},
            {.fd = context_fd(conn->context), .events = POLLIN},
        };
        int context_ms = context_remaining_ms(conn->context);
        int answer_ms = answer_remaining_ms(conn);
        /* Looked at also where the socket is ready: rows that keep coming must not outrun the context. */
        bool over = context_ms == 0;
        int ready = over ? 0 : poll(fds, 2, nearest(context_ms, answer_ms));

        if (ready < 0 && errno == EINTR)
            continue;
        if (ready < 0) {
            err_set(err, ERR_IO, "%s: waiting for the %s database: %s", what, conn->label, strerror(errno));
            conn_abandon(conn);
            return false;
        }
        if (ready > 0 && fds[1].revents == 0) {
            if (conn->pulse != NULL)
                atomic_fetch_add_explicit(conn->pulse, 1, memory_order_relaxed);
            return true;
        }
        if (over || ready > 0 || answer_ms == 0) {
            cut_short(conn, what, err);
            return false;
        }
    }
}

bool
conn_may_begin(struct conn *conn, const char *what, struct err *err)
{
    if (!conn_is_usable(conn)) {
        err_set(err, ERR_UNAVAILABLE, "%s: the connection to the %s database is closed", what, conn->label);
        return false;
    }
    if (!context_check(conn->context, err)) {
        err_prefix(err, "%s", what);
        return false;
    }
    conn_restart_deadline(conn);
    return true;
}

/*
 * A TLS record may be larger than the room libpq reads it into. Its rest then waits inside OpenSSL, where poll() does
 * not see it: servers since version 17 and connection poolers send records of 16 KB.
 */
static bool
has_decrypted_input(const struct conn *conn)
{
    return conn->ssl != NULL && SSL_pending(conn->ssl) > 0;
}

bool
conn_wait_input(struct conn *conn, const char *what, struct err *err)
{
    if (!has_decrypted_input(conn) && !conn_wait(conn, what, POLLIN, err))
        return false;
    if (PQconsumeInput(conn->pg) == 0) {
        conn_lost(conn, what, err);
        return false;
    }
    return true;
}

bool
conn_flush(struct conn *conn, const char *what, struct err *err)
{
    int left;

    while ((left = PQflush(conn->pg)) > 0) {
        if (!conn_wait(conn, what, POLLIN | POLLOUT, err))
            return false;
        /* A server that cannot send does not read: what it says must be taken in while it is told. */
        if (PQconsumeInput(conn->pg) == 0) {
            conn_lost(conn, what, err);
            return false;
        }
    }
    if (left < 0) {
        conn_lost(conn, what, err);
        return false;
    }
    conn_restart_deadline(conn);
    return true;
}

bool
conn_receive(struct conn *conn, const char *what, PGresult **result, struct err *err)
{
    while (PQisBusy(conn->pg))
        if (!conn_wait_input(conn, what, err))
            return false;
    *result = PQgetResult(conn->pg);
    conn_restart_deadline(conn);
    return true;
}

bool
conn_send(struct conn *conn, const char *what, const char *sql, struct err *err)
{
    if (!conn_may_begin(conn, what, err))
        return false;
    if (PQsendQuery(conn->pg, sql) == 0) {
        conn_lost(conn, what, err);
        return false;
    }
    return conn_flush(conn, what, err);
}

bool
conn_finish_statement(struct conn *conn, const char *what, struct err *err)
{
    PGresult *result;

    for (;;) {
        ExecStatusType status;

        if (!conn_receive(conn, what, &result, err))
            return false;
        if (result == NULL)
            return true;
        status = PQresultStatus(result);
        if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_EMPTY_QUERY) {
            conn_unexpected(conn, what, result, err);
            PQclear(result);
            return false;
        }
        PQclear(result);
    }
}

void
conn_unexpected(struct conn *conn, const char *what, const PGresult *result, struct err *err)
{
    ExecStatusType status = PQresultStatus(result);
    struct err later;

    if (status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE || status == PGRES_NONFATAL_ERROR)
        conn_result_error(conn, what, result, err);
    else
        err_set(err, ERR_INTERNAL, "%s: the %s database answers with %s", what, conn->label,
                PQresStatus(status));
    /* A COPY is not ended politely: nobody knows what it would read or write. */
    if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH ||
        (conn_is_usable(conn) && !conn_finish_statement(conn, what, &later)))
        conn_abandon(conn);
}
