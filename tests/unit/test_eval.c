#include "crfd/check/eval.h"

#include "check_cases.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))

static struct arena arena;
static const struct study *study;
static const struct subject *subject;

static void
setup(void)
{
    arena_init(&arena, 65536, 0);
    study = check_study_new(&arena);
    subject = check_subject_new(&arena, study);
}

static void
teardown(void)
{
    arena_destroy(&arena);
}

static const struct program *
must_compile(const char *text)
{
    struct check_error error;
    const struct program *program =
        check_compile(&arena, study, check_study_form(study, "vs"), text, strlen(text), &error);

    ck_assert_msg(program != NULL, "%s: refused at %zu: %s", text, error.offset, error.message);
    return program;
}

static const char *
outcome(const struct program *program, const struct page *page, struct eval_scratch *scratch)
{
    struct eval_error error = {"", ""};

    switch (eval_check(program, subject, page, scratch, &error)) {
    case EVAL_TRUE:
        return "true";
    case EVAL_FALSE:
        return "false";
    case EVAL_UNKNOWN:
        return "unknown";
    default:
        return error.sqlstate;
    }
}

START_TEST(an_expression_gives_what_postgresql_gives)
{
    const struct check_case *row = &check_cases[_i];
    const struct program *program = must_compile(row->text);
    struct eval_scratch *scratch = eval_scratch_new(&arena, program_scratch_bytes(program));
    const struct page *page = check_subject_page(subject, row->page);
    const char *got = outcome(program, page, scratch);

    ck_assert_msg(strcmp(got, row->expected) == 0, "page %d: %s: %s, not %s", (int)row->page, row->text, got,
                  row->expected);
    /* The scratch holds nothing from one evaluation to the next. */
    got = outcome(program, page, scratch);
    ck_assert_msg(strcmp(got, row->expected) == 0, "%s: %s the second time", row->text, got);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("eval");
    TCase *tcase = tcase_create("expressions");
    SRunner *runner;
    int failed;

    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(tcase, an_expression_gives_what_postgresql_gives, 0, check_case_count);
    suite_add_tcase(suite, tcase);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
