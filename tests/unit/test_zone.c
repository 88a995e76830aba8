/* Every zone of the system against glibc, which reads the same files with code of its own. */
#include "crfd/value/zone.h"

#include "crfd/value/datetime.h"
#include "definition/zone_file.h"
#include "generate_dice.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define US_PER_S    INT64_C(1000000)
#define ZONES_MAX   700
#define INSTANTS    400
#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

static struct arena arena;

static void
setup(void)
{
    arena_init(&arena, 65536, 0);
}

static void
teardown(void)
{
    arena_destroy(&arena);
}

static void
use(const char *name)
{
    setenv("TZ", name, 1);
    tzset();
}

static int64_t
local_by_glibc(int64_t instant_us)
{
    time_t seconds = (time_t)((instant_us + DATETIME_UNIX_US) / US_PER_S);
    struct tm local;

    localtime_r(&seconds, &local);
    return instant_us + local.tm_gmtoff * US_PER_S;
}

/* A whole second of the years 1800 to 2800. */
static int64_t
any_instant(struct dice *dice)
{
    int64_t days = dice_between(dice, -73000, 292000);

    return days * DATETIME_US_PER_DAY + dice_roll(dice, 86400) * US_PER_S;
}

/* The instants within a day and a half of it that show the local time, looked for at every quarter of an hour. */
static int
count_by_glibc(int64_t local_us)
{
    int64_t step_us = 900 * US_PER_S;
    int count = 0;

    for (int i = -144; i <= 144; i++)
        count += local_by_glibc(local_us + i * step_us) == local_us;
    return count;
}

static void
compare_with_glibc(const char *name)
{
    const struct zone *zone = zone_load(&arena, name);
    struct dice dice = dice_at(20140310, 0, 0, strlen(name));

    ck_assert_msg(zone != NULL, "%s cannot be read", name);
    ck_assert_str_eq(zone->name, name);
    use(name);
    for (int i = 0; i < INSTANTS; i++) {
        int64_t instant_us = any_instant(&dice);
        int64_t local_us = local_by_glibc(instant_us);
        int64_t found[2];
        int count = zone_instants(zone, local_us, found);
        bool is_one = false;

        ck_assert_msg(zone_local(zone, instant_us) == local_us, "%s at %lld: %lld, not %lld", name,
                      (long long)instant_us, (long long)zone_local(zone, instant_us), (long long)local_us);
        for (int n = 0; n < count; n++) {
            is_one |= found[n] == instant_us;
            ck_assert_msg(local_by_glibc(found[n]) == local_us, "%s: %lld is no instant of it", name,
                          (long long)found[n]);
        }
        ck_assert_msg(is_one, "%s: %lld is not among the instants of its local time", name,
                      (long long)instant_us);
    }
}

START_TEST(every_zone_is_as_glibc_has_it)
{
    FILE *file = fopen("/usr/share/zoneinfo/tzdata.zi", "re");
    char *line = NULL;
    size_t size = 0;
    int zones = 0;

    ck_assert_msg(file != NULL, "no list of zones");
    while (getline(&line, &size, file) > 0) {
        char *rest = line;
        const char *kind = strsep(&rest, " \n");
        const char *name = rest != NULL ? strsep(&rest, " \n") : NULL;

        /* A zone, or a link: target and name. */
        if (strcmp(kind, "L") == 0)
            name = strsep(&rest, " \n");
        else if (strcmp(kind, "Z") != 0)
            continue;
        compare_with_glibc(name);
        zones++;
    }
    free(line);
    fclose(file);
    ck_assert_int_gt(zones, 300);
}
END_TEST

/* Around each change of the clocks. */
static const struct {
    const char *zone;
    int year, month, day, hour, minute;
    int count; /* instants that show it */
} locals[] = {
    {"Europe/Berlin", 2026, 3, 29, 1, 59, 1},
    {"Europe/Berlin", 2026, 3, 29, 2, 0, 0},
    {"Europe/Berlin", 2026, 3, 29, 2, 59, 0},
    {"Europe/Berlin", 2026, 3, 29, 3, 0, 1},
    {"Europe/Berlin", 2026, 10, 25, 1, 59, 1},
    {"Europe/Berlin", 2026, 10, 25, 2, 0, 2},
    {"Europe/Berlin", 2026, 10, 25, 2, 59, 2},
    {"Europe/Berlin", 2026, 10, 25, 3, 0, 1},
    {"Europe/Berlin", 2100, 3, 28, 2, 30, 0},
    {"Europe/Dublin", 2026, 10, 25, 1, 30, 2},
    {"Australia/Sydney", 2026, 4, 5, 2, 30, 2},
    {"Australia/Sydney", 2026, 10, 4, 2, 30, 0},
    {"Pacific/Apia", 2011, 12, 30, 12, 0, 0},
    {"Pacific/Apia", 2011, 12, 31, 0, 0, 1},
    {"Asia/Shanghai", 2026, 3, 29, 2, 30, 1},
    {"Asia/Shanghai", 1988, 4, 17, 2, 30, 0},
    {"America/St_Johns", 2026, 3, 8, 2, 30, 0},
    {"Africa/Casablanca", 2026, 2, 15, 2, 30, 2},
    {"UTC", 2026, 3, 29, 2, 30, 1},
    {"Asia/Tehran", 2026, 3, 22, 0, 30, 1},
};

START_TEST(a_local_time_is_none_one_or_two_instants)
{
    const struct zone *zone = zone_load(&arena, locals[_i].zone);
    int64_t found[2] = {0, 0};
    int64_t local_us;
    int32_t days;

    ck_assert(zone != NULL);
    ck_assert(date_from_civil(locals[_i].year, locals[_i].month, locals[_i].day, &days));
    local_us = days * DATETIME_US_PER_DAY + (locals[_i].hour * 60 + locals[_i].minute) * 60 * US_PER_S;
    use(locals[_i].zone);
    ck_assert_int_eq(zone_instants(zone, local_us, found), locals[_i].count);
    ck_assert_int_eq(count_by_glibc(local_us), locals[_i].count);
    ck_assert(locals[_i].count < 2 || found[0] < found[1]);
}
END_TEST

static const char *const nowhere[] = {
    "",       "Europe/Nowhere",      "../../../etc/passwd", "zone.tab",
    "Europe", "right/Europe/Berlin", "/etc/localtime",
};

START_TEST(what_is_no_zone_is_not_loaded)
{
    ck_assert_ptr_null(zone_load(&arena, nowhere[_i]));
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("zone");
    TCase *tcase = tcase_create("zones");
    SRunner *runner;
    int failed;

    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, every_zone_is_as_glibc_has_it);
    tcase_add_loop_test(tcase, a_local_time_is_none_one_or_two_instants, 0, COUNT(locals));
    tcase_add_loop_test(tcase, what_is_no_zone_is_not_loaded, 0, COUNT(nowhere));
    tcase_set_timeout(tcase, 60);
    suite_add_tcase(suite, tcase);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
