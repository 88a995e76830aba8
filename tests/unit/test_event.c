#include "crfd/study/event.h"

#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))

static const struct event cycle = {.name = "CYCLE *", .is_pattern = true};
static const struct event any = {.name = "*", .is_pattern = true};
static const struct event week = {.name = "WEEK 2"};

static const struct {
    const struct event *event;
    const char *name;
    const char *number; /* NULL: none */
} numbers[] = {
    {&cycle, "CYCLE 2", "2"},
    {&cycle, "CYCLE 10", "10"},
    {&cycle, "CYCLE 0", "0"},
    {&cycle, "CYCLE 007", "7"},
    {&cycle, "CYCLE 00000000000000000000000000000000012", "12"},
    {&cycle, "CYCLE -14", "-14"},
    {&cycle, "CYCLE +3", "3"},
    {&cycle, "CYCLE 9223372036854775807", "9223372036854775807"},
    {&cycle, "CYCLE -9223372036854775808", "-9223372036854775808"},
    {&cycle, "CYCLE 9223372036854775808", NULL},
    {&cycle, "CYCLE -9223372036854775809", NULL},
    {&cycle, "CYCLE 99999999999999999999999999999999999999", NULL},
    {&cycle, "CYCLE ", NULL},
    {&cycle, "CYCLE -", NULL},
    {&cycle, "CYCLE --1", NULL},
    {&cycle, "CYCLE  2", NULL},
    {&cycle, "CYCLE 2 ", NULL},
    {&cycle, "CYCLE 1.1", NULL},
    {&cycle, "CYCLE 2A", NULL},
    {&cycle, "CYCLE X", NULL},
    {&cycle, "CYCLE \xEF\xBC\x92", NULL}, /* a full-width digit */
    {&any, "2", "2"},
    {&any, "", NULL},
    {&week, "WEEK 2", NULL}, /* an event of its own has no number */
};

START_TEST(a_number_is_what_stands_for_the_star)
{
    int64_t number = -77;
    char text[24];
    bool found = event_number(numbers[_i].event, numbers[_i].name, strlen(numbers[_i].name), &number);

    ck_assert_msg(found == (numbers[_i].number != NULL), "\"%s\"", numbers[_i].name);
    snprintf(text, sizeof text, "%" PRId64, number);
    ck_assert_str_eq(text, found ? numbers[_i].number : "-77");
}
END_TEST

static const struct event named[] = {
    {.name = "CYCLE *", .is_pattern = true},
    {.name = "CYCLE 1*", .is_pattern = true},
    {.name = "CYCLE 10"},
};

static const struct {
    const char *name;
    const char *event; /* NULL: none */
} names[] = {
    {"CYCLE 2", "CYCLE *"},    {"CYCLE 1", "CYCLE 1*"}, {"CYCLE 12", "CYCLE 1*"}, {"CYCLE 10", "CYCLE 10"},
    {"CYCLE 100", "CYCLE 1*"}, {"CYCLE ", "CYCLE *"},   {"CYCLE", NULL},          {"cycle 2", NULL},
};

/* An exact name, then the longest pattern, whatever their order in the study. */
START_TEST(the_closest_event_counts)
{
    struct event turned[] = {named[2], named[1], named[0]};
    const struct study studies[] = {{.events = named, .event_count = 3},
                                    {.events = turned, .event_count = 3}};

    for (int i = 0; i < LENGTH(studies); i++) {
        const struct event *found = study_event(&studies[i], names[_i].name, strlen(names[_i].name));

        ck_assert_pstr_eq(found != NULL ? found->name : NULL, names[_i].event);
    }
}
END_TEST

#define NO_PLAN INT32_MAX

static const struct {
    const char *row;
    bool has_day;
    int day;
    int every;
    bool has_number;
    int64_t number;
    int32_t plan; /* days from day 1 */
} plans[] = {
    {"an event without a day", false, 0, 0, false, 0, NO_PLAN},
    {"day 1 is the first", true, 1, 0, false, 0, 0},
    {"day 15 is two weeks behind it", true, 15, 0, false, 0, 14},
    {"day -1 is the day before", true, -1, 0, false, 0, -1},
    {"day -14 is two weeks before", true, -14, 0, false, 0, -14},
    {"without every, a number does not matter", true, 15, 0, true, 4, 14},
    {"number 1 is on the day itself", true, 29, 21, true, 1, 28},
    {"number 3 is two times later", true, 29, 21, true, 3, 70},
    {"number 0 is one time earlier", true, 29, 21, true, 0, 7},
    {"there is no day 0 between the days before and behind", true, -14, 7, true, 3, 0},
    {"a name without a number has no day", true, 29, 21, false, 0, NO_PLAN},
    {"the farthest day", true, 2, 1, true, EVENT_PLAN_MAX, EVENT_PLAN_MAX},
    {"beyond it", true, 2, 1, true, EVENT_PLAN_MAX + 1, NO_PLAN},
    {"before it", true, 1, 1, true, -EVENT_PLAN_MAX, NO_PLAN},
    {"a number that only a bigint holds", true, 1, 21, true, INT64_MAX, NO_PLAN},
    {"the lowest one", true, 1, 21, true, INT64_MIN, NO_PLAN},
};

START_TEST(a_plan_counts_from_day_1)
{
    const struct event event = {.name = "E *",
                                .is_pattern = true,
                                .has_day = plans[_i].has_day,
                                .day = plans[_i].day,
                                .every = plans[_i].every};
    int32_t plan = NO_PLAN;
    bool planned = event_plan(&event, plans[_i].has_number ? &plans[_i].number : NULL, &plan);

    ck_assert_msg(plan == plans[_i].plan && planned == (plan != NO_PLAN), "%s: %" PRId32, plans[_i].row,
                  plan);
}
END_TEST

/* As the Study Data Tabulation Model has it: no day 0. */
START_TEST(study_days_leave_out_day_0)
{
    ck_assert_int_eq(event_study_day(0), 1);
    ck_assert_int_eq(event_study_day(-1), -1);
    for (int32_t plan = -1000; plan <= 1000; plan++) {
        ck_assert_int_ne(event_study_day(plan), 0);
        ck_assert_int_eq(event_plan_of_day(event_study_day(plan)), plan);
        ck_assert_int_gt(event_study_day(plan), event_study_day(plan - 1));
    }
}
END_TEST

static const struct {
    const char *row;
    struct event event;
    bool is_visit;
} visits[] = {
    {"an event with a day", {.has_day = true, .day = 1}, true},
    {"one without a day that lists forms", {.form_count = 1}, true},
    {"one without a day or forms is a log", {.form_count = 0}, false},
    {"one that is optional", {.has_day = true, .day = 1, .optional = true}, true},
    {"one that is unscheduled", {.has_day = true, .day = 1, .form_count = 1, .unscheduled = true}, false},
};

START_TEST(a_visit_tells_that_time_has_passed)
{
    ck_assert_msg(event_is_visit(&visits[_i].event) == visits[_i].is_visit, "%s", visits[_i].row);
}
END_TEST

/* The last number that can be missed is planned, and the next one is not; but for events that come often. */
START_TEST(numbers_end_with_the_plan)
{
    static const int every[] = {1, 21, 1000, 1001, 1002, 5000, EVENT_PLAN_MAX, EVENT_PLAN_MAX + 1};

    for (int i = 0; i < LENGTH(every); i++) {
        const struct event event = {.is_pattern = true, .has_day = true, .day = 29, .every = every[i]};
        int64_t number = event_numbers_max(&event), behind = number + 1;
        int32_t plan;

        ck_assert(event_plan(&event, &number, &plan));
        ck_assert_int_le(number, EVENT_NUMBERS_MAX);
        ck_assert(number == EVENT_NUMBERS_MAX || !event_plan(&event, &behind, &plan));
    }
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("event");
    TCase *tcase = tcase_create("event");
    SRunner *runner;
    int failed;

    tcase_add_loop_test(tcase, a_number_is_what_stands_for_the_star, 0, LENGTH(numbers));
    tcase_add_loop_test(tcase, the_closest_event_counts, 0, LENGTH(names));
    tcase_add_loop_test(tcase, a_plan_counts_from_day_1, 0, LENGTH(plans));
    tcase_add_test(tcase, study_days_leave_out_day_0);
    tcase_add_loop_test(tcase, a_visit_tells_that_time_has_passed, 0, LENGTH(visits));
    tcase_add_test(tcase, numbers_end_with_the_plan);
    suite_add_tcase(suite, tcase);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
