/*
 * fail.h: end a test program, or the test that Check has forked, with a reason.
 *
 * For what is used outside of tests, too (fixtures that Check does not watch), where its assertions must not be
 * called.
 *
 * Threads: any.
 */
#ifndef CRFD_TESTS_FAIL_H
#define CRFD_TESTS_FAIL_H

#include <stdbool.h>

void test_fail(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

/* Fails unless the condition holds. */
#define TEST_REQUIRE(condition, ...)                                                                         \
    do {                                                                                                     \
        if (!(condition))                                                                                    \
            test_fail(__VA_ARGS__);                                                                          \
    } while (false)

#endif
