/*
 * expect.h: assertions on what a database answers, with both values in the failure.
 *
 * Threads: as the connection.
 */
#ifndef CRFD_TESTS_EXPECT_H
#define CRFD_TESTS_EXPECT_H

#include <libpq-fe.h>
#include <stdint.h>

/* The query gives one value; `what` names it in the failure. */
void expect_int(PGconn *connection, int64_t expected, const char *what, const char *sql);
void expect_text(PGconn *connection, const char *expected, const char *what, const char *sql);

/* The text holds the part. */
void expect_in(const char *text, const char *part);

#endif
