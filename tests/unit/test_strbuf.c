#include "crfd/base/strbuf.h"

#include <check.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct strbuf buf;

static void
setup(void)
{
    strbuf_init(&buf);
}

static void
teardown(void)
{
    strbuf_destroy(&buf);
}

START_TEST(a_new_buffer_is_the_empty_text)
{
    ck_assert_uint_eq(buf.length, 0);
    ck_assert_str_eq(buf.text, "");
}
END_TEST

START_TEST(what_is_appended_stands_in_order)
{
    strbuf_append(&buf, "center");
    strbuf_append_char(&buf, '=');
    strbuf_printf(&buf, "%d/%s", 701, "a");
    strbuf_append(&buf, "");
    strbuf_append_bytes(&buf, "bcd", 2);
    ck_assert_str_eq(buf.text, "center=701/abc");
    ck_assert_uint_eq(buf.length, strlen("center=701/abc"));
}
END_TEST

START_TEST(bytes_may_contain_nul_and_be_none)
{
    strbuf_append_bytes(&buf, "a\0b", 3);
    strbuf_append_bytes(&buf, NULL, 0);
    strbuf_append_char(&buf, '\0');
    ck_assert_uint_eq(buf.length, 4);
    ck_assert_mem_eq(buf.text, "a\0b\0", 5);
}
END_TEST

START_TEST(it_is_terminated_at_every_length)
{
    for (size_t length = 1; length <= 1000; length++) {
        strbuf_append_char(&buf, 'x');
        ck_assert_uint_eq(buf.length, length);
        ck_assert_uint_eq(strlen(buf.text), length);
        ck_assert_uint_lt(buf.length, buf.size_bytes);
    }
}
END_TEST

START_TEST(printf_takes_any_length)
{
    for (int length = 0; length < 300; length++) {
        strbuf_reset(&buf);
        strbuf_printf(&buf, "%*s", length, "");
        ck_assert_uint_eq(buf.length, (size_t)length);
        ck_assert_uint_eq(strlen(buf.text), (size_t)length);
    }
    strbuf_printf(&buf, "%100000d", 7);
    ck_assert_uint_eq(buf.length, 299 + 100000);
}
END_TEST

START_TEST(a_number_is_written_as_printf_writes_it)
{
    static const int64_t numbers[] = {0,  1,   -1,        9,         10,        -10,
                                      99, 100, INT32_MAX, INT32_MIN, INT64_MAX, INT64_MIN};

    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        char expected[32];

        strbuf_reset(&buf);
        strbuf_append_number(&buf, numbers[i]);
        snprintf(expected, sizeof expected, "%" PRId64, numbers[i]);
        ck_assert_str_eq(buf.text, expected);
        ck_assert_uint_eq(buf.length, strlen(expected));
    }
}
END_TEST

START_TEST(printf_fills_the_buffer_to_its_last_byte_and_beyond)
{
    for (size_t before = 0; before < 130; before++) {
        strbuf_reset(&buf);
        for (size_t i = 0; i < before; i++)
            strbuf_append_char(&buf, 'x');
        strbuf_printf(&buf, "%d-%s", 12, "ab");
        ck_assert_uint_eq(buf.length, before + 5);
        ck_assert_str_eq(buf.text + before, "12-ab");
        ck_assert_uint_lt(buf.length, buf.size_bytes);
    }
}
END_TEST

START_TEST(reset_keeps_the_memory)
{
    const char *memory;

    strbuf_printf(&buf, "%5000d", 7);
    memory = buf.text;
    strbuf_reset(&buf);
    ck_assert_str_eq(buf.text, "");
    ck_assert_uint_eq(buf.length, 0);
    strbuf_printf(&buf, "%5000d", 7);
    ck_assert_ptr_eq(buf.text, memory);
}
END_TEST

START_TEST(destroying_twice_is_harmless)
{
    strbuf_destroy(&buf);
    ck_assert_ptr_null(buf.text);
    strbuf_destroy(&buf);
}
END_TEST

START_TEST(ends_where_the_length_overflows)
{
    strbuf_append_bytes(&buf, "", SIZE_MAX - 1);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("strbuf");
    TCase *cases = tcase_create("strbuf");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, a_new_buffer_is_the_empty_text);
    tcase_add_test(cases, what_is_appended_stands_in_order);
    tcase_add_test(cases, bytes_may_contain_nul_and_be_none);
    tcase_add_test(cases, it_is_terminated_at_every_length);
    tcase_add_test(cases, printf_takes_any_length);
    tcase_add_test(cases, a_number_is_written_as_printf_writes_it);
    tcase_add_test(cases, printf_fills_the_buffer_to_its_last_byte_and_beyond);
    tcase_add_test(cases, reset_keeps_the_memory);
    tcase_add_test(cases, destroying_twice_is_harmless);
    tcase_add_exit_test(cases, ends_where_the_length_overflows, 70);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
