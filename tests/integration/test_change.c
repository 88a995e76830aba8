/*
 * What a rerun makes of changes: in the source, in the study definition, by a data manager's waiver; and a dry run,
 * which changes nothing.
 */
#include "expect.h"
#include "fixture.h"
#include "signature.h"
#include "text_file.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* S005 has a systolic pressure of 61 at WEEK 2, below the diastolic one, in each center that has the subject. */
#define FINDING  "(center_id, subject_id, event, form, check_id) = ('C05', 'S005', 'WEEK 2', 'vs', 'VS001')"
#define IN_EVENT "(center_id, subject_id, event) = ('C05', 'S005', 'WEEK 2')"
#define PAGE     "(center_id, subject_id, event, form) = ('C05', 'S005', 'WEEK 2', 'VS')"

static void
set_value(const char *key, const char *json_value)
{
    cluster_execf(source, "UPDATE edc.crf_page SET data = (data::jsonb || '{\"%s\": %s}')::json WHERE " PAGE,
                  key, json_value);
}

static const char last_run[] = "SELECT format('%s %s %s %s %s %s', sum(evaluated), sum(pages_read), "
                               "sum(pages_written), sum(findings_opened),"
                               " sum(findings_closed), sum(findings_reopened)) FROM crfd.run_center"
                               " WHERE run_id = (SELECT max(run_id) FROM crfd.run)";

static void
expect_last_run(const char *counts)
{
    expect_text(analysis, counts,
                "subjects evaluated, pages read, written, findings opened, closed, reopened", last_run);
}

static void
expect_finding(const char *expected)
{
    expect_text(analysis, expected, "state, reason, times reopened",
                "SELECT format('%s %s %s', state, coalesce(closed_reason, '-'), reopened) FROM "
                "analysis.finding WHERE " FINDING);
}

/* ---- Changes at the source ---- */

START_TEST(a_value_that_is_gone_closes_as_unknown)
{
    fixture_create_night("unknown");
    instance_do(&instance, 0, "run", NULL);
    expect_finding("open - 0");
    set_value("SYSBP", "\"\"");
    fixture_rerun();
    expect_last_run("1 360 1 0 1 0");
    expect_finding("closed unknown 0");
    set_value("SYSBP", "\"61\"");
    fixture_rerun();
    expect_last_run("1 360 1 0 0 1");
    expect_finding("open - 1");
    fixture_disconnect();
}
END_TEST

START_TEST(a_value_that_is_still_wrong_keeps_its_finding)
{
    fixture_create_night("still");
    instance_do(&instance, 0, "run", NULL);
    set_value("SYSBP", "\"62\"");
    fixture_rerun();
    expect_last_run("1 360 1 0 0 0");
    expect_finding("open - 0");
    expect_text(analysis, "62 Systolic 62 is not above diastolic 77", "evidence and message follow the value",
                "SELECT (evidence->>'sysbp') || ' ' || message FROM analysis.finding WHERE " FINDING);
    fixture_disconnect();
}
END_TEST

START_TEST(a_row_has_the_run_that_last_changed_it)
{
    fixture_create_night("rows");
    instance_do(&instance, 0, "run", NULL);
    set_value("SYSBP", "\"62\"");
    fixture_rerun();
    expect_text(analysis, "2: C05 S005 WEEK 2", "pages of the last run",
                "SELECT string_agg(format('%s: %s %s %s', run_id, center_id, subject_id, event), ', ')"
                " FROM analysis.vs WHERE run_id <> 1");
    expect_text(analysis, "2: C05 S005", "subjects of the last run",
                "SELECT string_agg(format('%s: %s %s', run_id, center_id, subject_id), ', ')"
                " FROM analysis.subject WHERE run_id <> 1");
    fixture_disconnect();
}
END_TEST

START_TEST(a_page_without_a_time_is_quarantined_without_one)
{
    fixture_create_night("time");
    cluster_exec(source, "ALTER TABLE edc.crf_page ALTER COLUMN submitted_at DROP NOT NULL");
    instance_do(&instance, 0, "run", NULL);
    cluster_exec(source, "UPDATE edc.crf_page SET submitted_at = NULL WHERE " PAGE);
    fixture_rerun();
    expect_text(
        analysis, "WEEK 2 1 VS 1: - of run 2", "the page in quarantine",
        "SELECT string_agg(format('%s %s %s %s: %s of run %s', event, event_repeat, form, form_repeat,"
        " coalesce(submitted_at::text, '-'), run_id), ', ') FROM analysis.quarantine"
        " WHERE (center_id, subject_id) = ('C05', 'S005')");
    fixture_disconnect();
}
END_TEST

/* A view without a key may deliver them in any order. */
START_TEST(of_two_pages_of_one_key_the_same_one_counts_whichever_comes_first)
{
    static const char taken[] =
        "SELECT (SELECT string_agg(sysbp::text, ',') FROM analysis.vs WHERE " IN_EVENT ")"
        " || ', quarantined ' || (SELECT string_agg(data, ',') FROM analysis.quarantine WHERE " IN_EVENT ")";

    fixture_create_night("order");
    instance.relation = "edc.loose";
    instance_write_config(&instance);
    cluster_exec(source, "CREATE TABLE edc.loose AS SELECT * FROM edc.crf_page WHERE NOT (" PAGE ")");
    cluster_exec(source,
                 "INSERT INTO edc.loose (center_id, subject_id, event, event_repeat, form, form_repeat,"
                 "  data, submitted_at)"
                 " SELECT center_id, subject_id, event, event_repeat, form, form_repeat,"
                 "  copies.data::json, submitted_at FROM edc.crf_page,"
                 " (VALUES ('{\"SYSBP\": \"120\"}'), ('{\"SYSBP\": \"130\"}')) AS copies (data)"
                 " WHERE " PAGE);
    instance_do(&instance, 0, "run", NULL);
    expect_text(analysis, "120, quarantined {\"SYSBP\": \"130\"}", "the two pages", taken);
    cluster_exec(source,
                 "WITH gone AS (DELETE FROM edc.loose WHERE " PAGE " AND data::text ~ '120' RETURNING *)"
                 " INSERT INTO edc.loose SELECT * FROM gone");
    fixture_rerun();
    expect_last_run("0 361 0 0 0 0");
    instance_do(&instance, 0, "run", "--rerun", "--full", "--reason", "test", NULL);
    expect_text(analysis, "120, quarantined {\"SYSBP\": \"130\"}", "the two pages, delivered the other way",
                taken);
    fixture_disconnect();
}
END_TEST

START_TEST(a_page_that_is_gone_is_taken_out)
{
    fixture_create_night("page");
    instance_do(&instance, 0, "run", NULL);
    cluster_exec(source, "DELETE FROM edc.crf_page WHERE " PAGE);
    fixture_rerun();
    expect_finding("closed removed 0");
    expect_int(analysis, 3, "pages of the subject in the ledger",
               "SELECT pages FROM analysis.subject WHERE (center_id, subject_id) = ('C05', 'S005')");
    expect_text(analysis, "SCREENING,WEEK 4", "events of the subject in analysis.vs",
                "SELECT string_agg(event, ',' ORDER BY event) FROM analysis.vs"
                " WHERE (center_id, subject_id) = ('C05', 'S005')");
    expect_int(analysis, 251, "rows of analysis.vs: the others are still there",
               "SELECT count(*) FROM analysis.vs");
    fixture_disconnect();
}
END_TEST

static const char rows_of_subject[] =
    "SELECT (SELECT count(*) FROM analysis.vs WHERE (center_id, subject_id) = ('C05', 'S005'))"
    " + (SELECT count(*) FROM analysis.dm WHERE (center_id, subject_id) = ('C05', 'S005'))"
    " + (SELECT count(*) FROM analysis.subject WHERE (center_id, subject_id) = ('C05', 'S005'))";

START_TEST(a_subject_that_is_gone_is_taken_out_and_its_findings_stay_as_removed)
{
    fixture_create_night("subject");
    instance_do(&instance, 0, "run", NULL);
    expect_int(analysis, 5, "rows of the subject", rows_of_subject);
    cluster_exec(source, "DELETE FROM edc.crf_page WHERE (center_id, subject_id) = ('C05', 'S005')");
    fixture_rerun();
    expect_int(analysis, 0, "rows of the subject that is gone", rows_of_subject);
    expect_finding("closed removed 0");
    expect_int(analysis, 0, "open findings of the subject that is gone",
               "SELECT count(*) FROM analysis.open_finding WHERE (center_id, subject_id) = ('C05', 'S005')");
    expect_int(analysis, 83, "subjects of the ledger", "SELECT count(*) FROM analysis.subject");
    fixture_disconnect();
}
END_TEST

START_TEST(a_center_that_is_gone_is_taken_out)
{
    fixture_create_night("center");
    instance_do(&instance, 0, "run", NULL);
    cluster_exec(source, "DELETE FROM edc.crf_page WHERE center_id = 'C02'");
    fixture_rerun();
    expect_int(analysis, 0, "rows and open findings of the center that is gone",
               "SELECT (SELECT count(*) FROM analysis.vs WHERE center_id = 'C02')"
               " + (SELECT count(*) FROM analysis.ae WHERE center_id = 'C02')"
               " + (SELECT count(*) FROM analysis.dm WHERE center_id = 'C02')"
               " + (SELECT count(*) FROM analysis.subject WHERE center_id = 'C02')"
               " + (SELECT count(*) FROM analysis.open_finding WHERE center_id = 'C02')");
    expect_text(analysis, "done 0 56", "its pass: state, pages read and removed",
                "SELECT format('%s %s %s', state, pages_read, pages_removed) FROM crfd.run_center"
                " WHERE center_id = 'C02' AND run_id = (SELECT max(run_id) FROM crfd.run)");
    fixture_disconnect();
}
END_TEST

START_TEST(a_new_center_is_found_by_the_next_run)
{
    fixture_create_night("newcomer");
    instance_do(&instance, 0, "run", NULL);
    cluster_exec(
        source,
        "INSERT INTO edc.crf_page SELECT 'C07', subject_id, event, event_repeat, form, form_repeat, data,"
        " submitted_at FROM edc.crf_page WHERE center_id = 'C01'");
    fixture_rerun();
    expect_text(analysis, "4 16 0", "subjects, pages, pages quarantined of the new center",
                "SELECT format('%s %s %s', count(*), sum(pages), sum(quarantined)) FROM analysis.subject"
                " WHERE center_id = 'C07'");
    fixture_disconnect();
}
END_TEST

START_TEST(a_rerun_of_one_center_leaves_the_others_alone)
{
    fixture_create_night("selection");
    instance_do(&instance, 0, "run", NULL);
    cluster_exec(source, "UPDATE edc.crf_page SET data = (data::jsonb || '{\"SYSBP\": \"120\"}')::json"
                         " WHERE (subject_id, event, form) = ('S005', 'WEEK 2', 'VS')");
    instance_do(&instance, 0, "run", "--rerun", "--center", "C04,C05", "--reason", "two centers", NULL);
    expect_text(analysis, "C02,C03,C06", "centers in which the finding is still open",
                "SELECT string_agg(center_id, ',' ORDER BY center_id) FROM analysis.open_finding"
                " WHERE (subject_id, event, check_id) = ('S005', 'WEEK 2', 'VS001')");
    instance_do(&instance, 0, "run", "--rerun", "--center", "C06", "--subject", "S005", "--reason",
                "one subject", NULL);
    expect_last_run("1 4 1 0 1 0");
    expect_int(analysis, 24, "subjects of C06 in the ledger: the others are not taken for gone",
               "SELECT count(*) FROM analysis.subject WHERE center_id = 'C06'");
    fixture_disconnect();
}
END_TEST

/* ---- Waivers ---- */

static void
waive(int exit_status)
{
    char *id = cluster_text(analysis, "SELECT finding_id FROM analysis.finding WHERE " FINDING);

    instance_do(&instance, exit_status, "waive", id, "--note", "confirmed by the center", NULL);
    free(id);
}

START_TEST(a_waiver_holds_while_the_evidence_is_the_same)
{
    fixture_create_night("waiver");
    instance_do(&instance, 0, "run", NULL);
    waive(0);
    expect_finding("waived - 0");
    instance_do(&instance, 0, "run", "--rerun", "--full", "--reason", "nothing has changed", NULL);
    expect_finding("waived - 0");
    set_value("WEIGHT", "\"70\"");
    fixture_rerun();
    expect_finding("waived - 0");
    set_value("SYSBP", "\"62\"");
    fixture_rerun();
    expect_last_run("1 360 1 0 0 1");
    expect_finding("open - 1");
    expect_text(analysis, "open>waived confirmed by the center, waived>open -", "the history",
                "SELECT string_agg(format('%s>%s %s', from_state, to_state, coalesce(note, '-')), ', ' ORDER "
                "BY event_id)"
                " FROM analysis.finding_event WHERE finding_id = (SELECT finding_id FROM analysis.finding "
                "WHERE " FINDING ")");
    fixture_disconnect();
}
END_TEST

START_TEST(a_waived_finding_that_is_corrected_closes)
{
    fixture_create_night("waived");
    instance_do(&instance, 0, "run", NULL);
    waive(0);
    set_value("SYSBP", "\"120\"");
    fixture_rerun();
    expect_finding("closed corrected 0");
    fixture_disconnect();
}
END_TEST

START_TEST(what_is_not_open_cannot_be_waived)
{
    fixture_create_night("closed");
    instance_do(&instance, 0, "run", NULL);
    set_value("SYSBP", "\"120\"");
    fixture_rerun();
    waive(64);
    expect_finding("closed corrected 0");
    instance_do(&instance, 64, "waive", "987654321", "--note", "there is none", NULL);
    fixture_disconnect();
}
END_TEST

/* ---- Changes of the study ---- */

/* The study with one text replaced by another. */
static void
change_study(const char *from, const char *to)
{
    char *text = text_file_read("tests/data/night.json");
    char *place = strstr(text, from);
    char *changed;

    ck_assert_msg(place != NULL, "\"%s\" is not in the study", from);
    ck_assert_int_ge(asprintf(&changed, "%.*s%s%s", (int)(place - text), text, to, place + strlen(from)), 0);
    instance_write_study(&instance, changed);
    free(changed);
    free(text);
}

/* A category comes, changes and goes; what closes in between keeps the one that it had. */
START_TEST(a_finding_is_of_the_category_that_the_study_has_now)
{
    fixture_create_night("category");
    instance_do(&instance, 0, "run", NULL);
    expect_int(analysis, 0, "categories", "SELECT count(category) FROM analysis.finding");
    change_study("\"severity\": \"major\"", "\"severity\": \"major\", \"category\": \"safety\"");
    fixture_rerun();
    expect_text(
        analysis, "VS001", "the checks of category safety",
        "SELECT string_agg(DISTINCT check_id, ' ') FROM analysis.open_finding WHERE category = 'safety'");
    expect_int(analysis, 0, "findings of the check without its category",
               "SELECT count(*) FROM analysis.finding WHERE check_id = 'VS001' AND category IS NULL");
    set_value("SYSBP", "\"120\"");
    fixture_rerun();
    expect_text(analysis, "closed safety", "what became of the finding",
                "SELECT state || ' ' || category FROM analysis.finding WHERE " FINDING);
    change_study("\"id\": \"VS001\"", "\"id\": \"VS001\"");
    fixture_rerun();
    expect_int(analysis, 1, "categories that the study no longer has",
               "SELECT count(category) FROM analysis.finding");
    fixture_disconnect();
}
END_TEST

/* As with a category: another language comes and goes with the study, and a built-in rule speaks as the study says. */
START_TEST(a_finding_speaks_the_languages_that_the_study_has_now)
{
    fixture_create_night("language");
    instance_do(&instance, 0, "run", NULL);
    expect_int(analysis, 0, "other languages", "SELECT count(messages) FROM analysis.finding");
    change_study("\"Systolic {sysbp} is not above diastolic {diabp}\"",
                 "{\"en\": \"{sysbp}, not above {diabp}\", \"zh\": \"收缩压 {sysbp} ({subject_id})\"}");
    fixture_rerun();
    expect_text(analysis, "61, not above 77|{\"zh\":\"收缩压 61 (S005)\"}", "the message in both languages",
                "SELECT message || '|' || messages FROM analysis.open_finding WHERE " FINDING);
    expect_text(analysis, "VS001", "checks with another language",
                "SELECT string_agg(DISTINCT check_id, ' ') FROM analysis.finding WHERE messages IS NOT NULL");
    set_value("SYSBP", "\"120\"");
    change_study("\"id\": \"VS001\"", "\"id\": \"VS001\"");
    fixture_rerun();
    expect_text(analysis, "61, not above 77|{\"zh\":\"收缩压 61 (S005)\"}", "what a closed finding said",
                "SELECT message || '|' || messages FROM analysis.finding WHERE " FINDING);
    expect_int(analysis, 1, "findings in languages that the study no longer has",
               "SELECT count(messages) FROM analysis.finding");
    change_study("\"missing\":", "\"rules\": {\"range\": {\"message\": \"{label}: {value}!\", \"category\": "
                                 "\"safety\"}}, \"missing\":");
    set_value("SYSBP", "\"300\"");
    fixture_rerun();
    expect_int(
        analysis, 0, "findings of ranges that say something else",
        "SELECT count(*) FROM analysis.open_finding JOIN analysis.vs USING (center_id, subject_id, event,"
        " event_repeat, form_repeat) WHERE check_id = 'vs.sysbp.range' AND (message, category) IS DISTINCT "
        "FROM"
        " (format('Systolic blood pressure: %s!', sysbp), 'safety')");
    expect_int(analysis, 1, "whether there are any",
               "SELECT (count(*) > 0)::int FROM analysis.open_finding WHERE check_id = 'vs.sysbp.range'");
    fixture_disconnect();
}
END_TEST

START_TEST(a_check_that_the_study_gives_up_retires_its_findings)
{
    char *found;
    char counts[64];

    fixture_create_night("retired");
    instance_do(&instance, 0, "run", NULL);
    found = cluster_text(analysis, "SELECT count(*) FROM analysis.open_finding WHERE check_id = 'VS001'");
    change_study("\"id\": \"VS001\"", "\"id\": \"VS002\"");
    fixture_rerun();
    snprintf(counts, sizeof counts, "84 360 0 %s %s 0", found, found);
    expect_last_run(counts);
    expect_finding("closed retired 0");
    expect_int(analysis, 2, "definitions that are kept", "SELECT count(*) FROM crfd.study");
    change_study("\"id\": \"VS001\"", "\"id\": \"VS001\"");
    fixture_rerun();
    snprintf(counts, sizeof counts, "84 360 0 0 %s %s", found, found);
    expect_last_run(counts);
    expect_finding("open - 1");
    free(found);
    fixture_disconnect();
}
END_TEST

/* Of a night of which only a part was read nobody may believe that it has brought the rest up to date. */
/* A new version may judge otherwise, as a changed study does. */
START_TEST(what_another_version_evaluated_is_evaluated_again)
{
    fixture_create_night("version");
    instance_do(&instance, 0, "run", NULL);
    cluster_exec(analysis, "UPDATE crfd.center SET version = '0.0.1' WHERE center_id = 'C05'");
    fixture_rerun();
    expect_text(
        analysis, "C05", "the centers whose subjects were evaluated",
        "SELECT string_agg(center_id, ' ') FROM crfd.run_center"
        " WHERE run_id = (SELECT max(run_id) FROM crfd.run) AND evaluated = subjects AND evaluated > 0");
    fixture_rerun();
    expect_int(
        analysis, 0, "subjects evaluated by the same version again",
        "SELECT sum(evaluated) FROM crfd.run_center WHERE run_id = (SELECT max(run_id) FROM crfd.run)");
    fixture_disconnect();
}
END_TEST

START_TEST(a_rerun_since_a_day_reads_the_subjects_that_were_submitted_since)
{
    fixture_create_night("since");
    instance_do(&instance, 0, "run", NULL);
    change_study("\"id\": \"VS001\"", "\"id\": \"VS002\"");
    /* One page at the first moment of the day, one at the last of the day before. */
    cluster_execf(source,
                  "UPDATE edc.crf_page SET submitted_at = timestamp '2024-07-01' AT TIME ZONE '%s'"
                  " WHERE " PAGE "; UPDATE edc.crf_page"
                  " SET submitted_at = (timestamp '2024-07-01' AT TIME ZONE '%s') - interval '1 microsecond'"
                  " WHERE (center_id, subject_id, event, form) = ('C05', 'S006', 'WEEK 2', 'VS')",
                  instance.timezone, instance.timezone);
    instance_do(&instance, 0, "run", "--rerun", "--since", "2024-07-01", "--reason", "test", NULL);
    expect_last_run("1 4 1 1 1 0");
    expect_int(analysis, 84, "subjects of the ledger: the others are not taken for gone",
               "SELECT count(*) FROM analysis.subject");
    fixture_rerun();
    expect_text(analysis, "84 360", "subjects evaluated, pages read under the new definition",
                "SELECT format('%s %s', sum(evaluated), sum(pages_read)) FROM crfd.run_center"
                " WHERE run_id = (SELECT max(run_id) FROM crfd.run)");
    fixture_disconnect();
}
END_TEST

START_TEST(an_item_that_the_study_takes_up_is_filled_in_after_a_migration)
{
    char *output;

    fixture_create_night("item");
    set_value("POSITION", "\"SITTING\"");
    instance_do(&instance, 0, "run", NULL);
    expect_text(analysis, "vs.unknown-item open SITTING", "an item that the form does not have",
                "SELECT format('%s %s %s', check_id, state, evidence->>'POSITION') FROM analysis.finding"
                " WHERE check_id LIKE '%unknown-item'");
    change_study("\"weight_u\": {", "\"position\": {\"type\": \"text\"},\n      \"weight_u\": {");
    output = instance_crfd(&instance, 78, "run", "--rerun", "--reason", "new item", NULL);
    expect_in(output, "crfd migrate");
    free(output);
    instance_do(&instance, 0, "migrate", NULL);
    fixture_rerun();
    expect_text(analysis, "SITTING", "the new column",
                "SELECT string_agg(position, ',') FROM analysis.vs WHERE position IS NOT NULL");
    expect_int(analysis, 0, "open findings of items that the form does not have",
               "SELECT count(*) FROM analysis.open_finding WHERE check_id LIKE '%unknown-item'");
    fixture_disconnect();
}
END_TEST

START_TEST(a_migration_that_would_lose_data_is_refused)
{
    char *before;
    char *after;
    char *output;

    fixture_create_night("refused");
    instance_do(&instance, 0, "run", NULL);
    before = signature_rows(analysis);
    change_study("\"weight\":   {\"label\": \"Weight\", \"type\": \"decimal\", \"unit\": {\"item\": "
                 "\"weight_u\", \"to\": \"kg\", "
                 "\"from\": {\"LB\": {\"factor\": \"0.45359237\"}}}}",
                 "\"weight\": {\"type\": \"integer\"}");
    output = instance_crfd(&instance, 78, "migrate", NULL);
    expect_in(output, "weight");
    after = signature_rows(analysis);
    ck_assert_str_eq(after, before);
    free(before);
    free(after);
    free(output);
    fixture_disconnect();
}
END_TEST

/* ---- Dry run ---- */

static void
dry_run_changes_nothing(void)
{
    char *before = signature_rows(analysis);
    char *runs = cluster_text(analysis, "SELECT format('%s %s', (SELECT count(*) FROM crfd.run),"
                                        " (SELECT count(*) FROM crfd.run_center))");
    char *output = instance_crfd(&instance, 0, "run", "--dry-run", NULL);
    char *after = signature_rows(analysis);

    ck_assert_str_eq(after, before);
    expect_text(
        analysis, runs, "runs and centers of runs",
        "SELECT format('%s %s', (SELECT count(*) FROM crfd.run), (SELECT count(*) FROM crfd.run_center))");
    ck_assert_msg(*output != '\0', "a dry run that says nothing");
    free(before);
    free(runs);
    free(output);
    free(after);
}

START_TEST(a_dry_run_changes_nothing)
{
    fixture_create_night("dry");
    dry_run_changes_nothing();
    instance_do(&instance, 0, "run", NULL);
    set_value("SYSBP", "\"120\"");
    cluster_exec(source, "DELETE FROM edc.crf_page WHERE center_id = 'C01'");
    dry_run_changes_nothing();
    fixture_disconnect();
}
END_TEST

static Suite *
change_suite(void)
{
    Suite *suite = suite_create("change");
    TCase *cases = tcase_create("change");

    tcase_set_timeout(cases, 240);
    tcase_add_unchecked_fixture(cases, fixture_start_cluster, fixture_destroy_cluster);
    tcase_add_test(cases, a_value_that_is_gone_closes_as_unknown);
    tcase_add_test(cases, a_value_that_is_still_wrong_keeps_its_finding);
    tcase_add_test(cases, a_row_has_the_run_that_last_changed_it);
    tcase_add_test(cases, a_page_without_a_time_is_quarantined_without_one);
    tcase_add_test(cases, of_two_pages_of_one_key_the_same_one_counts_whichever_comes_first);
    tcase_add_test(cases, a_page_that_is_gone_is_taken_out);
    tcase_add_test(cases, a_subject_that_is_gone_is_taken_out_and_its_findings_stay_as_removed);
    tcase_add_test(cases, a_center_that_is_gone_is_taken_out);
    tcase_add_test(cases, a_new_center_is_found_by_the_next_run);
    tcase_add_test(cases, a_rerun_of_one_center_leaves_the_others_alone);
    tcase_add_test(cases, what_another_version_evaluated_is_evaluated_again);
    tcase_add_test(cases, a_rerun_since_a_day_reads_the_subjects_that_were_submitted_since);
    tcase_add_test(cases, a_waiver_holds_while_the_evidence_is_the_same);
    tcase_add_test(cases, a_waived_finding_that_is_corrected_closes);
    tcase_add_test(cases, what_is_not_open_cannot_be_waived);
    tcase_add_test(cases, a_finding_is_of_the_category_that_the_study_has_now);
    tcase_add_test(cases, a_finding_speaks_the_languages_that_the_study_has_now);
    tcase_add_test(cases, a_check_that_the_study_gives_up_retires_its_findings);
    tcase_add_test(cases, an_item_that_the_study_takes_up_is_filled_in_after_a_migration);
    tcase_add_test(cases, a_migration_that_would_lose_data_is_refused);
    tcase_add_test(cases, a_dry_run_changes_nothing);
    suite_add_tcase(suite, cases);
    return suite;
}

int
main(void)
{
    SRunner *runner = srunner_create(change_suite());
    int failed;

    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
