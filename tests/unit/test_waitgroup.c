#include "crfd/sync/waitgroup.h"

#include <check.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>

int __real_pthread_cond_wait(pthread_cond_t *cond, pthread_mutex_t *mutex);
int __wrap_pthread_cond_wait(pthread_cond_t *cond, pthread_mutex_t *mutex);

/*
 * Posted by a thread that holds the group's lock and is about to sleep: who has waited for it and then enters
 * the group finds that thread asleep.
 */
static sem_t waiting;

/* A group to which an item of the next batch is added before the thread that was woken gets to look at it. */
static struct waitgroup *overtaken;

int
__wrap_pthread_cond_wait(pthread_cond_t *cond, pthread_mutex_t *mutex)
{
    int result;

    sem_post(&waiting);
    result = __real_pthread_cond_wait(cond, mutex);
    if (overtaken != NULL)
        overtaken->pending++;
    return result;
}

static void
setup(void)
{
    ck_assert_int_eq(sem_init(&waiting, 0, 0), 0);
}

/* What on_zero saw. */
struct zero {
    int times;
    pthread_t thread;
};

static void
note_zero(void *data)
{
    struct zero *zero = data;

    zero->times++;
    zero->thread = pthread_self();
}

struct waiter {
    struct waitgroup *group;
    const int *work; /* written by others before the last item is done */
    int seen;
};

static void *
wait_and_look(void *data)
{
    struct waiter *waiter = data;

    waitgroup_wait(waiter->group);
    waiter->seen = *waiter->work;
    return NULL;
}

static void *
finish_one(void *data)
{
    waitgroup_done(data);
    return NULL;
}

START_TEST(pending_counts_what_was_added_and_not_done)
{
    struct waitgroup group;

    waitgroup_init(&group, NULL, NULL);
    ck_assert_uint_eq(waitgroup_pending(&group), 0);
    waitgroup_add(&group, 2);
    waitgroup_add(&group, 1);
    ck_assert_uint_eq(waitgroup_pending(&group), 3);
    waitgroup_done(&group);
    ck_assert_uint_eq(waitgroup_pending(&group), 2);
    waitgroup_done(&group);
    waitgroup_done(&group);
    waitgroup_destroy(&group);
}
END_TEST

START_TEST(waiting_for_nothing_returns_at_once)
{
    struct waitgroup group;

    waitgroup_init(&group, NULL, NULL);
    waitgroup_wait(&group);
    waitgroup_add(&group, 0);
    waitgroup_wait(&group);
    waitgroup_destroy(&group);
}
END_TEST

START_TEST(wait_blocks_until_the_last_item_is_done)
{
    struct waitgroup group;
    int work = 0;
    struct waiter waiter = {.group = &group, .work = &work};
    pthread_t thread;

    waitgroup_init(&group, NULL, NULL);
    waitgroup_add(&group, 2);
    ck_assert_int_eq(pthread_create(&thread, NULL, wait_and_look, &waiter), 0);
    sem_wait(&waiting);
    waitgroup_done(&group);
    work = 1;
    waitgroup_done(&group);
    pthread_join(thread, NULL);
    ck_assert_msg(waiter.seen == 1, "the waiter returned before the last item was done");
    waitgroup_destroy(&group);
}
END_TEST

START_TEST(zero_wakes_every_waiter)
{
    struct waitgroup group;
    int work = 0;
    struct waiter waiters[3];
    pthread_t threads[3];

    waitgroup_init(&group, NULL, NULL);
    waitgroup_add(&group, 1);
    for (size_t i = 0; i < 3; i++) {
        waiters[i] = (struct waiter){.group = &group, .work = &work};
        ck_assert_int_eq(pthread_create(&threads[i], NULL, wait_and_look, &waiters[i]), 0);
    }
    for (size_t i = 0; i < 3; i++)
        sem_wait(&waiting);
    work = 1;
    waitgroup_done(&group);
    for (size_t i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    waitgroup_destroy(&group);
}
END_TEST

START_TEST(a_waiter_is_not_held_by_the_next_batch)
{
    struct waitgroup group;
    int work = 1;
    struct waiter waiter = {.group = &group, .work = &work};
    pthread_t thread;

    waitgroup_init(&group, NULL, NULL);
    waitgroup_add(&group, 1);
    ck_assert_int_eq(pthread_create(&thread, NULL, wait_and_look, &waiter), 0);
    sem_wait(&waiting);
    overtaken = &group;
    waitgroup_done(&group);
    pthread_join(thread, NULL);
    ck_assert_uint_eq(waitgroup_pending(&group), 1);
    waitgroup_done(&group);
    waitgroup_destroy(&group);
}
END_TEST

START_TEST(on_zero_runs_once_on_the_thread_that_finished_last)
{
    struct waitgroup group;
    struct zero zero = {0};
    pthread_t last;

    waitgroup_init(&group, note_zero, &zero);
    waitgroup_add(&group, 3);
    waitgroup_done(&group);
    waitgroup_done(&group);
    ck_assert_int_eq(zero.times, 0);
    ck_assert_int_eq(pthread_create(&last, NULL, finish_one, &group), 0);
    pthread_join(last, NULL);
    ck_assert_int_eq(zero.times, 1);
    ck_assert_msg(pthread_equal(zero.thread, last), "on_zero ran on another thread than the last");
    waitgroup_destroy(&group);
}
END_TEST

START_TEST(on_zero_runs_once_where_many_threads_race)
{
    struct waitgroup group;
    struct zero zero = {0};
    pthread_t threads[8];

    waitgroup_init(&group, note_zero, &zero);
    waitgroup_add(&group, 8);
    for (size_t i = 0; i < 8; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, finish_one, &group), 0);
    for (size_t i = 0; i < 8; i++)
        pthread_join(threads[i], NULL);
    ck_assert_int_eq(zero.times, 1);
    ck_assert_uint_eq(waitgroup_pending(&group), 0);
    waitgroup_destroy(&group);
}
END_TEST

static void
destroy_group(void *data)
{
    waitgroup_destroy(data);
}

START_TEST(on_zero_may_destroy_the_group)
{
    struct waitgroup group;

    waitgroup_init(&group, destroy_group, &group);
    waitgroup_add(&group, 1);
    waitgroup_done(&group);
}
END_TEST

START_TEST(a_group_serves_batch_after_batch)
{
    struct waitgroup group;
    struct zero zero = {0};

    waitgroup_init(&group, note_zero, &zero);
    for (int batch = 1; batch <= 3; batch++) {
        waitgroup_add(&group, 2);
        waitgroup_done(&group);
        waitgroup_done(&group);
        waitgroup_wait(&group);
        ck_assert_int_eq(zero.times, batch);
    }
    waitgroup_destroy(&group);
}
END_TEST

START_TEST(aborts_when_more_are_done_than_were_added)
{
    struct waitgroup group;

    waitgroup_init(&group, NULL, NULL);
    waitgroup_add(&group, 1);
    waitgroup_done(&group);
    waitgroup_done(&group);
}
END_TEST

START_TEST(aborts_when_destroyed_with_items_pending)
{
    struct waitgroup group;

    waitgroup_init(&group, NULL, NULL);
    waitgroup_add(&group, 1);
    waitgroup_destroy(&group);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("waitgroup");
    TCase *cases = tcase_create("waitgroup");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_checked_fixture(cases, setup, NULL);
    tcase_add_test(cases, pending_counts_what_was_added_and_not_done);
    tcase_add_test(cases, waiting_for_nothing_returns_at_once);
    tcase_add_test(cases, wait_blocks_until_the_last_item_is_done);
    tcase_add_test(cases, zero_wakes_every_waiter);
    tcase_add_test(cases, a_waiter_is_not_held_by_the_next_batch);
    tcase_add_test(cases, on_zero_runs_once_on_the_thread_that_finished_last);
    tcase_add_test(cases, on_zero_runs_once_where_many_threads_race);
    tcase_add_test(cases, on_zero_may_destroy_the_group);
    tcase_add_test(cases, a_group_serves_batch_after_batch);
    tcase_add_test_raise_signal(cases, aborts_when_more_are_done_than_were_added, SIGABRT);
    tcase_add_test_raise_signal(cases, aborts_when_destroyed_with_items_pending, SIGABRT);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
