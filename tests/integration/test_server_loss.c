/*
 * PostgreSQL that crashes, ends single sessions or stops answering while a night is on, and a crfd that is frozen
 * itself: the night completes by itself or ends within its deadlines, and nothing is lost or doubled.
 *
 * A night stops itself at a fault point (crfd/base/fault.h), so that the server can be disturbed exactly there.
 */
#include "cluster.h"
#include "expect.h"
#include "instance.h"
#include "process.h"
#include "rehearsal.h"
#include "signature.h"

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* What a promised time may be exceeded by: the machine is shared, and slower under a sanitizer. */
#define SLACK_MS 2000

#define OF_NIGHT(database) "datname = '" database "' AND application_name LIKE 'crfd/%'"

static struct cluster cluster;
static struct rehearsal first;
static struct rehearsal second;

static void
prepare(void)
{
    cluster_start(&cluster);
    rehearsal_create(&first, &cluster, "first", REHEARSAL_FIRST_NIGHT);
    rehearsal_create(&second, &cluster, "second", REHEARSAL_SECOND_NIGHT);
}

static void
clear(void)
{
    rehearsal_destroy(&first);
    rehearsal_destroy(&second);
    cluster_destroy(&cluster);
}

static int64_t
now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t
slack_ms(void)
{
    const char *multiplier = getenv("CK_TIMEOUT_MULTIPLIER");

    return SLACK_MS * (multiplier != NULL ? strtol(multiplier, NULL, 10) : 1);
}

/* Starts a night that has stopped itself when this returns. */
static void
start_and_stop_at(const struct instance *instance, const char *point, struct process *night)
{
    struct instance faulty = *instance;
    char fault[160];

    snprintf(fault, sizeof fault, "%s=stop", point);
    faulty.fault = fault;
    instance_start(&faulty, night, "run", NULL);
    ck_assert_msg(process_wait_stopped(night, INSTANCE_PATIENCE_MS), "%s was not reached", fault);
}

/* ---- The server crashes ---- */

static const struct {
    const struct rehearsal *rehearsal;
    const char *point;
} crashes[] = {
    {&first, "opening the run#1"},
    {&first, "mid-read#3"},
    {&first, "mid-write: writing analysis.vs#3"},
    {&first, "before commit#3"},
    {&first, "after commit#6"},
    {&first, "before closing the run#1"},
    {&second, "merging: writing analysis.subject#6"},
    {&second, "before commit#6"},
};

#define CRASH_COUNT ((int)(sizeof crashes / sizeof crashes[0]))

START_TEST(a_night_whose_server_crashes_completes_by_itself)
{
    const struct rehearsal *rehearsal = crashes[_i].rehearsal;
    struct process night;

    rehearsal_reset(rehearsal);
    start_and_stop_at(&rehearsal->instance, crashes[_i].point, &night);
    cluster_stop_immediate(&cluster);
    process_signal(&night, SIGCONT);
    cluster_start_again(&cluster);
    instance_finish(&night, 0);
    rehearsal_expect_calm(rehearsal, crashes[_i].point);
}
END_TEST

#define CENTERS 6

/* The server writes committed centers to its log in its own time (center_done.sql); here, it does not come to that. */
START_TEST(what_a_crash_takes_back_is_done_again)
{
    struct process night;
    PGconn *connection;

    rehearsal_reset(&first);
    connection = cluster_connect(&cluster, "postgres");
    cluster_exec(connection, "ALTER SYSTEM SET wal_writer_delay = '10s'");
    cluster_exec(connection, "SELECT pg_reload_conf()");
    instance_wait_until(connection, "the log is written late",
                        "SELECT current_setting('wal_writer_delay') = '10s'");
    start_and_stop_at(&first.instance, "before closing the run#1", &night);
    ck_assert(process_wait_for_times(&night, "\"center done\"", CENTERS, INSTANCE_PATIENCE_MS));
    cluster_exec(connection, "ALTER SYSTEM RESET wal_writer_delay");
    PQfinish(connection);
    cluster_stop_immediate(&cluster);
    process_signal(&night, SIGCONT);
    cluster_start_again(&cluster);
    ck_assert_msg(process_wait_for_times(&night, "\"center done\"", CENTERS + 1, INSTANCE_PATIENCE_MS),
                  "the crash has taken nothing back");
    instance_finish(&night, 0);
    rehearsal_expect_calm(&first, "centers that were taken back");
}
END_TEST

/* ---- One session is ended ---- */

static void
end_sessions(const char *where)
{
    PGconn *connection = cluster_connect(&cluster, "postgres");

    cluster_execf(connection, "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE %s",
                  where);
    PQfinish(connection);
}

START_TEST(a_night_whose_analysis_session_is_ended_completes_by_itself)
{
    const struct rehearsal *rehearsal = crashes[_i].rehearsal;
    struct process night;

    rehearsal_reset(rehearsal);
    start_and_stop_at(&rehearsal->instance, crashes[_i].point, &night);
    end_sessions(rehearsal == &first ? OF_NIGHT("first_analysis") : OF_NIGHT("second_analysis"));
    process_signal(&night, SIGCONT);
    instance_finish(&night, 0);
    rehearsal_expect_calm(rehearsal, crashes[_i].point);
}
END_TEST

START_TEST(a_night_whose_source_session_is_ended_completes_by_itself)
{
    struct process night;

    rehearsal_reset(&second);
    start_and_stop_at(&second.instance, "mid-read#3", &night);
    end_sessions(OF_NIGHT("second_source"));
    process_signal(&night, SIGCONT);
    instance_finish(&night, 0);
    rehearsal_expect_calm(&second, "the source session");
}
END_TEST

/* ---- The server stops answering ---- */

static void
signal_sessions(PGconn *connection, const char *where, int signal)
{
    char sql[512];
    char *list;
    char *rest;
    char *pid;

    snprintf(sql, sizeof sql,
             "SELECT coalesce(string_agg(pid::text, ','), '') FROM pg_stat_activity WHERE %s", where);
    list = cluster_text(connection, sql);
    rest = list;
    while ((pid = strsep(&rest, ",")) != NULL && *pid != '\0')
        kill((pid_t)strtol(pid, NULL, 10), signal);
    free(list);
}

/* Those that would have to answer: the sessions of the night, and the process that takes new ones. */
static void
freeze(const char *where)
{
    PGconn *connection = cluster_connect(&cluster, "postgres");

    signal_sessions(connection, where, SIGSTOP);
    kill(cluster_postmaster(&cluster), SIGSTOP);
    PQfinish(connection);
}

/* Also before each test: one that failed may have left a frozen server behind. */
static void
thaw(void)
{
    PGconn *connection;

    kill(cluster_postmaster(&cluster), SIGCONT);
    connection = cluster_connect(&cluster, "postgres");
    signal_sessions(connection, "true", SIGCONT);
    PQfinish(connection);
}

/* The lock of the center that was being worked on is one of the night's sessions. */
static void
expect_sessions_end(const char *where)
{
    PGconn *connection = cluster_connect(&cluster, "postgres");
    int64_t thawed_ms = now_ms();
    char sql[512];

    snprintf(sql, sizeof sql, "SELECT count(*) = 0 FROM pg_stat_activity WHERE %s", where);
    instance_wait_until(connection, "the server has noticed that the night is gone", sql);
    ck_assert_int_le(now_ms() - thawed_ms, 15000);
    PQfinish(connection);
}

/* Each wait may take as long as the deadline says. */
#define STATEMENT_DEADLINE    "2s"
#define STATEMENT_DEADLINE_MS 2000

static const struct {
    const char *point;
    int waits;
} freezes[] = {
    /* For the answer, to record the failure, to close the run. */
    {"mid-write: writing analysis.vs#2", 3},
    /* For the answer, to look whether it was committed, and so on. */
    {"before commit#2", 4},
};

#define FREEZE_COUNT ((int)(sizeof freezes / sizeof freezes[0]))

START_TEST(a_night_whose_server_is_frozen_ends_within_its_deadlines)
{
    struct instance instance = first.instance;
    struct process night;
    int64_t frozen_ms;

    rehearsal_reset(&first);
    instance.statement_deadline = STATEMENT_DEADLINE;
    instance.attempts = 1;
    instance_write_config(&instance);
    start_and_stop_at(&instance, freezes[_i].point, &night);
    freeze(OF_NIGHT("first_analysis"));
    frozen_ms = now_ms();
    process_signal(&night, SIGCONT);
    instance_finish(&night, 69);
    ck_assert_int_le(now_ms() - frozen_ms, freezes[_i].waits * STATEMENT_DEADLINE_MS + slack_ms());
    thaw();
    expect_sessions_end(OF_NIGHT("first_analysis"));
    instance_write_config(&first.instance);
    instance_do(&first.instance, 0, "run", NULL);
    rehearsal_expect_calm(&first, freezes[_i].point);
}
END_TEST

START_TEST(a_night_whose_server_is_frozen_ends_when_it_is_told_to)
{
    struct process night;
    int64_t told_ms;

    rehearsal_reset(&second);
    start_and_stop_at(&second.instance, "before commit#2", &night);
    freeze(OF_NIGHT("second_analysis"));
    process_signal(&night, SIGCONT);
    told_ms = now_ms();
    process_signal(&night, SIGTERM);
    instance_finish(&night, 143);
    ck_assert_int_le(now_ms() - told_ms, 10000);
    thaw();
    expect_sessions_end(OF_NIGHT("second_analysis"));
    instance_do(&second.instance, 0, "run", NULL);
    rehearsal_expect_calm(&second, "SIGTERM while the server is frozen");
}
END_TEST

/* ---- crfd itself is frozen ---- */

static void
expect_no_more_changes(struct process *night)
{
    PGconn *analysis = instance_connect_analysis(&second.instance);
    char *before = signature_rows(analysis);
    char *after;

    process_signal(night, SIGCONT);
    instance_finish(night, 0);
    after = signature_rows(analysis);
    ck_assert_str_eq(after, before);
    free(before);
    free(after);
    PQfinish(analysis);
}

/* One waits in a transaction in which nothing is asked, the other in the middle of a COPY. */
START_TEST(a_night_that_was_frozen_beyond_its_deadline_cannot_commit)
{
    struct instance instance = second.instance;
    struct process idle;
    struct process copying;

    rehearsal_reset(&second);
    instance.center_deadline = "3s";
    instance.statement_deadline = "3s";
    instance_write_config(&instance);
    start_and_stop_at(&instance, "before commit#1", &idle);
    start_and_stop_at(&instance, "mid-write: writing analysis.vs#1", &copying);
    instance_do(&instance, 0, "run", NULL);
    rehearsal_expect_calm(&second, "two frozen processes");
    expect_no_more_changes(&idle);
    expect_no_more_changes(&copying);
    rehearsal_expect_calm(&second, "two processes that have woken");
    instance_write_config(&second.instance);
}
END_TEST

static TCase *
add_cases(Suite *suite, const char *name)
{
    TCase *cases = tcase_create(name);

    tcase_set_timeout(cases, 240);
    tcase_add_unchecked_fixture(cases, prepare, clear);
    tcase_add_checked_fixture(cases, thaw, NULL);
    suite_add_tcase(suite, cases);
    return cases;
}

static Suite *
server_loss_suite(void)
{
    Suite *suite = suite_create("server_loss");
    TCase *ended = add_cases(suite, "ended");
    TCase *silent = add_cases(suite, "silent");

    tcase_set_tags(ended, "short");
    tcase_add_loop_test(ended, a_night_whose_server_crashes_completes_by_itself, 0, CRASH_COUNT);
    tcase_add_test(ended, what_a_crash_takes_back_is_done_again);
    tcase_add_loop_test(ended, a_night_whose_analysis_session_is_ended_completes_by_itself, 0, CRASH_COUNT);
    tcase_add_test(ended, a_night_whose_source_session_is_ended_completes_by_itself);
    tcase_add_loop_test(silent, a_night_whose_server_is_frozen_ends_within_its_deadlines, 0, FREEZE_COUNT);
    tcase_add_test(silent, a_night_whose_server_is_frozen_ends_when_it_is_told_to);
    tcase_add_test(silent, a_night_that_was_frozen_beyond_its_deadline_cannot_commit);
    return suite;
}

int
main(void)
{
    SRunner *runner = srunner_create(server_loss_suite());
    int failed;

    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
