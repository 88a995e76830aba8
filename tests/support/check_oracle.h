/*
 * check_oracle.h: PostgreSQL as the oracle of the check language: a study's pages as tables, expressions as
 * queries over them.
 *
 * Many queries are under way on a connection at once (libpq's pipeline mode). One query asks an expression
 * about all rows; where any row fails, the rows are asked one by one, so that each has its own answer.
 *
 * Threads: a connection belongs to one thread at a time.
 * Memory:  texts live in the given arena.
 */
#ifndef CRFD_TESTS_CHECK_ORACLE_H
#define CRFD_TESTS_CHECK_ORACLE_H

#include "crfd/base/arena.h"
#include "crfd/check/subject.h"
#include "crfd/study/study.h"

#include <libpq-fe.h>
#include <stddef.h>

#define ORACLE_ROWS_MAX   64
#define ORACLE_PARAMS_MAX 200

/* "true", "false", "unknown", or the SQLSTATE of an error. */
struct oracle_answer {
    char text[8];
};

/* A condition over the pages of form vs, and what it gives on each row. */
struct oracle_question {
    const char *condition; /* NULL: not asked */
    const char *params[ORACLE_PARAMS_MAX];
    int param_count; /* of $1, $2, ... in the condition */
    struct oracle_answer answers[ORACLE_ROWS_MAX];
};

/* Schemas, the functions for partial dates, and an empty table for each form. */
void oracle_create(PGconn *connection, const struct study *study);
void oracle_clear(PGconn *connection, const struct study *study);
/*
 * Inserts the subject's pages, those of vs numbered from `row` on in the column "row". Each form's stand in event
 * order, as crfd goes through them: where several pages of a subquery fail, the first one's error is the answer.
 */
void oracle_insert(PGconn *connection, const struct study *study, const struct subject *subject, int row);

/* Fills the answers of rows 0 .. row_count - 1. */
void oracle_ask(PGconn *connection, struct oracle_question *const *questions, size_t count, size_t row_count);

/* The night of the tests' subjects stands for the server's day. */
const char *oracle_on_the_night(struct arena *arena, const char *condition);

/*
 * The twin as PostgreSQL answers it within crfd's documented limits (tests/data/narrow.sql), with its constants
 * as parameters, so that the planner cannot evaluate them in advance.
 */
void oracle_narrow(struct arena *arena, const char *twin, struct oracle_question *out);
/* Only the constants. */
void oracle_hide_constants(struct arena *arena, const char *twin, struct oracle_question *out);

#endif
