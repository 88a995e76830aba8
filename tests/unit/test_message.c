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
    "'vs':{'items':{'weight':{'type':'decimal'},'pulse':{'type':'integer'},'at':{'type':'text'},"
    "'crp':{'type':'decimal','qualifier':true}}}},"
    "'checks':[{'id':'A','form':'vs','check':'form_repeat < 0','items':['weight'],'message':'";

static const struct trial_page pages[] = {
    {"DAY 1", "dm", "{'start':'1 MAR 2024','arm':'ND'}", 1, 1},
    {"DAY 1", "sv", "{'day':'2024-03-01'}", 1, 1},
    {"DAY 1", "vs", "{'weight':'070.50','pulse':'60'}", 1, 1},
    {"DAY 2", "sv", "{'day':'soon'}", 3, 1},
    {"DAY 2", "vs", "{'weight':'72','pulse':'slow','at':'noon','crp':'< 5.0'}", 3, 2},
    {"DAY 3", "vs", "{'weight':'73'}", 1, 1},
    {0},
};

static struct arena texts; /* of studies, which a trial copies */
static struct trial trial;

static void
begin(void)
{
    arena_init(&texts, 4096, 0);
}

static void
end(void)
{
    arena_destroy(&texts);
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
    {"{crp} {crp:entered}", "<5.0 < 5.0"},
    {"{dm.arm:entered}", "ND"},
    {"{lag(weight:entered)}", "070.50"},
    {"{lag(pulse:entered)} {lead(pulse:entered)}", "60 (missing)"},
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
study_saying(const char *message)
{
    return arena_printf(&texts, "%s%s\"}]}", trial_quote(&texts, study), message);
}

START_TEST(a_message_is_filled_in)
{
    struct evaluation evaluation;
    struct page_key key = {"DAY 2", 3, "vs", 2};
    const char *said = NULL;

    trial_open(&trial, study_saying(fills[_i].message));
    trial_evaluate(&trial, pages, &evaluation);
    for (size_t i = 0; i < evaluation.violation_count; i++)
        if (strcmp(evaluation.violations[i].check_id, "A") == 0 &&
            page_key_compare(&evaluation.violations[i].key, &key) == 0)
            said = evaluation.violations[i].message;
    ck_assert_msg(said != NULL && strcmp(said, fills[_i].said) == 0, "%s says %s", fills[_i].message,
                  said ? said : "nothing");
    trial_close(&trial);
}
END_TEST

/* ---- Of built-in rules, in two languages ---- */

static const char rules[] =
    "{'study':'t','version':'1','events':[{'name':'DAY 1','forms':['dm','pe']}],"
    "'rules':{'required':{'message':{'en':'{label} of {form} at {event}?','zh':'{label} ({subject_id})'}},"
    "'type':{'message':{'en':'{label}: {value}, {dm.arm}','zh':'{label}: {value}'}},"
    "'unknown-item':{'message':{'en':'{label}={value} on {form}','zh':'{label}={value}'}},"
    "'missing-page':{'message':{'en':'{label} ({form}) of {subject_id} at {event} {event_repeat}, {dm.arm}',"
    "'zh':'{label}'}},"
    "'duplicate-page':{'message':{'en':'{label} {form_repeat}','zh':'{label} {dm.arm}'}}},"
    "'forms':{"
    "'dm':{'per':'subject','label':{'en':'Demographics','zh':'人口学'},'items':{"
    "'arm':{'type':'text','label':{'en':'Arm','zh':'组'},'required':true},"
    "'age':{'type':'integer','label':'Age','derive':'1 / (years - "
    "5)'},'years':{'type':'integer','required':true,"
    "'rules':{'required':{'message':'Years, {arm}'}}}}},"
    "'pe':{'label':{'en':'Physical','zh':'体检'},'items':{'a':{'type':'integer'},'b':{'type':'integer','"
    "range':{'max':9},"
    "'rules':{'range':{'message':{'en':'{value} {value:entered} {a} {lag(b:entered)}','zh':'{b}'}}}}}},"
    "'vs':{'items':{'x':{'type':'text'}}}},"
    "'checks':[{'id':'A','form':'pe','check':'b < 99','message':{'en':'E {b}','zh':'Z {event}'}},"
    "{'id':'B','form':'pe','check':'b < 99 / (a - 3)','message':{'en':'E','zh':'Z'}}]}";

#define DM(data)                                                                                             \
    {                                                                                                        \
        "DAY 1", "dm", data, 1, 1                                                                            \
    }
#define PE(data, repeat)                                                                                     \
    {                                                                                                        \
        "DAY 1", "pe", data, 1, repeat                                                                       \
    }

static const struct {
    const char *rule;
    struct trial_page pages[4];
    const char *message;
    const char *messages; /* NULL: none */
} told[] = {
    {"dm.arm.required", {DM("{}")}, "Arm of dm at DAY 1?", "{'zh':'组 (1)'}"},
    {"dm.years.required", {DM("{'arm':'A'}")}, "Years, A", NULL},
    {"pe.a.type", {DM("{'arm':'A'}"), PE("{'a':'x\\\"'}", 1)}, "a: x\", A", "{'zh':'a: x\\\"'}"},
    {"dm.age.type", {DM("{'years':'5'}")}, "Age cannot be derived: division by zero", NULL},
    {"pe.unknown-item", {PE("{'c':'1'}", 1)}, "c=1 on pe", "{'zh':'c=1'}"},
    {"pe.missing-page", {DM("{'arm':'A'}")}, "Physical (pe) of 1 at DAY 1 1, A", "{'zh':'体检'}"},
    {"dm.missing-page", {PE("{}", 1)}, "Demographics (dm) of 1 at DAY 1 1, (missing)", "{'zh':'人口学'}"},
    {"dm.duplicate-page",
     {DM("{'arm':'A'}"), {"DAY 1", "dm", "{}", 1, 2}},
     "Demographics 2",
     "{'zh':'人口学 A'}"},
    {"pe.b.range", {PE("{'b':'01'}", 1), PE("{'b':'010','a':'7'}", 2)}, "10 010 7 01", "{'zh':'10'}"},
    {"A", {PE("{'b':'100'}", 1)}, "E 100", "{'zh':'Z DAY 1'}"},
    {"B",
     {PE("{'b':'100','a':'3'}", 1)},
     "Check B could not be evaluated: division by zero; E",
     "{'zh':'Check B could not be evaluated: division by zero; Z'}"},
};

START_TEST(a_rule_speaks_as_the_study_says)
{
    const char *messages = told[_i].messages ? trial_quote(&texts, told[_i].messages) : NULL;
    const struct violation *found = NULL;
    struct evaluation evaluation;

    trial_open(&trial, rules);
    trial_evaluate(&trial, told[_i].pages, &evaluation);
    for (size_t i = 0; i < evaluation.violation_count; i++)
        if (strcmp(evaluation.violations[i].check_id, told[_i].rule) == 0)
            found = &evaluation.violations[i];
    ck_assert_msg(found != NULL, "%s is not violated: %s", told[_i].rule,
                  trial_findings(&trial, &evaluation));
    ck_assert_str_eq(found->message, told[_i].message);
    ck_assert_pstr_eq(found->messages, messages);
    trial_close(&trial);
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
    const char *text = study_saying(mistakes[_i].message);
    struct definition definition;
    struct problems problems;
    struct err err = {0};

    problems_init(&problems, &texts, "study.json");
    ck_assert_msg(!definition_parse(&texts, "study.json", text, strlen(text), &definition, &problems, &err),
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
    tcase_add_loop_test(cases, a_rule_speaks_as_the_study_says, 0, COUNT(told));
    tcase_add_loop_test(cases, a_name_that_is_none_is_told, 0, COUNT(mistakes));
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
