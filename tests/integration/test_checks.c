/*
 * Checks that can never fire, as people meet them: crfd check, --strict, and the log of a night; and crfd checks, which
 * tells how often each came out which way.
 */
#include "cluster.h"
#include "expect.h"
#include "instance.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

static struct cluster cluster;
static struct instance instance;
static struct instance counted;

/* ---- Warnings ---- */

/* As they are printed, with path, reason, and the text with a caret under the place. */
static const char *const warnings[] = {
    "study.json: events[0].forms[0].when: warning: the study has no event 'LOGS'; did you mean 'LOG'?\n"
    "    event <> 'LOGS'\n"
    "             ^\n",
    "study.json: subject.day1: warning: 'UNK' means missing, so no value is left of it: write IS NULL, or "
    "missing(rand) = 'UNK'\n"
    "    CASE WHEN dm.rand = 'UNK' THEN dm.first END\n"
    "                        ^\n",
    "study.json: subject.ended: warning: the study has no event 'Log'; did you mean 'LOG'?\n"
    "    CASE WHEN dm.event = 'Log' THEN dm.first END\n"
    "                         ^\n",
    "study.json: checks[4].check: warning: check \"TOKEN\": 'ND' is no missing token of \"en\"; there is "
    "'UNK'\n"
    "    missing(en) = 'ND' OR gr = 5\n"
    "                  ^\n",
    "study.json: checks[0].check: warning: check \"CODE\": 'Fatal' is no code of \"o\"; did you mean "
    "'FATAL'? "
    "Cleaning makes that of it\n"
    "    out <> 'Fatal' OR gr = 5\n"
    "           ^\n",
    "study.json: checks[1].check: warning: check \"EVENT\": the study has no event 'Log'; did you mean "
    "'LOG'?\n"
    "    event <> 'Log' OR gr = 5\n"
    "             ^\n",
    "study.json: checks[2].check: warning: check \"NULL\": a comparison with NULL is never true and never "
    "false; write IS NULL or IS NOT NULL\n"
    "    out <> 'FATAL' OR NOT (en = NULL)\n"
    "                                ^\n",
    "study.json: checks[3].check: warning: check \"CROSS\": a check sees the pages of one subject only, so "
    "these "
    "are always the same; what is to be unique among subjects is no check\n"
    "    ...OM dm o WHERE o.rand = dm.rand AND o.subject_id <> dm.subject_id)\n"
    "                                                       ^\n",
};

static int
times(const char *said, const char *what)
{
    int count = 0;

    for (const char *at = said; (at = strstr(at, what)) != NULL; at += strlen(what))
        count++;
    return count;
}

START_TEST(check_warns_of_each_with_its_place)
{
    char *said = instance_crfd(&instance, 1, "check", NULL);

    for (int i = 0; i < COUNT(warnings); i++)
        expect_in(said, warnings[i]);
    ck_assert_int_eq(times(said, "warning: "), COUNT(warnings));
    expect_in(said, "note     study ");
    expect_in(said, " has 8 warnings, told above");
    free(said);
}
END_TEST

START_TEST(strict_takes_warnings_for_mistakes)
{
    char *said = instance_crfd(&instance, 78, "check", "--strict", NULL);

    ck_assert_int_eq(times(said, "warning: "), COUNT(warnings));
    expect_in(said, "has 8 warnings, told above, which --strict takes for mistakes");
    free(said);
    said = instance_crfd(&instance, 78, "check", "--strict", "--against", NULL);
    expect_in(said, "which --strict takes for mistakes");
    free(said);
}
END_TEST

START_TEST(a_study_without_warnings_is_not_changed_by_strict)
{
    char *path = cluster_project_path("config/demo.json");
    char *said = instance_crfd(&instance, 1, "check", "--strict", "--study", path, NULL);

    ck_assert_int_eq(times(said, "warning"), 0);
    expect_in(said, "ok       study ");
    free(said);
    free(path);
}
END_TEST

START_TEST(a_night_runs_all_the_same_and_says_it_once)
{
    char *said = instance_crfd(&instance, 0, "run", NULL);

    ck_assert_int_eq(times(said, "can never do what it seems to be there for"), COUNT(warnings));
    ck_assert_int_eq(times(said, "path=checks[1].check"), 1);
    free(said);
    said = instance_crfd(&instance, 0, "findings", NULL);
    ck_assert_int_eq(times(said, "warning"), 0);
    free(said);
}
END_TEST

/* ---- The instances ---- */

/* DIV only in the first version, and another ABOVE in the third. */
static void
write_counted_study(const char *version, const char *more)
{
    char text[2048];

    snprintf(text, sizeof text,
             "{\"study\": \"counted\", \"version\": \"%s\","
             " \"events\": [{\"name\": \"DAY 1\", \"forms\": [\"vs\"]}, {\"name\": \"DAY 2\"}],"
             " \"forms\": {\"vs\": {\"items\": {\"sysbp\": {\"type\": \"integer\", \"required\": true},"
             "   \"diabp\": {\"type\": \"integer\"}, \"note\": {\"type\": \"text\"}}},"
             "  \"ae\": {\"items\": {\"n\": {\"type\": \"integer\"}}}},"
             " \"checks\": [{\"id\": \"ABOVE\", \"form\": \"vs\", \"check\": \"sysbp > diabp%s\"}, %s"
             "  {\"id\": \"NOTE\", \"form\": \"vs\", \"check\": \"note <> 'none'\"},"
             "  {\"id\": \"NEVER\", \"form\": \"ae\", \"check\": \"n > 0\"}]}",
             version, strcmp(version, "3") == 0 ? " + 20 AND sysbp < 140 OR sysbp < 65" : "", more);
    instance_write_study(&counted, text);
}

/* One that comes back, one that opens and closes findings, one with a message that a spreadsheet would compute. */
#define CHANGED_CHECKS                                                                                       \
    "{\"id\": \"DIV\", \"form\": \"vs\", \"check\": \"sysbp / diabp < 3\"},"                                 \
    "{\"id\": \"SUM\", \"form\": \"vs\", \"severity\": \"minor\", \"category\": \"sums\","                   \
    " \"check\": \"sysbp + diabp < 100\", \"message\": \"=HYPERLINK({sysbp}; {diabp})\"},"

static const char *
study_path(void)
{
    static char path[256];

    snprintf(path, sizeof path, "%s/study.json", counted.folder);
    return path;
}

static const char counted_pages[] =
    "INSERT INTO edc.crf_page"
    " SELECT 'C0' || c, 'S' || s, 'DAY ' || d, 1, 'vs', 1,"
    "  json_strip_nulls(json_build_object('sysbp', CASE WHEN (c + s + d) % 5 > 0 THEN (s * 31 + d * 17) % 90 "
    "+ 60 END,"
    "   'diabp', CASE WHEN (s + d) % 7 = 0 THEN 0 WHEN (s * d) % 4 > 0 THEN (s * 13 + c * 29) % 60 + 40 "
    "END)),"
    "  '2026-01-05 12:00+00'"
    " FROM generate_series(1, 3) c, generate_series(1, 150) s, generate_series(1, 2) d";

static void
prepare_counted(void)
{
    PGconn *source;

    instance_create(&counted, &cluster, "counted");
    write_counted_study("1", "{\"id\": \"DIV\", \"form\": \"vs\", \"check\": \"sysbp / diabp < 3\"},");
    source = instance_connect_source(&counted);
    cluster_exec(source, counted_pages);
    PQfinish(source);
    instance_do(&counted, 0, "migrate", NULL);
}

/* ---- Counts ---- */

/* What PostgreSQL finds in the typed tables: how each check comes out on each page. NOTE never has a value. */
static const char outcomes[] =
    "CREATE VIEW outcome AS SELECT center_id, subject_id, check_id, o"
    " FROM analysis.vs, LATERAL (VALUES"
    "   ('ABOVE', CASE WHEN sysbp > diabp THEN 't' WHEN sysbp <= diabp THEN 'f' ELSE 'u' END),"
    "   ('DIV', CASE WHEN diabp = 0 AND sysbp IS NOT NULL THEN 'e'"
    "                WHEN sysbp / nullif(diabp, 0) < 3 THEN 't'"
    "                WHEN sysbp / nullif(diabp, 0) >= 3 THEN 'f' ELSE 'u' END),"
    "   ('NOTE', 'u'),"
    "   ('vs.sysbp.required', CASE WHEN sysbp IS NULL THEN 'f' END)) AS v(check_id, o);"
    "CREATE TABLE evaluated (check_id text, o text);"
    "CREATE TABLE told (check_id text, kind text, form text, trues bigint, falses bigint, unknowns bigint, "
    "errors "
    "bigint, open bigint, waived bigint, last_fired date, mark text);";

/* Of which pages the pass asks the checks; anew: what was counted before counts no more. */
static void
note_evaluated(PGconn *analysis, bool anew, const char *where)
{
    if (anew)
        cluster_exec(analysis, "TRUNCATE evaluated");
    cluster_execf(analysis,
                  "INSERT INTO evaluated SELECT check_id, o FROM outcome WHERE o IS NOT NULL AND %s", where);
}

/* Takes what `crfd checks --json` says into the table told. */
static void
ask_checks(PGconn *analysis)
{
    char *said = instance_crfd(&counted, 0, "checks", "--json", NULL);
    PGresult *done;

    cluster_exec(analysis, "TRUNCATE told");
    done = PQexecParams(analysis,
                        "INSERT INTO told SELECT (jsonb_populate_record(NULL::told, each)).*"
                        " FROM jsonb_array_elements($1::jsonb) AS each",
                        1, NULL, (const char *const[]){said}, NULL, NULL, 0);
    ck_assert_msg(PQresultStatus(done) == PGRES_COMMAND_OK, "%s%s", PQerrorMessage(analysis), said);
    PQclear(done);
    free(said);
}

static void
expect_counts(PGconn *analysis, const char *when)
{
    ask_checks(analysis);
    expect_text(
        analysis, "", when,
        "WITH wanted AS (SELECT check_id, count(*) FILTER (WHERE o = 't'), count(*) FILTER (WHERE o = 'f'),"
        "   count(*) FILTER (WHERE o = 'u'), count(*) FILTER (WHERE o = 'e') FROM evaluated GROUP BY 1),"
        " shown AS (SELECT check_id, coalesce(trues, 0), falses, coalesce(unknowns, 0), errors FROM told"
        "   WHERE coalesce(trues, 0) + falses + coalesce(unknowns, 0) + errors > 0),"
        " differ AS ((TABLE wanted EXCEPT TABLE shown) UNION ALL (TABLE shown EXCEPT TABLE wanted))"
        " SELECT coalesce(string_agg(differ::text, ' '), '') FROM differ");
}

static void
rerun(const char *option, const char *value)
{
    instance_do(&counted, 0, "run", "--rerun", "--reason", "test", option, value, NULL);
}

START_TEST(outcomes_are_counted_as_postgresql_finds_them)
{
    PGconn *analysis = instance_connect_analysis(&counted);
    PGconn *source = instance_connect_source(&counted);

    cluster_exec(analysis, outcomes);
    instance_do(&counted, 0, "run", NULL);
    note_evaluated(analysis, true, "true");
    expect_counts(analysis, "after the first night");
    expect_text(analysis, "t", "each outcome there is",
                "SELECT count(DISTINCT o) = 4 AND count(*) FILTER (WHERE o = 'e') > 1 FROM evaluated");

    cluster_exec(analysis, "CREATE TABLE before AS SELECT center_id, xmin::text AS x FROM crfd.check_count");
    cluster_exec(source, "UPDATE edc.crf_page SET data = '{\"sysbp\": \"50\", \"diabp\": \"60\"}'"
                         " WHERE center_id = 'C01' AND subject_id = 'S3' AND event = 'DAY 1'");
    rerun(NULL, NULL);
    note_evaluated(analysis, false, "center_id = 'C01' AND subject_id = 'S3'");
    expect_counts(analysis, "a subject that changed is added");
    expect_text(analysis, "C01", "only the center of a subject that was evaluated is written",
                "SELECT string_agg(c.center_id, ' ') FROM crfd.check_count c JOIN before b USING (center_id)"
                " WHERE c.xmin::text <> b.x");

    rerun("--full", NULL);
    note_evaluated(analysis, true, "true");
    expect_counts(analysis, "a pass over all begins anew");

    instance_do(&counted, 0, "run", "--rerun", "--reason", "test", "--full", "--subject", "S2", NULL);
    note_evaluated(analysis, false, "subject_id = 'S2'");
    expect_counts(analysis, "a pass over some adds");

    instance_do(&counted, 0, "run", "--dry-run", "--full", NULL);
    expect_counts(analysis, "a dry run counts nothing");
    PQfinish(source);
    PQfinish(analysis);
}
END_TEST

START_TEST(what_never_said_anything_is_marked)
{
    PGconn *analysis = instance_connect_analysis(&counted);
    char *said = instance_crfd(&counted, 0, "checks", NULL);

    ask_checks(analysis);
    expect_text(
        analysis, "NEVER never evaluated, NOTE always unknown", "marks",
        "SELECT string_agg(concat_ws(' ', check_id, mark), ', ' ORDER BY check_id) FROM told WHERE mark IS "
        "NOT NULL");
    expect_in(said, "never evaluated: there is no page of its form");
    expect_in(said, "always unknown: something that it compares is missing on every page");
    free(said);
    PQfinish(analysis);
}
END_TEST

/* Every rule of the study, those of events and pages among them, in its order, with what it has found. */
START_TEST(each_rule_is_listed_with_its_findings_and_its_night)
{
    PGconn *analysis = instance_connect_analysis(&counted);

    cluster_exec(analysis, "UPDATE analysis.finding SET state = 'waived' WHERE finding_id ="
                           " (SELECT min(finding_id) FROM analysis.finding WHERE check_id = 'ABOVE')");
    ask_checks(analysis);
    expect_text(
        analysis, "", "open and waived findings",
        "SELECT coalesce(string_agg(check_id, ' '), '') FROM told t WHERE row(open, waived) IS DISTINCT FROM"
        " (SELECT row(count(*) FILTER (WHERE state = 'open'), count(*) FILTER (WHERE state = 'waived'))"
        "  FROM analysis.finding f WHERE f.check_id = t.check_id)");
    expect_text(analysis, "t", "one is waived", "SELECT waived = 1 FROM told WHERE check_id = 'ABOVE'");
    expect_text(analysis, "", "what has findings fired on the night of the run",
                "SELECT coalesce(string_agg(check_id, ' '), '') FROM told WHERE (open + waived > 0)"
                " IS DISTINCT FROM (last_fired IS NOT DISTINCT FROM (SELECT max(night) FROM crfd.run))");
    expect_text(analysis, "ABOVE DIV NOTE NEVER", "checks in the order of the study, form by form",
                "SELECT string_agg(check_id, ' ' ORDER BY ctid) FROM told WHERE kind = 'check'");
    expect_text(analysis, "t", "built-in rules of each item",
                "SELECT bool_and(id IN (SELECT check_id FROM told WHERE kind <> 'check')) FROM "
                "unnest('{vs.sysbp.required,"
                "vs.sysbp.type,ae.n.type,vs.unknown-item,vs.missing-page}'::text[]) AS id");
    PQfinish(analysis);
}
END_TEST

START_TEST(another_version_of_the_study_begins_anew)
{
    PGconn *analysis = instance_connect_analysis(&counted);
    PGconn *source = instance_connect_source(&counted);

    write_counted_study("2", "");
    ask_checks(analysis);
    expect_text(analysis, "never evaluated", "before it has run",
                "SELECT string_agg(DISTINCT mark, ' ') FROM told WHERE kind = 'check'");
    expect_text(analysis, "t", "and what was found stands",
                "SELECT open > 0 AND last_fired IS NOT NULL FROM told WHERE check_id = 'ABOVE'");
    /* The center is evaluated under the new version in part: what it counted under the old one is not added. */
    instance_do(&counted, 0, "run", "--rerun", "--reason", "test", "--subject", "S2", NULL);
    note_evaluated(analysis, true, "check_id <> 'DIV' AND subject_id = 'S2'");
    expect_counts(analysis, "after a part of it has run");
    rerun(NULL, NULL);
    note_evaluated(analysis, true, "check_id <> 'DIV'");
    expect_counts(analysis, "after it has run");
    expect_text(analysis, "0", "a retired check is gone",
                "SELECT count(*) FROM crfd.check_outcome WHERE check_id = 'DIV'");
    PQfinish(source);
    PQfinish(analysis);
}
END_TEST

/* ---- crfd check --against --csv and --json ---- */

/* What a list must say: what became of each finding when the study was put in force. */
static const char became[] =
    "CREATE VIEW became AS SELECT CASE WHEN a.state = 'closed' THEN 'closes'"
    "   WHEN a.state = 'open' AND b.state IS DISTINCT FROM 'open' THEN 'opens' ELSE 'stays' END AS change,"
    "  b.finding_id, center_id, subject_id, event, event_repeat, form, form_repeat, check_id, item, "
    "a.severity,"
    "  a.category, a.message"
    " FROM analysis.finding a LEFT JOIN findings_before b"
    "  USING (center_id, subject_id, event, event_repeat, form, form_repeat, check_id, item)"
    " WHERE a.state <> 'closed' OR b.state <> 'closed';"
    "CREATE TABLE listed (change text, finding_id bigint, center_id text, subject_id text, event text, "
    "event_repeat "
    "int, form text, form_repeat int, check_id text, item text, severity text, category text, message text)";

static char *
list_against(const char *path, const char *form, const char *raw)
{
    return instance_crfd(&counted, 0, "check", "--study", path, "--against", form, raw, NULL);
}

static int
lines_with(const char *text, const char *part)
{
    int count = 0;

    for (const char *at = text; (at = strstr(at, part)) != NULL; at += strlen(part))
        count++;
    return count;
}

START_TEST(a_list_against_the_findings_is_what_the_night_then_does)
{
    PGconn *analysis = instance_connect_analysis(&counted);
    char *path, *said, *raw;
    PGresult *done;

    ck_assert_int_ge(asprintf(&path, "%s/new.json", counted.folder), 0);
    write_counted_study("3", CHANGED_CHECKS);
    ck_assert_int_eq(rename(study_path(), path), 0);
    write_counted_study("2", "");
    cluster_exec(analysis, "CREATE TABLE findings_before AS TABLE analysis.finding");
    cluster_exec(analysis, became);

    said = list_against(path, "--json", NULL);
    done = PQexecParams(analysis,
                        "INSERT INTO listed SELECT (jsonb_populate_record(NULL::listed, each)).*"
                        " FROM jsonb_array_elements($1::jsonb) AS each",
                        1, NULL, (const char *const[]){said}, NULL, NULL, 0);
    ck_assert_msg(PQresultStatus(done) == PGRES_COMMAND_OK, "%s%s", PQerrorMessage(analysis), said);
    PQclear(done);
    free(said);
    expect_text(analysis, "0", "listing changes nothing",
                "SELECT count(*) FROM (SELECT b::text FROM findings_before b EXCEPT SELECT f::text FROM "
                "analysis.finding f) d");

    said = list_against(path, "--csv", NULL);
    raw = list_against(path, "--csv", "--raw");
    ck_assert_int_gt(lines_with(said, "\"'=HYPERLINK"), 256);
    ck_assert_int_eq(lines_with(raw, "\"=HYPERLINK"), lines_with(said, "\"'=HYPERLINK"));
    ck_assert_int_eq(lines_with(said, "\r\n"), 1 + (int)cluster_int(analysis, "SELECT count(*) FROM listed"));
    ck_assert_msg(strncmp(said, "change,finding_id,center_id,", 28) == 0, "%.100s", said);
    free(said);
    free(raw);

    write_counted_study("3", CHANGED_CHECKS);
    rerun(NULL, NULL);
    expect_text(analysis, "", "what became of the findings, and what was listed",
                "SELECT coalesce(string_agg(d::text, E'\\n'), '') FROM ((TABLE became EXCEPT ALL TABLE "
                "listed) UNION ALL"
                " (TABLE listed EXCEPT ALL TABLE became) LIMIT 5) d");
    expect_text(analysis, "closes opens stays", "all of it happens, also to findings that were closed",
                "SELECT string_agg(DISTINCT change, ' ') FROM listed HAVING"
                " bool_or(change = 'opens' AND finding_id IS NOT NULL)");
    free(path);
    PQfinish(analysis);
}
END_TEST

START_TEST(a_list_is_of_against)
{
    char *said = instance_crfd(&counted, 64, "check", "--csv", NULL);

    expect_in(said, "--csv and --json list the findings of --against");
    free(said);
    said = instance_crfd(&counted, 64, "check", "--against", "--json", "--raw", NULL);
    expect_in(said, "--raw is of --csv");
    free(said);
}
END_TEST

/* What is wrong with the study is no part of the list. */
START_TEST(warnings_stand_beside_a_list)
{
    char *path = cluster_project_path("tests/data/never_fires.json");
    char *said =
        instance_crfd(&instance, 78, "check", "--strict", "--study", path, "--against", "--csv", NULL);

    expect_in(said, "warning: ");
    ck_assert_msg(strstr(said, "change,") == NULL, "%s", said);
    free(said);
    free(path);
}
END_TEST

static void
add_page(PGconn *source, const char *subject, const char *form, const char *data)
{
    char sql[512];

    snprintf(sql, sizeof sql,
             "INSERT INTO edc.crf_page VALUES ('C01', '%s', 'LOG', 1, '%s', 1, '%s', '2026-01-05 12:00+00')",
             subject, form, data);
    cluster_exec(source, sql);
}

static void
prepare(void)
{
    PGconn *source;

    cluster_start(&cluster);
    instance_create(&instance, &cluster, "checks");
    instance_copy_study(&instance, "tests/data/never_fires.json");
    source = instance_connect_source(&instance);
    add_page(source, "S1", "ae", "{\"out\": \"FATAL\", \"gr\": \"3\"}");
    add_page(source, "S1", "dm", "{\"rand\": \"R1\"}");
    add_page(source, "S2", "dm", "{\"rand\": \"R1\"}");
    PQfinish(source);
    instance_do(&instance, 0, "migrate", NULL);
    prepare_counted();
}

int
main(void)
{
    Suite *suite = suite_create("checks");
    TCase *cases = tcase_create("checks");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_set_timeout(cases, 120);
    tcase_add_test(cases, check_warns_of_each_with_its_place);
    tcase_add_test(cases, strict_takes_warnings_for_mistakes);
    tcase_add_test(cases, a_study_without_warnings_is_not_changed_by_strict);
    tcase_add_test(cases, a_night_runs_all_the_same_and_says_it_once);
    tcase_add_test(cases, outcomes_are_counted_as_postgresql_finds_them);
    tcase_add_test(cases, what_never_said_anything_is_marked);
    tcase_add_test(cases, each_rule_is_listed_with_its_findings_and_its_night);
    tcase_add_test(cases, another_version_of_the_study_begins_anew);
    tcase_add_test(cases, a_list_against_the_findings_is_what_the_night_then_does);
    tcase_add_test(cases, a_list_is_of_against);
    tcase_add_test(cases, warnings_stand_beside_a_list);
    suite_add_tcase(suite, cases);
    prepare();
    srunner_run_all(runner, CK_ENV);
    cluster_destroy(&cluster);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
