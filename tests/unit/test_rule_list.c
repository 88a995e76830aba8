#include "crfd/batch/rule_list.h"

#include "trial.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

static struct trial trial;
static struct rule_list list;

static void
begin(void)
{
    trial_open(&trial, "{'study':'s','version':'1','events':[{'name':'DAY 1','forms':['dm']}],"
                       "'codelists':{'sex':{'codes':['F','M']}},"
                       "'forms':{'dm':{'per':'subject','items':{'sex':{'type':'text','codelist':'sex'}}},"
                       "'vs':{'items':{'sysbp':{'type':'decimal','required':true,'range':{'min':'60'}}}}},"
                       "'checks':[{'id':'B','form':'vs','check':'sysbp > 1'},"
                       "{'id':'A','form':'vs','check':'event IS NOT NULL'}]}");
    rule_list_init(&list, &trial.study_arena, &trial.definition, trial.rules);
}

static void
end(void)
{
    trial_close(&trial);
}

static const struct {
    const char *id;
    enum rule_source source;
    const char *form, *item;
} rules[] = {
    {"A", RULE_OF_DEFINITION, "vs", ""},
    {"B", RULE_OF_DEFINITION, "vs", "sysbp"},
    {"dm.duplicate-page", RULE_DUPLICATE_PAGE, "dm", ""},
    {"dm.missing-page", RULE_MISSING_PAGE, "dm", ""},
    {"dm.sex.codelist", RULE_OF_ITEM, "dm", "sex"},
    {"dm.unknown-item", RULE_UNKNOWN_ITEM, "dm", ""},
    {"vs.missing-page", RULE_MISSING_PAGE, "vs", ""},
    {"vs.sysbp.range", RULE_OF_ITEM, "vs", "sysbp"},
    {"vs.sysbp.required", RULE_OF_ITEM, "vs", "sysbp"},
    {"vs.sysbp.type", RULE_OF_ITEM, "vs", "sysbp"},
    {"vs.unknown-item", RULE_UNKNOWN_ITEM, "vs", ""},
};

START_TEST(a_study_has_its_checks_and_its_built_in_rules)
{
    ck_assert_uint_eq(list.count, COUNT(rules));
    for (int i = 0; i < COUNT(rules); i++) {
        const struct rule *rule = rule_list_find(&list, rules[i].id);

        ck_assert_str_eq(list.by_id[i]->id, rules[i].id);
        ck_assert_msg(rule == list.by_id[i], "%s is not found", rules[i].id);
        ck_assert_msg(rule->source == rules[i].source, "%s has another source", rules[i].id);
        ck_assert_str_eq(rule->form->name, rules[i].form);
        ck_assert_str_eq(rule_item_name(rule), rules[i].item);
        ck_assert_msg((rule->check != NULL) == (rule->source == RULE_OF_DEFINITION), "%s", rules[i].id);
    }
}
END_TEST

START_TEST(another_id_is_none)
{
    static const char *const ids[] = {"", "a", "vs.sysbp", "vs.sysbp.length", "vs.duplicate-page", "C"};

    for (int i = 0; i < COUNT(ids); i++)
        ck_assert_msg(rule_list_find(&list, ids[i]) == NULL, "\"%s\" is found", ids[i]);
}
END_TEST

START_TEST(a_mistyped_id_is_told_the_closest)
{
    ck_assert_str_eq(rule_list_suggest(&list, &trial.arena, "vs.sysbp.rage"), "vs.sysbp.range");
    ck_assert_ptr_null(rule_list_suggest(&list, &trial.arena, "something else"));
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("rule_list");
    TCase *cases = tcase_create("rule_list");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_checked_fixture(cases, begin, end);
    tcase_add_test(cases, a_study_has_its_checks_and_its_built_in_rules);
    tcase_add_test(cases, another_id_is_none);
    tcase_add_test(cases, a_mistyped_id_is_told_the_closest);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
