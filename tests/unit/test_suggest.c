#include "crfd/base/suggest.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

static const struct {
    const char *says;
    const char *name;
    const char *meant; /* NULL: nothing is close */
} suggestions[] = {
    {"a letter is missing", "sybp", "sysbp"},
    {"a letter is too many", "weeight", "weight"},
    {"a letter is another", "wejght", "weight"},
    {"two neighbours are swapped", "wieght", "weight"},
    {"only the case differs, however short", "VS", "vs"},
    {"a third of its letters may differ", "hieghht", "height"},
    {"more than a third may not", "whgt", NULL},
    {"one of two letters may differ", "vx", "vs"},
    {"the only letter may not", "x", NULL},
    {"the closest of several is taken", "diapb", "diabp"},
    {"characters count, not bytes", "体重单立", "体重单位"},
    {"what is no UTF-8 has no suggestion", "\xFFxx", NULL},
    {"a very long name has no suggestion",
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", NULL},
    {"nothing is like nothing", "", NULL},
};

START_TEST(suggests_what_was_meant)
{
    static const char *const candidates[] = {"vs", "sysbp", "diabp", "weight", "height", "体重单位"};
    const char *close = suggest(suggestions[_i].name, candidates, COUNT(candidates));
    const char *meant = suggestions[_i].meant;

    ck_assert_msg((close == NULL) == (meant == NULL) && (close == NULL || strcmp(close, meant) == 0),
                  "%s: %s suggests %s", suggestions[_i].says, suggestions[_i].name,
                  close ? close : "nothing");
}
END_TEST

START_TEST(of_two_names_that_are_as_close_the_first_counts)
{
    static const char *const candidates[] = {"dn", "dx"};

    ck_assert_str_eq(suggest("dm", candidates, COUNT(candidates)), "dn");
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("suggest");
    TCase *cases = tcase_create("suggest");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_loop_test(cases, suggests_what_was_meant, 0, COUNT(suggestions));
    tcase_add_test(cases, of_two_names_that_are_as_close_the_first_counts);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
