#include "daemon/agenda.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

#define MINUTE_US INT64_C(60000000)
#define HOUR_US   (60 * MINUTE_US)
#define DAY_US    (24 * HOUR_US)

/* 2026-11-23 12:00 in Shanghai. */
#define NOON_US (INT64_C(1795406400) * 1000000)

static struct agenda agenda;

static void
begin_with(const char *timezone, const char *text, bool catch_up)
{
    struct arena arena;
    struct cron cron;

    schedule_use_timezone(timezone);
    arena_init(&arena, 4096, 0);
    ck_assert_ptr_null(cron_parse(&arena, text, &cron));
    arena_destroy(&arena);
    agenda = (struct agenda){0};
    agenda_use(&agenda, &cron, catch_up);
}

static void
learn(int64_t now_us, int32_t night_before, bool is_over)
{
    struct run_last last = {
        .any = true, .night = schedule_night(&agenda.cron, now_us).days - night_before, .is_over = is_over};

    agenda_learn(&agenda, &last, now_us);
}

/* Looks every ten minutes; the dates that were run, as MM-DD. */
static void
run_until(int64_t *now_us, int64_t end_us, char *nights, size_t size)
{
    struct occasion due;

    for (; *now_us < end_us; *now_us += 10 * MINUTE_US) {
        if (agenda_look(&agenda, *now_us, &due) != AGENDA_RUN)
            continue;
        snprintf(nights + strlen(nights), size - strlen(nights), "%s%s", *nights ? " " : "",
                 due.night.text + 5);
        agenda_attend(&agenda, due.night.days);
    }
}

static const struct {
    const char *says;
    int64_t jump_us; /* of the clock, at noon */
    const char *nights;
} jumps[] = {
    {"no jump", 0, "11-24 11-25 11-26"},
    {"an hour forward", HOUR_US, "11-24 11-25 11-26"},
    {"an hour back", -HOUR_US, "11-24 11-25 11-26"},
    {"a day forward", DAY_US, "11-24 11-25 11-26 11-27"},
    {"a day back", -DAY_US, "11-24 11-25"},
    {"a sleep of 49 hours", 49 * HOUR_US, "11-25 11-26 11-27 11-28"},
};

/* The clock jumps at noon of the 23rd, and again the other way two days later. */
START_TEST(each_night_is_run_once_whatever_the_clock_does)
{
    char nights[256] = "";
    int64_t now_us = NOON_US;

    begin_with("Asia/Shanghai", "0 2 * * *", true);
    learn(now_us, 0, true);
    now_us += jumps[_i].jump_us;
    run_until(&now_us, NOON_US + jumps[_i].jump_us + 3 * DAY_US, nights, sizeof nights);
    ck_assert_msg(strcmp(nights, jumps[_i].nights) == 0, "%s: %s", jumps[_i].says, nights);
}
END_TEST

START_TEST(a_clock_that_swings_runs_no_night_twice)
{
    char nights[256] = "";
    int64_t now_us = NOON_US;

    begin_with("Asia/Shanghai", "0 2 * * *", true);
    learn(now_us, 0, true);
    for (int i = 0; i < 10; i++) {
        run_until(&now_us, now_us + 16 * HOUR_US, nights, sizeof nights);
        now_us -= 15 * HOUR_US;
    }
    ck_assert_str_eq(nights, "11-24");
}
END_TEST

START_TEST(a_clock_that_was_far_ahead_is_noticed)
{
    begin_with("UTC", "0 2 * * *", true);
    learn(NOON_US, 0, true);
    ck_assert(!agenda_is_ahead(&agenda, NOON_US));
    ck_assert(!agenda_is_ahead(&agenda, NOON_US - DAY_US));
    ck_assert(agenda_is_ahead(&agenda, NOON_US - 2 * DAY_US));
    learn(NOON_US - 2 * DAY_US, 1, true);
    ck_assert(!agenda_is_ahead(&agenda, NOON_US - 2 * DAY_US));
}
END_TEST

static const struct {
    const char *says;
    const char *cron;
    bool any;
    int32_t nights_ago; /* of the last run */
    bool is_over;
    bool catch_up;
    enum agenda_verdict verdict;
    const char *night;
} starts[] = {
    {"nothing ever ran", "0 2 * * *", false, 0, false, true, AGENDA_WAIT, ""},
    {"tonight is done", "0 2 * * *", true, 0, true, true, AGENDA_WAIT, ""},
    {"tonight was interrupted", "0 2 * * *", true, 0, false, true, AGENDA_RUN, "2026-11-23"},
    {"tonight was interrupted, without catch-up", "0 2 * * *", true, 0, false, false, AGENDA_RUN,
     "2026-11-23"},
    {"one night was missed", "0 2 * * *", true, 1, true, true, AGENDA_RUN, "2026-11-23"},
    {"ten nights were missed: one run", "0 2 * * *", true, 10, true, true, AGENDA_RUN, "2026-11-23"},
    {"a night was missed, without catch-up", "0 2 * * *", true, 1, true, false, AGENDA_MISSED, "2026-11-23"},
    {"an earlier night was interrupted, without catch-up", "0 2 * * *", true, 1, false, false, AGENDA_MISSED,
     "2026-11-23"},
    {"tonight has yet to come", "0 22 * * *", true, 1, true, true, AGENDA_WAIT, ""},
    {"the night of yesterday evening was missed", "0 22 * * *", true, 2, true, true, AGENDA_RUN,
     "2026-11-22"},
    {"tonight was run by hand before its time", "0 22 * * *", true, 0, true, true, AGENDA_WAIT, ""},
    {"a night by hand, before its time, was interrupted", "0 22 * * *", true, 0, false, true, AGENDA_WAIT,
     ""},
    {"Sunday was missed", "0 2 * * sun", true, 5, true, true, AGENDA_RUN, "2026-11-22"},
    {"the night has just begun, without catch-up", "55 11 * * *", true, 1, true, false, AGENDA_RUN,
     "2026-11-23"},
};

START_TEST(what_was_missed_is_run_once_at_the_start)
{
    struct run_last last = {
        .any = starts[_i].any,
        .is_over = starts[_i].is_over,
    };
    struct occasion due = {0};
    enum agenda_verdict verdict;

    begin_with("Asia/Shanghai", starts[_i].cron, starts[_i].catch_up);
    last.night = schedule_night(&agenda.cron, NOON_US).days - starts[_i].nights_ago;
    ck_assert_msg(agenda_look(&agenda, NOON_US, &due) == AGENDA_WAIT, "%s: it does not ask first",
                  starts[_i].says);
    ck_assert(agenda_next_us(&agenda, INT32_MIN) == 0);
    agenda_learn(&agenda, &last, NOON_US);
    verdict = agenda_look(&agenda, NOON_US, &due);
    ck_assert_msg(verdict == starts[_i].verdict && strcmp(due.night.text, starts[_i].night) == 0,
                  "%s: verdict %d, night %s", starts[_i].says, (int)verdict, due.night.text);
    agenda_attend(&agenda, due.night.days);
    ck_assert_msg(agenda_look(&agenda, NOON_US, &due) == AGENDA_WAIT, "%s: and again", starts[_i].says);
    ck_assert_msg(agenda_next_us(&agenda, INT32_MIN) > NOON_US, "%s: the next one is in the past",
                  starts[_i].says);
}
END_TEST

START_TEST(a_new_schedule_runs_no_night_twice)
{
    struct agenda evening;
    struct occasion due;

    begin_with("Asia/Shanghai", "0 22 * * *", true);
    evening = agenda;
    begin_with("Asia/Shanghai", "0 2 * * *", true);
    learn(NOON_US, 0, true);
    agenda_use(&agenda, &evening.cron, true);
    ck_assert(agenda_next_us(&agenda, INT32_MIN) == NOON_US + 34 * HOUR_US);
    ck_assert(agenda_next_us(&agenda, schedule_night(&agenda.cron, NOON_US).days + 1) ==
              NOON_US + 58 * HOUR_US);
    ck_assert(agenda_look(&agenda, NOON_US + 10 * HOUR_US + 1, &due) == AGENDA_WAIT);
    ck_assert(agenda_look(&agenda, NOON_US + 34 * HOUR_US, &due) == AGENDA_RUN);
    ck_assert_str_eq(due.night.text, "2026-11-24");
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("agenda");
    TCase *cases = tcase_create("agenda");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_loop_test(cases, each_night_is_run_once_whatever_the_clock_does, 0, COUNT(jumps));
    tcase_add_test(cases, a_clock_that_swings_runs_no_night_twice);
    tcase_add_test(cases, a_clock_that_was_far_ahead_is_noticed);
    tcase_add_loop_test(cases, what_was_missed_is_run_once_at_the_start, 0, COUNT(starts));
    tcase_add_test(cases, a_new_schedule_runs_no_night_twice);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
