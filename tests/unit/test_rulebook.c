#include "crfd/definition/rule_book.h"

#include "trial.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

/* ---- The kinds ---- */

START_TEST(a_kind_has_all_that_its_rules_need)
{
    const struct rule_kind *kind = rule_kinds[_i];
    const char *name = kind->name != NULL ? kind->name : kind->words;
    bool looked_for = kind == &rule_missing_page || kind == &rule_missing_event ||
                      kind == &rule_unknown_item || kind == &rule_check;

    ck_assert_msg(kind->words != NULL && kind->words[0] != '\0', "%s has no words", name);
    ck_assert_msg((kind->name == NULL) == (kind->scope == RULE_OF_CHECK), "%s: a built-in rule has a name",
                  name);
    ck_assert_msg(kind->name == NULL || rule_kind_named(kind->name) == kind, "%s is given twice", name);
    ck_assert_msg((kind->is_violated == NULL) == (looked_for || kind->of_study), "%s: nothing judges it",
                  name);
    ck_assert_msg((kind->tell == NULL) == (kind->is_violated == NULL), "%s: it has no message", name);
    ck_assert_msg((kind->when != 0) == (kind->scope == RULE_OF_ITEM && !kind->of_study), "%s is never asked",
                  name);
    ck_assert_msg((kind->changes == NULL) == (kind->is_timed == NULL), "%s: nobody knows when it changes",
                  name);
    ck_assert_msg(kind->append_condition != NULL || kind->lack != NULL,
                  "%s has no twin, and does not say why", name);
    ck_assert_msg((kind->declares_at != NULL) == (kind->scope == RULE_OF_EVENT), "%s: no event has it", name);
}
END_TEST

START_TEST(a_kind_is_found_by_its_name)
{
    ck_assert_str_eq(rule_kind_named("range")->name, "range");
    ck_assert_ptr_eq(rule_kind_named("missing-page"), &rule_missing_page);
    ck_assert_ptr_null(rule_kind_named("rang"));
    ck_assert_ptr_null(rule_kind_named("check"));
}
END_TEST

/* ---- What items and forms declare ---- */

static const struct codelist ny = {.name = "ny"};
static const struct range_rule range;
static const struct range_rule with_min = {.min = {.type = VALUE_DATE}, .max = {.is_null = true}};
static const struct range_rule with_both = {
    .min = {.type = VALUE_DATETIME}, .max = {.is_null = true}, .max_is_night = true};
static const struct length_rule length;
static const struct unit_rule unit;

/* One item per rule; the last two declare all that they can, and nothing. */
static const struct item items[] = {
    {.name = "needed", .key = "needed", .type = VALUE_TEXT, .required = true},
    {.name = "age", .key = "age", .type = VALUE_INTEGER},
    {.name = "sex", .key = "sex", .type = VALUE_TEXT, .codelist = &ny},
    {.name = "visit", .key = "visit", .type = VALUE_TEXT, .range = &range},
    {.name = "initials", .key = "initials", .type = VALUE_TEXT, .length = &length},
    {.name = "mass", .key = "mass", .type = VALUE_TEXT, .unit = &unit},
    {.name = "bmi", .key = "bmi", .type = VALUE_TEXT, .derive = "weight / height"},
    {.name = "all",
     .key = "all",
     .type = VALUE_DECIMAL,
     .required = true,
     .codelist = &ny,
     .range = &range,
     .length = &length,
     .unit = &unit},
    {.name = "start", .key = "start", .type = VALUE_PARTIAL_DATE},
    {.name = "birth", .key = "birth", .type = VALUE_DATE, .range = &with_min},
    {.name = "seen", .key = "seen", .type = VALUE_DATETIME, .range = &with_both},
    {.name = "clock", .key = "clock", .type = VALUE_TIME},
    {.name = "end", .key = "end", .type = VALUE_DATE, .derive = "start + 1"},
    {.name = "note", .key = "note", .type = VALUE_TEXT},
};

static const struct form forms[] = {
    {.name = "vs", .per = FORM_PER_RECORD, .index = 0, .items = items, .item_count = COUNT(items)},
    {.name = "dm", .per = FORM_PER_SUBJECT, .index = 1, .items = items, .item_count = 1},
    {.name = "pe", .per = FORM_PER_EVENT, .index = 2, .items = items, .item_count = 1},
    {.name = "empty", .per = FORM_PER_RECORD, .index = 3},
};

static const struct study by_hand = {.forms = forms, .form_count = COUNT(forms)};

static struct arena arena;
static const struct rulebook *book;

static void
begin_by_hand(void)
{
    static const struct form_plan plans[COUNT(forms)];
    static const struct definition definition = {.study = &by_hand, .plans = plans};

    arena_init(&arena, 4096, 0);
    book = rulebook_new(&arena, &definition);
}

static void
end_by_hand(void)
{
    arena_destroy(&arena);
}

static const struct {
    const char *says;
    const char *item;
    const char *ids[7]; /* in their order */
} expected[] = {
    {"a required item", "needed", {"vs.needed.required"}},
    {"an item that is no text can fail to be typed", "age", {"vs.age.type"}},
    {"an item with a codelist", "sex", {"vs.sex.codelist"}},
    {"an item with a range", "visit", {"vs.visit.range"}},
    {"an item with a length", "initials", {"vs.initials.length"}},
    {"an item with a unit", "mass", {"vs.mass.unit"}},
    {"a derived item can fail to be derived, also a text", "bmi", {"vs.bmi.type"}},
    {"an item that declares everything",
     "all",
     {"vs.all.required", "vs.all.type", "vs.all.codelist", "vs.all.range", "vs.all.length", "vs.all.unit"}},
    {"a date can have a far year", "start", {"vs.start.type", "vs.start.year"}},
    {"also where it is bounded on one side", "birth", {"vs.birth.type", "vs.birth.range", "vs.birth.year"}},
    {"not where it is on both", "seen", {"vs.seen.type", "vs.seen.range"}},
    {"nor has a time", "clock", {"vs.clock.type"}},
    {"nor is what was derived told again", "end", {"vs.end.type"}},
    {"a plain text has no rule", "note", {NULL}},
};

START_TEST(an_item_has_the_rules_that_it_declares)
{
    size_t item = form_item_by_name(&forms[0], expected[_i].item);
    const struct item_rules *rules = &book->forms[0].items[item];
    unsigned when = 0;

    for (size_t i = 0; i < rules->count; i++) {
        ck_assert_msg(expected[_i].ids[i] != NULL && strcmp(rules->list[i].id, expected[_i].ids[i]) == 0,
                      "%s: %s", expected[_i].says, rules->list[i].id);
        ck_assert_uint_eq(rules->list[i].item, item);
        when |= rules->list[i].kind->when;
    }
    ck_assert_msg(expected[_i].ids[rules->count] == NULL, "%s: %s is not there", expected[_i].says,
                  expected[_i].ids[rules->count]);
    ck_assert_msg(rules->when == when, "%s: some are never asked", expected[_i].says);
}
END_TEST

static const struct {
    const char *says;
    size_t form;
    const char *ids[4];
} of_pages[] = {
    {"a form that repeats freely has no duplicates", 0, {"vs.unknown-item", "vs.missing-page"}},
    {"a form per subject", 1, {"dm.unknown-item", "dm.duplicate-page", "dm.missing-page"}},
    {"a form per event", 2, {"pe.unknown-item", "pe.duplicate-page", "pe.missing-page"}},
    {"a form without items", 3, {"empty.unknown-item", "empty.missing-page"}},
};

START_TEST(a_form_has_the_rules_of_its_pages)
{
    const struct form *form = &forms[of_pages[_i].form];
    const struct form_rules *rules = &book->forms[form->index];

    for (size_t i = 0; i < rules->page_count; i++) {
        ck_assert_msg(of_pages[_i].ids[i] != NULL && strcmp(rules->page[i].id, of_pages[_i].ids[i]) == 0,
                      "%s: %s", of_pages[_i].says, rules->page[i].id);
        ck_assert_ptr_eq(rulebook_of_page(book, form, rules->page[i].kind), &rules->page[i]);
        ck_assert_uint_eq(rules->page[i].item, form->item_count);
    }
    ck_assert_msg(of_pages[_i].ids[rules->page_count] == NULL, "%s: one is not there", of_pages[_i].says);
}
END_TEST

START_TEST(a_kind_that_is_not_declared_has_no_rule)
{
    ck_assert_ptr_null(rulebook_of_page(book, &forms[0], rule_kind_named("duplicate-page")));
}
END_TEST

/* ---- When a rule is asked ---- */

static const struct {
    const char *says;
    bool is_null;
    struct item_state state;
    unsigned when;
} whens[] = {
    {"a value", false, {.status = CLEAN_OK}, RULE_WHEN_TYPED},
    {"no value", true, {.status = CLEAN_OK}, RULE_WHEN_MISSING},
    {"a value that could not be typed", true, {.status = CLEAN_UNTYPED}, RULE_WHEN_REFUSED},
    {"a number without a unit", true, {.status = CLEAN_NO_UNIT}, RULE_WHEN_REFUSED},
    {"a value that is no code", false, {.status = CLEAN_NOT_CODE}, RULE_WHEN_REFUSED | RULE_WHEN_TYPED},
    {"a derivation that failed", true, {.derive_failed = true}, RULE_WHEN_REFUSED},
};

START_TEST(rules_are_asked_of_what_they_speak_of)
{
    const struct value value = {.is_null = whens[_i].is_null};

    ck_assert_msg(rule_when(&value, &whens[_i].state) == whens[_i].when, "%s", whens[_i].says);
}
END_TEST

/* ---- A study ---- */

static struct trial trial;

static void
begin(void)
{
    trial_open(&trial, "{'study':'s','version':'1','events':[{'name':'DAY 1','forms':['dm']}],"
                       "'codelists':{'sex':{'codes':['F','M']}},"
                       "'forms':{'dm':{'per':'subject','items':{'sex':{'type':'text','codelist':'sex'}}},"
                       "'vs':{'items':{'sysbp':{'type':'decimal','required':true,'range':{'min':'60'}}}}},"
                       "'checks':[{'id':'B','form':'vs','check':'sysbp > 1'},"
                       "{'id':'A','form':'vs','check':'event IS NOT NULL'}]}");
    book = trial.definition.rules;
}

static void
end(void)
{
    trial_close(&trial);
}

static const struct {
    const char *id, *kind; /* kind: NULL of a check */
    const char *form, *item;
} rules[] = {
    {"A", NULL, "vs", ""},
    {"B", NULL, "vs", "sysbp"},
    {"DAY 1.missing-event", "missing-event", "", ""},
    {"dm.duplicate-page", "duplicate-page", "dm", ""},
    {"dm.missing-page", "missing-page", "dm", ""},
    {"dm.sex.codelist", "codelist", "dm", "sex"},
    {"dm.unknown-item", "unknown-item", "dm", ""},
    {"vs.missing-page", "missing-page", "vs", ""},
    {"vs.sysbp.range", "range", "vs", "sysbp"},
    {"vs.sysbp.required", "required", "vs", "sysbp"},
    {"vs.sysbp.type", "type", "vs", "sysbp"},
    {"vs.unknown-item", "unknown-item", "vs", ""},
};

START_TEST(a_study_has_its_checks_and_its_built_in_rules)
{
    ck_assert_uint_eq(book->count, COUNT(rules));
    for (int i = 0; i < COUNT(rules); i++) {
        const struct rule *rule = rulebook_find(book, rules[i].id);

        ck_assert_str_eq(book->by_id[i]->id, rules[i].id);
        ck_assert_msg(rule == book->by_id[i], "%s is not found", rules[i].id);
        ck_assert_msg(rule->kind == (rules[i].kind ? rule_kind_named(rules[i].kind) : &rule_check),
                      "%s has another kind", rules[i].id);
        ck_assert_str_eq(rule_form_name(rule), rules[i].form);
        ck_assert_msg((rule->event != NULL) == (rule->form == NULL), "%s", rules[i].id);
        ck_assert_str_eq(rule_item_name(rule), rules[i].item);
        ck_assert_msg((rule->check != NULL) == (rules[i].kind == NULL), "%s", rules[i].id);
    }
}
END_TEST

START_TEST(another_id_is_none)
{
    static const char *const ids[] = {"", "a", "vs.sysbp", "vs.sysbp.length", "vs.duplicate-page", "C"};

    for (int i = 0; i < COUNT(ids); i++)
        ck_assert_msg(rulebook_find(book, ids[i]) == NULL, "\"%s\" is found", ids[i]);
}
END_TEST

START_TEST(a_mistyped_id_is_told_the_closest)
{
    ck_assert_str_eq(rulebook_suggest(book, &trial.arena, "vs.sysbp.rage"), "vs.sysbp.range");
    ck_assert_ptr_null(rulebook_suggest(book, &trial.arena, "something else"));
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("rulebook");
    TCase *kinds = tcase_create("kinds");
    TCase *by_item = tcase_create("items and forms");
    TCase *cases = tcase_create("study");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_loop_test(kinds, a_kind_has_all_that_its_rules_need, 0, (int)rule_kind_count());
    tcase_add_test(kinds, a_kind_is_found_by_its_name);
    tcase_add_loop_test(kinds, rules_are_asked_of_what_they_speak_of, 0, COUNT(whens));
    suite_add_tcase(suite, kinds);
    tcase_add_checked_fixture(by_item, begin_by_hand, end_by_hand);
    tcase_add_loop_test(by_item, an_item_has_the_rules_that_it_declares, 0, COUNT(expected));
    tcase_add_loop_test(by_item, a_form_has_the_rules_of_its_pages, 0, COUNT(of_pages));
    tcase_add_test(by_item, a_kind_that_is_not_declared_has_no_rule);
    suite_add_tcase(suite, by_item);
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
