#include "crfd/base/clock.h"

#include <check.h>
#include <stdlib.h>
#include <time.h>

START_TEST(the_steady_clock_never_goes_back)
{
    int64_t before = clock_steady_ns();

    for (int i = 0; i < 10000; i++) {
        int64_t now = clock_steady_ns();

        ck_assert_int_ge(now, before);
        before = now;
    }
    ck_assert_int_gt(before, 0);
}
END_TEST

START_TEST(unix_time_is_in_microseconds)
{
    struct timespec before;
    struct timespec after;
    int64_t now_us;

    clock_gettime(CLOCK_REALTIME, &before);
    now_us = clock_unix_us();
    clock_gettime(CLOCK_REALTIME, &after);
    ck_assert_int_ge(now_us / 1000000, before.tv_sec);
    ck_assert_int_le(now_us / 1000000, after.tv_sec);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("clock");
    TCase *cases = tcase_create("clock");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_test(cases, the_steady_clock_never_goes_back);
    tcase_add_test(cases, unix_time_is_in_microseconds);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
