/*
 * `crfd verify` sees every kind of difference, and none where there is none; `crfd explain` prints what it asks;
 * `crfd check --against` tells what another definition would do. None of them writes anything.
 */
#include "cluster.h"
#include "expect.h"
#include "fail.h"
#include "instance.h"
#include "process.h"
#include "signature.h"
#include "text_file.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATIENCE_MS 60000

static struct cluster cluster;
static struct instance instance;
static PGconn *analysis;
/* What the night said on its way. */
static char *night_said;

static void
run_roles(void)
{
    char conninfo[CLUSTER_CONNINFO_MAX];
    char *path = cluster_project_path("sql/roles.sql");
    struct process_result result;

    cluster_conninfo(&cluster, "verify_analysis", conninfo);
    process_run(
        (const char *const[]){cluster.psql, "-X", "-q", "-d", conninfo, "-v", "analysis=1", "-f", path, NULL},
        NULL, PATIENCE_MS, &result);
    TEST_REQUIRE(result.exit_status == 0, "sql/roles.sql: %s", result.err);
    process_result_clear(&result);
    free(path);
}

static void
prepare(void)
{
    PGconn *source;

    cluster_start(&cluster);
    instance_create(&instance, &cluster, "verify");
    instance_copy_study(&instance, "tests/data/verify.json");
    source = instance_connect_source(&instance);
    cluster_exec_file(source, "tests/data/verify_pages.sql");
    PQfinish(source);
    instance_do(&instance, 0, "migrate", NULL);
    night_said = instance_crfd(&instance, 0, "run", "--verbose", NULL);
    run_roles();
    analysis = instance_connect_analysis(&instance);
    cluster_exec(analysis, "CREATE ROLE service LOGIN IN ROLE crfd_service");
    PQfinish(analysis);
}

static void
clear(void)
{
    free(night_said);
    cluster_destroy(&cluster);
}

static void
connect(void)
{
    analysis = instance_connect_analysis(&instance);
}

static void
disconnect(void)
{
    PQfinish(analysis);
}

/* ---- What is there to be verified ---- */

START_TEST(every_rule_has_found_something)
{
    expect_text(
        analysis,
        "ASKED false 1, BMI error 1, BMI false 2, LIMIT false 1, NAMED false 2, NUMBER error 2, NUMBER false "
        "1, PAGE false "
        "1, START false "
        "1,"
        " TODAY false 1, dm.birth.range false 1, dm.duplicate-page false 1, dm.missing-page false 1, "
        "dm.sex.codelist false 1,"
        " dm.site.length false 2, user.at.range false 1, user.grade.codelist false 1, user.missing-page "
        "false 1,"
        " user.order.required false 1, user.unknown-item false 1, vs.bmi.type error 1, vs.duplicate-page "
        "false 1,"
        " vs.sysbp.range false 2, vs.sysbp.required false 1, vs.sysbp.type false 1, vs.vsdtc.range false 1,"
        " vs.vsdtc.required false 1, vs.vsdtc.type false 1, vs.vsdtc.year false 1, vs.weight.required false "
        "1, vs.weight.unit false "
        "1",
        "findings",
        "SELECT string_agg(format('%s %s %s', check_id, outcome, n), ', ' ORDER BY check_id, outcome)"
        " FROM (SELECT check_id, outcome, count(*) n FROM analysis.open_finding GROUP BY 1, 2) f");
}
END_TEST

START_TEST(a_finding_was_opened_while_its_run_was_under_way)
{
    expect_text(analysis, "t", "opened between the run's start and its end",
                "SELECT bool_and(opened_at BETWEEN started_at AND finished_at)"
                " FROM analysis.finding JOIN crfd.run ON opened_run = run_id");
}
END_TEST

START_TEST(a_finding_has_the_severity_and_the_message_of_its_check)
{
    expect_text(analysis,
                "critical error: Check BMI could not be evaluated: division by zero; Weight 80 kg does not "
                "fit height 0 cm\n"
                "critical false: Weight 181.43694800 kg does not fit height 100 cm\n"
                "critical false: Weight 300 kg does not fit height 100 cm\n"
                "major false: vsdtc <= current_date does not hold\n"
                "minor false: latest(start)::date >= dm.birth does not hold",
                "findings of BMI, TODAY and START",
                "SELECT string_agg(format('%s %s: %s', severity, outcome, message), E'\\n'"
                " ORDER BY severity, outcome, message)"
                " FROM analysis.open_finding WHERE check_id IN ('BMI', 'TODAY', 'START')");
    expect_text(analysis, "1 3 1, 2 0 0", "center_quality: critical and minor",
                "SELECT string_agg(format('%s %s %s', center_id, open_critical, open_minor - unknown), ', '"
                " ORDER BY center_id) FROM analysis.center_quality, LATERAL (SELECT count(*) AS unknown"
                " FROM analysis.open_finding f WHERE f.center_id = center_quality.center_id"
                " AND check_id LIKE '%.unknown-item') u");
}
END_TEST

START_TEST(the_log_has_no_values)
{
    static const char *const values[] = {"31 or so", "high", "181.4", "99999999999", "extra", "RASH", "it's"};

    expect_in(night_said, "center done");
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
        ck_assert_msg(strstr(night_said, values[i]) == NULL, "\"%s\" stands in\n%s", values[i], night_said);
}
END_TEST

START_TEST(postgresql_agrees)
{
    char *said = instance_crfd(&instance, 0, "verify", NULL);

    expect_in(said, "2 centers, ");
    expect_in(said, ", 32 findings compared, 0 differences\n");
    expect_in(said, "pages of 3 subjects counted in the tables\n");
    expect_in(said, "4 findings of rules that cannot be asked in PostgreSQL (type, unit, unknown-item)\n");
    free(said);
}
END_TEST

START_TEST(the_service_role_may_verify_and_nothing_is_written)
{
    char *before = signature_rows(analysis);
    char *after;

    cluster_conninfo_as(&cluster, "verify_analysis", "service", instance.analysis_conninfo);
    instance_write_config(&instance);
    instance_do(&instance, 0, "verify", NULL);
    instance_do(&instance, 0, "check", "--against", NULL);
    cluster_conninfo(&cluster, "verify_analysis", instance.analysis_conninfo);
    instance_write_config(&instance);
    after = signature_rows(analysis);
    ck_assert_str_eq(after, before);
    free(before);
    free(after);
}
END_TEST

START_TEST(a_waived_finding_is_verified_too)
{
    cluster_exec(analysis, "UPDATE analysis.finding SET state = 'waived' WHERE check_id = 'BMI'");
    instance_do(&instance, 0, "verify", NULL);
    cluster_exec(analysis, "UPDATE analysis.finding SET state = 'open' WHERE check_id = 'BMI'");
}
END_TEST

/* ---- Differences ---- */

/* What is done to the tables, how it is undone, and what must be said of it. */
static const struct {
    const char *name, *damage, *undo, *said;
} damages[] = {
    {"a finding at another page is missing at its own",
     "UPDATE analysis.finding SET form_repeat = 9 WHERE check_id = 'START'",
     "UPDATE analysis.finding SET form_repeat = 1 WHERE check_id = 'START'",
     "missing in crfd: START, item start: center 1, subject 1-1, event LOG 1, form ae 1\n"},
    {"and is one too many where it is",
     "UPDATE analysis.finding SET form_repeat = 9 WHERE check_id = 'START'",
     "UPDATE analysis.finding SET form_repeat = 1 WHERE check_id = 'START'",
     "missing in PostgreSQL: START, item start: center 1, subject 1-1, event LOG 1, form ae 9\n"},
    {"a finding at another item", "UPDATE analysis.finding SET item = 'term' WHERE check_id = 'START'",
     "UPDATE analysis.finding SET item = 'start' WHERE check_id = 'START'",
     "missing in PostgreSQL: START, item term: center 1, subject 1-1, event LOG 1, form ae 1\n"},
    {"a finding at the page as a whole",
     "UPDATE analysis.finding SET event_repeat = 3 WHERE check_id = 'PAGE'",
     "UPDATE analysis.finding SET event_repeat = 1 WHERE check_id = 'PAGE'",
     "missing in crfd: PAGE: center 2, subject 2-1, event LOG 1, form ae 1\n"},
    {"an error that was taken for false",
     "UPDATE analysis.finding SET outcome = 'false' WHERE check_id = 'NUMBER' AND event = 'DAY 1'",
     "UPDATE analysis.finding SET outcome = 'error' WHERE check_id = 'NUMBER' AND event = 'DAY 1'",
     "another outcome: NUMBER, item order: center 2, subject 2-1, event DAY 1 1, form user 1: false in crfd, "
     "an "
     "error in PostgreSQL\n"},
    {"false that was taken for an error",
     "UPDATE analysis.finding SET outcome = 'error' WHERE check_id = 'NUMBER' AND event = 'DAY 2'",
     "UPDATE analysis.finding SET outcome = 'false' WHERE check_id = 'NUMBER' AND event = 'DAY 2'",
     "an error in crfd, false in PostgreSQL\n"},
    {"a value that was changed behind crfd's back",
     "UPDATE analysis.vs SET sysbp = 300 WHERE subject_id = '1-1' AND event = 'DAY 1'",
     "UPDATE analysis.vs SET sysbp = 120 WHERE subject_id = '1-1' AND event = 'DAY 1'",
     "missing in crfd: vs.sysbp.range, item sysbp: center 1, subject 1-1, event DAY 1 1, form vs 1\n"},
    {"a missing token that is gone was an answer",
     "UPDATE analysis.vs SET missing = missing - 'height' WHERE missing ? 'height'",
     "UPDATE analysis.vs SET missing = '{\"weight\": \"ND\", \"height\": \"ND\"}' WHERE missing ? 'weight'",
     "missing in crfd: vs.height.required, item height: center 1, subject 1-2, event DAY 8 2, form vs 1\n"},
    {"and a check asked for it", "UPDATE analysis.vs SET missing = NULL WHERE missing ? 'height'",
     "UPDATE analysis.vs SET missing = '{\"weight\": \"ND\", \"height\": \"ND\"}' WHERE subject_id = '1-2'"
     " AND event_repeat = 2 AND form_repeat = 1",
     "missing in PostgreSQL: ASKED, item height: center 1, subject 1-2, event DAY 8 2, form vs 1\n"},
    {"the sign of a qualified number was an answer",
     "UPDATE analysis.vs SET sysbp_q = NULL WHERE sysbp_q IS NOT NULL",
     "UPDATE analysis.vs SET sysbp_q = '>' WHERE sysbp_limit IS NOT NULL",
     "missing in crfd: vs.sysbp.required, item sysbp: center 1, subject 1-2, event DAY 8 2, form vs 1\n"},
    {"and a check asked for its limit", "UPDATE analysis.vs SET sysbp_limit = 249 WHERE sysbp_q IS NOT NULL",
     "UPDATE analysis.vs SET sysbp_limit = 250 WHERE sysbp_q IS NOT NULL",
     "missing in PostgreSQL: LIMIT, item sysbp: center 1, subject 1-2, event DAY 8 2, form vs 1\n"},
    {"a missing token is no answer where a value is required",
     "UPDATE analysis.finding SET form_repeat = 9 WHERE check_id = 'vs.weight.required'",
     "UPDATE analysis.finding SET form_repeat = 1 WHERE check_id = 'vs.weight.required'",
     "missing in crfd: vs.weight.required, item weight: center 1, subject 1-2, event DAY 8 2, form vs 1\n"},
    {"a missing page that is there",
     "UPDATE analysis.user SET event_order = 1 WHERE subject_id = '2-1' AND event = 'DAY 2'",
     "UPDATE analysis.user SET event_order = 3 WHERE subject_id = '2-1' AND event = 'DAY 2'",
     "missing in crfd: vs.missing-page: center 2, subject 2-1, event DAY 2 1, form vs 1\n"},
    {"a night on which a date was still to come", "UPDATE crfd.run SET night = '2024-03-05'",
     "UPDATE crfd.run SET night = night_of_run FROM kept",
     "missing in crfd: TODAY, item vsdtc: center 1, subject 1-2, event DAY 8 2, form vs 2\n"},
    {"a difference of the first rule, where another one's value makes the statement of all fail",
     "UPDATE analysis.dm SET sex = NULL WHERE subject_id = '1-1'",
     "UPDATE analysis.dm SET sex = 'F' WHERE subject_id = '1-1'",
     "missing in crfd: dm.sex.required, item sex: center 1, subject 1-1, event DAY 1 1, form dm 1\n"},
    {"a check that the study does not have",
     "UPDATE analysis.finding SET check_id = 'OLD' WHERE check_id = 'BMI'",
     "UPDATE analysis.finding SET check_id = 'BMI' WHERE check_id = 'OLD'",
     "no such check: OLD: center 1 has findings of it that are not closed: 3\n"},
    {"a derived value that is not what PostgreSQL computes",
     "UPDATE analysis.vs SET bmi = 24.70 WHERE subject_id = '1-1' AND event = 'DAY 1'",
     "UPDATE analysis.vs SET bmi = 24.7 WHERE subject_id = '1-1' AND event = 'DAY 1'",
     "missing in crfd: vs.bmi.type, item bmi: center 1, subject 1-1, event DAY 1 1, form vs 1\n"},
    {"a derived value where none can be computed",
     "DELETE FROM analysis.finding WHERE check_id = 'vs.bmi.type'",
     "INSERT INTO analysis.finding OVERRIDING SYSTEM VALUE SELECT * FROM kept_finding",
     "missing in crfd: vs.bmi.type, item bmi: center 1, subject 1-2, event DAY 8 1, form vs 1\n"},
    {"a row of a form table that is gone", "DELETE FROM analysis.ae WHERE subject_id = '2-1'",
     "INSERT INTO analysis.ae SELECT * FROM kept_ae",
     "pages: center 2, subject 2-1: the tables have 5 pages, 1 of them in quarantine; the ledger counts 6, 1 "
     "of "
     "them in quarantine\n"},
    {"a ledger that counts too many",
     "UPDATE analysis.subject SET pages = pages + 1 WHERE subject_id = '1-1'",
     "UPDATE analysis.subject SET pages = pages - 1 WHERE subject_id = '1-1'",
     "pages: center 1, subject 1-1: the tables have 6 pages, 0 of them in quarantine; the ledger counts 7"},
    {"a center that was evaluated under another definition",
     "UPDATE crfd.center SET study_digest = 'x' || substr(study_digest, 2) WHERE center_id = '2'",
     "UPDATE crfd.center SET study_digest = (SELECT study_digest FROM crfd.center WHERE center_id = '1')",
     "not evaluated: center 2 as a whole under this definition; `crfd run` does that\n"},
};

START_TEST(a_difference_is_told)
{
    char *said;

    cluster_exec(analysis,
                 "CREATE TEMPORARY TABLE kept AS SELECT night AS night_of_run FROM crfd.run;"
                 "CREATE TEMPORARY TABLE kept_finding AS"
                 " SELECT * FROM analysis.finding WHERE check_id = 'vs.bmi.type';"
                 "CREATE TEMPORARY TABLE kept_ae AS SELECT * FROM analysis.ae WHERE subject_id = '2-1'");
    cluster_exec(analysis, damages[_i].damage);
    said = instance_crfd(&instance, 1, "verify", NULL);
    cluster_exec(analysis, damages[_i].undo);
    ck_assert_msg(strstr(said, damages[_i].said) != NULL, "%s: not among\n%s", damages[_i].name, said);
    free(said);
    instance_do(&instance, 0, "verify", NULL);
}
END_TEST

/* What a night commits while verify waits for a table is none: each center is looked at in one snapshot. */
START_TEST(a_night_under_way_does_not_disturb)
{
    PGconn *watching = instance_connect_analysis(&instance);
    struct process verify;

    cluster_exec(analysis, "BEGIN; LOCK TABLE analysis.quarantine IN ACCESS EXCLUSIVE MODE;"
                           " UPDATE analysis.subject SET pages = pages + 1 WHERE subject_id = '1-1'");
    instance_start(&instance, &verify, "verify", NULL);
    instance_wait_until(watching, "verify waits for the quarantine",
                        "SELECT count(*) > 0 FROM pg_locks WHERE NOT granted"
                        " AND relation = 'analysis.quarantine'::regclass");
    cluster_exec(analysis, "COMMIT");
    instance_finish(&verify, 0);
    cluster_exec(analysis, "UPDATE analysis.subject SET pages = pages - 1 WHERE subject_id = '1-1'");
    PQfinish(watching);
}
END_TEST

/* No row of a page can be asked where one is missing: the error of such a query ends verify, as any other would. */
START_TEST(an_error_that_belongs_to_no_page_is_told)
{
    char *said;

    cluster_exec(analysis,
                 "ALTER TABLE analysis.\"user\" RENAME TO user_kept;"
                 "CREATE VIEW analysis.\"user\" AS SELECT center_id, subject_id, event, event_repeat,"
                 " form_repeat, event_order / (event_order - event_order) AS event_order,"
                 " event_number, event_day, unscheduled, \"order\","
                 " grade, at, submitted_at, run_id FROM analysis.user_kept");
    said = instance_crfd(&instance, 65, "verify", "--check", "dm.missing-page", NULL);
    cluster_exec(analysis, "DROP VIEW analysis.\"user\"; ALTER TABLE analysis.user_kept RENAME TO \"user\"");
    expect_in(said, "comparing dm.missing-page: the analysis database: division by zero");
    free(said);
}
END_TEST

START_TEST(one_check_is_verified_alone)
{
    cluster_exec(analysis, "UPDATE analysis.finding SET item = 'term' WHERE check_id = 'START'");
    instance_do(&instance, 0, "verify", "--check", "BMI", NULL);
    instance_do(&instance, 0, "verify", "--check", "vs.sysbp.range", NULL);
    instance_do(&instance, 1, "verify", "--check", "START", NULL);
    instance_do(&instance, 64, "verify", "--check", "vs.sysbp.type", NULL);
    cluster_exec(analysis, "UPDATE analysis.finding SET item = 'start' WHERE check_id = 'START'");
}
END_TEST

START_TEST(a_check_that_is_not_there_is_told_with_the_closest)
{
    static const char *const verbs[][2] = {{"verify", "--check"}, {"explain", "--quiet"}};

    for (int i = 0; i < 2; i++) {
        char *said = instance_crfd(&instance, 64, verbs[i][0], verbs[i][1], "vs.sysbp.rnge", NULL);

        expect_in(said, "no check \"vs.sysbp.rnge\"; did you mean \"vs.sysbp.range\"?");
        free(said);
    }
}
END_TEST

/* ---- explain ---- */

START_TEST(explain_prints_a_script_that_finds_the_same)
{
    static const char *const ids[] = {"TODAY",
                                      "NAMED",
                                      "START",
                                      "PAGE",
                                      "dm.birth.range",
                                      "dm.duplicate-page",
                                      "dm.sex.codelist",
                                      "dm.site.length",
                                      "user.at.range",
                                      "user.grade.codelist",
                                      "user.missing-page",
                                      "user.order.required",
                                      "vs.sysbp.range",
                                      "vs.sysbp.required",
                                      "vs.vsdtc.year",
                                      "vs.weight.required"};

    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        char *script = instance_crfd(&instance, 0, "explain", ids[i], NULL);
        PGresult *result = PQexec(analysis, script);
        char *sql;

        ck_assert_msg(PQresultStatus(result) == PGRES_TUPLES_OK, "%s: %s\n%s", ids[i],
                      PQerrorMessage(analysis), script);
        ck_assert_int_ge(
            asprintf(&sql, "SELECT count(*) FROM analysis.open_finding WHERE check_id = '%s'", ids[i]), 0);
        expect_int(analysis, PQntuples(result), ids[i], sql);
        PQclear(result);
        free(script);
        free(sql);
    }
}
END_TEST

START_TEST(explain_tells_of_a_check)
{
    static const char *const parts[] = {
        "-- TODAY: check\n",
        "-- form vs, item vsdtc, severity major\n",
        "--     vsdtc <= current_date\n",
        "-- On each page of form vs: a finding where vsdtc is after the date of the night.\n"
        "-- Not asked where vsdtc is missing.\n--\n-- The same in PostgreSQL: ",
        "FROM analysis.vs\nWHERE (vs.vsdtc <= DATE '",
        "/* current_date */) IS FALSE"};
    char *said = instance_crfd(&instance, 0, "explain", "TODAY", NULL);

    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        expect_in(said, parts[i]);
    free(said);
}
END_TEST

START_TEST(explain_says_where_there_is_no_twin)
{
    static const char *const ids[] = {"vs.sysbp.type", "vs.weight.unit", "user.unknown-item",
                                      "ae.missing-page"};

    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        char *said = instance_crfd(&instance, 0, "explain", ids[i], NULL);

        expect_in(said, "-- PostgreSQL cannot find its violations again in the tables: ");
        free(said);
    }
}
END_TEST

/* ---- check --against ---- */

/* The study with one text in place of another. */
static char *
changed_study(const char *from, const char *to)
{
    char *study = text_file_read("tests/data/verify.json");
    char *at = strstr(study, from);
    char *changed, *path;

    TEST_REQUIRE(at != NULL, "the study has no %s", from);
    TEST_REQUIRE(asprintf(&changed, "%.*s%s%s", (int)(at - study), study, to, at + strlen(from)) >= 0 &&
                     asprintf(&path, "%s/changed.json", instance.folder) >= 0,
                 "out of memory");
    text_file_write(path, changed);
    free(changed);
    free(study);
    return path;
}

static const struct {
    const char *name, *from, *to;
    int exit_status;
    const char *said[3];
} changes[] = {
    {"nothing but the version",
     "\"version\": \"1\"",
     "\"version\": \"2\"",
     0,
     {"all                                               0          0         36\n", "nothing was changed\n",
      "18 pages of 3 subjects; in quarantine would be 1, now there are 1\n"}},
    {"a wider range closes",
     "\"max\": \"250\"",
     "\"max\": \"251\"",
     0,
     {"vs.sysbp.range                                    0          1          1\n"}},
    {"a narrower one opens",
     "\"min\": \"60\"",
     "\"min\": \"121\"",
     0,
     {"vs.sysbp.range                                    1          0          2\n"}},
    {"a new check opens",
     "{\"id\": \"BMI\"",
     "{\"id\": \"NEW\", \"form\": \"vs\", \"check\": \"height > 0\"}, {\"id\": \"BMI\"",
     0,
     {"NEW                                               2          0          0\n"}},
    {"a check under another name",
     "\"id\": \"START\"",
     "\"id\": \"BEGIN\"",
     0,
     {"BEGIN                                             1          0          0\n",
      "START                                             0          1          0  retired\n"}},
    {"a new item needs a column",
     "\"height\": {\"type\": \"decimal\", \"required\": true}",
     "\"height\": {\"type\": \"decimal\", \"required\": true}, \"pulse\": {\"type\": \"integer\", "
     "\"required\": true}",
     0,
     {"`crfd migrate` would first do this:\n", "vs.pulse",
      "vs.pulse.required                                 6          0          0\n"}},
    {"a type cannot be changed",
     "\"grade\": {\"type\": \"integer\"",
     "\"grade\": {\"type\": \"decimal\"",
     1,
     {"`crfd migrate` would refuse this definition:\n", "nothing was changed\n"}},
    {"a mistake is told as ever", "\"id\": \"START\"", "\"ID\": \"START\"", 78, {"checks[6]"}},
};

START_TEST(a_changed_study_is_held_against_the_findings)
{
    char *before = signature_rows(analysis);
    char *path = changed_study(changes[_i].from, changes[_i].to);
    char *said =
        instance_crfd(&instance, changes[_i].exit_status, "check", "--study", path, "--against", NULL);
    char *after = signature_rows(analysis);

    for (size_t i = 0; i < 3 && changes[_i].said[i] != NULL; i++)
        ck_assert_msg(strstr(said, changes[_i].said[i]) != NULL, "%s: no \"%s\" in\n%s", changes[_i].name,
                      changes[_i].said[i], said);
    ck_assert_str_eq(after, before);
    expect_int(analysis, 1, "definitions", "SELECT count(*) FROM crfd.study");
    free(before);
    free(after);
    free(path);
    free(said);
}
END_TEST

START_TEST(what_changed_at_the_source_is_told_apart)
{
    PGconn *source = instance_connect_source(&instance);
    char *said;

    cluster_exec(source,
                 "UPDATE edc.crf_page SET data = '{\"term\": \"current_date\"}' WHERE subject_id = '2-1'"
                 " AND form = 'ae'");
    said = instance_crfd(&instance, 0, "check", "--against", NULL);
    cluster_exec(source, "UPDATE edc.crf_page SET data = '{\"term\": \"RASH\"}' WHERE subject_id = '2-1'"
                         " AND form = 'ae'");
    expect_in(said, "NAMED                                             1          0          2\n");
    expect_in(said, "pages of 1 subjects have changed since the last night");
    free(said);
    PQfinish(source);
}
END_TEST

/* ---- Errors ---- */

/* A limit is an error as a wrong value is: both sides must say so. */
START_TEST(a_text_that_is_too_long_is_an_error_on_both_sides)
{
    char *path =
        changed_study("{\"id\": \"BMI\"",
                      "{\"id\": \"LONG\", \"form\": \"ae\", \"check\": \"lpad(term, 300000000) <> ''\"},"
                      " {\"id\": \"BMI\"");
    char *said;
    struct instance limited;
    PGconn *source;

    instance_create(&limited, &cluster, "limited");
    said = text_file_read(path);
    instance_write_study(&limited, said);
    free(said);
    source = instance_connect_source(&limited);
    cluster_exec_file(source, "tests/data/verify_pages.sql");
    PQfinish(source);
    instance_do(&limited, 0, "migrate", NULL);
    instance_do(&limited, 0, "run", NULL);
    said = instance_crfd(&limited, 0, "verify", "--check", "LONG", NULL);
    expect_in(said, ", 3 findings compared, 0 differences\n");
    free(said);
    instance_do(&limited, 0, "verify", NULL);
    free(path);
}
END_TEST

START_TEST(a_finding_turns_from_false_to_an_error)
{
    static const char outcome[] = "SELECT format('%s %s', state, outcome) FROM analysis.finding"
                                  " WHERE check_id = 'NUMBER' AND event = 'DAY 2'";
    PGconn *source = instance_connect_source(&instance);

    expect_text(analysis, "open false", "the finding", outcome);
    cluster_exec(source, "UPDATE edc.crf_page SET data = '{\"order\": \"ten\"}' WHERE event = 'DAY 2'");
    instance_do(&instance, 0, "run", "--rerun", "--reason", "test", NULL);
    expect_text(analysis, "open error", "the finding of a text that is no number", outcome);
    instance_do(&instance, 0, "verify", NULL);
    PQfinish(source);
}
END_TEST

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

int
main(void)
{
    Suite *suite = suite_create("verify");
    TCase *cases = tcase_create("verify");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_set_timeout(cases, 120);
    tcase_add_unchecked_fixture(cases, prepare, clear);
    tcase_add_checked_fixture(cases, connect, disconnect);
    tcase_add_test(cases, every_rule_has_found_something);
    tcase_add_test(cases, a_finding_was_opened_while_its_run_was_under_way);
    tcase_add_test(cases, a_finding_has_the_severity_and_the_message_of_its_check);
    tcase_add_test(cases, the_log_has_no_values);
    tcase_add_test(cases, postgresql_agrees);
    tcase_add_test(cases, the_service_role_may_verify_and_nothing_is_written);
    tcase_add_test(cases, a_waived_finding_is_verified_too);
    tcase_add_loop_test(cases, a_difference_is_told, 0, COUNT(damages));
    tcase_add_test(cases, a_night_under_way_does_not_disturb);
    tcase_add_test(cases, an_error_that_belongs_to_no_page_is_told);
    tcase_add_test(cases, one_check_is_verified_alone);
    tcase_add_test(cases, a_check_that_is_not_there_is_told_with_the_closest);
    tcase_add_test(cases, explain_prints_a_script_that_finds_the_same);
    tcase_add_test(cases, explain_tells_of_a_check);
    tcase_add_test(cases, explain_says_where_there_is_no_twin);
    tcase_add_loop_test(cases, a_changed_study_is_held_against_the_findings, 0, COUNT(changes));
    tcase_add_test(cases, what_changed_at_the_source_is_told_apart);
    tcase_add_test(cases, a_text_that_is_too_long_is_an_error_on_both_sides);
    tcase_add_test(cases, a_finding_turns_from_false_to_an_error);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
