/*
 * Looking at what is there: runs, findings, one center. What is printed for programs is read back by PostgreSQL and
 * compared with the tables.
 */
#include "cluster.h"
#include "expect.h"
#include "fail.h"
#include "instance.h"
#include "process.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

static struct cluster cluster;
static struct instance instance;

static void
prepare(void)
{
    PGconn *analysis;

    cluster_start(&cluster);
    instance_create_night(&instance, &cluster, "look");
    instance_do(&instance, 0, "run", NULL);
    instance_do(&instance, 0, "run", "--rerun", "--full", "--reason", "为什么, \"why\"", NULL);
    analysis = instance_connect_analysis(&instance);
    cluster_exec(
        analysis,
        "UPDATE analysis.finding SET category = CASE check_id WHEN 'VS001' THEN 'safety' ELSE 'a, b' END"
        " WHERE check_id IN ('VS001', 'AE001');"
        "UPDATE analysis.finding SET event_repeat = 3, form_repeat = 2 WHERE center_id = 'C02' AND form = "
        "'ae';"
        "UPDATE analysis.finding SET state = 'waived' WHERE center_id = 'C03' AND severity = 'major';"
        "INSERT INTO analysis.quarantine (center_id, subject_id, ordinal, reason, run_id)"
        " VALUES ('C02', 'S001', 1, 'unknown form', 1), ('C02', 'S002', 1, 'unknown form', 1)");
    PQfinish(analysis);
}

static void
clear(void)
{
    cluster_destroy(&cluster);
}

/* ---- For people ---- */

static const struct {
    const char *says;
    const char *verb;
    const char *arguments[4];
    int exit_status;
    const char *line;
} looks[] = {
    {"the runs, the latest first", "runs", {NULL}, 0, "  2  20"},
    {"the reason of a rerun", "runs", {NULL}, 0, "为什么, \"why\""},
    {"the titles", "runs", {NULL}, 0, "run  night "},
    {"one run of two", "runs", {"--limit", "1"}, 0, "rerun"},
    {"a limit of nothing", "runs", {"--limit", "0"}, 64, "--limit: \"0\" is not a number"},
    {"an option of others", "runs", {"--state", "open"}, 64, "--state does not belong to `crfd runs`"},
    {"findings with their message", "findings", {"--center", "C02"}, 0, "is not above diastolic"},
    {"no finding", "findings", {"--form", "dm"}, 0, "no open finding\n"},
    {"which page it is", "findings", {"--form", "ae", "--center=C02"}, 0, "  AE LOG (3)  ae (2)  "},
    {"how old it is", "findings", {"--center", "C02"}, 0, "  age  message\n"},
    {"what the item is called", "findings", {"--center", "C02"}, 0, "  Systolic blood pressure  "},
    {"pages that no check has seen",
     "findings",
     {"--center", "C02"},
     0,
     "\n2 pages are in quarantine, which no check has seen: TABLE analysis.quarantine tells why\n"},
    {"a page that no check has seen",
     "findings",
     {"--subject", "S001"},
     0,
     "\n1 page is in quarantine, which"},
    {"pages of a form that no check has seen",
     "findings",
     {"--subject", "S001", "--form=dm"},
     0,
     "no open finding\n"},
    {"no check of this name",
     "findings",
     {"--check", "VS01"},
     64,
     "no check \"VS01\"; did you mean \"VS001\"?"},
    {"no rule of this name",
     "findings",
     {"--check", "vs.sysbp.rang", "--csv"},
     64,
     "did you mean \"vs.sysbp.range\"?"},
    {"a check without a finding", "findings", {"--check", "vs.sysbp.range"}, 0, "no open finding\n"},
    {"no form of this name", "findings", {"--form", "VS"}, 64, "no form \"VS\"; did you mean \"vs\"?"},
    {"no item of this name",
     "findings",
     {"--item", "sysb", "--json"},
     64,
     "no item \"sysb\"; did you mean \"sysbp\"?"},
    {"an item without a finding", "findings", {"--item", "weight_u"}, 0, "no open finding\n"},
    {"no subject of this name",
     "findings",
     {"--subject", "SX001"},
     64,
     "no subject \"SX001\"; did you mean \"S001\"?"},
    {"no subject of this name in a center",
     "findings",
     {"--subject", "S024", "--center=C02"},
     64,
     "no subject \"S024\" in these centers"},
    {"no category of this name",
     "findings",
     {"--category", "safty"},
     64,
     "no category \"safty\"; did you mean \"safety\"?"},
    {"one of two categories that is none",
     "findings",
     {"--category", "safety,safty"},
     64,
     "no category \"safty\""},
    {"no finding of a center that nobody knows",
     "findings",
     {"--center", "C01,C99"},
     64,
     "knows a center \"C99\""},
    {"waived ones", "findings", {"--state", "waived"}, 0, " waived  major "},
    {"a state that is none",
     "findings",
     {"--state", "opened"},
     64,
     "\"opened\" is none of: open closed waived all"},
    {"half a state", "findings", {"--state", "ope"}, 64, "\"ope\" is none of"},
    {"a severity that is none",
     "findings",
     {"--severity", "minor,grave"},
     64,
     "\"grave\" is none of: minor major"},
    {"an empty severity", "findings", {"--severity", "minor,"}, 64, "\"\" is none of"},
    {"what is left out is told", "findings", {"--limit", "3"}, 0, "only the first 3 are shown"},
    {"a center's pages", "center", {"C06"}, 0, "what is there\nsubjects  pages"},
    {"a center's quarantine",
     "center",
     {"C02"},
     0,
     "\nquarantine\npages  subjects  reason\n    2         2  unknown form\n"},
    {"a center without quarantine", "center", {"C06"}, 0, "quarantine: nothing\n"},
    {"a center that nobody knows", "center", {"C99"}, 64, "no run knows a center \"C99\""},
    {"no center", "center", {NULL}, 64, "center needs the id of one center: crfd center CENTER"},
    {"two centers", "center", {"C01", "C02"}, 64, "center needs the id of one center"},
};

START_TEST(people_see_what_they_ask_for)
{
    const char *const *arguments = looks[_i].arguments;
    char *said = arguments[0] == NULL ? instance_crfd(&instance, looks[_i].exit_status, looks[_i].verb, NULL)
                                      : instance_crfd(&instance, looks[_i].exit_status, looks[_i].verb,
                                                      arguments[0], arguments[1], arguments[2], NULL);

    ck_assert_msg(strstr(said, looks[_i].line) != NULL, "%s: not in\n%s", looks[_i].says, said);
    free(said);
}
END_TEST

/* What opened, or opened again, in the last night and since; and how old each is by the dates of the study's zone. */
START_TEST(what_is_new_is_what_the_last_night_opened)
{
    struct instance nights;
    PGconn *source, *analysis;
    char *said;

    instance_create_night(&nights, &cluster, "look_new");
    source = instance_connect_source(&nights);
    analysis = instance_connect_analysis(&nights);
    instance_do(&nights, 64, "findings", "--new", NULL);
    instance_do(&nights, 0, "run", NULL);
    cluster_exec(source,
                 "CREATE TABLE away AS SELECT * FROM edc.crf_page WHERE (center_id, subject_id, event) ="
                 " ('C05', 'S005', 'WEEK 2'); DELETE FROM edc.crf_page p USING away a WHERE (p.center_id,"
                 " p.subject_id, p.event) = (a.center_id, a.subject_id, a.event)");
    instance_do(&nights, 0, "run", "--rerun", "--reason", "away", NULL);
    cluster_exec(analysis, "UPDATE crfd.run SET night = night - 1;"
                           "UPDATE analysis.finding SET opened_at = opened_at - interval '3 days'");
    instance_do(&nights, 0, "run", NULL);
    said = instance_crfd(&nights, 0, "findings", "--new", NULL);
    expect_in(said, "no new open finding\n");
    free(said);
    cluster_exec(source,
                 "INSERT INTO edc.crf_page TABLE away;"
                 "UPDATE edc.crf_page SET data = (data::jsonb || '{\"SYSBP\": 300}')::json WHERE (center_id,"
                 " subject_id, event, form) = ('C01', 'S002', 'WEEK 2', 'VS');"
                 /* One that was open says something else now. */
                 "UPDATE edc.crf_page SET data = (data::jsonb || '{\"SYSBP\": 62}')::json WHERE (center_id,"
                 " subject_id, event, form) = ('C06', 'S005', 'WEEK 2', 'VS')");
    instance_do(&nights, 0, "run", "--rerun", "--reason", "since", NULL);
    said = instance_crfd(&nights, 0, "findings", "--new", "--json", NULL);
    cluster_execf(
        analysis,
        "CREATE TABLE shown AS SELECT * FROM json_to_recordset($$%s$$) AS t (center_id text, subject_id"
        " text, check_id text, age_days int, label text)",
        said);
    expect_text(
        analysis,
        "C01 S002 vs.sysbp.range 0 Systolic blood pressure, C05 S005 VS001 3 Systolic blood pressure",
        "what is new",
        "SELECT string_agg(concat_ws(' ', center_id, subject_id, check_id, age_days, label), ', ' ORDER BY"
        " center_id, check_id) FROM shown");
    free(said);
    PQfinish(source);
    PQfinish(analysis);
}
END_TEST

/* ---- For programs ---- */

static const struct {
    const char *name;
    const char *option; /* with its value; NULL: all that are open */
    const char *value;
    const char *where;
} choices[] = {
    {"open ones", NULL, NULL, "state = 'open'"},
    {"all", "--state", "all", "true"},
    {"two centers", "--center", "C02,C04", "state = 'open' AND center_id IN ('C02', 'C04')"},
    {"a subject", "--subject", "S003", "state = 'open' AND subject_id = 'S003'"},
    {"a form", "--form", "ae", "state = 'open' AND form = 'ae'"},
    {"an item", "--item", "sysbp", "state = 'open' AND item = 'sysbp'"},
    {"all of the last night", "--new", NULL, "state = 'open'"},
    {"a check", "--check", "VS001", "state = 'open' AND check_id = 'VS001'"},
    {"a category", "--category", "safety", "state = 'open' AND category = 'safety'"},
    {"a category with a comma", "--category", "a\\, b", "state = 'open' AND category = 'a, b'"},
    {"two categories", "--category", "safety,a\\, b", "state = 'open' AND category IN ('safety', 'a, b')"},
    {"severities", "--severity", "minor,critical", "state = 'open' AND severity IN ('minor', 'critical')"},
};

/* Rows of `seen`, a table of texts, and of the findings that they should be, which the other has not. */
static void
expect_same(PGconn *analysis, int choice, const char *how)
{
    char sql[1024];

    snprintf(sql, sizeof sql,
             "WITH wanted AS (SELECT finding_id, state, severity, category, center_id, subject_id, form, "
             "check_id, item, "
             "message,"
             "                       evidence::jsonb, closed_reason"
             "                FROM analysis.finding WHERE %s),"
             " shown AS (SELECT finding_id, state, severity, category, center_id, subject_id, form, "
             "check_id, item, message,"
             "                  evidence::jsonb, closed_reason FROM seen)"
             " SELECT (SELECT count(*) FROM (TABLE wanted EXCEPT ALL TABLE shown) a)"
             "      + (SELECT count(*) FROM (TABLE shown EXCEPT ALL TABLE wanted) b)",
             choices[choice].where);
    ck_assert_msg(cluster_int(analysis, sql) == 0, "%s, %s: other rows than in the table",
                  choices[choice].name, how);
}

/* raw: "--raw"; NULL: not. */
static char *
list(int choice, const char *format, const char *raw)
{
    const char *option = choices[choice].option, *value = choices[choice].value;

    if (option == NULL)
        return instance_crfd(&instance, 0, "findings", format, raw, NULL);
    if (value == NULL)
        return instance_crfd(&instance, 0, "findings", format, option, raw, NULL);
    return instance_crfd(&instance, 0, "findings", format, option, value, raw, NULL);
}

START_TEST(csv_read_back_is_what_the_table_has)
{
    PGconn *analysis = instance_connect_analysis(&instance);
    char *text = list(_i, "--csv", "--raw");
    PGresult *result;

    cluster_exec(
        analysis,
        "CREATE TEMPORARY TABLE seen AS SELECT finding_id, state, severity, category, center_id, subject_id,"
        " event, event_repeat, form, form_repeat, check_id, item, message, messages, outcome, evidence,"
        " opened_run, opened_at, closed_run, closed_at, closed_reason, reopened, 0 AS age_days, '' AS label"
        " FROM analysis.finding WHERE false");
    result = PQexec(analysis, "COPY seen FROM STDIN (FORMAT csv, HEADER match)");
    ck_assert_int_eq(PQresultStatus(result), PGRES_COPY_IN);
    PQclear(result);
    ck_assert_int_eq(PQputCopyData(analysis, text, (int)strlen(text)), 1);
    ck_assert_int_eq(PQputCopyEnd(analysis, NULL), 1);
    result = PQgetResult(analysis);
    ck_assert_msg(PQresultStatus(result) == PGRES_COMMAND_OK, "%s", PQerrorMessage(analysis));
    PQclear(result);
    while ((result = PQgetResult(analysis)) != NULL)
        PQclear(result);
    expect_same(analysis, _i, "CSV");
    free(text);
    PQfinish(analysis);
}
END_TEST

/* What a center or an administrator has written is computed by no spreadsheet that opens the list. */
START_TEST(a_list_for_spreadsheets_computes_nothing)
{
    PGconn *analysis = instance_connect_analysis(&instance);
    char *findings, *runs;

    cluster_exec(analysis, "BEGIN; UPDATE analysis.finding SET message = '=HYPERLINK(1)' WHERE finding_id ="
                           " (SELECT min(finding_id) FROM analysis.open_finding);"
                           "UPDATE crfd.run SET reason = E'=1\\x1b[2J' WHERE kind = 'rerun'; COMMIT");
    findings = instance_crfd(&instance, 0, "findings", "--csv", NULL);
    runs = instance_crfd(&instance, 0, "runs", "--csv", NULL);
    expect_in(findings, ",'=HYPERLINK(1),");
    expect_in(runs, ",'=1?[2J");
    free(findings);
    free(runs);
    cluster_exec(analysis, "UPDATE crfd.run SET reason = '为什么, \"why\"' WHERE kind = 'rerun'");
    PQfinish(analysis);
}
END_TEST

START_TEST(json_read_back_is_what_the_table_has)
{
    PGconn *analysis = instance_connect_analysis(&instance);
    char *text = list(_i, "--json", NULL);
    const char *parameters[] = {text};
    PGresult *result = PQexecParams(
        analysis,
        "CREATE TEMPORARY TABLE seen AS"
        " SELECT * FROM json_to_recordset($1::json) AS t (finding_id bigint, state text, severity text, "
        "category text,"
        " center_id text, subject_id text, form text, check_id text, item text, message text, evidence json,"
        " closed_reason text)",
        1, NULL, parameters, NULL, NULL, 0);

    ck_assert_msg(PQresultStatus(result) == PGRES_COMMAND_OK, "%s", PQerrorMessage(analysis));
    PQclear(result);
    expect_same(analysis, _i, "JSON");
    free(text);
    PQfinish(analysis);
}
END_TEST

/*
 * The server ends the session while rows come: the reader has taken in the first, and the program waits for it, since
 * the rest is more than pipe and socket hold.
 */
START_TEST(a_list_that_breaks_off_is_told_and_is_no_document)
{
    static const char *const formats[] = {"--csv", "--json"};
    char command[2048];
    const char *const argv[] = {"bash", "-c", command, NULL};
    PGconn *analysis = instance_connect_analysis(&instance);
    struct process_result result;

    cluster_exec(
        analysis,
        "INSERT INTO analysis.finding (center_id, subject_id, event, event_repeat, form, form_repeat,"
        " check_id, item, severity, message, state, outcome, evidence, opened_run, opened_at)"
        " SELECT 'C99', 'S001', 'VISIT 1', 1, 'vs', n, 'VS001', '', 'major', repeat('m', 200),"
        " 'open', 'false', '{}', 1, now() FROM generate_series(1, 50000) n");
    snprintf(command, sizeof command,
             "'%s' findings %s --config '%s/crfd.json' |"
             " { head -c 100; '%s' -X -q -A -t -d '%s' -c \"SELECT pg_terminate_backend(pid) FROM"
             " pg_stat_activity WHERE application_name LIKE 'crfd/%%' AND pid <> pg_backend_pid()\" >&2;"
             " tail -c 2; }; exit ${PIPESTATUS[0]}",
             getenv("CRFD_PROGRAM"), formats[_i], instance.folder, cluster.psql, instance.analysis_conninfo);
    process_run(argv, NULL, INSTANCE_PATIENCE_MS, &result);
    cluster_exec(analysis, "DELETE FROM analysis.finding WHERE center_id = 'C99'");
    ck_assert_msg(result.exit_status == 69, "exit status %d: %s", result.exit_status, result.err);
    ck_assert_msg(strstr(result.err, "listing the findings") != NULL, "%s", result.err);
    ck_assert_msg(strcmp(result.out + strlen(result.out) - 2, "]\n") != 0, "a whole document");
    process_result_clear(&result);
    PQfinish(analysis);
}
END_TEST

static const struct {
    const char *verb;
    const char *argument;
    const char *question; /* about the JSON, $1 */
} documents[] = {
    {"runs", "--limit=5",
     "SELECT jsonb_array_length($1::jsonb) = 2 AND $1::jsonb #>> '{0,reason}' = '为什么, \"why\"'"
     " AND ($1::jsonb #> '{1,seconds}')::numeric >= 0 AND $1::jsonb #> '{1,reason}' = 'null'"},
    {"center", "C02",
     "SELECT $1::jsonb #>> '{quality,0,center_id}' = 'C02' AND jsonb_array_length($1::jsonb -> 'runs') = 2"
     " AND $1::jsonb #>> '{quarantine,0,pages}' = '2'"
     " AND (SELECT sum((c ->> 'findings')::int) FROM jsonb_array_elements($1::jsonb -> 'open_findings') c)"
     "   = (SELECT count(*) FROM analysis.open_finding WHERE center_id = 'C02')"},
};

START_TEST(json_tells_what_the_tables_tell)
{
    PGconn *analysis = instance_connect_analysis(&instance);
    char *text = instance_crfd(&instance, 0, documents[_i].verb, documents[_i].argument, "--json", NULL);
    const char *parameters[] = {text};
    PGresult *result = PQexecParams(analysis, documents[_i].question, 1, NULL, parameters, NULL, NULL, 0);

    ck_assert_msg(PQresultStatus(result) == PGRES_TUPLES_OK, "%s", PQerrorMessage(analysis));
    ck_assert_msg(strcmp(PQgetvalue(result, 0, 0), "t") == 0, "%s: %s", documents[_i].verb, text);
    PQclear(result);
    free(text);
    PQfinish(analysis);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("look");
    TCase *cases = tcase_create("look");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_set_timeout(cases, 120);
    tcase_add_unchecked_fixture(cases, prepare, clear);
    tcase_add_loop_test(cases, people_see_what_they_ask_for, 0, COUNT(looks));
    tcase_add_test(cases, what_is_new_is_what_the_last_night_opened);
    tcase_add_loop_test(cases, csv_read_back_is_what_the_table_has, 0, COUNT(choices));
    tcase_add_test(cases, a_list_for_spreadsheets_computes_nothing);
    tcase_add_loop_test(cases, json_read_back_is_what_the_table_has, 0, COUNT(choices));
    tcase_add_loop_test(cases, a_list_that_breaks_off_is_told_and_is_no_document, 0, 2);
    tcase_add_loop_test(cases, json_tells_what_the_tables_tell, 0, COUNT(documents));
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
