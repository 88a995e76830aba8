#include "crfd/pg/migrate.h"

#include "conn_fixture.h"
#include "expect.h"
#include "instance.h"

#include <pthread.h>
#include <stdio.h>

static struct context run;
static struct conn *conn;
static PGconn *other; /* the test's own eyes */
static struct strbuf report;

/* Every test has a database of its own; roles are shared. */
static void
begin_database(void)
{
    static const char name[] = "fresh";
    PGconn *connection = cluster_connect(&cluster, "postgres");

    cluster_execf(connection, "DROP DATABASE IF EXISTS %s", name);
    PQfinish(connection);
    cluster_create_database(&cluster, name);
    begin_context(&run, "run", 0);
    conn = open_on(&run, name, "postgres", PATIENT_MS);
    other = cluster_connect(&cluster, name);
    strbuf_init(&report);
}

static void
end_database(void)
{
    strbuf_destroy(&report);
    PQfinish(other);
    conn_close(conn);
    context_destroy(&run);
}

static bool
migrate_on(struct conn *on, struct strbuf *lines, struct err *err)
{
    bool lost;

    must_execute(on, "BEGIN");
    if (migrate_apply(on, lines, err) && conn_commit(on, &lost, err))
        return true;
    conn_rollback(on);
    return false;
}

static void
must_migrate(void)
{
    struct err err = {0};

    strbuf_reset(&report);
    ck_assert_msg(migrate_on(conn, &report, &err), "%s", err.message);
}

static bool
is_current(struct err *err)
{
    return migrate_check(conn, err);
}

static void
expect_tables(int64_t expected, const char *what)
{
    expect_int(other, expected, what,
               "SELECT count(*) FROM pg_tables WHERE schemaname IN ('crfd', 'analysis')");
}

START_TEST(a_fresh_database_gets_all_migrations)
{
    struct err err = {0};

    ck_assert(!is_current(&err));
    assert_error("fresh", &err, ERR_CONFIG, "", "run \"crfd migrate\"");
    must_migrate();
    ck_assert_msg(is_current(&err), "%s", err.message);
    expect_int(other, (int64_t)migration_count, "rows of crfd.migration",
               "SELECT count(*) FROM crfd.migration");
    for (size_t i = 0; i < migration_count; i++) {
        char sql[256];

        expect_in(report.text, migrations[i].name);
        snprintf(sql, sizeof sql,
                 "SELECT count(*) FROM crfd.migration WHERE number = %d AND name = '%s' AND sha256 = '%s'"
                 " AND version = '" CRFD_VERSION "'",
                 migrations[i].number, migrations[i].name, migrations[i].sha256);
        expect_int(other, 1, migrations[i].name, sql);
    }
}
END_TEST

START_TEST(a_second_time_there_is_nothing_to_do)
{
    must_migrate();
    must_migrate();
    ck_assert_str_eq(report.text, "");
}
END_TEST

START_TEST(what_is_rolled_back_was_never_there)
{
    struct err err = {0};

    must_execute(conn, "BEGIN");
    ck_assert_msg(migrate_apply(conn, &report, &err), "%s", err.message);
    expect_in(report.text, migrations[0].name);
    conn_rollback(conn);
    expect_tables(0, "tables after a dry run");
    expect_int(other, 0, "schemas after a dry run",
               "SELECT count(*) FROM pg_namespace WHERE nspname IN ('crfd', 'analysis')");
}
END_TEST

START_TEST(a_migration_that_fails_leaves_none_of_them)
{
    struct err err = {0};

    cluster_exec(other, "CREATE SCHEMA analysis; CREATE TABLE analysis.finding (x int)");
    ck_assert(!migrate_on(conn, &report, &err));
    assert_error("in the way", &err, ERR_CONFIG, "42P07", "migration 0002_analysis: applying");
    expect_tables(1, "tables after a migration that failed");
}
END_TEST

/* What is wrong with a migrated database, and what both migrate and every other command say of it. */
static const struct {
    const char *row;
    const char *damage;
    const char *shows;
} refused_cases[] = {
    {"a migration that was changed after it was applied is refused",
     "UPDATE crfd.migration SET sha256 = repeat('0', 64) WHERE number = 1", "0001_crfd was applied by crfd"},
    {"a database that is newer than the program is refused",
     "INSERT INTO crfd.migration (number, name, sha256, version)"
     " SELECT max(number) + 1, '9999_future', '', '9.9' FROM crfd.migration",
     "has 9999_future of crfd 9.9 and is newer than this crfd"},
    {"a migration that is missing in between is refused", "DELETE FROM crfd.migration WHERE number = 1",
     "lacks number 1 before 0002_analysis"},
};

START_TEST(a_database_with_another_history_is_refused)
{
    struct err err = {0};

    must_migrate();
    cluster_exec(other, refused_cases[_i].damage);
    ck_assert_msg(!is_current(&err), "%s: check is content", refused_cases[_i].row);
    assert_error(refused_cases[_i].row, &err, ERR_CONFIG, "", refused_cases[_i].shows);
    ck_assert_msg(!migrate_on(conn, &report, &err), "%s: it migrates", refused_cases[_i].row);
    assert_error(refused_cases[_i].row, &err, ERR_CONFIG, "", refused_cases[_i].shows);
}
END_TEST

START_TEST(a_database_behind_the_program_is_told_what_it_lacks)
{
    struct err err = {0};

    /* As an older program would have left it: with the first migration only. */
    cluster_exec(other, "CREATE SCHEMA crfd; CREATE SCHEMA analysis;"
                        "CREATE TABLE crfd.migration (number int PRIMARY KEY, name text, sha256 text,"
                        " applied_at timestamptz DEFAULT now(), version text)");
    cluster_exec(other, migrations[0].sql);
    cluster_execf(other, "INSERT INTO crfd.migration VALUES (1, '%s', '%s', now(), '0.0')",
                  migrations[0].name, migrations[0].sha256);
    ck_assert(!is_current(&err));
    assert_error("behind", &err, ERR_CONFIG, "", "run \"crfd migrate\"");
    expect_in(err.message, migrations[1].name);
    must_migrate();
    ck_assert(strstr(report.text, migrations[0].name) == NULL);
    expect_in(report.text, migrations[1].name);
    ck_assert_msg(is_current(&err), "%s", err.message);
}
END_TEST

struct second {
    struct conn *conn;
    struct strbuf report;
    struct err err;
    bool ok;
};

static void *
migrate_second(void *data)
{
    struct second *second = data;

    second->ok = migrate_on(second->conn, &second->report, &second->err);
    return NULL;
}

START_TEST(two_at_once_wait_for_each_other)
{
    struct second second = {.conn = open_on(&run, "fresh", "postgres", PATIENT_MS)};
    struct err err = {0};
    pthread_t thread;
    bool lost;

    strbuf_init(&second.report);
    must_execute(conn, "BEGIN");
    ck_assert_msg(migrate_apply(conn, &report, &err), "%s", err.message);
    ck_assert_int_eq(pthread_create(&thread, NULL, migrate_second, &second), 0);
    instance_wait_until(other, "the second migration waits",
                        "SELECT count(*) = 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted");
    ck_assert_msg(conn_commit(conn, &lost, &err), "%s", err.message);
    pthread_join(thread, NULL);
    ck_assert_msg(second.ok, "%s", second.err.message);
    ck_assert_str_eq(second.report.text, "");
    strbuf_destroy(&second.report);
    conn_close(second.conn);
}
END_TEST

/* Who migrates: a member of the owner role, which owns nothing itself, and a superuser. */
static const char *const migrators[] = {"wang", "postgres"};

START_TEST(everything_belongs_to_the_owner_of_the_schemas)
{
    struct err err = {0};
    struct conn *migrator;

    /* The owner may not create schemas; they were made for it. */
    cluster_exec(other,
                 "CREATE SCHEMA crfd AUTHORIZATION keeper; CREATE SCHEMA analysis AUTHORIZATION keeper");
    migrator = open_on(&run, "fresh", migrators[_i], PATIENT_MS);
    ck_assert_msg(migrate_on(migrator, &report, &err), "%s: %s", migrators[_i], err.message);
    expect_int(other, 0, "relations of another owner",
               "SELECT count(*) FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace"
               " WHERE nspname IN ('crfd', 'analysis') AND relowner <> 'keeper'::regrole");
    conn_close(migrator);
}
END_TEST

static void
make_roles(void)
{
    PGconn *connection;

    start_cluster();
    connection = cluster_connect(&cluster, "postgres");
    cluster_exec(connection, "CREATE ROLE keeper; CREATE ROLE wang LOGIN IN ROLE keeper");
    PQfinish(connection);
}

static TCase *
make_cases(void)
{
    TCase *cases = tcase_create("migrate");

    tcase_set_timeout(cases, 120);
    tcase_add_checked_fixture(cases, begin_database, end_database);
    tcase_add_test(cases, a_fresh_database_gets_all_migrations);
    tcase_add_test(cases, a_second_time_there_is_nothing_to_do);
    tcase_add_test(cases, what_is_rolled_back_was_never_there);
    tcase_add_test(cases, a_migration_that_fails_leaves_none_of_them);
    tcase_add_loop_test(cases, a_database_with_another_history_is_refused, 0, LENGTH(refused_cases));
    tcase_add_test(cases, a_database_behind_the_program_is_told_what_it_lacks);
    tcase_add_test(cases, two_at_once_wait_for_each_other);
    tcase_add_loop_test(cases, everything_belongs_to_the_owner_of_the_schemas, 0, LENGTH(migrators));
    return cases;
}

int
main(void)
{
    make_roles();
    return run_and_destroy("migrate", make_cases());
}
