#include "crfd/sync/pool.h"

#include <check.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>

int __real_pthread_cond_wait(pthread_cond_t *cond, pthread_mutex_t *mutex);
int __wrap_pthread_cond_wait(pthread_cond_t *cond, pthread_mutex_t *mutex);

/*
 * Posted by a thread that holds the pool's lock and is about to sleep: who has waited for it and then enters
 * the pool finds that thread asleep.
 */
static sem_t waiting;

/* So often a thread wakes though nobody has given anything, as POSIX allows. Guarded by the pool's lock. */
static int spurious_wakeups;

int
__wrap_pthread_cond_wait(pthread_cond_t *cond, pthread_mutex_t *mutex)
{
    sem_post(&waiting);
    if (spurious_wakeups > 0) {
        spurious_wakeups--;
        return 0;
    }
    return __real_pthread_cond_wait(cond, mutex);
}

/* Three objects; each counts its users, without an atomic: two at once are a race that TSan reports. */
struct object {
    int uses;
};

static struct object objects[3];
static void *slots[3];
static struct pool pool;

static void
setup(void)
{
    ck_assert_int_eq(sem_init(&waiting, 0, 0), 0);
    for (size_t i = 0; i < 3; i++) {
        objects[i] = (struct object){0};
        slots[i] = &objects[i];
    }
    pool_init(&pool, slots, 3);
}

START_TEST(hands_out_every_object_once)
{
    const struct object *a = pool_take(&pool);
    const struct object *b = pool_take(&pool);
    const struct object *c = pool_take(&pool);

    ck_assert(a != b && b != c && a != c);
    ck_assert(a >= objects && a < objects + 3);
    ck_assert(b >= objects && b < objects + 3);
    ck_assert(c >= objects && c < objects + 3);
}
END_TEST

START_TEST(the_one_given_back_last_comes_first)
{
    struct object *a = pool_take(&pool);
    struct object *b = pool_take(&pool);

    pool_give(&pool, b);
    pool_give(&pool, a);
    ck_assert_ptr_eq(pool_take(&pool), a);
    ck_assert_ptr_eq(pool_take(&pool), b);
}
END_TEST

static void *
take_one(void *data)
{
    (void)data;
    return pool_take(&pool);
}

START_TEST(take_blocks_until_another_thread_gives)
{
    struct object *first = pool_take(&pool);
    pthread_t thread;
    void *taken;

    pool_take(&pool);
    pool_take(&pool);
    ck_assert_int_eq(pthread_create(&thread, NULL, take_one, NULL), 0);
    sem_wait(&waiting);
    pool_give(&pool, first);
    pthread_join(thread, &taken);
    ck_assert_ptr_eq(taken, first);
}
END_TEST

START_TEST(who_wakes_for_nothing_waits_on)
{
    struct object *first = pool_take(&pool);
    pthread_t thread;
    void *taken;

    pool_take(&pool);
    pool_take(&pool);
    spurious_wakeups = 2;
    ck_assert_int_eq(pthread_create(&thread, NULL, take_one, NULL), 0);
    for (int i = 0; i < 3; i++)
        sem_wait(&waiting);
    pool_give(&pool, first);
    pthread_join(thread, &taken);
    ck_assert_ptr_eq(taken, first);
}
END_TEST

START_TEST(exchange_takes_a_free_one_and_leaves_the_useless_one_for_last)
{
    struct object *useless = pool_take(&pool);
    struct object *other;
    bool alone;

    other = pool_exchange(&pool, useless, &alone);
    ck_assert(!alone);
    ck_assert_ptr_ne(other, useless);
    ck_assert_ptr_ne(pool_take(&pool), useless);
    ck_assert_ptr_eq(pool_take(&pool), useless);
}
END_TEST

START_TEST(exchange_keeps_the_order_of_the_free_ones)
{
    struct object *a = pool_take(&pool);
    struct object *b = pool_take(&pool);
    struct object *c = pool_take(&pool);
    bool alone;

    pool_give(&pool, a);
    pool_give(&pool, b);
    ck_assert_ptr_eq(pool_exchange(&pool, c, &alone), b);
    ck_assert_ptr_eq(pool_take(&pool), a);
}
END_TEST

static sem_t exchanged;

static void *
exchange_one(void *data)
{
    bool alone;
    void *other = pool_exchange(&pool, data, &alone);

    sem_post(&exchanged);
    return alone ? NULL : other;
}

/* Of two that wait, one has it first, and the other when that has given it back. */
START_TEST(exchange_waits_until_a_useful_one_is_given)
{
    struct object *useful = pool_take(&pool);
    struct object *useless[2] = {pool_take(&pool), pool_take(&pool)};
    pthread_t threads[2];

    ck_assert_int_eq(sem_init(&exchanged, 0, 0), 0);
    for (size_t i = 0; i < 2; i++) {
        ck_assert_int_eq(pthread_create(&threads[i], NULL, exchange_one, useless[i]), 0);
        sem_wait(&waiting);
    }
    for (size_t i = 0; i < 2; i++) {
        pool_give(&pool, useful);
        sem_wait(&exchanged);
    }
    for (size_t i = 0; i < 2; i++) {
        void *taken;

        pthread_join(threads[i], &taken);
        ck_assert_ptr_eq(taken, useful);
    }
}
END_TEST

START_TEST(exchange_waits_for_nobody_where_all_are_useless)
{
    struct object *a = pool_take(&pool);
    struct object *b = pool_take(&pool);
    struct object *c = pool_take(&pool);
    bool alone;

    pool_give(&pool, b);
    ck_assert_ptr_eq(pool_exchange(&pool, a, &alone), b);
    pool_give(&pool, c);
    ck_assert_ptr_eq(pool_exchange(&pool, b, &alone), c);
    ck_assert(!alone);
    pool_give(&pool, pool_exchange(&pool, c, &alone));
    ck_assert(alone);
    pool_destroy(&pool);
}
END_TEST

static void *
take_use_and_give(void *data)
{
    (void)data;
    for (int i = 0; i < 100; i++) {
        struct object *object = pool_take(&pool);

        object->uses++;
        pool_give(&pool, object);
    }
    return NULL;
}

START_TEST(many_threads_share_few_objects)
{
    pthread_t threads[8];

    for (size_t i = 0; i < 8; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, take_use_and_give, NULL), 0);
    for (size_t i = 0; i < 8; i++)
        pthread_join(threads[i], NULL);
    ck_assert_int_eq(objects[0].uses + objects[1].uses + objects[2].uses, 800);
    pool_destroy(&pool);
}
END_TEST

START_TEST(aborts_when_more_are_given_than_were_taken)
{
    pool_give(&pool, &objects[0]);
}
END_TEST

START_TEST(aborts_when_destroyed_with_an_object_taken)
{
    pool_take(&pool);
    pool_destroy(&pool);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("pool");
    TCase *cases = tcase_create("pool");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_checked_fixture(cases, setup, NULL);
    tcase_add_test(cases, hands_out_every_object_once);
    tcase_add_test(cases, the_one_given_back_last_comes_first);
    tcase_add_test(cases, take_blocks_until_another_thread_gives);
    tcase_add_test(cases, who_wakes_for_nothing_waits_on);
    tcase_add_test(cases, exchange_takes_a_free_one_and_leaves_the_useless_one_for_last);
    tcase_add_test(cases, exchange_keeps_the_order_of_the_free_ones);
    tcase_add_test(cases, exchange_waits_until_a_useful_one_is_given);
    tcase_add_test(cases, exchange_waits_for_nobody_where_all_are_useless);
    tcase_add_test(cases, many_threads_share_few_objects);
    tcase_add_test_raise_signal(cases, aborts_when_more_are_given_than_were_taken, SIGABRT);
    tcase_add_test_raise_signal(cases, aborts_when_destroyed_with_an_object_taken, SIGABRT);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
