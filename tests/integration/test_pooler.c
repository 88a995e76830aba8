/*
 * PgBouncer between crfd and the server. One that lends sessions a transaction or a statement at a time is refused before
 * anything is set in them; one that gives them whole serves a night as the server itself does.
 */
#include "cluster.h"
#include "expect.h"
#include "instance.h"
#include "process.h"
#include "signature.h"
#include "text_file.h"

#include <check.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define POOLER          "/usr/sbin/pgbouncer" /* a user's PATH may lack it */
#define POOLER_PORT     6432                  /* of a socket in the cluster's folder, so nobody else's */
#define POOLER_START_MS 30000

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

/* Serves all databases of the cluster by its socket. As root it becomes the server's user. */
static void
start_pooler(struct process *pooler, const char *mode, int pool_size)
{
    char path[192];
    char text[1024];
    const struct passwd *user = getpwuid(cluster.uid);
    const char *as_root[] = {POOLER, "-u", user->pw_name, path, NULL};
    const char *as_user[] = {POOLER, path, NULL};

    snprintf(path, sizeof path, "%s/pooler.ini", cluster.folder);
    snprintf(text, sizeof text,
             "[databases]\n* = host=%s port=%d user=postgres pool_size=%d\n"
             "[pgbouncer]\nlisten_addr =\nlisten_port = %d\nunix_socket_dir = %s\nauth_type = any\n"
             "pool_mode = %s\n",
             cluster.folder, cluster.port, pool_size, POOLER_PORT, cluster.folder, mode);
    text_file_write(path, text);
    process_start(pooler, geteuid() == 0 ? as_root : as_user, NULL);
    ck_assert_msg(process_wait_for(pooler, "process up", POOLER_START_MS), "PgBouncer did not start");
}

static void
stop_pooler(struct process *pooler)
{
    struct process_result result;

    process_signal(pooler, SIGKILL);
    process_wait(pooler, POOLER_START_MS, &result);
    process_result_clear(&result);
}

/* crfd and the connections made with the conninfo go through the pooler. */
static void
lead_through_pooler(struct instance *instance)
{
    snprintf(instance->source_conninfo, sizeof instance->source_conninfo,
             "host=%s port=%d user=postgres dbname=%s_source", cluster.folder, POOLER_PORT, instance->name);
    snprintf(instance->analysis_conninfo, sizeof instance->analysis_conninfo,
             "host=%s port=%d user=postgres dbname=%s_analysis", cluster.folder, POOLER_PORT, instance->name);
    instance_write_config(instance);
}

static const char *const lending_modes[] = {"transaction", "statement"};

START_TEST(a_pooler_that_lends_sessions_is_refused_before_they_are_set)
{
    struct instance instance;
    struct process pooler;
    PGconn *client;
    char name[40];
    char *output;

    snprintf(name, sizeof name, "lent_%s", lending_modes[_i]);
    instance_create_night(&instance, &cluster, name);
    lead_through_pooler(&instance);
    start_pooler(&pooler, lending_modes[_i], 20);
    output = instance_crfd(&instance, 78, "run", NULL);
    ck_assert_msg(strstr(output, "pool_mode = session") != NULL, "no remedy: %s", output);
    free(output);
    output = instance_crfd(&instance, 1, "check", NULL);
    ck_assert_msg(strstr(output, "pool_mode = session") != NULL, "no remedy of check: %s", output);
    free(output);
    /* The pooler has kept the session that crfd had, and gives it to the next one. */
    client = PQconnectdb(instance.source_conninfo);
    expect_text(client, "off", "a setting of crfd's sessions",
                "SELECT current_setting('default_transaction_read_only')");
    expect_text(client, "\"$user\", public", "another one", "SELECT current_setting('search_path')");
    PQfinish(client);
    stop_pooler(&pooler);
}
END_TEST

static char *
night_signature(struct instance *instance)
{
    PGconn *analysis;
    char *signature;

    instance_do(instance, 0, "run", NULL);
    analysis = instance_connect_analysis(instance);
    signature = signature_take(analysis);
    PQfinish(analysis);
    return signature;
}

/* Sessions of the server for each database: plenty, and just those that one worker needs. */
static const int pool_sizes[] = {20, 1};

START_TEST(a_pooler_that_gives_whole_sessions_serves_a_night)
{
    struct instance direct, pooled;
    struct process pooler;
    char name[40];
    char *expected, *signature;

    snprintf(name, sizeof name, "direct_%d", _i);
    instance_create_night(&direct, &cluster, name);
    expected = night_signature(&direct);
    snprintf(name, sizeof name, "pooled_%d", _i);
    instance_create_night(&pooled, &cluster, name);
    pooled.workers = pool_sizes[_i] == 1 ? 1 : 4;
    lead_through_pooler(&pooled);
    start_pooler(&pooler, "session", pool_sizes[_i]);
    signature = night_signature(&pooled);
    ck_assert_str_eq(signature, expected);
    stop_pooler(&pooler);
    free(signature);
    free(expected);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("pooler");
    TCase *cases = tcase_create("pooler");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_set_timeout(cases, 120);
    tcase_add_unchecked_fixture(cases, prepare, clear);
    tcase_add_loop_test(cases, a_pooler_that_lends_sessions_is_refused_before_they_are_set, 0, 2);
    tcase_add_loop_test(cases, a_pooler_that_gives_whole_sessions_serves_a_night, 0, 2);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
