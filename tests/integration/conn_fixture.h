/*
 * conn_fixture.h: what the tests of src/pg share: a cluster with the database "conn", connections to it, and
 * assertions on errors.
 *
 * Threads: one thread at a time.
 */
#ifndef CRFD_TESTS_CONN_FIXTURE_H
#define CRFD_TESTS_CONN_FIXTURE_H

#include "crfd/pg/conn.h"

#include "cluster.h"
#include "fail.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* Long enough never to be reached by what answers, also on a loaded machine. */
#define PATIENT_MS 120000
/* Short, for what does not answer; long enough for what comes before on the same connection. */
#define SHORT_MS 1500

static struct cluster cluster;

static inline struct conn_options
options_to(const char *conninfo)
{
    return (struct conn_options){.conninfo = conninfo,
                                 .label = "analysis",
                                 .application_name = "crfd/test",
                                 .timezone = "Asia/Shanghai",
                                 .statement_deadline_ms = PATIENT_MS};
}

static inline void
begin_context(struct context *context, const char *name, int64_t deadline_ms)
{
    struct err err = {0};

    TEST_REQUIRE(context_init(context, NULL, name, deadline_ms, &err), "%s", err.message);
}

static inline struct conn *
open_on(struct context *context, const char *database, const char *user, int64_t statement_deadline_ms)
{
    char conninfo[CLUSTER_CONNINFO_MAX];
    struct conn_options options;
    struct conn *conn;
    struct err err = {0};

    cluster_conninfo_as(&cluster, database, user, conninfo);
    options = options_to(conninfo);
    options.statement_deadline_ms = statement_deadline_ms;
    conn = conn_open(&options, context, &err);
    TEST_REQUIRE(conn != NULL, "%s", err.message);
    return conn;
}

static inline struct conn *
open_as_superuser(struct context *context, int64_t statement_deadline_ms)
{
    return open_on(context, "conn", "postgres", statement_deadline_ms);
}

static inline void
must_execute(struct conn *conn, const char *sql)
{
    struct err err = {0};

    TEST_REQUIRE(conn_execute(conn, "a test", sql, &err), "%s", err.message);
}

static inline int64_t
must_ask(struct conn *conn, const char *sql)
{
    struct err err = {0};
    int64_t value = 0;

    TEST_REQUIRE(conn_query_int(conn, "a test", sql, NULL, 0, &value, &err), "%s", err.message);
    return value;
}

static inline void
assert_error(const char *row, const struct err *err, enum err_kind kind, const char *sqlstate,
             const char *shows)
{
    ck_assert_msg(err->kind == kind, "%s: kind is %s: %s", row, err_kind_text(err->kind), err->message);
    ck_assert_msg(strcmp(err->sqlstate, sqlstate) == 0, "%s: SQLSTATE is \"%s\": %s", row, err->sqlstate,
                  err->message);
    ck_assert_msg(strstr(err->message, shows) != NULL, "%s: the message lacks \"%s\": %s", row, shows,
                  err->message);
    ck_assert_msg(strchr(err->message, '\n') == NULL, "%s: the message has several lines: %s", row,
                  err->message);
}

static inline void
start_cluster(void)
{
    cluster_start(&cluster);
    cluster_create_database(&cluster, "conn");
}

/* The main() of a test program, after its cluster was started. */
static inline int
run_and_destroy(const char *name, TCase *cases)
{
    Suite *suite = suite_create(name);
    SRunner *runner = srunner_create(suite);
    int failed;

    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    cluster_destroy(&cluster);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
