/*
 * The status file and the metrics, which several processes write: a daemon that waits and a run by hand beside it; and
 * what they tell of a night that could not be opened.
 */
#include "cluster.h"
#include "expect.h"
#include "fail.h"
#include "instance.h"
#include "process.h"
#include "text_file.h"

#include <check.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

static struct cluster cluster;
static PGconn *eyes; /* the test's own */

static void
expect_status(const struct instance *instance, const char *place, const char *expected)
{
    char *value = instance_status(instance, eyes, place);

    ck_assert_msg(strcmp(value, expected) == 0, "status file, %s: \"%s\", not \"%s\"", place, value,
                  expected);
    free(value);
}

static void
expect_status_by(const struct instance *instance, const struct process *process)
{
    char pid[16];

    snprintf(pid, sizeof pid, "%ld", (long)process->pid);
    expect_status(instance, "{pid}", pid);
}

/* Until the file is one that the process wrote. The folder is watched before it is looked at, so that no write is missed. */
static void
wait_status_by(const struct instance *instance, const struct process *process)
{
    struct pollfd watch = {.fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK), .events = POLLIN};
    char path[256], pid[16], events[4096];
    bool is_there = false;

    ck_assert_int_ge(inotify_add_watch(watch.fd, instance->folder, IN_MOVED_TO), 0);
    snprintf(path, sizeof path, "%s/status.json", instance->folder);
    snprintf(pid, sizeof pid, "%ld", (long)process->pid);
    while (!is_there) {
        char *value = access(path, F_OK) == 0 ? instance_status(instance, eyes, "{pid}") : strdup("no file");

        is_there = strcmp(value, pid) == 0;
        free(value);
        ck_assert_msg(is_there || poll(&watch, 1, INSTANCE_PATIENCE_MS) == 1,
                      "process %s does not write the status", pid);
        while (read(watch.fd, events, sizeof events) > 0)
            continue;
    }
    close(watch.fd);
}

static void
expect_said(const struct process *process, const char *text, int times)
{
    if (!process_wait_for_times(process, text, times, INSTANCE_PATIENCE_MS))
        test_fail("it does not say \"%s\" %d times", text, times);
}

/* The metrics file has the line, or no sample that begins so. */
static void
expect_metric(const struct instance *instance, const char *text, bool is_there)
{
    char path[256];
    char *metrics;

    snprintf(path, sizeof path, "%s/crfd.prom", instance->folder);
    metrics = text_file_read(path);
    ck_assert_msg((strstr(metrics, text) != NULL) == is_there, "\"%s\" is %sexpected in:\n%s", text,
                  is_there ? "" : "not ", metrics);
    free(metrics);
}

static void
stop(struct process *daemon)
{
    process_signal(daemon, SIGTERM);
    instance_finish(daemon, 0);
}

/* No server is there. */
static void
lose_server(struct instance *instance)
{
    snprintf(instance->analysis_conninfo, sizeof instance->analysis_conninfo, "host=/nonexistent dbname=a");
    instance_write_config(instance);
}

/* ---- A daemon that waits beside a run by hand ---- */

START_TEST(an_idle_daemon_does_not_undo_a_run_by_hand)
{
    struct instance instance;
    struct process daemon;
    char conninfo[CLUSTER_CONNINFO_MAX];

    instance_create_night(&instance, &cluster, "undone");
    memcpy(conninfo, instance.analysis_conninfo, sizeof conninfo);
    lose_server(&instance);
    instance_start(&instance, &daemon, "daemon", NULL);
    expect_said(&daemon, "daemon started", 1);
    process_signal(&daemon, SIGUSR1);
    expect_said(&daemon, "night will be tried again", 1);
    memcpy(instance.analysis_conninfo, conninfo, sizeof conninfo);
    instance_write_config(&instance);
    instance_do(&instance, 0, "run", NULL);
    expect_status(&instance, "{last_run,exit_code}", "0");
    wait_status_by(&instance, &daemon);
    expect_status(&instance, "{last_run,exit_code}", "0");
    expect_status(&instance, "{last_run,run_id}", "1");
    expect_metric(&instance, "crfd_last_run_exit_code{study=\"undone\"} 0\n", true);
    stop(&daemon);
    expect_status(&instance, "{last_run,exit_code}", "0");
}
END_TEST

/* The run is stopped, so that what the daemon writes would stay. */
START_TEST(an_idle_daemon_does_not_write_over_a_run_by_hand)
{
    struct instance instance;
    struct process daemon, by_hand;
    struct process_result killed;
    PGconn *holder;

    instance_create_night(&instance, &cluster, "overwritten");
    instance_start(&instance, &daemon, "daemon", NULL);
    expect_said(&daemon, "daemon started", 1);
    wait_status_by(&instance, &daemon);
    holder = instance_connect_analysis(&instance);
    cluster_exec(holder, "BEGIN");
    cluster_exec(holder, "INSERT INTO crfd.center (center_id) VALUES ('C05')");
    instance_start(&instance, &by_hand, "run", NULL);
    wait_status_by(&instance, &by_hand);
    process_signal(&by_hand, SIGSTOP);
    ck_assert(process_wait_stopped(&by_hand, INSTANCE_PATIENCE_MS));
    instance.cron = "0 3 * * *";
    instance_write_config(&instance);
    process_signal(&daemon, SIGHUP);
    /* Behind the first reload it has written what it writes; the second shows that it is past it. */
    expect_said(&daemon, "reloaded", 1);
    process_signal(&daemon, SIGHUP);
    expect_said(&daemon, "reloaded", 2);
    expect_status_by(&instance, &by_hand);
    expect_status(&instance, "{state}", "running");
    process_signal(&by_hand, SIGKILL);
    /* A process that died holds nobody up. */
    wait_status_by(&instance, &daemon);
    expect_status(&instance, "{state}", "idle");
    process_wait(&by_hand, INSTANCE_PATIENCE_MS, &killed);
    process_result_clear(&killed);
    stop(&daemon);
    PQfinish(holder);
}
END_TEST

START_TEST(of_two_runs_at_once_both_ends_are_told)
{
    struct instance instance;
    struct process night;
    PGconn *holder;

    instance_create_night(&instance, &cluster, "two_runs");
    instance_do(&instance, 0, "run", "--rerun", "--reason", "before", NULL);
    holder = instance_connect_analysis(&instance);
    cluster_exec(holder, "BEGIN");
    cluster_exec(holder, "SELECT FROM crfd.center WHERE center_id = 'C05' FOR UPDATE");
    instance_start(&instance, &night, "run", NULL);
    wait_status_by(&instance, &night);
    instance_do(&instance, 0, "run", "--rerun", "--center", "C01", "--reason", "beside", NULL);
    expect_status(&instance, "{state}", "running");
    expect_status(&instance, "{last_run,kind}", "rerun");
    expect_status(&instance, "{last_run,centers,total}", "1");
    expect_status_by(&instance, &night);
    cluster_exec(holder, "ROLLBACK");
    instance_finish(&night, 0);
    expect_status(&instance, "{state}", "idle");
    expect_status(&instance, "{last_run,kind}", "nightly");
    PQfinish(holder);
}
END_TEST

/* ---- A night that could not be opened ---- */

static void
rotate_password(struct instance *instance)
{
    char line[160];

    cluster_execf(eyes, "CREATE ROLE %s SUPERUSER LOGIN PASSWORD 'new'", instance->name);
    snprintf(line, sizeof line, "local all %s scram-sha-256", instance->name);
    cluster_add_hba(&cluster, line);
    cluster_conninfo_as(&cluster, "postgres", instance->name, instance->analysis_conninfo);
    instance_write_config(instance);
}

static void
spoil_study(struct instance *instance)
{
    instance_write_study(instance, "{}");
}

static const struct {
    const char *says;
    void (*spoil)(struct instance *instance);
    int exit_status;
} unopened[] = {
    {"away", lose_server, 69},
    {"password", rotate_password, 77},
    {"study", spoil_study, 78},
};

/* Yesterday's night ended well: that is still told, and does not stand for tonight. */
static void
expect_unopened(const struct instance *instance, int exit_status)
{
    char text[80];
    char *said;

    snprintf(text, sizeof text, "%d", exit_status);
    expect_status(instance, "{state}", "idle");
    expect_status(instance, "{last_run,exit_code}", text);
    expect_status(instance, "{last_run,state}", "not opened");
    expect_status(instance, "{last_run,run_id}", "");
    snprintf(text, sizeof text, "crfd_last_run_exit_code{study=\"%s\"} %d\n", instance->name, exit_status);
    expect_metric(instance, text, true);
    expect_metric(instance, "\ncrfd_last_success_timestamp_seconds{", true);
    expect_metric(instance, "\ncrfd_center_pages{", true);
    expect_metric(instance, "\ncrfd_last_run_centers{", false);
    said = instance_crfd(instance, 0, "status", NULL);
    snprintf(text, sizeof text, ", exit status %d, after ", exit_status);
    ck_assert_msg(strstr(said, text) != NULL && strstr(said, ", not opened, ") != NULL &&
                      strstr(said, "the last night that ended well was over at ") != NULL,
                  "%s", said);
    free(said);
}

START_TEST(a_run_that_was_not_opened_is_told)
{
    struct instance instance;
    char name[40];

    snprintf(name, sizeof name, "run_%s", unopened[_i].says);
    instance_create_night(&instance, &cluster, name);
    instance_do(&instance, 0, "run", NULL);
    unopened[_i].spoil(&instance);
    instance_do(&instance, unopened[_i].exit_status, "run", NULL);
    expect_unopened(&instance, unopened[_i].exit_status);
}
END_TEST

START_TEST(a_night_of_a_daemon_that_was_not_opened_is_told)
{
    struct instance instance;
    struct process daemon;
    char name[40];

    snprintf(name, sizeof name, "daemon_%s", unopened[_i].says);
    instance_create_night(&instance, &cluster, name);
    instance_do(&instance, 0, "run", NULL);
    unopened[_i].spoil(&instance);
    instance_start(&instance, &daemon, "daemon", NULL);
    if (unopened[_i].exit_status == 78) {
        instance_finish(&daemon, 78);
    } else {
        expect_said(&daemon, "daemon started", 1);
        process_signal(&daemon, SIGUSR1);
        expect_said(&daemon, "night ended", 1);
        stop(&daemon);
    }
    expect_unopened(&instance, unopened[_i].exit_status);
}
END_TEST

/* ---- The suite ---- */

static void
prepare(void)
{
    cluster_start(&cluster);
    eyes = cluster_connect(&cluster, "postgres");
}

static void
clear(void)
{
    PQfinish(eyes);
    cluster_destroy(&cluster);
}

int
main(void)
{
    Suite *suite = suite_create("status_file");
    TCase *cases = tcase_create("status_file");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_set_timeout(cases, 240);
    tcase_add_unchecked_fixture(cases, prepare, clear);
    tcase_add_test(cases, an_idle_daemon_does_not_undo_a_run_by_hand);
    tcase_add_test(cases, an_idle_daemon_does_not_write_over_a_run_by_hand);
    tcase_add_test(cases, of_two_runs_at_once_both_ends_are_told);
    tcase_add_loop_test(cases, a_run_that_was_not_opened_is_told, 0, COUNT(unopened));
    tcase_add_loop_test(cases, a_night_of_a_daemon_that_was_not_opened_is_told, 0, COUNT(unopened));
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
