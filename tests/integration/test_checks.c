/* Checks that can never fire, as people meet them: crfd check, --strict, and the log of a night. */
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

/* ---- Warnings ---- */

/* As they are printed, with path, reason, and the text with a caret under the place. */
static const char *const warnings[] = {
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
    expect_in(said, " has 4 warnings, told above");
    free(said);
}
END_TEST

START_TEST(strict_takes_warnings_for_mistakes)
{
    char *said = instance_crfd(&instance, 78, "check", "--strict", NULL);

    ck_assert_int_eq(times(said, "warning: "), COUNT(warnings));
    expect_in(said, "has 4 warnings, told above, which --strict takes for mistakes");
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

/* ---- The instance ---- */

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
}

int
main(void)
{
    Suite *suite = suite_create("checks");
    TCase *cases = tcase_create("checks that cannot fire");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_set_timeout(cases, 120);
    tcase_add_test(cases, check_warns_of_each_with_its_place);
    tcase_add_test(cases, strict_takes_warnings_for_mistakes);
    tcase_add_test(cases, a_study_without_warnings_is_not_changed_by_strict);
    tcase_add_test(cases, a_night_runs_all_the_same_and_says_it_once);
    suite_add_tcase(suite, cases);
    prepare();
    srunner_run_all(runner, CK_ENV);
    cluster_destroy(&cluster);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
