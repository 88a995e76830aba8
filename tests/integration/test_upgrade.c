/*
 * Databases that older versions left, brought to this one: no content changes, and nights go on as if it had been there
 * from the first.
 *
 * tests/data/upgrade/NNNN.sql is what a crfd whose last migration was NNNN wrote into the schemas crfd and analysis, by
 * pg_dump --inserts: a first night over centers C01 and C02 of night_pages.sql, a finding that was opened and closed
 * again by reruns, and one that was waived. A version that adds a migration adds the file of the one before it.
 */
#include "cluster.h"
#include "expect.h"
#include "instance.h"
#include "signature.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

static struct cluster cluster;

static const struct {
    const char *name;
    const char *path;
} levels[] = {
    {"from_0003", "tests/data/upgrade/0003.sql"},
    {"from_0004", "tests/data/upgrade/0004.sql"},
    {"from_0005", "tests/data/upgrade/0005.sql"},
};

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

/* An instance with the pages that the old version read, and the databases that it left. */
static PGconn *
restore(struct instance *instance, const char *prefix, int level)
{
    PGconn *source, *analysis;
    char name[32];

    snprintf(name, sizeof name, "%s%s", prefix, levels[level].name);
    instance_create(instance, &cluster, name);
    instance_copy_study(instance, "tests/data/night.json");
    source = instance_connect_source(instance);
    cluster_exec_file(source, "tests/data/night_pages.sql");
    cluster_exec(source, "DELETE FROM edc.crf_page WHERE center_id > 'C02'");
    PQfinish(source);
    analysis = instance_connect_analysis(instance);
    cluster_exec_file(analysis, levels[level].path);
    /* A dump sets the search path to nothing for its session. */
    cluster_exec(analysis, "RESET ALL");
    return analysis;
}

/* A migration adds columns, and the first night fills them: what was there stays the same. */
static char *
signature_of_today(PGconn *analysis)
{
    signature_keep_columns(analysis);
    return signature_take(analysis);
}

static void
expect_same(PGconn *analysis, const char *before, const char *what)
{
    char *after = signature_take(analysis);

    ck_assert_msg(strcmp(before, after) == 0, "%s: before\n%s\nafter\n%s", what, before, after);
    free(after);
}

/* It belongs to the study that its last run had, whoever comes first after the upgrade. */
START_TEST(an_older_database_is_not_taken_by_another_study)
{
    struct instance instance;
    PGconn *analysis = restore(&instance, "other_", _i);
    char *said;

    instance_copy_study(&instance, "tests/data/verify.json");
    said = instance_crfd(&instance, 78, "migrate", NULL);
    expect_in(said, "belongs to study \"night\"");
    free(said);
    PQfinish(analysis);
}
END_TEST

/* What is known of each finding, and what happened to it before this version; what it says may follow. */
static const char history[] = "SELECT string_agg(format('%s %s %s %s %s %s', finding_id, check_id, state, "
                              "opened_run, closed_run, reopened), E'\\n'"
                              " ORDER BY center_id, finding_id) || (SELECT string_agg(format('%s %s %s %s "
                              "%s', finding_id, from_state, to_state,"
                              " reason, note), E'\\n' ORDER BY center_id, event_id) FROM "
                              "analysis.finding_event WHERE from_state <> to_state)"
                              " FROM analysis.finding";

START_TEST(an_older_database_is_brought_up_and_goes_on)
{
    struct instance instance;
    PGconn *analysis = restore(&instance, "", _i);
    char *before = signature_of_today(analysis);
    char *told;
    char *said = instance_crfd(&instance, 78, "run", NULL);

    expect_in(said, "run \"crfd migrate\"");
    free(said);
    instance_do(&instance, 0, "migrate", NULL);
    expect_same(analysis, before, "crfd migrate");
    expect_text(analysis, "night", "the study of the last run", "SELECT study FROM crfd.instance");
    told = cluster_text(analysis, history);
    instance_do(&instance, 0, "run", NULL);
    expect_int(
        analysis, cluster_int(analysis, "SELECT count(*) FROM analysis.subject"),
        "subjects that the first night of this version has evaluated",
        "SELECT sum(evaluated) FROM crfd.run_center WHERE run_id = (SELECT max(run_id) FROM crfd.run)");
    expect_text(analysis, told, "the findings and their history", history);
    expect_int(analysis, 0, "columns that were left empty",
               "SELECT count(*) FROM analysis.vs WHERE unscheduled IS NULL");
    instance_do(&instance, 0, "verify", NULL);
    free(told);
    expect_text(
        analysis, "closed/3 open waived/1", "findings that were not only opened",
        "SELECT string_agg(DISTINCT state || CASE state WHEN 'closed' THEN '/' || closed_run WHEN 'waived'"
        " THEN '/' || opened_run ELSE '' END, ' ') FROM analysis.finding");
    expect_int(
        analysis, 0, "centers that are not counted as they are",
        "SELECT count(*) FROM crfd.center AS c JOIN analysis.center_quality AS q USING (center_id)"
        " WHERE (c.subjects, c.pages, c.open_major) IS DISTINCT FROM (q.subjects, q.pages, q.open_major)");
    free(before);
    PQfinish(analysis);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("upgrade");
    TCase *cases = tcase_create("upgrade");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_set_timeout(cases, 120);
    tcase_add_unchecked_fixture(cases, prepare, clear);
    tcase_add_loop_test(cases, an_older_database_is_not_taken_by_another_study, 0, COUNT(levels));
    tcase_add_loop_test(cases, an_older_database_is_brought_up_and_goes_on, 0, COUNT(levels));
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
