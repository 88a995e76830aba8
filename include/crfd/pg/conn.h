/*
 * conn.h: a connection to PostgreSQL on which every wait also waits on a context.
 *
 * libpq is used without blocking throughout (connect, TLS, query, COPY, COMMIT): a wait is one poll() on the
 * socket and on the context's event fd, bounded by the nearest deadline, because a frozen server or a cut
 * cable shows on neither keepalives nor PQcancel. When a wait is cut short the connection is closed: the
 * server notices within client_connection_check_interval, rolls back and frees its locks.
 *
 * Every session is set to what its role and server may have otherwise: client_encoding UTF8, the schedule's
 * time zone, DateStyle ISO, search_path pg_catalog and pg_temp, READ COMMITTED, standard_conforming_strings,
 * client_connection_check_interval, keepalives of both ends, application_name crfd/INSTANCE.
 *
 * Threads: a connection belongs to one thread at a time. Name look-ups block: only workers connect.
 * Memory:  conn_open allocates; conn_close frees. Results are PGresult, freed by PQclear.
 */
#ifndef CRFD_PG_CONN_H
#define CRFD_PG_CONN_H

#include "crfd/base/err.h"
#include "crfd/sync/context.h"

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdint.h>

struct conn;

struct conn_options {
    const char *conninfo;          /* libpq connection string or URI */
    const char *password;          /* NULL or "": by libpq's own means */
    const char *label;             /* "source" or "analysis": names it in messages */
    const char *application_name;  /* crfd/INSTANCE */
    const char *timezone;          /* IANA name */
    int64_t statement_deadline_ms; /* longest wait for an answer or the next row */
    bool read_only;                /* default_transaction_read_only = on */
    /*
     * After that long the server ends a statement, or a transaction in which nothing is asked of it; 0: never.
     * For a process that was frozen: its connection looks alive, and its locks would stay. Larger than the
     * deadlines of the waits, which close the connection themselves.
     */
    int64_t server_deadline_ms;
    const char *watch_interval; /* how often the server looks whether this end is still there; NULL: "1s" */
};

/*
 * Connects and sets the session up. ERR_UNAVAILABLE (no server, connection lost, no answer within the conninfo's
 * connect_timeout or else 30 s), ERR_PERMISSION (password, role, database: SQLSTATE class 28, 3D000, 42501),
 * ERR_CONFIG (a conninfo or time zone that is none), ERR_DEADLINE, ERR_CANCELLED. NULL on failure.
 */
struct conn *
conn_open(const struct conn_options *options, struct context *context, struct err *err) CRFD_MUST_CHECK;

/* Closes the socket without waiting for anything; NULL is allowed. */
void conn_close(struct conn *conn);

/* From now on waits obey this context (a center's, then the next's). */
void conn_set_context(struct conn *conn, struct context *context);
/* From now on each answer of the server, or part of one, counts this up: who watches sees that there is life. */
void conn_set_pulse(struct conn *conn, _Atomic int64_t *pulse);

/* False after a lost connection or a wait cut short: close it and open another. */
bool conn_is_usable(const struct conn *conn);
/* True while a transaction is open (also a failed one). */
bool conn_in_transaction(const struct conn *conn);
/* major * 10000 + minor, as PQserverVersion. */
int conn_server_version(const struct conn *conn);
/* Of the database, by PostgreSQL's name; as long as the connection. */
const char *conn_server_encoding(const struct conn *conn);

/* Where an open connection leads, as psql takes it; libpq's texts, as long as the connection. */
struct conn_place {
    const char *host; /* a name, an address, or the folder of a socket */
    const char *port;
    const char *database;
    const char *role;
};

struct conn_place conn_place(const struct conn *conn);

/* Who could read or answer what goes over an open connection. */
enum conn_privacy {
    CONN_STAYS_ON_HOST,
    CONN_VERIFIED,  /* nobody else */
    CONN_ENCRYPTED, /* whoever passes himself off as the server */
    CONN_READABLE   /* whoever is at the network */
};

enum conn_privacy conn_privacy(const struct conn *conn);

/* Both ends of a socket are on one machine: a Unix socket, loopback, or one address at both ends. */
struct sockaddr;
bool conn_stays_on_host(const struct sockaddr *own, const struct sockaddr *peer);

/* One parameter of a statement: text (NULL is SQL NULL). */
struct conn_param {
    const char *text;
};

#define CONN_TEXT(value) ((struct conn_param){(value)})

/*
 * Runs one statement with parameters $1.. in text format and returns its result: PGRES_TUPLES_OK or
 * PGRES_COMMAND_OK; NULL on failure. `what` says in a few words what the statement is for: "opening the run".
 * Failures keep their SQLSTATE; detail and context lines of the server are not taken over, because they
 * may show a patient's values (a unique violation prints the key; a COPY error prints the line).
 */
PGresult *conn_query(struct conn *conn, const char *what, const char *sql, const struct conn_param *params,
                     int param_count, struct err *err) CRFD_MUST_CHECK;

/*
 * As conn_query for an answer of any size: hands it over piece by piece, in memory for some rows only. The last piece
 * has no rows, so that there is one even of an empty answer. A statement that fails midway has handed over rows; take
 * may fail, too, and closes the connection with that.
 */
bool conn_query_stream(struct conn *conn, const char *what, const char *sql, const struct conn_param *params,
                       int param_count, bool (*take)(void *data, const PGresult *rows, struct err *err),
                       void *data, struct err *err) CRFD_MUST_CHECK;

/*
 * As conn_query for a statement that a session runs again and again: it is prepared the first time and known by the
 * address of its text, which must outlive the connection and stay what it is.
 */
PGresult *
conn_query_prepared(struct conn *conn, const char *what, const char *sql, const struct conn_param *params,
                    int param_count, struct err *err) CRFD_MUST_CHECK;

/* The same for statements without a result that matters; several statements separated by ; are allowed without parameters. */
bool conn_execute(struct conn *conn, const char *what, const char *sql, struct err *err) CRFD_MUST_CHECK;

/* The integer of a field; 0 where it is NULL. */
int64_t conn_int_at(const PGresult *rows, int row, int column);

/* As conn_query, and gives the single bigint of the single row. */
bool conn_query_int(struct conn *conn, const char *what, const char *sql, const struct conn_param *params,
                    int param_count, int64_t *out, struct err *err) CRFD_MUST_CHECK;

/*
 * Ends the transaction by COMMIT. A server that answers ROLLBACK (the transaction had failed) is an error.
 * *lost is true where the answer did not arrive: committed or not must then be looked up.
 */
bool conn_commit(struct conn *conn, bool *lost, struct err *err) CRFD_MUST_CHECK;
/* Rolls back if a transaction is open and the connection is usable; never fails (a lost connection has rolled back). */
void conn_rollback(struct conn *conn);

/* 'text', quoted for this connection, appended to sql. For COPY, which takes no parameters. */
struct strbuf;
bool
conn_append_literal(struct conn *conn, struct strbuf *sql, const char *text, struct err *err) CRFD_MUST_CHECK;

/* Adds an element to a literal of a text array, which begins with "{": a parameter for $1::text[]. */
void conn_append_array_element(struct strbuf *array, const char *text);

/* The kind that a server error of this SQLSTATE has: class 08, 57P01..3, 53300 unavailable; 40001, 40P01, 55P03 retry; ... */
enum err_kind conn_error_kind(const char *sqlstate);

#endif
