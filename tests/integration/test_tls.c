/*
 * Nights over TLS with a private authority and sslmode=verify-full: all of it is encrypted, and a server that cannot
 * prove who it is gets nothing to hear, in plain least of all.
 *
 * The server lets everybody in, also without TLS: what falls back to that would succeed.
 */
#include "authority.h"
#include "cluster.h"
#include "expect.h"
#include "instance.h"
#include "process.h"
#include "proxy.h"
#include "rehearsal.h"

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct cluster cluster;
static struct rehearsal rehearsal;
static struct authority authority;

static void
path_of(const char *name, char path[256])
{
    snprintf(path, 256, "%s/%s", cluster.folder, name);
}

/* Has the server present a certificate, from its next start on. */
static void
install_certificate(const char *host, long hours)
{
    char certificate[256], key[256];

    path_of("server.crt", certificate);
    path_of("server.key", key);
    authority_issue(&authority, host, hours, certificate, key);
    ck_assert_int_eq(chown(key, cluster.uid, cluster.gid), 0);
}

static void
configure_server(const char *ssl)
{
    PGconn *connection = cluster_connect(&cluster, "postgres");

    cluster_execf(connection, "ALTER SYSTEM SET ssl = %s", ssl);
    cluster_execf(connection, "ALTER SYSTEM SET ssl_cert_file = '%s/server.crt'", cluster.folder);
    cluster_execf(connection, "ALTER SYSTEM SET ssl_key_file = '%s/server.key'", cluster.folder);
    PQfinish(connection);
}

static void
prepare(void)
{
    struct authority other, renewed;
    char path[256];

    cluster_start(&cluster);
    path_of("authority.crt", path);
    authority_create(&authority, "the authority", path);
    path_of("other.crt", path);
    authority_create(&other, "another one", path);
    authority_destroy(&other);
    path_of("renewed.crt", path);
    authority_create(&renewed, "the authority", path);
    authority_destroy(&renewed);
    install_certificate("db.example", 24);
    configure_server("on");
    cluster_open_tcp(&cluster);
    rehearsal_create(&rehearsal, &cluster, "tls", REHEARSAL_SECOND_NIGHT);
}

static void
clear(void)
{
    rehearsal_destroy(&rehearsal);
    authority_destroy(&authority);
    cluster_destroy(&cluster);
}

/* The instance, connected to both databases by TCP. */
static void
connect_by_tcp(struct instance *instance, int port, const char *host, const char *root)
{
    char *const conninfos[] = {instance->source_conninfo, instance->analysis_conninfo};
    static const char *const databases[] = {"tls_source", "tls_analysis"};

    for (int i = 0; i < 2; i++)
        snprintf(conninfos[i], CLUSTER_CONNINFO_MAX,
                 "host=%s hostaddr=127.0.0.1 port=%d dbname=%s user=postgres sslmode=verify-full "
                 "sslrootcert=%s/%s",
                 host, port, databases[i], cluster.folder, root);
    instance_write_config(instance);
}

START_TEST(a_night_over_tls_is_encrypted_both_ways)
{
    struct instance instance = rehearsal.instance;
    PGconn *analysis = instance_connect_analysis(&instance);
    struct process night;

    rehearsal_reset(&rehearsal);
    connect_by_tcp(&instance, cluster.port, "db.example", "authority.crt");
    instance.fault = "before commit#1=stop";
    instance_start(&instance, &night, "run", NULL);
    ck_assert(process_wait_stopped(&night, INSTANCE_PATIENCE_MS));
    expect_text(analysis, "tls_analysis t TLSv1.3, tls_source t TLSv1.3", "the sessions of the night",
                "SELECT string_agg(format('%s %s %s', datname, ssl, s.version), ', ' ORDER BY datname)"
                " FROM pg_stat_activity JOIN pg_stat_ssl s USING (pid)"
                " WHERE application_name = 'crfd/tls'");
    process_signal(&night, SIGCONT);
    instance_finish(&night, 0);
    rehearsal_expect_calm(&rehearsal, "TLS");
    PQfinish(analysis);
}
END_TEST

START_TEST(tls_gets_through_a_network_that_delivers_byte_by_byte)
{
    const struct proxy_rule rule = {.action = PROXY_PASS, .text = "", .piece_bytes = 1};
    struct instance instance = rehearsal.instance;
    struct proxy proxy;

    rehearsal_reset(&rehearsal);
    proxy_start(&proxy, &cluster, &rule);
    connect_by_tcp(&instance, proxy.port, "db.example", "authority.crt");
    instance_do(&instance, 0, "run", NULL);
    proxy_stop(&proxy);
    rehearsal_expect_calm(&rehearsal, "TLS byte by byte");
}
END_TEST

/* ---- Refused ---- */

static const struct {
    const char *name;
    const char *host;
    const char *root;
    long hours;      /* of the server's certificate */
    const char *ssl; /* of the server */
    int exit_status;
    const char *shows;
    const char *remedy;
} refusals[] = {
    {"another authority", "db.example", "other.crt", 24, "on", 69, "certificate verify failed",
     "may be of another authority than that in sslrootcert"},
    /* A private authority that was made anew: OpenSSL's first word is "EVP lib". */
    {"another authority of the same name", "db.example", "renewed.crt", 24, "on", 69, "SSL error",
     "may be of another authority than that in sslrootcert"},
    {"another host", "localhost", "authority.crt", 24, "on", 69, "does not match host name \"localhost\"",
     "put a name that is in the server's certificate into host="},
    {"a time that is over", "db.example", "authority.crt", -24, "on", 69, "certificate verify failed",
     "or its time may be over: \"openssl s_client"},
    {"no TLS", "db.example", "authority.crt", 24, "off", 69, "server does not support SSL",
     "turn ssl on in postgresql.conf"},
    {"no file of the authority", "db.example", "nothing.crt", 24, "on", 78, "nothing.crt\" does not exist",
     "its name into sslrootcert="},
};

/* The command that the message tells, as it is printed, with what stands for the server and the file. */
static void
expect_command_that_shows(const char *output, const char *root, const char *what)
{
    const char *begin = strstr(output, "\"openssl "), *end;
    char script[1024];
    struct process_result result;

    ck_assert_msg(begin != NULL && (end = strchr(begin + 1, '"')) != NULL, "no command in %s", output);
    ck_assert_int_lt(snprintf(script, sizeof script,
                              "printf %%s '%.*s' | sed 's|HOST:PORT|127.0.0.1:%d|; s|FILE|%s/%s|' | sh",
                              (int)(end - begin - 1), begin + 1, cluster.port, cluster.folder, root),
                     (int)sizeof script);
    process_run((const char *const[]){"/bin/sh", "-c", script, NULL}, NULL, INSTANCE_PATIENCE_MS, &result);
    ck_assert_msg(strstr(result.out, what) != NULL, "%s\n%s%s", script, result.out, result.err);
    process_result_clear(&result);
}

#define REFUSAL_COUNT ((int)(sizeof refusals / sizeof refusals[0]))

START_TEST(a_server_that_cannot_prove_who_it_is_is_refused)
{
    struct instance instance = rehearsal.instance;
    PGconn *analysis;
    char *output;

    rehearsal_reset(&rehearsal);
    install_certificate("db.example", refusals[_i].hours);
    configure_server(refusals[_i].ssl);
    cluster_reload(&cluster);
    instance.attempts = 1;
    connect_by_tcp(&instance, cluster.port, refusals[_i].host, refusals[_i].root);
    output = instance_crfd(&instance, refusals[_i].exit_status, "run", NULL);
    expect_in(output, refusals[_i].shows);
    expect_in(output, refusals[_i].remedy);
    if (refusals[_i].hours < 0)
        expect_command_that_shows(output, refusals[_i].root,
                                  "Verify return code: 10 (certificate has expired)");
    ck_assert_msg(strstr(output, "change sslmode") == NULL, "%s: it advises against verifying\n%s",
                  refusals[_i].name, output);
    free(output);
    analysis = instance_connect_analysis(&instance);
    expect_int(analysis, 1, "runs, of which one is yesterday's", "SELECT count(*) FROM crfd.run");
    PQfinish(analysis);
}
END_TEST

static Suite *
tls_suite(void)
{
    Suite *suite = suite_create("tls");
    TCase *cases = tcase_create("tls");

    tcase_set_timeout(cases, 240);
    tcase_set_tags(cases, "short");
    tcase_add_unchecked_fixture(cases, prepare, clear);
    tcase_add_test(cases, a_night_over_tls_is_encrypted_both_ways);
    tcase_add_test(cases, tls_gets_through_a_network_that_delivers_byte_by_byte);
    tcase_add_loop_test(cases, a_server_that_cannot_prove_who_it_is_is_refused, 0, REFUSAL_COUNT);
    suite_add_tcase(suite, cases);
    return suite;
}

int
main(void)
{
    SRunner *runner = srunner_create(tls_suite());
    int failed;

    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
