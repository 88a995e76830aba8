#include "crfd/batch/retry.h"

#include "crfd/base/clock.h"

#include <check.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

int __real_poll(struct pollfd *fds, nfds_t count, int timeout_ms);
int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout_ms);
ssize_t __wrap_getrandom(void *bytes, size_t length, unsigned flags);
int64_t __wrap_clock_steady_ns(void);

/* The clock stands still but for what is waited. */
static int64_t now_ns;
static int longest_nap_ms; /* a poll ends after this, as a signal makes it; 0: when its time is over */
static int naps;
static bool polls_really;
static sem_t waiting; /* posted before a real poll */

static bool has_random;
static uint16_t random_number;

int64_t
__wrap_clock_steady_ns(void)
{
    return now_ns;
}

int
__wrap_poll(struct pollfd *fds, nfds_t count, int timeout_ms)
{
    if (polls_really) {
        sem_post(&waiting);
        return __real_poll(fds, count, timeout_ms);
    }
    naps++;
    if (longest_nap_ms > 0 && timeout_ms > longest_nap_ms)
        timeout_ms = longest_nap_ms;
    now_ns += (int64_t)timeout_ms * 1000000;
    return 0;
}

ssize_t
__wrap_getrandom(void *bytes, size_t length, unsigned flags)
{
    (void)flags;
    if (!has_random || length != sizeof random_number)
        return -1;
    memcpy(bytes, &random_number, sizeof random_number);
    return (ssize_t)length;
}

static struct context context;
static struct err err;

static void
begin_context(int64_t deadline_ms)
{
    now_ns = 1000000000;
    ck_assert(context_init(&context, NULL, "center", deadline_ms, &err));
}

static const struct {
    const char *says;
    enum err_kind kind;
    bool passes;
} kinds[] = {
    {"a database that cannot be reached", ERR_UNAVAILABLE, true},
    {"a deadlock", ERR_RETRY, true},
    {"data that cannot be processed", ERR_DATA, false},
    {"a missing privilege", ERR_PERMISSION, false},
    {"a deadline", ERR_DEADLINE, false},
    {"a signal", ERR_CANCELLED, false},
    {"a mistake in the configuration", ERR_CONFIG, false},
    {"a broken invariant", ERR_INTERNAL, false},
    {"a file that cannot be written", ERR_IO, false},
};

START_TEST(some_failures_pass)
{
    err_set(&err, kinds[_i].kind, "x");
    ck_assert_msg(retry_is_passing(&err) == kinds[_i].passes, "%s %s", kinds[_i].says,
                  kinds[_i].passes ? "passes" : "does not pass");
}
END_TEST

#define LEAST   0
#define MOST    UINT16_MAX
#define NOTHING (-1) /* the system has no randomness to give */

static const struct {
    const char *says;
    int64_t backoff_ms;
    int attempt;
    int random;
    int64_t pause_ms;
} pauses[] = {
    {"the first pause is the one configured", 2000, 1, NOTHING, 2000},
    {"or a quarter less", 2000, 1, LEAST, 1500},
    {"or a quarter more", 2000, 1, MOST, 2500},
    {"the second is double", 2000, 2, NOTHING, 4000},
    {"a quarter of the double more", 2000, 2, MOST, 5000},
    {"the fifth is sixteen times that", 2000, 5, NOTHING, 32000},
    {"no pause is longer than a minute", 2000, 6, NOTHING, 60000},
    {"a quarter of a minute less", 2000, 6, LEAST, 45000},
    {"a quarter of a minute more", 2000, 6, MOST, 75000},
    {"however often it was tried", 2000, 1000000, NOTHING, 60000},
    {"however long it was configured", INT64_MAX / 2, 1, NOTHING, 60000},
    {"none is configured", 0, 3, MOST, 0},
};

START_TEST(pauses_grow)
{
    begin_context(0);
    has_random = pauses[_i].random != NOTHING;
    random_number = (uint16_t)pauses[_i].random;
    ck_assert(retry_pause(&context, pauses[_i].backoff_ms, pauses[_i].attempt));
    ck_assert_msg((now_ns - 1000000000) / 1000000 == pauses[_i].pause_ms, "%s: %lld ms", pauses[_i].says,
                  (long long)(now_ns - 1000000000) / 1000000);
    context_destroy(&context);
}
END_TEST

START_TEST(a_wait_that_ends_early_goes_on)
{
    begin_context(0);
    longest_nap_ms = 300;
    ck_assert(retry_pause(&context, 1000, 1));
    ck_assert_int_eq(naps, 4);
    ck_assert_int_eq((now_ns - 1000000000) / 1000000, 1000);
    context_destroy(&context);
}
END_TEST

START_TEST(a_deadline_ends_the_pause)
{
    begin_context(700);
    ck_assert(!retry_pause(&context, 2000, 1));
    ck_assert_int_eq((now_ns - 1000000000) / 1000000, 700);
    context_destroy(&context);
}
END_TEST

START_TEST(a_context_that_has_ended_has_no_pause)
{
    begin_context(0);
    context_cancel(&context, "SIGTERM");
    ck_assert(!retry_pause(&context, 2000, 1));
    ck_assert_int_eq(naps, 0);
    context_destroy(&context);
}
END_TEST

static void *
pause_for_a_minute(void *data)
{
    bool *paused = data;

    *paused = retry_pause(&context, 60000, 1);
    return NULL;
}

/* The clock does not move: but for the cancellation the pause would not end. */
START_TEST(a_cancellation_ends_the_pause)
{
    bool paused = true;
    pthread_t thread;

    ck_assert_int_eq(sem_init(&waiting, 0, 0), 0);
    begin_context(0);
    polls_really = true;
    ck_assert_int_eq(pthread_create(&thread, NULL, pause_for_a_minute, &paused), 0);
    sem_wait(&waiting);
    context_cancel(&context, "SIGTERM");
    pthread_join(thread, NULL);
    ck_assert(!paused);
    context_destroy(&context);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("retry");
    TCase *cases = tcase_create("retry");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_loop_test(cases, some_failures_pass, 0, COUNT(kinds));
    tcase_add_loop_test(cases, pauses_grow, 0, COUNT(pauses));
    tcase_add_test(cases, a_wait_that_ends_early_goes_on);
    tcase_add_test(cases, a_deadline_ends_the_pause);
    tcase_add_test(cases, a_context_that_has_ended_has_no_pause);
    tcase_add_test(cases, a_cancellation_ends_the_pause);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
