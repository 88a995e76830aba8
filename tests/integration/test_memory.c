/*
 * Memory does not grow with the number of pages: nights over ten times the pages, in as many centers, so that each
 * center has ten times the subjects.
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
             " '%s/psql' -X -q -v ON_ERROR_STOP=1 -d '%s' %s",
             generate, CENTERS, subjects, night, night == 1 ? "copy" : "sql", cluster.bin,
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
    suite_add_tcase(suite, nights);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
