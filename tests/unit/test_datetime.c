/* The expected texts are PostgreSQL's with DateStyle ISO. */
#include "crfd/value/datetime.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(rows)    ((int)(sizeof(rows) / sizeof((rows)[0])))
#define SECONDS(count) (INT64_C(1000000) * (count))

static const struct {
    const char *says;
    struct civil civil;
    int32_t days;
    const char *text;
} dates[] = {
    {"the epoch", {2000, 1, 1}, 0, "2000-01-01"},
    {"the day before the epoch", {1999, 12, 31}, -1, "1999-12-31"},
    {"the epoch of Unix", {1970, 1, 1}, -10957, "1970-01-01"},
    {"the leap day of a century that has one", {2000, 2, 29}, 59, "2000-02-29"},
    {"the day after it", {2000, 3, 1}, 60, "2000-03-01"},
    {"a common leap day", {2024, 2, 29}, 8825, "2024-02-29"},
    {"the last day of a leap year", {2024, 12, 31}, 9131, "2024-12-31"},
    {"the end of a February without a leap day", {1900, 2, 28}, -36466, "1900-02-28"},
    {"the day after it", {1900, 3, 1}, -36465, "1900-03-01"},
    {"the first day", {1, 1, 1}, -730119, "0001-01-01"},
    {"the last day", {9999, 12, 31}, 2921939, "9999-12-31"},
};

START_TEST(a_day_is_counted_from_2000)
{
    int32_t days = 0;
    struct civil back = date_to_civil(dates[_i].days);
    struct civil civil = dates[_i].civil;
    char text[DATETIME_TEXT_MAX];

    ck_assert_msg(date_from_civil(civil.year, civil.month, civil.day, &days), "%s: no such day",
                  dates[_i].says);
    ck_assert_msg(days == dates[_i].days, "%s: %d days", dates[_i].says, days);
    ck_assert_msg(back.year == civil.year && back.month == civil.month && back.day == civil.day,
                  "%s: comes back as %d-%d-%d", dates[_i].says, back.year, back.month, back.day);
    ck_assert_msg(date_format(days, text) == strlen(text), "%s: wrong length", dates[_i].says);
    ck_assert_msg(strcmp(text, dates[_i].text) == 0, "%s: %s", dates[_i].says, text);
}
END_TEST

static const struct {
    const char *says;
    struct civil civil;
} no_days[] = {
    {"no 29 February in a common year", {2023, 2, 29}},
    {"no 29 February in most centuries", {1900, 2, 29}},
    {"no 30 February", {2024, 2, 30}},
    {"no 31 April", {2024, 4, 31}},
    {"no 32 January", {2024, 1, 32}},
    {"no day 0", {2024, 1, 0}},
    {"no month 0", {2024, 0, 1}},
    {"no month 13", {2024, 13, 1}},
    {"no negative month", {2024, -1, 1}},
    {"no year 0", {0, 1, 1}},
    {"no year 10000", {10000, 1, 1}},
};

START_TEST(a_day_that_the_calendar_does_not_have_is_refused)
{
    struct civil civil = no_days[_i].civil;
    int32_t days = 4711;

    ck_assert_msg(!date_from_civil(civil.year, civil.month, civil.day, &days), "%s", no_days[_i].says);
    ck_assert_msg(days == 4711, "%s: the output changed", no_days[_i].says);
}
END_TEST

/* One run through the whole calendar, by the rules that a child learns. */
START_TEST(days_follow_each_other_without_a_gap)
{
    int32_t expected = -730119;

    for (int year = 1; year <= 9999; year++) {
        for (int month = 1; month <= 12; month++) {
            int last = date_days_in_month(year, month);

            for (int day = 1; day <= last; day++, expected++) {
                int32_t days = 0;
                struct civil civil = date_to_civil(expected);

                if (!date_from_civil(year, month, day, &days) || days != expected || civil.year != year ||
                    civil.month != month || civil.day != day)
                    ck_abort_msg("%04d-%02d-%02d is %d days, not %d", year, month, day, expected, days);
            }
            ck_assert_msg(!date_from_civil(year, month, last + 1, &(int32_t){0}), "%d-%d is too long", year,
                          month);
        }
    }
    ck_assert_int_eq(expected, 2921940);
}
END_TEST

static const struct {
    const char *says;
    int32_t days;
    const char *text;
} distant[] = {
    {"arithmetic may pass the year 9999", 2921940, "10000-01-01"},
    {"the year before 1 is 1 BC", -730120, "0001-12-31 BC"},
    {"1 BC is a leap year", -730426, "0001-02-29 BC"},
    {"the largest count", INT32_MAX, "5881610-07-11"},
    {"the smallest count", INT32_MIN, "5877612-06-22 BC"},
};

START_TEST(days_beyond_the_calendar_are_still_printed)
{
    char text[DATETIME_TEXT_MAX];

    date_format(distant[_i].days, text);
    ck_assert_msg(strcmp(text, distant[_i].text) == 0, "%s: %s", distant[_i].says, text);
}
END_TEST

static const struct {
    const char *says;
    int64_t us;
    int32_t days;
    const char *text;
} datetimes[] = {
    {"the epoch", 0, 0, "2000-01-01 00:00:00"},
    {"a microsecond before it", -1, -1, "1999-12-31 23:59:59.999999"},
    {"a whole day before it", -DATETIME_US_PER_DAY, -1, "1999-12-31 00:00:00"},
    {"the last microsecond of a day", DATETIME_US_PER_DAY - 1, 0, "2000-01-01 23:59:59.999999"},
    {"trailing zeros of a fraction go", SECONDS(59) + 500000, 0, "2000-01-01 00:00:59.5"},
    {"leading zeros of a fraction stay", SECONDS(3600) + 50, 0, "2000-01-01 01:00:00.00005"},
    {"a day of 2014", 5177 * DATETIME_US_PER_DAY + SECONDS(42300), 5177, "2014-03-05 11:45:00"},
    {"before the year 1", -730120 * DATETIME_US_PER_DAY + 1, -730120, "0001-12-31 00:00:00.000001 BC"},
    {"the largest count", INT64_MAX, 106751991, "294277-01-09 04:00:54.775807"},
    {"the smallest count", INT64_MIN, -106751992, "290279-12-22 19:59:05.224192 BC"},
};

START_TEST(a_datetime_is_counted_from_2000)
{
    char text[DATETIME_TEXT_MAX];
    size_t length = datetime_format(datetimes[_i].us, text);

    ck_assert_msg(strcmp(text, datetimes[_i].text) == 0, "%s: %s", datetimes[_i].says, text);
    ck_assert_msg(length == strlen(text), "%s: wrong length", datetimes[_i].says);
    ck_assert_msg(datetime_to_date(datetimes[_i].us) == datetimes[_i].days, "%s: another day",
                  datetimes[_i].says);
}
END_TEST

static const struct {
    const char *says;
    int64_t us;
    const char *text;
} times[] = {
    {"midnight", 0, "00:00:00"},
    {"a minute", SECONDS(60), "00:01:00"},
    {"a quarter to twelve", SECONDS(42300), "11:45:00"},
    {"one microsecond", 1, "00:00:00.000001"},
    {"a tenth of a second", SECONDS(86399) + 100000, "23:59:59.1"},
    {"midnight at the end of the day", DATETIME_US_PER_DAY, "24:00:00"},
};

START_TEST(a_time_is_counted_from_midnight)
{
    char text[DATETIME_TEXT_MAX];

    ck_assert_msg(time_format(times[_i].us, text) == strlen(text), "%s: wrong length", times[_i].says);
    ck_assert_msg(strcmp(text, times[_i].text) == 0, "%s: %s", times[_i].says, text);
}
END_TEST

static Suite *
datetime_suite(void)
{
    Suite *suite = suite_create("datetime");
    TCase *tcase = tcase_create("datetime");

    tcase_add_loop_test(tcase, a_day_is_counted_from_2000, 0, COUNT(dates));
    tcase_add_loop_test(tcase, a_day_that_the_calendar_does_not_have_is_refused, 0, COUNT(no_days));
    tcase_add_test(tcase, days_follow_each_other_without_a_gap);
    tcase_add_loop_test(tcase, days_beyond_the_calendar_are_still_printed, 0, COUNT(distant));
    tcase_add_loop_test(tcase, a_datetime_is_counted_from_2000, 0, COUNT(datetimes));
    tcase_add_loop_test(tcase, a_time_is_counted_from_midnight, 0, COUNT(times));
    suite_add_tcase(suite, tcase);
    return suite;
}

int
main(void)
{
    SRunner *runner = srunner_create(datetime_suite());

    srunner_run_all(runner, CK_ENV);

    int failed = srunner_ntests_failed(runner);

    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
