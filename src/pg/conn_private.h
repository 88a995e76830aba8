/*
 * conn_private.h: what the files of src/pg share about a connection.
 *
 * Threads: as the connection.
 */
#ifndef CRFD_PG_CONN_PRIVATE_H
#define CRFD_PG_CONN_PRIVATE_H

#include "crfd/pg/conn.h"

#include <poll.h>
#include <stdatomic.h>

#define CONN_LABEL_MAX    32
#define CONN_PREPARED_MAX 32

struct conn {
    PGconn *pg; /* NULL once it was closed because a wait was cut short */
    struct context *context;
    _Atomic int64_t *pulse; /* NULL: nobody watches */
    char label[CONN_LABEL_MAX];
    int64_t statement_deadline_ms;
    int64_t answer_deadline_ns; /* of the answer or row waited for; 0 until its first wait */
    void *ssl; /* OpenSSL's SSL of an encrypted connection, libpq's own; NULL: not encrypted */
    const char *prepared[CONN_PREPARED_MAX]; /* texts of the statements s0, s1, ... of the session */
    int prepared_count;
};

/* ---- Waiting (conn_wait.c) ---- */

/* What is waited for next has the whole statement deadline again. */
static inline void
conn_restart_deadline(struct conn *conn)
{
    conn->answer_deadline_ns = 0;
}

/* False, with err set, where the connection is closed already or the context has ended. */
bool conn_may_begin(struct conn *conn, const char *what, struct err *err) CRFD_MUST_CHECK;

/* Waits for events (POLLIN, POLLOUT) on the socket. A wait that is cut short closes the connection. */
bool conn_wait(struct conn *conn, const char *what, short events, struct err *err) CRFD_MUST_CHECK;

/* Takes in what has come, after waiting for it; the caller looks whether it is enough and calls again. */
bool conn_wait_input(struct conn *conn, const char *what, struct err *err) CRFD_MUST_CHECK;

/* Waits until all that libpq holds for the server has been sent. */
bool conn_flush(struct conn *conn, const char *what, struct err *err) CRFD_MUST_CHECK;

/* Waits for the next result; *result is NULL at the end of the statement. The status is the caller's to look at. */
bool conn_receive(struct conn *conn, const char *what, PGresult **result, struct err *err) CRFD_MUST_CHECK;

/* Takes in what is left of the statement; an error among it is the failure. */
bool conn_finish_statement(struct conn *conn, const char *what, struct err *err) CRFD_MUST_CHECK;

/* Sends one statement without parameters; the answer is the caller's to receive. */
bool conn_send(struct conn *conn, const char *what, const char *sql, struct err *err) CRFD_MUST_CHECK;

/* The connection was lost, or could not be used: closes it, and err says why. */
void conn_lost(struct conn *conn, const char *what, struct err *err);

/* A result has a status that the statement must not have: ends the statement, or the connection; err says which. */
void conn_unexpected(struct conn *conn, const char *what, const PGresult *result, struct err *err);

/* Gives up whatever is under way: the server sees the socket close, rolls back and frees its locks. */
void conn_abandon(struct conn *conn);

/* ---- Errors (conn_error.c) ---- */

/* From a result of an error status, without a value that may be a patient's. */
void conn_result_error(const struct conn *conn, const char *what, const PGresult *result, struct err *err);

/* From the connection: it was lost, or could not be used. */
void conn_lost_error(const struct conn *conn, const char *what, struct err *err);

/* From a connection that was not made; pg still has the message, with its SQLSTATE (PQERRORS_VERBOSE). */
void conn_connect_error(const struct conn *conn, struct err *err);

#endif
