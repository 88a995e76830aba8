#include "batch/violation.h"
#include "crfd/definition/load.h"

#include "trial.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

/* A study whose only check is violated on every page of vs, up to what it says. */
static const char study[] =
    "{'study':'t','version':'1','missing':['ND'],'events':[{'name':'DAY 1'},{'name':'DAY 2'},{'name':'DAY "
    "3'}],"
    "'forms':{"
    "'dm':{'per':'subject','items':{'start':{'type':'date'},'arm':{'type':'text'}}},"
    "'sv':{'per':'event','items':{'day':{'type':'date'}}},"
    "'ae':{'items':{'term':{'type':'text'}}},"
    "'vs':{'items':{'weight':{'type':'decimal'},'pulse':{'type':'integer'},'at':{'type':'text'}}}},"
    "'checks':[{'id':'A','form':'vs','check':'form_repeat < 0','items':['weight'],'message':'";

static const struct trial_page pages[] = {
    {"DAY 1", "dm", "{'start':'1 MAR 2024','arm':'ND'}", 1, 1},
    {"DAY 1", "sv", "{'day':'2024-03-01'}", 1, 1},
    {"DAY 1", "vs", "{'weight':'070.50','pulse':'60'}", 1, 1},
    {"DAY 2", "sv", "{'day':'soon'}", 3, 1},
    {"DAY 2", "vs", "{'weight':'72','pulse':'slow','at':'noon'}", 3, 2},
    {"DAY 3", "vs", "{'weight':'73'}", 1, 1},
    {0},
};

static struct trial trial;

static void
begin(void)
{
    trial_open(&trial, NULL);
}

static void
end(void)
{
    trial_close(&trial);
}

/* What is said of the page of DAY 2. */
static const struct {
    const char *message;
    const char *said;
} fills[] = {
    {"{weight}", "72"},
    {"{vs.weight}", "72"},
    {"{pulse}", "slow"},
    {"{at}{weight}", "noon72"},
    {"{dm.start}", "2024-03-01"},
    {"{dm.arm}", "(missing)"},
    {"{sv.day}", "soon"},
    {"{lag(weight)}", "70.50"},
    {"{lag(pulse)} {lead(pulse)}", "60 (missing)"},
    {"{lead(weight)}", "73"},
    {"{lag( weight , 1 )}", "70.50"},
    {"{lag(weight, 2)}", "(missing)"},
    {"{center_id} {subject_id}", "701 1"},
    {"{event} {event_repeat} {form} {form_repeat} {event_order}", "DAY 2 3 vs 2 2"},
    {"no brace", "no brace"},
};

static const char *
study_saying(struct arena *arena, const char *message)
{
    return arena_printf(arena, "%s%s\"}]}", trial_quote(arena, study), message);
}

START_TEST(a_message_is_filled_in)
{
    struct evaluation evaluation;
    struct page_key key = {"DAY 2", 3, "vs", 2};
    const char *said = NULL;

    trial_close(&trial);
    trial_open(&trial, study_saying(&trial.arena, fills[_i].message));
    trial_evaluate(&trial, pages, &evaluation);
    for (size_t i = 0; i < evaluation.violation_count; i++)
        if (strcmp(evaluation.violations[i].check_id, "A") == 0 &&
            page_key_compare(&evaluation.violations[i].key, &key) == 0)
            said = evaluation.violations[i].message;
    ck_assert_msg(said != NULL && strcmp(said, fills[_i].said) == 0, "%s says %s", fills[_i].message,
                  said ? said : "nothing");
}
END_TEST

static const struct {
    const char *message;
    const char *told;
} mistakes[] = {
    {"{wieght}", "the form \"vs\" has no item \"wieght\"; did you mean \"weight\"?"},
    {"{vs.wieght}", "the form \"vs\" has no item \"wieght\"; did you mean \"weight\"?"},
    {"{subjectid}", "the form \"vs\" has no item \"subjectid\"; did you mean \"subject_id\"?"},
    {"{zzz}", "the form \"vs\" has no item \"zzz\""},
    {"{}", "the form \"vs\" has no item \"\""},
    {"{run_id}", "the form \"vs\" has no item \"run_id\""},
    {"{submitted_at}", "the form \"vs\" has no item \"submitted_at\""},
    {"{dn.start}", "the study has no form \"dn\"; did you mean \"dm\"?"},
    {"{dm.strat}", "the form \"dm\" has no item \"strat\"; did you mean \"start\"?"},
    {"{dm.event}", "the form \"dm\" has no item \"event\""},
    {"{ae.term}", "\"ae\" may have many pages for one"},
    {"{lag(wieght)}", "the form \"vs\" has no item \"wieght\"; did you mean \"weight\"?"},
    {"{lag(event)}", "the form \"vs\" has no item \"event\""},
    {"{lag(weight}", "{lag(weight} is none of {lag(ITEM)}"},
    {"{lag(weight, 0)}", "is none of {lag(ITEM)}"},
    {"{lag(weight, x)}", "is none of {lag(ITEM)}"},
    {"{lag(weight) OVER visits}", "is none of {lag(ITEM)}"},
    {"{next(weight)}", "is none of {lag(ITEM)}"},
    {"{weight", "a brace in a message encloses the name of an item"},
    {"weight}", "a brace in a message encloses the name of an item"},
    {"{{weight}}", "a brace in a message encloses the name of an item"},
};

START_TEST(a_name_that_is_none_is_told)
{
    const char *text = study_saying(&trial.arena, mistakes[_i].message);
    struct definition definition;
    struct problems problems;
    struct err err = {0};

    problems_init(&problems, &trial.arena, "study.json");
    ck_assert_msg(
        !definition_parse(&trial.arena, "study.json", text, strlen(text), &definition, &problems, &err),
        "%s is taken", mistakes[_i].message);
    ck_assert_uint_eq(problems.count, 1);
    ck_assert_str_eq(problems.list[0].path, "checks[0].message");
    ck_assert_msg(strncmp(problems.list[0].message, "check \"A\": ", 11) == 0 &&
                      strstr(problems.list[0].message, mistakes[_i].told) != NULL,
                  "%s: %s", mistakes[_i].message, problems.list[0].message);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("message");
    TCase *cases = tcase_create("message");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_checked_fixture(cases, begin, end);
    tcase_add_loop_test(cases, a_message_is_filled_in, 0, COUNT(fills));
    tcase_add_loop_test(cases, a_name_that_is_none_is_told, 0, COUNT(mistakes));
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
