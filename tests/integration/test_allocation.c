/*
 * Memory that runs out, at any allocation of a small night: the process says so and ends with its exit status, without
 * a crash and without a half of anything in the tables; the next run completes the night.
 *
 * Each is one call of malloc, calloc or realloc by crfd itself, cJSON, libuv or libpg_query. CI takes each
 * ALLOCATION_STRIDE-th, from a random one on; CRFD_ALLOCATION_STRIDE=1 takes them one by one.
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

#define ALLOCATION_STRIDE 40
/* A night that took fewer would not be the one that is meant. */
#define ALLOCATIONS_A_NIGHT_AT_LEAST 300

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

static unsigned long
stride(void)
{
    const char *text = getenv("CRFD_ALLOCATION_STRIDE");

    return text != NULL ? strtoul(text, NULL, 10) : ALLOCATION_STRIDE;
}

/* False where the night has no such allocation: it ended as if nothing had happened. */
static bool
fail_allocation(const struct rehearsal *rehearsal, unsigned long occurrence)
{
    struct instance instance = rehearsal->instance;
    struct process_result result;
    struct process night;
    char fault[64];
    bool failed;

    snprintf(fault, sizeof fault, "allocation#%lu=fail", occurrence);
    instance.fault = fault;
    instance_start(&instance, &night, "run", NULL);
    process_wait(&night, INSTANCE_PATIENCE_MS, &result);
    failed = strstr(result.err, "out of memory") != NULL;
    ck_assert_msg(result.signal == 0, "%s: it was ended by signal %d\n%s%s", fault, result.signal, result.out,
                  result.err);
    ck_assert_msg(result.exit_status == (failed ? 70 : 0), "%s: exit status %d\n%s%s", fault,
                  result.exit_status, result.out, result.err);
    process_result_clear(&result);
    return failed;
}

/* False where the process had opened no run yet. */
static bool
has_run(PGconn *analysis, int64_t runs_before)
{
    return cluster_int(analysis, "SELECT count(*) FROM crfd.run") > runs_before;
}

static const struct {
    const char *name;
    enum rehearsal_piece piece;
} nights[] = {{"first", REHEARSAL_FIRST_NIGHT}, {"second", REHEARSAL_SECOND_NIGHT}};

START_TEST(an_allocation_that_fails_costs_no_more_than_the_process)
{
    struct rehearsal rehearsal;
    unsigned long seed = rehearsal_seed();
    unsigned long step = stride();
    unsigned long count = 1 + rehearsal_random(&seed, step);
    unsigned long resumed = 0;
    PGconn *analysis;
    int64_t runs_before;

    rehearsal_create_small(&rehearsal, &cluster, nights[_i].name, nights[_i].piece);
    analysis = instance_connect_analysis(&rehearsal.instance);
    rehearsal_reset(&rehearsal);
    runs_before = cluster_int(analysis, "SELECT count(*) FROM crfd.run");
    for (; fail_allocation(&rehearsal, count); count += step) {
        if (!has_run(analysis, runs_before))
            continue;
        instance_do(&rehearsal.instance, 0, "run", NULL);
        rehearsal_expect_calm(&rehearsal, "an allocation that failed");
        rehearsal_reset(&rehearsal);
        resumed++;
    }
    fprintf(stderr, "%s night: fewer than %lu allocations, each %lu-th failed, %lu nights resumed\n",
            nights[_i].name, count, step, resumed);
    ck_assert_uint_gt(count, ALLOCATIONS_A_NIGHT_AT_LEAST);
    ck_assert_uint_gt(resumed, 0);
    rehearsal_expect_calm(&rehearsal, "an allocation that did not fail");
    PQfinish(analysis);
    rehearsal_destroy(&rehearsal);
}
END_TEST

static Suite *
allocation_suite(void)
{
    Suite *suite = suite_create("allocation");
    TCase *cases = tcase_create("allocation");

    tcase_set_timeout(cases, stride() == 1 ? 3600 : 240);
    tcase_add_unchecked_fixture(cases, prepare, clear);
    tcase_add_loop_test(cases, an_allocation_that_fails_costs_no_more_than_the_process, 0, 2);
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
