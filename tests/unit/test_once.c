#include "sync/once.h"

#include <check.h>
#include <stdlib.h>

static int runs;

static bool
make_thing(void *data, struct err *err)
{
    int *made = data;

    (void)err;
    runs++;
    *made = 42;
    return true;
}

static bool
fail_to_make(void *data, struct err *err)
{
    (void)data;
    runs++;
    err_set_sqlstate(err, ERR_UNAVAILABLE, "08006", "opening the door: it is locked, try %d", runs);
    return false;
}

START_TEST(runs_the_initialiser_the_first_time_only)
{
    static struct once once = ONCE_INIT;
    struct err err = {0};
    int first = 0;
    int second = 0;

    ck_assert(once_run(&once, make_thing, &first, &err));
    ck_assert(once_run(&once, make_thing, &second, &err));
    ck_assert_int_eq(runs, 1);
    ck_assert_int_eq(first, 42);
    ck_assert_msg(second == 0, "the initialiser of the second call ran, too");
}
END_TEST

START_TEST(success_leaves_the_callers_err_alone)
{
    static struct once once = ONCE_INIT;
    struct err err;
    int made;

    err_set(&err, ERR_DATA, "what was there before");
    ck_assert(once_run(&once, make_thing, &made, &err));
    ck_assert(once_run(&once, make_thing, &made, &err));
    ck_assert_int_eq(err.kind, ERR_DATA);
    ck_assert_str_eq(err.message, "what was there before");
}
END_TEST

START_TEST(failure_is_kept_whole_and_told_to_every_caller)
{
    static struct once once = ONCE_INIT;

    for (int call = 1; call <= 3; call++) {
        struct err err = {0};

        ck_assert(!once_run(&once, fail_to_make, NULL, &err));
        ck_assert_int_eq(err.kind, ERR_UNAVAILABLE);
        ck_assert_str_eq(err.sqlstate, "08006");
        ck_assert_str_eq(err.message, "opening the door: it is locked, try 1");
    }
    ck_assert_int_eq(runs, 1);
}
END_TEST

START_TEST(a_callers_own_storage_works_as_static_storage_does)
{
    struct once once = ONCE_INIT;
    struct err err = {0};
    int made = 0;

    ck_assert(once_run(&once, make_thing, &made, &err));
    ck_assert_int_eq(made, 42);
}
END_TEST

/* Eight callers that start together. */
struct race {
    struct once once;
    pthread_barrier_t start;
    bool (*initialise)(void *, struct err *);
    int made; /* by the initialiser; every caller must see it afterwards */
};

struct racer {
    struct race *race;
    bool succeeded;
    int seen;
    struct err err;
};

static void *
run_racer(void *data)
{
    struct racer *racer = data;
    struct race *race = racer->race;

    pthread_barrier_wait(&race->start);
    racer->succeeded = once_run(&race->once, race->initialise, &race->made, &racer->err);
    racer->seen = race->made;
    return NULL;
}

static const struct {
    const char *name;
    bool (*initialise)(void *, struct err *);
    bool succeeded;
    int seen;
    enum err_kind kind;
} race_cases[] = {
    {"eight racing threads see one success", make_thing, true, 42, ERR_NONE},
    {"eight racing threads see one failure", fail_to_make, false, 0, ERR_UNAVAILABLE},
};

START_TEST(racing_threads_see_one_run)
{
    struct race race = {.once = ONCE_INIT, .initialise = race_cases[_i].initialise};
    struct racer racers[8];
    pthread_t threads[8];

    pthread_barrier_init(&race.start, NULL, 8);
    for (size_t i = 0; i < 8; i++) {
        racers[i] = (struct racer){.race = &race};
        ck_assert_int_eq(pthread_create(&threads[i], NULL, run_racer, &racers[i]), 0);
    }
    for (size_t i = 0; i < 8; i++) {
        pthread_join(threads[i], NULL);
        ck_assert_msg(racers[i].succeeded == race_cases[_i].succeeded, "%s: outcome", race_cases[_i].name);
        ck_assert_msg(racers[i].seen == race_cases[_i].seen, "%s: what was made", race_cases[_i].name);
        ck_assert_msg(racers[i].err.kind == race_cases[_i].kind, "%s: error", race_cases[_i].name);
    }
    ck_assert_msg(runs == 1, "%s: it ran %d times", race_cases[_i].name, runs);
    pthread_barrier_destroy(&race.start);
}
END_TEST

static void
setup(void)
{
    runs = 0;
}

int
main(void)
{
    Suite *suite = suite_create("once");
    TCase *cases = tcase_create("once");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_checked_fixture(cases, setup, NULL);
    tcase_add_test(cases, runs_the_initialiser_the_first_time_only);
    tcase_add_test(cases, success_leaves_the_callers_err_alone);
    tcase_add_test(cases, failure_is_kept_whole_and_told_to_every_caller);
    tcase_add_test(cases, a_callers_own_storage_works_as_static_storage_does);
    tcase_add_loop_test(cases, racing_threads_see_one_run, 0, sizeof race_cases / sizeof race_cases[0]);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
