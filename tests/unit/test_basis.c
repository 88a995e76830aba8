/*
 * What a finding rests on: a change of anything that its rule read, or of the rule, is another basis; a change of
 * anything else is not.
 */
#include "batch/basis.h"

#include "fail.h"
#include "trial.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

/* All checks but the last two are violated wherever x is 1. */
static const char definition[] =
    "{'study':'t','version':'1','missing':['UNK','ND'],'subject':{'day1':'dm.start'},'events':[{'name':'V1'},"
    "{'name':'V2'},{'name':'V3'},"
    "{'name':'END','day':8,'forms':['dm',{'form':'ev','when':'dm.base > 0'}]}],"
    "'codelists':{'ny':{'codes':['Y','N']}},"
    "'forms':{"
    "'dm':{'per':'subject','items':{'base':{'type':'decimal'},'note':{'type':'text'},'start':{'type':'"
    "partial-date'}}"
    "},"
    "'ev':{'per':'event','items':{'value':{'type':'decimal'},'note':{'type':'text'}}},"
    "'ex':{'items':{'dose':{'type':'decimal'},'note':{'type':'text'}}},"
    "'vs':{'items':{'x':{'type':'integer'},'y':{'type':'decimal'},'z':{'type':'text'},'unread':{'type':'text'"
    "},"
    "'high':{'type':'decimal','range':{'min':'0','max':'9','severity':'minor'}},'day':{'type':'date'},"
    "'code':{'type':'text','codelist':'ny'},'short':{'type':'text','length':{'max':2}},"
    "'must':{'type':'text','required':true},"
    "'w':{'type':'decimal','unit':{'item':'u','to':'kg','from':{'LB':{'factor':'0.5'}}}},"
    "'u':{'type':'text'},'later':{'type':'date','range':{'max':'current_date'}},'part':{'type':'decimal','"
    "derive':'10 / (x - 1) + y'}}}},"
    "'checks':["
    "{'id':'OWN','form':'vs','check':'x <> 1 OR coalesce(y, 0) < -1','items':['x'],'message':'own'},"
    "{'id':'SHOWN','form':'vs','check':'x <> 1','items':['x','z'],'message':'shown {unread}'},"
    "{'id':'KEY','form':'vs','check':'x <> 1 AND event_order + event_repeat > "
    "0','items':['x'],'message':'k'},"
    "{'id':'FORM','form':'vs','check':'x <> 1 AND coalesce(dm.base, ev.value) > "
    "0','items':['x'],'message':'f'},"
    "{'id':'LAG','form':'vs','check':'x <> 1 OR x < lag(y) OVER visits','items':['x'],'message':'l'},"
    "{'id':'LEAD','form':'vs','check':'x <> 1 AND lead(y, 2, 0) OVER visits > "
    "0','items':['x'],'message':'l'},"
    "{'id':'APART','form':'vs','check':'x <> 1 OR lag(y) OVER visits + lag(x, 2) OVER visits > "
    "99','items':['x'],'message':'l'},"
    "{'id':'ANY','form':'vs','check':'x <> 1 OR EXISTS (SELECT FROM ex WHERE dose > "
    "99)','items':['x'],'message':'a'},"
    "{'id':'SUM','form':'vs','check':'x <> 1 OR (SELECT sum(dose) FROM ex) > "
    "99','items':['x'],'message':'s'},"
    "{'id':'HERE','form':'vs','check':'x <> 1 OR (SELECT count(*) FROM ex WHERE ex.event = vs.event) > 99',"
    "'items':['x'],'message':'h'},"
    "{'id':'PAIR','form':'vs','check':'x <> 1 OR EXISTS (SELECT FROM ex a, ev b WHERE a.dose > 99 AND "
    "b.value > 99)',"
    "'items':['x'],'message':'p'},"
    "{'id':'NIGHT','form':'vs','check':'x <> 1 OR current_date < make_date(2001, 1, 1)','items':['x'],"
    "'message':'n'},"
    "{'id':'ERROR','form':'vs','check':'1 / (x - 1) > y','items':['x'],'message':'e'}]}";

#define V1(data)                                                                                             \
    {                                                                                                        \
        "V1", "vs", data, 1, 1                                                                               \
    }
#define PAGES_MAX 6

static const struct {
    const char *says;
    const char *rule;
    struct trial_page before[PAGES_MAX], after[PAGES_MAX];
    const char *from, *to; /* in the definition, before what is after; NULL: it is the same */
    bool is_same;
} changes[] = {
    /* ---- Values of the page itself ---- */
    {"nothing", "OWN", {V1("{'x':1}")}, {V1("{'x':1}")}, NULL, NULL, true},
    {"a value that is read and not listed",
     "OWN",
     {V1("{'x':1,'y':5}")},
     {V1("{'x':1,'y':6}")},
     NULL,
     NULL,
     false},
    {"one that comes", "OWN", {V1("{'x':1}")}, {V1("{'x':1,'y':6}")}, NULL, NULL, false},
    {"one that is not read",
     "OWN",
     {V1("{'x':1,'unread':'a'}")},
     {V1("{'x':1,'unread':'b'}")},
     NULL,
     NULL,
     true},
    {"one that is written otherwise",
     "OWN",
     {V1("{'x':1,'y':'1234.5'}")},
     {V1("{'x':' 01','y':' 1,234.5 '}")},
     NULL,
     NULL,
     true},
    {"what was entered and cannot be read",
     "OWN",
     {V1("{'x':1,'y':'a'}")},
     {V1("{'x':1,'y':'b'}")},
     NULL,
     NULL,
     false},
    {"what cannot be read is gone", "OWN", {V1("{'x':1,'y':'a'}")}, {V1("{'x':1}")}, NULL, NULL, false},
    {"a token that means missing",
     "OWN",
     {V1("{'x':1,'y':'UNK'}")},
     {V1("{'x':1,'y':'ND'}")},
     NULL,
     NULL,
     false},
    {"blanks where nothing was", "OWN", {V1("{'x':1}")}, {V1("{'x':1,'y':'  '}")}, NULL, NULL, true},
    {"a value that is listed and not read",
     "SHOWN",
     {V1("{'x':1,'z':'a'}")},
     {V1("{'x':1,'z':'b'}")},
     NULL,
     NULL,
     false},
    {"one that the message shows",
     "SHOWN",
     {V1("{'x':1,'unread':'a'}")},
     {V1("{'x':1,'unread':'b'}")},
     NULL,
     NULL,
     false},
    {"a text that ends where the next one begins",
     "SHOWN",
     {V1("{'x':1,'z':'ab','unread':'c'}")},
     {V1("{'x':1,'z':'a','unread':'bc'}")},
     NULL,
     NULL,
     false},
    {"the order of the event, read",
     "KEY",
     {V1("{'x':1}")},
     {V1("{'x':1}")},
     "{'name':'V1'},{'name':'V2'}",
     "{'name':'V2'},{'name':'V1'}",
     false},
    {"the order of the event, not read",
     "OWN",
     {V1("{'x':1}")},
     {V1("{'x':1}")},
     "{'name':'V1'},{'name':'V2'}",
     "{'name':'V2'},{'name':'V1'}",
     true},

    /* ---- Other forms ---- */
    {"a value of another form",
     "FORM",
     {V1("{'x':1}"), {"V1", "dm", "{'base':1}", 1, 1}},
     {V1("{'x':1}"), {"V1", "dm", "{'base':2}", 1, 1}},
     NULL,
     NULL,
     false},
    {"one of its values that is not read",
     "FORM",
     {V1("{'x':1}"), {"V1", "dm", "{'base':1}", 1, 1}},
     {V1("{'x':1}"), {"V1", "dm", "{'base':1,'note':'a'}", 1, 1}},
     NULL,
     NULL,
     true},
    {"its page is gone",
     "FORM",
     {V1("{'x':1}"), {"V1", "dm", "{}", 1, 1}},
     {V1("{'x':1}")},
     NULL,
     NULL,
     false},
    {"a value of the form at the same event",
     "FORM",
     {V1("{'x':1}"), {"V1", "ev", "{'value':1}", 1, 1}},
     {V1("{'x':1}"), {"V1", "ev", "{'value':2}", 1, 1}},
     NULL,
     NULL,
     false},
    {"one at another event",
     "FORM",
     {V1("{'x':1}"), {"V2", "ev", "{'value':1}", 1, 1}},
     {V1("{'x':1}"), {"V2", "ev", "{'value':2}", 1, 1}},
     NULL,
     NULL,
     true},
    {"another form, not read",
     "OWN",
     {V1("{'x':1}"), {"V1", "dm", "{'base':1}", 1, 1}},
     {V1("{'x':1}"), {"V1", "dm", "{'base':2}", 1, 1}},
     NULL,
     NULL,
     true},

    /* ---- Neighbours ---- */
    {"a value of the page before",
     "LAG",
     {V1("{'y':1}"), {"V2", "vs", "{'x':1}", 1, 1}},
     {V1("{'y':0}"), {"V2", "vs", "{'x':1}", 1, 1}},
     NULL,
     NULL,
     false},
    {"another value of it",
     "LAG",
     {V1("{'y':1}"), {"V2", "vs", "{'x':1}", 1, 1}},
     {V1("{'y':1,'z':'a'}"), {"V2", "vs", "{'x':1}", 1, 1}},
     NULL,
     NULL,
     true},
    {"another page before it, of the same value",
     "LAG",
     {V1("{'y':1}"), {"V3", "vs", "{'x':1}", 1, 1}},
     {{"V2", "vs", "{'y':1}", 1, 1}, {"V3", "vs", "{'x':1}", 1, 1}},
     NULL,
     NULL,
     false},
    {"the second page behind it comes",
     "LEAD",
     {V1("{'x':1}"), {"V2", "vs", "{}", 1, 1}},
     {V1("{'x':1}"), {"V2", "vs", "{}", 1, 1}, {"V3", "vs", "{}", 1, 1}},
     NULL,
     NULL,
     false},
    {"the third page behind it comes",
     "LEAD",
     {V1("{'x':1}"), {"V2", "vs", "{}", 1, 1}, {"V2", "vs", "{}", 1, 2}},
     {V1("{'x':1}"), {"V2", "vs", "{}", 1, 1}, {"V2", "vs", "{}", 1, 2}, {"V3", "vs", "{'y':1}", 1, 1}},
     NULL,
     NULL,
     true},

    /* ---- Subqueries ---- */
    {"a page of FROM comes, and is not met by WHERE",
     "ANY",
     {V1("{'x':1}"), {"V1", "ex", "{'dose':1}", 1, 1}},
     {V1("{'x':1}"), {"V1", "ex", "{'dose':1}", 1, 1}, {"V2", "ex", "{'dose':1}", 1, 2}},
     NULL,
     NULL,
     false},
    {"a page of FROM says something else",
     "ANY",
     {V1("{'x':1}"), {"V1", "ex", "{'dose':1}", 1, 1}},
     {V1("{'x':1}"), {"V1", "ex", "{'dose':2}", 1, 1}},
     NULL,
     NULL,
     false},
    {"something that nobody asked",
     "ANY",
     {V1("{'x':1}"), {"V1", "ex", "{'dose':1}", 1, 1}},
     {V1("{'x':1}"), {"V1", "ex", "{'dose':1,'note':'a'}", 1, 1}},
     NULL,
     NULL,
     true},
    {"a page that adds to the sum of others",
     "SUM",
     {V1("{'x':1}"), {"V1", "ex", "{'dose':1}", 1, 1}, {"V1", "ex", "{'dose':2}", 1, 2}},
     {V1("{'x':1}"), {"V1", "ex", "{'dose':2}", 1, 1}, {"V1", "ex", "{'dose':1}", 1, 2}},
     NULL,
     NULL,
     false},
    {"a page more at the event, of which nothing is read",
     "HERE",
     {V1("{'x':1}")},
     {V1("{'x':1}"), {"V1", "ex", "{}", 1, 1}},
     NULL,
     NULL,
     false},
    {"a page more at another event, where only this one counts",
     "HERE",
     {V1("{'x':1}")},
     {V1("{'x':1}"), {"V2", "ex", "{}", 1, 1}},
     NULL,
     NULL,
     true},
    {"a page of the second form of FROM",
     "PAIR",
     {V1("{'x':1}")},
     {V1("{'x':1}"), {"V2", "ev", "{'value':1}", 1, 1}},
     NULL,
     NULL,
     false},
    {"a page of a form that stands in no FROM",
     "PAIR",
     {V1("{'x':1}")},
     {V1("{'x':1}"), {"V2", "dm", "{'base':1}", 1, 1}},
     NULL,
     NULL,
     true},

    /* ---- The check ---- */
    {"its condition", "OWN", {V1("{'x':1}")}, {V1("{'x':1}")}, "< -1'", "< -2'", false},
    {"its severity",
     "OWN",
     {V1("{'x':1}")},
     {V1("{'x':1}")},
     "'message':'own'",
     "'severity':'critical','message':'own'",
     false},
    {"its message", "OWN", {V1("{'x':1}")}, {V1("{'x':1}")}, "'message':'own'", "'message':'owned'", false},
    {"another check", "OWN", {V1("{'x':1}")}, {V1("{'x':1}")}, "dose > 99)", "dose > 98)", true},
    {"a value of a check that fails",
     "ERROR",
     {V1("{'x':1,'y':1}")},
     {V1("{'x':1,'y':2}")},
     NULL,
     NULL,
     false},

    /* ---- Built-in rules ---- */
    {"a value beyond its range",
     "vs.high.range",
     {V1("{'high':10}")},
     {V1("{'high':11}")},
     NULL,
     NULL,
     false},
    {"one written otherwise",
     "vs.high.range",
     {V1("{'high':10}")},
     {V1("{'high':' 010'}")},
     NULL,
     NULL,
     true},
    {"another value of the page",
     "vs.high.range",
     {V1("{'high':10}")},
     {V1("{'high':10,'x':2}")},
     NULL,
     NULL,
     true},
    {"the upper bound",
     "vs.high.range",
     {V1("{'high':10}")},
     {V1("{'high':10}")},
     "'max':'9'",
     "'max':'8'",
     false},
    {"the lower bound",
     "vs.high.range",
     {V1("{'high':10}")},
     {V1("{'high':10}")},
     "'min':'0'",
     "'min':'1'",
     false},
    {"a bound less", "vs.high.range", {V1("{'high':10}")}, {V1("{'high':10}")}, "'min':'0',", "", false},
    {"the severity of the range",
     "vs.high.range",
     {V1("{'high':10}")},
     {V1("{'high':10}")},
     "'severity':'minor'",
     "'severity':'major'",
     false},
    {"what is no date", "vs.day.type", {V1("{'day':'x'}")}, {V1("{'day':'y'}")}, NULL, NULL, false},
    {"the type",
     "vs.day.type",
     {V1("{'day':'x'}")},
     {V1("{'day':'x'}")},
     "'type':'date'",
     "'type':'datetime'",
     false},
    {"what is no code", "vs.code.codelist", {V1("{'code':'x'}")}, {V1("{'code':'q'}")}, NULL, NULL, false},
    {"the codes",
     "vs.code.codelist",
     {V1("{'code':'x'}")},
     {V1("{'code':'x'}")},
     "['Y','N']",
     "['Y','N','NA']",
     false},
    {"a text that is too long",
     "vs.short.length",
     {V1("{'short':'abc'}")},
     {V1("{'short':'abd'}")},
     NULL,
     NULL,
     false},
    {"its length",
     "vs.short.length",
     {V1("{'short':'abc'}")},
     {V1("{'short':'abc'}")},
     "'max':2",
     "'max':1",
     false},
    {"what must be there", "vs.must.required", {V1("{'x':2}")}, {V1("{'x':3}")}, NULL, NULL, true},
    {"a number without a unit", "vs.w.unit", {V1("{'w':3}")}, {V1("{'w':4}")}, NULL, NULL, false},
    {"its unit", "vs.w.unit", {V1("{'w':3,'u':'a'}")}, {V1("{'w':3,'u':'b'}")}, NULL, NULL, false},
    {"the units there are", "vs.w.unit", {V1("{'w':3}")}, {V1("{'w':3}")}, "'LB':", "'pound':", false},
    {"the operand of a value that cannot be derived",
     "vs.part.type",
     {V1("{'x':1,'y':1}")},
     {V1("{'x':1,'y':2}")},
     NULL,
     NULL,
     false},
    {"how it is derived", "vs.part.type", {V1("{'x':1}")}, {V1("{'x':1}")}, "10 / (x", "11 / (x", false},
    {"an unknown item",
     "vs.unknown-item",
     {V1("{'colour':'red'}")},
     {V1("{'colour':'blue'}")},
     NULL,
     NULL,
     false},
    {"what decides whether a page is expected",
     "ev.missing-page",
     {{"END", "dm", "{'base':1}", 1, 1}},
     {{"END", "dm", "{'base':2}", 1, 1}},
     NULL,
     NULL,
     false},
    {"what does not decide whether a page is expected",
     "ev.missing-page",
     {{"END", "dm", "{'base':1}", 1, 1}},
     {{"END", "dm", "{'base':1,'note':'a'}", 1, 1}},
     NULL,
     NULL,
     true},
    {"when a page is expected",
     "ev.missing-page",
     {{"END", "dm", "{'base':1}", 1, 1}},
     {{"END", "dm", "{'base':1}", 1, 1}},
     "dm.base > 0'}",
     "dm.base > -1'}",
     false},
    {"where a range ends that ends with the night",
     "vs.later.range",
     {V1("{'later':'2999-01-01'}")},
     {V1("{'later':'2999-01-01'}")},
     "'max':'current_date'",
     "'max':'2998-12-31'",
     false},
    {"when a missing event was planned",
     "END.missing-event",
     {{"V1", "dm", "{'start':'2000-02-01'}", 1, 1}},
     {{"V1", "dm", "{'start':'2000-02-02'}", 1, 1}},
     NULL,
     NULL,
     false},
    {"what does not change when it was planned",
     "END.missing-event",
     {{"V1", "dm", "{'start':'2000-02-01'}", 1, 1}},
     {{"V1", "dm", "{'start':'2000-02-01','note':'a'}", 1, 1}},
     NULL,
     NULL,
     true},
    {"what is read of one neighbor and not of the other",
     "APART",
     {V1("{'x':2,'y':7}"), {"V2", "vs", "{'x':3,'y':5}", 1, 1}, {"V3", "vs", "{'x':1}", 1, 1}},
     {V1("{'x':2,'y':7}"), {"V2", "vs", "{'x':4,'y':5}", 1, 1}, {"V3", "vs", "{'x':1}", 1, 1}},
     NULL,
     NULL,
     true},
    {"what is read of the one",
     "APART",
     {V1("{'x':2,'y':7}"), {"V2", "vs", "{'x':3,'y':5}", 1, 1}, {"V3", "vs", "{'x':1}", 1, 1}},
     {V1("{'x':2,'y':7}"), {"V2", "vs", "{'x':3,'y':6}", 1, 1}, {"V3", "vs", "{'x':1}", 1, 1}},
     NULL,
     NULL,
     false},
    {"what is read of the other",
     "APART",
     {V1("{'x':2,'y':7}"), {"V2", "vs", "{'x':3,'y':5}", 1, 1}, {"V3", "vs", "{'x':1}", 1, 1}},
     {V1("{'x':3,'y':7}"), {"V2", "vs", "{'x':3,'y':5}", 1, 1}, {"V3", "vs", "{'x':1}", 1, 1}},
     NULL,
     NULL,
     false},
    {"the first of two pages",
     "dm.duplicate-page",
     {{"V1", "dm", "{}", 1, 1}, {"V3", "dm", "{}", 1, 1}},
     {{"V2", "dm", "{}", 1, 1}, {"V3", "dm", "{}", 1, 1}},
     NULL,
     NULL,
     false},
    {"what the study says of a missing value",
     "vs.must.required",
     {V1("{'x':2}")},
     {V1("{'x':2}")},
     "'codelists':",
     "'rules':{'required':{'message':'as the study says'}},'codelists':",
     false},
    {"what it says of an unknown item",
     "vs.unknown-item",
     {V1("{'colour':'red'}")},
     {V1("{'colour':'red'}")},
     "'codelists':",
     "'rules':{'unknown-item':{'message':'as the study says'}},'codelists':",
     false},
    {"what it says of a missing page",
     "dm.missing-page",
     {{"END", "vs", "{}", 1, 1}},
     {{"END", "vs", "{}", 1, 1}},
     "'codelists':",
     "'rules':{'missing-page':{'message':'as the study says'}},'codelists':",
     false},
    {"what it says of other rules",
     "vs.must.required",
     {V1("{'x':2}")},
     {V1("{'x':2}")},
     "'codelists':",
     "'rules':{'type':{'message':'as the study says'}},'codelists':",
     true},
    {"what the second page says",
     "dm.duplicate-page",
     {{"V1", "dm", "{}", 1, 1}, {"V3", "dm", "{}", 1, 1}},
     {{"V1", "dm", "{}", 1, 1}, {"V3", "dm", "{'base':1}", 1, 1}},
     NULL,
     NULL,
     true},
};

static const char *
replaced(struct arena *arena, const char *from, const char *to)
{
    const char *at = strstr(definition, from);

    ck_assert_msg(at != NULL, "the definition has no %s", from);
    return arena_printf(arena, "%.*s%s%s", (int)(at - definition), definition, to, at + strlen(from));
}

static void
take_basis(const char *text, const struct trial_page *pages, int32_t nights, const char *rule,
           unsigned char basis[BASIS_BYTES])
{
    struct trial trial;
    struct evaluation evaluation;
    const struct violation *found = NULL;

    trial_open(&trial, text);
    trial.evaluator.night += nights;
    trial_evaluate(&trial, pages, &evaluation);
    for (size_t i = 0; i < evaluation.violation_count && found == NULL; i++)
        if (strcmp(evaluation.violations[i].check_id, rule) == 0)
            found = &evaluation.violations[i];
    if (found == NULL)
        test_fail("%s is not violated", rule);
    memcpy(basis, found->basis, BASIS_BYTES);
    trial_close(&trial);
}

START_TEST(a_basis_is_another_where_what_was_read_is)
{
    unsigned char before[BASIS_BYTES], after[BASIS_BYTES];
    struct arena arena;
    const char *text = definition;

    arena_init(&arena, 4096, 0);
    if (changes[_i].from != NULL)
        text = replaced(&arena, changes[_i].from, changes[_i].to);
    take_basis(definition, changes[_i].before, 0, changes[_i].rule, before);
    take_basis(text, changes[_i].after, 0, changes[_i].rule, after);
    arena_destroy(&arena);
    ck_assert_msg((memcmp(before, after, BASIS_BYTES) == 0) == changes[_i].is_same, "%s: %s is %s",
                  changes[_i].says, changes[_i].rule,
                  changes[_i].is_same ? "on another basis" : "on the same basis");
}
END_TEST

START_TEST(a_night_is_no_other_basis)
{
    unsigned char today[BASIS_BYTES], tomorrow[BASIS_BYTES];

    take_basis(definition, (struct trial_page[]){V1("{'x':1}"), {0}}, 0, "NIGHT", today);
    take_basis(definition, (struct trial_page[]){V1("{'x':1}"), {0}}, 1, "NIGHT", tomorrow);
    ck_assert_mem_eq(today, tomorrow, BASIS_BYTES);
    take_basis(definition, (struct trial_page[]){V1("{'later':'2999-01-01'}"), {0}}, 0, "vs.later.range",
               today);
    take_basis(definition, (struct trial_page[]){V1("{'later':'2999-01-01'}"), {0}}, 1, "vs.later.range",
               tomorrow);
    ck_assert_mem_eq(today, tomorrow, BASIS_BYTES);
}
END_TEST

/* What is kept of one subject is not taken for what the next one has. */
START_TEST(each_subject_has_its_own_basis)
{
    struct trial trial;
    struct evaluation first, second;

    trial_open(&trial, definition);
    trial_evaluate(&trial,
                   (struct trial_page[]){V1("{'x':1,'must':'a'}"), {"V1", "ex", "{'dose':1}", 1, 1}, {0}},
                   &first);
    trial_evaluate(&trial,
                   (struct trial_page[]){V1("{'x':1,'must':'a'}"), {"V1", "ex", "{'dose':2}", 1, 1}, {0}},
                   &second);
    ck_assert_uint_eq(first.violation_count, second.violation_count);
    for (size_t i = 0; i < first.violation_count; i++) {
        const char *id = first.violations[i].check_id;
        bool reads = strcmp(id, "ANY") == 0 || strcmp(id, "SUM") == 0 || strcmp(id, "PAIR") == 0;
        bool same = memcmp(first.violations[i].basis, second.violations[i].basis, BASIS_BYTES) == 0;

        ck_assert_msg(same != reads, "%s", id);
    }
    trial_close(&trial);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("basis");
    TCase *cases = tcase_create("basis");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_loop_test(cases, a_basis_is_another_where_what_was_read_is, 0, COUNT(changes));
    tcase_add_test(cases, a_night_is_no_other_basis);
    tcase_add_test(cases, each_subject_has_its_own_basis);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
