/*
 * The resident daemon: what it runs when it starts, on a signal and by the clock, what it tells systemd, and how it is
 * reloaded and stopped.
 *
 * It is about noon in the time zone of an instance, so that a night of 02:00 has begun and tomorrow's is far. A night
 * is held at a chosen place by a lock that the test takes.
 */
#include "cluster.h"
#include "expect.h"
#include "fail.h"
#include "instance.h"
#include "process.h"
#include "text_file.h"

#include <check.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

static struct cluster cluster;

/* One daemon waits for its minute while the other tests run. */
static struct instance clockwork;
static struct process clockwork_daemon;

static const char night_waits[] =
    "SELECT EXISTS (SELECT FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
    " WHERE NOT l.granted AND a.datname = current_database() AND a.application_name LIKE 'crfd%')";

static const char one_run_is_done[] =
    "SELECT count(*) = 1 FROM crfd.run WHERE state = 'done' AND study_digest <> repeat('0', 64)";

/* ---- Starting ---- */

static void
create(struct instance *instance, const char *name)
{
    instance_create_night(instance, &cluster, name);
}

/* As if the night so many nights ago had been run, by a definition of its own. */
static void
pretend_a_run(const struct instance *instance, int nights_ago, const char *state)
{
    PGconn *analysis = instance_connect_analysis(instance);

    cluster_execf(
        analysis,
        "INSERT INTO crfd.study (digest, name, version, definition)"
        " VALUES (repeat('0', 64), 'old', '0', '{}') ON CONFLICT DO NOTHING;"
        "INSERT INTO crfd.run (night, kind, state, study_digest, host, version, finished_at)"
        " VALUES ((now() AT TIME ZONE '%s')::date - %d, 'nightly', '%s', repeat('0', 64), 'test', '0',"
        "         CASE WHEN '%s' <> 'running' THEN now() END)",
        instance->timezone, nights_ago, state, state);
    PQfinish(analysis);
}

static void
start(const struct instance *instance, struct process *daemon)
{
    instance_start(instance, daemon, "daemon", NULL);
}

static void
expect_said(const struct process *daemon, const char *text)
{
    struct process_result result;
    struct process copy = *daemon;

    if (process_wait_for(daemon, text, INSTANCE_PATIENCE_MS))
        return;
    process_wait(&copy, 0, &result);
    test_fail("the daemon does not say \"%s\"\n%s%s", text, result.out, result.err);
}

/* Stops it and requires the exit status. */
static void
stop(struct process *daemon, int exit_status)
{
    process_signal(daemon, SIGTERM);
    instance_finish(daemon, exit_status);
}

/* The beginning of a value counts: behind a time stands its offset. */
static void
wait_status(const struct instance *instance, PGconn *connection, const char *place, const char *expected)
{
    char path[256];
    char *value = NULL;

    snprintf(path, sizeof path, "%s/status.json", instance->folder);
    for (int waited_ms = 0; waited_ms < INSTANCE_PATIENCE_MS; waited_ms += 20) {
        free(value);
        value = access(path, F_OK) == 0 ? instance_status(instance, connection, place) : strdup("no file");
        if (strncmp(value, expected, strlen(expected)) == 0)
            break;
        (void)poll(&(struct pollfd){.fd = -1}, 1, 20);
    }
    ck_assert_msg(strncmp(value, expected, strlen(expected)) == 0, "status file, %s: \"%s\", not \"%s\"",
                  place, value, expected);
    free(value);
}

static void
expect_status(const struct instance *instance, PGconn *connection, const char *place, const char *expected)
{
    char *value = instance_status(instance, connection, place);

    ck_assert_msg(strcmp(value, expected) == 0, "status file, %s: \"%s\", not \"%s\"", place, value,
                  expected);
    free(value);
}

/* Waits until the status file says that the next night begins tomorrow at HH:00. */
static void
expect_next_hour(const struct instance *instance, PGconn *connection, const char *hour)
{
    char sql[256];
    char *expected;

    snprintf(sql, sizeof sql,
             "SELECT to_char((now() AT TIME ZONE '%s')::date + 1, 'YYYY-MM-DD') || 'T%s:00:00'",
             instance->timezone, hour);
    expected = cluster_text(connection, sql);
    wait_status(instance, connection, "{next_run_at}", expected);
    free(expected);
}

static void
expect_next_night_is_tomorrow(const struct instance *instance, PGconn *connection)
{
    expect_next_hour(instance, connection, "02");
}

static void
finish_either(struct process *daemon, int one, int other)
{
    struct process_result result;

    process_wait(daemon, INSTANCE_PATIENCE_MS, &result);
    ck_assert_msg(result.exit_status == one || result.exit_status == other, "exit status %d\n%s",
                  result.exit_status, result.err);
    process_result_clear(&result);
}

/* ---- What it runs ---- */

static const struct {
    const char *says;
    const char *name;
    int nights_ago; /* of the last run */
    const char *state;
} missed[] = {
    {"last night was the last", "one_missed", 1, "done"},
    {"nobody was there for nine nights", "nine_missed", 10, "failed"},
    {"an older night was interrupted", "old_interrupted", 3, "running"},
};

START_TEST(nights_that_were_missed_are_run_at_once_and_as_one)
{
    struct instance instance;
    struct process daemon;
    PGconn *analysis;

    create(&instance, missed[_i].name);
    pretend_a_run(&instance, missed[_i].nights_ago, missed[_i].state);
    start(&instance, &daemon);
    analysis = instance_connect_analysis(&instance);
    instance_wait_until(analysis, missed[_i].says, one_run_is_done);
    wait_status(&instance, analysis, "{state}", "idle");
    expect_status(&instance, analysis, "{last_run,exit_code}", "0");
    expect_next_night_is_tomorrow(&instance, analysis);
    stop(&daemon, 0);
    expect_status(&instance, analysis, "{state}", "idle");
    PQfinish(analysis);
}
END_TEST

START_TEST(a_night_that_was_run_is_not_run_again_by_a_new_daemon)
{
    struct instance instance;
    struct process daemon;
    PGconn *analysis;

    create(&instance, "again");
    instance_do(&instance, 0, "run", NULL);
    start(&instance, &daemon);
    analysis = instance_connect_analysis(&instance);
    expect_next_night_is_tomorrow(&instance, analysis);
    process_signal(&daemon, SIGUSR1);
    expect_said(&daemon, "night was complete");
    stop(&daemon, 0);
    expect_int(analysis, 1, "runs", "SELECT count(*) FROM crfd.run");
    PQfinish(analysis);
}
END_TEST

START_TEST(without_catch_up_a_missed_night_is_only_told)
{
    struct instance instance;
    struct process daemon;
    PGconn *analysis;

    create(&instance, "no_catch_up");
    pretend_a_run(&instance, 1, "done");
    instance.catch_up = false;
    instance_write_config(&instance);
    start(&instance, &daemon);
    expect_said(&daemon, "night missed");
    analysis = instance_connect_analysis(&instance);
    expect_next_night_is_tomorrow(&instance, analysis);
    stop(&daemon, 0);
    expect_int(analysis, 1, "runs", "SELECT count(*) FROM crfd.run");
    PQfinish(analysis);
}
END_TEST

START_TEST(where_nothing_ever_ran_a_signal_runs_tonight)
{
    struct instance instance;
    struct process daemon;
    PGconn *analysis;

    create(&instance, "first");
    start(&instance, &daemon);
    analysis = instance_connect_analysis(&instance);
    expect_next_night_is_tomorrow(&instance, analysis);
    expect_int(analysis, 0, "runs before the signal", "SELECT count(*) FROM crfd.run");
    process_signal(&daemon, SIGUSR1);
    instance_wait_until(analysis, "the run is done", one_run_is_done);
    /* The database has it before the daemon has looked back: stopped between the two, it has been interrupted. */
    expect_said(&daemon, "night ended");
    stop(&daemon, 0);
    PQfinish(analysis);
}
END_TEST

START_TEST(a_database_that_is_away_is_waited_for)
{
    struct instance instance;
    struct process daemon;
    PGconn *analysis;

    create(&instance, "away");
    snprintf(instance.analysis_conninfo, sizeof instance.analysis_conninfo, "host=/nonexistent dbname=a");
    instance_write_config(&instance);
    start(&instance, &daemon);
    expect_said(&daemon, "what ran last is not known yet");
    process_signal(&daemon, SIGUSR1);
    expect_said(&daemon, "night will be tried again");
    analysis = cluster_connect(&cluster, "postgres");
    wait_status(&instance, analysis, "{state}", "idle");
    stop(&daemon, 0);
    PQfinish(analysis);
}
END_TEST

/* It is often mended within the hour. */
START_TEST(a_password_that_was_rotated_is_waited_for)
{
    struct instance instance;
    struct process daemon;
    PGconn *analysis;

    create(&instance, "rotated");
    analysis = instance_connect_analysis(&instance);
    cluster_exec(analysis, "CREATE ROLE rotated LOGIN SUPERUSER PASSWORD 'new'");
    cluster_add_hba(&cluster, "local all rotated scram-sha-256");
    pretend_a_run(&instance, 0, "done");
    start(&instance, &daemon);
    wait_status(&instance, analysis, "{state}", "idle");
    snprintf(instance.analysis_conninfo, sizeof instance.analysis_conninfo,
             "host=%s port=%d dbname=rotated_analysis user=rotated passfile=/nonexistent", cluster.folder,
             cluster.port);
    instance_write_config(&instance);
    process_signal(&daemon, SIGHUP);
    expect_said(&daemon, "reloaded");
    process_signal(&daemon, SIGUSR1);
    expect_said(&daemon, "exit_status=77");
    expect_said(&daemon, "night will be tried again");
    stop(&daemon, 0);
    PQfinish(analysis);
}
END_TEST

/* ---- By the clock ---- */

/* The next minute that is not too near; the zone is at whole hours from UTC. */
static void
start_clockwork(void)
{
    char cron[32];
    struct tm utc;
    time_t at;
    int west;

    instance_create_night(&clockwork, &cluster, "clockwork");
    at = time(NULL) + 65;
    gmtime_r(&at, &utc);
    ck_assert_int_eq(sscanf(clockwork.timezone, "Etc/GMT%d", &west), 1);
    snprintf(cron, sizeof cron, "%d %d * * *", utc.tm_min, (utc.tm_hour - west + 48) % 24);
    clockwork.cron = cron;
    instance_write_config(&clockwork);
    start(&clockwork, &clockwork_daemon);
}

START_TEST(a_night_begins_by_the_clock)
{
    PGconn *analysis = instance_connect_analysis(&clockwork);

    instance_wait_until(analysis, "the scheduled run is done", one_run_is_done);
    wait_status(&clockwork, analysis, "{state}", "idle");
    expect_status(&clockwork, analysis, "{last_run,kind}", "nightly");
    expect_text(analysis, "t", "the run began within its minute",
                "SELECT extract(second FROM started_at) < 55 FROM crfd.run");
    PQfinish(analysis);
}
END_TEST

/* ---- While a night is held ---- */

/* A daemon of one worker that runs tonight and waits in the second center. */
static void
hold_night(struct instance *instance, const char *name, PGconn **holder, struct process *daemon)
{
    create(instance, name);
    instance->workers = 1;
    instance_write_config(instance);
    *holder = instance_connect_analysis(instance);
    cluster_exec(*holder, "BEGIN");
    cluster_exec(*holder, "INSERT INTO crfd.center (center_id) VALUES ('C05')");
    start(instance, daemon);
    expect_said(daemon, "daemon started");
    process_signal(daemon, SIGUSR1);
    instance_wait_until(*holder, "the night waits for the lock", night_waits);
}

START_TEST(a_stopped_night_is_resumed_by_the_next_daemon)
{
    struct instance instance;
    struct process daemon;
    PGconn *holder;

    hold_night(&instance, "resumed", &holder, &daemon);
    wait_status(&instance, holder, "{state}", "running");
    stop(&daemon, 143);
    cluster_exec(holder, "ROLLBACK");
    expect_text(holder, "running", "the run", "SELECT state FROM crfd.run");
    start(&instance, &daemon);
    instance_wait_until(holder, "the run is done", one_run_is_done);
    /* The database has it before the daemon has looked back: stopped between the two, it has been interrupted. */
    expect_said(&daemon, "night ended");
    stop(&daemon, 0);
    PQfinish(holder);
}
END_TEST

START_TEST(a_second_signal_ends_at_once)
{
    struct instance instance;
    struct process daemon;
    PGconn *holder;

    hold_night(&instance, "twice", &holder, &daemon);
    /* Stopped, it finds both signals when it goes on, one after the other. */
    process_signal(&daemon, SIGSTOP);
    ck_assert(process_wait_stopped(&daemon, INSTANCE_PATIENCE_MS));
    process_signal(&daemon, SIGINT);
    process_signal(&daemon, SIGTERM);
    process_signal(&daemon, SIGCONT);
    expect_said(&daemon, "stopping");
    finish_either(&daemon, 130, 143);
    PQfinish(holder);
}
END_TEST

START_TEST(a_run_by_hand_shares_the_night_of_the_daemon)
{
    struct instance instance;
    struct process daemon;
    struct process by_hand;
    PGconn *holder;
    PGconn *analysis;

    hold_night(&instance, "by_hand", &holder, &daemon);
    analysis = instance_connect_analysis(&instance);
    instance_start(&instance, &by_hand, "run", NULL);
    instance_wait_until(analysis, "the run by hand has done all other centers",
                        "SELECT count(*) = 5 FROM crfd.run_center WHERE state = 'done'");
    cluster_exec(holder, "ROLLBACK");
    instance_finish(&by_hand, 0);
    expect_said(&daemon, "night ended");
    stop(&daemon, 0);
    expect_text(analysis, "1 done", "the runs", "SELECT count(*) || ' ' || min(state) FROM crfd.run");
    expect_int(analysis, 6, "attempts: each center once", "SELECT sum(attempts) FROM crfd.run_center");
    PQfinish(analysis);
    PQfinish(holder);
}
END_TEST

START_TEST(a_reload_waits_for_the_end_of_the_run)
{
    struct instance instance;
    struct process daemon;
    PGconn *holder;

    hold_night(&instance, "reload_waits", &holder, &daemon);
    instance.cron = "0 3 * * *";
    instance_write_config(&instance);
    process_signal(&daemon, SIGHUP);
    expect_said(&daemon, "reload waits for the end of the run");
    process_signal(&daemon, SIGUSR1);
    expect_said(&daemon, "a run is under way already");
    expect_text(holder, "t", "the night still waits", night_waits);
    cluster_exec(holder, "ROLLBACK");
    expect_said(&daemon, "reloaded");
    expect_next_hour(&instance, holder, "03");
    stop(&daemon, 0);
    PQfinish(holder);
}
END_TEST

/* ---- Reloading ---- */

START_TEST(what_is_invalid_is_refused_and_the_old_stays)
{
    struct instance instance;
    struct process daemon;
    PGconn *analysis;

    create(&instance, "reloaded");
    start(&instance, &daemon);
    analysis = instance_connect_analysis(&instance);
    expect_next_hour(&instance, analysis, "02");
    instance.cron = "0 25 * * *";
    instance_write_config(&instance);
    process_signal(&daemon, SIGHUP);
    expect_said(&daemon, "is no hour");
    expect_said(&daemon, "the old ones stay");
    instance.cron = "0 4 * * *";
    instance_write_config(&instance);
    instance_write_study(&instance, "{}");
    process_signal(&daemon, SIGHUP);
    expect_said(&daemon, "reading the study definition");
    instance_copy_study(&instance, "tests/data/night.json");
    process_signal(&daemon, SIGUSR1);
    instance_wait_until(analysis, "the run of the old study is done", one_run_is_done);
    expect_next_hour(&instance, analysis, "02");
    instance.workers = 3;
    instance_write_config(&instance);
    process_signal(&daemon, SIGHUP);
    expect_said(&daemon, "more workers need a restart");
    expect_next_hour(&instance, analysis, "04");
    stop(&daemon, 0);
    PQfinish(analysis);
}
END_TEST

START_TEST(an_invalid_configuration_starts_no_daemon)
{
    struct instance instance;

    create(&instance, "invalid");
    instance.cron = "never";
    instance_write_config(&instance);
    instance_do(&instance, 78, "daemon", NULL);
}
END_TEST

/* ---- What systemd hands over ---- */

static const struct {
    const char *says;
    const char *name;
    const char *credential; /* NULL: none */
    int exit_status;
} credentials[] = {
    {"the password", "handed_over", "ge heim\"\n", 0},
    {"no password", "not_handed", NULL, 77},
    {"a wrong one", "wrongly_handed", "offen", 77},
};

START_TEST(a_password_may_come_as_a_credential)
{
    struct instance instance;
    PGconn *analysis;
    char path[256];
    char *said;

    create(&instance, credentials[_i].name);
    analysis = instance_connect_analysis(&instance);
    cluster_execf(analysis, "CREATE ROLE %s SUPERUSER LOGIN PASSWORD 'ge heim\"'", instance.name);
    snprintf(path, sizeof path, "local all %s scram-sha-256", instance.name);
    cluster_add_hba(&cluster, path);
    cluster_conninfo_as(&cluster, PQdb(analysis), instance.name, instance.analysis_conninfo);
    instance_write_config(&instance);
    snprintf(path, sizeof path, "%s/analysis.password", instance.folder);
    if (credentials[_i].credential != NULL)
        text_file_write(path, credentials[_i].credential);
    setenv("CREDENTIALS_DIRECTORY", instance.folder, 1);
    said = instance_crfd(&instance, credentials[_i].exit_status, "runs", NULL);
    ck_assert_msg(strstr(said, "heim") == NULL, "%s is shown: %s", credentials[_i].says, said);
    free(said);
    PQfinish(analysis);
}
END_TEST

/* ---- What systemd is told ---- */

/* A socket as systemd has one, for daemons that are started from now on. */
static int
listen_for_notices(const struct instance *instance, int watchdog_ms)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char watchdog[24];
    char path[256];
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    ck_assert_int_lt(snprintf(path, sizeof path, "%s/%s.notify", cluster.folder, instance->name),
                     (int)sizeof address.sun_path);
    memcpy(address.sun_path, path, strlen(path));
    ck_assert_int_ge(fd, 0);
    ck_assert_msg(bind(fd, (struct sockaddr *)&address, sizeof address) == 0, "%s", strerror(errno));
    snprintf(watchdog, sizeof watchdog, "%d000", watchdog_ms);
    setenv("NOTIFY_SOCKET", address.sun_path, 1);
    setenv("WATCHDOG_USEC", watchdog, 1);
    return fd;
}

/* The next notice, within the time; "" where there was none. */
static void
next_notice(int fd, int timeout_ms, char *out, size_t size)
{
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    ssize_t length = 0;

    if (poll(&wait, 1, timeout_ms) > 0)
        length = recv(fd, out, size - 1, 0);
    ck_assert_int_ge((int)length, 0);
    out[length] = '\0';
}

/* Reads on until a notice begins so; what comes before must be another notice of those that may come. */
static void
expect_notice(int fd, const char *wanted)
{
    char notice[512];

    for (;;) {
        next_notice(fd, INSTANCE_PATIENCE_MS, notice, sizeof notice);
        if (strncmp(notice, wanted, strlen(wanted)) == 0)
            return;
        ck_assert_msg(strcmp(notice, "WATCHDOG=1") == 0 || strncmp(notice, "STATUS=", 7) == 0,
                      "\"%s\" came instead of \"%s\"", notice, wanted);
    }
}

START_TEST(systemd_is_told_in_order)
{
    struct instance instance;
    struct process daemon;
    int fd;

    create(&instance, "notices");
    fd = listen_for_notices(&instance, 4000);
    start(&instance, &daemon);
    expect_notice(fd, "READY=1");
    expect_notice(fd, "STATUS=waiting for the night at ");
    expect_notice(fd, "WATCHDOG=1");
    process_signal(&daemon, SIGHUP);
    expect_notice(fd, "RELOADING=1");
    expect_notice(fd, "READY=1");
    expect_notice(fd, "WATCHDOG=1");
    process_signal(&daemon, SIGTERM);
    expect_notice(fd, "STOPPING=1");
    instance_finish(&daemon, 0);
    close(fd);
}
END_TEST

START_TEST(a_busy_worker_lets_the_watchdog_be_fed)
{
    struct instance instance;
    struct process daemon;
    PGconn *holder;
    int fd;

    snprintf(instance.name, sizeof instance.name, "busy");
    fd = listen_for_notices(&instance, 4000);
    hold_night(&instance, "busy", &holder, &daemon);
    expect_notice(fd, "READY=1");
    expect_notice(fd, "STATUS=night ");
    for (int i = 0; i < 3; i++)
        expect_notice(fd, "WATCHDOG=1");
    expect_text(holder, "t", "the night still waits", night_waits);
    cluster_exec(holder, "ROLLBACK");
    expect_said(&daemon, "night ended");
    stop(&daemon, 0);
    PQfinish(holder);
    close(fd);
}
END_TEST

START_TEST(a_stalled_worker_lets_the_watchdog_bite)
{
    struct instance instance;
    struct process daemon;
    struct process_result result;
    char notice[512];
    int fd;

    create(&instance, "stalled");
    instance.statement_deadline = "500ms";
    instance.fault = "after claim#1=hang";
    instance_write_config(&instance);
    fd = listen_for_notices(&instance, 4000);
    start(&instance, &daemon);
    expect_notice(fd, "READY=1");
    process_signal(&daemon, SIGUSR1);
    expect_said(&daemon, "worker stalled");
    do
        next_notice(fd, 0, notice, sizeof notice);
    while (notice[0] != '\0');
    /* Three times as long as it keeps silent otherwise. */
    for (int i = 0; i < 3; i++) {
        next_notice(fd, 1100, notice, sizeof notice);
        ck_assert_msg(strcmp(notice, "WATCHDOG=1") != 0, "it says that it is alive");
    }
    process_signal(&daemon, SIGKILL);
    process_wait(&daemon, INSTANCE_PATIENCE_MS, &result);
    process_result_clear(&result);
    close(fd);
}
END_TEST

/* ---- The suite ---- */

static void
prepare(void)
{
    cluster_start(&cluster);
    start_clockwork();
}

static void
clear(void)
{
    struct process_result result;

    process_signal(&clockwork_daemon, SIGTERM);
    process_wait(&clockwork_daemon, INSTANCE_PATIENCE_MS, &result);
    process_result_clear(&result);
    cluster_destroy(&cluster);
}

static Suite *
daemon_suite(void)
{
    Suite *suite = suite_create("daemon");
    TCase *cases = tcase_create("daemon");

    tcase_set_timeout(cases, 240);
    tcase_add_unchecked_fixture(cases, prepare, clear);
    tcase_add_loop_test(cases, nights_that_were_missed_are_run_at_once_and_as_one, 0, COUNT(missed));
    tcase_add_test(cases, a_night_that_was_run_is_not_run_again_by_a_new_daemon);
    tcase_add_test(cases, without_catch_up_a_missed_night_is_only_told);
    tcase_add_test(cases, where_nothing_ever_ran_a_signal_runs_tonight);
    tcase_add_test(cases, a_database_that_is_away_is_waited_for);
    tcase_add_test(cases, a_password_that_was_rotated_is_waited_for);
    tcase_add_test(cases, a_stopped_night_is_resumed_by_the_next_daemon);
    tcase_add_test(cases, a_second_signal_ends_at_once);
    tcase_add_test(cases, a_run_by_hand_shares_the_night_of_the_daemon);
    tcase_add_test(cases, a_reload_waits_for_the_end_of_the_run);
    tcase_add_test(cases, what_is_invalid_is_refused_and_the_old_stays);
    tcase_add_test(cases, an_invalid_configuration_starts_no_daemon);
    tcase_add_loop_test(cases, a_password_may_come_as_a_credential, 0, COUNT(credentials));
    tcase_add_test(cases, systemd_is_told_in_order);
    tcase_add_test(cases, a_busy_worker_lets_the_watchdog_be_fed);
    tcase_add_test(cases, a_stalled_worker_lets_the_watchdog_bite);
    tcase_add_test(cases, a_night_begins_by_the_clock);
    suite_add_tcase(suite, cases);
    return suite;
}

int
main(void)
{
    SRunner *runner = srunner_create(daemon_suite());
    int failed;

    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
