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

static void
expect_case(const struct check_case *row)
{
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

START_TEST(an_expression_gives_what_postgresql_gives)
{
    expect_case(&check_cases[_i]);
}
END_TEST

START_TEST(a_subquery_gives_what_postgresql_gives)
{
    expect_case(&query_cases[_i]);
}
END_TEST

/* --- where PostgreSQL gives, or may give, something else --- */

static const struct {
    const char *row;
    enum check_page page;
    const char *text;
    const char *expected;
} own_cases[] = {
    {"an error of constants in a branch that is not taken is none", PAGE_ORDINARY,
     "CASE WHEN b2 THEN 1 / 0 = 1 ELSE true END", "true"},
    {"an error of constants that is reached is one", PAGE_ORDINARY,
     "CASE WHEN b1 THEN 1 / 0 = 1 ELSE true END", "22012"},
    {"an error of constants behind a false operand is none", PAGE_ORDINARY, "b2 AND 1 / 0 = 1", "false"},
    {"an error before a false operand is one", PAGE_ORDINARY, "1 / 0 = 1 AND b2", "22012"},
    {"COALESCE stops at the first value", PAGE_ORDINARY, "coalesce(i1, 1 / 0) = 7", "true"},
    {"a number of more than 154 digits is an error", PAGE_EXTREME, "d1 * d1 * d1 * d1 > 0", "22003"},
    {"the day after the last one is an error", PAGE_EXTREME, "day1 + 1 > day2", "22008"},
    {"24:00 of the last day is the day after it", PAGE_EXTREME, "day1 + time '24:00' > ts2", "22008"},
    {"the day before the first one is an error", PAGE_ODD, "day1 - 1 < day2", "22008"},
    {"a timestamp after the last day is an error", PAGE_EXTREME,
     "day1 + interval '1 month' > day2::timestamp", "22008"},
    {"a timestamp before the first day is an error", PAGE_ODD, "day1 - interval '1 sec' < day2::timestamp",
     "22008"},
    {"a power whose digits would be estimated is an error", PAGE_ORDINARY, "power(1.00001, 4) > 1", "22003"},
    {"a root of another kind is an error", PAGE_ORDINARY, "d1 ^ 0.5 > 1", "22003"},
    {"a power below one is an error", PAGE_ORDINARY, "d1 ^ -1 > 0", "22003"},
    {"a text of more than the scratch is an error", PAGE_ORDINARY, "rpad(t1, 300000) <> ''", "54000"},
    {"a LIKE pattern that ends in its escape is an error", PAGE_ORDINARY, "t1 LIKE t2 || '\\'", "22025"},
    {"a condition in front that reads no page of FROM is asked also where there is none", PAGE_ORDINARY,
     "EXISTS (SELECT FROM ds WHERE 1 / (i1 - 7) = 1)", "22012"},
    {"one that follows others is not asked where those are not true", PAGE_ORDINARY,
     "(SELECT count(*) FROM ae WHERE grade > 9 AND 1 / (i1 - 7) = 1) = 0", "true"},
    {"a condition over pages that are not there raises nothing", PAGE_ORDINARY,
     "EXISTS (SELECT FROM ds WHERE 1 / (number - number) = 1)", "false"},
    {"of pages that ORDER BY leaves equal the first by key order counts", PAGE_ORDINARY,
     "(SELECT event FROM ae ORDER BY grade DESC NULLS LAST LIMIT 1) = 'UNSCHEDULED 1.1'", "true"},
    {"subqueries that would look at more than 100,000 pages are an error", PAGE_ORDINARY,
     "(SELECT count(*) FROM ae a, ae b, ae c, ae d, ae e, ae f, ae g) > 0", "54000"},
    {"a loop over loops that gives up early is none", PAGE_ORDINARY,
     "EXISTS (SELECT FROM ae a, ae b, ae c, ae d, ae e, ae f, ae g)", "true"},
    {"a date in words is an error", PAGE_ORDINARY, "'March 5, 2014'::text::date = day1", "22007"},
};

START_TEST(crfd_has_an_answer_of_its_own)
{
    const struct program *program = must_compile(own_cases[_i].text);
    struct eval_scratch *scratch = eval_scratch_new(&arena, program_scratch_bytes(program));
    const char *got = outcome(program, check_subject_page(subject, own_cases[_i].page), scratch);

    ck_assert_msg(strcmp(got, own_cases[_i].expected) == 0, "%s: %s", own_cases[_i].row, got);
}
END_TEST

/* A page of form vs whose first text is this one. */
static const struct page *
page_with_text(const char *text, size_t length)
{
    const struct page *ordinary = check_subject_page(subject, PAGE_ORDINARY);
    struct page *page = arena_new(&arena, struct page);

    *page = *ordinary;
    page->values = arena_array(&arena, struct value, ordinary->form->item_count);
    memcpy(page->values, ordinary->values, ordinary->form->item_count * sizeof *page->values);
    page->values[0].text = text;
    page->values[0].length = (uint32_t)length;
    return page;
}

static const struct {
    const char *text;
    char tail;
} costly[] = {
    {"t1 ~ '^(a|aa)+$'", 'b'},
    {"t1 ~ '(a*)*b$'", 'c'},
    {"t1 ~ '(.*)(.*)(.*)(.*)(.*)x$'", 'y'},
    {"t1 ~ '^(([a-z])+.)+[A-Z]([a-z])+$'", 'b'},
};

START_TEST(a_costly_regular_expression_gives_up_or_answers)
{
    enum { LENGTH_OF_TEXT = 20000 };
    const struct program *program = must_compile(costly[_i].text);
    struct eval_scratch *scratch = eval_scratch_new(&arena, program_scratch_bytes(program));
    char *text = arena_alloc(&arena, LENGTH_OF_TEXT);
    const char *got;

    memset(text, 'a', LENGTH_OF_TEXT);
    text[LENGTH_OF_TEXT - 1] = costly[_i].tail;
    got = outcome(program, page_with_text(text, LENGTH_OF_TEXT), scratch);
    ck_assert_msg(strcmp(got, "false") == 0 || strcmp(got, "54000") == 0, "%s: %s", costly[_i].text, got);
    /* The room is as good as new. */
    got = outcome(program, page_with_text("-", 1), scratch);
    ck_assert_msg(strcmp(got, "false") == 0, "%s: then %s", costly[_i].text, got);
}
END_TEST

START_TEST(a_text_that_is_not_utf8_is_not_read_past_its_end)
{
    static const char *const texts[] = {"\xC3", "\xE7\x94", "a\xF0\x9F", "\xFF\xFE", "\x80\x80"};
    const struct program *program =
        must_compile("t1 LIKE '_' AND t1 ~ '^.$' AND length(t1) = 1 OR left(t1, 1) = right(t1, 1) OR "
                     "lpad(t1, 3, t1) = btrim(t1, t1) OR substr(t1, 2) = '' OR t1::varchar(1) = ''");
    struct eval_scratch *scratch = eval_scratch_new(&arena, program_scratch_bytes(program));

    for (int i = 0; i < LENGTH(texts); i++) {
        size_t length = strlen(texts[i]);
        /* Without the NUL behind it, so that ASan sees one byte too much. */
        char *exact = malloc(length);

        ck_assert_ptr_nonnull(exact);
        memcpy(exact, texts[i], length);
        outcome(program, page_with_text(exact, length), scratch);
        free(exact);
    }
}
END_TEST

/* --- derived values --- */

static const struct {
    const char *text;
    enum value_type type;
    enum check_page page;
    const char *expected; /* as psql shows it; NULL, or an SQLSTATE after '!' */
} derivations[] = {
    {"round(d1 / (d2 * d2) * 10000, 1)", VALUE_DECIMAL, PAGE_ORDINARY, "185.2"},
    {"d1 + d2", VALUE_DECIMAL, PAGE_ORDINARY, "200.50"},
    {"d1 + d2", VALUE_DECIMAL, PAGE_NULLS, NULL},
    {"d2", VALUE_INTEGER, PAGE_ORDINARY, "81"},
    {"i1", VALUE_DECIMAL, PAGE_ORDINARY, "7"},
    {"i1", VALUE_TEXT, PAGE_ORDINARY, "7"},
    {"upper(t1) || '-' || t2", VALUE_TEXT, PAGE_ORDINARY, "ABC-abd"},
    {"'x'", VALUE_TEXT, PAGE_ORDINARY, "x"},
    {"NULL", VALUE_DATE, PAGE_ORDINARY, NULL},
    {"day1 + 7", VALUE_DATE, PAGE_ORDINARY, "2014-03-12"},
    {"ts1::date", VALUE_DATE, PAGE_ORDINARY, "2014-03-05"},
    {"day1::timestamp", VALUE_DATETIME, PAGE_ORDINARY, "2014-03-05 00:00:00"},
    {"day1", VALUE_PARTIAL_DATE, PAGE_ORDINARY, "2014-03-05"},
    {"'2014-03'", VALUE_PARTIAL_DATE, PAGE_ORDINARY, "2014-03"},
    {"p1", VALUE_PARTIAL_DATETIME, PAGE_ORDINARY, "2014-03"},
    {"ts2", VALUE_PARTIAL_DATETIME, PAGE_ORDINARY, "2014-03-05T11:45:30.25"},
    {"d1 > d2", VALUE_BOOLEAN, PAGE_ORDINARY, "true"},
    {"'11:45'", VALUE_TIME, PAGE_ORDINARY, "11:45:00"},
    {"extract(year FROM day1) - 2000", VALUE_INTEGER, PAGE_ORDINARY, "14"},
    {"d1 / 0", VALUE_DECIMAL, PAGE_ORDINARY, "!22012"},
    {"d1", VALUE_INTEGER, PAGE_EXTREME, "!22003"},
};

START_TEST(a_derived_value_has_the_type_of_its_item)
{
    const char *text = derivations[_i].text;
    const char *expected = derivations[_i].expected;
    struct check_error refusal;
    const struct program *program = check_compile_value(&arena, study, check_study_form(study, "vs"), text,
                                                        strlen(text), derivations[_i].type, &refusal);
    struct eval_error error = {"", ""};
    struct eval_scratch *scratch;
    struct value value;
    struct strbuf shown;

    ck_assert_msg(program != NULL, "%s: refused: %s", text, refusal.message);
    scratch = eval_scratch_new(&arena, program_scratch_bytes(program));
    strbuf_init(&shown);
    if (!eval_value(program, subject, check_subject_page(subject, derivations[_i].page), scratch, &arena,
                    &value, &error))
        strbuf_printf(&shown, "!%s", error.sqlstate);
    else
        value_append_text(&value, &shown);
    ck_assert_msg(strcmp(shown.text, expected ? expected : "") == 0, "%s: %s", text, shown.text);
    ck_assert_msg(value.is_null == (expected == NULL || expected[0] == '!'), "%s: NULL", text);
    ck_assert_msg(value.type == derivations[_i].type, "%s: of another type", text);
    strbuf_destroy(&shown);
}
END_TEST

static const struct {
    const char *text;
    enum value_type type;
    const char *says;
} underivable[] = {
    {"t1", VALUE_INTEGER, "the expression gives text, but the item is bigint"},
    {"i1", VALUE_BOOLEAN, "the expression gives bigint, but the item is boolean"},
    {"p1", VALUE_DATE, "the expression gives partial date, but the item is date"},
    {"ts1", VALUE_DATE,
     "the expression gives timestamp, but the item is date; write a cast, as in (...)::date"},
    {"day1", VALUE_DATETIME, "the expression gives date, but the item is timestamp"},
    {"day1 + interval '1 day'", VALUE_DATE, "the expression gives timestamp, but the item is date"},
    {"coalesce(ts1, day1)", VALUE_DATETIME, "COALESCE must be timestamp, not date, of which midnight"},
    {"'x'", VALUE_DECIMAL, "'x' is not a value of type numeric"},
};

START_TEST(a_value_that_does_not_convert_is_refused)
{
    const char *text = underivable[_i].text;
    struct check_error error;

    ck_assert_msg(check_compile_value(&arena, study, check_study_form(study, "vs"), text, strlen(text),
                                      underivable[_i].type, &error) == NULL,
                  "%s: accepted", text);
    ck_assert_msg(strstr(error.message, underivable[_i].says) != NULL, "%s: %s", text, error.message);
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
    tcase_add_loop_test(tcase, a_subquery_gives_what_postgresql_gives, 0, query_case_count);
    tcase_add_loop_test(tcase, crfd_has_an_answer_of_its_own, 0, LENGTH(own_cases));
    tcase_add_loop_test(tcase, a_costly_regular_expression_gives_up_or_answers, 0, LENGTH(costly));
    tcase_add_test(tcase, a_text_that_is_not_utf8_is_not_read_past_its_end);
    tcase_add_loop_test(tcase, a_derived_value_has_the_type_of_its_item, 0, LENGTH(derivations));
    tcase_add_loop_test(tcase, a_value_that_does_not_convert_is_refused, 0, LENGTH(underivable));
    suite_add_tcase(suite, tcase);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
