/*
 * What a waiver rests on: every check is waived, then something changes, and of the checks that read it, and of no
 * others, the waiver is over. Where something goes and comes back as it was, so does the waiver.
 */
#include "expect.h"
#include "fixture.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

/* AWAY, LATER and SUM read pages of ex, LAG the ds before, DM another form. */
static const char study[] =
    "{\"study\":\"waivers\",\"version\":\"1\",\"events\":[{\"name\":\"V1\"},{\"name\":\"V2\"},{\"name\":"
    "\"V3\"}],"
    "\"forms\":{\"dm\":{\"per\":\"subject\",\"items\":{\"born\":{\"type\":\"date\"},\"note\":{\"type\":"
    "\"text\"}}},"
    "\"ds\":{\"items\":{\"enddat\":{\"type\":\"date\"},\"dose\":{\"type\":\"decimal\",\"range\":{\"max\":"
    "\"5\"}}}},"
    "\"ex\":{\"items\":{\"exdat\":{\"type\":\"date\"},\"note\":{\"type\":\"text\"}}}},"
    "\"checks\":["
    "{\"id\":\"LATER\",\"form\":\"ds\",\"check\":\"NOT EXISTS (SELECT FROM ex WHERE exdat > "
    "enddat)\",\"items\":[\"enddat\"]},"
    "{\"id\":\"SUM\",\"form\":\"ds\",\"check\":\"(SELECT count(exdat) FROM ex) < "
    "1\",\"items\":[\"enddat\"],\"message\":\"sum\"},"
    "{\"id\":\"LAG\",\"form\":\"ds\",\"check\":\"dose < lag(dose) OVER "
    "visits\",\"items\":[],\"message\":\"lag\"},"
    "{\"id\":\"DM\",\"form\":\"ds\",\"check\":\"enddat < "
    "dm.born\",\"items\":[\"dose\"],\"message\":\"dm\"}]}";

static const char pages[] =
    "CREATE FUNCTION page(s text, e text, f text, d text) RETURNS void LANGUAGE sql AS $$"
    " INSERT INTO edc.crf_page (center_id, subject_id, event, event_repeat, form, form_repeat, data, "
    "submitted_at)"
    " VALUES ('C1', s, e, 1, f, 1, d::json, '2026-05-01') $$;"
    "SELECT page('S1', 'V1', 'dm', '{\"born\": \"1970-01-01\"}'), page('S1', 'V1', 'ds', '{\"dose\": "
    "\"1\"}'),"
    " page('S1', 'V2', 'ds', '{\"enddat\": \"2026-05-01\", \"dose\": \"9\"}'),"
    " page('S1', 'V1', 'ex', '{\"exdat\": \"2026-05-02\"}')";

/* The check ids that are still waived, of the four findings and the range that S1 has at V2. */
static const char waived[] =
    "SELECT coalesce(string_agg(check_id, ' ' ORDER BY check_id), '') FROM analysis.finding"
    " WHERE (subject_id, event, form, state) = ('S1', 'V2', 'ds', 'waived')";

#define ALL "DM LAG LATER SUM ds.dose.range"

static void
create(const char *name)
{
    char *ids;
    char *rest;

    instance_create(&instance, &cluster, name);
    instance.removals = "{\"share\": \"1\"}";
    instance_write_config(&instance);
    instance_write_study(&instance, study);
    instance_do(&instance, 0, "migrate", NULL);
    fixture_connect();
    cluster_exec(source, pages);
    instance_do(&instance, 0, "run", NULL);
    ids = cluster_text(analysis,
                       "SELECT string_agg(finding_id::text, ' ') FROM analysis.finding WHERE event = 'V2'");
    rest = ids;
    for (char *id = strsep(&rest, " "); id != NULL; id = strsep(&rest, " "))
        instance_do(&instance, 0, "waive", id, "--note", "as it is", NULL);
    free(ids);
    expect_text(analysis, ALL, "the findings", waived);
}

static const struct {
    const char *says;
    const char *sql;       /* at the source */
    const char *from, *to; /* in the study */
    const char *still;     /* waived */
    const char *reason;    /* of the first that opens */
} changes[] = {
    {"nothing", "SELECT", NULL, NULL, ALL, ""},
    {"a new page that violates", "SELECT page('S1', 'V3', 'ex', '{\"exdat\": \"2026-07-20\"}')", NULL, NULL,
     "DM LAG ds.dose.range", "basis"},
    {"a new page that does not violate", "SELECT page('S1', 'V3', 'ex', '{\"exdat\": \"2026-04-20\"}')", NULL,
     NULL, "DM LAG ds.dose.range", "basis"},
    {"a column of ex that nobody reads",
     "UPDATE edc.crf_page SET data = '{\"exdat\": \"2026-05-02\", \"note\": \"a\"}' WHERE form = 'ex'", NULL,
     NULL, ALL, ""},
    {"a page of ex by another day",
     "UPDATE edc.crf_page SET data = '{\"exdat\": \"2026-05-03\"}' WHERE form = 'ex'", NULL, NULL,
     "DM LAG ds.dose.range", "basis"},
    {"the same day in other words",
     "UPDATE edc.crf_page SET data = '{\"exdat\": \"02 MAY 2026\"}' WHERE form = 'ex'", NULL, NULL, ALL, ""},
    {"the page before",
     "UPDATE edc.crf_page SET data = '{\"dose\": \"2\"}' WHERE (event, form) = ('V1', 'ds')", NULL, NULL,
     "DM LATER SUM ds.dose.range", "evidence"},
    {"another form", "UPDATE edc.crf_page SET data = '{\"born\": \"1971-01-01\"}' WHERE form = 'dm'", NULL,
     NULL, "LAG LATER SUM ds.dose.range", "evidence"},
    {"an item that is read and not listed",
     "UPDATE edc.crf_page SET data = '{\"enddat\": \"2026-04-30\", \"dose\": \"9\"}' WHERE (event, form) = "
     "('V2', 'ds')",
     NULL, NULL, "LAG ds.dose.range", "basis"},
    {"a submission again, of the same", "UPDATE edc.crf_page SET submitted_at = now()", NULL, NULL, ALL, ""},
    {"another subject", "SELECT page('S2', 'V1', 'ex', '{\"exdat\": \"2026-07-20\"}')", NULL, NULL, ALL, ""},
    {"the condition", "SELECT", "< dm.born", "< dm.born - 1", "LAG LATER SUM ds.dose.range", "basis"},
    {"the severity", "SELECT", "\"message\":\"lag\"", "\"message\":\"lag\",\"severity\":\"minor\"",
     "DM LATER SUM ds.dose.range", "definition"},
    {"the message", "SELECT", "\"message\":\"sum\"", "\"message\":\"total\"", "DM LAG LATER ds.dose.range",
     "definition"},
    {"the bound of a range", "SELECT", "\"max\":\"5\"", "\"max\":\"6\"", "DM LAG LATER SUM", "definition"},
    {"a check that is added", "SELECT", "\"checks\":[",
     "\"checks\":[{\"id\":\"NEW\",\"form\":\"ds\",\"check\":\"dose < 3\"},", ALL, ""},
};

static void
replace_in_study(const char *from, const char *to)
{
    const char *at = strstr(study, from);
    char *text;

    ck_assert_ptr_nonnull(at);
    ck_assert_int_ge(asprintf(&text, "%.*s%s%s", (int)(at - study), study, to, at + strlen(from)), 0);
    instance_write_study(&instance, text);
    free(text);
}

START_TEST(a_waiver_ends_with_what_it_rests_on)
{
    char name[24];

    snprintf(name, sizeof name, "ends_%d", _i);
    create(name);
    cluster_exec(source, changes[_i].sql);
    if (changes[_i].from != NULL)
        replace_in_study(changes[_i].from, changes[_i].to);
    fixture_rerun();
    expect_text(analysis, changes[_i].still, changes[_i].says, waived);
    expect_text(analysis, changes[_i].reason, changes[_i].says,
                "SELECT coalesce((SELECT reason FROM analysis.finding_event WHERE (from_state, to_state) = "
                "('waived', 'open')"
                " ORDER BY event_id LIMIT 1), '')");
    fixture_disconnect();
}
END_TEST

/* Away for a night, and back as it was. */
static const struct {
    const char *says;
    const char *away; /* a condition */
    const char *meanwhile;
} absences[] = {
    {"the page itself", "(event, form) = ('V2', 'ds')", ""},
    {"a page of a subquery", "form = 'ex'", "DM LAG ds.dose.range"},
    {"a page that is referred to", "form = 'dm'", "LAG LATER SUM ds.dose.range"},
    {"the page before", "(event, form) = ('V1', 'ds')", "DM LATER SUM ds.dose.range"},
    {"all", "true", ""},
};

/* What is said of a finding changes nothing of what becomes of it. */
static void
comment_all(void)
{
    char *ids = cluster_text(
        analysis, "SELECT string_agg(finding_id::text, ' ') FROM analysis.finding WHERE event = 'V2'");
    char *rest = ids;

    for (char *id = strsep(&rest, " "); id != NULL; id = strsep(&rest, " "))
        instance_do(&instance, 0, "comment", id, "--note", "where is it?", NULL);
    free(ids);
}

static void
unwaive(const char *check_id)
{
    char *sql;
    char *id;

    ck_assert_int_ge(
        asprintf(&sql, "SELECT finding_id FROM analysis.finding WHERE state = 'waived' AND check_id = '%s'",
                 check_id),
        0);
    id = cluster_text(analysis, sql);
    instance_do(&instance, 0, "unwaive", id, "--note", "it is wrong", NULL);
    free(id);
    free(sql);
}

START_TEST(a_waiver_is_back_with_what_it_rests_on)
{
    char name[24];

    snprintf(name, sizeof name, "back_%d", _i);
    create(name);
    cluster_execf(
        source,
        "CREATE TABLE away AS SELECT * FROM edc.crf_page WHERE %1$s; DELETE FROM edc.crf_page WHERE %1$s",
        absences[_i].away);
    fixture_rerun();
    expect_text(analysis, absences[_i].meanwhile, absences[_i].says, waived);
    comment_all();
    cluster_exec(source, "INSERT INTO edc.crf_page TABLE away");
    fixture_rerun();
    expect_text(analysis, ALL, absences[_i].says, waived);
    fixture_disconnect();
}
END_TEST

/* Something comes, and goes again: but for what a person has taken back meanwhile. */
START_TEST(a_waiver_that_ended_is_back_with_what_it_rests_on)
{
    create("again");
    cluster_exec(source, "SELECT page('S1', 'V3', 'ex', '{\"exdat\": \"2026-07-20\"}')");
    fixture_rerun();
    expect_text(analysis, "DM LAG ds.dose.range", "with another page", waived);
    cluster_exec(source, "DELETE FROM edc.crf_page WHERE (event, form) = ('V3', 'ex')");
    fixture_rerun();
    expect_text(analysis, ALL, "without it", waived);
    unwaive("SUM");
    cluster_exec(source, "SELECT page('S1', 'V3', 'ex', '{\"exdat\": \"2026-07-20\"}')");
    fixture_rerun();
    cluster_exec(source, "DELETE FROM edc.crf_page WHERE (event, form) = ('V3', 'ex')");
    fixture_rerun();
    expect_text(analysis, "DM LAG LATER ds.dose.range", "after one was taken back", waived);
    fixture_disconnect();
}
END_TEST

/* From a version of crfd that kept no basis: each takes its first one, and none opens. */
START_TEST(a_finding_without_a_basis_takes_its_first)
{
    create("first_basis");
    cluster_exec(analysis, "UPDATE analysis.finding SET basis = NULL");
    instance_do(&instance, 0, "run", "--rerun", "--full", "--reason", "a new version", NULL);
    expect_text(analysis, ALL, "the findings", waived);
    expect_int(analysis, 0, "findings without a basis",
               "SELECT count(*) FROM analysis.finding WHERE basis IS NULL");
    expect_int(analysis, 0, "what the history tells of it",
               "SELECT count(*) FROM analysis.finding_event WHERE reason <> 'waived'");
    fixture_disconnect();
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("waiver");
    TCase *cases = tcase_create("waiver");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_set_timeout(cases, 120);
    tcase_add_unchecked_fixture(cases, fixture_start_cluster, fixture_destroy_cluster);
    tcase_add_loop_test(cases, a_waiver_ends_with_what_it_rests_on, 0, COUNT(changes));
    tcase_add_loop_test(cases, a_waiver_is_back_with_what_it_rests_on, 0, COUNT(absences));
    tcase_add_test(cases, a_waiver_that_ended_is_back_with_what_it_rests_on);
    tcase_add_test(cases, a_finding_without_a_basis_takes_its_first);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
