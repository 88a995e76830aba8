#include "conn_fixture.h"

#include <stdio.h>

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
