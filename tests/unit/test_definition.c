#include "crfd/definition/load.h"
#include "crfd/definition/rule_book.h"

#include "schema_keys.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

static struct arena arena;
static struct problems problems;
static struct err err;

static void
begin(void)
{
    arena_init(&arena, 64 * 1024, 0);
    problems_init(&problems, &arena, "study.json");
    err_clear(&err);
}

static void
end(void)
{
    arena_destroy(&arena);
}

/* A study by its parts, as JSON; what is NULL is as in a small study that is right. */
struct parts {
    const char *head;
    const char *events;
    const char *codelists;
    const char *forms;
    const char *dm; /* the items of the form dm, per subject */
    const char *vs; /* the items of the form vs */
    const char *checks;
};

static const char *
given(const char *part, const char *otherwise)
{
    return part != NULL ? part : otherwise;
}

static bool
parse(const struct parts *parts, struct definition *out)
{
    const char *forms = arena_printf(
        &arena,
        "{\"dm\": {\"per\": \"subject\", \"items\": {%s}}, \"vs\": {\"label\": \"Vital signs\", \"items\": "
        "{%s}}}",
        given(parts->dm,
              "\"sex\": {\"type\": \"text\", \"codelist\": \"sex\"}, \"rfstdtc\": {\"type\": \"date\"}"),
        given(parts->vs, "\"sysbp\": {\"type\": \"decimal\"}, \"diabp\": {\"type\": \"decimal\"}, "
                         "\"pos\": {\"type\": \"text\"}"));
    const char *text = arena_printf(
        &arena,
        "{%s, \"events\": %s, \"codelists\": %s, \"missing\": [\"ND\"], \"forms\": %s, \"checks\": %s}",
        given(parts->head, "\"study\": \"trial\", \"version\": \"3\""),
        given(parts->events,
              "[{\"name\": \"SCREENING 1\", \"forms\": [\"dm\", \"vs\"]}, {\"name\": \"WEEK 2\", "
              "\"day\": 14, \"forms\": [\"vs\"]}, {\"name\": \"UNSCHEDULED *\", \"unscheduled\": true}]"),
        given(parts->codelists,
              "{\"sex\": {\"codes\": [\"F\", \"M\"], \"synonyms\": {\"女\": \"F\", \"男\": \"M\"}}}"),
        given(parts->forms, forms),
        given(parts->checks, "[{\"id\": \"VS001\", \"form\": \"vs\", \"check\": \"sysbp > diabp\"}]"));

    return definition_parse(&arena, "study.json", text, strlen(text), out, &problems, &err);
}

/* As parse(), for a study that must be right. */
static void
parse_valid(const struct parts *parts, struct definition *out)
{
    bool ok = parse(parts, out);
    struct strbuf told;

    strbuf_init(&told);
    problems_print(&problems, &told);
    ck_assert_msg(ok, "%s\n%s", err.message, told.text);
    strbuf_destroy(&told);
}

/* ---- What a definition becomes ---- */

START_TEST(events_keep_their_order_forms_and_days)
{
    struct definition definition;
    const struct study *study;

    parse_valid(&(struct parts){0}, &definition);
    study = definition.study;
    ck_assert_str_eq(study->name, "trial");
    ck_assert_str_eq(study->version, "3");
    ck_assert_uint_eq(study->event_count, 3);
    ck_assert_str_eq(study->events[0].name, "SCREENING 1");
    ck_assert_int_eq(study->events[0].order, 1);
    ck_assert(!study->events[0].has_day && !study->events[0].is_pattern && !study->events[0].unscheduled);
    ck_assert_uint_eq(study->events[0].form_count, 2);
    ck_assert_uint_eq(study->events[0].forms[1], 1);
    ck_assert(study->events[1].has_day && study->events[1].day == 14);
    ck_assert(study->events[2].is_pattern && study->events[2].unscheduled);
    ck_assert_int_eq(study->events[2].order, 3);
    ck_assert_ptr_eq(study_event(study, "UNSCHEDULED 2", 13), &study->events[2]);
}
END_TEST

START_TEST(a_numbered_event_comes_every_so_many_days)
{
    struct definition definition;

    parse_valid(&(struct parts){.events = "[{\"name\": \"CYCLE *\", \"day\": 29, \"every\": 21}]"},
                &definition);
    ck_assert_int_eq(definition.study->events[0].day, 29);
    ck_assert_int_eq(definition.study->events[0].every, 21);
}
END_TEST

START_TEST(a_schedule_is_compiled)
{
    struct definition definition;
    const struct event *events;

    parse_valid(
        &(struct parts){
            .head = "\"study\": \"trial\", \"version\": \"3\", \"subject\": {\"day1\": \"dm.rfstdtc\"}",
            .events =
                "[{\"name\": \"A\", \"day\": 15, \"window\": {\"before\": 2, \"after\": 3}, \"grace\": 7,"
                " \"forms\": [\"dm\", {\"form\": \"vs\", \"when\": \"dm.sex = 'F' AND event_day > 1\"}]},"
                " {\"name\": \"B\", \"optional\": true}]"},
        &definition);
    events = definition.study->events;
    ck_assert_int_eq(events[0].window->before, 2);
    ck_assert_int_eq(events[0].window->after, 3);
    ck_assert_int_eq(events[0].grace, 7);
    ck_assert(!events[0].optional && events[1].optional && events[1].window == NULL);
    ck_assert_uint_eq(events[0].form_count, 2);
    ck_assert_ptr_null(definition.schedule.whens[0][0].program);
    ck_assert_str_eq(definition.schedule.whens[0][1].text, "dm.sex = 'F' AND event_day > 1");
    ck_assert_ptr_nonnull(definition.schedule.whens[0][1].program);
    ck_assert_ptr_nonnull(definition.schedule.day1.program);
    ck_assert_ptr_null(definition.schedule.ended.program);
}
END_TEST

START_TEST(codelists_keep_codes_and_synonyms)
{
    struct definition definition;
    const struct codelist *list;

    parse_valid(&(struct parts){.codelists = "{\"sex\": {\"codes\": [\"F\", \"M\", 9], "
                                             "\"synonyms\": {\"男\": \"M\", \"nine\": 9}}}"},
                &definition);
    list = definition.study->forms[0].items[0].codelist;
    ck_assert_ptr_eq(list, &definition.study->codelists[0]);
    ck_assert_str_eq(list->name, "sex");
    ck_assert_uint_eq(list->code_count, 3);
    ck_assert_str_eq(list->codes[2], "9");
    ck_assert_uint_eq(list->synonym_count, 2);
    ck_assert_str_eq(list->synonyms[0], "男");
    ck_assert_uint_eq(list->synonym_codes[0], 1);
    ck_assert_uint_eq(list->synonym_codes[1], 2);
}
END_TEST

START_TEST(items_keep_their_properties)
{
    struct definition definition;
    const struct form *form;
    const struct item *item;
    struct decimal_wide pound;

    parse_valid(
        &(struct parts){
            .vs = "\"weight\": {\"type\": \"decimal\", \"key\": \"Weight (kg)\", \"label\": \"Weight\","
                  " \"required\": \"value\", \"decimal\": \",\", \"missing\": [],"
                  " \"range\": {\"min\": \"30.5\", \"max\": 250, \"severity\": \"minor\"},"
                  " \"unit\": {\"item\": \"weight_u\", \"to\": \"kg\", \"from\": "
                  "{\"LB\": {\"factor\": \"0.45359237\"}, \"g\": {\"factor\": \"0.001\", "
                  "\"offset\": 0}}}},"
                  "\"weight_u\": {\"type\": \"text\", \"length\": {\"min\": 1, \"max\": 9, "
                  "\"severity\": \"critical\"}},"
                  "\"vsdtc\": {\"type\": \"date\", \"formats\": [\"DD-MON-YYYY\", \"YYYY年MM月DD日\"],"
                  " \"range\": {\"min\": \"2014-01-01\"}}",
            .checks = "[]"},
        &definition);
    form = &definition.study->forms[1];
    ck_assert_str_eq(form->label, "Vital signs");
    ck_assert_int_eq(form->per, FORM_PER_RECORD);
    ck_assert_int_eq(definition.study->forms[0].per, FORM_PER_SUBJECT);
    item = &form->items[0];
    ck_assert_str_eq(item->key, "Weight (kg)");
    ck_assert_str_eq(item->label, "Weight");
    ck_assert(item->required == REQUIRED_VALUE && item->decimal == DECIMAL_SIGN_COMMA);
    ck_assert_uint_eq(item->missing_count, 0);
    ck_assert_uint_eq(form_item_by_key(form, "WEIGHT (KG)", 11), 0);
    ck_assert_int_eq(rulebook_find(definition.rules, "vs.weight.range")->severity, SEVERITY_MINOR);
    ck_assert(!item->range->min.is_null &&
              decimal_to_int(item->range->max.decimal, &(int64_t){0}) == DECIMAL_OK);
    ck_assert_uint_eq(item->unit->item, 1);
    ck_assert_str_eq(item->unit->to, "kg");
    ck_assert_uint_eq(item->unit->conversion_count, 2);
    ck_assert_str_eq(item->unit->conversions[0].from, "LB");
    ck_assert_int_eq(decimal_parse("0.45359237", 10, &pound), DECIMAL_OK);
    ck_assert_int_eq(decimal_compare(item->unit->conversions[0].factor, &pound.value), 0);
    ck_assert_ptr_null(item->unit->conversions[0].offset);
    ck_assert_int_eq(decimal_sign(item->unit->conversions[1].offset), 0);
    item = &form->items[1];
    ck_assert_uint_eq(item->missing_count, 1);
    ck_assert_str_eq(item->missing[0], "ND");
    ck_assert_uint_eq(item->length->max, 9);
    ck_assert_int_eq(rulebook_find(definition.rules, "vs.weight_u.length")->severity, SEVERITY_CRITICAL);
    item = &form->items[2];
    ck_assert_uint_eq(item->format_count, 2);
    ck_assert(item->range->max.is_null && item->range->min.date == 5114);
    ck_assert_int_eq(rulebook_find(definition.rules, "vs.vsdtc.range")->severity, SEVERITY_MAJOR);
    ck_assert_ptr_nonnull(definition.plans[1].clean[2]);
}
END_TEST

static const struct {
    const char *center;
    enum decimal_sign sign;
} decimal_cases[] = {
    {"FR-01", DECIMAL_SIGN_POINT}, /* the study's */
    {"DE-01", DECIMAL_SIGN_COMMA},    {"DE-", DECIMAL_SIGN_COMMA},     {"DE", DECIMAL_SIGN_POINT},
    {"de-01", DECIMAL_SIGN_POINT},    {"DE-CH-1", DECIMAL_SIGN_POINT}, /* the longer pattern */
    {"DE-CH-2", DECIMAL_SIGN_COMMA},                                   /* its own name */
    {"DE-CH-22", DECIMAL_SIGN_POINT},
};

/* Whatever their order. */
static const char *const center_lists[] = {
    "\"DE-*\": {\"decimal\": \",\"}, \"DE-CH-*\": {\"decimal\": \".\"}, \"DE-CH-2\": {\"decimal\": \",\"}",
    "\"DE-CH-2\": {\"decimal\": \",\"}, \"DE-CH-*\": {\"decimal\": \".\"}, \"DE-*\": {\"decimal\": \",\"}",
};

START_TEST(the_sign_closest_to_a_center_counts)
{
    struct definition definition;

    parse_valid(
        &(struct parts){.head = arena_printf(&arena,
                                             "\"study\": \"a\", \"version\": \"1\", \"decimal\": \".\","
                                             " \"centers\": {%s}",
                                             center_lists[_i])},
        &definition);
    for (int i = 0; i < COUNT(decimal_cases); i++)
        ck_assert_msg(study_decimal(definition.study, decimal_cases[i].center) == decimal_cases[i].sign, "%s",
                      decimal_cases[i].center);
    parse_valid(&(struct parts){0}, &definition);
    ck_assert_int_eq(study_decimal(definition.study, "DE-01"), DECIMAL_SIGN_UNDECLARED);
}
END_TEST

/* What items of the study read as a date: a day's number, or the reason against it. */
static int64_t
read_day(const struct definition *definition, const char *text)
{
    struct clean_result result;

    clean_value(definition->plans[0].clean[0], &arena, text, strlen(text), DECIMAL_SIGN_UNDECLARED, &result);
    return result.status == CLEAN_OK ? result.value.date : -1;
}

START_TEST(months_have_the_names_that_the_study_declares)
{
    static const char *const heads[] = {
        "[\"Janvier\", null, \"Mär\", null, null, null, null, null, null, \"listopad\", null, null]",
        "[[\"Jan\", \"Feb\", \"Mär\", null, null, null, null, null, null, null, null, null],"
        " [null, null, \"mars\", null, null, null, null, null, null, \"Listopad\", null, null]]",
    };

    for (int i = 0; i < COUNT(heads); i++) {
        struct definition definition;

        parse_valid(&(struct parts){.head = arena_printf(&arena,
                                                         "\"study\": \"a\", \"version\": \"1\", "
                                                         "\"months\": %s",
                                                         heads[i]),
                                    .dm = "\"d\": {\"type\": \"date\"}"},
                    &definition);
        ck_assert_int_eq(read_day(&definition, "2 MÄR 2000"), 61);
        ck_assert_int_eq(read_day(&definition, "1 listopad 2000"), 274);
        ck_assert_int_eq(read_day(&definition, "2 MAR 2000"), 61);
        ck_assert_int_eq(read_day(&definition, "2 Dez 2000"), -1);
    }
}
END_TEST

START_TEST(a_kind_of_rules_may_have_a_category_of_its_own)
{
    struct definition definition;

    parse_valid(
        &(struct parts){.forms =
                            "{\"vs\": {\"visit_date\": \"d\", \"items\": {\"d\": {\"type\": \"date\"}}}}",
                        .events = "[{\"name\": \"A\"}]",
                        .checks = "[]"},
        &definition);
    ck_assert_str_eq(rulebook_find(definition.rules, "vs.d.window")->category, "protocol deviation");
    ck_assert_ptr_null(rulebook_find(definition.rules, "vs.d.type")->category);
}
END_TEST

START_TEST(the_digest_and_the_text_are_those_of_the_bytes)
{
    static const char text[] = "{\"study\":\"a\",\"version\":\"1\",\"events\":[{\"name\":\"V\"}],"
                               "\"forms\":{\"f\":{\"items\":{\"i\":{\"type\":\"text\"}}}}}";
    struct definition definition;

    ck_assert(definition_parse(&arena, "a.json", text, sizeof text - 1, &definition, &problems, &err));
    ck_assert_str_eq(definition.study->digest,
                     "98b6757459041a73c4d21c3543ad14d3af7b8fe9a5ebd87d1937a4632440e092");
    ck_assert_str_eq(definition.text, text);
    ck_assert_uint_eq(definition.text_length, sizeof text - 1);
    ck_assert_uint_eq(definition.check_count, 0);
}
END_TEST

/* crfd.study keeps the text as far as a NUL, and the digest covers what is behind it. */
START_TEST(a_nul_in_a_comment_of_the_study_is_a_mistake)
{
    static const char text[] = "{\"study\":\"a\",\"version\":\"1\", // a\0b\n\"events\":[{\"name\":\"V\"}],"
                               "\"forms\":{\"f\":{\"items\":{\"i\":{\"type\":\"text\"}}}}}";
    struct definition definition;

    ck_assert(!definition_parse(&arena, "a.json", text, sizeof text - 1, &definition, &problems, &err));
    ck_assert_int_eq(err.kind, ERR_CONFIG);
    ck_assert_uint_eq(problems.count, 1);
    ck_assert_str_eq(problems.list[0].message, "line 1, column 33: a NUL byte cannot stand in this file");
}
END_TEST

/* ---- Checks ---- */

static const struct check *
check_of(const struct definition *definition, const char *id)
{
    const struct rule *rule = rulebook_find(definition->rules, id);

    ck_assert_ptr_nonnull(rule);
    ck_assert_ptr_eq(rule->kind, &rule_check);
    return rule->check;
}

START_TEST(a_check_without_more_says_what_should_hold)
{
    struct definition definition;
    const struct check *check;

    parse_valid(
        &(struct parts){
            .checks = "[{\"id\": \"VS001\", \"form\": \"vs\", \"check\": \"pos = 'X'\\n OR sysbp > 1\"}]"},
        &definition);
    check = check_of(&definition, "VS001");
    ck_assert_ptr_nonnull(check);
    ck_assert_int_eq(check->severity, SEVERITY_MAJOR);
    ck_assert_ptr_eq(check->form, &definition.study->forms[1]);
    ck_assert_uint_eq(check->item_count, 2);
    ck_assert_uint_eq(check->items[0], 0);
    ck_assert_uint_eq(check->items[1], 2);
    ck_assert_uint_eq(check->message->in[0]->count, 1);
    ck_assert_str_eq(check->message->in[0]->parts[0].text, "pos = 'X'  OR sysbp > 1 does not hold");
    ck_assert_ptr_null(rulebook_find(definition.rules, "VS002"));
    ck_assert_uint_eq(definition.check_count, 1);
}
END_TEST

START_TEST(a_message_is_text_and_items)
{
    struct definition definition;
    const struct check *check;

    parse_valid(&(struct parts){.checks =
                                    "[{\"id\": \"VS001\", \"form\": \"vs\", \"check\": \"sysbp > diabp\","
                                    " \"items\": [\"diabp\", \"sysbp\"], \"severity\": \"critical\","
                                    " \"message\": \"{sysbp}/{diabp} is odd\"}]"},
                &definition);
    check = check_of(&definition, "VS001");
    ck_assert_int_eq(check->severity, SEVERITY_CRITICAL);
    ck_assert_uint_eq(check->item_count, 2);
    ck_assert_uint_eq(check->items[0], 1);
    ck_assert_str_eq(check->message->in[0]->text, "{sysbp}/{diabp} is odd");
    ck_assert_uint_eq(check->message->in[0]->count, 4);
    ck_assert(check->message->in[0]->parts[0].source == MESSAGE_ITEM &&
              check->message->in[0]->parts[0].item == 0);
    ck_assert_str_eq(check->message->in[0]->parts[1].text, "/");
    ck_assert(check->message->in[0]->parts[2].source == MESSAGE_ITEM &&
              check->message->in[0]->parts[2].item == 1);
    ck_assert_str_eq(check->message->in[0]->parts[3].text, " is odd");
}
END_TEST

START_TEST(for_repeats_a_check_over_every_combination)
{
    static const char *const ids[] = {"A-sysbp-1", "A-sysbp-2", "A-diabp-1", "A-diabp-2"};
    struct definition definition;
    const struct form_plan *plan;

    parse_valid(
        &(struct parts){
            .checks = "[{\"id\": \"A-{t}-{n}\", \"for\": {\"t\": [\"sysbp\", \"diabp\"], \"n\": [\"1\", "
                      "\"2\"]}, \"form\": \"vs\", \"check\": \"{t} <> {n} OR pos ~ '^[A-Z]{3}$'\","
                      " \"items\": [\"{t}\"], \"message\": \"{t} is {{t}}, not {n}\"}]"},
        &definition);
    plan = &definition.plans[1];
    ck_assert_uint_eq(plan->check_count, 4);
    for (int i = 0; i < 4; i++)
        ck_assert_str_eq(plan->checks[i].id, ids[i]);
    ck_assert_str_eq(plan->checks[3].text, "diabp <> 2 OR pos ~ '^[A-Z]{3}$'");
    ck_assert_uint_eq(plan->checks[3].items[0], 1);
    ck_assert_uint_eq(plan->checks[3].message->in[0]->count, 3);
    ck_assert_str_eq(plan->checks[3].message->in[0]->parts[0].text, "diabp is ");
    ck_assert_uint_eq(plan->checks[3].message->in[0]->parts[1].item, 1);
    ck_assert_str_eq(plan->checks[3].message->in[0]->parts[2].text, ", not 2");
    ck_assert_ptr_eq(check_of(&definition, "A-diabp-1"), &plan->checks[2]);
}
END_TEST

START_TEST(for_may_name_the_form)
{
    struct definition definition;

    parse_valid(
        &(struct parts){.checks =
                            "[{\"id\": \"{f}-1\", \"for\": {\"f\": [\"dm\", \"vs\"]}, \"form\": \"{f}\", "
                            "\"check\": \"event_repeat > 0\"}]"},
        &definition);
    ck_assert_uint_eq(definition.plans[0].check_count, 1);
    ck_assert_str_eq(definition.plans[0].checks[0].id, "dm-1");
    ck_assert_uint_eq(definition.plans[0].checks[0].item_count, 0);
    ck_assert_str_eq(definition.plans[1].checks[0].id, "vs-1");
}
END_TEST

START_TEST(current_date_is_noticed)
{
    struct definition definition;

    parse_valid(&(struct parts){0}, &definition);
    ck_assert(!definition.reads_current_date);
    parse_valid(
        &(struct parts){
            .checks = "[{\"id\": \"DM001\", \"form\": \"dm\", \"check\": \"rfstdtc <= current_date\"}]"},
        &definition);
    ck_assert(definition.reads_current_date);
    ck_assert_uint_gt(definition.scratch_bytes, 0);
}
END_TEST

START_TEST(derived_items_find_their_operands)
{
    struct definition definition;
    const struct form_plan *plan;

    parse_valid(&(struct parts){.vs = "\"c\": {\"type\": \"decimal\", \"derive\": \"b + a\"},"
                                      "\"b\": {\"type\": \"decimal\", \"derive\": \"a + x\"},"
                                      "\"x\": {\"type\": \"decimal\"},"
                                      "\"a\": {\"type\": \"decimal\", \"derive\": \"x * 2\"}",
                                .checks = "[]"},
                &definition);
    plan = &definition.plans[1];
    ck_assert_uint_eq(definition.derivation_count, 3);
    ck_assert_uint_eq(definition.derivations[0].item, 3);
    ck_assert_uint_eq(definition.derivations[1].item, 1);
    ck_assert_uint_eq(definition.derivations[2].item, 0);
    ck_assert_ptr_null(plan->clean[0]);
    ck_assert_ptr_nonnull(plan->clean[2]);
}
END_TEST

START_TEST(derived_items_find_their_operands_on_other_forms)
{
    static const char *const order[] = {"dm.base", "vs.change", "vs.worst", "dm.total"};
    struct definition definition;

    parse_valid(
        &(struct parts){
            .dm = "\"total\": {\"type\": \"decimal\", \"derive\": \"(SELECT sum(worst) FROM vs)\"}, "
                  "\"base\": {\"type\": \"decimal\", \"derive\": \"(SELECT min(x) FROM vs)\"}",
            .vs = "\"worst\": {\"type\": \"decimal\", \"derive\": \"lag(change) OVER visits\"}, "
                  "\"x\": {\"type\": \"decimal\"}, "
                  "\"change\": {\"type\": \"decimal\", \"derive\": \"x - dm.base\"}",
            .events = "[{\"name\": \"A\"}]",
            .checks = "[]"},
        &definition);
    ck_assert_uint_eq(definition.derivation_count, 4);
    for (size_t i = 0; i < 4; i++) {
        const struct derivation *derivation = &definition.derivations[i];
        const char *name = arena_printf(&arena, "%s.%s", derivation->form->name,
                                        derivation->form->items[derivation->item].name);

        ck_assert_str_eq(name, order[i]);
    }
}
END_TEST

/* ---- How built-in rules speak ---- */

/* Three items of each rule: the item says otherwise, its property does, or nothing does. */
static const char *const spoken_items =
    "\"a\": {\"type\": \"integer\", \"required\": true, \"range\": {\"min\": 1},"
    " \"rules\": {\"required\": {\"severity\": \"critical\"}, \"range\": {\"severity\": \"minor\", "
    "\"category\": \"own\"}}},"
    "\"b\": {\"type\": \"integer\", \"required\": true, \"category\": \"item\", \"range\": {\"min\": 1, "
    "\"severity\": \"minor\"}},"
    "\"c\": {\"type\": \"integer\", \"required\": true, \"range\": {\"min\": 1}}";
static const char *const spoken_head = "\"study\": \"t\", \"version\": \"1\", \"rules\": {\"required\": "
                                       "{\"severity\": \"minor\", \"category\": \"study\"},"
                                       " \"range\": {\"severity\": \"critical\", \"category\": \"study\"}, "
                                       "\"unknown-item\": {\"message\": \"m\"}}";

static const struct {
    const char *rule;
    bool with_study; /* the study says something, too */
    enum severity severity;
    const char *category;
} spoken[] = {
    {"vs.a.required", false, SEVERITY_CRITICAL, NULL}, {"vs.a.range", false, SEVERITY_MINOR, "own"},
    {"vs.b.required", false, SEVERITY_MAJOR, "item"},  {"vs.b.range", false, SEVERITY_MINOR, "item"},
    {"vs.c.range", false, SEVERITY_MAJOR, NULL},       {"vs.unknown-item", false, SEVERITY_MINOR, NULL},
    {"vs.missing-page", false, SEVERITY_MAJOR, NULL},  {"vs.a.required", true, SEVERITY_CRITICAL, "study"},
    {"vs.a.range", true, SEVERITY_MINOR, "own"},       {"vs.b.required", true, SEVERITY_MINOR, "item"},
    {"vs.b.range", true, SEVERITY_MINOR, "item"},      {"vs.c.required", true, SEVERITY_MINOR, "study"},
    {"vs.c.range", true, SEVERITY_CRITICAL, "study"},  {"vs.unknown-item", true, SEVERITY_MINOR, NULL},
    {"vs.a.type", true, SEVERITY_MAJOR, NULL},
};

START_TEST(what_is_said_nearest_counts)
{
    struct parts parts = {.vs = spoken_items, .checks = "[]"};
    struct definition definition;
    const struct rule *rule;

    if (spoken[_i].with_study)
        parts.head = spoken_head;
    parse_valid(&parts, &definition);
    rule = rulebook_find(definition.rules, spoken[_i].rule);
    ck_assert_ptr_nonnull(rule);
    ck_assert_msg(rule->severity == spoken[_i].severity, "%s is %s", rule->id, severity_name(rule->severity));
    ck_assert_pstr_eq(rule->category, spoken[_i].category);
}
END_TEST

START_TEST(a_form_says_how_its_pages_are_told_of)
{
    struct definition definition;

    parse_valid(
        &(struct parts){.head = "\"study\": \"t\", \"version\": \"1\", \"rules\": {\"missing-page\":"
                                " {\"category\": \"study\"}}",
                        .events = "[{\"name\": \"A\"}]",
                        .forms =
                            "{\"dm\": {\"per\": \"subject\", \"rules\": {\"missing-page\":"
                            " {\"severity\": \"critical\"}, \"duplicate-page\": {\"category\": \"own\"}},"
                            " \"items\": {\"x\": {\"type\": \"text\"}}}}",
                        .checks = "[]"},
        &definition);
    ck_assert_int_eq(rulebook_find(definition.rules, "dm.missing-page")->severity, SEVERITY_CRITICAL);
    ck_assert_str_eq(rulebook_find(definition.rules, "dm.missing-page")->category, "study");
    ck_assert_str_eq(rulebook_find(definition.rules, "dm.duplicate-page")->category, "own");
}
END_TEST

/* ---- Languages ---- */

static const struct {
    const char *says;
    const char *language; /* JSON before the other keys */
    const char *label;    /* of an item */
    const char *message;  /* of a check */
    const char *languages;
    const char *label_is;
    const char *message_is; /* of the first language */
} languages[] = {
    {"one that is not named", "", "\"L\"", "\"M\"", "", "L", "M"},
    {"the first that is named comes first", "", "{\"zh\": \"Z\", \"en\": \"E\"}",
     "{\"en\": \"e\", \"zh\": \"z\"}", "zh en", "Z", "z"},
    {"the study says which", "\"language\": \"en\", ", "{\"zh\": \"Z\", \"en\": \"E\"}",
     "{\"zh\": \"z\", \"en\": \"e\"}", "en zh", "E", "e"},
    {"a text alone is in the first", "", "\"L\"", "{\"en\": \"e\", \"zh\": \"z\"}", "en zh", "L", "e"},
    {"a language of three letters, and one with several parts", "", "{\"fil\": \"F\", \"zh-Hans-CN\": \"Z\"}",
     "\"M\"", "fil zh-Hans-CN", "F", "M"},
    {"eight of them", "", "\"L\"",
     "{\"en\": \"e\", \"zh\": \"m\", \"de\": \"m\", \"fr\": \"m\", \"es\": \"m\", \"it\": \"m\", \"nl\": "
     "\"m\", "
     "\"pl\": \"m\"}",
     "en zh de fr es it nl pl", "L", "e"},
    {"more of them with more texts", "", "{\"en\": \"E\"}", "{\"pt-BR\": \"p\", \"en\": \"e\"}", "en pt-BR",
     "E", "e"},
};

START_TEST(the_languages_are_those_of_the_texts)
{
    struct definition definition;
    struct strbuf named;

    parse_valid(
        &(struct parts){
            .head = arena_printf(&arena, "%s\"study\": \"t\", \"version\": \"1\"", languages[_i].language),
            .vs = arena_printf(&arena, "\"a\": {\"type\": \"text\", \"label\": %s}", languages[_i].label),
            .checks = arena_printf(&arena,
                                   "[{\"id\": \"A\", \"form\": \"vs\", \"check\": \"a = 'x'\","
                                   " \"message\": %s}]",
                                   languages[_i].message)},
        &definition);
    strbuf_init(&named);
    for (size_t i = 0; i < definition.study->language_count; i++)
        strbuf_printf(&named, "%s%s", i > 0 ? " " : "", definition.study->languages[i]);
    ck_assert_msg(strcmp(named.text, languages[_i].languages) == 0, "%s: %s", languages[_i].says, named.text);
    strbuf_destroy(&named);
    ck_assert_str_eq(definition.study->forms[1].items[0].label, languages[_i].label_is);
    ck_assert_str_eq(check_of(&definition, "A")->message->in[0]->text, languages[_i].message_is);
}
END_TEST

/* ---- Mistakes: one in each study ---- */

static const struct {
    const char *says;
    struct parts parts;
    const char *path;
    const char *message;
} mistakes[] = {
    /* The head. */
    {"no name", {.head = "\"version\": \"1\""}, "", "\"study\" is missing"},
    {"no version", {.head = "\"study\": \"trial\""}, "", "\"version\" is missing"},
    {"an empty name", {.head = "\"study\": \"\", \"version\": \"1\""}, "study", "must not be empty"},
    {"a version that is a number",
     {.head = "\"study\": \"trial\", \"version\": 3"},
     "version",
     "must be a text, not a number"},
    {"an unknown key",
     {.head = "\"study\": \"trial\", \"version\": \"1\", \"chekcs\": []"},
     "",
     "unknown key \"chekcs\"; did you mean \"checks\"?"},
    /* Events. */
    {"no events", {.events = "[]"}, "events", "has no events"},
    {"events as an object", {.events = "{}"}, "events", "must be a list [...], not an object {...}"},
    {"an event without a name", {.events = "[{}]"}, "events[0]", "\"name\" is missing"},
    {"an event twice",
     {.events = "[{\"name\": \"A\"}, {\"name\": \"B\"}, {\"name\": \"A\"}]"},
     "events",
     "the event \"A\" is given twice"},
    {"a star in the middle",
     {.events = "[{\"name\": \"WEEK * A\"}]"},
     "events[0].name",
     "\"WEEK * A\": a star may only stand at the end"},
    {"two stars",
     {.events = "[{\"name\": \"WEEK **\"}]"},
     "events[0].name",
     "a star may only stand at the end"},
    {"a day 0", {.events = "[{\"name\": \"A\", \"day\": 0}]"}, "events[0].day", "there is no day 0"},
    {"every without a star",
     {.events = "[{\"name\": \"A\", \"day\": 1, \"every\": 7}]"},
     "events[0].every",
     "let its name end in a star"},
    {"every without a day",
     {.events = "[{\"name\": \"A *\", \"every\": 7}]"},
     "events[0].every",
     "\"day\" is missing"},
    {"every no day",
     {.events = "[{\"name\": \"A *\", \"day\": 1, \"every\": 0}]"},
     "events[0].every",
     "must be a whole number from 1 to 100000"},
    {"a window without a day",
     {.events = "[{\"name\": \"A\", \"window\": {\"after\": 1}}]",
      .head = "\"study\": \"trial\", \"version\": \"3\", \"subject\": {\"day1\": \"dm.rfstdtc\"}"},
     "events[0].window",
     "\"day\" is missing"},
    {"a window without a day 1",
     {.events = "[{\"name\": \"A\", \"day\": 1, \"window\": {\"after\": 1}}]"},
     "events[0].window",
     "the study does not say what day 1 is"},
    {"an unknown side of a window",
     {.events = "[{\"name\": \"A\", \"day\": 1, \"window\": {\"behind\": 1}}]",
      .head = "\"study\": \"trial\", \"version\": \"3\", \"subject\": {\"day1\": \"dm.rfstdtc\"}"},
     "events[0].window",
     "unknown key"},
    {"a window that ends before it begins",
     {.events = "[{\"name\": \"A\", \"day\": 1, \"window\": {\"after\": -1}}]",
      .head = "\"study\": \"trial\", \"version\": \"3\", \"subject\": {\"day1\": \"dm.rfstdtc\"}"},
     "events[0].window.after",
     "must be a whole number from 0 to 100000"},
    {"grace at an unscheduled event",
     {.events = "[{\"name\": \"A\", \"unscheduled\": true, \"grace\": 1}]"},
     "events[0].grace",
     "leave \"grace\" out"},
    {"an unscheduled event that is optional",
     {.events = "[{\"name\": \"A\", \"unscheduled\": true, \"optional\": true}]"},
     "events[0].optional",
     "leave \"optional\" out"},
    {"a form at an event without its name",
     {.events = "[{\"name\": \"A\", \"forms\": [{\"when\": \"event <> 'A'\"}]}]"},
     "events[0].forms[0]",
     "\"form\" is missing"},
    {"an unknown form with a condition",
     {.events = "[{\"name\": \"A\", \"forms\": [{\"form\": \"dn\", \"when\": \"event <> 'A'\"}]}]"},
     "events[0].forms[0].form",
     "unknown form \"dn\"; did you mean \"dm\"?"},
    {"a form twice, once with a condition",
     {.events = "[{\"name\": \"A\", \"forms\": [\"vs\", {\"form\": \"vs\", \"when\": \"event <> 'A'\"}]}]"},
     "events[0].forms[1]",
     "the form \"vs\" is given twice"},
    {"a condition that is none",
     {.events = "[{\"name\": \"A\", \"forms\": [{\"form\": \"vs\", \"when\": \"dm.sex\"}]}]"},
     "events[0].forms[0].when",
     "must be a condition"},
    {"a condition of a page",
     {.events = "[{\"name\": \"A\", \"forms\": [{\"form\": \"vs\", \"when\": \"sysbp > 1\"}]}]"},
     "events[0].forms[0].when",
     "there is no page here that could have \"sysbp\""},
    {"a condition of when a page was submitted",
     {.events = "[{\"name\": \"A\", \"forms\": [{\"form\": \"vs\", \"when\": \"submitted_at IS NULL\"}]}]"},
     "events[0].forms[0].when",
     "there is no page here that could have \"submitted_at\""},
    {"a condition of a form with many pages",
     {.events = "[{\"name\": \"A\", \"forms\": [{\"form\": \"dm\", \"when\": \"vs.sysbp > 1\"}]}]"},
     "events[0].forms[0].when",
     "can have many pages"},
    {"a condition of the page before",
     {.events = "[{\"name\": \"A\", \"forms\": [{\"form\": \"vs\", \"when\": \"lag(event) OVER visits IS "
                "NULL\"}]}]"},
     "events[0].forms[0].when",
     "there is no page here that could have one before"},
    {"a day 1 that is no date",
     {.events = "[{\"name\": \"A\"}]",
      .head = "\"study\": \"trial\", \"version\": \"3\", \"subject\": {\"day1\": \"dm.sex\"}"},
     "subject.day1",
     "this must be a date, but it is text"},
    {"a day 1 that can fail",
     {.events = "[{\"name\": \"A\"}]",
      .head = "\"study\": \"trial\", \"version\": \"3\", \"subject\": {\"day1\": \"dm.sex::date\"}"},
     "subject.day1",
     "this could end in an error"},
    {"an end at an event",
     {.events = "[{\"name\": \"A\"}]",
      .head = "\"study\": \"trial\", \"version\": \"3\", \"subject\": {\"ended\": \"CASE WHEN event = 'A' "
              "THEN dm.rfstdtc END\"}"},
     "subject.ended",
     "there is no page here that could have \"event\""},
    {"an end that nobody knows",
     {.events = "[{\"name\": \"A\"}]",
      .head = "\"study\": \"trial\", \"version\": \"3\", \"subject\": {\"ended\": \"dm.rfendtc\"}"},
     "subject.ended",
     "form \"dm\" has no column \"rfendtc\""},
    {"an unknown day of a subject",
     {.events = "[{\"name\": \"A\"}]",
      .head = "\"study\": \"trial\", \"version\": \"3\", \"subject\": {\"day0\": \"dm.rfstdtc\"}"},
     "subject",
     "unknown key"},
    {"an unknown form at an event",
     {.events = "[{\"name\": \"A\", \"forms\": [\"vs\", \"dn\"]}]"},
     "events[0].forms[1]",
     "unknown form \"dn\"; did you mean \"dm\"?"},
    {"a form twice at an event",
     {.events = "[{\"name\": \"A\", \"forms\": [\"vs\", \"vs\"]}]"},
     "events[0].forms[1]",
     "the form \"vs\" is given twice"},
    {"a form per subject at two events",
     {.events = "[{\"name\": \"A\", \"forms\": [\"dm\"]}, {\"name\": \"B\", \"forms\": [\"dm\"]}]"},
     "events[1]",
     "the form \"dm\" has one page per subject, and is expected at \"A\" already"},
    {"a day with a fraction",
     {.events = "[{\"name\": \"A\", \"day\": 1.5}]"},
     "events[0].day",
     "must be a whole number"},
    {"an unknown key of an event",
     {.events = "[{\"name\": \"A\", \"dya\": 1}]"},
     "events[0]",
     "unknown key \"dya\"; did you mean \"day\"?"},
    /* Code lists. */
    {"a code list without codes",
     {.codelists = "{\"sex\": {\"codes\": []}}"},
     "codelists.sex.codes",
     "has no codes"},
    {"a code twice",
     {.codelists = "{\"sex\": {\"codes\": [\"F\", \"M\", \"F\"]}}"},
     "codelists.sex.codes",
     "the code \"F\" is given twice"},
    {"a synonym of no code",
     {.codelists = "{\"sex\": {\"codes\": [\"FEMALE\"], \"synonyms\": {\"W\": \"FEMALLE\"}}}"},
     "codelists.sex.synonyms.W",
     "\"FEMALLE\" is no code of this list; did you mean \"FEMALE\"?"},
    {"a synonym that is a code",
     {.codelists = "{\"sex\": {\"codes\": [\"F\", \"M\"], \"synonyms\": {\"F\": \"M\"}}}"},
     "codelists.sex.synonyms.F",
     "\"F\" is a code itself"},
    {"an empty synonym",
     {.codelists = "{\"sex\": {\"codes\": [\"F\"], \"synonyms\": {\"\": \"F\"}}}"},
     "codelists.sex.synonyms[\"\"]",
     "must not be empty"},
    {"a fraction as a code",
     {.codelists = "{\"sex\": {\"codes\": [0.5, 1]}}"},
     "codelists.sex.codes[0]",
     "must stand in quotes"},
    {"a code list whose name is no identifier",
     {.codelists = "{\"sex\": {\"codes\": [\"F\"]}, \"no-yes\": {\"codes\": "
                   "[\"N\"]}}"},
     "codelists.no-yes",
     "\"no-yes\" is no name"},
    /* Forms. */
    {"a form named as a table of crfd",
     {.forms =
          "{\"dm\": {\"items\": {\"a\": {\"type\": \"text\"}}}, \"vs\": {\"items\": {\"sysbp\": {\"type\": "
          "\"decimal\"}, \"diabp\": {\"type\": \"decimal\"}}}, \"finding\": {\"items\": {\"a\": {\"type\": "
          "\"text\"}}}}"},
     "forms.finding",
     "\"finding\" is reserved"},
    {"a form named as an index",
     {.forms =
          "{\"dm\": {\"items\": {\"a\": {\"type\": \"text\"}}}, \"vs\": {\"items\": {\"sysbp\": {\"type\": "
          "\"decimal\"}, \"diabp\": {\"type\": \"decimal\"}}}, \"vs_pkey\": {\"items\": {\"a\": {\"type\": "
          "\"text\"}}}}"},
     "forms.vs_pkey",
     "must not end in _pkey"},
    {"an upper-case form",
     {.forms =
          "{\"dm\": {\"items\": {\"a\": {\"type\": \"text\"}}}, \"vs\": {\"items\": {\"sysbp\": {\"type\": "
          "\"decimal\"}, \"diabp\": {\"type\": \"decimal\"}}}, \"AE\": {\"items\": {\"a\": {\"type\": "
          "\"text\"}}}}"},
     "forms.AE",
     "names are in lower case: write \"ae\""},
    {"a form without items",
     {.forms =
          "{\"dm\": {\"items\": {}}, \"vs\": {\"items\": {\"sysbp\": {\"type\": \"decimal\"}, \"diabp\": "
          "{\"type\": \"decimal\"}}}}"},
     "forms.dm.items",
     "has no items"},
    {"a form that is no object",
     {.forms = "{\"dm\": [], \"vs\": {\"items\": {\"sysbp\": {\"type\": \"decimal\"}, \"diabp\": {\"type\": "
               "\"decimal\"}}}}"},
     "forms.dm",
     "must be an object {...}, not a list [...]"},
    {"an unknown repetition",
     {.forms =
          "{\"dm\": {\"per\": \"sujbect\", \"items\": {\"a\": {\"type\": \"text\"}}}, \"vs\": {\"items\": "
          "{\"sysbp\": {\"type\": \"decimal\"}, \"diabp\": {\"type\": \"decimal\"}}}}"},
     "forms.dm.per",
     "unknown repetition \"sujbect\"; did you mean \"subject\"?"},
    /* Items. */
    {"an item without a type", {.dm = "\"a\": {}"}, "forms.dm.items.a", "\"type\" is missing"},
    {"an unknown type",
     {.dm = "\"a\": {\"type\": \"intger\"}"},
     "forms.dm.items.a.type",
     "unknown type \"intger\"; did you mean \"integer\"?"},
    {"a type that nobody knows",
     {.dm = "\"a\": {\"type\": \"blob\"}"},
     "forms.dm.items.a.type",
     "unknown type \"blob\"; there is text, integer, decimal, boolean, date, partial-date, datetime, "
     "partial-datetime, time"},
    {"an unknown property",
     {.dm = "\"a\": {\"type\": \"text\", \"requierd\": true}"},
     "forms.dm.items.a",
     "unknown key \"requierd\"; did you mean \"required\"?"},
    {"an item given twice",
     {.dm = "\"a\": {\"type\": \"text\"}, \"a\": {\"type\": \"date\"}"},
     "forms.dm.items",
     "the key \"a\" is given twice"},
    {"an item with blanks",
     {.dm = "\"a b\": {\"type\": \"text\"}"},
     "forms.dm.items[\"a b\"]",
     "\"a b\" is no name"},
    {"an item that begins with a digit",
     {.dm = "\"1a\": {\"type\": \"text\"}"},
     "forms.dm.items.1a",
     "\"1a\" is no name"},
    {"an item of 64 bytes",
     {.dm = "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\": {\"type\": \"text\"}"},
     "forms.dm.items.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
     "this name has 64 bytes: PostgreSQL allows 63"},
    {"an item named as a key column",
     {.dm = "\"event\": {\"type\": \"text\"}"},
     "forms.dm.items.event",
     "every form's table has a column \"event\" of its own"},
    {"an item named as a system column",
     {.dm = "\"xmin\": {\"type\": \"text\"}"},
     "forms.dm.items.xmin",
     "\"xmin\" is a system column"},
    {"two items with one key",
     {.dm = "\"a\": {\"type\": \"text\"}, \"b\": {\"type\": \"text\", \"key\": \"A\"}"},
     "forms.dm.items",
     "\"a\" and \"b\" have the same key \"A\""},
    {"an unknown code list",
     {.dm = "\"a\": {\"type\": \"text\", \"codelist\": \"sxe\"}"},
     "forms.dm.items.a.codelist",
     "unknown codelist \"sxe\"; did you mean \"sex\"?"},
    {"codes that are no values of the type",
     {.dm = "\"a\": {\"type\": \"boolean\", \"codelist\": \"n\"}",
      .codelists = "{\"n\": {\"codes\": [\"true\", \"maybe\"]}}"},
     "forms.dm.items.a.codelist",
     "the code \"maybe\" of the codelist \"n\" is no value of type boolean"},
    {"required as a text",
     {.dm = "\"a\": {\"type\": \"text\", \"required\": \"yes\"}"},
     "forms.dm.items.a.required",
     "unknown requirement \"yes\"; there is value"},
    {"required as a number",
     {.dm = "\"a\": {\"type\": \"text\", \"required\": 1}"},
     "forms.dm.items.a.required",
     "must be true or false, not a number"},
    {"an empty missing token",
     {.dm = "\"a\": {\"type\": \"text\", \"missing\": [\"\"]}"},
     "forms.dm.items.a.missing[0]",
     "must not be empty"},
    {"formats of a number",
     {.dm = "\"a\": {\"type\": \"decimal\", \"formats\": [\"YYYY\"]}"},
     "forms.dm.items.a.formats",
     "dates and times have formats, not an item of type decimal"},
    {"a format that is none",
     {.dm = "\"a\": {\"type\": \"date\", \"formats\": [\"YYYY-MM-DD\", \"hello\"]}"},
     "forms.dm.items.a.formats[1]",
     "\"hello\" is no format of this item: "},
    {"a decimal sign of a text",
     {.dm = "\"a\": {\"type\": \"text\", \"decimal\": \",\"}"},
     "forms.dm.items.a.decimal",
     "numbers have a decimal sign, not an item of type text"},
    {"a decimal sign that is none",
     {.dm = "\"a\": {\"type\": \"decimal\", \"decimal\": \"comma\"}"},
     "forms.dm.items.a.decimal",
     "unknown decimal sign \"comma\"; there is ., ,"},
    {"a decimal comma in the words of former versions",
     {.dm = "\"a\": {\"type\": \"decimal\", \"decimal_comma\": true}"},
     "forms.dm.items.a.decimal_comma",
     "this key is no longer read: write \"decimal\": \",\", or \".\""},
    {"a decimal sign of the study that is none",
     {.head = "\"study\": \"a\", \"version\": \"1\", \"decimal\": true"},
     "decimal",
     "must be a text, not true or false"},
    {"a center with a star inside",
     {.head = "\"study\": \"a\", \"version\": \"1\", \"centers\": {\"D*E\": {\"decimal\": \",\"}}"},
     "centers[\"D*E\"]",
     "\"D*E\": a star may only stand at the end"},
    {"a center of which nothing is said",
     {.head = "\"study\": \"a\", \"version\": \"1\", \"centers\": {\"DE\": {}}"},
     "centers.DE",
     "says nothing of the center"},
    {"a center without a name",
     {.head = "\"study\": \"a\", \"version\": \"1\", \"centers\": {\"\": {\"decimal\": \",\"}}"},
     "centers[\"\"]",
     "a center's id must not be empty"},
    {"a center with another decimal sign",
     {.head = "\"study\": \"a\", \"version\": \"1\", \"centers\": {\"DE\": {\"decimal\": \";\"}}"},
     "centers.DE.decimal",
     "unknown decimal sign \";\"; there is ., ,"},
    {"eleven months",
     {.head = "\"study\": \"a\", \"version\": \"1\", \"months\": [\"Jan\", \"Feb\", \"Mär\", \"Apr\", "
              "\"Mai\", \"Jun\", \"Jul\", \"Aug\", \"Sep\", \"Okt\", \"Nov\"]"},
     "months",
     "has 11 names: a year has twelve months, from January on"},
    {"no months", {.head = "\"study\": \"a\", \"version\": \"1\", \"months\": []"}, "months", "has 0 names"},
    {"months that are no list",
     {.head = "\"study\": \"a\", \"version\": \"1\", \"months\": \"Mär\""},
     "months",
     "must be a list"},
    {"a month of another kind",
     {.head = "\"study\": \"a\", \"version\": \"1\", \"months\": [\"Jan\", \"Feb\", 3, \"Apr\", \"Mai\", "
              "\"Jun\", \"Jul\", \"Aug\", \"Sep\", \"Okt\", \"Nov\", \"Dez\"]"},
     "months[2]",
     "must be a text"},
    {"a month without a name",
     {.head = "\"study\": \"a\", \"version\": \"1\", \"months\": [\"Jan\", \"Feb\", \"\", \"Apr\", \"Mai\", "
              "\"Jun\", \"Jul\", \"Aug\", \"Sep\", \"Okt\", \"Nov\", \"Dez\"]"},
     "months[2]",
     "must not be empty"},
    {"a month with a digit",
     {.head = "\"study\": \"a\", \"version\": \"1\", \"months\": [\"Jan\", \"Feb\", \"M3\", \"Apr\", "
              "\"Mai\", \"Jun\", \"Jul\", \"Aug\", \"Sep\", \"Okt\", \"Nov\", \"Dez\"]"},
     "months[2]",
     "\"M3\" is no name of month 3: a name begins with a letter"},
    {"a month that English calls otherwise",
     {.head = "\"study\": \"a\", \"version\": \"1\", \"months\": [\"Jan\", \"Feb\", \"may\", \"Apr\", "
              "\"Mai\", \"Jun\", \"Jul\", \"Aug\", \"Sep\", \"Okt\", \"Nov\", \"Dez\"]"},
     "months[2]",
     "\"may\" is no name of month 3: it is month 5 in English or Chinese"},
    {"a month twice",
     {.head = "\"study\": \"a\", \"version\": \"1\", \"months\": [\"Jan\", \"Feb\", \"okt\", \"Apr\", "
              "\"Mai\", \"Jun\", \"Jul\", \"Aug\", \"Sep\", \"Okt\", \"Nov\", \"Dez\"]"},
     "months[9]",
     "\"Okt\" is no name of month 10: it is the name of month 3, too"},
    {"a month that another language calls otherwise",
     {.head = "\"study\": \"a\", \"version\": \"1\", \"months\": [[\"Jan\", \"Feb\", \"Mär\", \"Apr\", "
              "\"Mai\", \"Jun\", \"Jul\", \"Aug\", \"Sep\", \"Okt\", \"Nov\", \"Dez\"], [\"Jan\", \"Feb\", "
              "\"DEZ\", \"Apr\", \"Mai\", \"Jun\", \"Jul\", \"Aug\", \"Sep\", \"Okt\", \"Nov\", \"Dez\"]]"},
     "months[1][2]",
     "\"DEZ\" is no name of month 3: it is the name of month 12, too"},
    {"a list of months among names",
     {.head = "\"study\": \"a\", \"version\": \"1\", \"months\": [\"Jan\", [\"Jan\", \"Feb\", \"Mär\", "
              "\"Apr\", \"Mai\", \"Jun\", \"Jul\", \"Aug\", \"Sep\", \"Okt\", \"Nov\", \"Dez\"], \"Mär\", "
              "\"Apr\", \"Mai\", \"Jun\", \"Jul\", \"Aug\", \"Sep\", \"Okt\", \"Nov\", \"Dez\"]"},
     "months[1]",
     "must be a text"},
    {"a name among lists of months",
     {.head = "\"study\": \"a\", \"version\": \"1\", \"months\": [[\"Jan\", \"Feb\", \"Mär\", \"Apr\", "
              "\"Mai\", \"Jun\", \"Jul\", \"Aug\", \"Sep\", \"Okt\", \"Nov\", \"Dez\"], \"Mär\"]"},
     "months[1]",
     "must be a list"},
    {"a visit date that is no item",
     {.events = "[{\"name\": \"A\"}]",
      .forms = "{\"vs\": {\"visit_date\": \"e\", \"items\": {\"d\": {\"type\": \"date\"}}}}",
      .checks = "[]"},
     "forms.vs.visit_date",
     "unknown item \"e\""},
    {"a visit date that is none",
     {.events = "[{\"name\": \"A\"}]",
      .forms = "{\"vs\": {\"visit_date\": \"d\", \"items\": {\"d\": {\"type\": \"integer\"}}}}",
      .checks = "[]"},
     "forms.vs.visit_date",
     "\"d\" is of type integer, and tells no day"},
    {"a visit date that is a time",
     {.events = "[{\"name\": \"A\"}]",
      .forms = "{\"vs\": {\"visit_date\": \"d\", \"items\": {\"d\": {\"type\": \"time\"}}}}",
      .checks = "[]"},
     "forms.vs.visit_date",
     "\"d\" is of type time, and tells no day"},
    {"a visit date that is an instant of no place",
     {.events = "[{\"name\": \"A\"}]",
      .forms = "{\"vs\": {\"visit_date\": \"d\", \"items\": {\"d\": {\"type\": \"instant\"}}}}",
      .checks = "[]"},
     "forms.vs.visit_date",
     "\"d\" is an instant, whose day depends on where it is asked: declare \"timezone\""},
    {"a token of an item that has none",
     {.vs = "\"a\": {\"type\": \"text\", \"missing\": []}",
      .checks = "[{\"id\": \"A\", \"form\": \"vs\", \"check\": \"missing(a) IS NULL\"}]"},
     "checks[0].check",
     "item \"a\" has no missing tokens, so that missing(a) is never anything"},
    {"a token of a derived item",
     {.vs = "\"x\": {\"type\": \"integer\"}, \"a\": {\"type\": \"integer\", \"derive\": \"x + 1\"}",
      .checks = "[{\"id\": \"A\", \"form\": \"vs\", \"check\": \"missing(a) IS NULL\"}]"},
     "checks[0].check",
     "item \"a\" has no missing tokens, so that missing(a) is never anything"},
    {"two units in one unit item",
     {.vs = "\"a\": {\"type\": \"decimal\", \"unit\": {\"item\": \"u\", \"to\": \"kg\"}}, \"u\": {\"type\": "
            "\"text\"}, \"b\": {\"type\": \"decimal\", \"unit\": {\"item\": \"u\", \"to\": \"cm\"}}",
      .checks = "[]"},
     "forms.vs.items.b.unit",
     "\"a\" would be in kg and \"b\" in cm, and \"u\" can name only one of them"},
    {"a stored unit that its unit item may not have",
     {.vs = "\"a\": {\"type\": \"decimal\", \"unit\": {\"item\": \"u\", \"to\": \"kg\"}}, \"u\": {\"type\": "
            "\"text\", \"codelist\": \"sex\"}",
      .checks = "[]"},
     "forms.vs.items.a.unit",
     "\"kg\" is the unit that is stored, and no code of the codelist \"sex\" of \"u\": add it"},
    {"a message of what nobody enters",
     {.vs = "\"x\": {\"type\": \"integer\"}, \"a\": {\"type\": \"integer\", \"derive\": \"x + 1\"}",
      .checks = "[{\"id\": \"A\", \"form\": \"vs\", \"check\": \"a > 1\", \"message\": \"{a:entered}\"}]"},
     "checks[0].message",
     "\"a\" is derived: nothing of it is entered; write {a}"},
    {"a message of an item that there is not, as entered",
     {.checks = "[{\"id\": \"A\", \"form\": \"vs\", \"check\": \"sysbp > 1\", \"message\": "
                "\"{sysbq:entered}\"}]"},
     "checks[0].message",
     "the form \"vs\" has no item \"sysbq\"; did you mean \"sysbp\"?"},
    {"a message of an item in a way that there is not",
     {.checks = "[{\"id\": \"A\", \"form\": \"vs\", \"check\": \"sysbp > 1\", \"message\": "
                "\"{sysbp:raw}\"}]"},
     "checks[0].message",
     "the form \"vs\" has no item \"sysbp:raw\""},
    {"a qualifier of an integer",
     {.dm = "\"a\": {\"type\": \"integer\", \"qualifier\": true}"},
     "forms.dm.items.a.qualifier",
     "only an item of type decimal takes a qualified number, not one of type integer"},
    {"a qualifier whose sign has the name of an item",
     {.dm = "\"a\": {\"type\": \"decimal\", \"qualifier\": true}, \"a_q\": {\"type\": \"text\"}"},
     "forms.dm.items.a",
     "its qualifier makes an item \"a_q\", and the form has one of this name"},
    {"a qualifier whose limit has the name of an item",
     {.dm = "\"a_limit\": {\"type\": \"text\"}, \"a\": {\"type\": \"decimal\", \"qualifier\": true}"},
     "forms.dm.items.a",
     "its qualifier makes an item \"a_limit\", and the form has one of this name"},
    {"a qualifier of a name that is long already",
     {.dm = "\"a23456789012345678901234567890123456789012345678901234567890\": {\"type\": \"decimal\", "
            "\"qualifier\": true}"},
     "forms.dm.items.a23456789012345678901234567890123456789012345678901234567890",
     "_limit\": PostgreSQL allows names of 63 bytes"},
    {"a unit that is the sign of a qualified number",
     {.vs = "\"a\": {\"type\": \"decimal\", \"qualifier\": true}, \"b\": {\"type\": \"decimal\", \"unit\": "
            "{\"item\": \"a_q\", \"to\": \"kg\"}}",
      .checks = "[]"},
     "forms.vs.items.b.unit",
     "\"a_q\" cannot hold a unit: it must be an entered item of type text"},
    {"a qualifier that is neither true nor false",
     {.dm = "\"a\": {\"type\": \"decimal\", \"qualifier\": \"<\"}"},
     "forms.dm.items.a.qualifier",
     "must be true or false, not a text"},
    /* Rules. */
    {"a range of a text",
     {.dm = "\"a\": {\"type\": \"text\", \"range\": {\"min\": 1}}"},
     "forms.dm.items.a.range",
     "numbers, dates and times have a range, not an item of type text"},
    {"a range without bounds",
     {.dm = "\"a\": {\"type\": \"integer\", \"range\": {}}"},
     "forms.dm.items.a.range",
     "has neither min nor max"},
    {"a range that is empty",
     {.dm = "\"a\": {\"type\": \"decimal\", \"range\": {\"min\": 10, \"max\": \"9.5\"}}"},
     "forms.dm.items.a.range",
     "min lies above max"},
    {"a range of integers with a fraction",
     {.dm = "\"a\": {\"type\": \"integer\", \"range\": {\"min\": \"1.5\"}}"},
     "forms.dm.items.a.range.min",
     "\"1.5\" is no value of type integer"},
    {"a bound that has to be cleaned",
     {.dm = "\"a\": {\"type\": \"decimal\", \"range\": {\"max\": \"1,000\"}}"},
     "forms.dm.items.a.range.max",
     "\"1,000\" is no value of type decimal"},
    {"a bound that JSON would cut",
     {.dm = "\"a\": {\"type\": \"decimal\", \"range\": {\"min\": 1.5}}"},
     "forms.dm.items.a.range.min",
     "must stand in quotes"},
    {"a range of dates that goes back",
     {.dm = "\"a\": {\"type\": \"date\", \"range\": {\"min\": \"2014-03-05\", \"max\": \"2014-03-04\"}}"},
     "forms.dm.items.a.range",
     "min lies above max"},
    {"a date that does not exist",
     {.dm = "\"a\": {\"type\": \"date\", \"range\": {\"min\": \"2014-02-29\"}}"},
     "forms.dm.items.a.range.min",
     "\"2014-02-29\" is no value of type date"},
    {"a day since when nothing is required",
     {.dm = "\"a\": {\"type\": \"date\", \"since\": \"2026-03-01\"}"},
     "forms.dm.items.a.since",
     "is of use beside \"required\": it says from which day on a value is"},
    {"a day since when that is none",
     {.dm = "\"a\": {\"type\": \"date\", \"required\": true, \"since\": \"2026-02-29\"}"},
     "forms.dm.items.a.since",
     "\"2026-02-29\" is no date: write it as 2026-03-01"},
    {"a derived item that is retired",
     {.dm = "\"a\": {\"type\": \"date\", \"derive\": \"current_date\", \"retired\": true}"},
     "forms.dm.items.a.retired",
     "has no meaning for a derived item: no value of it is entered"},
    {"a day as a bound of date-times",
     {.dm = "\"a\": {\"type\": \"datetime\", \"range\": {\"max\": \"2014-03-05\"}}"},
     "forms.dm.items.a.range.max",
     "\"2014-03-05\" is none of a day's instants; write \"2014-03-05T00:00\" where midnight is meant"},
    {"the night as a bound of date-times",
     {.dm = "\"a\": {\"type\": \"datetime\", \"range\": {\"max\": \"current_date\"}}"},
     "forms.dm.items.a.range.max",
     "current_date is a day, and bounds no value of type datetime; write a check: \"a::date <= "
     "current_date\""},
    {"the night as a bound of instants",
     {.dm = "\"a\": {\"type\": \"instant\", \"range\": {\"min\": \"current_date\"}}"},
     "forms.dm.items.a.range.min",
     "write a check: \"a::date >= current_date\""},
    {"the night as the last of partial date-times",
     {.dm = "\"a\": {\"type\": \"partial-datetime\", \"range\": {\"max\": \"current_date\"}}"},
     "forms.dm.items.a.range.max",
     "write a check: \"earliest(a)::date <= current_date\""},
    {"the night as the first of them",
     {.dm = "\"a\": {\"type\": \"partial-datetime\", \"range\": {\"min\": \"current_date\"}}"},
     "forms.dm.items.a.range.min",
     "write a check: \"latest(a)::date >= current_date\""},
    {"the night as a bound of times",
     {.dm = "\"a\": {\"type\": \"time\", \"range\": {\"max\": \"current_date\"}}"},
     "forms.dm.items.a.range.max",
     "\"current_date\" is no value of type time"},
    {"the night as a bound of numbers",
     {.dm = "\"a\": {\"type\": \"integer\", \"range\": {\"max\": \"current_date\"}}"},
     "forms.dm.items.a.range.max",
     "\"current_date\" is no value of type integer"},
    {"an unknown severity",
     {.dm = "\"a\": {\"type\": \"integer\", \"range\": {\"min\": 1, \"severity\": \"miner\"}}"},
     "forms.dm.items.a.range.severity",
     "unknown severity \"miner\"; did you mean \"minor\"?"},
    {"a length of a number",
     {.dm = "\"a\": {\"type\": \"integer\", \"length\": {\"max\": 3}}"},
     "forms.dm.items.a.length",
     "only an item of type text has a length, not one of type integer"},
    {"a length that is empty",
     {.dm = "\"a\": {\"type\": \"text\", \"length\": {\"min\": 4, \"max\": 3}}"},
     "forms.dm.items.a.length",
     "min lies above max"},
    {"a reach that there is not",
     {.dm = "\"a\": {\"type\": \"text\", \"unique\": \"sudy\"}"},
     "forms.dm.items.a.unique",
     "unknown reach \"sudy\"; did you mean \"study\"?"},
    {"items that are unique together, one of them alone",
     {.forms =
          "{\"dm\": {\"unique\": [{\"items\": [\"a\"], \"in\": \"study\"}],"
          " \"items\": {\"a\": {\"type\": \"text\"}}},"
          " \"vs\": {\"items\": {\"sysbp\": {\"type\": \"decimal\"}, \"diabp\": {\"type\": \"decimal\"}}}}"},
     "forms.dm.unique[0].items",
     "has less than two items: one item has a \"unique\" of its own"},
    {"items that are unique together, one of them twice",
     {.forms =
          "{\"dm\": {\"unique\": [{\"items\": [\"a\", \"a\"], \"in\": \"study\"}],"
          " \"items\": {\"a\": {\"type\": \"text\"}}},"
          " \"vs\": {\"items\": {\"sysbp\": {\"type\": \"decimal\"}, \"diabp\": {\"type\": \"decimal\"}}}}"},
     "forms.dm.unique[0].items[1]",
     "\"a\" is given twice"},
    {"items that are unique together, one of them unknown",
     {.forms =
          "{\"dm\": {\"unique\": [{\"items\": [\"initials\", \"b\"], \"in\": \"study\"}],"
          " \"items\": {\"initial\": {\"type\": \"text\"}, \"b\": {\"type\": \"text\"}}},"
          " \"vs\": {\"items\": {\"sysbp\": {\"type\": \"decimal\"}, \"diabp\": {\"type\": \"decimal\"}}}}"},
     "forms.dm.unique[0].items[0]",
     "unknown item \"initials\"; did you mean \"initial\"?"},
    {"items that are unique together, nobody says where",
     {.forms =
          "{\"dm\": {\"unique\": [{\"items\": [\"a\", \"b\"]}],"
          " \"items\": {\"a\": {\"type\": \"text\"}, \"b\": {\"type\": \"text\"}}},"
          " \"vs\": {\"items\": {\"sysbp\": {\"type\": \"decimal\"}, \"diabp\": {\"type\": \"decimal\"}}}}"},
     "forms.dm.unique[0]",
     "\"in\" is missing: \"center\" or \"study\""},
    {"a message where the others are to be named",
     {.dm = "\"a\": {\"type\": \"text\", \"unique\": \"study\", \"rules\": {\"unique\": {\"message\": "
            "\"x\"}}}"},
     "forms.dm.items.a.rules.unique.message",
     "name the other subjects, which no message can"},
    {"a rule of an item that has one",
     {.forms =
          "{\"dm\": {\"unique\": [{\"items\": [\"a\", \"b\"], \"in\": \"study\"}],"
          " \"items\": {\"a\": {\"type\": \"text\", \"unique\": \"center\"}, \"b\": {\"type\": \"text\"}}},"
          " \"vs\": {\"items\": {\"sysbp\": {\"type\": \"decimal\"}, \"diabp\": {\"type\": \"decimal\"}}}}"},
     "forms.dm.unique[0].items",
     "\"a\" has a rule dm.a.unique already, by which its findings are known: put another item first"},
    {"a unit of a text",
     {.dm = "\"a\": {\"type\": \"text\", \"unit\": {\"item\": \"a\", \"to\": \"kg\"}}"},
     "forms.dm.items.a.unit",
     "only an item of type decimal has a unit"},
    {"a unit in an unknown item",
     {.dm = "\"weight\": {\"type\": \"decimal\", \"unit\": {\"item\": \"weigt_u\", \"to\": "
            "\"kg\"}}, \"weight_u\": {\"type\": \"text\"}"},
     "forms.dm.items.weight.unit.item",
     "unknown item \"weigt_u\"; did you mean \"weight_u\"?"},
    {"a unit in an item that is no text",
     {.dm = "\"a\": {\"type\": \"decimal\", \"unit\": {\"item\": \"u\", \"to\": \"kg\"}}, \"u\": {\"type\": "
            "\"integer\"}"},
     "forms.dm.items.a.unit",
     "\"u\" cannot hold a unit: it must be an entered item of type text"},
    {"an item as its own unit",
     {.dm = "\"a\": {\"type\": \"decimal\", \"unit\": {\"item\": \"a\", \"to\": \"kg\"}}"},
     "forms.dm.items.a.unit",
     "\"a\" cannot hold a unit"},
    {"a unit without its item",
     {.dm = "\"a\": {\"type\": \"decimal\", \"unit\": {\"to\": \"kg\"}}"},
     "forms.dm.items.a.unit",
     "\"item\" is missing"},
    {"a factor as a fraction",
     {.dm = "\"a\": {\"type\": \"decimal\", \"unit\": {\"item\": \"u\", \"to\": \"kg\", \"from\": {\"LB\": "
            "{\"factor\": 0.45}}}}, \"u\": {\"type\": \"text\"}"},
     "forms.dm.items.a.unit.from.LB.factor",
     "must stand in quotes"},
    {"a factor that is no number",
     {.dm = "\"a\": {\"type\": \"decimal\", \"unit\": {\"item\": \"u\", \"to\": \"kg\", \"from\": {\"LB\": "
            "{\"factor\": \"a lot\"}}}}, \"u\": {\"type\": \"text\"}"},
     "forms.dm.items.a.unit.from.LB.factor",
     "\"a lot\" is no decimal number"},
    {"a factor of zero",
     {.dm = "\"a\": {\"type\": \"decimal\", \"unit\": {\"item\": \"u\", \"to\": \"kg\", \"from\": {\"LB\": "
            "{\"factor\": 0}}}}, \"u\": {\"type\": \"text\"}"},
     "forms.dm.items.a.unit.from.LB",
     "a factor of 0"},
    {"a conversion of a unit to itself",
     {.dm = "\"a\": {\"type\": \"decimal\", \"unit\": {\"item\": \"u\", \"to\": \"kg\", \"from\": {\"kg\": "
            "{\"factor\": 1}}}}, \"u\": {\"type\": \"text\"}"},
     "forms.dm.items.a.unit.from.kg",
     "\"kg\" is the unit that is converted to"},
    /* Derived items. */
    {"a derived item with formats",
     {.dm = "\"a\": {\"type\": \"date\"}, \"b\": {\"type\": \"date\", \"formats\": [\"YYYY-MM-DD\"], "
            "\"derive\": "
            "\"a\"}"},
     "forms.dm.items.b.formats",
     "has no meaning for a derived item"},
    {"derived items in a circle",
     {.vs = "\"a\": {\"type\": \"decimal\", \"derive\": \"c + 1\"}, \"b\": {\"type\": \"decimal\", "
            "\"derive\": \"a + "
            "1\"}, \"c\": {\"type\": \"decimal\", \"derive\": \"b + 1\"}",
      .checks = "[]"},
     "forms.vs.items",
     "derived items need one another: vs.a, which needs vs.c, which needs vs.b, which needs vs.a"},
    {"a derived item of itself",
     {.vs = "\"a\": {\"type\": \"decimal\", \"derive\": \"a + 1\"}", .checks = "[]"},
     "forms.vs.items",
     "derived items need one another: vs.a, which needs vs.a"},
    {"a derived item of itself on another page",
     {.vs = "\"a\": {\"type\": \"decimal\", \"derive\": \"lag(a) OVER visits + 1\"}", .checks = "[]"},
     "forms.vs.items",
     "derived items need one another: vs.a, which needs vs.a"},
    {"derived items in a circle over two forms",
     {.dm = "\"a\": {\"type\": \"decimal\", \"derive\": \"(SELECT max(b) FROM vs)\"}",
      .vs = "\"b\": {\"type\": \"decimal\", \"derive\": \"dm.a + 1\"}",
      .checks = "[]"},
     "forms.dm.items",
     "derived items need one another: dm.a, which needs vs.b, which needs dm.a"},
    {"a derived item of nothing known",
     {.vs = "\"weight\": {\"type\": \"decimal\"}, \"b\": {\"type\": \"decimal\", \"derive\": \"weigth * 2\"}",
      .checks = "[]"},
     "forms.vs.items.b.derive",
     "weigth"},
    /* Checks. */
    {"a check without id",
     {.checks = "[{\"form\": \"vs\", \"check\": \"sysbp > 1\"}]"},
     "checks[0]",
     "\"id\" is missing"},
    {"a check of an unknown form",
     {.checks = "[{\"id\": \"A\", \"form\": \"vss\", \"check\": \"sysbp > 1\"}]"},
     "checks[0].form",
     "check \"A\": unknown form \"vss\"; did you mean \"vs\"?"},
    {"a check that does not compile",
     {.checks = "[{\"id\": \"A\", \"form\": \"vs\", \"check\": \"sysbp > diapb\"}]"},
     "checks[0].check",
     "check \"A\": "},
    {"an id twice",
     {.checks =
          "[{\"id\": \"A\", \"form\": \"vs\", \"check\": \"sysbp > 1\"}, {\"id\": \"A\", \"form\": \"vs\", "
          "\"check\": \"sysbp > 2\"}]"},
     "checks",
     "the id \"A\" is given twice, by [0] and [1]"},
    {"an id that repeats with for",
     {.checks = "[{\"id\": \"A\", \"for\": {\"t\": [\"sysbp\", \"diabp\"]}, \"form\": \"vs\", \"check\": "
                "\"{t} > 1\"}]"},
     "checks",
     "the id \"A\" is given twice, by [0] and [0]: the id must contain every name of `for`"},
    {"the id of a built-in rule",
     {.checks = "[{\"id\": \"vs.sysbp.range\", \"form\": \"vs\", \"check\": \"sysbp > 1\"}]"},
     "checks[0].id",
     "\"vs.sysbp.range\" is the id of a built-in rule"},
    {"an id with a blank",
     {.checks = "[{\"id\": \"A B\", \"form\": \"vs\", \"check\": \"sysbp > 1\"}]"},
     "checks[0].id",
     "an id has no blanks"},
    {"an unknown item of a check",
     {.checks =
          "[{\"id\": \"A\", \"form\": \"vs\", \"check\": \"sysbp > 1\", \"items\": [\"sysbp\", \"diapb\"]}]"},
     "checks[0].items[1]",
     "check \"A\": the form \"vs\" has no item \"diapb\"; did you mean \"diabp\"?"},
    {"an item of a check twice",
     {.checks =
          "[{\"id\": \"A\", \"form\": \"vs\", \"check\": \"sysbp > 1\", \"items\": [\"sysbp\", \"sysbp\"]}]"},
     "checks[0].items[1]",
     "check \"A\": \"sysbp\" is given twice"},
    {"an unknown item in a message",
     {.checks =
          "[{\"id\": \"A\", \"form\": \"vs\", \"check\": \"sysbp > 1\", \"message\": \"{sybp} is low\"}]"},
     "checks[0].message",
     "check \"A\": the form \"vs\" has no item \"sybp\"; did you mean \"sysbp\"?"},
    {"a brace that is not closed",
     {.checks =
          "[{\"id\": \"A\", \"form\": \"vs\", \"check\": \"sysbp > 1\", \"message\": \"{sysbp is low\"}]"},
     "checks[0].message",
     "a brace in a message encloses the name of an item"},
    {"a brace that was not opened",
     {.checks =
          "[{\"id\": \"A\", \"form\": \"vs\", \"check\": \"sysbp > 1\", \"message\": \"sysbp} is low\"}]"},
     "checks[0].message",
     "a brace in a message encloses the name of an item"},
    {"a message in no language",
     {.checks = "[{\"id\": \"A\", \"form\": \"vs\", \"check\": \"sysbp > 1\", \"message\": {}}]"},
     "checks[0].message",
     "has no text"},
    {"a message without the study's language",
     {.head = "\"study\": \"t\", \"version\": \"1\", \"language\": \"en\"",
      .checks =
          "[{\"id\": \"A\", \"form\": \"vs\", \"check\": \"sysbp > 1\", \"message\": {\"zh\": \"z\"}}]"},
     "checks[0].message",
     "has no text in \"en\", the first language of the study"},
    {"a language that is none",
     {.checks =
          "[{\"id\": \"A\", \"form\": \"vs\", \"check\": \"sysbp > 1\", \"message\": {\"english\": \"e\"}}]"},
     "checks[0].message.english",
     "\"english\" is no language: write en, zh, pt-BR"},
    {"a message in a language that is no text",
     {.checks = "[{\"id\": \"A\", \"form\": \"vs\", \"check\": \"sysbp > 1\", \"message\": {\"en\": 1}}]"},
     "checks[0].message.en",
     "must be a text"},
    {"a mistake in the message of one language",
     {.checks = "[{\"id\": \"A\", \"form\": \"vs\", \"check\": \"sysbp > 1\", \"message\": {\"en\": "
                "\"{sysbp}\", \"zh\": \"{sybp}\"}}]"},
     "checks[0].message.zh",
     "check \"A\": the form \"vs\" has no item \"sybp\"; did you mean \"sysbp\"?"},
    {"a language of one letter",
     {.head = "\"study\": \"t\", \"version\": \"1\", \"language\": \"e\""},
     "language",
     "\"e\" is no language"},
    {"one of four",
     {.head = "\"study\": \"t\", \"version\": \"1\", \"language\": \"engl\""},
     "language",
     "\"engl\" is no language"},
    {"one with a part of one letter",
     {.head = "\"study\": \"t\", \"version\": \"1\", \"language\": \"pt-B\""},
     "language",
     "\"pt-B\" is no language"},
    {"one with a part of nine",
     {.head = "\"study\": \"t\", \"version\": \"1\", \"language\": \"zh-abcdefghi\""},
     "language",
     "\"zh-abcdefghi\" is no language"},
    {"one that ends with a hyphen",
     {.head = "\"study\": \"t\", \"version\": \"1\", \"language\": \"pt-\""},
     "language",
     "\"pt-\" is no language"},
    {"one with a blank",
     {.head = "\"study\": \"t\", \"version\": \"1\", \"language\": \"pt BR\""},
     "language",
     "\"pt BR\" is no language"},
    {"a ninth language",
     {.checks = "[{\"id\": \"A\", \"form\": \"vs\", \"check\": \"sysbp > 1\", \"message\": {\"en\": \"m\", "
                "\"zh\": \"m\", "
                "\"de\": \"m\", \"fr\": \"m\", \"es\": \"m\", \"it\": \"m\", \"nl\": \"m\", \"pl\": \"m\", "
                "\"cs\": \"m\"}}]"},
     "checks[0].message.cs",
     "with \"cs\" the study has more than 8 languages"},
    {"a message that looks beyond all pages",
     {.checks = "[{\"id\": \"A\", \"form\": \"vs\", \"check\": \"sysbp > 1\", \"message\": \"{lag(sysbp, "
                "1000001)}\"}]"},
     "checks[0].message",
     "is none of {lag(ITEM)}"},
    {"a language of the study that is none",
     {.head = "\"study\": \"t\", \"version\": \"1\", \"language\": \"EN\""},
     "language",
     "\"EN\" is no language"},
    {"a rule that there is not",
     {.head = "\"study\": \"t\", \"version\": \"1\", \"rules\": {\"requierd\": {\"severity\": \"minor\"}}"},
     "rules.requierd",
     "there is no built-in rule \"requierd\"; did you mean \"required\"?"},
    {"a rule that the item does not have",
     {.vs = "\"sysbp\": {\"type\": \"decimal\", \"rules\": {\"range\": {\"severity\": \"minor\"}}}, "
            "\"diabp\": {\"type\": \"decimal\"}"},
     "forms.vs.items.sysbp.rules.range",
     "the item has no built-in rule \"range\""},
    {"a rule of items at a form",
     {.forms = "{\"vs\": {\"rules\": {\"required\": {\"severity\": \"minor\"}}, \"items\": {\"sysbp\": "
               "{\"type\": \"decimal\"}, \"diabp\": {\"type\": \"decimal\"}}}}",
      .events = "[{\"name\": \"A\"}]"},
     "forms.vs.rules.required",
     "the form has no built-in rule \"required\""},
    {"a rule of which nothing is said",
     {.head = "\"study\": \"t\", \"version\": \"1\", \"rules\": {\"required\": {}}"},
     "rules.required",
     "has neither severity, category nor message"},
    {"a severity given twice",
     {.vs = "\"sysbp\": {\"type\": \"decimal\", \"range\": {\"min\": 1, \"severity\": \"minor\"}, \"rules\":"
            " {\"range\": {\"severity\": \"minor\"}}}, \"diabp\": {\"type\": \"decimal\"}"},
     "forms.vs.items.sysbp.rules.range.severity",
     "is given in \"range\" already"},
    {"an item in a message for all forms",
     {.head = "\"study\": \"t\", \"version\": \"1\", \"rules\": {\"required\": {\"message\": \"{sysbp}\"}}"},
     "rules.required.message",
     "this message cannot show \"sysbp\""},
    {"a misspelt word in a message for all forms",
     {.head = "\"study\": \"t\", \"version\": \"1\", \"rules\": {\"required\": {\"message\": \"{lable}\"}}"},
     "rules.required.message",
     "this message cannot show \"lable\"; did you mean \"label\"?"},
    {"the page before in a message for all forms",
     {.head =
          "\"study\": \"t\", \"version\": \"1\", \"rules\": {\"required\": {\"message\": \"{lag(sysbp)}\"}}"},
     "rules.required.message",
     "this message cannot show \"lag(sysbp)\""},
    {"the value of a page",
     {.head = "\"study\": \"t\", \"version\": \"1\", \"rules\": {\"duplicate-page\": {\"message\": "
              "\"{value}\"}}"},
     "rules.duplicate-page.message",
     "this message cannot show \"value\""},
    {"an item of a page that is missing",
     {.forms = "{\"vs\": {\"rules\": {\"missing-page\": {\"message\": \"{sysbp}\"}}, \"items\": {\"sysbp\": "
               "{\"type\": \"decimal\"}, \"diabp\": {\"type\": \"decimal\"}}}}",
      .events = "[{\"name\": \"A\"}]"},
     "forms.vs.rules.missing-page.message",
     "this message cannot show \"sysbp\""},
    {"the label in a message of a check",
     {.checks = "[{\"id\": \"A\", \"form\": \"vs\", \"check\": \"sysbp > 1\", \"message\": \"{label}\"}]"},
     "checks[0].message",
     "the form \"vs\" has no item \"label\""},
    {"an unknown severity of a check",
     {.checks = "[{\"id\": \"A\", \"form\": \"vs\", \"check\": \"sysbp > 1\", \"severity\": \"high\"}]"},
     "checks[0].severity",
     "unknown severity \"high\"; there is minor, major, critical"},
    {"a category that is empty",
     {.checks = "[{\"id\": \"A\", \"form\": \"vs\", \"check\": \"sysbp > 1\", \"category\": \"\"}]"},
     "checks[0].category",
     "empty"},
    {"a category with blanks around it",
     {.vs = "\"sysbp\": {\"type\": \"decimal\", \"category\": \"safety \"}, \"diabp\": {\"type\": "
            "\"decimal\"}"},
     "forms.vs.items.sysbp.category",
     "no blanks around it"},
    {"a category of two lines",
     {.checks = "[{\"id\": \"A\", \"form\": \"vs\", \"check\": \"sysbp > 1\", \"category\": \"a\\nb\"}]"},
     "checks[0].category",
     "no control characters"},
    {"an unknown key of a check",
     {.checks = "[{\"id\": \"A\", \"form\": \"vs\", \"check\": \"sysbp > 1\", \"mesage\": \"x\"}]"},
     "checks[0]",
     "unknown key \"mesage\"; did you mean \"message\"?"},
    {"for without values",
     {.checks = "[{\"id\": \"A\", \"for\": {\"t\": []}, \"form\": \"vs\", \"check\": \"true\"}]"},
     "checks[0].for.t",
     "has no values"},
    {"for without names",
     {.checks = "[{\"id\": \"A\", \"for\": {}, \"form\": \"vs\", \"check\": \"true\"}]"},
     "checks[0].for",
     "must have 1 to 8 names"},
    {"one of a for that does not exist",
     {.checks = "[{\"id\": \"A-{t}\", \"for\": {\"t\": [\"sysbp\", \"sysb\"]}, \"form\": \"vs\", \"check\": "
                "\"sysbp > 0\", "
                "\"items\": [\"{t}\"]}]"},
     "checks[0].items[0]",
     "check \"A-sysb\": the form \"vs\" has no item \"sysb\""},
};

START_TEST(a_mistake_is_told_with_its_path)
{
    struct definition definition = {.check_count = 4711};
    struct strbuf told;
    bool ok = parse(&mistakes[_i].parts, &definition);

    strbuf_init(&told);
    problems_print(&problems, &told);
    ck_assert_msg(!ok, "%s is taken", mistakes[_i].says);
    ck_assert_int_eq(err.kind, ERR_CONFIG);
    ck_assert_uint_eq(definition.check_count, 4711);
    ck_assert_msg(problems.count == 1, "%s:\n%s", mistakes[_i].says, told.text);
    ck_assert_msg(strcmp(problems.list[0].path, mistakes[_i].path) == 0, "%s: at %s", mistakes[_i].says,
                  problems.list[0].path);
    ck_assert_msg(strstr(problems.list[0].message, mistakes[_i].message) != NULL, "%s: %s", mistakes[_i].says,
                  problems.list[0].message);
    strbuf_destroy(&told);
}
END_TEST

START_TEST(a_check_that_does_not_compile_shows_the_place)
{
    struct definition definition;

    ck_assert(!parse(
        &(struct parts){
            .checks = "[{\"id\": \"A\", \"form\": \"vs\", \"check\": \"pos = '站' AND sysbp > diapb\"}]"},
        &definition));
    ck_assert_str_eq(problems.list[0].excerpt, "pos = '站' AND sysbp > diapb\n                       ^");
}
END_TEST

START_TEST(too_many_items_are_refused)
{
    struct strbuf items;
    struct definition definition;

    strbuf_init(&items);
    for (int i = 0; i < 1590; i++)
        strbuf_printf(&items, "%s\"i%d\": {\"type\": \"text\"}", i > 0 ? "," : "", i);
    ck_assert(!parse(&(struct parts){.dm = items.text}, &definition));
    ck_assert_uint_eq(problems.count, 1);
    ck_assert_str_eq(problems.list[0].message, "has 1590 items: a table of PostgreSQL has room for 1588");
    strbuf_destroy(&items);
}
END_TEST

START_TEST(too_many_checks_are_refused)
{
    struct strbuf values;
    struct definition definition;

    strbuf_init(&values);
    for (int i = 0; i < 200; i++)
        strbuf_printf(&values, "%s\"%d\"", i > 0 ? "," : "", i);
    ck_assert(
        !parse(&(struct parts){.checks = arena_printf(
                                   &arena,
                                   "[{\"id\": \"{a}-{b}\", \"for\": {\"a\": [%s], \"b\": [%s]}, \"form\": "
                                   "\"vs\", \"check\": \"true\"}]",
                                   values.text, values.text)},
               &definition));
    ck_assert_uint_eq(problems.count, 1);
    ck_assert_str_eq(problems.list[0].message, "with this the study has more than 20000 checks");
    strbuf_destroy(&values);
}
END_TEST

/* ---- Files ---- */

/* Properties of an entry, as they would be right at an entered decimal. */
static const struct {
    const char name[16];
    const char text[40];
} of_entries[] = {
    {"key", "\"K\""},
    {"codelist", "\"grade\""},
    {"missing", "[\"NA\"]"},
    {"formats", "[\"YYYY\"]"},
    {"decimal", "\",\""},
    {"qualifier", "true"},
    {"unit", "{\"item\": \"u\", \"to\": \"kg\"}"},
};

START_TEST(a_derived_item_has_no_property_of_an_entry)
{
    struct parts parts = {
        .codelists = "{\"grade\": {\"codes\": [\"1\"]}}",
        .dm = "\"sex\": {\"type\": \"text\"}",
        .vs = arena_printf(&arena,
                           "\"x\": {\"type\": \"decimal\"}, \"u\": {\"type\": \"text\"},"
                           " \"a\": {\"type\": \"decimal\", \"derive\": \"x * 2\", \"%s\": %s}",
                           of_entries[_i].name, of_entries[_i].text),
        .checks = "[]",
    };
    const char *path = arena_printf(&arena, "forms.vs.items.a.%s", of_entries[_i].name);
    struct definition definition;

    ck_assert(!parse(&parts, &definition));
    ck_assert_str_eq(problems.list[0].path, path);
    ck_assert_str_eq(problems.list[0].message,
                     "has no meaning for a derived item: no value of it is entered");
}
END_TEST

START_TEST(ten_mistakes_are_all_told)
{
    static const struct {
        const char *path;
        const char *message;
    } expected[] = {
        {"", "unknown key \"codelist\"; did you mean \"codelists\"?"},
        {"forms.VS", "names are in lower case: write \"vs\""},
        {"forms.dm.items.sex.codelist", "unknown codelist \"sex\""},
        {"forms.dm.items.birthdat.type", "unknown type \"partial_date\"; did you mean \"partial-date\"?"},
        {"forms.ae.items.submitted_at", "every form's table has a column \"submitted_at\" of its own"},
        {"forms.ae.items.aeterm.length", "min lies above max"},
        {"events[1].forms[0]", "unknown form \"vss\"; did you mean \"vs\"?"},
        {"events", "the event \"SCREENING\" is given twice"},
        {"checks[0].check", "check \"AE001\": "},
        {"checks[1].message", "the form \"ae\" has no item \"aesre\"; did you mean \"aeser\"?"},
    };
    struct definition definition;
    struct strbuf told;

    ck_assert(!definition_load(&arena, CRFD_SOURCE_ROOT "/tests/data/definitions/ten_mistakes.json",
                               &definition, &problems, &err));
    ck_assert_int_eq(err.kind, ERR_CONFIG);
    strbuf_init(&told);
    problems_print(&problems, &told);
    for (int i = 0; i < COUNT(expected); i++) {
        bool found = false;

        for (size_t j = 0; j < problems.count; j++)
            found = found || (strcmp(problems.list[j].path, expected[i].path) == 0 &&
                              strstr(problems.list[j].message, expected[i].message) != NULL);
        ck_assert_msg(found, "%s: %s is not among\n%s", expected[i].path, expected[i].message, told.text);
    }
    ck_assert_msg(problems.count == COUNT(expected), "not ten mistakes:\n%s", told.text);
    strbuf_destroy(&told);
}
END_TEST

START_TEST(a_file_that_is_not_json_is_told_with_its_line)
{
    struct definition definition;

    ck_assert(!definition_load(&arena, CRFD_SOURCE_ROOT "/tests/data/definitions/not_json.json", &definition,
                               &problems, &err));
    ck_assert_int_eq(err.kind, ERR_CONFIG);
    ck_assert_uint_eq(problems.count, 1);
    ck_assert_str_eq(problems.list[0].message, "line 6, column 19: a comma is missing before this");
}
END_TEST

START_TEST(a_file_that_is_not_there_is_an_io_error)
{
    struct definition definition;

    ck_assert(!definition_load(&arena, "/nonexistent/study.json", &definition, &problems, &err));
    ck_assert_int_eq(err.kind, ERR_IO);
    ck_assert_uint_eq(problems.count, 0);
}
END_TEST

START_TEST(the_sample_is_valid)
{
    struct definition definition;
    bool ok = definition_load(&arena, CRFD_SOURCE_ROOT "/config/study.json", &definition, &problems, &err);
    struct strbuf told;

    strbuf_init(&told);
    problems_print(&problems, &told);
    ck_assert_msg(ok, "%s\n%s", err.message, told.text);
    strbuf_destroy(&told);
    ck_assert_uint_eq(definition.check_count, 6);
}
END_TEST

static const struct {
    const char *path; /* where a key is unknown */
    struct parts parts;
    const char *schema; /* where the schema says which keys are known */
} known[] = {
    {"", {.head = "\"study\": \"a\", \"version\": \"1\", \"zzzzzzzzzzzzzzzz\": 1"}, "properties"},
    {"events[0]",
     {.events = "[{\"name\": \"A\", \"zzzzzzzzzzzzzzzz\": 1}]"},
     "properties/events/items/properties"},
    {"codelists.sex",
     {.codelists = "{\"sex\": {\"codes\": [\"F\"], \"zzzzzzzzzzzzzzzz\": 1}}"},
     "properties/codelists/additionalProperties/properties"},
    {"forms.dm",
     {.forms = "{\"dm\": {\"items\": {}, \"zzzzzzzzzzzzzzzz\": 1}}"},
     "properties/forms/additionalProperties/properties"},
    {"forms.dm.unique[0]",
     {.forms =
          "{\"dm\": {\"unique\": [{\"zzzzzzzzzzzzzzzz\": 1}], \"items\": {\"a\": {\"type\": \"text\"}}}}"},
     "properties/forms/additionalProperties/properties/unique/items/properties"},
    {"forms.dm.items.a",
     {.dm = "\"a\": {\"type\": \"text\", \"zzzzzzzzzzzzzzzz\": 1}"},
     "definitions/item/properties"},
    {"forms.dm.items.a.range",
     {.dm = "\"a\": {\"type\": \"date\", \"range\": {\"zzzzzzzzzzzzzzzz\": 1}}"},
     "definitions/item/properties/range/properties"},
    {"forms.dm.items.a.length",
     {.dm = "\"a\": {\"type\": \"text\", \"length\": {\"zzzzzzzzzzzzzzzz\": 1}}"},
     "definitions/item/properties/length/properties"},
    {"forms.dm.items.a.unit",
     {.dm = "\"a\": {\"type\": \"decimal\", \"unit\": {\"zzzzzzzzzzzzzzzz\": 1}}"},
     "definitions/item/properties/unit/properties"},
    {"forms.dm.items.a.unit.from.x",
     {.dm = "\"a\": {\"type\": \"decimal\", \"unit\": {\"from\": {\"x\": {\"zzzzzzzzzzzzzzzz\": 1}}}}"},
     "definitions/item/properties/unit/properties/from/additionalProperties/properties"},
    {"rules.required",
     {.head = "\"study\": \"a\", \"version\": \"1\", \"rules\": {\"required\": {\"zzzzzzzzzzzzzzzz\": 1}}"},
     "definitions/rules/additionalProperties/properties"},
    {"checks[0]", {.checks = "[{\"zzzzzzzzzzzzzzzz\": 1}]"}, "properties/checks/items/properties"},
};

/* The schema for editors and the loader must not drift apart. */
START_TEST(the_schema_knows_the_same_keys)
{
    char *names = schema_keys(CRFD_SOURCE_ROOT "/config/study.schema.json", known[_i].schema);
    const char *message = arena_printf(&arena, "unknown key \"zzzzzzzzzzzzzzzz\"; known here: %s", names);
    struct definition definition;
    bool found = false;

    ck_assert(!parse(&known[_i].parts, &definition));
    for (size_t i = 0; i < problems.count; i++)
        found = found || (strcmp(problems.list[i].path, known[_i].path) == 0 &&
                          strcmp(problems.list[i].message, message) == 0);
    ck_assert_msg(found, "at \"%s\" the schema has: %s", known[_i].path, names);
    free(names);
}
END_TEST

static Suite *
definition_suite(void)
{
    Suite *suite = suite_create("definition");
    TCase *tcase = tcase_create("definition");

    tcase_add_checked_fixture(tcase, begin, end);
    tcase_add_test(tcase, events_keep_their_order_forms_and_days);
    tcase_add_test(tcase, a_numbered_event_comes_every_so_many_days);
    tcase_add_test(tcase, a_schedule_is_compiled);
    tcase_add_test(tcase, codelists_keep_codes_and_synonyms);
    tcase_add_test(tcase, items_keep_their_properties);
    tcase_add_test(tcase, months_have_the_names_that_the_study_declares);
    tcase_add_test(tcase, a_kind_of_rules_may_have_a_category_of_its_own);
    tcase_add_loop_test(tcase, the_sign_closest_to_a_center_counts, 0, COUNT(center_lists));
    tcase_add_test(tcase, the_digest_and_the_text_are_those_of_the_bytes);
    tcase_add_test(tcase, a_nul_in_a_comment_of_the_study_is_a_mistake);
    tcase_add_test(tcase, a_check_without_more_says_what_should_hold);
    tcase_add_test(tcase, a_message_is_text_and_items);
    tcase_add_test(tcase, for_repeats_a_check_over_every_combination);
    tcase_add_test(tcase, for_may_name_the_form);
    tcase_add_test(tcase, current_date_is_noticed);
    tcase_add_test(tcase, derived_items_find_their_operands);
    tcase_add_test(tcase, derived_items_find_their_operands_on_other_forms);
    tcase_add_loop_test(tcase, what_is_said_nearest_counts, 0, COUNT(spoken));
    tcase_add_test(tcase, a_form_says_how_its_pages_are_told_of);
    tcase_add_loop_test(tcase, the_languages_are_those_of_the_texts, 0, COUNT(languages));
    tcase_add_loop_test(tcase, a_mistake_is_told_with_its_path, 0, COUNT(mistakes));
    tcase_add_test(tcase, a_check_that_does_not_compile_shows_the_place);
    tcase_add_test(tcase, too_many_items_are_refused);
    tcase_add_test(tcase, too_many_checks_are_refused);
    tcase_add_loop_test(tcase, a_derived_item_has_no_property_of_an_entry, 0, COUNT(of_entries));
    tcase_add_test(tcase, ten_mistakes_are_all_told);
    tcase_add_test(tcase, a_file_that_is_not_json_is_told_with_its_line);
    tcase_add_test(tcase, a_file_that_is_not_there_is_an_io_error);
    tcase_add_test(tcase, the_sample_is_valid);
    tcase_add_loop_test(tcase, the_schema_knows_the_same_keys, 0, COUNT(known));
    suite_add_tcase(suite, tcase);
    return suite;
}

int
main(void)
{
    SRunner *runner = srunner_create(definition_suite());

    srunner_run_all(runner, CK_ENV);

    int failed = srunner_ntests_failed(runner);

    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
