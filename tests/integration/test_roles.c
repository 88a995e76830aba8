#include "crfd/pg/migrate.h"

#include "conn_fixture.h"
#include "expect.h"
#include "process.h"

#include <stdio.h>

/* The order in which an administrator may do things, each in a database of its own. */
static const char roles_first[] = "roles_first";
static const char roles_last[] = "roles_last";
/* Where source and analysis are one database. */
static const char both[] = "both";

/* Runs sql/roles.sql with psql; returns the exit status. */
static int
run_roles(const char *database, const char *variable, const char *second_variable)
{
    char conninfo[CLUSTER_CONNINFO_MAX];
    char *path = cluster_project_path("sql/roles.sql");
    struct process_result result;
    int exit_status;

    cluster_conninfo(&cluster, database, conninfo);
    process_run((const char *const[]){cluster.psql, "-X", "-q", "-d", conninfo, "-v", variable, "-v",
                                      second_variable, "-f", path, NULL},
                NULL, PATIENT_MS, &result);
    exit_status = result.exit_status;
    if (exit_status != 0)
        fprintf(stderr, "%s", result.err);
    process_result_clear(&result);
    free(path);
    return exit_status;
}

static void
must_run_roles(const char *database, const char *variable, const char *second_variable)
{
    TEST_REQUIRE(run_roles(database, variable, second_variable) == 0, "sql/roles.sql fails on %s", database);
}

static void
must_migrate(const char *database, const char *user)
{
    struct context run;
    struct strbuf report;
    struct err err = {0};
    struct conn *conn;
    bool lost;

    strbuf_init(&report);
    begin_context(&run, "run", 0);
    conn = open_on(&run, database, user, PATIENT_MS);
    must_execute(conn, "BEGIN");
    TEST_REQUIRE(migrate_apply(conn, &report, &err) && conn_commit(conn, &lost, &err), "%s", err.message);
    conn_close(conn);
    context_destroy(&run);
    strbuf_destroy(&report);
}

/* ---- What each role may do ---- */

static const struct {
    const char *row;
    const char *role; /* that a login role is a member of */
    const char *sql;
    bool allowed;
} right_cases[] = {
    {"who reads the source reads pages", "crfd_source", "SELECT count(*) FROM edc.crf_page", true},
    {"who reads the source adds no page", "crfd_source",
     "INSERT INTO edc.crf_page (center_id, subject_id, event, form, data) VALUES ('1', '1', 'E', 'f', '{}')",
     false},
    {"who reads the source changes no page", "crfd_source", "UPDATE edc.crf_page SET form = form", false},
    {"who reads the source deletes no page", "crfd_source", "DELETE FROM edc.crf_page", false},
    {"who reads the source locks no page", "crfd_source", "SELECT FROM edc.crf_page FOR UPDATE", false},
    {"who reads the source empties no source", "crfd_source", "TRUNCATE edc.crf_page", false},
    {"who reads the source reads nothing else of the source", "crfd_source", "SELECT FROM edc.secret", false},
    {"who reads the source creates nothing in the source", "crfd_source", "CREATE TABLE edc.mine (x int)",
     false},
    {"who reads the source writes no findings", "crfd_source", "DELETE FROM analysis.finding", false},
    {"who reads the source does not see the trial", "crfd_source", "SELECT FROM analysis.finding", false},
    {"who reads the source opens no run", "crfd_source", "UPDATE crfd.run SET state = state", false},
    {"the service does not see the source", "crfd_service", "SELECT FROM edc.crf_page", false},
    {"the service stages rows", "crfd_service", "CREATE TEMPORARY TABLE s (LIKE analysis.quarantine)", true},
    {"the service takes subjects in", "crfd_service",
     "INSERT INTO analysis.subject VALUES ('1', '1', 1, 0, sha256(''), 1); UPDATE analysis.subject SET "
     "run_id = 2;"
     "DELETE FROM analysis.subject",
     true},
    {"the service writes form tables that came later", "crfd_service",
     "INSERT INTO analysis.vs VALUES (1); UPDATE analysis.vs SET x = 2; DELETE FROM analysis.vs", true},
    {"the service writes findings", "crfd_service",
     "INSERT INTO analysis.finding (center_id, subject_id, event, event_repeat, form, form_repeat, check_id, "
     "item,"
     " severity, message, state, outcome, evidence, opened_run, opened_at)"
     " VALUES ('1', '1', 'E', 1, 'f', 1, 'C', '', 'minor', 'm', 'open', 'false', '{}', 1, now());"
     "UPDATE analysis.finding SET message = 'n'",
     true},
    {"the service empties no table", "crfd_service", "TRUNCATE analysis.finding", false},
    {"the service adds to the history of findings", "crfd_service",
     "INSERT INTO analysis.finding_event (center_id, finding_id, from_state, to_state, reason)"
     " VALUES ('1', 1, 'open', 'waived', 'waived')",
     true},
    {"the service does not say who made history", "crfd_service",
     "INSERT INTO analysis.finding_event (center_id, finding_id, from_state, to_state, reason, actor)"
     " VALUES ('1', 1, 'open', 'waived', 'waived', 'lin')",
     false},
    {"the service does not say when history was made", "crfd_service",
     "INSERT INTO analysis.finding_event (center_id, finding_id, from_state, to_state, reason, at)"
     " VALUES ('1', 1, 'open', 'waived', 'waived', '2020-01-01')",
     false},
    {"the service does not put itself between others in history", "crfd_service",
     "INSERT INTO analysis.finding_event (event_id, center_id, finding_id, from_state, to_state, reason)"
     " VALUES (1, '1', 1, 'open', 'waived', 'waived')",
     false},
    {"the service does not change the history of findings", "crfd_service",
     "UPDATE analysis.finding_event SET reason = ''", false},
    {"the service does not delete the history of findings", "crfd_service",
     "DELETE FROM analysis.finding_event", false},
    {"the service adds to the trail of cleaning", "crfd_service",
     "INSERT INTO analysis.cleaning (run_id, center_id, subject_id, event, event_repeat, form, form_repeat, "
     "item, raw,"
     " steps) VALUES (1, '1', '1', 'E', 1, 'f', 1, 'i', 'r', 's')",
     true},
    {"the service does not change the trail of cleaning", "crfd_service",
     "UPDATE analysis.cleaning SET raw = ''", false},
    {"the service does not delete the trail of cleaning", "crfd_service", "DELETE FROM analysis.cleaning",
     false},
    {"the service opens and closes runs", "crfd_service",
     "INSERT INTO crfd.study (digest, name, version, definition) VALUES (repeat('0', 64), 's', '1', '{}');"
     "INSERT INTO crfd.run (night, kind, study_digest, host, version)"
     " VALUES ('2024-01-01', 'nightly', repeat('0', 64), 'h', '1');"
     "INSERT INTO crfd.run_center (run_id, center_id, expected_pages) SELECT run_id, '1', 1 FROM crfd.run;"
     "SELECT FROM crfd.run_center FOR UPDATE SKIP LOCKED; UPDATE crfd.run SET state = 'done', finished_at = "
     "now();"
     "INSERT INTO crfd.center VALUES ('1'); UPDATE crfd.center SET last_run_id = 1",
     true},
    {"the service deletes no run", "crfd_service", "DELETE FROM crfd.run", false},
    {"the service does not rewrite a study", "crfd_service", "UPDATE crfd.study SET definition = ''", false},
    {"the service reads which migrations were applied", "crfd_service", "SELECT FROM crfd.migration", true},
    {"the service does not claim a migration", "crfd_service",
     "INSERT INTO crfd.migration VALUES (99, 'x', 'x', now(), 'x')", false},
    {"the service creates no table", "crfd_service", "CREATE TABLE analysis.mine (x int)", false},
    {"the service drops no column", "crfd_service", "ALTER TABLE analysis.vs DROP COLUMN x", false},
    {"the service creates no schema", "crfd_service", "CREATE SCHEMA mine", false},
    {"a reader reads tables", "crfd_reader", "SELECT FROM analysis.finding", true},
    {"a reader reads form tables that came later", "crfd_reader", "SELECT FROM analysis.vs", true},
    {"a reader reads views", "crfd_reader", "SELECT FROM analysis.center_quality, analysis.open_finding",
     true},
    {"a reader calls what a twin calls", "crfd_reader", "SELECT crfd.earliest('2014-03')", true},
    {"a reader adds nothing", "crfd_reader", "INSERT INTO analysis.vs VALUES (1)", false},
    {"a reader changes nothing", "crfd_reader", "UPDATE analysis.finding SET message = ''", false},
    {"a reader changes nothing through a view", "crfd_reader",
     "UPDATE analysis.open_finding SET message = ''", false},
    {"a reader deletes nothing", "crfd_reader", "DELETE FROM analysis.subject", false},
    {"a reader does not see how crfd runs", "crfd_reader", "SELECT FROM crfd.run", false},
    {"a reviewer reads what a reader reads", "crfd_review",
     "SELECT FROM analysis.finding, analysis.vs, analysis.open_finding", true},
    {"a reviewer waives, takes back and comments", "crfd_review",
     "SELECT FROM crfd.review('waive', '1', 1, 'n') a, crfd.review('unwaive', '1', 1, 'n') b,"
     " crfd.review('comment', '1', 1, 'n') c",
     true},
    {"a reviewer changes no state without its history", "crfd_review",
     "UPDATE analysis.finding SET state = 'waived'", false},
    {"a reviewer locks no finding", "crfd_review", "SELECT FROM analysis.finding FOR UPDATE", false},
    {"a reviewer does not speak for others", "crfd_review",
     "SELECT FROM crfd.review_as('lin', 'waive', '1', 1, 'n')", false},
    {"a reviewer does not go round the functions", "crfd_review",
     "SELECT FROM crfd.review_apply('lin', NULL, 'waive', '1', 1, 'n')", false},
    {"a reviewer is not who vouches for others", "crfd_review", "SET ROLE crfd_web_review", false},
    {"a reviewer has no center counted again otherwise", "crfd_review",
     "UPDATE crfd.center SET recount = true", false},
    {"a reviewer changes nothing else of a finding", "crfd_review",
     "UPDATE analysis.finding SET severity = 'minor'", false},
    {"a reviewer closes no finding", "crfd_review",
     "UPDATE analysis.finding SET state = 'closed', closed_reason = 'corrected', closed_run = 1, closed_at = "
     "now()",
     false},
    {"a reviewer deletes no finding", "crfd_review", "DELETE FROM analysis.finding", false},
    {"a reviewer writes no history without the functions", "crfd_review",
     "INSERT INTO analysis.finding_event (center_id, finding_id, from_state, to_state, reason, note)"
     " VALUES ('1', 1, 'open', 'open', 'comment', 'n')",
     false},
    {"a reviewer does not say that a run made history", "crfd_review",
     "INSERT INTO analysis.finding_event (center_id, finding_id, run_id, from_state, to_state, reason)"
     " VALUES ('1', 1, 1, 'open', 'closed', 'corrected')",
     false},
    {"a reviewer changes no history", "crfd_review", "UPDATE analysis.finding_event SET note = ''", false},
    {"a reviewer changes no page", "crfd_review", "UPDATE analysis.vs SET x = 2", false},
    {"a reviewer opens no run", "crfd_review", "UPDATE crfd.run SET state = state", false},
    {"a reviewer changes nothing else of a center", "crfd_review", "UPDATE crfd.center SET pages = 0", false},
    {"the pages read findings", "crfd_web", "SELECT count(*) FROM analysis.finding", true},
    {"the pages read form tables that came later", "crfd_web", "SELECT count(*) FROM analysis.vs", true},
    {"the pages read what ran", "crfd_web",
     "SELECT count(*) FROM crfd.run, crfd.run_center, crfd.check_outcome", true},
    {"the pages change no finding", "crfd_web", "UPDATE analysis.finding SET state = 'open'", false},
    {"the pages lock no finding", "crfd_web", "SELECT FROM analysis.finding FOR UPDATE", false},
    {"the pages write no history", "crfd_web",
     "INSERT INTO analysis.finding_event (center_id, finding_id, from_state, to_state, reason)"
     " VALUES ('1', 1, 'open', 'waived', 'waived')",
     false},
    {"the pages delete nothing", "crfd_web", "DELETE FROM analysis.cleaning", false},
    {"the pages change no run", "crfd_web", "UPDATE crfd.run SET state = state", false},
    {"the pages change no center", "crfd_web", "UPDATE crfd.center SET recount = true", false},
    {"the pages review nothing", "crfd_web", "SELECT crfd.review('waive', '1', 1, 'x')", false},
    {"the pages review nothing in the place of others", "crfd_web",
     "SELECT crfd.review_as('zhao', 'waive', '1', 1, 'x')", false},
    {"the pages are not who vouches for people", "crfd_web", "SET ROLE crfd_web_review", false},
    {"the pages do not see the source", "crfd_web", "SELECT FROM edc.crf_page", false},
    {"the pages create nothing", "crfd_web", "CREATE TABLE analysis.mine (x int)", false},
    {"who vouches for people reviews in their place", "crfd_web_review",
     "SELECT FROM crfd.review_as('lin', 'waive', '1', 1, 'n')", true},
    {"who vouches for people sees which findings there are", "crfd_web_review",
     "SELECT FROM analysis.finding, crfd.migration", true},
    {"who vouches for people does not review as itself", "crfd_web_review",
     "SELECT FROM crfd.review('waive', '1', 1, 'n')", false},
    {"who vouches for people does not deny it", "crfd_web_review",
     "SELECT FROM crfd.review_apply('lin', NULL, 'waive', '1', 1, 'n')", false},
    {"who vouches for people changes no finding", "crfd_web_review",
     "UPDATE analysis.finding SET state = 'waived'", false},
    {"who vouches for people writes no history otherwise", "crfd_web_review",
     "INSERT INTO analysis.finding_event (center_id, finding_id, from_state, to_state, reason, note)"
     " VALUES ('1', 1, 'open', 'open', 'comment', 'n')",
     false},
    {"who vouches for people sees no page", "crfd_web_review", "SELECT FROM analysis.vs", false},
    {"who vouches for people sees no run", "crfd_web_review", "SELECT FROM crfd.run", false},
    {"who vouches for people changes no center", "crfd_web_review", "UPDATE crfd.center SET recount = true",
     false},
    {"a reader reviews nothing", "crfd_reader", "SELECT FROM crfd.review('comment', '1', 1, 'n')", false},
    {"a reader speaks for nobody", "crfd_reader", "SELECT FROM crfd.review_as('lin', 'comment', '1', 1, 'n')",
     false},
    {"the service reviews nothing", "crfd_service", "SELECT FROM crfd.review('comment', '1', 1, 'n')", false},
    {"the service speaks for nobody", "crfd_service",
     "SELECT FROM crfd.review_as('lin', 'comment', '1', 1, 'n')", false},
    {"a reviewer does not see the source", "crfd_review", "SELECT FROM edc.crf_page", false},
    {"a reader does not see the source", "crfd_reader", "SELECT FROM edc.crf_page", false},
};

START_TEST(a_role_may_do_what_it_needs_and_nothing_more)
{
    PGconn *connection = cluster_connect(&cluster, both);
    const char *row = right_cases[_i].row;
    PGresult *result;

    cluster_execf(connection, "SET SESSION AUTHORIZATION login_%s; BEGIN", right_cases[_i].role);
    result = PQexec(connection, right_cases[_i].sql);
    if (right_cases[_i].allowed) {
        ExecStatusType status = PQresultStatus(result);

        ck_assert_msg(status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK, "%s: %s", row,
                      PQerrorMessage(connection));
    } else {
        const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);

        ck_assert_msg(sqlstate != NULL && strcmp(sqlstate, "42501") == 0, "%s: %s", row,
                      PQerrorMessage(connection));
    }
    PQclear(result);
    PQfinish(connection);
}
END_TEST

/* ---- In whatever order ---- */

static char *
privileges(const char *database)
{
    PGconn *connection = cluster_connect(&cluster, database);
    char *text =
        cluster_text(connection, "SELECT string_agg(line, E'\\n' ORDER BY line) FROM ("
                                 " SELECT format('%s.%s %s %s %s', nspname, relname, relowner::regrole,"
                                 "               grantee::regrole, privilege_type) AS line"
                                 " FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace,"
                                 "      aclexplode(relacl) WHERE nspname IN ('crfd', 'analysis')"
                                 " UNION ALL SELECT format('%s %s %s %s', attrelid::regclass, attname,"
                                 "                         grantee::regrole, privilege_type)"
                                 " FROM pg_attribute, aclexplode(attacl)"
                                 " WHERE attrelid IN ('analysis.finding_event'::regclass,"
                                 "   'analysis.finding'::regclass, 'crfd.center'::regclass)"
                                 " UNION ALL SELECT format('%s %s %s %s', pg_proc.oid::regprocedure,"
                                 "                         proowner::regrole, grantee, privilege_type)"
                                 " FROM pg_proc, aclexplode(proacl) WHERE pronamespace = 'crfd'::regnamespace"
                                 ") AS lines");

    PQfinish(connection);
    return text;
}

START_TEST(roles_before_or_after_migrations_end_in_the_same_rights)
{
    char *first = privileges(roles_first);
    char *last = privileges(roles_last);

    expect_in(first, "analysis.finding crfd_owner crfd_service UPDATE");
    expect_in(first, "analysis.finding_event note crfd_service INSERT");
    ck_assert_ptr_null(strstr(first, "analysis.finding state"));
    ck_assert_ptr_null(strstr(first, "recount crfd_review"));
    ck_assert_str_eq(first, last);
    free(last);
    /* Once more changes nothing. */
    must_run_roles(roles_first, "analysis=1", "unused=1");
    last = privileges(roles_first);
    ck_assert_str_eq(first, last);
    free(first);
    free(last);
}
END_TEST

START_TEST(which_database_it_is_must_be_said)
{
    ck_assert_int_ne(run_roles(both, "unused=1", "unused=1"), 0);
}
END_TEST

START_TEST(a_source_of_another_name_is_granted)
{
    PGconn *connection = cluster_connect(&cluster, both);

    cluster_exec(connection, "CREATE SCHEMA \"My EDC\"; CREATE TABLE \"My EDC\".\"Pages\" (x int)");
    ck_assert_int_ne(run_roles(both, "source=1", "source_table=Pages"), 0);
    cluster_exec(connection, "ALTER TABLE \"My EDC\".\"Pages\" SET SCHEMA edc");
    ck_assert_int_eq(run_roles(both, "source=1", "source_table=Pages"), 0);
    cluster_exec(connection, "SET SESSION AUTHORIZATION login_crfd_source");
    cluster_exec(connection, "SELECT FROM edc.\"Pages\"");
    PQfinish(connection);
}
END_TEST

/* ---- Set-up ---- */

static void
make_databases(void)
{
    PGconn *connection;

    start_cluster();
    cluster_create_database(&cluster, roles_first);
    cluster_create_database(&cluster, roles_last);
    cluster_create_database(&cluster, both);
    /* Roles belong to all databases: the migrations find none only where they come before all others. */
    must_migrate(roles_last, "postgres");
    connection = cluster_connect(&cluster, both);
    cluster_exec_file(connection, "sql/source/edc.sql");
    cluster_exec(connection, "CREATE TABLE edc.secret (x int)");
    must_run_roles(both, "source=1", "analysis=1");
    cluster_exec(connection, "CREATE ROLE login_crfd_owner LOGIN IN ROLE crfd_owner;"
                             "CREATE ROLE login_crfd_source LOGIN IN ROLE crfd_source;"
                             "CREATE ROLE login_crfd_service LOGIN IN ROLE crfd_service;"
                             "CREATE ROLE login_crfd_review LOGIN IN ROLE crfd_review;"
                             "CREATE ROLE login_crfd_web LOGIN IN ROLE crfd_web;"
                             "CREATE ROLE login_crfd_web_review LOGIN IN ROLE crfd_web_review;"
                             "CREATE ROLE login_crfd_reader LOGIN IN ROLE crfd_reader");
    must_migrate(both, "login_crfd_owner");
    /* As `crfd migrate` does after the migrations, in the same transaction: as the owner. */
    cluster_exec(connection, "SET ROLE crfd_owner; CREATE TABLE analysis.vs (x int)");
    PQfinish(connection);

    must_run_roles(roles_first, "analysis=1", "unused=1");
    must_migrate(roles_first, "postgres");
    must_run_roles(roles_last, "analysis=1", "unused=1");
}

static TCase *
make_cases(void)
{
    TCase *cases = tcase_create("roles");

    tcase_set_timeout(cases, 120);
    tcase_add_loop_test(cases, a_role_may_do_what_it_needs_and_nothing_more, 0, LENGTH(right_cases));
    tcase_add_test(cases, roles_before_or_after_migrations_end_in_the_same_rights);
    tcase_add_test(cases, which_database_it_is_must_be_said);
    tcase_add_test(cases, a_source_of_another_name_is_granted);
    return cases;
}

int
main(void)
{
    make_databases();
    return run_and_destroy("roles", make_cases());
}
