#include "crfd/definition/rule_book.h"
#include "crfd/definition/rule_twin.h"

#include "trial.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

static const char definition[] =
    "{'study':'s','version':'1','missing':['ND'],"
    "'events':[{'name':'DAY 1','forms':['dm','user']},{'name':'DAY 8','forms':['user']},{'name':'LOG'}],"
    "'codelists':{'sex':{'codes':['F','it\\'s']},'grade':{'codes':['1','02']}},"
    "'forms':{"
    "'dm':{'per':'subject','items':{"
    "'sex':{'type':'text','codelist':'sex','required':true,'length':{'min':1,'max':4}},"
    "'site':{'type':'text','required':'value','length':{'min':2},'unique':'study'},"
    "'birth':{'type':'partial-date','range':{'min':'1900','max':'2010-06'}}}},"
    "'user':{'per':'event','unique':[{'items':['grade','order'],'in':'center'}],'items':{"
    "'order':{'type':'decimal','required':true,'unit':{'item':'unit','to':'kg','from':{'g':{'factor':'0.001'}"
    "}},"
    "'codelist':'grade','range':{'max':'-1.50'}},"
    "'unit':{'type':'text'},"
    "'grade':{'type':'decimal','codelist':'grade','range':{'min':'1','max':'2'}},"
    "'seen':{'type':'datetime','range':{'min':'2020-01-01T00:00'}}}},"
    "'ae':{'items':{'start':{'type':'date','range':{'min':'2020-01-01','max':'current_date'}},"
    "'end':{'type':'partial-date','range':{'min':'current_date'}}}},"
    "'vs':{'items':{'vsdtc':{'type':'date','range':{'max':'2030-12-31'}},'note':{'type':'text'},'felt':{'"
    "type':'partial-datetime','range':{'max':'2030-12'}},"
    "'current_date':{'type':'date'},'days':{'type':'integer','derive':'current_date - vsdtc'}}}},"
    "'checks':[{'id':'A','form':'vs','check':'note > \\'b\\''},"
    "{'id':'B','form':'vs','check':'vsdtc <= current_date'},"
    "{'id':'C','form':'vs','check':'note <> \\'current_date\\''},"
    "{'id':'D','form':'vs','check':'\\\"current_date\\\" < current_date'},"
    "{'id':'E','form':'vs','check':'missing(note) IS NULL OR missing(note) <> missing(dm.sex)'}]}";

static struct trial trial;
static struct twin_scope scope;
static struct strbuf text;

static void
begin(void)
{
    trial_open(&trial, definition);
    scope =
        (struct twin_scope){.arena = &trial.arena, .definition = &trial.definition, .night = "2024-03-31"};
    strbuf_init(&text);
}

static void
end(void)
{
    strbuf_destroy(&text);
    trial_close(&trial);
}

static const struct {
    const char *says, *id, *condition;
} conditions[] = {
    {"text is compared by code point", "A", "(vs.note > 'b' COLLATE \"C\") IS FALSE"},
    {"current_date is the night", "B", "(vs.vsdtc <= DATE '2024-03-31' /* current_date */) IS FALSE"},
    {"a text that says current_date stays one", "C", "(vs.note <> 'current_date') IS FALSE"},
    {"so does an item of that name", "D",
     "(vs.\"current_date\" < DATE '2024-03-31' /* current_date */) IS FALSE"},
    {"a required text, for which a missing token is an answer", "dm.sex.required",
     "dm.sex IS NULL\n  AND (dm.missing ->> 'sex') IS NULL"},
    {"a required value, for which none is", "dm.site.required", "dm.site IS NULL"},
    {"a missing token, in a query of its own where another page is meant", "E",
     "((((vs.missing ->> 'note') COLLATE \"C\") IS NULL) OR (((vs.missing ->> 'note') COLLATE \"C\") <> "
     "(SELECT ((dm.missing ->> 'sex') COLLATE \"C\") FROM analysis.dm WHERE dm.center_id = vs.center_id AND "
     "dm.subject_id = vs.subject_id ORDER BY dm.event, dm.event_repeat, dm.form_repeat LIMIT 1))) IS FALSE"},
    {"a code list, quoted", "dm.sex.codelist", "dm.sex NOT IN ('F', 'it''s')"},
    {"a code list of numbers compares numbers", "user.grade.codelist", "\"user\".grade NOT IN (1, 2)"},
    {"a length", "dm.sex.length", "char_length(dm.sex) < 1 OR char_length(dm.sex) > 4"},
    {"a length without an end", "dm.site.length", "char_length(dm.site) < 2"},
    {"a range of partial dates is left only where that is certain", "dm.birth.range",
     "crfd.partial_less(dm.birth, '1900', true) OR crfd.partial_less('2010-06', dm.birth, true)"},
    {"a range of partial instants", "vs.felt.range", "crfd.partial_less('2030-12', vs.felt, false)"},
    {"a range with two ends", "user.grade.range", "\"user\".grade < 1 OR \"user\".grade > 2"},
    {"a range with a maximum only, and names in quotes", "user.order.range", "\"user\".\"order\" > -1.50"},
    {"a range of instants", "user.seen.range", "\"user\".seen < TIMESTAMP '2020-01-01 00:00:00'"},
    {"a derived value is the same to the last digit", "vs.days.type",
     "vs.days::text IS DISTINCT FROM (((DATE '2024-03-31' /* current_date */ - "
     "vs.vsdtc)::bigint)::bigint)::text"},
    {"a value that no two subjects have", "dm.site.unique",
     "(dm.site) IN (\n    SELECT \"Other\".site FROM analysis.dm AS \"Other\"\n    GROUP BY \"Other\".site\n"
     "    HAVING min(\"Other\".center_id) <> max(\"Other\".center_id)"
     " OR min(\"Other\".subject_id) <> max(\"Other\".subject_id))"},
    {"values that no two subjects of a center have", "user.grade.unique",
     "(\"user\".center_id, \"user\".grade, \"user\".\"order\") IN (\n    SELECT \"Other\".center_id, "
     "\"Other\".grade,"
     " \"Other\".\"order\" FROM analysis.\"user\" AS \"Other\"\n"
     "    GROUP BY \"Other\".center_id, \"Other\".grade, \"Other\".\"order\"\n"
     "    HAVING min(\"Other\".center_id) <> max(\"Other\".center_id)"
     " OR min(\"Other\".subject_id) <> max(\"Other\".subject_id))"},
    {"a range that ends with the night", "ae.start.range",
     "ae.start < DATE '2020-01-01' OR ae.start::date > DATE '2024-03-31'"},
    {"a range that begins with the night", "ae.end.range",
     "crfd.latest(ae.\"end\")::date < DATE '2024-03-31'"},
    {"a range of dates", "vs.vsdtc.range", "vs.vsdtc > DATE '2030-12-31'"},
};

START_TEST(a_violation_has_its_condition)
{
    rule_twin_append_condition(&text, &scope, rulebook_find(trial.definition.rules, conditions[_i].id));
    ck_assert_msg(strcmp(text.text, conditions[_i].condition) == 0, "%s: %s", conditions[_i].says, text.text);
}
END_TEST

/* Parts of longer queries, in their order. */
static const struct {
    const char *says, *id, *parts[4];
} queries[] = {
    {"a check asks for the page keys where it is false",
     "A",
     {"SELECT vs.center_id, vs.subject_id, vs.event, vs.event_repeat, vs.form_repeat\n"
      "FROM analysis.vs\nWHERE (vs.note > 'b' COLLATE \"C\") IS FALSE"}},
    {"what could not be typed or converted was entered",
     "user.order.required",
     {"\"user\".\"order\" IS NULL\n  AND (\"user\".missing ->> 'order') IS NULL\n  AND NOT EXISTS (SELECT "
      "FROM analysis.finding WHERE finding.center_id = "
      "\"user\".center_id",
      "finding.form = 'user' AND finding.check_id IN ('user.order.type', 'user.order.unit')",
      "AND finding.state <> 'closed')"}},
    {"a second page per subject",
     "dm.duplicate-page",
     {"FROM analysis.dm\nWHERE EXISTS (SELECT FROM analysis.dm AS \"Earlier\"",
      "\"Earlier\".subject_id = dm.subject_id\n",
      "(\"Earlier\".event, \"Earlier\".event_repeat, \"Earlier\".form_repeat) < (dm.event, dm.event_repeat, "
      "dm.form_repeat))"}},
    {"a second page per event",
     "user.duplicate-page",
     {"\"Earlier\".event = \"user\".event AND \"Earlier\".event_repeat = \"user\".event_repeat\n"}},
    {"a missing page of an event",
     "user.missing-page",
     {"FROM analysis.dm\n      UNION ALL SELECT", "\"Any\".event_order IN (1, 2)) AS subject\n",
      "NOT EXISTS (SELECT FROM analysis.\"user\" WHERE \"user\".center_id = subject.center_id",
      "lower(quarantine.form) = 'user' AND quarantine.event = subject.event"}},
    {"a missing page of a subject is missing wherever it is expected",
     "dm.missing-page",
     {"\"Any\".event_order IN (1)) AS subject\n", "dm.subject_id = subject.subject_id)\n",
      "lower(quarantine.form) = 'dm')"}},
};

static void
expect_parts(const char *says, const char *const *parts, size_t count)
{
    const char *at = text.text;

    for (size_t i = 0; i < count && parts[i] != NULL; i++) {
        const char *found = strstr(at, parts[i]);

        ck_assert_msg(found != NULL, "%s: no\n%s\nin\n%s", says, parts[i], text.text);
        at = found + strlen(parts[i]);
    }
}

START_TEST(a_rule_is_a_query)
{
    rule_twin_append(&text, &scope, rulebook_find(trial.definition.rules, queries[_i].id));
    expect_parts(queries[_i].says, queries[_i].parts, 4);
}
END_TEST

START_TEST(one_center_is_asked_for_alone)
{
    scope.center = "$1";
    rule_twin_append(&text, &scope, rulebook_find(trial.definition.rules, "user.grade.range"));
    expect_parts("the condition stays together",
                 (const char *const[]){
                     "WHERE \"user\".center_id = $1\n  AND (\"user\".grade < 1 OR \"user\".grade > 2)"},
                 1);
    strbuf_reset(&text);
    rule_twin_append(&text, &scope, rulebook_find(trial.definition.rules, "dm.missing-page"));
    expect_parts(
        "so is a missing page",
        (const char *const[]){"FROM analysis.dm WHERE center_id = $1\n", "WHERE subject.center_id = $1\n"},
        2);
}
END_TEST

static const struct {
    const char *id, *lack;
} lacks[] = {
    {"A", NULL},
    {"dm.sex.required", NULL},
    {"dm.missing-page", NULL},
    {"dm.birth.type", "a value that is not of the item's type is in no typed column"},
    {"user.order.unit", "a number without a known unit is in no typed column"},
    {"user.order.codelist",
     "the column holds the number in the item's unit, and the codes are of numbers as entered"},
    {"vs.unknown-item", "what stands under a key that the form does not have is in no typed column"},
    {"vs.missing-page",
     "no scheduled event of the study lists the form, so none of its pages can be missing"},
};

START_TEST(what_typed_tables_cannot_tell_has_no_twin)
{
    const char *lack = rule_twin_lack(&scope, rulebook_find(trial.definition.rules, lacks[_i].id));

    if (lacks[_i].lack == NULL)
        ck_assert_msg(lack == NULL, "%s: %s", lacks[_i].id, lack);
    else
        ck_assert_msg(lack != NULL && strcmp(lack, lacks[_i].lack) == 0, "%s: %s", lacks[_i].id,
                      lack ? lack : "it has one");
}
END_TEST

START_TEST(only_a_check_that_reads_current_date_reads_the_night)
{
    ck_assert(rule_twin_reads_night(rulebook_find(trial.definition.rules, "B")));
    ck_assert(rule_twin_reads_night(rulebook_find(trial.definition.rules, "vs.days.type")));
    ck_assert(rule_twin_reads_night(rulebook_find(trial.definition.rules, "ae.start.range")));
    ck_assert(rule_twin_reads_night(rulebook_find(trial.definition.rules, "ae.end.range")));
    ck_assert(!rule_twin_reads_night(rulebook_find(trial.definition.rules, "C")));
    ck_assert(!rule_twin_reads_night(rulebook_find(trial.definition.rules, "vs.vsdtc.range")));
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("rule_twin");
    TCase *cases = tcase_create("rule_twin");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_checked_fixture(cases, begin, end);
    tcase_add_loop_test(cases, a_violation_has_its_condition, 0, COUNT(conditions));
    tcase_add_loop_test(cases, a_rule_is_a_query, 0, COUNT(queries));
    tcase_add_test(cases, one_center_is_asked_for_alone);
    tcase_add_loop_test(cases, what_typed_tables_cannot_tell_has_no_twin, 0, COUNT(lacks));
    tcase_add_test(cases, only_a_check_that_reads_current_date_reads_the_night);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
