#include "crfd/base/clock.h"
#include "crfd/sync/context.h"

#include <check.h>
#include <limits.h>
#include <poll.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))
#define PASSED_MS     (-1)
#define HOUR_MS       3600000

static void
begin(struct context *context, struct context *parent, const char *name, int64_t deadline_ms)
{
    struct err err = {0};

    ck_assert_msg(context_init(context, parent, name, deadline_ms, &err), "%s", err.message);
}

static bool
readable(const struct context *context)
{
    struct pollfd fd = {.fd = context_fd(context), .events = POLLIN};

    return poll(&fd, 1, 0) == 1 && (fd.revents & POLLIN) != 0;
}

static bool
alive(struct context *context)
{
    struct err err = {0};

    return context_check(context, &err);
}

static void
assert_ended(struct context *context, const char *row, enum err_kind kind, const char *message)
{
    struct err err = {0};

    ck_assert_msg(!context_check(context, &err), "%s: it is alive", row);
    ck_assert_msg(err.kind == kind, "%s: kind is %s", row, err_kind_text(err.kind));
    ck_assert_msg(strcmp(err.message, message) == 0, "%s: message is \"%s\"", row, err.message);
    ck_assert_msg(context_remaining_ms(context) == 0, "%s: time remains", row);
}

START_TEST(a_new_root_is_alive_without_a_deadline)
{
    struct context run;
    struct err err;

    begin(&run, NULL, "run", 0);
    err_set(&err, ERR_DATA, "before");
    ck_assert(context_check(&run, &err));
    ck_assert_str_eq(err.message, "before");
    ck_assert(!readable(&run));
    ck_assert_int_eq(context_remaining_ms(&run), -1);
    context_destroy(&run);
}
END_TEST

START_TEST(cancelling_ends_it_with_the_reason)
{
    struct context run;

    begin(&run, NULL, "run", HOUR_MS);
    context_cancel(&run, "SIGTERM");
    assert_ended(&run, "cancelled", ERR_CANCELLED, "cancelled: SIGTERM");
    ck_assert(readable(&run));
    context_destroy(&run);
}
END_TEST

START_TEST(a_long_reason_is_cut)
{
    struct context run;
    struct err err = {0};
    char reason[200];

    memset(reason, 'x', sizeof reason - 1);
    reason[sizeof reason - 1] = '\0';
    begin(&run, NULL, "run", 0);
    context_cancel(&run, reason);
    ck_assert(!context_check(&run, &err));
    ck_assert_uint_eq(strlen(err.message), strlen("cancelled: ") + sizeof run.reason - 1);
    context_destroy(&run);
}
END_TEST

START_TEST(the_first_reason_is_kept)
{
    struct context run;

    begin(&run, NULL, "run", 0);
    context_cancel(&run, "SIGTERM");
    context_cancel(&run, "SIGINT");
    assert_ended(&run, "cancelled twice", ERR_CANCELLED, "cancelled: SIGTERM");
    context_destroy(&run);
}
END_TEST

START_TEST(a_childs_own_reason_is_kept_when_its_parent_is_cancelled)
{
    struct context run;
    struct context center;

    begin(&run, NULL, "run", 0);
    begin(&center, &run, "center", 0);
    context_cancel(&center, "gave up");
    context_cancel(&run, "SIGTERM");
    assert_ended(&center, "center", ERR_CANCELLED, "cancelled: gave up");
    assert_ended(&run, "run", ERR_CANCELLED, "cancelled: SIGTERM");
    context_destroy(&center);
    context_destroy(&run);
}
END_TEST

START_TEST(a_deadline_that_struck_first_is_kept_unasked)
{
    struct context run;

    begin(&run, NULL, "run", PASSED_MS);
    context_cancel(&run, "SIGTERM");
    assert_ended(&run, "deadline, then cancelled", ERR_DEADLINE, "the deadline of the run has passed");
    context_destroy(&run);
}
END_TEST

START_TEST(a_reason_that_came_first_is_kept_when_the_deadline_passes)
{
    struct context run;

    begin(&run, NULL, "run", HOUR_MS);
    context_cancel(&run, "SIGTERM");
    run.deadline_ns = clock_steady_ns();
    assert_ended(&run, "cancelled, then deadline", ERR_CANCELLED, "cancelled: SIGTERM");
    context_destroy(&run);
}
END_TEST

/* A run with two centers of two statements each, and whom a cancellation reaches. */
enum { RUN, CENTER_A, CENTER_B, A1, A2, B1, B2, NODE_COUNT };

static const struct {
    const char *name;
    int cancelled;
    const char *ended; /* one digit per node */
} reach_cases[] = {
    {"cancelling the run reaches centers and statements", RUN, "1111111"},
    {"cancelling a center reaches its statements, not the other center", CENTER_A, "0101100"},
    {"cancelling a statement reaches nothing else", B2, "0000001"},
};

START_TEST(cancelling_reaches_all_descendants_and_nothing_else)
{
    static const int parents[NODE_COUNT] = {-1, RUN, RUN, CENTER_A, CENTER_A, CENTER_B, CENTER_B};
    static const char *const names[NODE_COUNT] = {"run", "center A", "center B", "A1", "A2", "B1", "B2"};
    const char *row = reach_cases[_i].name;
    struct context nodes[NODE_COUNT];

    for (int i = 0; i < NODE_COUNT; i++)
        begin(&nodes[i], parents[i] < 0 ? NULL : &nodes[parents[i]], names[i], 0);
    context_cancel(&nodes[reach_cases[_i].cancelled], "stop");
    for (int i = 0; i < NODE_COUNT; i++) {
        bool expected = reach_cases[_i].ended[i] == '1';

        ck_assert_msg(alive(&nodes[i]) == !expected, "%s: %s", row, names[i]);
        ck_assert_msg(readable(&nodes[i]) == expected, "%s: descriptor of %s", row, names[i]);
        if (expected)
            assert_ended(&nodes[i], row, ERR_CANCELLED, "cancelled: stop");
    }
    for (int i = NODE_COUNT - 1; i >= 0; i--)
        context_destroy(&nodes[i]);
}
END_TEST

static const struct {
    const char *name;
    int64_t run_ms;
    int64_t center_ms;
    int64_t statement_ms;
    const char *message; /* of the statement; NULL: alive */
} deadline_cases[] = {
    {"no deadline at all", 0, 0, 0, NULL},
    {"none has passed", HOUR_MS, HOUR_MS, HOUR_MS, NULL},
    {"the run's alone", PASSED_MS, 0, 0, "the deadline of the run has passed"},
    {"the center's is nearest", HOUR_MS, PASSED_MS, HOUR_MS, "the deadline of the center has passed"},
    {"the statement's is nearest", HOUR_MS, HOUR_MS, PASSED_MS, "the deadline of the statement has passed"},
    {"the run's passed before the center's", -HOUR_MS, PASSED_MS, 0, "the deadline of the run has passed"},
    {"the center's passed before the run's", PASSED_MS, -HOUR_MS, 0, "the deadline of the center has passed"},
    {"a longer one does not extend the run's", PASSED_MS, HOUR_MS, HOUR_MS,
     "the deadline of the run has passed"},
};

START_TEST(the_nearest_deadline_strikes_and_is_named)
{
    const char *row = deadline_cases[_i].name;
    struct context run;
    struct context center;
    struct context statement;

    begin(&run, NULL, "run", deadline_cases[_i].run_ms);
    begin(&center, &run, "center", deadline_cases[_i].center_ms);
    begin(&statement, &center, "statement", deadline_cases[_i].statement_ms);
    if (deadline_cases[_i].message != NULL)
        assert_ended(&statement, row, ERR_DEADLINE, deadline_cases[_i].message);
    else
        ck_assert_msg(alive(&statement), "%s: it has ended", row);
    context_destroy(&statement);
    context_destroy(&center);
    context_destroy(&run);
}
END_TEST

START_TEST(a_childs_deadline_leaves_its_parent_alive)
{
    struct context run;
    struct context center;

    begin(&run, NULL, "run", HOUR_MS);
    begin(&center, &run, "center", PASSED_MS);
    ck_assert(!alive(&center));
    ck_assert(alive(&run));
    ck_assert(context_remaining_ms(&run) > 0);
    context_destroy(&center);
    context_destroy(&run);
}
END_TEST

/* The bounds leave ten seconds for a machine that stalls between init and the question. */
static const struct {
    const char *name;
    int64_t run_ms;
    int64_t center_ms;
    int at_least;
    int at_most;
} remaining_cases[] = {
    {"no deadline", 0, 0, -1, -1},
    {"its own", 0, HOUR_MS, HOUR_MS - 10000, HOUR_MS},
    {"its parent's", HOUR_MS, 0, HOUR_MS - 10000, HOUR_MS},
    {"its parent's is nearer", HOUR_MS, 2 * HOUR_MS, HOUR_MS - 10000, HOUR_MS},
    {"its own is nearer", 2 * HOUR_MS, HOUR_MS, HOUR_MS - 10000, HOUR_MS},
    {"one that has passed", PASSED_MS, 0, 0, 0},
    {"more than an int holds", 0, INT64_C(1) << 40, INT_MAX, INT_MAX},
    {"more than the clock holds is none", 0, INT64_MAX, -1, -1},
};

START_TEST(remaining_time_runs_to_the_nearest_deadline)
{
    struct context run;
    struct context center;
    int remaining_ms;

    begin(&run, NULL, "run", remaining_cases[_i].run_ms);
    begin(&center, &run, "center", remaining_cases[_i].center_ms);
    remaining_ms = context_remaining_ms(&center);
    ck_assert_msg(remaining_ms >= remaining_cases[_i].at_least && remaining_ms <= remaining_cases[_i].at_most,
                  "%s: %d ms remain", remaining_cases[_i].name, remaining_ms);
    context_destroy(&center);
    context_destroy(&run);
}
END_TEST

START_TEST(a_poll_bounded_by_the_remaining_time_ends_in_the_deadline)
{
    struct context statement;
    int remaining_ms;

    begin(&statement, NULL, "statement", 2);
    while ((remaining_ms = context_remaining_ms(&statement)) > 0) {
        struct pollfd fd = {.fd = context_fd(&statement), .events = POLLIN};

        ck_assert_int_eq(poll(&fd, 1, remaining_ms), 0);
    }
    assert_ended(&statement, "after the poll", ERR_DEADLINE, "the deadline of the statement has passed");
    context_destroy(&statement);
}
END_TEST

START_TEST(a_child_of_a_cancelled_parent_is_born_cancelled)
{
    struct context run;
    struct context center;
    struct context statement;

    begin(&run, NULL, "run", 0);
    context_cancel(&run, "SIGINT");
    begin(&center, &run, "center", HOUR_MS);
    begin(&statement, &center, "statement", HOUR_MS);
    assert_ended(&center, "child", ERR_CANCELLED, "cancelled: SIGINT");
    assert_ended(&statement, "grandchild", ERR_CANCELLED, "cancelled: SIGINT");
    ck_assert(readable(&center));
    ck_assert(readable(&statement));
    context_destroy(&statement);
    context_destroy(&center);
    context_destroy(&run);
}
END_TEST

START_TEST(a_child_of_a_parent_past_its_deadline_is_past_it_too)
{
    struct context run;
    struct context center;

    begin(&run, NULL, "run", PASSED_MS);
    begin(&center, &run, "center", HOUR_MS);
    assert_ended(&center, "child", ERR_DEADLINE, "the deadline of the run has passed");
    context_destroy(&center);
    context_destroy(&run);
}
END_TEST

START_TEST(destroying_a_sibling_leaves_the_others_in_the_tree)
{
    struct context run;
    struct context centers[3];

    begin(&run, NULL, "run", 0);
    for (int i = 0; i < 3; i++)
        begin(&centers[i], &run, "center", 0);
    context_destroy(&centers[_i]);
    context_cancel(&run, "SIGTERM");
    for (int i = 0; i < 3; i++) {
        if (i == _i)
            continue;
        ck_assert_msg(!alive(&centers[i]), "center %d is not reached after %d was destroyed", i, _i);
        context_destroy(&centers[i]);
    }
    context_destroy(&run);
}
END_TEST

/* A thread that polls its context without a limit, as a wait on a frozen server does. */
struct poller {
    struct context *context;
    sem_t started;
    struct err err;
};

static void *
poll_until_cancelled(void *data)
{
    struct poller *poller = data;
    struct pollfd fd = {.fd = context_fd(poller->context), .events = POLLIN};

    sem_post(&poller->started);
    poll(&fd, 1, context_remaining_ms(poller->context));
    if (context_check(poller->context, &poller->err))
        err_clear(&poller->err);
    return NULL;
}

START_TEST(cancelling_the_run_frees_a_thread_that_polls_a_statement)
{
    struct context run;
    struct context statement;
    struct poller poller = {.context = &statement};
    pthread_t thread;

    begin(&run, NULL, "run", 0);
    begin(&statement, &run, "statement", 0);
    sem_init(&poller.started, 0, 0);
    ck_assert_int_eq(pthread_create(&thread, NULL, poll_until_cancelled, &poller), 0);
    sem_wait(&poller.started);
    context_cancel(&run, "SIGTERM");
    pthread_join(thread, NULL);
    ck_assert_str_eq(poller.err.message, "cancelled: SIGTERM");
    context_destroy(&statement);
    context_destroy(&run);
}
END_TEST

/* Eight threads that start together; each makes a child, cancels the root, and looks at what the child was
 * told. */
struct racer {
    struct context *root;
    pthread_barrier_t *start;
    char reason[8];
    struct err err;
};

static void *
race_to_cancel(void *data)
{
    struct racer *racer = data;
    struct context child;

    pthread_barrier_wait(racer->start);
    begin(&child, racer->root, "child", 0);
    context_cancel(racer->root, racer->reason);
    if (context_check(&child, &racer->err))
        err_clear(&racer->err);
    context_destroy(&child);
    return NULL;
}

START_TEST(racing_cancellations_agree_on_one_reason)
{
    struct context root;
    pthread_barrier_t start;
    struct racer racers[8];
    pthread_t threads[8];
    struct err err = {0};

    begin(&root, NULL, "run", 0);
    pthread_barrier_init(&start, NULL, 8);
    for (size_t i = 0; i < 8; i++) {
        racers[i] = (struct racer){.root = &root, .start = &start, .reason = {(char)('A' + i)}};
        ck_assert_int_eq(pthread_create(&threads[i], NULL, race_to_cancel, &racers[i]), 0);
    }
    for (size_t i = 0; i < 8; i++)
        pthread_join(threads[i], NULL);
    ck_assert(!context_check(&root, &err));
    for (size_t i = 0; i < 8; i++)
        ck_assert_str_eq(racers[i].err.message, err.message);
    pthread_barrier_destroy(&start);
    context_destroy(&root);
}
END_TEST

START_TEST(without_a_descriptor_init_fails_and_leaves_nothing)
{
    struct context run;
    struct context center;
    struct rlimit limit;
    struct rlimit none;
    struct err err = {0};
    bool made;

    begin(&run, NULL, "run", 0);
    getrlimit(RLIMIT_NOFILE, &limit);
    none = (struct rlimit){.rlim_cur = 0, .rlim_max = limit.rlim_max};
    setrlimit(RLIMIT_NOFILE, &none);
    made = context_init(&center, &run, "center", 0, &err);
    setrlimit(RLIMIT_NOFILE, &limit);
    ck_assert(!made);
    ck_assert_int_eq(err.kind, ERR_IO);
    ck_assert_str_eq(err.message, "making the event descriptor of the center: Too many open files");
    context_destroy(&center);
    context_cancel(&run, "SIGTERM");
    context_destroy(&run);
}
END_TEST

START_TEST(aborts_when_destroyed_before_a_child)
{
    struct context run;
    struct context center;

    begin(&run, NULL, "run", 0);
    begin(&center, &run, "center", 0);
    context_destroy(&run);
}
END_TEST

static TCase *
make_cases(void)
{
    TCase *cases = tcase_create("context");

    tcase_add_test(cases, a_new_root_is_alive_without_a_deadline);
    tcase_add_test(cases, cancelling_ends_it_with_the_reason);
    tcase_add_test(cases, a_long_reason_is_cut);
    tcase_add_test(cases, the_first_reason_is_kept);
    tcase_add_test(cases, a_childs_own_reason_is_kept_when_its_parent_is_cancelled);
    tcase_add_test(cases, a_deadline_that_struck_first_is_kept_unasked);
    tcase_add_test(cases, a_reason_that_came_first_is_kept_when_the_deadline_passes);
    tcase_add_loop_test(cases, cancelling_reaches_all_descendants_and_nothing_else, 0, LENGTH(reach_cases));
    tcase_add_loop_test(cases, the_nearest_deadline_strikes_and_is_named, 0, LENGTH(deadline_cases));
    tcase_add_test(cases, a_childs_deadline_leaves_its_parent_alive);
    tcase_add_loop_test(cases, remaining_time_runs_to_the_nearest_deadline, 0, LENGTH(remaining_cases));
    tcase_add_test(cases, a_poll_bounded_by_the_remaining_time_ends_in_the_deadline);
    tcase_add_test(cases, a_child_of_a_cancelled_parent_is_born_cancelled);
    tcase_add_test(cases, a_child_of_a_parent_past_its_deadline_is_past_it_too);
    tcase_add_loop_test(cases, destroying_a_sibling_leaves_the_others_in_the_tree, 0, 3);
    tcase_add_test(cases, cancelling_the_run_frees_a_thread_that_polls_a_statement);
    tcase_add_test(cases, racing_cancellations_agree_on_one_reason);
    tcase_add_test(cases, without_a_descriptor_init_fails_and_leaves_nothing);
    tcase_add_test_raise_signal(cases, aborts_when_destroyed_before_a_child, SIGABRT);
    return cases;
}

int
main(void)
{
    Suite *suite = suite_create("context");
    SRunner *runner = srunner_create(suite);
    int failed;

    suite_add_tcase(suite, make_cases());
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
