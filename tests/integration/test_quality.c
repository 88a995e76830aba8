/*
 * How the centers stand: what crfd.center, status and metrics tell of each after a run is what the tables have, whatever
 * the run or a person has changed. The oracle is the view analysis.center_quality.
 */
#include "cluster.h"
#include "expect.h"
#include "instance.h"
#include "text_file.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

static struct cluster cluster;

static void
prepare(void)
{
    cluster_start(&cluster);
}

static void
clear(void)
{
    cluster_destroy(&cluster);
}

/* Centers of which crfd.center tells anything else than the view; a center that has nothing left is in no view. */
static const char different[] =
    "SELECT coalesce(string_agg(center_id, ','), '') FROM crfd.center AS c"
    " LEFT JOIN analysis.center_quality AS q USING (center_id)"
    " WHERE (c.subjects, c.pages, c.quarantined, c.open_critical, c.open_major, c.open_minor)"
    "   IS DISTINCT FROM (coalesce(q.subjects, 0), coalesce(q.pages, 0), coalesce(q.quarantined, 0),"
    "                     coalesce(q.open_critical, 0), coalesce(q.open_major, 0), coalesce(q.open_minor, "
    "0))";

/* Findings of center C02 by severity, as a text that tells whether something has changed. */
static const char standing[] =
    "SELECT concat_ws(' ', subjects, pages, quarantined, open_critical, open_major, open_minor)"
    " FROM crfd.center WHERE center_id = 'C02'";

#define SYSBP "WHERE center_id = 'C02' AND subject_id = 'S001' AND form = 'VS' AND event = 'WEEK 2'"

static const struct {
    const char *says;
    const char *name;
    const char *source;   /* SQL */
    const char *severity; /* of the check VS001 from now on; NULL: as it was */
    bool waives;
} changes[] = {
    {"nothing but time has passed", "nothing", "SELECT 1", NULL, false},
    {"a finding is opened", "opened",
     "UPDATE edc.crf_page SET data = jsonb_set(data::jsonb, '{SYSBP}', '\"20\"')::json " SYSBP, NULL, false},
    {"a page is gone", "page_gone", "DELETE FROM edc.crf_page " SYSBP, NULL, false},
    {"a page goes to quarantine", "quarantined", "UPDATE edc.crf_page SET data = '[]' " SYSBP, NULL, false},
    {"a subject is gone", "subject_gone",
     "DELETE FROM edc.crf_page WHERE center_id = 'C02' AND subject_id = 'S001'", NULL, false},
    {"a center is gone", "center_gone", "DELETE FROM edc.crf_page WHERE center_id = 'C02'", NULL, false},
    {"a check is of another severity", "severity", "SELECT 1", "critical", false},
    {"a finding was waived", "waived", "SELECT 1", NULL, true},
};

static void
change_severity(const struct instance *instance, const char *severity)
{
    char *text = text_file_read("tests/data/night.json");
    char *at = strstr(text, "\"severity\": \"major\",\n     \"message\": \"Systolic");
    char changed[8192];

    ck_assert_ptr_nonnull(at);
    snprintf(changed, sizeof changed, "%.*s\"severity\": \"%s\"%s", (int)(at - text), text, severity,
             at + strlen("\"severity\": \"major\""));
    instance_write_study(instance, changed);
    free(text);
}

static void
waive_one(const struct instance *instance, PGconn *analysis)
{
    char *id =
        cluster_text(analysis, "SELECT min(finding_id) FROM analysis.open_finding WHERE center_id = 'C02'");

    instance_do(instance, 0, "waive", id, "--note", "as it was", NULL);
    free(id);
}

START_TEST(what_is_told_of_a_center_is_what_it_has)
{
    struct instance instance;
    PGconn *source, *analysis;
    char *before, *after;

    instance_create_night(&instance, &cluster, changes[_i].name);
    instance_do(&instance, 0, "run", NULL);
    source = instance_connect_source(&instance);
    analysis = instance_connect_analysis(&instance);
    expect_text(analysis, "", "different after the first night", different);
    before = cluster_text(analysis, standing);
    cluster_exec(source, changes[_i].source);
    if (changes[_i].severity != NULL)
        change_severity(&instance, changes[_i].severity);
    if (changes[_i].waives)
        waive_one(&instance, analysis);
    instance_do(&instance, 0, "run", "--rerun", "--reason", "changed", NULL);
    expect_text(analysis, "", changes[_i].says, different);
    after = cluster_text(analysis, standing);
    ck_assert_msg((strcmp(before, after) == 0) == (_i == 0), "%s: %s before, %s after", changes[_i].says,
                  before, after);
    free(before);
    free(after);
    PQfinish(source);
    PQfinish(analysis);
}
END_TEST

/* A pass that has nothing to do counts nothing, or each night would read all findings. */
START_TEST(what_is_unchanged_is_not_counted_again)
{
    struct instance instance;
    PGconn *analysis;

    instance_create_night(&instance, &cluster, "unread");
    instance_do(&instance, 0, "run", NULL);
    analysis = instance_connect_analysis(&instance);
    cluster_exec(analysis, "UPDATE crfd.center SET open_major = 4711 WHERE center_id = 'C02'");
    instance_do(&instance, 0, "run", "--rerun", "--reason", "again", NULL);
    expect_int(analysis, 4711, "open findings of C02",
               "SELECT open_major FROM crfd.center WHERE center_id = 'C02'");
    PQfinish(analysis);
}
END_TEST

/* The samples of open findings as PostgreSQL counts them. */
#define OPEN_SAMPLES                                                                                         \
    "SELECT string_agg(format(E'crfd_center_open_findings{study=\"tell\",center=\"%s\",severity=\"%s\"} "    \
    "%s\\n',"                                                                                                \
    "                         center_id, severity,"                                                          \
    "                         (SELECT count(*) FROM analysis.finding AS f WHERE f.center_id = c.center_id"   \
    "                           AND f.severity = s.severity AND state = 'open')), '' ORDER BY ordinal, "     \
    "center_id)"                                                                                             \
    " FROM (SELECT DISTINCT center_id FROM analysis.subject) AS c,"                                          \
    "      unnest('{critical,major,minor}'::text[]) WITH ORDINALITY AS s (severity, ordinal)"

START_TEST(the_metrics_tell_what_each_center_has)
{
    struct instance instance;
    char path[256];
    char *metrics, *expected;
    PGconn *analysis;

    instance_create_night(&instance, &cluster, "tell");
    instance_do(&instance, 0, "run", NULL);
    analysis = instance_connect_analysis(&instance);
    snprintf(path, sizeof path, "%s/crfd.prom", instance.folder);
    metrics = text_file_read(path);
    expected = cluster_text(analysis, OPEN_SAMPLES);
    expect_text(analysis, "t", "there are open findings", "SELECT count(*) > 0 FROM analysis.open_finding");
    expect_in(metrics, expected);
    free(expected);
    free(metrics);
    PQfinish(analysis);
}
END_TEST

/* The role may do all that a pass needs, and not read the counts. */
static const char limited[] =
    "CREATE ROLE limited LOGIN;"
    "GRANT USAGE ON SCHEMA crfd, analysis TO limited;"
    "GRANT ALL ON ALL TABLES IN SCHEMA crfd, analysis TO limited;"
    "GRANT ALL ON ALL SEQUENCES IN SCHEMA crfd, analysis TO limited;"
    "REVOKE SELECT ON crfd.center FROM limited;"
    "GRANT SELECT (center_id, study_digest, version, last_run_id, recount) ON crfd.center TO limited";

START_TEST(a_quality_that_cannot_be_read_fails_no_night)
{
    struct instance instance;
    PGconn *analysis;
    char *output, *quality;

    instance_create_night(&instance, &cluster, "untold");
    analysis = instance_connect_analysis(&instance);
    cluster_exec(analysis, limited);
    cluster_conninfo_as(&cluster, "untold_analysis", "limited", instance.analysis_conninfo);
    instance_write_config(&instance);
    output = instance_crfd(&instance, 0, "run", NULL);
    expect_in(output, "quality of the centers not read");
    expect_in(output, "42501");
    quality = instance_status(&instance, analysis, "{last_run,quality}");
    ck_assert_str_eq(quality, "");
    expect_text(analysis, "", "different", different);
    free(quality);
    free(output);
    PQfinish(analysis);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("quality");
    TCase *cases = tcase_create("quality");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_set_timeout(cases, 120);
    tcase_add_unchecked_fixture(cases, prepare, clear);
    tcase_add_loop_test(cases, what_is_told_of_a_center_is_what_it_has, 0, COUNT(changes));
    tcase_add_test(cases, what_is_unchanged_is_not_counted_again);
    tcase_add_test(cases, the_metrics_tell_what_each_center_has);
    tcase_add_test(cases, a_quality_that_cannot_be_read_fails_no_night);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
