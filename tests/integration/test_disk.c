/*
 * A disk that is full: the cause is told, nothing is half written, and the night repeats well once there is room.
 *
 * The disk is a small file system in memory, seen by this program and what it starts only. Without the right to
 * mount it the tests skip.
 */
#include "cluster.h"
#include "expect.h"
#include "instance.h"
#include "process.h"
#include "rehearsal.h"
#include "text_file.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

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

static void
mount_disk(const char *folder, const char *options)
{
    ck_assert_msg(mount("tmpfs", folder, "tmpfs", 0, options) == 0, "%s: %s", folder, strerror(errno));
}

/* Takes all the room that is left but for so many bytes. */
static void
fill_disk(const char *folder, off_t bytes_left)
{
    char path[320];
    char block[4096] = {0};
    struct stat status;
    int fd;

    snprintf(path, sizeof path, "%s/filler", folder);
    fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    ck_assert_int_ge(fd, 0);
    while (write(fd, block, sizeof block) > 0)
        continue;
    ck_assert_int_eq(errno, ENOSPC);
    ck_assert_int_eq(fstat(fd, &status), 0);
    ck_assert_int_eq(ftruncate(fd, status.st_size > bytes_left ? status.st_size - bytes_left : 0), 0);
    close(fd);
}

static void
make_room(const char *folder)
{
    char path[320];

    snprintf(path, sizeof path, "%s/filler", folder);
    ck_assert_int_eq(unlink(path), 0);
}

/* ---- The analysis tablespace ---- */

START_TEST(a_full_tablespace_fails_the_center_as_a_whole)
{
    struct rehearsal rehearsal;
    struct instance *instance = &rehearsal.instance;
    char folder[256];
    char *output;
    PGconn *analysis;

    rehearsal_create(&rehearsal, &cluster, "tablespace", REHEARSAL_FIRST_NIGHT);
    rehearsal_reset(&rehearsal);
    instance->attempts = 2;
    instance_write_config(instance);
    snprintf(folder, sizeof folder, "%s/disk", cluster.folder);
    ck_assert_int_eq(mkdir(folder, 0700), 0);
    mount_disk(folder, "size=1m");
    ck_assert_int_eq(chown(folder, cluster.uid, cluster.gid), 0);
    analysis = instance_connect_analysis(instance);
    cluster_execf(analysis, "CREATE TABLESPACE small LOCATION '%s'", folder);
    cluster_exec(analysis, "TRUNCATE analysis.vs");
    cluster_exec(analysis, "ALTER TABLE analysis.vs SET TABLESPACE small");
    /* One block: enough for the first center, and for no other. */
    fill_disk(folder, 8192);
    output = instance_crfd(instance, 3, "run", NULL);
    expect_in(output, "make room on the server's disk");
    expect_text(analysis, "53100", "the SQLSTATE that is recorded",
                "SELECT DISTINCT sqlstate FROM crfd.run_center WHERE state = 'failed'");
    expect_int(
        analysis, 0, "rows of centers that failed",
        "SELECT count(*) FROM (SELECT center_id FROM analysis.vs UNION ALL SELECT center_id FROM analysis.dm"
        " UNION ALL SELECT center_id FROM analysis.subject UNION ALL SELECT center_id FROM analysis.finding"
        " UNION ALL SELECT center_id FROM analysis.cleaning UNION ALL SELECT center_id FROM"
        " analysis.quarantine) r JOIN crfd.run_center c USING (center_id) WHERE c.state = 'failed'");
    make_room(folder);
    instance_do(instance, 0, "run", NULL);
    rehearsal_expect_calm(&rehearsal, "a full tablespace");
    free(output);
    PQfinish(analysis);
    rehearsal_destroy(&rehearsal);
}
END_TEST

/* ---- The status file ---- */

static int
count_temporary_files(const struct instance *instance)
{
    char command[320];
    FILE *list;
    int count = -1;

    snprintf(command, sizeof command, "ls -A '%s' | grep -c '\\.tmp$'", instance->folder);
    list = popen(command, "re");
    ck_assert_ptr_nonnull(list);
    ck_assert_int_eq(fscanf(list, "%d", &count), 1);
    pclose(list);
    return count;
}

START_TEST(a_full_disk_leaves_the_old_status_file_whole_and_fails_no_night)
{
    struct instance instance;
    char path[256];
    char *before;
    char *after;
    char *output;

    instance_create_night(&instance, &cluster, "status");
    /* The folder as it was made now lies below. */
    mount_disk(instance.folder, "size=256k");
    instance_write_config(&instance);
    instance_copy_study(&instance, "tests/data/night.json");
    snprintf(path, sizeof path, "%s/status.json", instance.folder);
    instance_do(&instance, 0, "run", NULL);
    before = text_file_read(path);
    fill_disk(instance.folder, 0);
    output = instance_crfd(&instance, 0, "run", "--rerun", "--reason", "a full disk", NULL);
    expect_in(output, "No space left on device");
    free(output);
    output = instance_crfd(&instance, 1, "check", NULL);
    expect_in(output, "PROBLEM  status file ");
    expect_in(output, "PROBLEM  metrics file ");
    after = text_file_read(path);
    ck_assert_str_eq(after, before);
    ck_assert_int_eq(count_temporary_files(&instance), 0);
    free(after);
    make_room(instance.folder);
    instance_do(&instance, 0, "run", "--rerun", "--reason", "room again", NULL);
    after = text_file_read(path);
    ck_assert_str_ne(after, before);
    free(before);
    free(after);
    free(output);
}
END_TEST

/* ---- The log ---- */

/* As `crfd run` with its log in a file, which the shell opens. */
static void
start_with_log(const struct instance *instance, const char *log, struct process *process)
{
    const char *program = getenv(instance->fault != NULL ? "CRFD_FAULTS_PROGRAM" : "CRFD_PROGRAM");
    char command[1024];
    char fault[64];
    const char *const argv[] = {"sh", "-c", command, NULL};
    const char *const environment[] = {fault, NULL};

    snprintf(command, sizeof command, "exec '%s' run --config '%s/crfd.json' 2>>'%s'", program,
             instance->folder, log);
    snprintf(fault, sizeof fault, "CRFD_FAULT%s%s", instance->fault ? "=" : "",
             instance->fault ? instance->fault : "");
    process_start(process, argv, environment);
}

START_TEST(a_full_disk_for_the_log_fails_no_night)
{
    struct rehearsal rehearsal;
    struct instance instance;
    struct process night;
    char folder[200], log[256];
    char *text;

    rehearsal_create(&rehearsal, &cluster, "lost_lines", REHEARSAL_FIRST_NIGHT);
    rehearsal_reset(&rehearsal);
    instance = rehearsal.instance;
    instance.fault = "before commit#3=stop";
    snprintf(folder, sizeof folder, "%s/full", cluster.folder);
    ck_assert_int_eq(mkdir(folder, 0700), 0);
    mount_disk(folder, "size=64k");
    snprintf(log, sizeof log, "%s/crfd.log", folder);
    text_file_write(log, "");
    fill_disk(folder, 0);
    start_with_log(&instance, log, &night);
    ck_assert(process_wait_stopped(&night, INSTANCE_PATIENCE_MS));
    make_room(folder);
    process_signal(&night, SIGCONT);
    instance_finish(&night, 0);
    rehearsal_expect_calm(&rehearsal, "a full disk for the log");
    text = text_file_read(log);
    /* The opening of the run and two centers. */
    expect_in(text, "warning \"log lines lost\" lines=3\n");
    expect_in(text, "info \"center done\"");
    free(text);
    rehearsal_destroy(&rehearsal);
}
END_TEST

START_TEST(a_night_is_done_where_nothing_can_be_told)
{
    struct rehearsal rehearsal;
    struct process night;
    char path[256];
    char *before;
    char *after;

    rehearsal_create(&rehearsal, &cluster, "mute", REHEARSAL_FIRST_NIGHT);
    rehearsal_reset(&rehearsal);
    snprintf(path, sizeof path, "%s/status.json", rehearsal.instance.folder);
    before = text_file_read(path);
    start_with_log(&rehearsal.instance, "/dev/full", &night);
    instance_finish(&night, 0);
    rehearsal_expect_calm(&rehearsal, "/dev/full");
    after = text_file_read(path);
    ck_assert_str_ne(after, before);
    ck_assert_int_eq(after[strlen(after) - 1], '}');
    free(before);
    free(after);
    rehearsal_destroy(&rehearsal);
}
END_TEST

/* What a shell would see of `crfd ... >/dev/full`, and what it says. */
static void
expect_mute(const struct instance *instance, const char *arguments, int exit_status)
{
    char command[1024];
    const char *const argv[] = {"sh", "-c", command, NULL};
    struct process_result result;

    snprintf(command, sizeof command, "exec '%s' %s --config '%s/crfd.json' >/dev/full",
             getenv("CRFD_PROGRAM"), arguments, instance->folder);
    process_run(argv, NULL, INSTANCE_PATIENCE_MS, &result);
    ck_assert_msg(result.exit_status == exit_status, "%s: %d, not %d: %s", arguments, result.exit_status,
                  exit_status, result.err);
    expect_in(result.err, "No space left on device");
    process_result_clear(&result);
}

START_TEST(an_output_that_cannot_be_written_is_told)
{
    struct instance instance;

    instance_create_night(&instance, &cluster, "output");
    expect_mute(&instance, "run", 0);
    expect_mute(&instance, "status", 74);
    expect_mute(&instance, "findings --csv", 74);
    expect_mute(&instance, "explain VS001", 74);
}
END_TEST

static Suite *
disk_suite(void)
{
    Suite *suite = suite_create("disk");
    TCase *cases = tcase_create("disk");

    tcase_set_timeout(cases, 240);
    tcase_set_tags(cases, "short");
    tcase_add_unchecked_fixture(cases, prepare, clear);
    tcase_add_test(cases, a_full_tablespace_fails_the_center_as_a_whole);
    tcase_add_test(cases, a_full_disk_leaves_the_old_status_file_whole_and_fails_no_night);
    tcase_add_test(cases, a_full_disk_for_the_log_fails_no_night);
    tcase_add_test(cases, a_night_is_done_where_nothing_can_be_told);
    tcase_add_test(cases, an_output_that_cannot_be_written_is_told);
    suite_add_tcase(suite, cases);
    return suite;
}

/* Where everything has to run, a skipped test is a failed one. */
static int
skip(const char *reason)
{
    const char *ci = getenv("CI");

    printf("1..0 # SKIP %s\n", reason);
    return ci != NULL && strcmp(ci, "true") == 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

int
main(void)
{
    SRunner *runner;
    int failed;

    /* Mounts of this program end with it, however it ends. */
    if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
        return skip("mounting a small disk needs root");
    runner = srunner_create(disk_suite());
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
