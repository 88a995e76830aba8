#include "crfd/definition/problem.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

static struct arena arena;

static void
begin(void)
{
    arena_init(&arena, 4096, 0);
}

static void
end(void)
{
    arena_destroy(&arena);
}

#define TEN(text) text text text text text text text text text text

static const struct {
    const char *says;
    const char *text;
    const char *place; /* the caret is where this begins; NULL: at the end */
    const char *excerpt;
} excerpts[] = {
    {"a place in the middle", "sysbp > diabp", "> d", "sysbp > diabp\n      ^"},
    {"the beginning", "x > y", "x", "x > y\n^"},
    {"the end", "x > ", NULL, "x > \n    ^"},
    {"wide characters take two columns", "性别 = x", "= x", "性别 = x\n     ^"},
    {"combining characters take none", "e\xCC\x81 = x", "= x", "e\xCC\x81 = x\n  ^"},
    {"line breaks and tabs are blanks", "a\n\tb > c", "> c", "a  b > c\n     ^"},
    {"nothing at all", "", NULL, "\n^"},
    {"a long text before it is shortened", TEN("123456789 ") "here", "here",
     "...3456789 123456789 123456789 123456789 123456789 here\n"
     "                                                   ^"},
    {"a long text behind it is shortened", "here " TEN("123456789 ") "12345", "here",
     "here 123456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789 "
     "1...\n^"},
    {"a wide character is not cut in two", "别" TEN("别别别") "x", "x",
     "...别别别别别别别别别别别别别别别别别别别别别别别别x\n"
     "                                                   ^"},
};

START_TEST(shows_the_place)
{
    const char *text = excerpts[_i].text;
    const char *place = excerpts[_i].place;
    size_t offset = place != NULL ? (size_t)(strstr(text, place) - text) : strlen(text);
    struct problems problems;

    problems_init(&problems, &arena, "study.json");
    problem_add_at(&problems, "checks[0].check", text, offset, "what");
    ck_assert_msg(strcmp(problems.list[0].excerpt, excerpts[_i].excerpt) == 0, "%s:\n%s\n--- instead of\n%s",
                  excerpts[_i].says, problems.list[0].excerpt, excerpts[_i].excerpt);
}
END_TEST

START_TEST(an_offset_out_of_place_is_brought_back)
{
    struct problems problems;

    problems_init(&problems, &arena, "study.json");
    problem_add_at(&problems, "", "abc", 100, "behind the end");
    problem_add_at(&problems, "", "性别", 4, "inside a character");
    problem_add_at(&problems, "",
                   "a\xFF"
                   "b",
                   2, "behind a broken character");
    ck_assert_str_eq(problems.list[0].excerpt, "abc\n   ^");
    ck_assert_str_eq(problems.list[1].excerpt, "性别\n  ^");
    ck_assert_str_eq(problems.list[2].excerpt, "a?b\n  ^");
}
END_TEST

START_TEST(prints_file_path_message_and_excerpt)
{
    struct problems problems;
    struct strbuf out;

    problems_init(&problems, &arena, "study.json");
    problem_add(&problems, "", "the file is %s", "odd");
    problem_add_at(&problems, "checks[3].check", "sysbp > diabpp", 8, "unknown column");
    strbuf_init(&out);
    problems_print(&problems, &out);
    ck_assert_str_eq(out.text, "study.json: the file is odd\n"
                               "study.json: checks[3].check: unknown column\n"
                               "    sysbp > diabpp\n"
                               "            ^\n");
    strbuf_destroy(&out);
}
END_TEST

START_TEST(counts_what_it_does_not_keep)
{
    struct problems problems;
    struct strbuf out;

    problems_init(&problems, &arena, "study.json");
    for (int i = 0; i < PROBLEMS_MAX + 7; i++)
        problem_add(&problems, "", "number %d", i);
    ck_assert_uint_eq(problems.count, PROBLEMS_MAX);
    strbuf_init(&out);
    problems_print(&problems, &out);
    ck_assert_ptr_nonnull(strstr(out.text, "number 999\nstudy.json: and 7 more\n"));
    strbuf_destroy(&out);
}
END_TEST

static Suite *
problem_suite(void)
{
    Suite *suite = suite_create("problem");
    TCase *tcase = tcase_create("problem");

    tcase_add_checked_fixture(tcase, begin, end);
    tcase_add_loop_test(tcase, shows_the_place, 0, COUNT(excerpts));
    tcase_add_test(tcase, an_offset_out_of_place_is_brought_back);
    tcase_add_test(tcase, prints_file_path_message_and_excerpt);
    tcase_add_test(tcase, counts_what_it_does_not_keep);
    suite_add_tcase(suite, tcase);
    return suite;
}

int
main(void)
{
    SRunner *runner = srunner_create(problem_suite());

    srunner_run_all(runner, CK_ENV);

    int failed = srunner_ntests_failed(runner);

    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
