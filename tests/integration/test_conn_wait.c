#include "conn_fixture.h"

#include "instance.h"

#include <pthread.h>
#include <signal.h>

/* ---- Waits ---- */

START_TEST(a_statement_past_its_deadline_gives_its_locks_back)
{
    struct context run;
    struct err err = {0};
    struct conn *slow;
    struct conn *next;

    begin_context(&run, "run", 0);
    slow = open_as_superuser(&run, SHORT_MS);
    next = open_as_superuser(&run, PATIENT_MS);
    must_execute(slow, "BEGIN; UPDATE public.page SET age = age");
    ck_assert(!conn_execute(slow, "reading a page", "SELECT pg_sleep(3600)", &err));
    assert_error("deadline", &err, ERR_DEADLINE, "", "deadline of the statement has passed");
    ck_assert(!conn_is_usable(slow));
    ck_assert(!conn_in_transaction(slow));
    /* Waits for the lock that the other session held: its hour of sleep must not be waited for. */
    must_execute(next, "UPDATE public.page SET age = age");
    ck_assert(!conn_execute(slow, "reading a page", "SELECT 1", &err));
    assert_error("closed", &err, ERR_UNAVAILABLE, "", "is closed");
    conn_close(slow);
    conn_close(next);
    context_destroy(&run);
}
END_TEST

START_TEST(a_deadline_above_the_statement_is_named)
{
    struct context run;
    struct context center;
    struct err err = {0};
    struct conn *conn;

    begin_context(&run, "run", 0);
    conn = open_as_superuser(&run, PATIENT_MS);
    begin_context(&center, "center", SHORT_MS);
    conn_set_context(conn, &center);
    ck_assert(!conn_execute(conn, "reading a page", "SELECT pg_sleep(3600)", &err));
    assert_error("deadline", &err, ERR_DEADLINE, "", "deadline of the center has passed");
    ck_assert(!conn_is_usable(conn));
    conn_close(conn);
    context_destroy(&center);
    context_destroy(&run);
}
END_TEST

START_TEST(a_frozen_server_is_left_at_the_deadline)
{
    struct context run;
    struct err err = {0};
    struct conn *conn;
    pid_t server;

    begin_context(&run, "run", 0);
    conn = open_as_superuser(&run, SHORT_MS);
    server = (pid_t)must_ask(conn, "SELECT pg_backend_pid()");
    ck_assert_int_eq(kill(server, SIGSTOP), 0);
    ck_assert(!conn_execute(conn, "reading a page", "SELECT 1", &err));
    kill(server, SIGCONT);
    assert_error("frozen", &err, ERR_DEADLINE, "", "deadline of the statement");
    conn_close(conn);
    context_destroy(&run);
}
END_TEST

static void *
cancel_when_asleep(void *data)
{
    PGconn *watch = cluster_connect(&cluster, "conn");

    instance_wait_until(watch, "a statement sleeps",
                        "SELECT count(*) = 1 FROM pg_stat_activity"
                        " WHERE wait_event = 'PgSleep' AND application_name = 'crfd/test'");
    context_cancel(data, "SIGTERM");
    PQfinish(watch);
    return NULL;
}

START_TEST(cancelling_from_another_thread_ends_a_wait)
{
    struct context run;
    struct err err = {0};
    struct conn *conn;
    pthread_t other;

    begin_context(&run, "run", 0);
    conn = open_as_superuser(&run, PATIENT_MS);
    ck_assert_int_eq(pthread_create(&other, NULL, cancel_when_asleep, &run), 0);
    ck_assert(!conn_execute(conn, "reading a page", "SELECT pg_sleep(3600)", &err));
    pthread_join(other, NULL);
    assert_error("cancelled", &err, ERR_CANCELLED, "", "SIGTERM");
    ck_assert(!conn_is_usable(conn));
    conn_close(conn);
    context_destroy(&run);
}
END_TEST

START_TEST(a_cancelled_context_begins_nothing_and_leaves_the_connection)
{
    struct context first;
    struct context second;
    struct err err = {0};
    struct conn *conn;

    begin_context(&first, "center", 0);
    begin_context(&second, "center", 0);
    conn = open_as_superuser(&first, PATIENT_MS);
    context_cancel(&first, "SIGINT");
    ck_assert(!conn_execute(conn, "reading a page", "SELECT 1", &err));
    assert_error("cancelled", &err, ERR_CANCELLED, "", "reading a page: cancelled: SIGINT");
    conn_set_context(conn, &second);
    ck_assert_int_eq(must_ask(conn, "SELECT 7"), 7);
    conn_close(conn);
    context_destroy(&second);
    context_destroy(&first);
}
END_TEST

/* ---- Lost servers ---- */

START_TEST(a_session_that_the_server_ended_is_unavailable)
{
    PGconn *other = cluster_connect(&cluster, "conn");
    struct context run;
    struct err err = {0};
    struct conn *conn;

    begin_context(&run, "run", 0);
    conn = open_as_superuser(&run, PATIENT_MS);
    cluster_execf(other, "SELECT pg_terminate_backend(%lld, 60000)",
                  (long long)must_ask(conn, "SELECT pg_backend_pid()"));
    ck_assert(!conn_execute(conn, "reading a page", "SELECT 1", &err));
    assert_error("terminated", &err, ERR_UNAVAILABLE, "57P01", "reading a page");
    ck_assert(!conn_is_usable(conn));
    conn_close(conn);
    PQfinish(other);
    context_destroy(&run);
}
END_TEST

START_TEST(a_server_that_crashed_is_unavailable_until_it_is_back)
{
    char conninfo[CLUSTER_CONNINFO_MAX];
    struct conn_options options = options_to(conninfo);
    struct context run;
    struct err err = {0};
    struct conn *conn;

    cluster_conninfo(&cluster, "conn", conninfo);
    begin_context(&run, "run", 0);
    conn = open_as_superuser(&run, PATIENT_MS);
    /* A killed process says no farewell: nothing has an SQLSTATE. */
    ck_assert_int_eq(kill((pid_t)must_ask(conn, "SELECT pg_backend_pid()"), SIGKILL), 0);
    ck_assert(!conn_execute(conn, "reading a page", "SELECT pg_sleep(3600)", &err));
    assert_error("killed", &err, ERR_UNAVAILABLE, "", "reading a page");
    conn_close(conn);
    cluster_stop_immediate(&cluster);
    ck_assert(conn_open(&options, &run, &err) == NULL);
    assert_error("stopped", &err, ERR_UNAVAILABLE, "", "connecting to the analysis database");
    cluster_start_again(&cluster);
    conn = open_as_superuser(&run, PATIENT_MS);
    conn_close(conn);
    context_destroy(&run);
}
END_TEST

/* ---- Transactions ---- */

static const struct {
    const char *row;
    const char *sql;
    bool committed;
    bool lost;
    enum err_kind kind;
    const char *sqlstate;
    const char *shows;
} commit_cases[] = {
    {"a good transaction is committed", "UPDATE public.page SET age = age", true, false, ERR_NONE, "", ""},
    {"a transaction that had failed is not committed", "SELECT 1 / 0", false, false, ERR_INTERNAL, "",
     "rolled back"},
    {"a deferred constraint fails the commit", "INSERT INTO public.late VALUES (1), (1)", false, false,
     ERR_DATA, "23505", "constraint late_key"},
    {"a session that ends during the commit leaves it open", "INSERT INTO public.deadly VALUES (1)", false,
     true, ERR_UNAVAILABLE, "57P01", "committing"},
    {"an answer that does not come leaves the commit open", "INSERT INTO public.endless VALUES (1)", false,
     true, ERR_DEADLINE, "", "deadline of the statement"},
};

START_TEST(a_commit_tells_what_became_of_it)
{
    const char *row = commit_cases[_i].row;
    struct context run;
    struct err err = {0};
    struct err unused;
    struct conn *conn;
    bool lost = !commit_cases[_i].lost;

    begin_context(&run, "run", 0);
    conn = open_as_superuser(&run, commit_cases[_i].kind == ERR_DEADLINE ? SHORT_MS : PATIENT_MS);
    must_execute(conn, "BEGIN");
    (void)!conn_execute(conn, "a test", commit_cases[_i].sql, &unused);
    ck_assert_msg(conn_in_transaction(conn), "%s: no transaction", row);
    ck_assert_msg(conn_commit(conn, &lost, &err) == commit_cases[_i].committed, "%s: %s", row, err.message);
    ck_assert_msg(lost == commit_cases[_i].lost, "%s: lost is %d", row, lost);
    if (!commit_cases[_i].committed)
        assert_error(row, &err, commit_cases[_i].kind, commit_cases[_i].sqlstate, commit_cases[_i].shows);
    ck_assert_msg(!conn_in_transaction(conn), "%s: the transaction goes on", row);
    ck_assert_msg(conn_is_usable(conn) == !lost, "%s: usable is %d", row, conn_is_usable(conn));
    conn_close(conn);
    context_destroy(&run);
}
END_TEST

START_TEST(a_commit_that_was_not_sent_is_not_lost)
{
    struct context run;
    struct err err = {0};
    struct conn *conn;
    bool lost = true;

    begin_context(&run, "run", 0);
    conn = open_as_superuser(&run, PATIENT_MS);
    must_execute(conn, "BEGIN");
    context_cancel(&run, "SIGTERM");
    ck_assert(!conn_commit(conn, &lost, &err));
    ck_assert(!lost);
    conn_close(conn);
    context_destroy(&run);
}
END_TEST

START_TEST(a_rollback_ends_the_transaction_and_asks_for_nothing)
{
    struct context run;
    struct err err = {0};
    struct conn *conn;

    begin_context(&run, "run", 0);
    conn = open_as_superuser(&run, PATIENT_MS);
    conn_rollback(conn);
    must_execute(conn, "BEGIN");
    ck_assert(!conn_execute(conn, "a test", "SELECT 1 / 0", &err));
    conn_rollback(conn);
    ck_assert(conn_is_usable(conn));
    ck_assert(!conn_in_transaction(conn));
    ck_assert_int_eq(must_ask(conn, "SELECT 7"), 7);
    must_execute(conn, "BEGIN");
    context_cancel(&run, "SIGTERM");
    /* There is no time left to ask the server: it rolls back when it sees the connection closed. */
    conn_rollback(conn);
    ck_assert(!conn_is_usable(conn));
    conn_close(conn);
    context_destroy(&run);
}
END_TEST

static void
make_objects(void)
{
    PGconn *connection;

    start_cluster();
    connection = cluster_connect(&cluster, "conn");
    cluster_exec(connection,
                 "CREATE TABLE public.page (name text PRIMARY KEY, age int);"
                 "INSERT INTO public.page VALUES ('Zhang Wei', 40);"
                 "CREATE TABLE public.late (x int CONSTRAINT late_key UNIQUE DEFERRABLE INITIALLY DEFERRED);"
                 "CREATE TABLE public.deadly (x int); CREATE TABLE public.endless (x int);");
    /* What runs when COMMIT is already on its way. */
    cluster_exec(connection,
                 "CREATE FUNCTION public.end_session() RETURNS trigger LANGUAGE plpgsql"
                 " AS $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(60); RETURN "
                 "NULL; END $$;"
                 "CREATE FUNCTION public.sleep() RETURNS trigger LANGUAGE plpgsql"
                 " AS $$ BEGIN PERFORM pg_sleep(3600); RETURN NULL; END $$;"
                 "CREATE CONSTRAINT TRIGGER last AFTER INSERT ON public.deadly DEFERRABLE INITIALLY DEFERRED"
                 " FOR EACH ROW EXECUTE FUNCTION public.end_session();"
                 "CREATE CONSTRAINT TRIGGER last AFTER INSERT ON public.endless DEFERRABLE INITIALLY DEFERRED"
                 " FOR EACH ROW EXECUTE FUNCTION public.sleep();");
    PQfinish(connection);
}

static TCase *
make_cases(void)
{
    TCase *cases = tcase_create("conn_wait");

    tcase_set_timeout(cases, 120);
    tcase_add_test(cases, a_statement_past_its_deadline_gives_its_locks_back);
    tcase_add_test(cases, a_deadline_above_the_statement_is_named);
    tcase_add_test(cases, a_frozen_server_is_left_at_the_deadline);
    tcase_add_test(cases, cancelling_from_another_thread_ends_a_wait);
    tcase_add_test(cases, a_cancelled_context_begins_nothing_and_leaves_the_connection);
    tcase_add_test(cases, a_session_that_the_server_ended_is_unavailable);
    tcase_add_test(cases, a_server_that_crashed_is_unavailable_until_it_is_back);
    tcase_add_loop_test(cases, a_commit_tells_what_became_of_it, 0, LENGTH(commit_cases));
    tcase_add_test(cases, a_commit_that_was_not_sent_is_not_lost);
    tcase_add_test(cases, a_rollback_ends_the_transaction_and_asks_for_nothing);
    return cases;
}

int
main(void)
{
    make_objects();
    return run_and_destroy("conn_wait", make_cases());
}
