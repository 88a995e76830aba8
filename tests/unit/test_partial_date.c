#include "crfd/value/partial_date.h"

#include "crfd/value/datetime.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

static const struct {
    const char *says;
    const char *text;
    const char *written; /* how it is written again */
    const char *earliest, *latest;
} readings[] = {
    {"a year", "2014", "2014", "2014-01-01 00:00:00", "2014-12-31 23:59:59.999999"},
    {"a month", "2014-03", "2014-03", "2014-03-01 00:00:00", "2014-03-31 23:59:59.999999"},
    {"a February of a leap year", "2024-02", "2024-02", "2024-02-01 00:00:00", "2024-02-29 23:59:59.999999"},
    {"a February of a common year", "2023-02", "2023-02", "2023-02-01 00:00:00",
     "2023-02-28 23:59:59.999999"},
    {"a December", "1999-12", "1999-12", "1999-12-01 00:00:00", "1999-12-31 23:59:59.999999"},
    {"a day", "2014-03-05", "2014-03-05", "2014-03-05 00:00:00", "2014-03-05 23:59:59.999999"},
    {"a leap day", "2024-02-29", "2024-02-29", "2024-02-29 00:00:00", "2024-02-29 23:59:59.999999"},
    {"an hour", "2014-03-05T11", "2014-03-05T11", "2014-03-05 11:00:00", "2014-03-05 11:59:59.999999"},
    {"a minute", "2014-03-05T11:45", "2014-03-05T11:45", "2014-03-05 11:45:00", "2014-03-05 11:45:59.999999"},
    {"a second is an instant", "2014-03-05T11:45:30", "2014-03-05T11:45:30", "2014-03-05 11:45:30",
     "2014-03-05 11:45:30"},
    {"second zero is known", "2014-03-05T00:00:00", "2014-03-05T00:00:00", "2014-03-05 00:00:00",
     "2014-03-05 00:00:00"},
    {"a fraction loses its trailing zeros", "2014-03-05T11:45:30.250", "2014-03-05T11:45:30.25",
     "2014-03-05 11:45:30.25", "2014-03-05 11:45:30.25"},
    {"six digits of a fraction", "2014-03-05T23:59:59.999999", "2014-03-05T23:59:59.999999",
     "2014-03-05 23:59:59.999999", "2014-03-05 23:59:59.999999"},
    {"a blank stands for the T", "2014-03-05 11:45", "2014-03-05T11:45", "2014-03-05 11:45:00",
     "2014-03-05 11:45:59.999999"},
    {"the first year", "0001", "0001", "0001-01-01 00:00:00", "0001-12-31 23:59:59.999999"},
    {"the last year", "9999", "9999", "9999-01-01 00:00:00", "9999-12-31 23:59:59.999999"},
};

START_TEST(is_the_interval_of_instants_it_may_mean)
{
    const char *says = readings[_i].says;
    struct partial_date date;
    char text[40];

    ck_assert_msg(partial_date_parse(readings[_i].text, strlen(readings[_i].text), &date), "%s: refused",
                  says);
    ck_assert_msg(partial_date_format(&date, text) == strlen(text), "%s: wrong length", says);
    ck_assert_msg(strcmp(text, readings[_i].written) == 0, "%s: written as %s", says, text);
    datetime_format(partial_date_earliest_us(&date), text);
    ck_assert_msg(strcmp(text, readings[_i].earliest) == 0, "%s: earliest %s", says, text);
    datetime_format(partial_date_latest_us(&date), text);
    ck_assert_msg(strcmp(text, readings[_i].latest) == 0, "%s: latest %s", says, text);
}
END_TEST

static const struct {
    const char *says;
    const char *text;
} refused[] = {
    {"no text", ""},
    {"a year of three digits", "201"},
    {"a year of five digits", "20140"},
    {"year zero", "0000"},
    {"a sign before the year", "-2014"},
    {"a month of one digit", "2014-3"},
    {"month zero", "2014-00"},
    {"month thirteen", "2014-13"},
    {"nothing behind the separator", "2014-"},
    {"a day without its month", "2014---05"},
    {"day zero", "2014-03-00"},
    {"29 February of a common year", "2023-02-29"},
    {"31 April", "2014-04-31"},
    {"the basic format without separators", "20140305"},
    {"slashes", "2014/03/05"},
    {"a time behind a month", "2014-03T11"},
    {"a lower-case t", "2014-03-05t11"},
    {"a T without a time", "2014-03-05T"},
    {"two blanks", "2014-03-05  11"},
    {"hour 24", "2014-03-05T24"},
    {"minute 60", "2014-03-05T11:60"},
    {"a leap second", "2014-03-05T11:45:60"},
    {"a time without colons", "2014-03-05T1145"},
    {"a fraction of a minute", "2014-03-05T11:45.5"},
    {"a fraction without digits", "2014-03-05T11:45:30."},
    {"seven digits of a fraction", "2014-03-05T11:45:30.1234567"},
    {"a fraction with a letter", "2014-03-05T11:45:30.1x"},
    {"a zone", "2014-03-05T11:45:30Z"},
    {"a trailing blank", "2014-03 "},
    {"a leading blank", " 2014"},
    {"unknown parts", "2014-UN"},
    {"full-width digits", "\xEF\xBC\x92\xEF\xBC\x90"},
};

START_TEST(what_is_no_iso_8601_date_is_refused)
{
    size_t length = strlen(refused[_i].text);
    char *unterminated = malloc(length + 1);
    struct partial_date date = {.year = 4711};

    ck_assert(unterminated != NULL);
    memcpy(unterminated, refused[_i].text, length);
    ck_assert_msg(!partial_date_parse(unterminated, length, &date), "%s is taken", refused[_i].says);
    ck_assert_msg(date.year == 4711, "%s: the output changed", refused[_i].says);
    free(unterminated);
}
END_TEST

static const struct {
    const char *says;
    const char *a, *b;
    bool day_only;
    enum truth less, equal, greater;
} comparisons[] = {
    {"a month before a day of the next", "2014-03", "2014-04-02", true, TRUTH_TRUE, TRUTH_FALSE, TRUTH_FALSE},
    {"a month and a day in it", "2014-03", "2014-03-10", true, TRUTH_UNKNOWN, TRUTH_UNKNOWN, TRUTH_UNKNOWN},
    {"no day of a month is before its first", "2014-03", "2014-03-01", true, TRUTH_FALSE, TRUTH_UNKNOWN,
     TRUTH_UNKNOWN},
    {"no day of a month is after its last", "2014-03", "2014-03-31", true, TRUTH_UNKNOWN, TRUTH_UNKNOWN,
     TRUTH_FALSE},
    {"a month and itself", "2014-03", "2014-03", true, TRUTH_UNKNOWN, TRUTH_UNKNOWN, TRUTH_UNKNOWN},
    {"a year and itself", "2014", "2014", false, TRUTH_UNKNOWN, TRUTH_UNKNOWN, TRUTH_UNKNOWN},
    {"two years", "2013", "2014", true, TRUTH_TRUE, TRUTH_FALSE, TRUTH_FALSE},
    {"a year and a month in it", "2014", "2014-12", true, TRUTH_UNKNOWN, TRUTH_UNKNOWN, TRUTH_UNKNOWN},
    {"a day and itself, as days", "2014-03-05", "2014-03-05", true, TRUTH_FALSE, TRUTH_TRUE, TRUTH_FALSE},
    {"a day and itself, as instants", "2014-03-05", "2014-03-05", false, TRUTH_UNKNOWN, TRUTH_UNKNOWN,
     TRUTH_UNKNOWN},
    {"neighbouring days, as days", "2014-02-28", "2014-03-01", true, TRUTH_TRUE, TRUTH_FALSE, TRUTH_FALSE},
    {"neighbouring days, as instants", "2014-02-28", "2014-03-01", false, TRUTH_TRUE, TRUTH_FALSE,
     TRUTH_FALSE},
    {"two times of one day, as days", "2014-03-05T11", "2014-03-05T12:30", true, TRUTH_FALSE, TRUTH_TRUE,
     TRUTH_FALSE},
    {"two times of one day, as instants", "2014-03-05T11", "2014-03-05T12:30", false, TRUTH_TRUE, TRUTH_FALSE,
     TRUTH_FALSE},
    {"an hour and a minute in it", "2014-03-05T11", "2014-03-05T11:30", false, TRUTH_UNKNOWN, TRUTH_UNKNOWN,
     TRUTH_UNKNOWN},
    {"a minute is not before its first second", "2014-03-05T11:30", "2014-03-05T11:30:00", false, TRUTH_FALSE,
     TRUTH_UNKNOWN, TRUTH_UNKNOWN},
    {"a minute and itself", "2014-03-05T11:30", "2014-03-05T11:30", false, TRUTH_UNKNOWN, TRUTH_UNKNOWN,
     TRUTH_UNKNOWN},
    {"a second and itself", "2014-03-05T11:30:00", "2014-03-05T11:30:00", false, TRUTH_FALSE, TRUTH_TRUE,
     TRUTH_FALSE},
    {"a second and its fraction", "2014-03-05T11:30:00", "2014-03-05T11:30:00.000001", false, TRUTH_TRUE,
     TRUTH_FALSE, TRUTH_FALSE},
    {"a day and midnight, as instants", "2014-03-05", "2014-03-05T00:00:00", false, TRUTH_FALSE,
     TRUTH_UNKNOWN, TRUTH_UNKNOWN},
    {"a day and midnight, as days", "2014-03-05", "2014-03-05T00:00:00", true, TRUTH_FALSE, TRUTH_TRUE,
     TRUTH_FALSE},
    {"dates before 2000", "1999-12", "1999-12-31T23:59:59", true, TRUTH_UNKNOWN, TRUTH_UNKNOWN, TRUTH_FALSE},
};

static struct partial_date
date_of(const char *text)
{
    struct partial_date date;

    ck_assert_msg(partial_date_parse(text, strlen(text), &date), "no date: %s", text);
    return date;
}

START_TEST(compares_three_valued)
{
    const char *says = comparisons[_i].says;
    struct partial_date a = date_of(comparisons[_i].a);
    struct partial_date b = date_of(comparisons[_i].b);
    bool day_only = comparisons[_i].day_only;

    ck_assert_msg(partial_date_less(&a, &b, day_only) == comparisons[_i].less, "%s: less", says);
    ck_assert_msg(partial_date_less(&b, &a, day_only) == comparisons[_i].greater, "%s: greater", says);
    ck_assert_msg(partial_date_equal(&a, &b, day_only) == comparisons[_i].equal, "%s: equal", says);
    ck_assert_msg(partial_date_equal(&b, &a, day_only) == comparisons[_i].equal, "%s: equal, turned", says);
}
END_TEST

static Suite *
partial_date_suite(void)
{
    Suite *suite = suite_create("partial_date");
    TCase *tcase = tcase_create("partial_date");

    tcase_add_loop_test(tcase, is_the_interval_of_instants_it_may_mean, 0, COUNT(readings));
    tcase_add_loop_test(tcase, what_is_no_iso_8601_date_is_refused, 0, COUNT(refused));
    tcase_add_loop_test(tcase, compares_three_valued, 0, COUNT(comparisons));
    suite_add_tcase(suite, tcase);
    return suite;
}

int
main(void)
{
    SRunner *runner = srunner_create(partial_date_suite());

    srunner_run_all(runner, CK_ENV);

    int failed = srunner_ntests_failed(runner);

    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
