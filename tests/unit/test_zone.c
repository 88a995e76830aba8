/* Every zone of the system against glibc, which reads the same files with code of its own. */
#include "crfd/value/zone.h"

#include "crfd/base/strbuf.h"

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
    {"Europe/Berlin", 2026, 3, 29, 1, 59, 1},     {"Europe/Berlin", 2026, 3, 29, 2, 0, 0},
    {"Europe/Berlin", 2026, 3, 29, 2, 59, 0},     {"Europe/Berlin", 2026, 3, 29, 3, 0, 1},
    {"Europe/Berlin", 2026, 10, 25, 1, 59, 1},    {"Europe/Berlin", 2026, 10, 25, 2, 0, 2},
    {"Europe/Berlin", 2026, 10, 25, 2, 59, 2},    {"Europe/Berlin", 2026, 10, 25, 3, 0, 1},
    {"Europe/Berlin", 2100, 3, 28, 2, 30, 0},     {"Europe/Dublin", 2026, 10, 25, 1, 30, 2},
    {"Australia/Sydney", 2026, 4, 5, 2, 30, 2},   {"Australia/Sydney", 2026, 10, 4, 2, 30, 0},
    {"Pacific/Apia", 2011, 12, 30, 12, 0, 0},     {"Pacific/Apia", 2011, 12, 31, 0, 0, 1},
    {"Pacific/Apia", 2012, 4, 1, 3, 30, 2},       {"Asia/Shanghai", 2026, 3, 29, 2, 30, 1},
    {"Asia/Shanghai", 1988, 4, 17, 2, 30, 0},     {"America/St_Johns", 2026, 3, 8, 2, 30, 0},
    {"Africa/Casablanca", 2026, 2, 15, 2, 30, 2}, {"UTC", 2026, 3, 29, 2, 30, 1},
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

/* ---- Files ---- */

#define HEADER_BYTES 44
#define BLOCK_BYTES  (HEADER_BYTES + 6 + 4)

/* One of both blocks: no change, one type, which is so far ahead of UTC, and its name. */
static void
append_block(struct strbuf *out, int ahead_s)
{
    unsigned char block[BLOCK_BYTES] = "TZif2";

    block[39] = 1; /* types */
    block[43] = 4; /* bytes of names */
    for (int i = 0; i < 4; i++)
        block[HEADER_BYTES + i] = (unsigned char)((uint32_t)ahead_s >> (24 - 8 * i));
    memcpy(block + HEADER_BYTES + 6, "ABC", 4);
    strbuf_append_bytes(out, (const char *)block, sizeof block);
}

static void
write_file(struct strbuf *out, int ahead_s, const char *rule)
{
    strbuf_init(out);
    append_block(out, ahead_s);
    append_block(out, ahead_s);
    strbuf_printf(out, "\n%s\n", rule);
}

static const struct zone *
parse(const struct strbuf *file, size_t size)
{
    return zone_parse(&arena, "Test/Zone", (const unsigned char *)file->text, size);
}

/* What a file says of the years behind its list of changes; glibc takes the same words from TZ. */
static const struct {
    int ahead_s;
    const char *rule;
} rules[] = {
    {3600, "CET-1CEST,M3.5.0,M10.5.0/3"},
    {-18000, "EST5EDT,M3.2.0,M11.1.0"},
    {43200, "NZST-12NZDT,M9.5.0,M4.1.0/3"},
    {3600, "IST-1GMT0,M10.5.0,M3.5.0/1"},
    {-7200, "<-02>2<-01>,M3.5.0/-1,M10.5.0/0"},
    {12600, "<+0330>-3:30<+0430>,J79/24,J263/24"},
    {0, "AAA0BBB,J59,J60"},
    {0, "AAA0BBB,58,59"},
    {0, "AAA0BBB,J1/0,J365/23:59:59"},
    {-18000, "XST5YST,59/2,300/2:30"},
    {-16200, "AAA4:30BBB3,M2.1.6/0,M9.5.6/25:15:10"},
    {45296, "AAA-12:34:56"},
    {0, "AAA+0"},
};

START_TEST(a_rule_is_as_glibc_has_it)
{
    struct dice dice = dice_at(20140310, 0, 1, (uint64_t)_i);
    const struct zone *zone;
    struct strbuf file;

    write_file(&file, rules[_i].ahead_s, rules[_i].rule);
    zone = parse(&file, file.length);
    ck_assert_msg(zone != NULL, "%s cannot be read", rules[_i].rule);
    use(rules[_i].rule);
    for (int i = 0; i < 20 * INSTANTS; i++) {
        /* From 1971 to 2990, on days around those of the rules, too. */
        int64_t instant_us =
            dice_between(&dice, -10592, 361500) * DATETIME_US_PER_DAY + dice_roll(&dice, 86400) * US_PER_S;

        ck_assert_msg(zone_local(zone, instant_us) == local_by_glibc(instant_us),
                      "%s at %lld: %lld, not %lld", rules[_i].rule, (long long)instant_us,
                      (long long)zone_local(zone, instant_us), (long long)local_by_glibc(instant_us));
    }
    strbuf_destroy(&file);
}
END_TEST

static const char *const no_rules[] = {
    "CET",
    "CET-",
    "-1",
    "<CET-1",
    "<>-1",
    "CET-1CEST",
    "CET-1CEST,",
    "CET-1CEST,M3.5.0",
    "CET-1CEST,M3.5.0,M10.5.0/3x",
    "CET-1CEST,M3.5.0,M10.5.0,",
    "CET-1CEST,M0.5.0,M10.5.0",
    "CET-1CEST,M13.5.0,M10.5.0",
    "CET-1CEST,M3.0.0,M10.5.0",
    "CET-1CEST,M3.6.0,M10.5.0",
    "CET-1CEST,M3.5.7,M10.5.0",
    "CET-1CEST,M3.5,M10.5.0",
    "CET-1CEST,J0,J60",
    "CET-1CEST,J366,J60",
    "CET-1CEST,366,60",
    "CET-1CEST,M3.5.0/,M10.5.0",
    "CET-1CEST,M3.5.0/168,M10.5.0",
    "CET-1CEST,M3.5.0/2:60,M10.5.0",
    "CET-1CEST,M3.5.0/2:00:60,M10.5.0",
    "CET-1CEST,M3.5.0/2:,M10.5.0",
    "CET-99999999999999999999",
    "CET-0001",
};

START_TEST(what_is_no_rule_is_refused)
{
    struct strbuf file;

    write_file(&file, 3600, no_rules[_i]);
    ck_assert_msg(parse(&file, file.length) == NULL, "%s is read", no_rules[_i]);
    strbuf_destroy(&file);
}
END_TEST

START_TEST(a_file_that_breaks_off_is_refused)
{
    struct strbuf file;

    write_file(&file, 3600, "CET-1");
    for (size_t size = 0; size < file.length; size++) {
        /* Of its own size, so that a reader beyond it is seen. */
        unsigned char *bytes = malloc(size + (size == 0));

        memcpy(bytes, file.text, size);
        ck_assert_msg(zone_parse(&arena, "Test/Zone", bytes, size) == NULL, "%zu bytes are read", size);
        free(bytes);
    }
    ck_assert_ptr_nonnull(parse(&file, file.length));
    strbuf_destroy(&file);
}
END_TEST

static const struct {
    const char *says;
    size_t at; /* of the second block, which counts */
    char byte;
} damages[] = {
    {"another kind of file", BLOCK_BYTES, 'X'},
    {"fewer types than there are bytes", BLOCK_BYTES + 39, 0},
    {"more types than there are bytes", BLOCK_BYTES + 39, 100},
    {"more changes than there are bytes", BLOCK_BYTES + 32, 0x7F},
    {"no line behind it", (size_t)BLOCK_BYTES + BLOCK_BYTES, 'x'},
};

START_TEST(a_file_without_types_is_refused)
{
    struct strbuf file;

    write_file(&file, 3600, "CET-1");
    file.text[BLOCK_BYTES + 39] = 0;
    file.text[BLOCK_BYTES + 43] = 10; /* what was the type is part of the names */
    ck_assert_ptr_null(parse(&file, file.length));
    strbuf_destroy(&file);
}
END_TEST

START_TEST(a_damaged_file_is_refused)
{
    struct strbuf file;

    write_file(&file, 3600, "CET-1");
    file.text[damages[_i].at] = damages[_i].byte;
    ck_assert_msg(parse(&file, file.length) == NULL, "%s", damages[_i].says);
    strbuf_destroy(&file);
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
    tcase_add_loop_test(tcase, a_rule_is_as_glibc_has_it, 0, COUNT(rules));
    tcase_add_loop_test(tcase, what_is_no_rule_is_refused, 0, COUNT(no_rules));
    tcase_add_test(tcase, a_file_that_breaks_off_is_refused);
    tcase_add_test(tcase, a_file_without_types_is_refused);
    tcase_add_loop_test(tcase, a_damaged_file_is_refused, 0, COUNT(damages));
    tcase_add_loop_test(tcase, what_is_no_zone_is_not_loaded, 0, COUNT(nowhere));
    tcase_set_timeout(tcase, 60);
    suite_add_tcase(suite, tcase);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
