/*
 * `crfd check`: an instance that was set up by the README's own steps has no problem; each thing that can be wrong is
 * broken, is told, and nothing else with it; and where the commands below it are run as they are printed, it is gone.
 */
#include "cluster.h"
#include "expect.h"
#include "fail.h"
#include "instance.h"
#include "text_file.h"

#include <check.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

#define INDENT    "         "
#define PROBLEM   "PROBLEM  "
#define READY     "all is ready for the night\n"
#define LINES_MAX 4096

static struct cluster cluster;
static struct instance instance;

/* ---- Commands as an administrator types them ---- */

/* By a shell in the project's folder, with psql and crfd on its PATH. */
static void
run_as(const char *role, const char *commands)
{
    char user[80], script[8192], path[1024];
    char *crfd = strdup(getenv("CRFD_PROGRAM"));
    char *root = cluster_project_path(".");
    struct process_result result;

    *strrchr(crfd, '/') = '\0';
    snprintf(user, sizeof user, "PGUSER=%s", role);
    snprintf(path, sizeof path, "PATH=%s:%s:%s", crfd, cluster.bin, getenv("PATH"));
    TEST_REQUIRE(snprintf(script, sizeof script, "set -e; cd '%s'\n%s", root, commands) < (int)sizeof script,
                 "too much to run: %s", commands);
    process_run((const char *const[]){"/bin/sh", "-c", script, NULL}, (const char *const[]){user, path, NULL},
                INSTANCE_PATIENCE_MS, &result);
    TEST_REQUIRE(result.exit_status == 0, "%s\nfails:\n%s%s", commands, result.out, result.err);
    process_result_clear(&result);
    free(root);
    free(crfd);
}

static char *
check(int exit_status)
{
    return instance_crfd(&instance, exit_status, "check", NULL);
}

static PGconn *
connect(const char *database)
{
    return strcmp(database, "source") == 0 ? instance_connect_source(&instance)
                                           : instance_connect_analysis(&instance);
}

static void
execute(const char *database, const char *sql)
{
    PGconn *connection = connect(database);

    cluster_exec(connection, sql);
    PQfinish(connection);
}

/* ---- What was said ---- */

static int
count_of(const char *said, const char *mark)
{
    int count = 0;

    for (const char *at = said; (at = strstr(at, mark)) != NULL; at++)
        count += at == said || at[-1] == '\n';
    return count;
}

/* All indented lines below problems and notes. */
static void
take_commands(const char *said, char out[LINES_MAX])
{
    bool is_wrong = false;
    size_t length = 0;

    out[0] = '\0';
    for (const char *line = said; *line != '\0';) {
        size_t size = strcspn(line, "\n") + 1;

        if (strncmp(line, INDENT, strlen(INDENT)) != 0)
            is_wrong = strncmp(line, PROBLEM, strlen(PROBLEM)) == 0 || strncmp(line, "note", 4) == 0;
        else if (is_wrong && length + size < LINES_MAX)
            length += (size_t)snprintf(out + length, LINES_MAX - length, "%.*s", (int)(size - strlen(INDENT)),
                                       line + strlen(INDENT));
        line += line[size - 1] == '\n' ? size : size - 1;
    }
}

static void
expect_ready(const char *says)
{
    char *said = check(0);

    ck_assert_msg(strstr(said, READY) != NULL && count_of(said, PROBLEM) == 0 && count_of(said, "note") == 0,
                  "%s: not as before:\n%s", says, said);
    free(said);
}

/* Runs what stands below the problems. */
static void
run_commands(const char *says, const char *said)
{
    char commands[LINES_MAX];

    take_commands(said, commands);
    ck_assert_msg(commands[0] != '\0', "%s: nothing says how to mend it:\n%s", says, said);
    run_as("postgres", commands);
}

static void
mend(const char *says, const char *said)
{
    run_commands(says, said);
    expect_ready(says);
}

/* ---- Databases and roles ---- */

static const struct {
    const char *says;
    const char *database;
    const char *broken;
    const char *problem;
    const char *command;
} faults[] = {
    {"pages may be added and changed", "source", "GRANT UPDATE, INSERT ON edc.crf_page TO crfd_source",
     "source: role crfd may INSERT, UPDATE on edc.crf_page",
     "REVOKE INSERT, UPDATE ON edc.crf_page FROM crfd_source"},
    {"all pages may be removed", "source", "GRANT TRUNCATE ON edc.crf_page TO crfd",
     "source: role crfd may TRUNCATE on edc.crf_page", "REVOKE TRUNCATE ON edc.crf_page FROM crfd"},
    {"a column may be changed", "source", "GRANT UPDATE (data) ON edc.crf_page TO crfd",
     "source: role crfd may UPDATE on edc.crf_page", "REVOKE UPDATE ON edc.crf_page FROM crfd"},
    {"everybody may remove pages", "source", "GRANT DELETE ON edc.crf_page TO PUBLIC",
     "source: role crfd may DELETE on edc.crf_page", "REVOKE DELETE ON edc.crf_page FROM PUBLIC"},
    {"other tables may be read", "source",
     "CREATE SCHEMA \"It's\"; CREATE TABLE \"It's\".\"a \"\"b\" (); CREATE VIEW edc.other AS SELECT 1;"
     "GRANT SELECT ON \"It's\".\"a \"\"b\", edc.other TO crfd_source",
     "source: role crfd may SELECT on \"It's\".\"a \"\"b\", edc.other",
     "REVOKE SELECT ON \"It'\\''s\".\"a \"\"b\", edc.other FROM crfd_source"},
    {"tables may be made in the schema", "source", "GRANT CREATE ON SCHEMA edc TO crfd_source",
     "source: role crfd may CREATE on schema edc", "REVOKE CREATE ON SCHEMA edc FROM crfd_source"},
    {"schemas may be made", "source", "GRANT CREATE ON DATABASE check_source TO crfd",
     "source: role crfd may CREATE on database check_source", "REVOKE CREATE ON DATABASE"},
    {"the pages belong to the role", "source", "ALTER TABLE edc.crf_page OWNER TO crfd",
     "source: role crfd owns table edc.crf_page", "ALTER TABLE edc.crf_page OWNER TO postgres"},
    {"the schema of the pages belongs to the role", "source", "ALTER SCHEMA edc OWNER TO crfd",
     "source: role crfd owns schema edc", "ALTER SCHEMA edc OWNER TO postgres"},
    {"the role may become the owner of the pages", "source",
     "CREATE ROLE edc_admin; ALTER TABLE edc.crf_page OWNER TO edc_admin; GRANT edc_admin TO crfd",
     "source: role crfd owns table edc.crf_page, being a member of edc_admin", "REVOKE edc_admin FROM crfd"},
    {"the pages may not be read", "source", "REVOKE SELECT ON edc.crf_page FROM crfd_source, crfd",
     "permission denied for table crf_page", "psql -X -h"},
    {"the schema of the pages may not be used", "source", "REVOKE USAGE ON SCHEMA edc FROM crfd_source, crfd",
     "permission denied for schema edc", "-f sql/roles.sql"},
    {"policies hide pages", "source",
     "ALTER TABLE edc.crf_page ENABLE ROW LEVEL SECURITY;"
     "CREATE POLICY one ON edc.crf_page USING (center_id = '1')",
     "source: row security of edc.crf_page may hide pages from role crfd", "ALTER ROLE crfd BYPASSRLS"},
    {"the role is a superuser", "analysis", "ALTER ROLE crfd SUPERUSER CREATEDB",
     "analysis: role crfd has SUPERUSER, CREATEDB, which no night needs",
     "ALTER ROLE crfd NOSUPERUSER NOCREATEDB"},
    {"the role writes everywhere", "analysis", "GRANT pg_write_all_data TO crfd_service",
     "analysis: role crfd is a member of pg_write_all_data, which no",
     "REVOKE pg_write_all_data FROM crfd_service"},
    {"the role reads everywhere", "source", "GRANT pg_read_all_data TO crfd",
     "role crfd is a member of pg_read_all_data", "REVOKE pg_read_all_data FROM crfd"},
    {"the role may become a superuser", "analysis", "CREATE ROLE boss SUPERUSER; GRANT boss TO crfd",
     "analysis: role crfd is a member of boss, which has SUPERUSER", "REVOKE boss FROM crfd"},
    {"the role has too few sessions", "analysis", "ALTER ROLE crfd CONNECTION LIMIT 5",
     "analysis: 2 workers need 6 sessions, and the limit of the role leaves 5",
     "ALTER ROLE crfd CONNECTION LIMIT -1"},
    {"the source has too few sessions", "source", "ALTER DATABASE check_source CONNECTION LIMIT 2",
     "source: 2 workers need 3 sessions, and the limit of the database leaves 2",
     "ALTER DATABASE check_source"},
    {"a form table may not be emptied", "analysis", "REVOKE DELETE, UPDATE ON analysis.vs FROM crfd_service",
     "analysis: role crfd lacks DELETE, UPDATE on analysis.vs", "-v analysis=1 -f sql/roles.sql"},
    {"findings get no number", "analysis",
     "REVOKE ALL ON SEQUENCE analysis.finding_finding_id_seq FROM crfd_service",
     "analysis: role crfd lacks USAGE on sequence analysis.finding_finding_id_seq", "-f sql/roles.sql"},
    {"rows cannot be staged", "analysis",
     "REVOKE TEMPORARY ON DATABASE check_analysis FROM PUBLIC, crfd_service",
     "analysis: role crfd lacks TEMPORARY on database check_analysis", "-f sql/roles.sql"},
    {"the tables of the trial cannot be reached", "analysis",
     "REVOKE USAGE ON SCHEMA analysis FROM crfd_service",
     "analysis: role crfd lacks USAGE on schema analysis", "-f sql/roles.sql"},
    {"no run can be opened", "analysis", "REVOKE INSERT ON crfd.run, crfd.run_center FROM crfd_service",
     "analysis: role crfd lacks INSERT on crfd.run, crfd.run_center", "-f sql/roles.sql"},
    {"the audit trail may be changed", "analysis",
     "GRANT UPDATE, DELETE, TRUNCATE ON analysis.cleaning, analysis.finding_event TO crfd_service",
     "analysis: role crfd may DELETE, TRUNCATE, UPDATE on analysis.cleaning, analysis.finding_event",
     "REVOKE DELETE, TRUNCATE, UPDATE ON analysis.cleaning, analysis.finding_event FROM crfd_service"},
    {"a column of the audit trail may be changed", "analysis",
     "GRANT UPDATE (raw) ON analysis.cleaning TO crfd", "analysis: role crfd may UPDATE on analysis.cleaning",
     "REVOKE UPDATE ON analysis.cleaning FROM crfd"},
    {"the audit trail may say who it is by", "analysis",
     "GRANT INSERT ON analysis.finding_event TO crfd_service",
     "analysis: role crfd may INSERT on analysis.finding_event", "-f sql/roles.sql"},
    {"a column of the audit trail may say who it is by", "analysis",
     "GRANT INSERT (actor) ON analysis.finding_event TO crfd",
     "analysis: role crfd may INSERT on analysis.finding_event",
     "REVOKE INSERT ON analysis.finding_event FROM crfd"},
    {"the audit trail cannot be added to", "analysis",
     "REVOKE INSERT ON analysis.finding_event FROM crfd_service",
     "analysis: role crfd lacks INSERT on analysis.finding_event", "-f sql/roles.sql"},
    {"runs may be removed", "analysis", "GRANT DELETE ON crfd.run TO crfd",
     "analysis: role crfd may DELETE on crfd.run", "REVOKE DELETE ON crfd.run FROM crfd"},
    {"definitions that ran may be rewritten", "analysis", "GRANT UPDATE ON crfd.study TO crfd_service",
     "analysis: role crfd may UPDATE on crfd.study", "REVOKE UPDATE ON crfd.study"},
    {"the role owns the tables", "analysis", "ALTER TABLE analysis.vs OWNER TO crfd",
     "analysis: role crfd owns analysis.vs", "-f sql/roles.sql"},
    {"the role owns the database", "analysis", "ALTER DATABASE check_analysis OWNER TO crfd",
     "analysis: role crfd owns database check_analysis", "ALTER DATABASE check_analysis OWNER TO postgres"},
    {"the role may become the owner", "analysis", "GRANT crfd_owner TO crfd", "being a member of crfd_owner",
     "REVOKE crfd_owner FROM crfd"},
    {"a migration is not applied", "analysis",
     "DELETE FROM crfd.migration WHERE name = '0016_review';"
     "ALTER TABLE analysis.finding_event DROP via;"
     "DROP FUNCTION crfd.review, crfd.review_as, crfd.review_apply",
     "lacks 0016_review", "crfd migrate --config"},
    {"a crash would empty a form table", "analysis", "ALTER TABLE analysis.vs SET UNLOGGED",
     "analysis: table analysis.vs is unlogged", "ALTER TABLE analysis.vs SET LOGGED"},
    {"a form has no table", "analysis", "DROP TABLE analysis.vs",
     "analysis: the form tables do not fit the study yet", "# create analysis.vs"},
};

/* That the one before was mended shows in that there is one problem now, and no more. */
START_TEST(what_is_broken_is_told_and_its_commands_mend_it)
{
    const char *says = faults[_i].says;
    char *said;

    execute(faults[_i].database, faults[_i].broken);
    said = check(1);
    ck_assert_msg(count_of(said, PROBLEM) == 1, "%s: not one problem:\n%s", says, said);
    ck_assert_msg(strstr(said, faults[_i].problem) != NULL, "%s: no \"%s\" in:\n%s", says, faults[_i].problem,
                  said);
    ck_assert_msg(strstr(said, faults[_i].command) != NULL, "%s: no \"%s\" in:\n%s", says, faults[_i].command,
                  said);
    run_commands(says, said);
    free(said);
}
END_TEST

START_TEST(the_last_one_was_mended_too)
{
    expect_ready(faults[COUNT(faults) - 1].says);
}
END_TEST

/* The role is no member of what sql/roles.sql grants to, or does not inherit it. */
static const struct {
    const char *says;
    const char *broken;
    const char *commands[2]; /* of servers before 16, and of later ones */
} memberships[] = {
    {"no member of the source's", "REVOKE crfd_source FROM crfd", {"'GRANT crfd_source TO crfd'"}},
    {"no member of the service's", "REVOKE crfd_service FROM crfd", {"'GRANT crfd_service TO crfd'"}},
    {"a member that does not inherit",
     "ALTER ROLE crfd NOINHERIT; REVOKE crfd_source, crfd_service FROM crfd; GRANT crfd_source, crfd_service "
     "TO crfd",
     {"'ALTER ROLE crfd INHERIT'", "'GRANT crfd_service TO crfd WITH INHERIT TRUE'"}},
};

START_TEST(a_role_without_the_rights_of_the_service_is_told_how_to_get_them)
{
    PGconn *connection = connect("analysis");
    const char *const *commands = memberships[_i].commands;
    char *said;

    cluster_exec(connection, memberships[_i].broken);
    said = check(1);
    if (strstr(memberships[_i].broken, "crfd_source") != NULL)
        expect_in(said, "permission denied for schema edc");
    if (strstr(memberships[_i].broken, "crfd_service") != NULL)
        expect_in(said, "lacks USAGE on schema analysis, crfd");
    expect_in(said, commands[commands[1] != NULL && PQserverVersion(connection) >= 160000]);
    mend(memberships[_i].says, said);
    PQfinish(connection);
    free(said);
}
END_TEST

/* ---- One database ---- */

static void
expect_mended(const char *said, const char *problem)
{
    ck_assert_msg(count_of(said, PROBLEM) == 1, "not one problem:\n%s", said);
    expect_in(said, problem);
    run_commands(problem, said);
}

START_TEST(a_role_that_reads_the_source_and_writes_the_findings_is_told)
{
    struct instance before = instance;
    char *said;

    execute("analysis",
            "CREATE SCHEMA edc; CREATE TABLE edc.crf_page (center_id text COLLATE \"C\","
            " subject_id text COLLATE \"C\", event text COLLATE \"C\", event_repeat int,"
            " form text COLLATE \"C\", form_repeat int, data json, submitted_at timestamptz,"
            " PRIMARY KEY (center_id, subject_id, event, event_repeat, form, form_repeat));"
            "GRANT USAGE ON SCHEMA edc TO crfd_source; GRANT SELECT ON edc.crf_page TO crfd_source");
    snprintf(instance.source_conninfo, sizeof instance.source_conninfo, "%s", instance.analysis_conninfo);
    instance_write_config(&instance);
    said = check(1);
    expect_mended(said, "role crfd both reads it and writes the findings");
    free(said);
    snprintf(instance.source_conninfo, sizeof instance.source_conninfo,
             "host=%s dbname=check_analysis user=crfd_reads", cluster.folder);
    instance_write_config(&instance);
    expect_ready("a role of its own");
    execute("analysis", "GRANT crfd_service TO crfd_reads");
    said = check(1);
    expect_mended(said, "source: role crfd_reads is a member of crfd_service");
    free(said);
    execute("analysis", "GRANT DELETE ON analysis.finding TO crfd_reads");
    said = check(1);
    expect_mended(said, "source: role crfd_reads may DELETE on analysis.finding");
    free(said);
    expect_ready("a role of its own again");
    execute("analysis", "DROP SCHEMA edc CASCADE");
    instance = before;
    instance_write_config(&instance);
}
END_TEST

/* ---- Other sources ---- */

START_TEST(a_source_without_an_index_in_key_order_is_noted)
{
    char *said;

    execute("source", "ALTER TABLE edc.crf_page DROP CONSTRAINT crf_page_pkey;"
                      "CREATE INDEX ON edc.crf_page (center_id, event, subject_id)");
    said = check(0);
    expect_in(said, "note     source: \"edc\".\"crf_page\" can be read, but no index gives its order");
    expect_in(said, "see the notes\n");
    run_commands("all of them", said);
    expect_ready("an index");
    free(said);
}
END_TEST

START_TEST(a_materialized_view_that_was_never_filled_is_told)
{
    struct instance before = instance;
    char *said;

    execute("source", "CREATE MATERIALIZED VIEW edc.\"All Pages\" AS SELECT * FROM edc.crf_page WITH NO DATA;"
                      "CREATE INDEX ON edc.\"All Pages\" (center_id, subject_id, event, event_repeat, form,"
                      " form_repeat); REVOKE ALL ON edc.crf_page FROM crfd_source, crfd;"
                      "GRANT SELECT ON edc.\"All Pages\" TO crfd_source");
    instance.relation = "\\\"edc\\\".\\\"All Pages\\\"";
    instance_write_config(&instance);
    said = check(1);
    expect_in(said, "has not been populated");
    mend("a view that is filled", said);
    instance = before;
    instance_write_config(&instance);
    execute("source",
            "GRANT SELECT ON edc.crf_page TO crfd_source; DROP MATERIALIZED VIEW edc.\"All Pages\"");
    free(said);
}
END_TEST

/* The session's role reads a view; what stands behind is read by the view's owner, or by itself. */
static const struct {
    const char *says;
    const char *options;
    const char *problem;
    const char *command;
} hidden[] = {
    {"a policy for the owner of a view", "",
     "source: row security of edc.pages may hide pages from role edc_owner",
     "ALTER ROLE edc_owner BYPASSRLS"},
    {"a policy for who reads a view of the invoker", "WITH (security_invoker = true)",
     "source: role crfd may not read edc.pages, which stands behind a view",
     "GRANT SELECT ON edc.pages TO crfd"},
};

START_TEST(what_hides_pages_behind_views_is_told)
{
    PGconn *connection = connect("source");
    struct instance before = instance;
    char *said;

    cluster_execf(
        connection,
        "CREATE ROLE edc_owner; GRANT USAGE ON SCHEMA edc TO edc_owner;"
        "CREATE TABLE edc.pages AS TABLE edc.crf_page;"
        "ALTER TABLE edc.pages ALTER center_id TYPE text COLLATE \"C\"; GRANT SELECT ON edc.pages TO "
        "edc_owner;"
        "ALTER TABLE edc.pages ENABLE ROW LEVEL SECURITY; CREATE POLICY one ON edc.pages USING (true);"
        "CREATE VIEW edc.inner_pages %s AS SELECT * FROM edc.pages;"
        "CREATE VIEW edc.outer_pages AS SELECT * FROM edc.inner_pages;"
        "ALTER VIEW edc.inner_pages OWNER TO edc_owner; ALTER VIEW edc.outer_pages OWNER TO edc_owner;"
        "GRANT SELECT ON edc.outer_pages TO crfd_source",
        hidden[_i].options);
    instance.relation = "edc.outer_pages";
    instance_write_config(&instance);
    said = check(1);
    expect_in(said, hidden[_i].problem);
    expect_in(said, hidden[_i].command);
    run_commands(hidden[_i].says, said);
    free(said);
    said = check(0);
    free(said);
    instance = before;
    instance_write_config(&instance);
    cluster_exec(connection, "DROP VIEW edc.outer_pages, edc.inner_pages; DROP TABLE edc.pages;"
                             "DROP OWNED BY edc_owner; DROP ROLE edc_owner");
    PQfinish(connection);
}
END_TEST

START_TEST(a_view_with_an_unusual_name_is_a_source_as_well)
{
    struct instance before = instance;
    char *said;

    execute("source", "CREATE SCHEMA \"My EDC\";"
                      "CREATE VIEW \"My EDC\".\"the \"\"pages\"\"\" AS SELECT * FROM edc.crf_page;"
                      "REVOKE ALL ON edc.crf_page FROM crfd_source, crfd");
    instance.relation = "\\\"My EDC\\\".\\\"the \\\"\\\"pages\\\"\\\"\\\"";
    instance_write_config(&instance);
    said = check(1);
    expect_in(said, "permission denied for schema My EDC");
    expect_in(said, "-v source_schema='My EDC' -v source_table='the \"pages\"' -f sql/roles.sql");
    mend("a view", said);
    instance = before;
    instance_write_config(&instance);
    execute("source", "GRANT SELECT ON edc.crf_page TO crfd_source; DROP SCHEMA \"My EDC\" CASCADE");
    free(said);
}
END_TEST

/* ---- Servers ---- */

START_TEST(a_server_that_may_lose_what_was_committed_is_told)
{
    PGconn *connection = connect("analysis");
    char *said;

    cluster_exec(connection, "ALTER SYSTEM SET fsync = off");
    cluster_exec(connection, "ALTER SYSTEM SET full_page_writes = off");
    cluster_exec(connection, "SELECT pg_reload_conf()");
    instance_wait_until(connection, "fsync is off", "SELECT current_setting('fsync') = 'off'");
    said = check(1);
    ck_assert_int_eq(count_of(said, PROBLEM), 2);
    expect_in(said, "analysis: fsync is off");
    expect_in(said, "analysis: full_page_writes is off");
    run_commands("all of them", said);
    instance_wait_until(
        connection, "fsync is on",
        "SELECT current_setting('fsync') = 'on' AND current_setting('full_page_writes') = 'on'");
    expect_ready("a durable server");
    free(said);
    PQfinish(connection);
}
END_TEST

/*
 * The planner writes a function in SQL into the query, also one that has taken the place of the server's own: so a
 * database has another clock, and knows fewer time zones.
 */
#define REPLACE    "CREATE OR REPLACE FUNCTION pg_catalog."
#define CLOCK      REPLACE "clock_timestamp() RETURNS timestamptz VOLATILE STRICT PARALLEL SAFE LANGUAGE "
#define SET_CONFIG REPLACE "set_config(text, text, boolean) RETURNS text VOLATILE PARALLEL UNSAFE LANGUAGE "

/* What the question takes on a busy machine counts as no difference. */
static void
expect_seconds(const char *said, const char *before, int least, int most)
{
    const char *at = strstr(said, before);
    int seconds = 0;

    ck_assert_msg(at != NULL && sscanf(at + strlen(before), " %d s ", &seconds) == 1 && seconds >= least &&
                      seconds <= most,
                  "%s: %d s, not between %d and %d:\n%s", before, seconds, least, most, said);
}

START_TEST(a_clock_that_differs_is_told)
{
    char *said;

    execute("source", CLOCK "sql AS 'SELECT now() + interval ''1 h'''");
    execute("analysis", CLOCK "sql AS 'SELECT now() - interval ''90 s'''");
    said = check(1);
    ck_assert_int_eq(count_of(said, PROBLEM), 2);
    expect_seconds(said, "source: the server's clock is", 3540, 3600);
    expect_in(said, " s ahead of this machine's");
    expect_seconds(said, "analysis: the server's clock is", 30, 90);
    expect_in(said, " s behind this machine's");
    expect_in(said, INDENT "chronyc tracking\n");
    execute("source", CLOCK "internal AS 'clock_timestamp'");
    execute("analysis", CLOCK "sql AS 'SELECT now() - interval ''3 s'''");
    expect_ready("three seconds");
    execute("analysis", CLOCK "internal AS 'clock_timestamp'");
    free(said);
}
END_TEST

START_TEST(a_time_zone_that_a_server_does_not_know_hides_nothing_else)
{
    char *said;

    execute("source",
            "GRANT INSERT ON edc.crf_page TO crfd;" SET_CONFIG
            "sql AS 'SELECT CASE WHEN $2 = ''Europe/Paris'' THEN timezone(''None'', now())::text END'");
    said = check(1);
    execute("source", SET_CONFIG "internal AS 'set_config_by_name'; REVOKE INSERT ON edc.crf_page FROM crfd");
    ck_assert_int_eq(count_of(said, PROBLEM), 2);
    expect_in(said, "the source database knows no time zone \"Europe/Paris\"");
    expect_in(said, "may INSERT on edc.crf_page");
    expect_ready("the time zone");
    free(said);
}
END_TEST

START_TEST(a_server_that_is_away_hides_nothing_of_the_other)
{
    struct instance before = instance;
    char *said;

    snprintf(instance.source_conninfo, sizeof instance.source_conninfo, "host=%s/none dbname=x",
             cluster.folder);
    instance_write_config(&instance);
    said = check(1);
    instance = before;
    instance_write_config(&instance);
    ck_assert_int_eq(count_of(said, PROBLEM), 1);
    expect_in(said, "PROBLEM  connecting to the source database:");
    expect_in(said, "does \"conninfo\" of \"source\", or the service file it names, lead to that machine?\n");
    expect_in(said, "ok       analysis: role crfd has the rights that a night needs, and no more\n");
    free(said);
}
END_TEST

START_TEST(more_workers_than_sessions_are_told)
{
    struct instance before = instance;
    char *said;

    instance.workers = 40;
    instance_write_config(&instance);
    said = check(1);
    instance = before;
    instance_write_config(&instance);
    ck_assert_int_eq(count_of(said, PROBLEM), 1);
    expect_in(said, "analysis: 40 workers need 82 sessions, and the limit of the server leaves 5");
    expect_in(said, "# lower \"workers\"");
    free(said);
}
END_TEST

START_TEST(encodings_that_lose_characters_are_told)
{
    struct instance before = instance;
    PGconn *utf8;
    char *said;

    execute("source", "CREATE DATABASE ascii ENCODING SQL_ASCII LOCALE 'C' TEMPLATE template0");
    execute("source", "CREATE DATABASE latin1 ENCODING LATIN1 LOCALE 'C' TEMPLATE template0");
    snprintf(instance.source_conninfo, sizeof instance.source_conninfo, "host=%s dbname=ascii",
             cluster.folder);
    snprintf(instance.analysis_conninfo, sizeof instance.analysis_conninfo, "host=%s dbname=latin1",
             cluster.folder);
    instance_write_config(&instance);
    said = check(1);
    expect_in(said, "source: the encoding of the database is SQL_ASCII");
    expect_in(said, "analysis: the encoding of the database is LATIN1");
    expect_in(said,
              "'CREATE DATABASE analysis_utf8 ENCODING UTF8 LOCALE '\\''C.UTF-8'\\'' TEMPLATE template0'");
    run_commands("encodings", said);
    utf8 = connect("source");
    expect_int(utf8, 2, "databases in UTF8",
               "SELECT count(*) FROM pg_database WHERE datname IN ('edc_utf8', 'analysis_utf8')"
               " AND pg_encoding_to_char(encoding) = 'UTF8'");
    PQfinish(utf8);
    free(said);
    /* The server converts what it knows the encoding of. */
    snprintf(instance.source_conninfo, sizeof instance.source_conninfo, "host=%s dbname=latin1",
             cluster.folder);
    instance_write_config(&instance);
    said = check(1);
    ck_assert_ptr_null(strstr(said, "source: the encoding"));
    free(said);
    instance = before;
    instance_write_config(&instance);
}
END_TEST

/* ---- Files ---- */

static const struct {
    const char *says;
    const char *broken; /* in the instance's folder */
    const char *passfile;
    const char *status_file;
    const char *problem;
    const char *mended; /* NULL: by the commands that are told */
} files[] = {
    {"a password file that others may read", "echo '*:*:*:*:hunter2' >'my pass'; chmod 0640 'my pass'",
     "my pass", NULL, "my pass is open to others, and is not used", NULL},
    {"a password file that is not there", "rm -f none", "none", NULL,
     "none: No such file or directory: correct passfile", "install -m 0600 /dev/null none"},
    {"a folder for a password file", "mkdir folder", "folder", NULL, "folder is no file",
     "rmdir folder; install -m 0600 /dev/null folder"},
    {"a service file with a password",
     "printf '[s]\\nuser=crfd\\npassword=hunter2\\n' >$PGSERVICEFILE; chmod 0644 $PGSERVICEFILE", NULL, NULL,
     "holds a password and is open to every user", NULL},
    {"a configuration that everybody may change", "chmod 0666 crfd.json", NULL, NULL,
     "crfd.json can be changed by every user", NULL},
    {"a study that everybody may change", "chmod 0666 study.json", NULL, NULL,
     "study.json can be changed by every user", NULL},
    {"a folder for a status file", "mkdir is_folder", NULL, "is_folder", "is_folder is a folder",
     "rmdir is_folder"},
};

static void
run_in_folder(const char *commands)
{
    char script[1024];

    snprintf(script, sizeof script, "cd '%s'; export PGSERVICEFILE=$PWD/services; %s", instance.folder,
             commands);
    run_as("postgres", script);
}

static void add_to_conninfo(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void
add_to_conninfo(const char *format, ...)
{
    size_t length = strlen(instance.source_conninfo);
    va_list args;

    instance.source_conninfo[length++] = ' ';
    va_start(args, format);
    vsnprintf(instance.source_conninfo + length, sizeof instance.source_conninfo - length, format, args);
    va_end(args);
}

START_TEST(files_that_are_wrong_are_told)
{
    struct instance before = instance;
    char services[256];
    char *said;

    snprintf(services, sizeof services, "%s/services", instance.folder);
    setenv("PGSERVICEFILE", services, 1);
    if (files[_i].passfile != NULL)
        add_to_conninfo("passfile='%s/%s'", instance.folder, files[_i].passfile);
    if (strstr(files[_i].broken, "PGSERVICEFILE") != NULL)
        add_to_conninfo("service=s");
    if (files[_i].status_file != NULL)
        instance.status_file = files[_i].status_file;
    instance_write_config(&instance);
    run_in_folder(files[_i].broken);
    said = check(1);
    ck_assert_msg(count_of(said, PROBLEM) == 1, "%s: not one problem:\n%s", files[_i].says, said);
    ck_assert_msg(strstr(said, files[_i].problem) != NULL, "%s: no \"%s\" in:\n%s", files[_i].says,
                  files[_i].problem, said);
    ck_assert_msg(strstr(said, "hunter2") == NULL, "%s: a password is told:\n%s", files[_i].says, said);
    if (files[_i].mended == NULL) {
        mend(files[_i].says, said);
    } else {
        run_in_folder(files[_i].mended);
        expect_ready(files[_i].says);
    }
    free(said);
    instance = before;
    instance_write_config(&instance);
}
END_TEST

/* Both files are replaced beside where they are, and both folders are needed. */
START_TEST(places_of_status_and_metrics_that_are_not_there_are_told)
{
    struct instance before = instance;
    char *said;

    instance.status_file = "status/status.json";
    instance_write_config(&instance);
    said = check(1);
    ck_assert_int_eq(count_of(said, PROBLEM), 1);
    expect_in(said, "PROBLEM  status file ");
    expect_in(said, "/status  # and let it belong to the user of the service\n");
    expect_in(said, "ok       metrics file ");
    mend("a status file", said);
    free(said);
    instance = before;
    instance_write_config(&instance);
}
END_TEST

/* ---- The whole ---- */

START_TEST(many_problems_are_told_at_once)
{
    char *said;

    execute("source",
            "GRANT DELETE ON edc.crf_page TO crfd; REVOKE USAGE ON SCHEMA edc FROM crfd_source, crfd");
    execute("analysis", "ALTER ROLE crfd CREATEROLE; REVOKE SELECT ON crfd.run FROM crfd_service;"
                        "GRANT UPDATE ON analysis.cleaning TO crfd");
    instance_write_study(&instance, "{}");
    said = check(78);
    expect_in(said, "PROBLEM  study ");
    expect_in(said, "permission denied for schema edc");
    expect_in(said, "may DELETE on edc.crf_page");
    expect_in(said, "has CREATEROLE");
    expect_in(said, "lacks SELECT on crfd.run");
    expect_in(said, "may UPDATE on analysis.cleaning");
    expect_in(said, "6 problems: below each stands what mends it; psql as a superuser of the server\n");
    run_commands("all of them", said);
    instance_copy_study(&instance, "tests/data/night.json");
    expect_ready("all of them");
    free(said);
}
END_TEST

START_TEST(a_superuser_is_told_to_use_a_role_of_its_own)
{
    char *said;

    setenv("PGUSER", "postgres", 1);
    said = check(1);
    ck_assert_int_eq(count_of(said, PROBLEM), 1);
    expect_in(said, "connect as a role of its own (user=crfd in \"conninfo\")");
    expect_in(said, "'CREATE ROLE crfd LOGIN IN ROLE crfd_source, crfd_service'");
    ck_assert_ptr_null(strstr(said, "and no more"));
    ck_assert_ptr_null(strstr(said, "no right but"));
    free(said);
}
END_TEST

START_TEST(who_wants_quiet_hears_of_problems_only)
{
    char *said = instance_crfd(&instance, 0, "check", "--quiet", NULL);

    ck_assert_str_eq(said, "");
    free(said);
    execute("source", "GRANT DELETE ON edc.crf_page TO crfd");
    said = instance_crfd(&instance, 1, "check", "--quiet", NULL);
    execute("source", "REVOKE DELETE ON edc.crf_page FROM crfd");
    ck_assert_msg(strncmp(said, PROBLEM, strlen(PROBLEM)) == 0, "%s", said);
    free(said);
}
END_TEST

START_TEST(another_study_is_looked_over)
{
    char path[256];
    char *text = text_file_read("tests/data/night.json");
    char *version = strstr(text, "\"version\": \"1\"");
    char *said;

    TEST_REQUIRE(version != NULL, "the study has another version");
    version[strlen("\"version\": \"")] = '7';
    snprintf(path, sizeof path, "%s/other.json", instance.folder);
    text_file_write(path, text);
    said = instance_crfd(&instance, 0, "check", "--study", path, NULL);
    expect_in(said, " version 7: ");
    free(said);
    free(text);
}
END_TEST

/* ---- Schedule ---- */

/* PostgreSQL knows the time zones, too: what is told in local time and in UTC is one instant. */
static int
expect_instants(const char *said, PGconn *oracle)
{
    int count = 0;

    for (const char *at = said; (at = strstr(at, " begins ")) != NULL; at++) {
        char local[17] = "", offset[7] = "", utc[17] = "", sql[256];

        ck_assert_int_eq(sscanf(at, " begins %16c %6c = %16c UTC", local, offset, utc), 3);
        snprintf(sql, sizeof sql,
                 "SELECT '%s UTC'::timestamptz = '%s %s'::timestamptz"
                 " AND to_char('%s UTC'::timestamptz, 'YYYY-MM-DD HH24:MI') = '%s'",
                 utc, local, offset, utc, local);
        expect_text(oracle, "t", at, sql);
        count++;
    }
    return count;
}

START_TEST(the_next_nights_are_told_in_local_time_and_in_utc)
{
    PGconn *oracle = connect("analysis");
    char *said = check(0);
    char *tonight;

    cluster_exec(oracle, "SET TimeZone = 'Europe/Paris'");
    ck_assert_int_eq(expect_instants(said, oracle), 5 + 3);
    tonight = cluster_text(
        oracle, "SELECT format('Europe/Paris; the next nights of `crfd daemon`:%snight %s begins ',"
                " E'\\n         ', (now() + CASE WHEN now()::time < '02:30' THEN '0 d' ELSE '1 d' END"
                " ::interval)::date)");
    expect_in(said, tonight);
    free(tonight);
    PQfinish(oracle);
    free(said);
}
END_TEST

/* ---- A standby: the last test, because it makes one of the cluster ---- */

START_TEST(a_standby_can_be_read_and_not_written)
{
    PGconn *connection = connect("analysis");
    char path[256];
    char *said;

    snprintf(path, sizeof path, "%s/data/standby.signal", cluster.folder);
    text_file_write(path, "");
    /* So that the standby has nothing to replay: it lets readers in before it has replayed all. */
    cluster_exec(connection, "CHECKPOINT");
    PQfinish(connection);
    cluster_stop_immediate(&cluster);
    cluster_start_again(&cluster);
    said = check(1);
    ck_assert_msg(count_of(said, PROBLEM) == 1, "%s", said);
    expect_in(said, "in database check_source, a standby\n");
    expect_in(said, "PROBLEM  analysis: the server is a standby and can only be read");
    mend("a standby", said);
    free(said);
}
END_TEST

/* ---- Set-up, by the README ---- */

static void
write_conninfo(char out[CLUSTER_CONNINFO_MAX], const char *database)
{
    snprintf(out, CLUSTER_CONNINFO_MAX, "host=%s dbname=check_%s", cluster.folder, database);
}

static void
make_durable(void)
{
    PGconn *connection = cluster_connect(&cluster, "postgres");

    cluster_exec(connection, "ALTER SYSTEM SET fsync = on");
    cluster_exec(connection, "ALTER SYSTEM SET full_page_writes = on");
    /* Waiting for the disk is no part of the test. */
    cluster_exec(connection, "ALTER SYSTEM SET synchronous_commit = off");
    cluster_exec(connection, "SELECT pg_reload_conf()");
    instance_wait_until(connection, "fsync is on", "SELECT current_setting('fsync') = 'on'");
    PQfinish(connection);
}

static void
make_roles(void)
{
    char commands[1024];

    snprintf(commands, sizeof commands,
             "export PGHOST=%s\n"
             "psql -X -q -d check_source   -v source=1   -f sql/roles.sql\n"
             "psql -X -q -d check_analysis -v analysis=1 -f sql/roles.sql\n"
             "psql -X -q -d postgres -c 'CREATE ROLE crfd LOGIN IN ROLE crfd_source, crfd_service'\n"
             "psql -X -q -d postgres -c 'CREATE ROLE wang LOGIN IN ROLE crfd_owner'\n",
             cluster.folder);
    run_as("postgres", commands);
}

/* Before `crfd migrate`, that is what is wrong, and all. */
static void
prepare(void)
{
    char commands[LINES_MAX];
    char *said;

    cluster_start(&cluster);
    instance_create(&instance, &cluster, "check");
    instance_copy_study(&instance, "tests/data/night.json");
    write_conninfo(instance.source_conninfo, "source");
    write_conninfo(instance.analysis_conninfo, "analysis");
    snprintf(instance.timezone, sizeof instance.timezone, "Europe/Paris");
    instance.cron = "30 2 * * *";
    instance_write_config(&instance);
    make_durable();
    make_roles();
    setenv("PGUSER", "crfd", 1);
    setenv("HOME", instance.folder, 1);
    said = check(1);
    TEST_REQUIRE(count_of(said, PROBLEM) == 1 &&
                     strstr(said, "the analysis database has no schema of crfd yet"),
                 "%s", said);
    take_commands(said, commands);
    run_as("wang", commands);
    free(said);
}

START_TEST(an_instance_set_up_by_the_readme_is_ready)
{
    expect_ready("a new instance");
}
END_TEST

/* ---- What is refused before a session is there ---- */

static const struct {
    const char *conninfo;
    const char *shows;
} refusals[] = {
    {"requirepeer=nobody", "correct it, or find out who has taken its socket"},
    {"channel_binding=require", "channel_binding=require needs TLS and scram-sha-256"},
};

/* Where the server is is not what is wrong. */
START_TEST(what_libpq_refuses_is_told_with_what_to_do)
{
    struct instance before = instance;
    char *said;

    add_to_conninfo("%s", refusals[_i].conninfo);
    instance_write_config(&instance);
    said = check(1);
    expect_in(said, refusals[_i].shows);
    ck_assert_msg(strstr(said, "is the server running") == NULL, "%s", said);
    free(said);
    instance = before;
    instance_write_config(&instance);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("check");
    TCase *loops = tcase_create("one by one");
    TCase *cases = tcase_create("check");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_set_timeout(loops, 120);
    tcase_add_loop_test(loops, what_is_broken_is_told_and_its_commands_mend_it, 0, COUNT(faults));
    tcase_add_test(loops, the_last_one_was_mended_too);
    tcase_add_loop_test(loops, a_role_without_the_rights_of_the_service_is_told_how_to_get_them, 0,
                        COUNT(memberships));
    suite_add_tcase(suite, loops);
    tcase_set_timeout(cases, 120);
    tcase_set_tags(cases, "short");
    tcase_add_test(cases, an_instance_set_up_by_the_readme_is_ready);
    tcase_add_test(cases, a_role_that_reads_the_source_and_writes_the_findings_is_told);
    tcase_add_test(cases, a_source_without_an_index_in_key_order_is_noted);
    tcase_add_test(cases, a_materialized_view_that_was_never_filled_is_told);
    tcase_add_loop_test(cases, what_hides_pages_behind_views_is_told, 0, COUNT(hidden));
    tcase_add_test(cases, a_view_with_an_unusual_name_is_a_source_as_well);
    tcase_add_test(cases, a_server_that_may_lose_what_was_committed_is_told);
    tcase_add_test(cases, a_clock_that_differs_is_told);
    tcase_add_test(cases, a_time_zone_that_a_server_does_not_know_hides_nothing_else);
    tcase_add_test(cases, a_server_that_is_away_hides_nothing_of_the_other);
    tcase_add_test(cases, more_workers_than_sessions_are_told);
    tcase_add_test(cases, encodings_that_lose_characters_are_told);
    tcase_add_loop_test(cases, files_that_are_wrong_are_told, 0, COUNT(files));
    tcase_add_test(cases, places_of_status_and_metrics_that_are_not_there_are_told);
    tcase_add_test(cases, many_problems_are_told_at_once);
    tcase_add_test(cases, a_superuser_is_told_to_use_a_role_of_its_own);
    tcase_add_test(cases, who_wants_quiet_hears_of_problems_only);
    tcase_add_test(cases, another_study_is_looked_over);
    tcase_add_test(cases, the_next_nights_are_told_in_local_time_and_in_utc);
    tcase_add_test(cases, a_standby_can_be_read_and_not_written);
    tcase_add_loop_test(cases, what_libpq_refuses_is_told_with_what_to_do, 0, COUNT(refusals));
    suite_add_tcase(suite, cases);
    prepare();
    srunner_run_all(runner, CK_ENV);
    cluster_destroy(&cluster);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
