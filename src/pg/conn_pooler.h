/*
 * conn_pooler.h: whether a pooler lends the sessions of the server a transaction at a time.
 *
 * Such a one (PgBouncer with pool_mode = transaction or statement) loses what a session sets, prepares and keeps in
 * temporary tables, and hands crfd's settings on to others. It is recognised by what it does: two clients that are
 * connected at once have the same process of the server, or one client has another process than before. One that
 * gives a whole session to a client does neither.
 *
 * Threads: as the connections.
 */
#ifndef CRFD_PG_CONN_POOLER_H
#define CRFD_PG_CONN_POOLER_H

#include "crfd/pg/conn.h"

/* *backend_pid: the process of the server; *is_between: it is none that a server itself would have told. */
bool conn_pooler_find(struct conn *conn, int *backend_pid, bool *is_between, struct err *err) CRFD_MUST_CHECK;

/*
 * Of a session behind a pooler, whose process of the server was backend_pid, and of another one, which was opened
 * beside it: *lends says whether they got in each other's place. An error of the other connection tells nothing: that
 * no session is left is what a pooler says that lends them whole.
 */
bool conn_pooler_compare(struct conn *conn, struct conn *other, int backend_pid, bool *lends,
                         struct err *err) CRFD_MUST_CHECK;

#endif
