/* A day is none of its instants: whatever sets one beside the other is refused, and taken once both are days. */
#include "crfd/check/compile.h"

#include "check_study.h"
#include "crfd/base/strbuf.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static struct arena arena;
static const struct study *study;
static const struct form *vs;

static void
setup(void)
{
    arena_init(&arena, 65536, 0);
    study = check_study_new(&arena);
    vs = check_study_form(study, "vs");
}

static void
teardown(void)
{
    arena_destroy(&arena);
}

/* %1 and %2 stand for the two, in either order. */
static const char *const comparisons[] = {
    "%1 = %2",
    "%1 <> %2",
    "%1 < %2",
    "%1 <= %2",
    "%1 > %2",
    "%1 >= %2",
    "%1 IS DISTINCT FROM %2",
    "%1 IS NOT DISTINCT FROM %2",
    "%1 BETWEEN %2 AND %1",
    "%1 NOT BETWEEN %1 AND %2",
    "%1 BETWEEN SYMMETRIC %1 AND %2",
    "%1 IN (%2)",
    "%1 NOT IN (%1, %2)",
    "(i1, %1) = (i2, %2)",
    "(%1, i1) < (%2, i2)",
    "(i1, %1) IN ((i1, %1), (i2, %2))",
    "CASE %1 WHEN %2 THEN true END",
    "CASE %1 WHEN %1 THEN true WHEN %2 THEN false END",
    "nullif(%1, %2) IS NULL",
    "%1 IN (SELECT %2 FROM ae)",
    "%1 = ANY (SELECT %2 FROM ae)",
    "%1 < ALL (SELECT %2 FROM ae)",
    "EXISTS (SELECT FROM ae WHERE %1 > %2)",
    "%1 = (SELECT %2 FROM ae ORDER BY grade LIMIT 1)",
    "(SELECT count(*) FILTER (WHERE grade > 0 AND %1 <> %2) FROM ae) = 0",
    "NOT (b1 OR %1 = %2)",
};

/* What makes one type of both, or counts from one to the other. */
static const char *const mixtures[] = {
    "coalesce(%1, %2) IS NULL",  "greatest(%1, %2) IS NULL",
    "least(%1, %1, %2) IS NULL", "CASE WHEN b1 THEN %1 ELSE %2 END IS NULL",
    "%1 - %2 IS NULL",           "age(%1, %2) IS NULL",
};

struct operand {
    const char *text;
    const char *day; /* the same as a day */
};

static const struct operand days[] = {
    {"day1", "day1"},
    {"current_date", "current_date"},
    {"DATE '2014-03-05'", "DATE '2014-03-05'"},
    {"ts2::date", "ts2::date"},
    {"(day1 + 7)", "(day1 + 7)"},
    {"dm.birthday", "dm.birthday"},
    {"p1", "p1"},
    {"dm.rfstdtc", "dm.rfstdtc"},
};

static const struct operand instants[] = {
    {"ts1", "ts1::date"},
    {"TIMESTAMP '2014-03-05 11:45'", "(TIMESTAMP '2014-03-05 11:45')::date"},
    {"(day1 + interval '1 month')", "(day1 + interval '1 month')::date"},
    {"(submitted_at AT TIME ZONE 'UTC')", "(submitted_at AT TIME ZONE 'UTC')::date"},
    {"q1", "earliest(q1)::date"},
    {"latest(q2)", "latest(q2)::date"},
    {"in1", "in1::date"},
    {"submitted_at", "submitted_at::date"},
};

static bool
is_partial(const char *text)
{
    return strcmp(text, "p1") == 0 || strcmp(text, "q1") == 0 || strcmp(text, "dm.rfstdtc") == 0;
}

static const struct program *
compile_of(const char *template, const char *first, const char *second, struct strbuf *text,
           struct check_error *error)
{
    strbuf_reset(text);
    for (const char *at = template; *at != '\0'; at++) {
        if (*at != '%') {
            strbuf_append_char(text, *at);
            continue;
        }
        at++;
        strbuf_append(text, *at == '1' ? first : second);
    }
    return check_compile(&arena, study, vs, text->text, text->length, error);
}

static void
ask_both(const char *template, const struct operand *day, const struct operand *instant)
{
    struct strbuf text;

    strbuf_init(&text);
    for (int turned = 0; turned < 2; turned++) {
        const char *first = turned ? instant->text : day->text;
        const char *second = turned ? day->text : instant->text;
        struct check_error error = {.offset = SIZE_MAX};

        ck_assert_msg(compile_of(template, first, second, &text, &error) == NULL, "%s: accepted", text.text);
        ck_assert_msg(strstr(error.message, "::date") != NULL, "%s: no remedy in \"%s\"", text.text,
                      error.message);
        ck_assert_msg(error.offset < text.length, "%s: has no place", text.text);
        first = turned ? instant->day : day->day;
        second = turned ? day->day : instant->day;
        ck_assert_msg(compile_of(template, first, second, &text, &error) != NULL, "%s: %s", text.text,
                      error.message);
    }
    strbuf_destroy(&text);
}

START_TEST(a_day_compares_with_no_instant)
{
    for (size_t d = 0; d < LENGTH(days); d++)
        for (size_t i = 0; i < LENGTH(instants); i++)
            ask_both(comparisons[_i], &days[d], &instants[i]);
}
END_TEST

START_TEST(a_day_mixes_with_no_instant)
{
    for (size_t d = 0; d < LENGTH(days); d++)
        for (size_t i = 0; i < LENGTH(instants); i++)
            if (!is_partial(days[d].text) && !is_partial(instants[i].text))
                ask_both(mixtures[_i], &days[d], &instants[i]);
}
END_TEST

static const struct {
    const char *text;
    size_t offset;
    const char *says;
} refused[] = {
    {"ts1 <= day1", 4,
     "timestamp <= date: a day is none of its instants, and midnight would stand for it; "
     "write ts1::date"},
    {"day1 >= ts1", 5, "write ts1::date"},
    {"p1 = ts1", 3, "partial date = timestamp"},
    {"q1 < day1", 3, "write earliest(q1)::date or latest(q1)::date"},
    {"EXISTS (SELECT FROM vs o WHERE o.ts1 > vs.day1)", 37, "write o.ts1::date"},
    {"day1 + interval '7 days' > day2", 25, "write (...)::date"},
    {"coalesce(ts1, day1) IS NULL", 14, "COALESCE must be timestamp, not date"},
    /* A literal is read as the other side's type, which gives it a midnight that nobody has written. */
    {"ts1 <= '2014-03-05'", 7, "'2014-03-05' has no time of day"},
    {"ts1 BETWEEN '2014-03-05 00:00' AND '20140331'", 35, "or '20140331 00:00' for midnight itself"},
    {"ts1 IN ('2014-03-05 10:00', '2014/3/5')", 28, "'2014/3/5' has no time of day"},
    {"coalesce(ts1, ' 2014-03-05 ') IS NULL", 14, "has no time of day"},
    {"ts1 - '2014-03-05' > interval '1 day'", 6, "has no time of day"},
};

START_TEST(the_place_and_the_remedy_are_told)
{
    const char *text = refused[_i].text;
    struct check_error error = {.offset = SIZE_MAX};

    ck_assert_msg(check_compile(&arena, study, vs, text, strlen(text), &error) == NULL, "%s: accepted", text);
    ck_assert_msg(strstr(error.message, refused[_i].says) != NULL, "%s: %s", text, error.message);
    ck_assert_msg(error.offset == refused[_i].offset, "%s: at %zu: %s", text, error.offset, error.message);
}
END_TEST

/* Of a study that declares no timezone. */
static const struct {
    const char *text;
    const char *says; /* NULL: accepted */
} without_zone[] = {
    {"submitted_at::date = day1", "write (x AT TIME ZONE 'UTC')::date"},
    {"submitted_at <= day1", "write (submitted_at AT TIME ZONE 'UTC')::date"},
    {"in1 = ts1", "write in1 AT TIME ZONE 'UTC'"},
    {"in1 AT TIME ZONE 'Europe/Berlin' = ts1", "only AT TIME ZONE 'UTC'"},
    {"extract(hour FROM in1) = 3", "write x AT TIME ZONE 'UTC'"},
    {"in1 AT TIME ZONE 'UTC' = ts1", NULL},
    {"in1 < submitted_at AND in1 > '2014-03-05 11:45+08'", NULL},
    {"in1 > '2014-03-05 11:45'", "with the zone's offset"},
};

START_TEST(without_a_timezone_nothing_becomes_local)
{
    const char *text = without_zone[_i].text;
    struct study utc = *study;
    struct check_error error = {.message = ""};
    const struct program *program;

    utc.zone = NULL;
    program = check_compile(&arena, &utc, vs, text, strlen(text), &error);
    ck_assert_msg((program != NULL) == (without_zone[_i].says == NULL), "%s: %s", text, error.message);
    ck_assert_msg(program != NULL || strstr(error.message, without_zone[_i].says) != NULL, "%s: %s", text,
                  error.message);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("midnight");
    TCase *tcase = tcase_create("checks");
    SRunner *runner;
    int failed;

    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(tcase, a_day_compares_with_no_instant, 0, (int)LENGTH(comparisons));
    tcase_add_loop_test(tcase, a_day_mixes_with_no_instant, 0, (int)LENGTH(mixtures));
    tcase_add_loop_test(tcase, the_place_and_the_remedy_are_told, 0, (int)LENGTH(refused));
    tcase_add_loop_test(tcase, without_a_timezone_nothing_becomes_local, 0, (int)LENGTH(without_zone));
    suite_add_tcase(suite, tcase);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
