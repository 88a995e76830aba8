/*
 * A password is seen by nobody but the server that asks for it: not in arguments, environment, output, files or the
 * server's log, in whichever way it is given and whatever fails; and no core and no other process shows the memory.
 */
#include "cluster.h"
#include "instance.h"
#include "process.h"
#include "rehearsal.h"
#include "text_file.h"

#include <check.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECRET "s3cret-of-alice"

static struct cluster cluster;
static struct rehearsal rehearsal;
static char secrets[160]; /* the folder of what may hold the password */

static void
prepare(void)
{
    PGconn *connection;

    cluster_start(&cluster);
    rehearsal_create_small(&rehearsal, &cluster, "secrets", REHEARSAL_FIRST_NIGHT);
    connection = cluster_connect(&cluster, "postgres");
    cluster_exec(connection, "CREATE ROLE alice SUPERUSER LOGIN");
    PQfinish(connection);
    cluster_add_hba(&cluster, "local all alice scram-sha-256");
    snprintf(secrets, sizeof secrets, "%s/apart", cluster.folder);
    ck_assert_int_eq(mkdir(secrets, 0700), 0);
}

static void
clear(void)
{
    rehearsal_destroy(&rehearsal);
    cluster_destroy(&cluster);
}

static void
set_password(const char *password)
{
    PGconn *connection = cluster_connect(&cluster, "postgres");

    cluster_execf(connection, "ALTER ROLE alice PASSWORD '%s'", password);
    PQfinish(connection);
}

static const char *
write_secret(const char *name, const char *text)
{
    static char path[200];

    snprintf(path, sizeof path, "%s/%s", secrets, name);
    text_file_write(path, text);
    ck_assert_int_eq(chmod(path, 0600), 0);
    return path;
}

/* ---- Ways to give it ---- */

static void
connect_as_alice(struct instance *instance, const char *more)
{
    snprintf(instance->source_conninfo, CLUSTER_CONNINFO_MAX, "host=%s dbname=secrets_source user=alice%s",
             cluster.folder, more);
    snprintf(instance->analysis_conninfo, CLUSTER_CONNINFO_MAX,
             "host=%s dbname=secrets_analysis user=alice%s", cluster.folder, more);
}

static void
give_by_credential(struct instance *instance)
{
    write_secret("source.password", SECRET "\n");
    write_secret("analysis.password", SECRET "\n");
    setenv("CREDENTIALS_DIRECTORY", secrets, 1);
    connect_as_alice(instance, "");
}

static void
give_by_passfile(struct instance *instance)
{
    char more[240];

    snprintf(more, sizeof more, " passfile=%s", write_secret("passfile", "*:*:*:alice:" SECRET "\n"));
    connect_as_alice(instance, more);
}

static void
give_by_service_file(struct instance *instance)
{
    char text[1024];

    snprintf(text, sizeof text,
             "[edc]\nhost=%s\ndbname=secrets_source\nuser=alice\npassword=%s\n"
             "[warehouse]\nhost=%s\ndbname=secrets_analysis\nuser=alice\npassword=%s\n",
             cluster.folder, SECRET, cluster.folder, SECRET);
    setenv("PGSERVICEFILE", write_secret("services", text), 1);
    snprintf(instance->source_conninfo, CLUSTER_CONNINFO_MAX, "service=edc");
    snprintf(instance->analysis_conninfo, CLUSTER_CONNINFO_MAX, "service=warehouse");
}

static void (*const ways[])(struct instance *) = {give_by_credential, give_by_passfile, give_by_service_file};

#define WAY_COUNT ((int)(sizeof ways / sizeof ways[0]))

/* ---- Looking ---- */

/* Its arguments and environment; NUL bytes stand between them. */
static void
look_at_process(const struct process *process)
{
    static const char *const names[] = {"cmdline", "environ"};

    for (int i = 0; i < 2; i++) {
        char path[64];
        char bytes[65536];
        ssize_t length;
        int fd;

        snprintf(path, sizeof path, "/proc/%ld/%s", (long)process->pid, names[i]);
        fd = open(path, O_RDONLY | O_CLOEXEC);
        /* Who is not root may not look at all. */
        ck_assert(fd >= 0 || geteuid() != 0);
        if (fd < 0)
            continue;
        length = read(fd, bytes, sizeof bytes);
        ck_assert_int_gt(length, 0);
        ck_assert_msg(memmem(bytes, (size_t)length, SECRET, strlen(SECRET)) == NULL, "%s shows the password",
                      path);
        close(fd);
    }
}

/* All that crfd and the server have written but for the tables: folder of the instance, log. */
static void
look_at_files(void)
{
    char command[1024];

    snprintf(command, sizeof command, "! grep -rlF -e '" SECRET "' '%s' '%s/log' && test -s '%s/status.json'",
             rehearsal.instance.folder, cluster.folder, rehearsal.instance.folder);
    ck_assert_int_eq(system(command), 0);
}

/* Runs it to its end and looks at what it says. */
static void
run_and_look(const struct instance *instance, int exit_status)
{
    char *output = instance_crfd(instance, exit_status, "run", "--verbose", NULL);

    ck_assert_msg(strstr(output, SECRET) == NULL, "the output shows the password:\n%s", output);
    free(output);
    look_at_files();
}

START_TEST(a_password_is_seen_nowhere)
{
    struct instance instance = rehearsal.instance;
    struct process night;
    struct process_result result;

    rehearsal_reset(&rehearsal);
    set_password(SECRET);
    ways[_i](&instance);
    instance.attempts = 2;
    instance_write_config(&instance);
    instance.fault = "before commit#1=stop";
    instance_start(&instance, &night, "run", "--verbose", NULL);
    ck_assert(process_wait_stopped(&night, INSTANCE_PATIENCE_MS));
    look_at_process(&night);
    process_signal(&night, SIGCONT);
    process_wait(&night, INSTANCE_PATIENCE_MS, &result);
    ck_assert_msg(result.exit_status == 0, "%s", result.err);
    ck_assert(strstr(result.out, SECRET) == NULL && strstr(result.err, SECRET) == NULL);
    process_result_clear(&result);
    look_at_files();
    rehearsal_expect_calm(&rehearsal, "a password");
    instance.fault = NULL;
    set_password("another");
    run_and_look(&instance, 77);
    cluster_stop_immediate(&cluster);
    run_and_look(&instance, 69);
    cluster_start_again(&cluster);
}
END_TEST

/* ---- Memory ---- */

static void
copy_program(void)
{
    char command[1024];
    char path[200];

    snprintf(path, sizeof path, "%s/crfd-faults", cluster.folder);
    snprintf(command, sizeof command, "install -m 0755 '%s' '%s'", getenv("CRFD_FAULTS_PROGRAM"), path);
    ck_assert_int_eq(system(command), 0);
    setenv("CRFD_FAULTS_PROGRAM", path, 1);
}

START_TEST(nobody_else_sees_the_memory)
{
    struct instance instance = rehearsal.instance;
    struct process night;
    struct process_result result;
    struct stat status;
    char path[64];

    rehearsal_reset(&rehearsal);
    instance_write_config(&instance);
    /* What root owns shows nothing: the program must run as somebody else, and lie where that one may go. */
    if (geteuid() == 0) {
        copy_program();
        ck_assert(setgid(cluster.gid) == 0 && setuid(cluster.uid) == 0);
    }
    instance.fault = "before commit#1=stop";
    instance_start(&instance, &night, "run", NULL);
    ck_assert(process_wait_stopped(&night, INSTANCE_PATIENCE_MS));
    /* The kernel gives these files to root where a process may neither be traced by its own user nor leave a core. */
    snprintf(path, sizeof path, "/proc/%ld/mem", (long)night.pid);
    ck_assert_int_eq(stat(path, &status), 0);
    ck_assert_uint_eq(status.st_uid, 0);
    process_signal(&night, SIGABRT);
    process_signal(&night, SIGCONT);
    process_wait(&night, INSTANCE_PATIENCE_MS, &result);
    ck_assert_int_eq(result.signal, SIGABRT);
    process_result_clear(&result);
}
END_TEST

static Suite *
secrets_suite(void)
{
    Suite *suite = suite_create("secrets");
    TCase *cases = tcase_create("secrets");

    tcase_set_timeout(cases, 240);
    tcase_set_tags(cases, "short");
    tcase_add_unchecked_fixture(cases, prepare, clear);
    tcase_add_loop_test(cases, a_password_is_seen_nowhere, 0, WAY_COUNT);
    tcase_add_test(cases, nobody_else_sees_the_memory);
    suite_add_tcase(suite, cases);
    return suite;
}

int
main(void)
{
    SRunner *runner = srunner_create(secrets_suite());
    int failed;

    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
