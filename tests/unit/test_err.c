#include "crfd/base/err.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))
#define MESSAGE_MAX   (sizeof(((struct err *)0)->message) - 1)

START_TEST(set_fills_kind_and_message_and_clears_the_sqlstate)
{
    struct err err;

    err_set_sqlstate(&err, ERR_RETRY, "40001", "writing: could not serialize");
    err_set(&err, ERR_CONFIG, "loading codelist \"%s\": it has %d codes", "ny", 0);
    ck_assert_int_eq(err.kind, ERR_CONFIG);
    ck_assert_str_eq(err.sqlstate, "");
    ck_assert_str_eq(err.message, "loading codelist \"ny\": it has 0 codes");
}
END_TEST

static const struct {
    const char *name;
    const char *given;
    const char *kept;
} sqlstate_cases[] = {
    {"five characters are kept", "57014", "57014"},
    {"none is none", "", ""},
    {"NULL is none", NULL, ""},
    {"what is no SQLSTATE is cut", "570145", "57014"},
};

START_TEST(sqlstate_is_recorded)
{
    struct err err;

    err_set_sqlstate(&err, ERR_UNAVAILABLE, sqlstate_cases[_i].given, "reading: %s", "gone");
    ck_assert_msg(strcmp(err.sqlstate, sqlstate_cases[_i].kept) == 0, "%s: it is \"%s\"",
                  sqlstate_cases[_i].name, err.sqlstate);
    ck_assert_int_eq(err.kind, ERR_UNAVAILABLE);
    ck_assert_str_eq(err.message, "reading: gone");
}
END_TEST

START_TEST(a_message_may_be_made_from_itself)
{
    struct err err;

    err_set(&err, ERR_IO, "disk full");
    err_set(&err, ERR_IO, "writing \"%s\": %s", "status.json", err.message);
    ck_assert_str_eq(err.message, "writing \"status.json\": disk full");
}
END_TEST

START_TEST(prefix_says_what_the_caller_was_doing)
{
    struct err err;

    err_set_sqlstate(&err, ERR_RETRY, "40P01", "deadlock detected");
    err_prefix(&err, "center %s", "701");
    err_prefix(&err, "night %d", 8);
    ck_assert_str_eq(err.message, "night 8: center 701: deadlock detected");
    ck_assert_int_eq(err.kind, ERR_RETRY);
    ck_assert_str_eq(err.sqlstate, "40P01");
}
END_TEST

/*
 * A filler of that many bytes, then the text behind it, and how the message ends. 1023 bytes fit; three of them
 * are the dots.
 */
static const struct {
    const char *name;
    size_t filler;
    const char *tail;
    size_t length;
    const char *end;
} cut_cases[] = {
    {"the longest that fits is whole", 1020, "abc", 1023, "abc"},
    {"one byte more is cut", 1020, "abcd", 1023, "..."},
    {"a character of two bytes is not split", 1019,
     "\xC3\xA4"
     "abc",
     1022, "..."},
    {"a character of three bytes is not split", 1018,
     "\xE7\x94\xB7"
     "abc",
     1021, "..."},
    {"a character of four bytes is not split", 1017,
     "\xF0\x9F\x98\x80"
     "abc",
     1020, "..."},
    {"a character that ends at the dots stays", 1017,
     "\xE7\x94\xB7"
     "abcd",
     1023, "\xE7\x94\xB7..."},
};

static void
assert_cut(const struct err *err, int row, const char *how)
{
    size_t length = strlen(err->message);
    size_t end = strlen(cut_cases[row].end);

    ck_assert_msg(length == cut_cases[row].length, "%s, %s: length is %zu", cut_cases[row].name, how, length);
    ck_assert_msg(strcmp(err->message + length - end, cut_cases[row].end) == 0, "%s, %s: ends in \"%s\"",
                  cut_cases[row].name, how, err->message + length - end);
}

START_TEST(text_beyond_the_buffer_is_cut_between_characters)
{
    struct err err;
    char filler[MESSAGE_MAX];

    memset(filler, 'x', sizeof filler);
    err_set(&err, ERR_DATA, "%.*s%s", (int)cut_cases[_i].filler, filler, cut_cases[_i].tail);
    assert_cut(&err, _i, "set");
    err_set(&err, ERR_DATA, "%s", cut_cases[_i].tail);
    err_prefix(&err, "%.*s", (int)cut_cases[_i].filler - 2, filler);
    assert_cut(&err, _i, "prefix");
}
END_TEST

START_TEST(a_prefix_that_fills_the_buffer_is_cut)
{
    struct err err;
    char filler[2 * MESSAGE_MAX];

    memset(filler, 'x', sizeof filler);
    err_set(&err, ERR_DATA, "why");
    err_prefix(&err, "%.*s", (int)sizeof filler, filler);
    ck_assert_uint_eq(strlen(err.message), MESSAGE_MAX);
    ck_assert_str_eq(err.message + MESSAGE_MAX - 4, "x...");
}
END_TEST

START_TEST(clear_leaves_nothing)
{
    struct err err;

    err_set_sqlstate(&err, ERR_RETRY, "40001", "writing: could not serialize");
    err_clear(&err);
    ck_assert_int_eq(err.kind, ERR_NONE);
    ck_assert_str_eq(err.sqlstate, "");
    ck_assert_str_eq(err.message, "");
}
END_TEST

/* Section 10 of the design. */
static const struct {
    enum err_kind kind;
    int exit_status;
} status_cases[ERR_KIND_COUNT] = {
    {ERR_NONE, 0},         {ERR_DIFFERENCE, 1}, {ERR_CENTERS, 3},     {ERR_USAGE, 64}, {ERR_DATA, 65},
    {ERR_UNAVAILABLE, 69}, {ERR_INTERNAL, 70},  {ERR_IO, 74},         {ERR_RETRY, 75}, {ERR_PERMISSION, 77},
    {ERR_CONFIG, 78},      {ERR_DEADLINE, 75},  {ERR_CANCELLED, 143},
};

START_TEST(every_kind_has_a_text_and_an_exit_status)
{
    enum err_kind kind = status_cases[_i].kind;

    ck_assert_int_eq((int)kind, _i);
    ck_assert_ptr_nonnull(err_kind_text(kind));
    ck_assert_msg(err_exit_status(kind) == status_cases[_i].exit_status, "\"%s\" exits with %d",
                  err_kind_text(kind), err_exit_status(kind));
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("err");
    TCase *cases = tcase_create("err");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_test(cases, set_fills_kind_and_message_and_clears_the_sqlstate);
    tcase_add_loop_test(cases, sqlstate_is_recorded, 0, LENGTH(sqlstate_cases));
    tcase_add_test(cases, a_message_may_be_made_from_itself);
    tcase_add_test(cases, prefix_says_what_the_caller_was_doing);
    tcase_add_loop_test(cases, text_beyond_the_buffer_is_cut_between_characters, 0, LENGTH(cut_cases));
    tcase_add_test(cases, a_prefix_that_fills_the_buffer_is_cut);
    tcase_add_test(cases, clear_leaves_nothing);
    tcase_add_loop_test(cases, every_kind_has_a_text_and_an_exit_status, 0, ERR_KIND_COUNT);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
