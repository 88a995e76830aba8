/*
 * Who reads while nights write: the status file is always whole, and a center is always that of one night.
 */
#include "cluster.h"
#include "expect.h"
#include "instance.h"
#include "process.h"

#include <check.h>
#include <cjson/cJSON.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define STATUS_READS     100000
#define STATUS_MAX_BYTES 65536
#define NIGHTS           25

static struct cluster cluster;

static void
prepare(void)
{
    cluster_start(&cluster);
}

static void
clear(void)
{
    cluster_destroy(&cluster);
}

/* A process that plays nights, once or until it is killed; it ends with the test. */
static pid_t
fork_player(void (*play)(const struct instance *), const struct instance *instance)
{
    pid_t pid;

    fflush(NULL);
    pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        play(instance);
        _exit(EXIT_SUCCESS);
    }
    return pid;
}

/* ---- The status file ---- */

/* A night that is complete is soon over, and writes its status twice all the same. */
static void
play_for_ever(const struct instance *instance)
{
    for (;;)
        instance_do(instance, 0, "run", NULL);
}

static size_t
read_file(const char *path, char *text)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length;

    ck_assert_msg(fd >= 0, "%s is not there", path);
    length = read(fd, text, STATUS_MAX_BYTES);
    close(fd);
    ck_assert_int_gt(length, 0);
    return (size_t)length;
}

/* The identity of the run that wrote it: the process. */
static double
check_status(const char *text, size_t length)
{
    cJSON *status = cJSON_ParseWithLengthOpts(text, length, NULL, false);
    double pid;

    ck_assert_msg(status != NULL, "the status file is no JSON:\n%.*s", (int)length, text);
    ck_assert_msg(cJSON_HasObjectItem(status, "last_run") && text[length - 1] == '}',
                  "the status file is not whole:\n%.*s", (int)length, text);
    pid = cJSON_GetNumberValue(cJSON_GetObjectItem(status, "pid"));
    cJSON_Delete(status);
    return pid;
}

START_TEST(a_reader_of_the_status_file_never_sees_half_of_it)
{
    static char text[STATUS_MAX_BYTES];
    struct instance instance;
    char path[256];
    char metrics_path[256];
    double last_pid = 0;
    int writers = 0;
    pid_t player;

    instance_create_night(&instance, &cluster, "status");
    instance_do(&instance, 0, "run", NULL);
    snprintf(path, sizeof path, "%s/status.json", instance.folder);
    snprintf(metrics_path, sizeof metrics_path, "%s/crfd.prom", instance.folder);
    player = fork_player(play_for_ever, &instance);
    for (int i = 0; i < STATUS_READS || writers < 3; i++) {
        double pid = check_status(text, read_file(path, text));
        size_t length = read_file(metrics_path, text);

        ck_assert_msg(text[length - 1] == '\n', "the metrics are not whole:\n%.*s", (int)length, text);
        writers += pid != last_pid;
        last_pid = pid;
    }
    kill(player, SIGKILL);
    waitpid(player, NULL, 0);
}
END_TEST

/* ---- The analysis schema ---- */

/* In each night all pages of the study say which one it is, by their weight; every second night one page is gone. */
static void
play_nights(const struct instance *instance)
{
    PGconn *source = instance_connect_source(instance);

    for (int night = 1; night <= NIGHTS; night++) {
        cluster_execf(
            source,
            "UPDATE edc.crf_page SET data = json_build_object('VSDTC', '2024-01-01', 'WEIGHT', '%d', "
            "'WEIGHT_U', 'kg',"
            " 'SYSBP', CASE WHEN %d %% 2 = 0 THEN '61' ELSE '120' END, 'DIABP', '80') WHERE form = 'VS'",
            night, night);
        instance_do(instance, 0, "run", "--rerun", "--reason", "another night", NULL);
    }
    PQfinish(source);
}

/*
 * Centers whose pages are of two nights, or whose findings are of another night than their pages: by even nights
 * each page has the finding, by odd ones none.
 */
static const char mixed_centers[] =
    "SELECT coalesce(string_agg(format('%s: nights %s to %s, %s pages, %s open findings', center_id, first, "
    "last, pages,"
    "                           findings), '; '), '')"
    " FROM (SELECT center_id, min(weight) AS first, max(weight) AS last, count(*) AS pages,"
    "              (SELECT count(*) FROM analysis.open_finding f WHERE f.center_id = v.center_id"
    "                AND check_id = 'VS001') AS findings,"
    "              (SELECT sum(l.pages) FROM analysis.subject l WHERE l.center_id = v.center_id) AS ledger"
    "       FROM analysis.vs v WHERE center_id <> 'C02' GROUP BY center_id) c"
    " WHERE first <> last OR findings <> CASE WHEN first % 2 = 0 THEN pages ELSE 0 END OR pages * 4 <> "
    "ledger * 3";

START_TEST(a_reader_of_the_analysis_schema_never_sees_two_nights_in_a_center)
{
    struct instance instance;
    PGconn *analysis;
    pid_t player;
    int status;
    int reads = 0;

    instance_create_night(&instance, &cluster, "analysis");
    analysis = instance_connect_analysis(&instance);
    player = fork_player(play_nights, &instance);
    while (waitpid(player, &status, WNOHANG) == 0) {
        expect_text(analysis, "", "centers with a mixture of two nights", mixed_centers);
        reads++;
    }
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS, "the nights failed");
    ck_assert_int_gt(reads, NIGHTS);
    expect_int(analysis, NIGHTS, "the last night", "SELECT DISTINCT weight::int FROM analysis.vs");
    PQfinish(analysis);
}
END_TEST

static Suite *
readers_suite(void)
{
    Suite *suite = suite_create("readers");
    TCase *cases = tcase_create("readers");

    tcase_set_timeout(cases, 240);
    tcase_add_unchecked_fixture(cases, prepare, clear);
    tcase_add_test(cases, a_reader_of_the_status_file_never_sees_half_of_it);
    tcase_add_test(cases, a_reader_of_the_analysis_schema_never_sees_two_nights_in_a_center);
    suite_add_tcase(suite, cases);
    return suite;
}

int
main(void)
{
    SRunner *runner = srunner_create(readers_suite());
    int failed;

    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
