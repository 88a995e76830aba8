#include "clean/vocabulary.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))

enum { LONG_LIST = 5000 };

static struct arena arena;

static void
setup(void)
{
    arena_init(&arena, 64 << 10, 0);
}

static void
teardown(void)
{
    arena_destroy(&arena);
}

static const char *const answer_codes[] = {"Y", "N", "NA", "Mm", "MM", "kg", "\uFF11", "Été"};
static const char *const answer_synonyms[] = {"YES", "是", "no", "kG", "maße"};
static const size_t answer_meanings[] = {0, 0, 1, 1, 5};
static const struct codelist answers = {
    .name = "answer",
    .codes = answer_codes,
    .code_count = sizeof answer_codes / sizeof answer_codes[0],
    .synonyms = answer_synonyms,
    .synonym_codes = answer_meanings,
    .synonym_count = sizeof answer_synonyms / sizeof answer_synonyms[0],
};
static const char *const missing[] = {"ND", "NOT  DONE", "NA", "no", "未查"};
static const struct item item = {.name = "answer",
                                 .codelist = &answers,
                                 .missing = missing,
                                 .missing_count = sizeof missing / sizeof missing[0]};

static const struct {
    const char *name;
    const char *text;
    enum word_kind kind;
    const char *code;
} cases_of_words[] = {
    {"a code", "Y", WORD_CODE, "Y"},
    {"a code in another case", "y", WORD_CODE_CASE, "Y"},
    {"a code that is not ASCII in another case", "ÉTÉ", WORD_CODE_CASE, "Été"},
    {"a synonym", "YES", WORD_SYNONYM, "Y"},
    {"a synonym in another case", "Yes", WORD_SYNONYM, "Y"},
    {"a synonym in Chinese", "是", WORD_SYNONYM, "Y"},
    {"a synonym by full case folding", "MASSE", WORD_SYNONYM, "kg"},
    {"a missing token", "ND", WORD_MISSING, NULL},
    {"a missing token in another case", "nd", WORD_MISSING, NULL},
    {"a missing token, cleaned as texts are", "not done", WORD_MISSING, NULL},
    {"a missing token in Chinese", "未查", WORD_MISSING, NULL},
    {"a code wins over a missing token", "NA", WORD_CODE, "NA"},
    {"a code in another case wins over a missing token", "na", WORD_CODE_CASE, "NA"},
    {"a synonym wins over a missing token", "no", WORD_SYNONYM, "N"},
    {"two codes that differ by case, the first", "Mm", WORD_CODE, "Mm"},
    {"two codes that differ by case, the second", "MM", WORD_CODE, "MM"},
    {"a word that folds to both is none", "mm", WORD_NONE, NULL},
    {"a code wins over a synonym that folds to it", "kg", WORD_CODE, "kg"},
    {"an exact synonym wins over a code in another case", "kG", WORD_SYNONYM, "N"},
    {"a word between the two is none", "KG", WORD_NONE, NULL},
    {"a code that cleaning folds", "1", WORD_CODE_CASE, "\uFF11"},
    {"another word", "perhaps", WORD_NONE, NULL},
    {"a longer word", "YY", WORD_NONE, NULL},
    {"the beginning of a word", "NOT", WORD_NONE, NULL},
    {"another word in Chinese", "男", WORD_NONE, NULL},
    {"nothing", "", WORD_NONE, NULL},
    {"a long text", "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy",
     WORD_NONE, NULL},
};

START_TEST(finds)
{
    const struct vocabulary *vocabulary = vocabulary_new(&arena, &item);
    struct text_span code = {NULL, 0};
    enum word_kind kind = vocabulary_find(vocabulary, &arena, text_of(cases_of_words[_i].text), &code);

    ck_assert_msg(kind == cases_of_words[_i].kind, "%s: it is of kind %d", cases_of_words[_i].name,
                  (int)kind);
    ck_assert_msg(cases_of_words[_i].code == NULL || text_equal(code, text_of(cases_of_words[_i].code)),
                  "%s: the code is \"%.*s\"", cases_of_words[_i].name, (int)code.length, code.bytes);
}
END_TEST

START_TEST(knows_codes_that_cleaning_would_change)
{
    const struct vocabulary *vocabulary = vocabulary_new(&arena, &item);

    ck_assert(vocabulary_has_unclean(vocabulary, text_of("\uFF11")));
    ck_assert(!vocabulary_has_unclean(vocabulary, text_of("\uFF12")));
    ck_assert(!vocabulary_has_unclean(vocabulary, text_of("Y")));
}
END_TEST

START_TEST(an_item_without_words_has_none)
{
    ck_assert_ptr_null(vocabulary_new(&arena, &(struct item){.name = "weight"}));
}
END_TEST

START_TEST(a_long_list_is_found_in_whole)
{
    const char **codes = arena_alloc(&arena, LONG_LIST * sizeof *codes);
    struct codelist list = {.name = "long", .codes = codes, .code_count = LONG_LIST};
    struct item long_item = {.name = "term", .codelist = &list};
    const struct vocabulary *vocabulary;

    for (int i = 0; i < LONG_LIST; i++)
        codes[i] = arena_printf(&arena, "TERM %d", i);
    vocabulary = vocabulary_new(&arena, &long_item);
    for (int i = 0; i < LONG_LIST; i++) {
        struct text_span code;

        ck_assert(vocabulary_find(vocabulary, &arena, text_of(codes[i]), &code) == WORD_CODE);
        ck_assert(code.bytes == codes[i]);
    }
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("vocabulary");
    TCase *cases = tcase_create("vocabulary");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_loop_test(cases, finds, 0, LENGTH(cases_of_words));
    tcase_add_test(cases, knows_codes_that_cleaning_would_change);
    tcase_add_test(cases, an_item_without_words_has_none);
    tcase_add_test(cases, a_long_list_is_found_in_whole);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
