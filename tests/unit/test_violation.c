#include "batch/violation.h"

#include "trial.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

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

/* A page of vs that no rule minds; what stands at the beginning of `data` comes before it. */
#define GOOD "'day':'2024-03-01','height':'1'}"

/* What the rules say of one page; the forms that DAY 1 expects, too, are there. */
static const struct {
    const char *says;
    const char *form;
    const char *data;
    const char *findings; /* rule and item, a line each */
} pages[] = {
    {"a page that is as it should be", "vs", "{" GOOD, ""},

    {"a required item without a key", "vs", "{'height':'1'}", "vs.day.required day"},
    {"a required item that is null", "vs", "{'day':null,'height':'1'}", "vs.day.required day"},
    {"a required item that is empty", "vs", "{'day':'','height':'1'}", "vs.day.required day"},
    {"a required item of blanks", "vs", "{'day':'  ','height':'1'}", "vs.day.required day"},
    {"a required value that was not done", "vs", "{'day':'ND','height':'1'}", "vs.day.required day"},
    {"a required item for which a missing token is an answer", "vs", "{'day':'2024-03-01','height':' nd'}",
     ""},
    {"a required item that is a token no more", "vs", "{'day':'2024-03-01','height':''}",
     "vs.height.required height"},
    {"a required item that cannot be typed is not missing, too", "vs", "{'day':'soon','height':'1'}",
     "vs.day.type day"},
    {"a required item that is no code is not missing", "dm", "{'sex':'X'}", "dm.sex.codelist sex"},
    {"a required item that is a synonym", "dm", "{'sex':'女'}", ""},
    {"an item that is not required may be missing", "vs", "{'sysbp':''," GOOD, ""},

    {"a number that is none", "vs", "{'sysbp':'high'," GOOD, "vs.sysbp.type sysbp"},
    {"a number of no integer", "vs", "{'sysbp':'120.5'," GOOD, "vs.sysbp.type sysbp"},
    {"a time that there is not", "vs", "{'at':'25:00'," GOOD, "vs.at.type at"},
    {"a partial date that there is not", "dm", "{'sex':'M','born':'2023-13'}", "dm.born.type born"},
    {"what cannot be typed has no range", "vs", "{'sysbp':'9999999999999999999'," GOOD,
     "vs.sysbp.type sysbp"},

    {"an integer below", "vs", "{'sysbp':'59'," GOOD, "vs.sysbp.range sysbp"},
    {"an integer at the lower bound", "vs", "{'sysbp':'60'," GOOD, ""},
    {"an integer at the upper bound", "vs", "{'sysbp':'250'," GOOD, ""},
    {"an integer above", "vs", "{'sysbp':'251'," GOOD, "vs.sysbp.range sysbp"},
    {"a decimal a hair below", "vs",
     "{'weight':'30.499999','weight_u':'kg','day':'2024-03-01','height':'100'}", "vs.weight.range weight"},
    {"a decimal at the bound, with more zeros", "vs",
     "{'weight':'30.5000','weight_u':'kg','day':'2024-03-01','height':'100'}", ""},
    {"a decimal at the upper bound", "vs",
     "{'weight':'200','weight_u':'kg','day':'2024-03-01','height':'1000'}", ""},
    {"a decimal a hair above", "vs",
     "{'weight':'200.000001','weight_u':'kg','day':'2024-03-01','height':'1000'}", "vs.weight.range weight"},
    {"the range is of the converted value", "vs",
     "{'weight':'400','weight_u':'LB','day':'2024-03-01','height':'1000'}", ""},
    {"a converted value outside", "vs", "{'weight':'61','weight_u':'LB','day':'2024-03-01','height':'1000'}",
     ""},
    {"a converted value below", "vs", "{'weight':'60.9','weight_u':'LB','day':'2024-03-01','height':'1000'}",
     "vs.weight.range weight"},
    {"a date at the upper bound", "vs", "{'day':'2024-03-11','height':'1'}", ""},
    {"a date behind it", "vs", "{'day':'2024-03-12','height':'1'}", "vs.day.range day"},
    {"a time at the lower bound", "vs", "{'at':'06:00'," GOOD, ""},
    {"a time before it", "vs", "{'at':'05:59:59'," GOOD, "vs.at.range at"},
    {"a datetime inside", "vs", "{'seen':'2024-12-31T23:59:00'," GOOD, ""},
    {"a datetime outside", "vs", "{'seen':'2024-12-31T23:59:01'," GOOD, "vs.seen.range seen"},
    {"a partial date inside", "dm", "{'sex':'M','born':'1950'}", ""},
    {"a partial date of the month of the upper bound", "dm", "{'sex':'M','born':'2024-03-31'}", ""},
    {"a partial date of the year of the upper bound may be inside", "dm", "{'sex':'M','born':'2024'}", ""},
    {"a partial date certainly outside", "dm", "{'sex':'M','born':'2024-04'}", "dm.born.range born"},
    {"a partial date certainly before", "dm", "{'sex':'M','born':'1899-12-31'}", "dm.born.range born"},

    {"a text too short by one", "pe", "{'result':'a'}", "pe.result.length result"},
    {"a text of the least length", "pe", "{'result':'ab'}", ""},
    {"a text of the greatest length", "pe", "{'result':'abcde'}", ""},
    {"a text too long by one", "pe", "{'result':'abcdef'}", "pe.result.length result"},
    {"characters count, not bytes", "pe", "{'result':'正常心电图'}", ""},
    {"one of them too many", "pe", "{'result':'正常心电图表'}", "pe.result.length result"},
    {"a length without an upper bound", "pe", "{'note':'abcdefghijklmnopqrstuvwxyz'}", ""},
    {"a length below its lower bound", "pe", "{'note':'ab'}", "pe.note.length note"},
    {"a missing text has no length", "pe", "{'note':''}", ""},

    {"a number without a unit", "vs", "{'weight':'80'," GOOD, "vs.weight.unit weight"},
    {"a number with an empty unit", "vs", "{'weight':'80','weight_u':''," GOOD, "vs.weight.unit weight"},
    {"a number with an unknown unit", "vs", "{'weight':'80','weight_u':'stone'," GOOD,
     "vs.weight.unit weight"},
    {"a unit without a number", "vs", "{'weight_u':'stone'," GOOD, ""},
    {"a number that is none needs no unit", "vs", "{'weight':'heavy'," GOOD, "vs.weight.type weight"},

    {"an item that the form does not have", "vs", "{'pulse':'80'," GOOD, "vs.unknown-item pulse"},
    {"two of them", "vs", "{'spo2':'98','pulse':80," GOOD, "vs.unknown-item pulse\nvs.unknown-item spo2"},
    {"the case of an item's key does not matter", "vs", "{'SYSBP':'120','dbp':'80'," GOOD, ""},
    {"the name of an item is not its key", "vs", "{'diabp':'80'," GOOD, "vs.unknown-item diabp"},
    {"an unknown item that is null says nothing", "vs", "{'pulse':null," GOOD, ""},
    {"nor does an empty one", "vs", "{'pulse':''," GOOD, ""},
    {"a derived item that is entered is none of the form's", "vs", "{'ratio':'2'," GOOD,
     "vs.unknown-item ratio"},

    {"a derived value outside its range", "vs",
     "{'weight':'31','weight_u':'kg','day':'2024-03-01','height':'20'}", "vs.ratio.range ratio"},
    {"a derivation that fails", "vs", "{'weight':'80','weight_u':'kg','day':'2024-03-01','height':'0'}",
     "vs.ratio.type ratio"},
    {"a derivation that lacks an operand", "vs", "{'height':'0','day':'2024-03-01'}", ""},

    {"a check that holds", "vs", "{'sysbp':'120','DBP':'80'," GOOD, ""},
    {"a check that does not", "vs", "{'sysbp':'80','DBP':'120'," GOOD, "VS1 sysbp"},
    {"a check that lacks an operand", "vs", "{'sysbp':'80'," GOOD, ""},
    {"a check whose operand cannot be typed", "vs", "{'sysbp':'80','DBP':'x'," GOOD, "vs.diabp.type diabp"},
    {"a check that cannot be evaluated", "vs", "{'DBP':'0'," GOOD, "VS2 diabp"},
    {"two checks at once", "vs", "{'sysbp':'-1','DBP':'0'," GOOD,
     "VS1 sysbp\nVS2 diabp\nvs.sysbp.range sysbp"},
};

/* Rule and item of each finding that stands at the form's page, a line each. */
static const char *
rules_of(const struct evaluation *evaluation, const char *form)
{
    struct strbuf text;
    const char *copy;

    strbuf_init(&text);
    for (size_t i = 0; i < evaluation->violation_count; i++)
        if (strcmp(evaluation->violations[i].key.form, form) == 0)
            strbuf_printf(&text, "%s%s %s", text.length > 0 ? "\n" : "", evaluation->violations[i].check_id,
                          evaluation->violations[i].item);
    copy = arena_copy(&trial.arena, text.text, text.length);
    strbuf_destroy(&text);
    return copy;
}

START_TEST(a_page_violates_its_rules)
{
    struct trial_page submitted[] = {{"LOG", pages[_i].form, pages[_i].data, 1, 1}, {0}};
    struct evaluation evaluation;
    const char *found;

    trial_evaluate(&trial, submitted, &evaluation);
    found = rules_of(&evaluation, pages[_i].form);
    ck_assert_msg(strcmp(found, pages[_i].findings) == 0, "%s: %s gives\n%s", pages[_i].says, pages[_i].data,
                  found);
    ck_assert_uint_eq(evaluation.violation_count > 0, found[0] != '\0');
}
END_TEST

static const struct {
    const char *says;
    const char *form;
    const char *data;
    const char *finding; /* severity | message | evidence, with single quotes */
} texts[] = {
    {"required", "dm", "{}", "major | Sex is required | {'sex':null}"},
    {"required, and empty", "dm", "{'sex':''}", "major | Sex is required | {'sex':''}"},
    {"required, without a label", "vs", "{'height':'1'}", "major | day is required | {'day':null}"},
    {"not typed", "vs", "{'sysbp':'x'," GOOD,
     "major | Systolic 'x' is not a valid integer: not a number | {'sysbp':'x'}"},
    {"no code", "dm", "{'sex':' X '}", "major | Sex ' X ' is not a code of list sex | {'sex':' X '}"},
    {"outside a closed range", "vs", "{'sysbp':' 300'," GOOD,
     "minor | Systolic 300 is not between 60 and 250 | {'sysbp':' 300'}"},
    {"above an open range", "vs", "{'day':'12 MAR 2024','height':'1'}",
     "major | day 2024-03-12 is above 2024-03-11 | {'day':'12 MAR 2024'}"},
    {"below an open range", "vs", "{'at':'5:00'," GOOD,
     "major | at 05:00:00 is below 06:00:00 | {'at':'5:00'}"},
    {"with a unit", "vs", "{'weight':'20','weight_u':'LB','day':'2024-03-01','height':'1000'}",
     "critical | weight 10.0 is not between 30.5 and 200 | {'weight':'20','weight_u':'LB'}"},
    {"without a unit", "vs", "{'weight':'80'," GOOD,
     "major | weight \"80\" has no unit: weight_u is missing, and the value is kept in kg | "
     "{'weight':'80','weight_u':null}"},
    {"with a unit that is not known", "vs", "{'weight':'80','weight_u':' Stone'," GOOD,
     "major | weight \"80\" is in \" Stone\", which is no unit that can be converted to kg | "
     "{'weight':'80','weight_u':' Stone'}"},
    {"of the wrong length", "pe", "{'result':'a'}",
     "minor | result does not have 2 to 5 characters | {'result':'a'}"},
    {"too short", "pe", "{'note':'a'}", "major | note has fewer than 3 characters | {'note':'a'}"},
    {"unknown", "vs", "{'Pulse':80.0," GOOD, "minor | Form vs has no item 'Pulse' | {'Pulse':'80.0'}"},
    {"derived, outside its range", "vs", "{'weight':'40','weight_u':'kg','day':'2024-03-01','height':'10'}",
     "major | Ratio 8.0000000000000000 is above 3 | {'ratio':'8.0000000000000000'}"},
    {"not derived", "vs", "{'weight':'80','weight_u':'kg','day':'2024-03-01','height':'0'}",
     "major error | Ratio cannot be derived: division by zero | {'ratio':null}"},
    {"a check", "vs", "{'sysbp':'080','DBP':'1e2'," GOOD,
     "critical | Systolic 80 is not above 100 | {'sysbp':'080','diabp':'1e2'}"},
    {"a check that fails", "vs", "{'DBP':' 0'," GOOD,
     "major error | Check VS2 could not be evaluated: division by zero; Diastolic 0 | {'diabp':' 0'}"},
    {"a check without an item", "vs", "{'x':''," GOOD, "major | No such visit | {}"},
};

START_TEST(a_finding_tells_what_is_wrong)
{
    /* The last row's check minds the event. */
    struct trial_page submitted[] = {
        {_i == COUNT(texts) - 1 ? "EXTRA 9" : "LOG", texts[_i].form, texts[_i].data, 1, 1},
        {_i == COUNT(texts) - 1 ? "EXTRA 9" : NULL, "pe", "{}", 1, 1},
        {0}};
    struct evaluation evaluation;
    const char *found, *wanted = trial_quote(&trial.arena, texts[_i].finding);

    trial_evaluate(&trial, submitted, &evaluation);
    found = trial_findings_in_full(&trial, &evaluation);
    ck_assert_msg(evaluation.violation_count == 1, "%s: not one finding but\n%s", texts[_i].says, found);
    ck_assert_msg(strstr(found, wanted) != NULL, "%s: not\n%s but\n%s", texts[_i].says, wanted, found);
}
END_TEST

static const char waiver_definition[] =
    "{'study':'t','version':'1','decimal':'.','events':[{'name':'LOG'}],'forms':{"
    "'dm':{'per':'subject','items':{'base':{'type':'decimal'},'born':{'type':'date'},"
    "'double':{'type':'decimal','derive':'base * 2'}}},"
    "'ds':{'per':'subject','items':{'left':{'type':'date'}}},'vs':{'items':{"
    "'weight':{'type':'decimal','unit':{'item':'u','to':'kg','from':{'LB':{'factor':'0.5'}}}},"
    "'other':{'type':'decimal','unit':{'item':'u','to':'kg'}},"
    "'u':{'type':'text'},'gone':{'type':'integer'},"
    "'twice':{'type':'decimal','derive':'weight * 2'}}}},"
    "'checks':["
    "{'id':'A','form':'vs','check':'weight > 9000','items':['weight'],'message':'a'},"
    "{'id':'B','form':'vs','check':'weight > 9000','items':['u','weight'],'message':'b'},"
    "{'id':'C','form':'vs','check':'weight > 9000','items':['weight','other'],'message':'c'},"
    "{'id':'D','form':'vs','check':'twice > 9000','items':['twice'],'message':'d'},"
    "{'id':'E','form':'vs','check':'weight > 9000','items':[],"
    "'message':'{weight}, {other}, {twice}, {u}, {gone}, {weight:entered} {u:entered}, {gone:entered}'},"
    "{'id':'F','form':'vs','check':'weight > 9000 + dm.base AND other < dm.base','items':['weight'],"
    "'message':'f'},"
    "{'id':'G','form':'vs','check':'weight > 9000 AND dm.double > 1 AND ds.left < dm.born',"
    "'items':[],'message':'g'},"
    "{'id':'H','form':'vs','check':'weight > 9000 AND gone < lag(gone) OVER visits AND "
    "gone > lead(gone, 2) OVER visits','items':[],'message':'h'},"
    "{'id':'I','form':'vs','check':'weight > (SELECT sum(weight) FROM vs)','items':[],'message':'i'}]}";

/* A waiver holds while the evidence is the same, so everything that the finding rests on must be in it. */
static const struct {
    const char *says;
    const char *check_id;
    const char *evidence;
} evidences[] = {
    {"the unit of a number is evidence, too", "A", "{'weight':'10','u':'LB'}"},
    {"a unit that is listed is there once", "B", "{'u':'LB','weight':'10'}"},
    {"a unit of two numbers is there once", "C", "{'weight':'10','other':'7','u':'LB'}"},
    {"of a derived item it is the value", "D", "{'twice':'10.0'}"},
    {"what is read of another form is there once, as entered", "F",
     "{'weight':'10','u':'LB','dm.base':' 3'}"},
    {"of a derived item of another form it is the value, of a page that is not there null", "G",
     "{'dm.double':'6','ds.left':null,'dm.born':'1 JAN 1950'}"},
    {"what is read of the pages around is there", "H", "{'lag(gone)':'8','lead(gone, 2)':null}"},
    {"what a subquery gathers is not", "I", "{}"},
};

START_TEST(evidence_holds_what_a_finding_rests_on)
{
    struct evaluation evaluation;
    const struct violation *found = NULL;

    trial_close(&trial);
    trial_open(&trial, waiver_definition);
    trial_evaluate(&trial,
                   (struct trial_page[]){{"LOG", "dm", "{'base':' 3','born':'1 JAN 1950'}", 1, 1},
                                         {"LOG", "vs", "{'gone':'8'}", 1, 1},
                                         {"LOG", "vs", "{'weight':'10','u':'LB','other':'7'}", 1, 2},
                                         {0}},
                   &evaluation);
    for (size_t i = 0; i < evaluation.violation_count; i++)
        if (strcmp(evaluation.violations[i].check_id, evidences[_i].check_id) == 0)
            found = &evaluation.violations[i];
    ck_assert_ptr_nonnull(found);
    ck_assert_msg(strcmp(found->evidence, trial_quote(&trial.arena, evidences[_i].evidence)) == 0, "%s: %s",
                  evidences[_i].says, found->evidence);
}
END_TEST

START_TEST(a_message_shows_values_as_far_as_there_are_any)
{
    struct evaluation evaluation;

    trial_close(&trial);
    trial_open(&trial, waiver_definition);
    trial_evaluate(&trial,
                   (struct trial_page[]){
                       {"LOG", "vs", "{'weight':'1,000','u':'LB','other':'x y','gone':''}", 1, 1}, {0}},
                   &evaluation);
    ck_assert_str_eq(evaluation.violations[4].check_id, "E");
    ck_assert_str_eq(evaluation.violations[4].message,
                     "500.0, x y, 1000.0, kg, (missing), 1,000 LB, (missing)");
}
END_TEST

static const char category_definition[] =
    "{'study':'t','version':'1','events':[{'name':'DAY 1','forms':['vs','pe']}],'forms':{"
    "'vs':{'items':{'day':{'type':'date','required':true,'range':{'min':'2024-01-01'},"
    "'category':'visit, date'},'sysbp':{'type':'integer'}}},"
    "'pe':{'items':{'note':{'type':'text'}}}},"
    "'checks':[{'id':'C{n}','for':{'n':['1','2']},'form':'vs','check':'sysbp > {n}',"
    "'category':'safety {n}'},{'id':'D','form':'vs','check':'sysbp > 1'}]}";

START_TEST(a_finding_is_of_the_category_that_the_study_gives)
{
    struct evaluation evaluation;
    struct strbuf text;

    trial_close(&trial);
    trial_open(&trial, category_definition);
    trial_evaluate(&trial,
                   (struct trial_page[]){{"DAY 1", "vs", "{'sysbp':'1','spo2':'9','day':'2023-12-31'}", 1, 1},
                                         {"DAY 1", "vs", "{'sysbp':'x'}", 1, 2},
                                         {0}},
                   &evaluation);
    strbuf_init(&text);
    for (size_t i = 0; i < evaluation.violation_count; i++) {
        const char *category = evaluation.violations[i].category;

        strbuf_printf(&text, "%s %s\n", evaluation.violations[i].check_id, category ? category : "-");
    }
    ck_assert_str_eq(text.text, "pe.missing-page -\nC1 safety 1\nC2 safety 2\nD -\n"
                                "vs.day.range visit, date\nvs.unknown-item -\n"
                                "vs.day.required visit, date\nvs.sysbp.type -\n");
    strbuf_destroy(&text);
}
END_TEST

#define DM(event)                                                                                            \
    {                                                                                                        \
        event, "dm", "{'sex':'M'}", 1, 1                                                                     \
    }
#define VS(event)                                                                                            \
    {                                                                                                        \
        event, "vs", "{" GOOD, 1, 1                                                                          \
    }
#define PE(event)                                                                                            \
    {                                                                                                        \
        event, "pe", "{}", 1, 1                                                                              \
    }

static const struct {
    const char *says;
    struct trial_page pages[6];
    const char *findings;
} subjects[] = {
    {"a subject without pages lacks none", {{0}}, ""},
    {"all that is expected is there", {DM("DAY 1"), VS("DAY 1")}, ""},
    {"a form that is expected is absent", {DM("DAY 1")}, "vs.missing-page - DAY 1.1 vs.1\n"},
    {"two forms that are expected are absent",
     {{"DAY 1", "bb", "{}", 1, 1}},
     "dm.missing-page - DAY 1.1 dm.1\nvs.missing-page - DAY 1.1 vs.1\n"},
    {"two pages of an event lack a third once",
     {{"DAY 1", "bb", "{}", 1, 1}, {"DAY 1", "bb", "{}", 1, 2}, VS("DAY 1")},
     "dm.missing-page - DAY 1.1 dm.1\n"},
    {"an event without any page is not looked at", {DM("DAY 1"), VS("DAY 1"), {"LOG", "bb", "{}", 1, 1}}, ""},
    {"each repeat of an event is looked at",
     {DM("DAY 1"), VS("DAY 1"), {"DAY 1", "bb", "{}", 2, 1}},
     "vs.missing-page - DAY 1.2 vs.1\n"},
    {"an event is looked at by its pattern", {VS("EXTRA 7")}, "pe.missing-page - EXTRA 7.1 pe.1\n"},
    {"the longest pattern counts", {VS("EXTRA LAB 7")}, ""},
    {"a page of its own kind is enough, whatever its repeat",
     {DM("DAY 1"), {"DAY 1", "vs", "{" GOOD, 1, 3}},
     ""},
    {"a form per subject may stand at another event", {VS("DAY 1"), DM("LOG")}, ""},
    {"a form per event may not", {PE("LOG"), VS("DAY 2")}, "pe.missing-page - DAY 2.1 pe.1\n"},
    {"a page in quarantine was submitted", {DM("DAY 1"), {"DAY 1", "vs", "[]", 1, 1}}, ""},
    {"so was one whose form is in another case", {DM("DAY 1"), {"DAY 1", "VS", "[]", 1, 1}}, ""},
    {"one at another event was not",
     {DM("DAY 1"), {"DAY 2", "vs", "[]", 1, 1}},
     "vs.missing-page - DAY 1.1 vs.1\npe.missing-page - DAY 2.1 pe.1\n"},
    {"an event of which all is in quarantine took place",
     {{"DAY 2", "vs", "[]", 1, 1}},
     "pe.missing-page - DAY 2.1 pe.1\n"},
    {"nor one at another repeat",
     {DM("DAY 1"), {"DAY 1", "vs", "[]", 2, 1}},
     "vs.missing-page - DAY 1.1 vs.1\n"},
    {"a page in quarantine of a form per subject counts at every event",
     {{"LOG", "dm", "[]", 1, 1}, VS("DAY 1")},
     ""},

    {"a form per subject stands twice at one event",
     {DM("DAY 1"), {"DAY 1", "dm", "{'sex':'M'}", 1, 2}, VS("DAY 1")},
     "dm.duplicate-page - DAY 1.1 dm.2\n"},
    {"a form per subject stands at three events",
     {DM("DAY 1"), VS("DAY 1"), DM("DAY 2"), PE("DAY 2"), VS("DAY 2"), DM("LOG")},
     "dm.duplicate-page - DAY 2.1 dm.1\ndm.duplicate-page - LOG.1 dm.1\n"},
    {"a form per event stands twice at one event",
     {PE("LOG"), {"LOG", "pe", "{}", 1, 2}},
     "pe.duplicate-page - LOG.1 pe.2\n"},
    {"a form per event stands once at each of two repeats", {PE("LOG"), {"LOG", "pe", "{}", 2, 1}}, ""},
    {"a form per record may stand as often as it likes",
     {{"LOG", "bb", "{}", 1, 1}, {"LOG", "bb", "{}", 1, 2}},
     ""},
    {"a page in quarantine is no duplicate", {DM("DAY 1"), VS("DAY 1"), {"LOG", "dm", "[]", 1, 1}}, ""},
};

START_TEST(a_subject_lacks_pages_or_has_too_many)
{
    struct trial_page pages_and_end[7] = {{0}};
    struct evaluation evaluation;
    const char *found;

    memcpy(pages_and_end, subjects[_i].pages, sizeof subjects[_i].pages);
    trial_evaluate(&trial, pages_and_end, &evaluation);
    found = trial_findings(&trial, &evaluation);
    ck_assert_msg(strcmp(found, subjects[_i].findings) == 0, "%s:\n%s", subjects[_i].says, found);
}
END_TEST

static const struct {
    const char *says;
    struct trial_page pages[3];
    const char *finding;
} page_texts[] = {
    {"a page that is missing",
     {DM("DAY 1")},
     "major | Form vs is expected at DAY 1 and was not submitted | {}"},
    {"a second page per subject",
     {DM("LOG"), {"LOG", "dm", "{'sex':'M'}", 1, 2}},
     "major | A second page of form dm, which is filled once per subject | {}"},
    {"a second page per event",
     {PE("LOG"), {"LOG", "pe", "{}", 1, 2}},
     "major | A second page of form pe, which is filled once per event | {}"},
};

START_TEST(a_finding_of_a_page_tells_what_is_wrong)
{
    struct trial_page pages_and_end[4] = {{0}};
    struct evaluation evaluation;
    const char *found;

    memcpy(pages_and_end, page_texts[_i].pages, sizeof page_texts[_i].pages);
    trial_evaluate(&trial, pages_and_end, &evaluation);
    found = trial_findings_in_full(&trial, &evaluation);
    ck_assert_msg(strstr(found, page_texts[_i].finding) != NULL, "%s: not\n%s but\n%s", page_texts[_i].says,
                  page_texts[_i].finding, found);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("violation");
    TCase *cases = tcase_create("violation");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_checked_fixture(cases, begin, end);
    tcase_add_loop_test(cases, a_page_violates_its_rules, 0, COUNT(pages));
    tcase_add_loop_test(cases, a_finding_tells_what_is_wrong, 0, COUNT(texts));
    tcase_add_loop_test(cases, evidence_holds_what_a_finding_rests_on, 0, COUNT(evidences));
    tcase_add_test(cases, a_message_shows_values_as_far_as_there_are_any);
    tcase_add_test(cases, a_finding_is_of_the_category_that_the_study_gives);
    tcase_add_loop_test(cases, a_subject_lacks_pages_or_has_too_many, 0, COUNT(subjects));
    tcase_add_loop_test(cases, a_finding_of_a_page_tells_what_is_wrong, 0, COUNT(page_texts));
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
