/*
 * A night that is killed is completed by the next `crfd run`, wherever it was: at each fault point of the program
 * (crfd/base/fault.h), at the first, a middle and the last center; and at random, where three processes share it.
 *
 * A point that is not reached fails its row, and tests/house/test_faults.py holds that each point of the sources
 * has one.
 */
#include "cluster.h"
#include "expect.h"
#include "instance.h"
#include "process.h"
#include "rehearsal.h"

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#define RANDOM_KILLS 200
/* Fewer than a center has attempts. */
#define KILLS_A_NIGHT  18
#define KILL_WITHIN_MS 80

static struct cluster cluster;
static struct rehearsal pieces[2];

static void
prepare(void)
{
    cluster_start(&cluster);
    rehearsal_create(&pieces[REHEARSAL_FIRST_NIGHT], &cluster, "first", REHEARSAL_FIRST_NIGHT);
    rehearsal_create(&pieces[REHEARSAL_SECOND_NIGHT], &cluster, "second", REHEARSAL_SECOND_NIGHT);
}

static void
clear(void)
{
    rehearsal_destroy(&pieces[REHEARSAL_FIRST_NIGHT]);
    rehearsal_destroy(&pieces[REHEARSAL_SECOND_NIGHT]);
    cluster_destroy(&cluster);
}

#define FIRST  REHEARSAL_FIRST_NIGHT
#define SECOND REHEARSAL_SECOND_NIGHT

/* How often an undisturbed night reaches the point: once a center, or otherwise. */
static const struct {
    enum rehearsal_piece piece;
    const char *point;
    int times;
} points[] = {
    {FIRST, "opening the run", 1},
    {FIRST, "before claim", 6},
    {FIRST, "after claim", 6},
    {FIRST, "mid-read", 6},
    {FIRST, "mid-write: writing analysis.dm", 6},
    {FIRST, "mid-write: writing analysis.vs", 6},
    {FIRST, "mid-write: writing analysis.ae", 6},
    {FIRST, "mid-write: writing analysis.subject", 6},
    {FIRST, "mid-write: writing analysis.quarantine", 6},
    {FIRST, "mid-write: writing analysis.finding", 6},
    {FIRST, "mid-write: writing analysis.cleaning", 6},
    {FIRST, "before reconcile", 6},
    {FIRST, "before commit", 6},
    {FIRST, "after commit", 6},
    {FIRST, "before closing step", 1},
    {FIRST, "after closing step", 1},
    {FIRST, "before closing the run", 1},
    {FIRST, "after closing the run", 1},
    /* Status and metrics, at the beginning and at the end. */
    {FIRST, "before rename", 4},
    {SECOND, "mid-read", 6},
    {SECOND, "mid-write: writing analysis.vs", 6},
    {SECOND, "mid-write: writing analysis.subject", 6},
    {SECOND, "mid-write: writing analysis.finding", 6},
    {SECOND, "mid-write: changing analysis.finding", 6},
    {SECOND, "mid-write: writing analysis.cleaning", 6},
    {SECOND, "merging: writing analysis.dm", 6},
    {SECOND, "merging: writing analysis.vs", 6},
    {SECOND, "merging: writing analysis.ae", 6},
    /* What is gone and what differs: two statements. */
    {SECOND, "merging: writing analysis.quarantine", 12},
    {SECOND, "merging: writing analysis.subject", 12},
    {SECOND, "merging: changing analysis.finding", 6},
    {SECOND, "merging: writing analysis.finding_event", 6},
    {SECOND, "before commit", 6},
    {SECOND, "after commit", 6},
    {SECOND, "before closing step", 1},
    {SECOND, "after closing step", 1},
};

#define POINT_COUNT ((int)(sizeof points / sizeof points[0]))

static void
kill_and_complete(const struct rehearsal *rehearsal, const char *point, int occurrence)
{
    struct instance instance = rehearsal->instance;
    struct process_result result;
    struct process night;
    char fault[160];

    snprintf(fault, sizeof fault, "%s#%d=kill", point, occurrence);
    rehearsal_reset(rehearsal);
    instance.fault = fault;
    instance_start(&instance, &night, "run", NULL);
    process_wait(&night, INSTANCE_PATIENCE_MS, &result);
    ck_assert_msg(result.signal == SIGKILL, "%s was not reached: exit status %d\n%s%s", fault,
                  result.exit_status, result.out, result.err);
    process_result_clear(&result);
    instance_do(&rehearsal->instance, 0, "run", NULL);
    rehearsal_expect_calm(rehearsal, fault);
}

START_TEST(a_night_killed_at_a_point_is_completed_by_the_next_run)
{
    const struct rehearsal *rehearsal = &pieces[points[_i].piece];
    int times = points[_i].times;

    kill_and_complete(rehearsal, points[_i].point, 1);
    if (times > 2)
        kill_and_complete(rehearsal, points[_i].point, (times + 1) / 2);
    if (times > 1)
        kill_and_complete(rehearsal, points[_i].point, times);
}
END_TEST

/* ---- Again and again at the same center ---- */

static void
kill_at(const struct rehearsal *rehearsal, int attempts, const char *fault)
{
    struct instance instance = rehearsal->instance;
    struct process_result result;
    struct process night;

    instance.attempts = attempts;
    instance.fault = fault;
    instance_write_config(&instance);
    instance_start(&instance, &night, "run", NULL);
    process_wait(&night, INSTANCE_PATIENCE_MS, &result);
    ck_assert_msg(result.signal == SIGKILL, "%s was not reached\n%s%s", fault, result.out, result.err);
    process_result_clear(&result);
}

START_TEST(a_center_that_kills_the_process_is_left_out_until_the_next_run)
{
    const struct rehearsal *rehearsal = &pieces[FIRST];
    PGconn *analysis = instance_connect_analysis(&rehearsal->instance);

    rehearsal_reset(rehearsal);
    /* The largest center comes first, and once it was tried, last. */
    kill_at(rehearsal, 2, "mid-read#1=kill");
    kill_at(rehearsal, 2, "mid-read#6=kill");
    instance_do(&rehearsal->instance, 3, "run", NULL);
    expect_text(analysis, "C06 failed, others done 5",
                "the center that killed the process twice, and the others",
                "SELECT format('%s %s, others done %s', center_id, state,"
                " (SELECT count(*) FROM crfd.run_center WHERE state = 'done'))"
                " FROM crfd.run_center WHERE error LIKE '%the process ended 2 times%'");
    instance_write_config(&rehearsal->instance);
    instance_do(&rehearsal->instance, 0, "run", NULL);
    rehearsal_expect_calm(rehearsal, "a center that killed the process");
    PQfinish(analysis);
}
END_TEST

/* ---- At random ---- */

#define PROCESSES 3

static void
finish_all(struct process *nights)
{
    for (int i = 0; i < PROCESSES; i++)
        instance_finish(&nights[i], 0);
}

/* One of the three is killed again and again and started anew, until the night is complete or there were enough. */
static int
kill_through_one_night(const struct rehearsal *rehearsal, unsigned long *seed)
{
    struct process nights[PROCESSES];
    int kills = 0;

    for (int i = 0; i < PROCESSES; i++)
        instance_start(&rehearsal->instance, &nights[i], "run", NULL);
    while (kills < KILLS_A_NIGHT) {
        struct process *victim = &nights[rehearsal_random(seed, PROCESSES)];
        struct process_result result;

        if (process_ends_within(victim, (int)rehearsal_random(seed, KILL_WITHIN_MS)))
            break;
        process_signal(victim, SIGKILL);
        process_wait(victim, INSTANCE_PATIENCE_MS, &result);
        kills += result.signal == SIGKILL;
        process_result_clear(&result);
        instance_start(&rehearsal->instance, victim, "run", NULL);
    }
    finish_all(nights);
    rehearsal_expect_calm(rehearsal, "random kills");
    return kills;
}

START_TEST(random_kills_of_three_processes_lose_nothing_and_double_nothing)
{
    unsigned long seed = rehearsal_seed();
    int kills = 0;

    for (int night = 0; kills < RANDOM_KILLS; night++) {
        const struct rehearsal *rehearsal = &pieces[night % 2];

        ck_assert_msg(night < RANDOM_KILLS, "only %d kills came in time", kills);
        rehearsal_reset(rehearsal);
        kills += kill_through_one_night(rehearsal, &seed);
    }
}
END_TEST

static Suite *
kill_suite(void)
{
    Suite *suite = suite_create("kill");
    TCase *at_points = tcase_create("points");
    TCase *at_center = tcase_create("center");
    TCase *at_random = tcase_create("random");

    tcase_set_timeout(at_points, 240);
    tcase_add_unchecked_fixture(at_points, prepare, clear);
    tcase_add_loop_test(at_points, a_night_killed_at_a_point_is_completed_by_the_next_run, 0, POINT_COUNT);
    suite_add_tcase(suite, at_points);
    tcase_set_timeout(at_center, 240);
    tcase_set_tags(at_center, "short");
    tcase_add_unchecked_fixture(at_center, prepare, clear);
    tcase_add_test(at_center, a_center_that_kills_the_process_is_left_out_until_the_next_run);
    suite_add_tcase(suite, at_center);
    tcase_set_timeout(at_random, 240);
    tcase_add_unchecked_fixture(at_random, prepare, clear);
    tcase_add_test(at_random, random_kills_of_three_processes_lose_nothing_and_double_nothing);
    suite_add_tcase(suite, at_random);
    return suite;
}

int
main(void)
{
    SRunner *runner = srunner_create(kill_suite());
    int failed;

    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
