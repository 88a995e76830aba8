#include "crfd/definition/cron.h"

#include "crfd/value/datetime.h"

#include <check.h>
#include <stdio.h>
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

static const struct {
    const char *says;
    const char *text;
    const char *mistake; /* NULL: it is a cron line */
} crons[] = {
    {"every night", "0 2 * * *", NULL},
    {"blanks and tabs around", "  0\t2  * * * ", NULL},
    {"a list", "0,30 2,3 * * *", NULL},
    {"a range", "0 2-4 1-31 * *", NULL},
    {"a step of all", "*/15 * * * *", NULL},
    {"a step of a range", "10-50/20 2 * * *", NULL},
    {"names in any case", "0 2 * JAN,mar-Dec sun,MON-fri", NULL},
    {"Sunday by both numbers", "0 2 * * 0,7", NULL},
    {"four fields", "0 2 * *", "must be five fields (minute, hour, day of month, month, day of week), not 4"},
    {"six fields", "0 0 2 * * *", "not 6"},
    {"nothing", "", "not 0"},
    {"a name for the whole", "@daily", "daily at midnight is \"0 0 * * *\""},
    {"minute 60", "60 2 * * *", "\"60\" is no minute: a number from 0 to 59"},
    {"hour 24", "0 24 * * *", "\"24\" is no hour"},
    {"day 0", "0 2 0 * *", "\"0\" is no day of month"},
    {"day 32", "0 2 32 * *", "\"32\" is no day of month"},
    {"month 13", "0 2 * 13 *", "\"13\" is no month"},
    {"month 0", "0 2 * 0 *", "\"0\" is no month"},
    {"weekday 8", "0 2 * * 8", "\"8\" is no day of week"},
    {"a month's name for a weekday", "0 2 * * jan", "\"jan\" is no day of week"},
    {"a name in full", "0 2 * january *", "\"january\" is no month"},
    {"a range that goes back", "0 4-2 * * *", "\"4-2\" is no hour"},
    {"a list that ends in a comma", "0, 2 * * *", "\"0,\" is no minute"},
    {"a step of a single number", "5/2 2 * * *", "\"5/2\" is no minute"},
    {"a step of 0", "*/0 2 * * *", "\"*/0\" is no minute"},
    {"two stars", "** 2 * * *", "\"**\" is no minute"},
    {"a very large number", "99999999999 2 * * *", "is no minute"},
    {"a day that no month has", "0 2 31 2,4 *", "fits no date"},
    {"a leap day", "0 2 29 2 *", NULL},
    {"a day that no month has, or a Monday", "0 2 31 2 mon", NULL},
};

START_TEST(a_cron_line_has_five_fields)
{
    struct cron cron = {.hours = 4711};
    const char *mistake = cron_parse(&arena, crons[_i].text, &cron);

    if (crons[_i].mistake == NULL) {
        ck_assert_msg(mistake == NULL, "%s: %s", crons[_i].says, mistake);
        return;
    }
    ck_assert_msg(mistake != NULL && strstr(mistake, crons[_i].mistake) != NULL, "%s: %s", crons[_i].says,
                  mistake ? mistake : "taken");
    ck_assert_msg(cron.hours == 4711, "%s: the outcome was touched", crons[_i].says);
}
END_TEST

/* 2026-03: the 1st is a Sunday. */
static const struct {
    const char *says;
    const char *text;
    const char *days; /* of March 2026 */
    int first_minute;
} months[] = {
    {"every day", "30 2 * * *",
     "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31", 150},
    {"Sunday is 0", "0 0 * * 0", "1 8 15 22 29", 0},
    {"Sunday is 7", "0 0 * * 7", "1 8 15 22 29", 0},
    {"Friday to Sunday", "59 23 * * 5-7", "1 6 7 8 13 14 15 20 21 22 27 28 29", 1439},
    {"names", "0 0 * mar SAT", "7 14 21 28", 0},
    {"another month", "0 0 * jan-feb,apr-dec *", "", 0},
    {"every tenth day", "0 0 */10 * *", "1 11 21 31", 0},
    {"a range with a step", "0 0 2-9/3 * *", "2 5 8", 0},
    {"a day of the month or a day of the week", "0 0 1,2,3 * wed", "1 2 3 4 11 18 25", 0},
    {"a day of the week among every other day", "0 0 */2 * wed", "11 25", 0},
    {"a day of the month among every other weekday", "0 0 1-4 * */2", "1 3", 0},
    {"the first of several times", "45,15 9,3-5 31 * *", "31", 195},
    {"a step of minutes", "7-59/10 */6 31 * *", "31", 7},
};

START_TEST(a_cron_line_fits_its_dates)
{
    struct cron cron;
    char days[128] = "";
    int32_t first;

    ck_assert_ptr_null(cron_parse(&arena, months[_i].text, &cron));
    ck_assert(date_from_civil(2026, 3, 1, &first));
    for (int i = 0; i < 31; i++)
        if (cron_fits_date(&cron, first + i))
            snprintf(days + strlen(days), sizeof days - strlen(days), "%s%d", *days ? " " : "", i + 1);
    ck_assert_msg(strcmp(days, months[_i].days) == 0, "%s: %s", months[_i].says, days);
    ck_assert_msg(cron_first_minute(&cron) == months[_i].first_minute, "%s: minute %d", months[_i].says,
                  cron_first_minute(&cron));
}
END_TEST

START_TEST(dates_before_2000_have_their_weekday)
{
    struct cron sunday;
    int32_t days;

    ck_assert_ptr_null(cron_parse(&arena, "0 0 * * sun", &sunday));
    ck_assert(date_from_civil(1969, 7, 20, &days));
    ck_assert(cron_fits_date(&sunday, days));
    ck_assert(!cron_fits_date(&sunday, days + 1));
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("cron");
    TCase *cases = tcase_create("cron");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_checked_fixture(cases, begin, end);
    tcase_add_loop_test(cases, a_cron_line_has_five_fields, 0, COUNT(crons));
    tcase_add_loop_test(cases, a_cron_line_fits_its_dates, 0, COUNT(months));
    tcase_add_test(cases, dates_before_2000_have_their_weekday);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
