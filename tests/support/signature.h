/*
 * signature.h: what the analysis schema holds, as a text that is the same exactly when the contents are.
 *
 * Threads: as the connection.
 * Memory:  texts are malloc'ed.
 */
#ifndef CRFD_TESTS_SIGNATURE_H
#define CRFD_TESTS_SIGNATURE_H

#include <libpq-fe.h>

/*
 * A line per table: its name, its rows and the SHA-256 of their contents in order. Run ids, finding ids and
 * times do not count: two nights that end in the same state have the same signature.
 */
char *signature_take(PGconn *connection);

/* From now on, what this connection takes has the columns of today only: later ones do not count. */
void signature_keep_columns(PGconn *connection);

/*
 * The same over the stored rows themselves (the system columns xmin and ctid): it changes when a row is
 * written, also when it is written as it was.
 */
char *signature_rows(PGconn *connection);

#endif
