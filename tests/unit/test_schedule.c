#include "crfd/daemon/schedule.h"

#include "crfd/value/datetime.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

/* Seconds since 1970 of the instants below; `date -u -d "..." +%s` gives them. */
static const struct {
    const char *says;
    const char *timezone;
    int64_t unix_s;
    const char *night; /* of a schedule at two o'clock */
    int32_t days;      /* since 2000-01-01 */
} nights[] = {
    {"the first day of the count", "UTC", 946684800, "2000-01-01", 0},
    {"the last second before it", "UTC", 946684799, "1999-12-31", -1},
    {"a leap day", "UTC", 1709164800, "2024-02-29", 8825},
    {"two o'clock in Shanghai is yesterday in UTC", "Asia/Shanghai", 1710093600, "2024-03-11", 8836},
    {"the same instant in UTC", "UTC", 1710093600, "2024-03-10", 8835},
    {"the last second before midnight in Shanghai", "Asia/Shanghai", 1710086399, "2024-03-10", 8835},
    {"midnight in Shanghai", "Asia/Shanghai", 1710086400, "2024-03-11", 8836},
    {"before the spring gap in Paris", "Europe/Paris", 1711846799, "2024-03-31", 8856},
    {"behind the spring gap in Paris", "Europe/Paris", 1711846800, "2024-03-31", 8856},
    {"the day after the gap begins an hour earlier", "Europe/Paris", 1711922400, "2024-04-01", 8857},
    {"the first of two hours in autumn", "Europe/Paris", 1729989000, "2024-10-27", 9066},
    {"the second of them is the same night", "Europe/Paris", 1729992600, "2024-10-27", 9066},
    {"west of Greenwich it is still yesterday", "America/New_York", 1704067200, "2023-12-31", 8765},
    {"half an hour counts", "Asia/Kolkata", 1704047400, "2024-01-01", 8766},
};

static void
parse(const char *text, struct cron *out)
{
    struct arena arena;

    arena_init(&arena, 4096, 0);
    ck_assert_msg(cron_parse(&arena, text, out) == NULL, "%s is no cron line", text);
    arena_destroy(&arena);
}

START_TEST(an_instant_belongs_to_its_local_date)
{
    struct night night;
    struct cron cron;

    parse("0 2 * * *", &cron);
    schedule_use_timezone(nights[_i].timezone);
    night = schedule_night(&cron, nights[_i].unix_s * 1000000);
    ck_assert_msg(strcmp(night.text, nights[_i].night) == 0 && night.days == nights[_i].days,
                  "%s: %s, day %d", nights[_i].says, night.text, (int)night.days);
    night = schedule_night(&cron, nights[_i].unix_s * 1000000 + 999999);
    ck_assert_msg(strcmp(night.text, nights[_i].night) == 0,
                  "%s: the fraction of its second is another night, %s", nights[_i].says, night.text);
}
END_TEST

static const struct {
    const char *says;
    const char *cron;
    const char *timezone;
    int64_t unix_s;
    const char *night;
} halves[] = {
    {"the evening itself", "30 22 * * *", "Europe/Paris", 1710538200, "2024-03-15"},
    {"an hour after midnight", "30 22 * * *", "Europe/Paris", 1710547200, "2024-03-15"},
    {"the last second of the morning after", "30 22 * * *", "Europe/Paris", 1710586799, "2024-03-15"},
    {"noon", "30 22 * * *", "Europe/Paris", 1710586800, "2024-03-16"},
    {"a night at noon begins at noon", "0 12 * * *", "Europe/Paris", 1710586800, "2024-03-16"},
    {"and ends before the next", "0 12 * * *", "Europe/Paris", 1710586799, "2024-03-15"},
    {"a night a minute before noon has its date", "59 11 * * *", "Europe/Paris", 1710547200, "2024-03-16"},
    {"of several times the first counts", "0 1,23 * * *", "Europe/Paris", 1710547200, "2024-03-16"},
    {"behind the spring gap", "30 22 * * *", "Europe/Paris", 1711846800, "2024-03-30"},
    {"the second of two hours in autumn", "30 22 * * *", "Europe/Paris", 1729992600, "2024-10-26"},
    {"the first of January", "0 20 * * *", "UTC", 1704067200, "2023-12-31"},
    {"the local noon counts", "0 20 * * *", "Asia/Shanghai", 1704081600, "2024-01-01"},
};

START_TEST(the_morning_after_belongs_to_the_evening)
{
    struct night night;
    struct cron cron;

    parse(halves[_i].cron, &cron);
    schedule_use_timezone(halves[_i].timezone);
    night = schedule_night(&cron, halves[_i].unix_s * 1000000);
    ck_assert_msg(strcmp(night.text, halves[_i].night) == 0, "%s: %s", halves[_i].says, night.text);
}
END_TEST

/* ---- When nights begin ---- */

#define TABLE_DAYS 800

static const char *table_program; /* tests/unit/schedule_table.py */

static const char *const zones[] = {"Asia/Shanghai", "Europe/Paris", "America/New_York",
                                    "Australia/Lord_Howe", "Africa/Casablanca"};
static const struct {
    const char *cron;
    const char *time;
} times[] = {
    {"0 0 * * *", "00:00"},  {"30 1 * * *", "01:30"},  {"0 2 * * *", "02:00"}, {"15 2 * * *", "02:15"},
    {"30 2 * * *", "02:30"}, {"59 2 * * *", "02:59"},  {"0 3 * * *", "03:00"}, {"0 12 * * *", "12:00"},
    {"0 22 * * *", "22:00"}, {"59 23 * * *", "23:59"},
};

/* Between one night and the next no instant may belong to neither, and none to both. */
static void
expect_night(const char *place, const struct cron *cron, int32_t date, int64_t begins_s)
{
    struct occasion next = schedule_next(cron, date - 1);
    struct occasion before = schedule_latest(cron, begins_s * 1000000 - 1);
    struct occasion at = schedule_latest(cron, begins_s * 1000000);

    ck_assert_msg(next.night.days == date, "%s: the night behind day %d is day %d", place, (int)date - 1,
                  (int)next.night.days);
    ck_assert_msg(next.begins_us == begins_s * 1000000, "%s, %s: begins at %lld, not %lld", place,
                  next.night.text, (long long)(next.begins_us / 1000000), (long long)begins_s);
    ck_assert_msg(before.night.days == date - 1, "%s, %s: a moment before is already night %s", place,
                  next.night.text, before.night.text);
    ck_assert_msg(at.night.days == date && at.begins_us == next.begins_us,
                  "%s, %s: has not begun at its beginning, but %s", place, next.night.text, at.night.text);
}

static FILE *
open_table(const char *zone)
{
    char command[512];
    int length =
        snprintf(command, sizeof command, "python3 '%s' %s 2025-01-01 %d", table_program, zone, TABLE_DAYS);
    FILE *table;

    for (int i = 0; i < COUNT(times); i++)
        length += snprintf(command + length, sizeof command - (size_t)length, " %s", times[i].time);
    ck_assert_int_lt(length, (int)sizeof command);
    table = popen(command, "r");
    ck_assert_ptr_nonnull(table);
    return table;
}

START_TEST(each_of_800_nights_begins_where_python_says)
{
    FILE *table = open_table(zones[_i]);

    schedule_use_timezone(zones[_i]);
    for (int i = 0; i < COUNT(times); i++) {
        char place[64];
        struct cron cron;
        int32_t first;

        snprintf(place, sizeof place, "%s in %s", times[i].time, zones[_i]);
        parse(times[i].cron, &cron);
        ck_assert(date_from_civil(2025, 1, 1, &first));
        for (int day = 0; day < TABLE_DAYS; day++) {
            long long begins_s;

            ck_assert_msg(fscanf(table, "%lld", &begins_s) == 1, "%s: the table has %d lines", place, day);
            expect_night(place, &cron, first + day, begins_s);
        }
    }
    ck_assert_int_eq(pclose(table), 0);
}
END_TEST

static const struct {
    const char *says;
    const char *timezone;
    const char *cron;
    const char *after;
    const char *night;
    int64_t begins_s;
} begins[] = {
    {"the spring gap", "Europe/Paris", "30 2 * * *", "2024-03-30", "2024-03-31", 1711846800},
    {"the first of two in autumn", "Europe/Paris", "30 2 * * *", "2024-10-26", "2024-10-27", 1729989000},
    {"a gap of half an hour", "Australia/Lord_Howe", "15 2 * * *", "2024-10-05", "2024-10-06", 1728142200},
    {"a gap at midnight", "Africa/Cairo", "0 0 * * *", "2024-04-25", "2024-04-26", 1714082400},
    {"a gap up to midnight leaves its night the minute before", "America/Scoresbysund", "30 23 * * *",
     "2025-03-28", "2025-03-29", 1743296340},
    {"midnight before the clock goes back to yesterday", "America/St_Johns", "0 0 * * *", "2010-11-06",
     "2010-11-07", 1289097000},
    {"a date that Samoa never had", "Pacific/Apia", "0 2 * * *", "2011-12-29", "2011-12-31", 1325246400},
    {"the next Sunday", "Asia/Shanghai", "0 2 * * sun", "2026-11-23", "2026-11-29", 1795888800},
    {"the next leap day", "UTC", "0 0 29 2 *", "2024-02-29", "2028-02-29", 1835395200},
    {"the first of several times", "UTC", "*/15 2,4 * * *", "2026-11-22", "2026-11-23", 1795399200},
};

static int32_t
date(const char *text)
{
    int year, month, day;
    int32_t days;

    ck_assert_int_eq(sscanf(text, "%d-%d-%d", &year, &month, &day), 3);
    ck_assert(date_from_civil(year, month, day, &days));
    return days;
}

START_TEST(a_night_begins_once)
{
    struct cron cron;
    struct occasion next;

    schedule_use_timezone(begins[_i].timezone);
    parse(begins[_i].cron, &cron);
    next = schedule_next(&cron, date(begins[_i].after));
    ck_assert_msg(strcmp(next.night.text, begins[_i].night) == 0 &&
                      next.begins_us == begins[_i].begins_s * 1000000,
                  "%s: night %s begins at %lld", begins[_i].says, next.night.text,
                  (long long)(next.begins_us / 1000000));
}
END_TEST

/* As `zdump -v ZONE` tells them; shift_s 0: none within a year. */
static const struct {
    const char *says;
    const char *timezone;
    int64_t after_s;
    int64_t at_s;
    int64_t shift_s;
} changes[] = {
    {"forward in spring", "Europe/Paris", 1795640400, 1806195600, 3600},
    {"a second before it", "Europe/Paris", 1806195599, 1806195600, 3600},
    {"back in autumn, from the change in spring on", "Europe/Paris", 1806195600, 1824944400, -3600},
    {"half an hour back", "Australia/Lord_Howe", 1795640400, 1806764400, -1800},
    {"back for Ramadan", "Africa/Casablanca", 1795640400, 1801965600, -3600},
    {"and forward five weeks later", "Africa/Casablanca", 1801965600, 1804989600, 3600},
    {"never in Shanghai", "Asia/Shanghai", 1795640400, 0, 0},
    {"never in UTC", "UTC", 1795640400, 0, 0},
};

START_TEST(the_next_change_of_the_clocks_is_found_to_the_second)
{
    struct clock_change change = {0};
    bool found;

    schedule_use_timezone(changes[_i].timezone);
    found = schedule_next_change(changes[_i].after_s * 1000000 + 999999, &change);
    ck_assert_msg(found == (changes[_i].shift_s != 0) && change.at_us == changes[_i].at_s * 1000000 &&
                      change.shift_s == changes[_i].shift_s,
                  "%s: %s at %lld by %lld s", changes[_i].says, found ? "found" : "not found",
                  (long long)(change.at_us / 1000000), (long long)change.shift_s);
}
END_TEST

int
main(int argc, char *argv[])
{
    Suite *suite = suite_create("schedule");
    TCase *cases = tcase_create("schedule");
    SRunner *runner = srunner_create(suite);
    int failed;

    table_program = argc > 1 ? argv[1] : CRFD_SOURCE_ROOT "/tests/unit/schedule_table.py";
    tcase_add_loop_test(cases, an_instant_belongs_to_its_local_date, 0, COUNT(nights));
    tcase_add_loop_test(cases, the_morning_after_belongs_to_the_evening, 0, COUNT(halves));
    tcase_add_loop_test(cases, each_of_800_nights_begins_where_python_says, 0, COUNT(zones));
    tcase_add_loop_test(cases, a_night_begins_once, 0, COUNT(begins));
    tcase_add_loop_test(cases, the_next_change_of_the_clocks_is_found_to_the_second, 0, COUNT(changes));
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
