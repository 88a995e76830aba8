/*
 * An analysis database belongs to one study: whoever comes to it with another is refused before anything is read or
 * changed, and told both names. A study that has a new name is given it by a command that says so.
 */
#include "cluster.h"
#include "expect.h"
#include "instance.h"
#include "signature.h"
#include "text_file.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct cluster cluster;
static struct instance instance;
static PGconn *analysis;

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

/* The same definition under another name. */
static void
call_the_study(const char *name)
{
    char *text = text_file_read("tests/data/night.json");
    char *at = strstr(text, "\"study\": \"night\"");
    char *study = NULL;
    size_t size;
    FILE *out = open_memstream(&study, &size);

    ck_assert_ptr_nonnull(at);
    fprintf(out, "%.*s\"study\": \"%s\"%s", (int)(at - text), text, name,
            at + strlen("\"study\": \"night\""));
    fclose(out);
    instance_write_study(&instance, study);
    free(study);
    free(text);
}

/* A first night of study "night"; from then on the configuration names another. */
static void
create(const char *name)
{
    instance_create_night(&instance, &cluster, name);
    instance_do(&instance, 0, "run", NULL);
    analysis = instance_connect_analysis(&instance);
    call_the_study("other");
}

static void
expect_refused(int exit_status, const char *verb, const char *option)
{
    char *said = instance_crfd(&instance, exit_status, verb, option, NULL);

    expect_in(said, "belongs to study \"night\" (filled from");
    expect_in(said, ".\"edc\".\"crf_page\")");
    expect_in(said, "is of \"other\"");
    expect_in(said, "crfd migrate --rename-study OLD");
    free(said);
}

START_TEST(another_study_is_refused_by_both_names)
{
    char *before, *after;

    create("refused");
    before = signature_take(analysis);
    expect_refused(1, "check", NULL);
    expect_refused(78, "check", "--against");
    expect_refused(78, "migrate", NULL);
    expect_refused(78, "migrate", "--dry-run");
    expect_refused(78, "run", NULL);
    expect_refused(78, "run", "--dry-run");
    after = signature_take(analysis);
    ck_assert_str_eq(before, after);
    expect_int(analysis, 1, "runs", "SELECT count(*) FROM crfd.run");
    expect_int(analysis, 1, "definitions", "SELECT count(*) FROM crfd.study");
    free(before);
    free(after);
    PQfinish(analysis);
}
END_TEST

START_TEST(a_study_is_renamed_by_a_command_that_says_its_old_name)
{
    char *before, *after;

    create("renamed");
    before = signature_take(analysis);
    instance_do(&instance, 78, "migrate", "--rename-study", "third", NULL);
    expect_refused(78, "run", NULL);
    instance_do(&instance, 0, "migrate", "--rename-study", "night", "--dry-run", NULL);
    expect_refused(78, "run", NULL);
    instance_do(&instance, 0, "migrate", "--rename-study", "night", NULL);
    instance_do(&instance, 0, "run", "--rerun", "--reason", "a new name", NULL);
    after = signature_take(analysis);
    ck_assert_str_eq(before, after);
    instance_do(&instance, 0, "migrate", NULL);
    call_the_study("night");
    instance_do(&instance, 78, "run", "--rerun", "--reason", "the old name", NULL);
    free(before);
    free(after);
    PQfinish(analysis);
}
END_TEST

int
main(void)
{
    TCase *cases = tcase_create("two_studies");
    Suite *suite = suite_create("two_studies");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_set_timeout(cases, 120);
    tcase_add_unchecked_fixture(cases, prepare, clear);
    tcase_add_test(cases, another_study_is_refused_by_both_names);
    tcase_add_test(cases, a_study_is_renamed_by_a_command_that_says_its_old_name);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
