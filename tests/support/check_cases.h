/*
 * check_cases.h: what expressions must give on the pages of check_study.h.
 *
 * The unit test of the evaluator reads the table, and the test against PostgreSQL asks a server the same:
 * an expectation that PostgreSQL does not share fails there.
 */
#ifndef CRFD_TESTS_CHECK_CASES_H
#define CRFD_TESTS_CHECK_CASES_H

#include "check_study.h"

struct check_case {
    enum check_page page;
    const char *text;
    const char *expected; /* "true", "false", "unknown", or the SQLSTATE of an error */
};

extern const struct check_case check_cases[];
extern const int check_case_count;

/* Of subqueries, lag and lead. */
extern const struct check_case query_cases[];
extern const int query_case_count;

#endif
