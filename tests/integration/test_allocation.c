/*
 * Memory that runs out, at any allocation of a night: the process ends with a word about it or gets along without;
 * it never goes on with what it did not get, and the next run completes the night.
 */
#include "cluster.h"
#include "instance.h"
#include "process.h"
#include "rehearsal.h"

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FAILURES                     40
#define ALLOCATIONS_A_NIGHT_AT_LEAST 500

static struct cluster cluster;
static struct rehearsal rehearsal;

static void
prepare(void)
{
    cluster_start(&cluster);
    rehearsal_create(&rehearsal, &cluster, "allocation", REHEARSAL_SECOND_NIGHT);
}

static void
clear(void)
{
    rehearsal_destroy(&rehearsal);
    cluster_destroy(&cluster);
}

/* True where the night ended as if nothing had happened. */
static bool
fail_allocation(unsigned long occurrence)
{
    struct instance instance = rehearsal.instance;
    struct process_result result;
    struct process night;
    char fault[64];
    bool complete;

    snprintf(fault, sizeof fault, "allocation#%lu=fail", occurrence);
    instance.fault = fault;
    instance_start(&instance, &night, "run", NULL);
    process_wait(&night, INSTANCE_PATIENCE_MS, &result);
    complete = result.exit_status == 0;
    ck_assert_msg(result.signal == 0 || result.signal == SIGABRT, "%s: it was ended by signal %d\n%s%s",
                  fault, result.signal, result.out, result.err);
    ck_assert_msg(result.signal != 0 || complete || *result.err != '\0', "%s: exit status %d without a word",
                  fault, result.exit_status);
    process_result_clear(&result);
    return complete;
}

/* The first power of two that is beyond the allocations of a night. */
static unsigned long
allocations_of_a_night(void)
{
    unsigned long count = ALLOCATIONS_A_NIGHT_AT_LEAST;

    do {
        count *= 2;
        rehearsal_reset(&rehearsal);
    } while (!fail_allocation(count));
    return count;
}

START_TEST(an_allocation_that_fails_costs_no_more_than_the_process)
{
    unsigned long seed = rehearsal_seed();
    unsigned long count = allocations_of_a_night();

    for (int i = 0; i < FAILURES; i++) {
        rehearsal_reset(&rehearsal);
        if (!fail_allocation(1 + rehearsal_random(&seed, count)))
            instance_do(&rehearsal.instance, 0, "run", NULL);
        rehearsal_expect_calm(&rehearsal, "an allocation that failed");
    }
}
END_TEST

static Suite *
allocation_suite(void)
{
    Suite *suite = suite_create("allocation");
    TCase *cases = tcase_create("allocation");

    tcase_set_timeout(cases, 240);
    tcase_add_unchecked_fixture(cases, prepare, clear);
    tcase_add_test(cases, an_allocation_that_fails_costs_no_more_than_the_process);
    suite_add_tcase(suite, cases);
    return suite;
}

int
main(void)
{
    SRunner *runner = srunner_create(allocation_suite());
    int failed;

    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
