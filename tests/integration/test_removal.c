/*
 * A source that is empty, hidden or torn for one night: what would be taken out beyond the limit is held, is told
 * wherever a night is looked at, and goes only when someone says so.
 */
#include "expect.h"
#include "fixture.h"
#include "signature.h"
#include "text_file.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

/* The centers have 16, 32 and so on, and eight of them adverse events; C06 has the most. */
#define TEN_PAGES "{\"share\": \"0.2\", \"pages\": 10}"
#define LAST_RUN  " WHERE run_id = (SELECT max(run_id) FROM crfd.run)"

static void
waive_one(void)
{
    char *id = cluster_text(analysis, "SELECT min(finding_id) FROM analysis.finding WHERE center_id = 'C05'");

    instance_do(&instance, 0, "waive", id, "--note", "confirmed by the center", NULL);
    free(id);
}

/* The pages are in the tables, by a rerun: the night itself is still to come. One finding is waived. */
static void
create(const char *name, const char *removals)
{
    instance_create_night(&instance, &cluster, name);
    instance.removals = removals;
    instance_write_config(&instance);
    fixture_connect();
    instance_do(&instance, 0, "run", "--rerun", "--reason", "before", NULL);
    waive_one();
    cluster_exec(source, "CREATE TABLE edc.backup AS TABLE edc.crf_page");
}

static void
bring_back(void)
{
    cluster_exec(source, "TRUNCATE edc.crf_page; INSERT INTO edc.crf_page TABLE edc.backup");
}

static void
expect_signature(const char *before, const char *what)
{
    char *after = signature_take(analysis);

    ck_assert_msg(strcmp(before, after) == 0, "%s: before\n%s\nafter\n%s", what, before, after);
    free(after);
}

static void
expect_said(char *said, const char *part)
{
    expect_in(said, part);
    free(said);
}

/* ---- Faults of a source, with a limit of ten pages ---- */

static const struct {
    const char *name;
    const char *sql;
    const char *held;
} faults[] = {
    {"empty", "TRUNCATE edc.crf_page", "C01,C02,C03,C04,C05,C06"},
    {"no_center", "DELETE FROM edc.crf_page WHERE center_id = 'C05'", "C05"},
    {"no_subject", "DELETE FROM edc.crf_page WHERE center_id = 'C05' AND subject_id < 'S010'", "C05"},
    {"no_form", "DELETE FROM edc.crf_page WHERE center_id = 'C05' AND form = 'VS'", "C05"},
    {"no_key", "UPDATE edc.crf_page SET form_repeat = 900 WHERE center_id = 'C05' AND form = 'VS'", "C05"},
};

START_TEST(what_is_gone_beyond_the_limit_is_held)
{
    char *before;

    create(faults[_i].name, TEN_PAGES);
    before = signature_take(analysis);
    cluster_exec(source, faults[_i].sql);
    instance_do(&instance, 3, "run", NULL);
    expect_text(analysis, faults[_i].held, "centers that are held",
                "SELECT string_agg(center_id, ',' ORDER BY center_id) FROM crfd.run_center"
                " WHERE state = 'held'");
    expect_text(analysis, "failed", "the run", "SELECT state FROM crfd.run" LAST_RUN);
    expect_signature(before, "held");
    bring_back();
    instance_do(&instance, 0, "run", NULL);
    expect_text(analysis, "done", "the run, taken up when the source was there again",
                "SELECT state FROM crfd.run" LAST_RUN);
    expect_signature(before, "the source is there again");
    free(before);
    fixture_disconnect();
}
END_TEST

static const struct {
    const char *name;
    const char *sql;
    const char *removals;
    int removed;
} changes[] = {
    {"few", "DELETE FROM edc.crf_page WHERE center_id = 'C05' AND subject_id < 'S003' AND form = 'VS'",
     TEN_PAGES, 6},
    {"small_share", "DELETE FROM edc.crf_page WHERE center_id = 'C05' AND subject_id < 'S005'",
     "{\"share\": \"0.2\", \"pages\": 0}", 16},
    {"all_allowed", "TRUNCATE edc.crf_page", "{\"share\": \"1\", \"pages\": 0}", 360},
    {"quarantined", "UPDATE edc.crf_page SET data = '[]' WHERE center_id = 'C05'", TEN_PAGES, 0},
    {"corrected", "UPDATE edc.crf_page SET data = '{}' WHERE form = 'AE'", TEN_PAGES, 0},
};

START_TEST(what_may_change_changes)
{
    create(changes[_i].name, changes[_i].removals);
    cluster_exec(source, changes[_i].sql);
    instance_do(&instance, 0, "run", NULL);
    expect_int(analysis, changes[_i].removed, "pages removed",
               "SELECT sum(pages_removed) FROM crfd.run_center" LAST_RUN);
    bring_back();
    instance_do(&instance, 0, "run", "--rerun", "--reason", "back", NULL);
    expect_int(analysis, 0, "pages removed when they came back",
               "SELECT sum(pages_removed) FROM crfd.run_center" LAST_RUN);
    fixture_disconnect();
}
END_TEST

/* A page in quarantine has no row in a form's table, and would be missed by who counts those. */
START_TEST(pages_in_quarantine_are_held_too)
{
    create("shelved", TEN_PAGES);
    cluster_exec(source, "UPDATE edc.crf_page SET data = '[]' WHERE center_id = 'C05'");
    instance_do(&instance, 0, "run", "--rerun", "--reason", "all of them are no pages", NULL);
    cluster_exec(source, "DELETE FROM edc.crf_page WHERE center_id = 'C05'");
    instance_do(&instance, 3, "run", NULL);
    expect_int(analysis, 80, "pages of the center in quarantine",
               "SELECT count(*) FROM analysis.quarantine WHERE center_id = 'C05'");
    fixture_disconnect();
}
END_TEST

/* No center has more than 100 pages. */
START_TEST(small_centers_that_vanish_together_are_held)
{
    create("together", "{\"share\": \"0.2\", \"pages\": 100}");
    cluster_exec(source, "TRUNCATE edc.crf_page");
    instance_do(&instance, 3, "run", NULL);
    expect_text(analysis, "t", "no more went than may go, and not all is held",
                "SELECT sum(pages_removed) BETWEEN 1 AND 100 AND count(*) FILTER (WHERE state = 'held') > 1"
                " FROM crfd.run_center" LAST_RUN);
    expect_text(analysis, "t", "what is not held is gone, and nothing else",
                "SELECT sum(pages_removed) + (SELECT sum(pages) FROM analysis.subject) = 360"
                " FROM crfd.run_center" LAST_RUN);
    fixture_disconnect();
}
END_TEST

/* The limit would let a few pages go; the server does not. */
START_TEST(a_policy_that_hides_pages_is_refused)
{
    char *before;
    char *said;

    create("policy", "{\"share\": \"1\"}");
    before = signature_take(analysis);
    cluster_exec(source, "CREATE ROLE reads LOGIN; GRANT USAGE ON SCHEMA edc TO reads;"
                         "GRANT SELECT ON edc.crf_page TO reads;"
                         "ALTER TABLE edc.crf_page ENABLE ROW LEVEL SECURITY;"
                         "CREATE POLICY one ON edc.crf_page USING (center_id <> 'C05')");
    snprintf(instance.source_conninfo, sizeof instance.source_conninfo,
             "host=%s dbname=policy_source user=reads", cluster.folder);
    instance_write_config(&instance);
    said = instance_crfd(&instance, 77, "run", NULL);
    expect_in(said, "(SQLSTATE 42501)");
    expect_said(said, "`crfd check` says which role needs BYPASSRLS");
    expect_signature(before, "refused");
    free(before);
    fixture_disconnect();
}
END_TEST

/* ---- Where it is told ---- */

static void
expect_status(const char *expected, const char *place)
{
    char *value = instance_status(&instance, analysis, place);

    ck_assert_str_eq(value, expected);
    free(value);
}

static void
expect_metric(const char *line)
{
    char path[256];
    char *text;

    snprintf(path, sizeof path, "%s/crfd.prom", instance.folder);
    text = text_file_read(path);
    expect_in(text, line);
    free(text);
}

START_TEST(a_held_center_is_told_wherever_a_night_is_looked_at)
{
    create("told", TEN_PAGES);
    cluster_exec(source, "DELETE FROM edc.crf_page WHERE center_id = 'C05'");
    cluster_exec(source, "DELETE FROM edc.crf_page WHERE center_id = 'C06' AND subject_id = 'S001'");
    expect_said(instance_crfd(&instance, 3, "run", NULL), "5 done, 0 failed, 1 held");
    expect_status("1", "{last_run,centers,held}");
    expect_status("0", "{last_run,centers,pending}");
    expect_status("held", "{last_run,failures,0,state}");
    expect_status("4", "{last_run,pages,removed}");
    expect_metric("crfd_last_run_centers{study=\"told\",state=\"held\"} 1\n");
    expect_metric("crfd_last_run_pages{study=\"told\",result=\"removed\"} 4\n");
    expect_said(instance_crfd(&instance, 0, "status", NULL),
                "held: center C05: held, and nothing of it changed: "
                "80 of 80 pages");
    expect_said(instance_crfd(&instance, 0, "status", NULL), "crfd run --allow-removals --reason TEXT");
    expect_text(analysis, "t", "the record says what to do",
                "SELECT error ~ 'crfd run --allow-removals --reason TEXT' FROM crfd.run_center"
                " WHERE state = 'held'");
    expect_said(instance_crfd(&instance, 0, "runs", "--csv", NULL), ",held,");
    expect_said(instance_crfd(&instance, 0, "runs", "--csv", NULL), "pages_removed");
    fixture_disconnect();
}
END_TEST

START_TEST(a_dry_run_tells_it_too)
{
    char *before;

    create("dry", TEN_PAGES);
    before = signature_take(analysis);
    cluster_exec(source, "TRUNCATE edc.crf_page");
    expect_said(instance_crfd(&instance, 3, "run", "--dry-run", NULL), "0 done, 0 failed, 6 held");
    expect_said(instance_crfd(&instance, 0, "run", "--dry-run", "--allow-removals", NULL), "360 removed");
    instance.removals = "{\"share\": \"0.2\", \"pages\": 100}";
    instance_write_config(&instance);
    expect_said(instance_crfd(&instance, 3, "run", "--dry-run", NULL), " held\n");
    expect_signature(before, "dry runs");
    free(before);
    fixture_disconnect();
}
END_TEST

/* ---- Letting it through ---- */

START_TEST(what_is_held_goes_when_someone_says_why)
{
    create("allowed", TEN_PAGES);
    cluster_exec(source, "DELETE FROM edc.crf_page WHERE center_id = 'C05'");
    instance_do(&instance, 3, "run", NULL);
    instance_do(&instance, 3, "run", NULL);
    instance_do(&instance, 64, "run", "--allow-removals", NULL);
    instance_do(&instance, 0, "run", "--allow-removals", "--reason", "C05 never began", NULL);
    expect_text(analysis, "nightly done C05 never began true", "the run",
                "SELECT concat_ws(' ', kind, state, reason, selection ->> 'allow_removals') FROM crfd.run"
                " WHERE kind = 'nightly'");
    expect_text(analysis, "done 80", "the center",
                "SELECT state || ' ' || pages_removed FROM crfd.run_center" LAST_RUN
                " AND center_id = 'C05'");
    expect_int(analysis, 0, "its subjects", "SELECT count(*) FROM analysis.subject WHERE center_id = 'C05'");
    fixture_disconnect();
}
END_TEST

START_TEST(a_rerun_is_held_and_let_through_like_a_night)
{
    create("rerun", TEN_PAGES);
    cluster_exec(source, "DELETE FROM edc.crf_page WHERE center_id = 'C05'");
    expect_said(instance_crfd(&instance, 3, "run", "--rerun", "--reason", "a look", NULL),
                "`crfd run --rerun --allow-removals --reason TEXT`");
    instance_do(&instance, 0, "run", "--rerun", "--center", "C05", "--allow-removals", "--reason", "closed",
                NULL);
    expect_text(analysis, "closed {\"centers\": [\"C05\"], \"allow_removals\": true}", "the run",
                "SELECT reason || ' ' || selection FROM crfd.run" LAST_RUN);
    expect_int(analysis, 0, "its subjects", "SELECT count(*) FROM analysis.subject WHERE center_id = 'C05'");
    fixture_disconnect();
}
END_TEST

START_TEST(a_selection_of_subjects_removes_none)
{
    char *before;

    create("selection", "{\"share\": \"1\"}");
    before = signature_take(analysis);
    cluster_exec(source, "TRUNCATE edc.crf_page");
    instance_do(&instance, 0, "run", "--rerun", "--subject", "S005", "--reason", "one subject", NULL);
    instance_do(&instance, 0, "run", "--rerun", "--since", "2024-01-01", "--reason", "the latest", NULL);
    expect_signature(before, "selections");
    free(before);
    fixture_disconnect();
}
END_TEST

/* ---- Coming back ---- */

/* Findings, waivers with who made them and why; not the run in which that was. */
static const char findings[] =
    "SELECT string_agg(format('%s %s %s', f.finding_id, f.state, (SELECT actor || note"
    "  FROM analysis.finding_event e WHERE (e.center_id, e.finding_id, e.to_state, e.reason)"
    "   = (f.center_id, f.finding_id, 'waived', 'waived'))), E'\\n' ORDER BY f.finding_id) FROM "
    "analysis.finding f";

START_TEST(what_comes_back_the_same_has_its_findings_and_waivers)
{
    char *before;

    create("back", "{\"share\": \"1\"}");
    before = cluster_text(analysis, findings);
    cluster_exec(source, "TRUNCATE edc.crf_page");
    instance_do(&instance, 0, "run", "--rerun", "--reason", "gone", NULL);
    expect_int(analysis, 0, "findings that are not closed as removed",
               "SELECT count(*) FROM analysis.finding WHERE closed_reason IS DISTINCT FROM 'removed'");
    bring_back();
    instance_do(&instance, 0, "run", "--rerun", "--reason", "back", NULL);
    expect_text(analysis, before, "the findings", findings);
    expect_text(analysis, "open->waived waived, waived->closed removed, closed->waived returned",
                "the story of the finding that is waived",
                "SELECT string_agg(format('%s->%s %s', from_state, to_state, reason), ', ' ORDER BY event_id)"
                " FROM analysis.finding_event e JOIN analysis.finding f USING (center_id, finding_id)"
                " WHERE f.state = 'waived'");
    free(before);
    fixture_disconnect();
}
END_TEST

START_TEST(what_comes_back_otherwise_is_open)
{
    create("otherwise", "{\"share\": \"1\"}");
    cluster_exec(source, "TRUNCATE edc.crf_page");
    instance_do(&instance, 0, "run", "--rerun", "--reason", "gone", NULL);
    cluster_exec(source, "UPDATE edc.backup SET data = (data::jsonb || '{\"SYSBP\": \"60\"}')::json"
                         " WHERE data::jsonb ->> 'SYSBP' = '61'");
    bring_back();
    instance_do(&instance, 0, "run", "--rerun", "--reason", "back, but changed", NULL);
    expect_int(analysis, 0, "waived findings",
               "SELECT count(*) FROM analysis.finding WHERE state = 'waived'");
    expect_text(
        analysis, "open 1 violated again", "the finding that was waived",
        "SELECT format('%s %s %s', f.state, f.reopened, (SELECT reason FROM analysis.finding_event e"
        "  WHERE (e.center_id, e.finding_id) = (f.center_id, f.finding_id) ORDER BY event_id DESC LIMIT 1))"
        " FROM analysis.finding f JOIN analysis.finding_event w USING (center_id, finding_id)"
        " WHERE w.to_state = 'waived'");
    fixture_disconnect();
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("removal");
    TCase *cases = tcase_create("removal");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_set_timeout(cases, 120);
    tcase_add_unchecked_fixture(cases, fixture_start_cluster, fixture_destroy_cluster);
    tcase_add_loop_test(cases, what_is_gone_beyond_the_limit_is_held, 0, COUNT(faults));
    tcase_add_loop_test(cases, what_may_change_changes, 0, COUNT(changes));
    tcase_add_test(cases, pages_in_quarantine_are_held_too);
    tcase_add_test(cases, small_centers_that_vanish_together_are_held);
    tcase_add_test(cases, a_policy_that_hides_pages_is_refused);
    tcase_add_test(cases, a_held_center_is_told_wherever_a_night_is_looked_at);
    tcase_add_test(cases, a_dry_run_tells_it_too);
    tcase_add_test(cases, what_is_held_goes_when_someone_says_why);
    tcase_add_test(cases, a_rerun_is_held_and_let_through_like_a_night);
    tcase_add_test(cases, a_selection_of_subjects_removes_none);
    tcase_add_test(cases, what_comes_back_the_same_has_its_findings_and_waivers);
    tcase_add_test(cases, what_comes_back_otherwise_is_open);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
