/*
 * Memory does not grow with the number of pages: nights over ten times the pages, in as many centers, so that each
 * center has ten times the subjects. Nor with the findings that are listed.
 *
 * Not built with sanitizers, whose own memory grows.
 */
#include "cluster.h"
#include "expect.h"
#include "instance.h"
#include "process.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#define STUDY           "tests/data/bench.json"
#define CENTERS         4
#define SUBJECTS_FEW    250
#define SUBJECTS_MANY   2500
#define PAGES_A_SUBJECT 20
#define GROWTH_MAX_KIB  4096
#define PEAK_MAX_KIB    (64L * 1024)

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

/* Of all programs that this test has waited for, the largest: it only grows. */
static long
peak_kib(void)
{
    struct rusage usage;

    ck_assert_int_eq(getrusage(RUSAGE_CHILDREN, &usage), 0);
    return usage.ru_maxrss;
}

/* Writes what the generator makes of the night into the source. */
static void
submit(const struct instance *instance, int subjects, int night)
{
    const char *generate = getenv("CRFD_GENERATE");
    char command[CLUSTER_CONNINFO_MAX + 512];
    const char *const argv[] = {"bash", "-o", "pipefail", "-c", command, NULL};
    struct process_result result;

    ck_assert_ptr_nonnull(generate);
    snprintf(command, sizeof command,
             "'%s' --study bench --centers %d --subjects %d --night %d --format %s |"
             " '%s' -X -q -v ON_ERROR_STOP=1 -d '%s' %s",
             generate, CENTERS, subjects, night, night == 1 ? "copy" : "sql", cluster.psql,
             instance->source_conninfo, night == 1 ? "-c 'COPY edc.crf_page FROM STDIN'" : "-f -");
    process_run(argv, NULL, INSTANCE_PATIENCE_MS, &result);
    ck_assert_msg(result.exit_status == 0, "submitting the pages: %s", result.err);
    process_result_clear(&result);
}

/* A first night, one that evaluates all subjects again beside what is there, and one with changes. */
static void
run_nights(const char *name, int subjects)
{
    struct instance instance;
    PGconn *analysis;

    instance_create(&instance, &cluster, name);
    instance_copy_study(&instance, STUDY);
    submit(&instance, subjects, 1);
    instance_do(&instance, 0, "migrate", NULL);
    instance_do(&instance, 0, "run", NULL);
    instance_do(&instance, 0, "run", "--rerun", "--full", "--reason", "memory", NULL);
    submit(&instance, subjects, 2);
    instance_do(&instance, 0, "run", "--rerun", "--reason", "changes", NULL);
    analysis = instance_connect_analysis(&instance);
    expect_int(analysis, (int64_t)CENTERS * subjects * PAGES_A_SUBJECT, "pages of the ledger",
               "SELECT sum(pages) FROM analysis.subject");
    PQfinish(analysis);
}

START_TEST(memory_does_not_grow_with_the_number_of_pages)
{
    long few_kib, many_kib;

    run_nights("few", SUBJECTS_FEW);
    few_kib = peak_kib();
    run_nights("many", SUBJECTS_MANY);
    many_kib = peak_kib();
    ck_assert_msg(many_kib - few_kib <= GROWTH_MAX_KIB, "%ld KiB at first, %ld KiB with ten times the pages",
                  few_kib, many_kib);
    ck_assert_msg(many_kib <= PEAK_MAX_KIB, "%ld KiB", many_kib);
}
END_TEST

/* As many findings as pages of one form, all of one subject. */
static void
add_findings(const struct instance *instance, int count)
{
    PGconn *analysis = instance_connect_analysis(instance);
    char sql[1024];

    snprintf(sql, sizeof sql,
             "INSERT INTO analysis.finding (center_id, subject_id, event, event_repeat, form, form_repeat,"
             " check_id, item, severity, message, state, outcome, evidence, opened_run, opened_at)"
             " SELECT 'C01', 'S001', 'VISIT 1', 1, 'vs', n, 'VS001', '', 'major', repeat('m', 200), 'open',"
             " 'false', '{\"sysbp\": \"1\"}', 1, now() FROM generate_series(1, %d) n",
             count);
    cluster_exec(analysis, "DELETE FROM analysis.finding");
    cluster_exec(analysis, sql);
    PQfinish(analysis);
}

/* What the program takes to list them; the list is a line for each. */
static long
peak_of_list_kib(const struct instance *instance, const char *form, int count)
{
    char *text;
    int lines = 0;

    add_findings(instance, count);
    text = instance_crfd(instance, 0, "findings", form, NULL);
    for (const char *at = text; (at = strstr(at, "VISIT 1")) != NULL; at++)
        lines++;
    ck_assert_int_eq(lines, count);
    free(text);
    return peak_kib();
}

START_TEST(memory_does_not_grow_with_the_findings_that_are_listed)
{
    static const char *const forms[] = {"--csv", "--json"};
    struct instance instance;
    long few_kib, many_kib;

    instance_create(&instance, &cluster, forms[_i] + 2);
    instance_copy_study(&instance, STUDY);
    instance_do(&instance, 0, "migrate", NULL);
    few_kib = peak_of_list_kib(&instance, forms[_i], 100);
    many_kib = peak_of_list_kib(&instance, forms[_i], 50000);
    ck_assert_msg(many_kib - few_kib <= GROWTH_MAX_KIB, "%s: %ld KiB for 100, %ld KiB for 50,000", forms[_i],
                  few_kib, many_kib);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("memory");
    TCase *nights = tcase_create("nights");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_unchecked_fixture(nights, prepare, clear);
    tcase_set_timeout(nights, 240);
    tcase_add_test(nights, memory_does_not_grow_with_the_number_of_pages);
    tcase_add_loop_test(nights, memory_does_not_grow_with_the_findings_that_are_listed, 0, 2);
    suite_add_tcase(suite, nights);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
