#include "crfd/batch/progress.h"

#include "crfd/base/clock.h"

#include <check.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

#define STARTED_US INT64_C(1700000000000000)

int64_t __wrap_clock_steady_ns(void);
int64_t __wrap_clock_unix_us(void);

static int64_t now_ns = 5000000000;

int64_t
__wrap_clock_steady_ns(void)
{
    return now_ns;
}

int64_t
__wrap_clock_unix_us(void)
{
    return STARTED_US;
}

static struct progress progress;
static struct arena arena;
static struct progress_snapshot seen;

static void
begin(void)
{
    arena_init(&arena, 4096, 0);
    progress_init(&progress, 3);
    progress_run_begin(&progress, 7, "2024-03-10", "nightly", 10);
    progress_expect(&progress, 1000);
}

static void
end(void)
{
    progress_destroy(&progress);
    arena_destroy(&arena);
}

static void
look(void)
{
    progress_snapshot(&progress, &arena, &seen);
}

static void
finish(int slot, const char *center_id, int64_t pages)
{
    struct counts counts = {.subjects = 1, .pages_read = pages, .pages_written = pages, .findings_opened = 2};

    progress_center_end(&progress, slot, center_id, CENTER_DONE, &counts, 1, NULL);
}

static void
fail_center(int slot, const char *center_id, int attempts)
{
    struct err err;

    err_set_sqlstate(&err, ERR_DATA, "22P02", "center %s: no such number", center_id);
    progress_center_end(&progress, slot, center_id, CENTER_FAILED, &(struct counts){.pages_read = 99},
                        attempts, &err);
}

START_TEST(a_center_that_is_held_is_neither_done_nor_failed)
{
    struct err err;

    err_set(&err, ERR_CENTERS, "center 702: held");
    progress_center_begin(&progress, 0, "702");
    progress_center_end(&progress, 0, "702", CENTER_HELD, &(struct counts){.pages_removed = 99}, 1, &err);
    look();
    ck_assert_int_eq(seen.centers_held, 1);
    ck_assert_int_eq(seen.centers_failed, 0);
    ck_assert_int_eq(seen.centers_done, 0);
    ck_assert_int_eq(seen.centers_pending, seen.centers_total - 1);
    ck_assert(seen.failures[0].is_held);
    ck_assert_int_eq(progress_pages_removed(&progress), 0);
}
END_TEST

START_TEST(before_the_run_has_begun_there_is_no_night)
{
    progress_destroy(&progress);
    progress_init(&progress, 3);
    look();
    ck_assert_ptr_null(seen.night);
    ck_assert_double_eq(seen.seconds_elapsed, 0);
    ck_assert_double_eq(seen.pages_per_second, 0);
    ck_assert(seen.seconds_remaining < 0);
}
END_TEST

START_TEST(the_closing_step_is_a_phase_of_the_run)
{
    look();
    ck_assert_str_eq(seen.phase, "centers");
    progress_closing(&progress, true);
    look();
    ck_assert_str_eq(seen.phase, "closing");
    progress_closing(&progress, false);
    look();
    ck_assert_str_eq(seen.phase, "centers");
}
END_TEST

START_TEST(a_run_that_begins_has_everything_before_it)
{
    look();
    ck_assert_int_eq(seen.run_id, 7);
    ck_assert_str_eq(seen.night, "2024-03-10");
    ck_assert_str_eq(seen.kind, "nightly");
    ck_assert_int_eq(seen.started_us, STARTED_US);
    ck_assert_int_eq(seen.centers_total, 10);
    ck_assert_int_eq(seen.centers_pending, 10);
    ck_assert_int_eq(seen.pages_expected, 1000);
    ck_assert_uint_eq(seen.active_count, 0);
    ck_assert(seen.seconds_remaining < 0);
}
END_TEST

static const struct {
    const char *says;
    enum center_phase phase;
    const char *name;
} phases[] = {
    {"a center is claimed", PHASE_CLAIMING, "claiming"},
    {"its pages are evaluated", PHASE_EVALUATING, "evaluating"},
    {"its rows are written", PHASE_WRITING, "writing"},
    {"its transaction is committed", PHASE_COMMITTING, "committing"},
    {"it waits for its next attempt", PHASE_PAUSING, "pausing"},
};

START_TEST(a_phase_has_its_name)
{
    progress_center_begin(&progress, 1, "701");
    progress_phase(&progress, 1, phases[_i].phase);
    look();
    ck_assert_uint_eq(seen.active_count, 1);
    ck_assert_msg(strcmp(seen.active[0].phase, phases[_i].name) == 0, "%s: %s", phases[_i].says,
                  seen.active[0].phase);
}
END_TEST

START_TEST(a_center_that_begins_is_claimed_and_has_no_pages)
{
    progress_pages(&progress, 1, 77);
    progress_center_begin(&progress, 1, "701");
    now_ns += 3900000000;
    look();
    ck_assert_uint_eq(seen.active_count, 1);
    ck_assert_str_eq(seen.active[0].center_id, "701");
    ck_assert_str_eq(seen.active[0].phase, "claiming");
    ck_assert_int_eq(seen.active[0].pages, 0);
    ck_assert_int_eq(seen.active[0].seconds, 3);
    ck_assert_int_eq(seen.centers_running, 1);
    ck_assert_int_eq(seen.centers_pending, 9);
}
END_TEST

START_TEST(pages_of_running_centers_count_at_once)
{
    progress_center_begin(&progress, 0, "701");
    progress_center_begin(&progress, 2, "702");
    progress_pages(&progress, 0, 30);
    progress_pages(&progress, 2, 12);
    look();
    ck_assert_int_eq(seen.pages_read, 42);
    ck_assert_int_eq(seen.counts.pages_read, 0);
    ck_assert_uint_eq(seen.active_count, 2);
    ck_assert_int_eq(seen.active[1].pages, 12);
}
END_TEST

START_TEST(pages_of_a_center_that_is_done_count_once)
{
    progress_center_begin(&progress, 0, "701");
    progress_pages(&progress, 0, 50);
    finish(0, "701", 50);
    look();
    ck_assert_int_eq(seen.pages_read, 50);
    ck_assert_int_eq(seen.counts.pages_written, 50);
    ck_assert_int_eq(seen.counts.findings_opened, 2);
    ck_assert_int_eq(seen.centers_done, 1);
    ck_assert_int_eq(seen.centers_running, 0);
    ck_assert_int_eq(seen.centers_pending, 9);
}
END_TEST

START_TEST(a_failed_center_counts_no_pages_and_keeps_its_cause)
{
    progress_center_begin(&progress, 0, "701");
    progress_pages(&progress, 0, 50);
    fail_center(0, "701", 3);
    look();
    ck_assert_int_eq(seen.pages_read, 0);
    ck_assert_int_eq(seen.counts.pages_read, 0);
    ck_assert_int_eq(seen.centers_failed, 1);
    ck_assert_uint_eq(seen.failure_count, 1);
    ck_assert_str_eq(seen.failures[0].center_id, "701");
    ck_assert_int_eq(seen.failures[0].attempts, 3);
    ck_assert_str_eq(seen.failures[0].sqlstate, "22P02");
    ck_assert_str_eq(seen.failures[0].error, "center 701: no such number");
}
END_TEST

START_TEST(a_center_that_another_has_or_that_was_stopped_is_pending)
{
    progress_center_begin(&progress, 0, "701");
    progress_center_end(&progress, 0, "701", CENTER_ELSEWHERE, &(struct counts){.pages_read = 5}, 0, NULL);
    progress_center_begin(&progress, 0, "702");
    progress_center_end(&progress, 0, "702", CENTER_STOPPED, &(struct counts){.pages_read = 5}, 1, NULL);
    look();
    ck_assert_int_eq(seen.centers_pending, 10);
    ck_assert_int_eq(seen.pages_read, 0);
    ck_assert_uint_eq(seen.failure_count, 0);
}
END_TEST

START_TEST(the_database_tells_what_others_did)
{
    finish(0, "701", 50);
    progress_refresh(&progress, 5, 1, 0, 2, 1100, &(struct counts){.pages_read = 400, .pages_written = 300});
    look();
    ck_assert_int_eq(seen.centers_done, 5);
    ck_assert_int_eq(seen.centers_failed, 1);
    ck_assert_int_eq(seen.centers_elsewhere, 2);
    ck_assert_int_eq(seen.centers_pending, 2);
    ck_assert_int_eq(seen.pages_read, 400);
    ck_assert_int_eq(seen.pages_expected, 1100);
    ck_assert_int_eq(seen.counts.pages_written, 300);
}
END_TEST

START_TEST(what_is_expected_follows_what_was_read)
{
    progress_expect(&progress, -120);
    look();
    ck_assert_int_eq(seen.pages_expected, 880);
}
END_TEST

START_TEST(no_count_of_centers_is_negative)
{
    progress_center_begin(&progress, 0, "701");
    progress_refresh(&progress, 8, 0, 0, 2, 1000, &(struct counts){0});
    look();
    ck_assert_int_eq(seen.centers_pending, 0);
}
END_TEST

START_TEST(speed_and_time_left_follow_the_pages)
{
    finish(0, "701", 200);
    progress_center_begin(&progress, 0, "702");
    progress_pages(&progress, 0, 50);
    now_ns += 5000000000;
    look();
    ck_assert_double_eq(seen.seconds_elapsed, 5);
    ck_assert_double_eq(seen.pages_per_second, 50);
    ck_assert_double_eq(seen.seconds_remaining, 15);
}
END_TEST

/* Else a run that is resumed at nine tenths would seem to be ten times as fast as it is. */
START_TEST(pages_of_others_do_not_make_this_process_faster)
{
    progress_refresh(&progress, 9, 0, 0, 0, 1000, &(struct counts){.pages_read = 900});
    progress_center_begin(&progress, 0, "710");
    progress_pages(&progress, 0, 20);
    now_ns += 2000000000;
    look();
    ck_assert_int_eq(seen.pages_read, 920);
    ck_assert_double_eq(seen.pages_per_second, 10);
    ck_assert_double_eq(seen.seconds_remaining, 8);
    finish(0, "710", 20);
    look();
    ck_assert_int_eq(seen.pages_read, 920);
    ck_assert_double_eq(seen.pages_per_second, 10);
}
END_TEST

START_TEST(more_pages_than_expected_leave_no_estimate)
{
    finish(0, "701", 1001);
    now_ns += 1000000000;
    look();
    ck_assert(seen.seconds_remaining < 0);
}
END_TEST

START_TEST(a_snapshot_stands_on_its_own)
{
    progress_center_begin(&progress, 0, "701");
    for (int i = 0; i < 40; i++)
        fail_center(1, "702", i);
    look();
    progress_destroy(&progress);
    progress_init(&progress, 3);
    ck_assert_str_eq(seen.night, "2024-03-10");
    ck_assert_str_eq(seen.active[0].center_id, "701");
    ck_assert_uint_eq(seen.failure_count, 40);
    ck_assert_int_eq(seen.failures[39].attempts, 39);
    ck_assert_str_eq(seen.failures[0].error, "center 702: no such number");
}
END_TEST

START_TEST(a_worker_at_a_center_gives_signs_of_life)
{
    int64_t begun, phased, paged;

    ck_assert_int_eq(progress_life(&progress, 0), -1);
    progress_center_begin(&progress, 0, "701");
    begun = progress_life(&progress, 0);
    progress_phase(&progress, 0, PHASE_EVALUATING);
    phased = progress_life(&progress, 0);
    progress_pages(&progress, 0, 1);
    paged = progress_life(&progress, 0);
    atomic_fetch_add(progress_pulse(&progress, 0), 1);
    ck_assert_int_ge(begun, 0);
    ck_assert_int_gt(phased, begun);
    ck_assert_int_gt(paged, phased);
    ck_assert_int_gt(progress_life(&progress, 0), paged);
}
END_TEST

START_TEST(a_worker_that_pauses_or_has_no_center_owes_none)
{
    progress_center_begin(&progress, 0, "701");
    progress_phase(&progress, 0, PHASE_PAUSING);
    ck_assert_int_eq(progress_life(&progress, 0), -1);
    progress_phase(&progress, 0, PHASE_CLAIMING);
    ck_assert_int_ge(progress_life(&progress, 0), 0);
    finish(0, "701", 1);
    ck_assert_int_eq(progress_life(&progress, 0), -1);
}
END_TEST

/* Three workers tell of a hundred centers each while the loop thread looks. */
static sem_t go;

static void *
work(void *data)
{
    int slot = *(const int *)data;

    sem_wait(&go);
    for (int i = 0; i < 100; i++) {
        progress_center_begin(&progress, slot, "701");
        progress_phase(&progress, slot, PHASE_EVALUATING);
        for (int page = 1; page <= 10; page++)
            progress_pages(&progress, slot, page);
        if (i % 10 == 0)
            fail_center(slot, "701", 1);
        else
            finish(slot, "701", 10);
    }
    return NULL;
}

START_TEST(workers_tell_while_the_loop_looks)
{
    const int slots[] = {0, 1, 2};
    pthread_t threads[COUNT(slots)];
    int64_t ended = 0;

    ck_assert_int_eq(sem_init(&go, 0, 0), 0);
    for (int i = 0; i < COUNT(slots); i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, work, (void *)(uintptr_t)&slots[i]), 0);
    for (int i = 0; i < COUNT(slots); i++)
        sem_post(&go);
    do {
        int64_t before = ended;

        arena_reset(&arena);
        look();
        ended = seen.centers_done + seen.centers_failed;
        ck_assert_int_ge(ended, before);
        ck_assert_uint_le(seen.active_count, COUNT(slots));
        for (size_t i = 0; i < seen.active_count; i++) {
            ck_assert_str_ne(seen.active[i].phase, "idle");
            ck_assert_int_le(seen.active[i].pages, 10);
        }
    } while (ended < 300);
    for (int i = 0; i < COUNT(slots); i++)
        pthread_join(threads[i], NULL);
    ck_assert_int_eq(seen.centers_done, 270);
    ck_assert_int_eq(seen.counts.pages_read, 2700);
    ck_assert_uint_eq(seen.failure_count, 30);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("progress");
    TCase *cases = tcase_create("progress");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_checked_fixture(cases, begin, end);
    tcase_add_test(cases, before_the_run_has_begun_there_is_no_night);
    tcase_add_test(cases, a_center_that_is_held_is_neither_done_nor_failed);
    tcase_add_test(cases, the_closing_step_is_a_phase_of_the_run);
    tcase_add_test(cases, a_run_that_begins_has_everything_before_it);
    tcase_add_loop_test(cases, a_phase_has_its_name, 0, COUNT(phases));
    tcase_add_test(cases, a_center_that_begins_is_claimed_and_has_no_pages);
    tcase_add_test(cases, pages_of_running_centers_count_at_once);
    tcase_add_test(cases, pages_of_a_center_that_is_done_count_once);
    tcase_add_test(cases, a_failed_center_counts_no_pages_and_keeps_its_cause);
    tcase_add_test(cases, a_center_that_another_has_or_that_was_stopped_is_pending);
    tcase_add_test(cases, the_database_tells_what_others_did);
    tcase_add_test(cases, what_is_expected_follows_what_was_read);
    tcase_add_test(cases, no_count_of_centers_is_negative);
    tcase_add_test(cases, speed_and_time_left_follow_the_pages);
    tcase_add_test(cases, pages_of_others_do_not_make_this_process_faster);
    tcase_add_test(cases, more_pages_than_expected_leave_no_estimate);
    tcase_add_test(cases, a_snapshot_stands_on_its_own);
    tcase_add_test(cases, a_worker_at_a_center_gives_signs_of_life);
    tcase_add_test(cases, a_worker_that_pauses_or_has_no_center_owes_none);
    tcase_add_test(cases, workers_tell_while_the_loop_looks);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
