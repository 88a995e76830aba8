#include "conn_fixture.h"

#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

/* ---- Connecting ---- */

static const struct {
    const char *row;
    const char *database;
    const char *user;
    const char *rest; /* of the conninfo */
    const char *timezone;
    enum err_kind kind;
    const char *sqlstate;
    const char *shows;
} refused_cases[] = {
    {"a wrong password is not permitted", "conn", "alice", "password=wrong", "UTC", ERR_PERMISSION, "28P01",
     "check the user and the password"},
    {"a missing password is not permitted", "conn", "alice", "", "UTC", ERR_PERMISSION, "",
     "no password supplied"},
    {"an unknown role is not permitted", "conn", "nobody", "", "UTC", ERR_PERMISSION, "28000",
     "role \"nobody\" does not exist"},
    {"a role that may not log in is not permitted", "conn", "nologin", "", "UTC", ERR_PERMISSION, "28000",
     "check the user of the conninfo"},
    {"a missing database is told with its remedy", "nowhere", "postgres", "", "UTC", ERR_CONFIG, "3D000",
     "database \"nowhere\" does not exist"},
    {"a missing server is unavailable", "conn", "postgres", "host=/nowhere", "UTC", ERR_UNAVAILABLE, "",
     "Is the server running locally"},
    {"a port that nobody listens on is unavailable", "conn", "postgres",
     "host=localhost port=1 connect_timeout=5", "UTC", ERR_UNAVAILABLE, "", "Connection refused"},
    {"a broken conninfo is a fault of the configuration", "conn", "postgres", "nonsense=1", "UTC", ERR_CONFIG,
     "", "invalid connection option \"nonsense\""},
    {"a broken conninfo with a password shows no part of it", "conn", "postgres", "password=my wrong=1",
     "UTC", ERR_CONFIG, "", "no valid libpq connection string"},
    {"an unknown time zone is a fault of the configuration", "conn", "postgres", "", "Moon/Base", ERR_CONFIG,
     "22023", "knows no time zone \"Moon/Base\""},
};

START_TEST(a_connection_that_is_refused_says_why)
{
    char base[CLUSTER_CONNINFO_MAX];
    char conninfo[2 * CLUSTER_CONNINFO_MAX];
    struct conn_options options = options_to(conninfo);
    struct context run;
    struct err err = {0};

    cluster_conninfo_as(&cluster, refused_cases[_i].database, refused_cases[_i].user, base);
    snprintf(conninfo, sizeof conninfo, "%s %s", base, refused_cases[_i].rest);
    options.timezone = refused_cases[_i].timezone;
    begin_context(&run, "run", 0);
    ck_assert_msg(conn_open(&options, &run, &err) == NULL, "%s: it connects", refused_cases[_i].row);
    assert_error(refused_cases[_i].row, &err, refused_cases[_i].kind, refused_cases[_i].sqlstate,
                 refused_cases[_i].shows);
    ck_assert_msg(strstr(err.message, "wrong") == NULL, "%s: the message shows the password: %s",
                  refused_cases[_i].row, err.message);
    context_destroy(&run);
}
END_TEST

START_TEST(a_right_password_connects)
{
    char base[CLUSTER_CONNINFO_MAX];
    char conninfo[2 * CLUSTER_CONNINFO_MAX];
    struct conn_options options = options_to(conninfo);
    struct context run;
    struct err err = {0};
    struct conn *conn;

    cluster_conninfo_as(&cluster, "conn", "alice", base);
    snprintf(conninfo, sizeof conninfo, "%s password=right", base);
    begin_context(&run, "run", 0);
    conn = conn_open(&options, &run, &err);
    ck_assert_msg(conn != NULL, "%s", err.message);
    ck_assert(conn_is_usable(conn));
    ck_assert(!conn_in_transaction(conn));
    ck_assert_int_ge(conn_server_version(conn), 150000);
    conn_close(conn);
    conn_close(NULL);
    context_destroy(&run);
}
END_TEST

START_TEST(a_cancelled_context_connects_to_nothing)
{
    char conninfo[CLUSTER_CONNINFO_MAX];
    struct conn_options options = options_to(conninfo);
    struct context run;
    struct err err = {0};

    cluster_conninfo(&cluster, "conn", conninfo);
    begin_context(&run, "run", 0);
    context_cancel(&run, "SIGTERM");
    ck_assert(conn_open(&options, &run, &err) == NULL);
    assert_error("cancelled", &err, ERR_CANCELLED, "", "SIGTERM");
    context_destroy(&run);
}
END_TEST

/* ---- Several servers ---- */

/* Takes connections, as far as the kernel does, and says nothing. */
static int
listen_mute(int *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    TEST_REQUIRE(bind(listener, (const struct sockaddr *)&address, sizeof address) == 0 &&
                     listen(listener, 16) == 0 &&
                     getsockname(listener, (struct sockaddr *)&address, &length) == 0,
                 "no mute server");
    *port = ntohs(address.sin_port);
    return listener;
}

/* The good server is that of the cluster's socket. */
static const struct {
    const char *row;
    const char *hosts; /* %1$s: the folder of the cluster's socket */
    const char *ports; /* %1$d: the mute port; %2$d: the cluster's */
    const char *rest;
    const char *shows[3]; /* none: it connects */
} server_cases[] = {
    {"a mute server is passed over", "127.0.0.1,%1$s", "%1$d,%2$d", "connect_timeout=1", {NULL}},
    {"each has its own time", "127.0.0.1,127.0.0.1,%1$s", "%1$d,%1$d,%2$d", "connect_timeout=1", {NULL}},
    {"a port that nobody listens on is passed over", "127.0.0.1,%1$s", "1,%2$d", "", {NULL}},
    {"a folder without a socket is passed over", "/nowhere,%1$s", "%2$d", "", {NULL}},
    {"one port for all", "%1$s,%1$s", "%2$d", "", {NULL}},
    {"no server of the wanted kind",
     "%1$s,%1$s",
     "%2$d",
     "target_session_attrs=standby",
     {"is not in hot standby mode", "; then ", NULL}},
    {"a kind that is only preferred", "%1$s,%1$s", "%2$d", "target_session_attrs=prefer-standby", {NULL}},
    {"the wanted kind is found", "127.0.0.1,%1$s", "1,%2$d", "target_session_attrs=read-write", {NULL}},
    {"mute servers are all named",
     "127.0.0.1,127.0.0.1",
     "%1$d,1",
     "connect_timeout=1",
     {"no answer of 127.0.0.1, port ", "; then ", "Connection refused"}},
    {"more ports than servers are a mistake",
     "%1$s",
     "1,%2$d",
     "",
     {"could not match 2 port numbers to 1", NULL}},
};

static void
expect_server_case(int number, const struct conn_options *options, struct context *run)
{
    const char *row = server_cases[number].row;
    struct err err = {0};
    struct conn *conn = conn_open(options, run, &err);

    if (server_cases[number].shows[0] == NULL) {
        ck_assert_msg(conn != NULL, "%s: %s", row, err.message);
        ck_assert_int_eq(must_ask(conn, "SELECT 1"), 1);
    } else {
        ck_assert_msg(conn == NULL, "%s: it connects", row);
        for (int i = 0; i < 3 && server_cases[number].shows[i] != NULL; i++)
            assert_error(row, &err, ERR_UNAVAILABLE, "", server_cases[number].shows[i]);
    }
    conn_close(conn);
}

START_TEST(servers_are_tried_one_by_one)
{
    char hosts[3 * CLUSTER_CONNINFO_MAX], ports[64], conninfo[5 * CLUSTER_CONNINFO_MAX];
    struct conn_options options = options_to(conninfo);
    struct context run;
    int port, listener = listen_mute(&port);

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    snprintf(hosts, sizeof hosts, server_cases[_i].hosts, cluster.folder);
    snprintf(ports, sizeof ports, server_cases[_i].ports, port, cluster.port);
#pragma GCC diagnostic pop
    snprintf(conninfo, sizeof conninfo, "host='%s' port='%s' dbname=conn user=postgres %s", hosts, ports,
             server_cases[_i].rest);
    begin_context(&run, "run", 0);
    expect_server_case(_i, &options, &run);
    context_destroy(&run);
    close(listener);
}
END_TEST

/* As above, by way of what libpq reads besides the connection string. */
START_TEST(servers_of_environment_and_service_are_tried_one_by_one)
{
    char conninfo[CLUSTER_CONNINFO_MAX], text[CLUSTER_CONNINFO_MAX], path[CLUSTER_CONNINFO_MAX];
    struct conn_options options = options_to(conninfo);
    struct context run;
    struct err err = {0};
    struct conn *conn;
    int port, listener = listen_mute(&port);
    FILE *file;

    snprintf(text, sizeof text, "127.0.0.1,%s", cluster.folder);
    snprintf(path, sizeof path, "%s/services", cluster.folder);
    if (_i == 0) {
        setenv("PGHOST", text, 1);
        snprintf(text, sizeof text, "%d,%d", port, cluster.port);
        setenv("PGPORT", text, 1);
        setenv("PGCONNECT_TIMEOUT", "1", 1);
        snprintf(conninfo, sizeof conninfo, "dbname=conn user=postgres");
    } else {
        file = fopen(path, "we");
        TEST_REQUIRE(file != NULL, "%s", path);
        fprintf(file, "[both]\nhost=%s\nport=%d,%d\nconnect_timeout=1\n", text, port, cluster.port);
        fclose(file);
        setenv("PGSERVICEFILE", path, 1);
        snprintf(conninfo, sizeof conninfo, "service=both dbname=conn user=postgres");
    }
    begin_context(&run, "run", 0);
    conn = conn_open(&options, &run, &err);
    ck_assert_msg(conn != NULL, "%s", err.message);
    conn_close(conn);
    context_destroy(&run);
    close(listener);
    unlink(path);
}
END_TEST

/* The whole has the context's limit, however many servers are left. */
START_TEST(a_deadline_ends_the_search)
{
    char conninfo[CLUSTER_CONNINFO_MAX];
    struct conn_options options = options_to(conninfo);
    struct context run;
    struct err err = {0};
    int port, listener = listen_mute(&port);

    snprintf(conninfo, sizeof conninfo, "host=127.0.0.1,%s port=%d,%d dbname=conn user=postgres",
             cluster.folder, port, cluster.port);
    begin_context(&run, "run", SHORT_MS);
    ck_assert(conn_open(&options, &run, &err) == NULL);
    assert_error("deadline", &err, ERR_DEADLINE, "", "deadline of the run has passed");
    context_destroy(&run);
    close(listener);
}
END_TEST

/* A server that refuses the role is not passed over: the next would be told the password, too. */
START_TEST(a_refusal_ends_the_search)
{
    char conninfo[2 * CLUSTER_CONNINFO_MAX];
    struct conn_options options = options_to(conninfo);
    struct context run;
    struct err err = {0};

    snprintf(conninfo, sizeof conninfo, "host=%s,/nowhere port=%d dbname=conn user=alice password=wrong",
             cluster.folder, cluster.port);
    begin_context(&run, "run", 0);
    ck_assert(conn_open(&options, &run, &err) == NULL);
    assert_error("refused", &err, ERR_PERMISSION, "28P01", "password authentication failed");
    ck_assert_msg(strstr(err.message, "/nowhere") == NULL, "%s", err.message);
    context_destroy(&run);
}
END_TEST

/* ---- Privacy ---- */

static bool peer_is_far;

int __real_getpeername(int fd, struct sockaddr *address, socklen_t *length);
int __wrap_getpeername(int fd, struct sockaddr *address, socklen_t *length);

int
__wrap_getpeername(int fd, struct sockaddr *address, socklen_t *length)
{
    const struct sockaddr_in far = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0xC0000201)};

    if (!peer_is_far)
        return __real_getpeername(fd, address, length);
    memcpy(address, &far, sizeof far);
    *length = sizeof far;
    return 0;
}

START_TEST(what_goes_over_a_network_in_plain_can_be_read)
{
    struct context run;
    struct conn *conn;

    begin_context(&run, "run", 0);
    conn = open_as_superuser(&run, PATIENT_MS);
    ck_assert_int_eq(conn_privacy(conn), CONN_STAYS_ON_HOST);
    peer_is_far = true;
    ck_assert_int_eq(conn_privacy(conn), CONN_READABLE);
    conn_close(conn);
    context_destroy(&run);
}
END_TEST

/* What roles, servers and clients may set otherwise, and crfd relies on. */
static const struct {
    const char *setting;
    const char *value;
} session_cases[] = {
    {"TimeZone", "Asia/Shanghai"},
    {"client_encoding", "UTF8"},
    {"application_name", "crfd/test"},
    {"DateStyle", "ISO, YMD"},
    {"search_path", "pg_catalog, pg_temp"},
    {"standard_conforming_strings", "on"},
    {"bytea_output", "hex"},
    {"default_transaction_isolation", "read committed"},
    {"default_transaction_read_only", "off"},
    {"client_connection_check_interval", "1s"},
    {"quote_all_identifiers", "off"},
    {"idle_session_timeout", "0"},
    {"lock_timeout", "0"},
};

START_TEST(the_session_is_set_whatever_the_role_has_set)
{
    char conninfo[CLUSTER_CONNINFO_MAX];
    struct conn_options options = options_to(conninfo);
    struct context run;
    struct err err = {0};
    struct conn *conn;

    cluster_conninfo_as(&cluster, "conn", "strange", conninfo);
    begin_context(&run, "run", 0);
    conn = conn_open(&options, &run, &err);
    ck_assert_msg(conn != NULL, "%s", err.message);
    for (int i = 0; i < LENGTH(session_cases); i++) {
        const struct conn_param params[] = {CONN_TEXT(session_cases[i].setting)};
        PGresult *result = conn_query(conn, "a test", "SELECT current_setting($1)", params, 1, &err);

        ck_assert_msg(result != NULL, "%s", err.message);
        ck_assert_msg(strcmp(PQgetvalue(result, 0, 0), session_cases[i].value) == 0, "%s is \"%s\"",
                      session_cases[i].setting, PQgetvalue(result, 0, 0));
        PQclear(result);
    }
    conn_close(conn);
    context_destroy(&run);
}
END_TEST

START_TEST(a_read_only_session_cannot_write)
{
    char conninfo[CLUSTER_CONNINFO_MAX];
    struct conn_options options = options_to(conninfo);
    struct context run;
    struct err err = {0};
    struct conn *conn;

    cluster_conninfo(&cluster, "conn", conninfo);
    options.read_only = true;
    begin_context(&run, "run", 0);
    conn = conn_open(&options, &run, &err);
    ck_assert_msg(conn != NULL, "%s", err.message);
    ck_assert(!conn_execute(conn, "a test", "DELETE FROM public.page", &err));
    assert_error("read only", &err, ERR_PERMISSION, "25006", "read-only transaction");
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
    cluster_exec(
        connection,
        "CREATE ROLE alice LOGIN PASSWORD 'right'; CREATE ROLE nologin; CREATE ROLE strange LOGIN;"
        "ALTER ROLE strange SET timezone = 'Europe/Paris'; ALTER ROLE strange SET datestyle = 'German';"
        "ALTER ROLE strange SET search_path = public;"
        "ALTER ROLE strange SET standard_conforming_strings = off;"
        "ALTER ROLE strange SET bytea_output = escape;"
        "ALTER ROLE strange SET default_transaction_isolation = 'serializable';"
        "ALTER ROLE strange SET default_transaction_read_only = on;"
        "ALTER ROLE strange SET quote_all_identifiers = on;"
        "ALTER ROLE strange SET idle_session_timeout = '1s'; ALTER ROLE strange SET lock_timeout = '1s';"
        "CREATE TABLE public.page (name text)");
    PQfinish(connection);
    cluster_add_hba(&cluster, "local all alice scram-sha-256");
}

static TCase *
make_cases(void)
{
    TCase *cases = tcase_create("conn");

    tcase_set_timeout(cases, 120);
    tcase_add_loop_test(cases, a_connection_that_is_refused_says_why, 0, LENGTH(refused_cases));
    tcase_add_test(cases, a_right_password_connects);
    tcase_add_test(cases, a_cancelled_context_connects_to_nothing);
    tcase_add_loop_test(cases, servers_are_tried_one_by_one, 0, LENGTH(server_cases));
    tcase_add_loop_test(cases, servers_of_environment_and_service_are_tried_one_by_one, 0, 2);
    tcase_add_test(cases, a_deadline_ends_the_search);
    tcase_add_test(cases, a_refusal_ends_the_search);
    tcase_add_test(cases, what_goes_over_a_network_in_plain_can_be_read);
    tcase_add_test(cases, the_session_is_set_whatever_the_role_has_set);
    tcase_add_test(cases, a_read_only_session_cannot_write);
    return cases;
}

int
main(void)
{
    make_objects();
    return run_and_destroy("conn", make_cases());
}
