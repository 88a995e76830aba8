/*
 * Values that no two subjects may share: found at every page concerned, in the closing step of a run; what changes on one page
 * opens and closes findings at others, of other centers. After each step PostgreSQL is asked for the same.
 */
#include "expect.h"
#include "fixture.h"
#include "process.h"

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

static const char study[] =
    "{\"study\":\"unique\",\"version\":\"1\",\"events\":[{\"name\":\"V1\"},{\"name\":\"V2\"}],\"forms\":{"
    "\"dm\":{\"per\":\"subject\",\"unique\":[{\"items\":[\"initials\",\"born\"],\"in\":\"study\"}],\"items\":"
    "{"
    "\"rand\":{\"label\":\"Randomization number\",\"type\":\"text\",\"unique\":\"study\"},"
    "\"initials\":{\"type\":\"text\"},\"born\":{\"type\":\"partial-date\"}}},"
    "\"order\":{\"items\":{\"kit\":{\"type\":\"decimal\",\"unique\":\"center\"},\"user\":{\"type\":\"text\"}}"
    "}}}";

static const char functions[] =
    "CREATE FUNCTION page(c text, s text, e text, f text, d text) RETURNS void LANGUAGE sql AS $$"
    " INSERT INTO edc.crf_page (center_id, subject_id, event, event_repeat, form, form_repeat, data, "
    "submitted_at)"
    " VALUES (c, s, e, 1, f, 1, d::json, '2026-05-01')"
    " ON CONFLICT (center_id, subject_id, event, event_repeat, form, form_repeat) DO UPDATE SET data = "
    "excluded.data $$";

/* Findings that are not closed: where, what, how. */
static const char standing[] =
    "SELECT coalesce(string_agg(format('%s %s %s %s', center_id, subject_id, check_id, state), ', '"
    " ORDER BY check_id, center_id, subject_id, event), '') FROM analysis.finding WHERE state <> 'closed'";

static void
create_with(const char *name, const char *text)
{
    instance_create(&instance, &cluster, name);
    instance.removals = "{\"share\": \"1\"}";
    instance_write_config(&instance);
    instance_write_study(&instance, text);
    instance_do(&instance, 0, "migrate", NULL);
    fixture_connect();
    cluster_exec(source, functions);
}

static void
create(const char *name)
{
    create_with(name, study);
}

static void
rerun(const char *what, const char *expected)
{
    instance_do(&instance, 0, "run", "--rerun", "--reason", "test", NULL);
    expect_text(analysis, expected, what, standing);
    instance_do(&instance, 0, "verify", NULL);
}

#define R1 "{\"rand\": \"R1\"}"

/* One after the other, on the same source. */
static const struct {
    const char *says;
    const char *sql;
    const char *standing;
} steps[] = {
    {"one value in two centers, another once",
     "SELECT page('C1', 'S1', 'V1', 'dm', '" R1 "'), page('C2', 'S1', 'V1', 'dm', '" R1 "'),"
     " page('C2', 'S2', 'V1', 'dm', '{\"rand\": \"R2\"}')",
     "C1 S1 dm.rand.unique open, C2 S1 dm.rand.unique open"},
    {"nothing new", "SELECT", "C1 S1 dm.rand.unique open, C2 S1 dm.rand.unique open"},
    {"a third subject, by a value that is cleaned",
     "SELECT page('C3', 'S9', 'V1', 'dm', '{\"rand\": \" R1 \"}')",
     "C1 S1 dm.rand.unique open, C2 S1 dm.rand.unique open, C3 S9 dm.rand.unique open"},
    {"the first is corrected", "SELECT page('C1', 'S1', 'V1', 'dm', '{\"rand\": \"R3\"}')",
     "C2 S1 dm.rand.unique open, C3 S9 dm.rand.unique open"},
    {"a center goes, and with it the last but one", "DELETE FROM edc.crf_page WHERE center_id = 'C3'", ""},
    {"nobody has a value", "UPDATE edc.crf_page SET data = '{}'", ""},
    {"numbers are one, however they are written",
     "SELECT page('C1', 'S1', 'V1', 'order', '{\"kit\": \"7\"}'), page('C1', 'S2', 'V1', 'order', '{\"kit\": "
     "\"7.0\"}')",
     "C1 S1 order.kit.unique open, C1 S2 order.kit.unique open"},
    {"in another center the kit is another", "SELECT page('C2', 'S1', 'V1', 'order', '{\"kit\": \"7\"}')",
     "C1 S1 order.kit.unique open, C1 S2 order.kit.unique open"},
    {"a second page of a subject that shares it",
     "SELECT page('C1', 'S1', 'V2', 'order', '{\"kit\": \"7\"}')",
     "C1 S1 order.kit.unique open, C1 S1 order.kit.unique open, C1 S2 order.kit.unique open"},
    {"two pages of one subject are none", "SELECT page('C1', 'S2', 'V1', 'order', '{\"kit\": \"8\"}')", ""},
    {"values that are unique together, and one of them missing",
     "DELETE FROM edc.crf_page; SELECT page('C1', 'S1', 'V1', 'dm', '{\"initials\": \"AB\", \"born\": "
     "\"1970\"}'),"
     " page('C2', 'S1', 'V1', 'dm', '{\"initials\": \"AB\", \"born\": \"1970-01\"}'),"
     " page('C2', 'S2', 'V1', 'dm', '{\"initials\": \"AB\"}'), page('C2', 'S3', 'V1', 'dm', '{\"initials\": "
     "\"AB\"}')",
     ""},
    {"both are the same", "SELECT page('C2', 'S1', 'V1', 'dm', '{\"initials\": \"AB\", \"born\": \"1970\"}')",
     "C1 S1 dm.initials.unique open, C2 S1 dm.initials.unique open"},
    {"one goes to quarantine",
     "UPDATE edc.crf_page SET data = '[]' WHERE (center_id, subject_id) = ('C2', 'S1')", ""},
};

START_TEST(shared_values_are_found_at_every_page_and_no_longer_than_they_are_shared)
{
    create("steps");
    for (int i = 0; i < COUNT(steps); i++) {
        cluster_exec(source, steps[i].sql);
        rerun(steps[i].says, steps[i].standing);
    }
    expect_text(
        analysis,
        "C1 S1 dm.initials.unique corrected, C1 S1 dm.rand.unique corrected, C1 S1 order.kit.unique "
        "corrected,"
        " C1 S2 order.kit.unique corrected, C2 S1 dm.initials.unique removed,"
        " C2 S1 dm.rand.unique corrected, C3 S9 dm.rand.unique removed",
        "why they closed",
        "SELECT string_agg(DISTINCT format('%s %s %s %s', center_id, subject_id, check_id, closed_reason), "
        "', ')"
        " FROM analysis.finding");
    fixture_disconnect();
}
END_TEST

START_TEST(a_finding_names_the_others)
{
    char *found;

    create("names");
    cluster_exec(source,
                 "SELECT page('C1', 'S1', 'V1', 'dm', '" R1 "'), page('C2', 'S7', 'V1', 'dm', '" R1 "'),"
                 " page('C2', 'S8', 'V1', 'dm', '" R1 "')");
    instance_do(&instance, 0, "run", NULL);
    expect_text(analysis,
                "Randomization number R1 is not unique in the study: subject S1 of center C1, S8 of center C2"
                " {\"rand\":\"R1\",\"other subjects\":\"S1 of center C1, S8 of center C2\"}",
                "message and evidence",
                "SELECT message || ' ' || evidence FROM analysis.finding WHERE subject_id = 'S7'");
    cluster_exec(source, "SELECT page('C3', 'S' || n, 'V1', 'dm', '" R1 "') FROM generate_series(1, 30) n");
    found =
        cluster_text(analysis, "SELECT string_agg(format('%s %s dm.rand.unique open', c, s), ', ' ORDER BY c,"
                               " s COLLATE \"C\") FROM (SELECT 'C1' AS c, 'S1' AS s UNION ALL VALUES"
                               " ('C2', 'S7'), ('C2', 'S8') UNION ALL SELECT 'C3', 'S' || n"
                               " FROM generate_series(1, 30) n) q");
    rerun("many", found);
    free(found);
    expect_int(analysis, 33, "messages that end in a number",
               "SELECT count(*) FROM analysis.finding WHERE message LIKE '% and 22 more'");
    fixture_disconnect();
}
END_TEST

/* ---- Waivers ---- */

static void
waive_all(void)
{
    char *ids = cluster_text(
        analysis, "SELECT string_agg(finding_id::text, ' ') FROM analysis.finding WHERE state = 'open'");
    char *rest = ids;

    for (char *id = strsep(&rest, " "); id != NULL; id = strsep(&rest, " "))
        instance_do(&instance, 0, "waive", id, "--note", "twins", NULL);
    free(ids);
}

START_TEST(a_waiver_rests_on_who_the_others_are)
{
    create("waiver");
    cluster_exec(source,
                 "SELECT page('C1', 'S1', 'V1', 'dm', '" R1 "'), page('C2', 'S1', 'V1', 'dm', '" R1 "')");
    instance_do(&instance, 0, "run", NULL);
    waive_all();
    rerun("nothing new", "C1 S1 dm.rand.unique waived, C2 S1 dm.rand.unique waived");
    cluster_exec(source, "SELECT page('C1', 'S1', 'V1', 'dm', '{\"rand\": \"R1\", \"initials\": \"AB\"}')");
    rerun("another item", "C1 S1 dm.rand.unique waived, C2 S1 dm.rand.unique waived");
    expect_int(analysis, 0, "what the history tells, of findings that no pass of a center may close",
               "SELECT count(*) FROM analysis.finding_event WHERE reason <> 'waived'");
    cluster_exec(source, "CREATE TABLE away AS SELECT * FROM edc.crf_page WHERE center_id = 'C2';"
                         "DELETE FROM edc.crf_page WHERE center_id = 'C2'");
    rerun("one is away", "");
    cluster_exec(source, "INSERT INTO edc.crf_page TABLE away");
    rerun("it is back", "C1 S1 dm.rand.unique waived, C2 S1 dm.rand.unique waived");
    cluster_exec(source, "SELECT page('C3', 'S1', 'V1', 'dm', '" R1 "')");
    rerun("one more", "C1 S1 dm.rand.unique open, C2 S1 dm.rand.unique open, C3 S1 dm.rand.unique open");
    fixture_disconnect();
}
END_TEST

START_TEST(a_rule_that_is_taken_back_closes_its_findings)
{
    static const char without[] =
        "{\"study\":\"unique\",\"version\":\"2\",\"events\":[{\"name\":\"V1\"}],\"forms\":{\"dm\":{"
        "\"per\":\"subject\",\"items\":{\"rand\":{\"type\":\"text\"}}}}}";

    create("retired");
    cluster_exec(source,
                 "SELECT page('C1', 'S1', 'V1', 'dm', '" R1 "'), page('C2', 'S1', 'V1', 'dm', '" R1 "')");
    instance_do(&instance, 0, "run", NULL);
    instance_write_study(&instance, without);
    rerun("no rule", "");
    expect_text(analysis, "retired", "why", "SELECT DISTINCT closed_reason FROM analysis.finding");
    instance_write_study(&instance, study);
    rerun("the rule again", "C1 S1 dm.rand.unique open, C2 S1 dm.rand.unique open");
    fixture_disconnect();
}
END_TEST

/* ---- The step itself ---- */

START_TEST(the_step_looks_at_what_changed_only)
{
    char *said;

    create("skipped");
    cluster_exec(source,
                 "SELECT page('C1', 'S1', 'V1', 'dm', '" R1 "'), page('C2', 'S1', 'V1', 'dm', '" R1 "')");
    instance_do(&instance, 0, "run", NULL);
    said = instance_crfd(&instance, 0, "run", "--rerun", "--reason", "nothing has changed", NULL);
    ck_assert_msg(strstr(said, "closing step") == NULL, "it was done again:\n%s", said);
    free(said);
    cluster_exec(source, "SELECT page('C1', 'S1', 'V1', 'dm', '{}')");
    said = instance_crfd(&instance, 0, "run", "--rerun", "--center", "C1", "--reason", "one center", NULL);
    expect_in(said, "closing step done");
    free(said);
    expect_text(analysis, "", "findings, of the center that had no pass, too", standing);
    expect_text(analysis, "C1 unknown 1, C2 corrected 0",
                "why they closed, and what the last run counted of it",
                "SELECT string_agg(format('%s %s %s', f.center_id, closed_reason, "
                "coalesce(n.findings_closed, 0)), ', '"
                " ORDER BY f.center_id) FROM analysis.finding f LEFT JOIN crfd.run_center n"
                " ON n.run_id = f.closed_run AND n.center_id = f.center_id");
    fixture_disconnect();
}
END_TEST

/* Its run is failed, says so wherever runs are looked at, and the next one of the night does the step again. */
START_TEST(a_step_that_fails_is_told_and_done_again)
{
    char *said;

    create("fails");
    cluster_exec(source,
                 "SELECT page('C1', 'S1', 'V1', 'dm', '" R1 "'), page('C2', 'S1', 'V1', 'dm', '" R1 "')");
    cluster_exec(analysis, "ALTER TABLE analysis.finding ADD CONSTRAINT obstacle CHECK (center_id <> 'C2')");
    said = instance_crfd(&instance, 3, "run", NULL);
    expect_in(said, "the closing step failed");
    free(said);
    expect_text(analysis, "failed 23514 2 done", "the run",
                "SELECT format('%s %s %s done', r.state, r.sqlstate, (SELECT count(*) FROM crfd.run_center"
                " WHERE state = 'done')) FROM crfd.run r WHERE error IS NOT NULL");
    expect_text(analysis, "", "findings: all of them or none", standing);
    said = instance_crfd(&instance, 0, "runs", NULL);
    expect_in(said, "closing step");
    free(said);
    cluster_exec(analysis, "ALTER TABLE analysis.finding DROP CONSTRAINT obstacle");
    instance_do(&instance, 0, "run", NULL);
    expect_text(analysis, "C1 S1 dm.rand.unique open, C2 S1 dm.rand.unique open", "findings", standing);
    expect_text(analysis, "done -", "the run",
                "SELECT format('%s %s', state, coalesce(error, '-')) FROM crfd.run");
    fixture_disconnect();
}
END_TEST

START_TEST(a_failed_center_does_not_keep_the_step_from_the_others)
{
    create("beside");
    cluster_exec(source,
                 "SELECT page('C1', 'S1', 'V1', 'dm', '" R1 "'), page('C2', 'S1', 'V1', 'dm', '" R1 "'),"
                 " page('C3', 'S1', 'V1', 'dm', '{}')");
    cluster_exec(analysis, "ALTER TABLE analysis.dm ADD CONSTRAINT obstacle CHECK (center_id <> 'C3')");
    instance_do(&instance, 3, "run", NULL);
    expect_text(analysis, "C1 S1 dm.rand.unique open, C2 S1 dm.rand.unique open", "findings", standing);
    fixture_disconnect();
}
END_TEST

#define PROCESSES 3

START_TEST(three_processes_do_the_step_once)
{
    struct process nights[PROCESSES];

    create("three");
    cluster_exec(source, "SELECT page('C' || c, 'S' || s, 'V1', 'dm', format('{\"rand\": \"%s\"}', s))"
                         " FROM generate_series(1, 12) c, generate_series(1, 5) s");
    for (int i = 0; i < PROCESSES; i++)
        instance_start(&instance, &nights[i], "run", NULL);
    for (int i = 0; i < PROCESSES; i++)
        instance_finish(&nights[i], 0);
    expect_text(analysis, "60 60 0", "findings, what the run counted, and changes of them",
                "SELECT format('%s %s %s', (SELECT count(*) FROM analysis.finding WHERE state = 'open'),"
                " (SELECT sum(findings_opened) FROM crfd.run_center), (SELECT count(*) FROM "
                "analysis.finding_event))");
    fixture_disconnect();
}
END_TEST

static const char *const deadly[] = {
    "before claim",         "after claim",         "before reconcile",   "before commit",
    "after commit",         "before closing step", "after closing step", "before closing the run",
    "after closing the run"};

/* Each of three processes that comes to the point dies there, until none is left; then a fourth one makes the night complete. */
static void
kill_night(const char *point)
{
    struct process nights[PROCESSES];
    char fault[80];
    int killed = 0;

    snprintf(fault, sizeof fault, "%s#1=kill", point);
    instance.fault = fault;
    for (int i = 0; i < PROCESSES; i++)
        instance_start(&instance, &nights[i], "run", NULL);
    for (int i = 0; i < PROCESSES; i++) {
        struct process_result result;

        process_wait(&nights[i], INSTANCE_PATIENCE_MS, &result);
        killed += result.signal == SIGKILL;
        process_result_clear(&result);
    }
    ck_assert_msg(killed > 0, "no process came to \"%s\"", point);
    instance.fault = NULL;
    instance_do(&instance, 0, "run", NULL);
}

START_TEST(a_duplicate_in_the_smallest_center_outlives_kills_and_not_its_correction)
{
    char name[24];

    snprintf(name, sizeof name, "deadly_%d", _i);
    create(name);
    cluster_exec(source, "SELECT page('C' || c, 'S' || s, 'V1', 'dm', format('{\"rand\": \"%s-%s\"}', c, s))"
                         " FROM generate_series(1, 6) c, generate_series(1, 8) s;"
                         " SELECT page('C7', 'S1', 'V1', 'dm', '{\"rand\": \"6-8\"}')");
    kill_night(deadly[_i]);
    expect_text(analysis, "C6 S8 dm.rand.unique open, C7 S1 dm.rand.unique open", deadly[_i], standing);
    instance_do(&instance, 0, "verify", NULL);
    cluster_exec(analysis, "UPDATE crfd.run SET night = night - 1");
    cluster_exec(source, "SELECT page('C7', 'S1', 'V1', 'dm', '{\"rand\": \"7-1\"}')");
    kill_night(deadly[_i]);
    expect_text(analysis, "", "findings after the correction", standing);
    expect_text(analysis, "2 2 0", "findings, their changes, and those that were told twice",
                "SELECT format('%s %s %s', (SELECT count(*) FROM analysis.finding), (SELECT count(*) FROM"
                " analysis.finding_event), (SELECT count(*) FROM (SELECT FROM analysis.finding_event GROUP BY"
                " center_id, finding_id HAVING count(*) > 1) AS twice))");
    instance_do(&instance, 0, "verify", NULL);
    fixture_disconnect();
}
END_TEST

/* ---- A lie ---- */

static const struct {
    const char *says;
    const char *lie;
    const char *told;
} lies[] = {
    {"a finding is kept back", "DELETE FROM analysis.finding WHERE center_id = 'C2'", "dm.rand.unique"},
    {"a finding is made up", "UPDATE analysis.finding SET subject_id = 'S2' WHERE center_id = 'C2'",
     "dm.rand.unique"},
    {"a value is another than that of the finding",
     "UPDATE analysis.dm SET rand = 'R9' WHERE center_id = 'C1'", "dm.rand.unique"},
};

START_TEST(verify_finds_a_lie)
{
    char name[24];
    char *said;

    snprintf(name, sizeof name, "lie_%d", _i);
    create(name);
    cluster_exec(source,
                 "SELECT page('C1', 'S1', 'V1', 'dm', '" R1 "'), page('C2', 'S1', 'V1', 'dm', '" R1 "'),"
                 " page('C2', 'S2', 'V1', 'dm', '{\"rand\": \"R2\"}')");
    instance_do(&instance, 0, "run", NULL);
    instance_do(&instance, 0, "verify", NULL);
    cluster_exec(analysis, lies[_i].lie);
    said = instance_crfd(&instance, 1, "verify", NULL);
    expect_in(said, lies[_i].told);
    free(said);
    fixture_disconnect();
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("unique");
    TCase *cases = tcase_create("unique");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_set_timeout(cases, 120);
    tcase_add_unchecked_fixture(cases, fixture_start_cluster, fixture_destroy_cluster);
    tcase_add_test(cases, shared_values_are_found_at_every_page_and_no_longer_than_they_are_shared);
    tcase_add_test(cases, a_finding_names_the_others);
    tcase_add_test(cases, a_waiver_rests_on_who_the_others_are);
    tcase_add_test(cases, a_rule_that_is_taken_back_closes_its_findings);
    tcase_add_test(cases, the_step_looks_at_what_changed_only);
    tcase_add_test(cases, a_step_that_fails_is_told_and_done_again);
    tcase_add_test(cases, a_failed_center_does_not_keep_the_step_from_the_others);
    tcase_add_test(cases, three_processes_do_the_step_once);
    tcase_add_loop_test(cases, a_duplicate_in_the_smallest_center_outlives_kills_and_not_its_correction, 0,
                        COUNT(deadly));
    tcase_add_loop_test(cases, verify_finds_a_lie, 0, COUNT(lies));
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
