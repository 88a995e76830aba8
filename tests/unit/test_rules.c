#include "crfd/batch/rules.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

static const struct codelist list = {.name = "ny"};
static const struct range_rule range;
static const struct length_rule length;
static const struct unit_rule unit;

/* One item per rule; the last two declare all that they can, and nothing. */
static const struct item items[] = {
    {.name = "needed", .type = VALUE_TEXT, .required = true},
    {.name = "age", .type = VALUE_INTEGER},
    {.name = "sex", .type = VALUE_TEXT, .codelist = &list},
    {.name = "visit", .type = VALUE_TEXT, .range = &range},
    {.name = "initials", .type = VALUE_TEXT, .length = &length},
    {.name = "mass", .type = VALUE_TEXT, .unit = &unit},
    {.name = "bmi", .type = VALUE_TEXT, .derive = "weight / height"},
    {.name = "all",
     .type = VALUE_DECIMAL,
     .required = true,
     .codelist = &list,
     .range = &range,
     .length = &length,
     .unit = &unit},
    {.name = "note", .type = VALUE_TEXT},
};

static const struct form forms[] = {
    {.name = "vs", .per = FORM_PER_RECORD, .index = 0, .items = items, .item_count = COUNT(items)},
    {.name = "dm", .per = FORM_PER_SUBJECT, .index = 1, .items = items, .item_count = 1},
    {.name = "pe", .per = FORM_PER_EVENT, .index = 2, .items = items, .item_count = 1},
    {.name = "empty", .per = FORM_PER_RECORD, .index = 3},
};

static const struct study study = {.forms = forms, .form_count = COUNT(forms)};

static struct arena arena;
static const struct form_rules *rules;

static void
begin(void)
{
    arena_init(&arena, 4096, 0);
    rules = rules_new(&arena, &study);
}

static void
end(void)
{
    arena_destroy(&arena);
}

static const struct {
    const char *says;
    const char *item;
    const char *ids[RULE_KIND_COUNT];
} expected[] = {
    {"a required item", "needed", {[RULE_REQUIRED] = "vs.needed.required"}},
    {"an item that is no text can fail to be typed", "age", {[RULE_TYPE] = "vs.age.type"}},
    {"an item with a codelist", "sex", {[RULE_CODELIST] = "vs.sex.codelist"}},
    {"an item with a range", "visit", {[RULE_RANGE] = "vs.visit.range"}},
    {"an item with a length", "initials", {[RULE_LENGTH] = "vs.initials.length"}},
    {"an item with a unit", "mass", {[RULE_UNIT] = "vs.mass.unit"}},
    {"a derived item can fail to be derived, also a text", "bmi", {[RULE_TYPE] = "vs.bmi.type"}},
    {"an item that declares everything",
     "all",
     {"vs.all.required", "vs.all.type", "vs.all.codelist", "vs.all.range", "vs.all.length", "vs.all.unit"}},
    {"a plain text has no rule", "note", {NULL}},
};

START_TEST(an_item_has_the_rules_that_it_declares)
{
    size_t item = form_item_by_name(&forms[0], expected[_i].item);

    for (int kind = 0; kind < RULE_KIND_COUNT; kind++) {
        const char *id = rules[0].items[item].ids[kind];
        const char *wanted = expected[_i].ids[kind];

        ck_assert_msg((id == NULL) == (wanted == NULL) && (id == NULL || strcmp(id, wanted) == 0),
                      "%s: %s instead of %s", expected[_i].says, id ? id : "none", wanted ? wanted : "none");
    }
}
END_TEST

START_TEST(a_form_has_the_rules_of_its_pages)
{
    ck_assert_str_eq(rules[0].missing_page, "vs.missing-page");
    ck_assert_str_eq(rules[0].unknown_item, "vs.unknown-item");
    ck_assert_str_eq(rules[3].missing_page, "empty.missing-page");
}
END_TEST

START_TEST(only_a_form_that_is_filled_once_has_duplicates)
{
    ck_assert_ptr_null(rules[0].duplicate_page);
    ck_assert_str_eq(rules[1].duplicate_page, "dm.duplicate-page");
    ck_assert_str_eq(rules[2].duplicate_page, "pe.duplicate-page");
}
END_TEST

static const struct {
    const char *says;
    size_t form;
    const char *id;
    const char *item; /* NULL: no rule has this id */
    enum rule_kind kind;
} lookups[] = {
    {"the first rule of the first item", 0, "vs.needed.required", "needed", RULE_REQUIRED},
    {"the last rule of an item", 0, "vs.all.unit", "all", RULE_UNIT},
    {"a rule in the middle", 0, "vs.sex.codelist", "sex", RULE_CODELIST},
    {"a rule that the item does not declare", 0, "vs.sex.range", NULL, 0},
    {"a rule of another form", 0, "dm.needed.required", NULL, 0},
    {"a kind that there is not", 0, "vs.sex.colour", NULL, 0},
    {"the beginning of an id", 0, "vs.sex", NULL, 0},
    {"a rule of the page", 0, "vs.missing-page", NULL, 0},
    {"a form without items", 3, "empty.x.type", NULL, 0},
};

START_TEST(a_rule_is_found_by_its_id)
{
    const struct form *form = &forms[lookups[_i].form];
    enum rule_kind kind = RULE_KIND_COUNT;
    size_t item = 0;
    bool found = rules_find_item(&rules[form->index], form, lookups[_i].id, &item, &kind);

    ck_assert_msg(found == (lookups[_i].item != NULL), "%s: %s is %sfound", lookups[_i].says, lookups[_i].id,
                  found ? "" : "not ");
    if (found)
        ck_assert_msg(strcmp(form->items[item].name, lookups[_i].item) == 0 && kind == lookups[_i].kind,
                      "%s: %s is kind %d of %s", lookups[_i].says, lookups[_i].id, (int)kind,
                      form->items[item].name);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("rules");
    TCase *cases = tcase_create("rules");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_checked_fixture(cases, begin, end);
    tcase_add_loop_test(cases, an_item_has_the_rules_that_it_declares, 0, COUNT(expected));
    tcase_add_test(cases, a_form_has_the_rules_of_its_pages);
    tcase_add_test(cases, only_a_form_that_is_filled_once_has_duplicates);
    tcase_add_loop_test(cases, a_rule_is_found_by_its_id, 0, COUNT(lookups));
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
