/*
 * What becomes of an entry, from the text on the page to value, trail and finding: decimal signs, missing tokens, units, qualified
 * results.
 */
#include "trial.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

static struct trial trial;

/* The subject is one of center 701. */
static const char undeclared_sign[] =
    "{'study': 'values', 'version': '1', 'events': [{'name': 'V1'}],"
    " 'forms': {'lb': {'items': {'crea': {'type': 'decimal'}, 'plt': {'type': 'integer'}}}}}";

static const char declared_signs[] =
    "{'study': 'values', 'version': '1', 'events': [{'name': 'V1'}], 'decimal': '.',"
    " 'centers': {'7*': {'decimal': '.'}, '70*': {'decimal': ','}},"
    " 'forms': {'lb': {'items': {'crea': {'type': 'decimal'}, 'plt': {'type': 'integer'},"
    "   'wbc': {'type': 'decimal', 'decimal': '.'}}}}}";

static const char tokens[] =
    "{'study': 'values', 'version': '1', 'events': [{'name': 'V1'}], 'missing': ['UNK', 'NOT DONE'],"
    " 'forms': {'lb': {'items': {"
    "   'anc': {'type': 'decimal', 'required': true, 'range': {'min': '1'}},"
    "   'hgb': {'type': 'decimal', 'required': 'value'},"
    "   'own': {'type': 'text', 'missing': ['keine']},"
    "   'copy': {'type': 'decimal', 'derive': 'anc'}}}},"
    " 'checks': [{'id': 'T', 'form': 'lb', 'check': 'coalesce(missing(anc), missing(own), \\'?\\') IN "
    "(\\'?\\', "
    "\\'UNK\\')', 'message': 'anc is {anc}'}]}";

static const char units[] =
    "{'study': 'values', 'version': '1', 'events': [{'name': 'V1'}], 'missing': ['ND'],"
    " 'codelists': {'conc': {'codes': ['g/L', 'g/dL']}},"
    " 'forms': {'lb': {'items': {"
    "   'crea': {'type': 'decimal', 'label': 'Creatinine',"
    "            'unit': {'item': 'crea_u', 'to': 'umol/L', 'from': {'mg/dL': {'factor': '88.42'}}}},"
    "   'crea_u': {'type': 'text', 'label': 'Unit'},"
    "   'alb': {'type': 'decimal', 'unit': {'item': 'u', 'to': 'g/L', 'from': {'g/dL': {'factor': '10'}}}},"
    "   'u': {'type': 'text', 'codelist': 'conc'},"
    "   'glob': {'type': 'decimal', 'unit': {'item': 'u', 'to': 'g/L', 'from': {'mg/L': {'factor': "
    "'0.001'}}}}}}},"
    " 'checks': [{'id': 'C', 'form': 'lb', 'check': 'crea < 1000 OR crea_u <> \\'umol/L\\'',"
    "             'message': '{crea} {crea_u} is high, entered as {crea:entered} {crea_u:entered}'}]}";

static const char qualifiers[] =
    "{'study': 'values', 'version': '1', 'events': [{'name': 'V1'}], 'missing': ['ND', '<LLOQ'],"
    " 'centers': {'701': {'decimal': ','}},"
    " 'forms': {'lb': {'items': {"
    "   'crea': {'type': 'decimal', 'qualifier': true, 'required': 'value', 'range': {'min': '10'},"
    "     'unit': {'item': 'u', 'to': 'umol/L', 'from': {'mg/dL': {'factor': '88.42'}, 'off': {'factor': "
    "'-2',"
    "              'offset': '1'}}}},"
    "   'u': {'type': 'text'},"
    "   'crp': {'type': 'decimal', 'qualifier': true, 'required': true}}}},"
    " 'checks': [{'id': 'Q', 'form': 'lb', 'check': 'crea_q IS NULL OR crea_limit < 1000',"
    "             'message': '{crea} {u} ({crea_q}, {crea_limit}), entered as {crea:entered} {u:entered}'}]}";

#define CRP ",'crp':'1'}"

static const struct {
    const char *says;
    const char *definition;
    const char *data;
    const char *typed;   /* a part of the page as trial_pages tells it */
    const char *cleaned; /* as trial_cleaned tells it, without the place */
    const char *found;   /* a part of what was found; NULL: nothing */
} cases[] = {
    {"a lone comma, where no sign is declared", undeclared_sign, "{'crea':'1,125'}", "crea= ", "",
     "lb.crea.type crea V1.1 lb.1 | major | crea \"1,125\" is not a valid decimal: ambiguous: a comma before "
     "three digits may group them or be a decimal comma"},
    {"a lone comma behind a zero", undeclared_sign, "{'crea':'0,856'}", "crea= ", "", "ambiguous"},
    {"a lone comma of an integer", undeclared_sign, "{'plt':'250,000'}", "plt=\n", "",
     "plt \"250,000\" is not a valid integer: ambiguous"},
    {"several commas can only group", undeclared_sign, "{'plt':'1,250,000'}", "plt=1250000\n",
     "plt: 1,250,000 -> 1250000 (decimal)\n", NULL},
    {"a number of JSON, where no sign is declared", undeclared_sign, "{'crea':1.125,'plt':1e3}",
     "crea=1.125 plt=1000\n", "", NULL},

    {"the comma of the center", declared_signs, "{'crea':'1,125'}", "crea=1.125 ",
     "crea: 1,125 -> 1.125 (decimal)\n", NULL},
    {"the grouping point of the center", declared_signs, "{'crea':'1.125','plt':'1.250.000'}",
     "crea=1125 plt=1250000 ", "crea: 1.125 -> 1125 (decimal)\nplt: 1.250.000 -> 1250000 (decimal)\n", NULL},
    {"a number of JSON has a point whatever the center declares", declared_signs,
     "{'crea':1.125,'plt':1.0,'wbc':3.125}", "crea=1.125 plt=1 wbc=3.125\n", "", NULL},
    {"the item's own sign goes before the center's", declared_signs, "{'wbc':'1,125'}", "wbc=1125\n",
     "wbc: 1,125 -> 1125 (decimal)\n", NULL},
    {"the item's own point before three digits", declared_signs, "{'wbc':'1.125'}", "wbc=1.125\n", "", NULL},
    {"a comma that the item does not declare", declared_signs, "{'wbc':'3,7'}", "wbc=\n", "",
     "lb.wbc.type wbc V1.1 lb.1 | major | wbc \"3,7\" is not a valid decimal: a decimal comma"},

    {"a token is an answer", tokens, "{'anc':' unk','hgb':'7'}", "anc=~UNK hgb=7 own= copy=\n",
     "anc:  unk -> NULL (trim,missing)\n", NULL},
    {"but no value", tokens, "{'anc':'2','hgb':'UNK'}", "anc=2 hgb=~UNK own= copy=2\n",
     "hgb: UNK -> NULL (missing)\n",
     "lb.hgb.required hgb V1.1 lb.1 | major | hgb is required | {\"hgb\":\"UNK\"}"},
    {"nothing is no answer", tokens, "{'anc':' ','hgb':'7'}", "anc= hgb=7 own= copy=\n", "",
     "lb.anc.required anc"},
    {"a check reads the token as the study spells it", tokens, "{'anc':'not  done','hgb':'7'}",
     "anc=~NOT DONE ", "anc: not  done -> NULL (trim,missing)\n",
     "T anc V1.1 lb.1 | major | anc is (missing)"},
    {"an item's own tokens", tokens, "{'anc':'2','hgb':'7','own':'KEINE'}", "own=~keine ",
     "own: KEINE -> NULL (missing)\n", "T anc "},
    {"the study's tokens are none of an item that has its own", tokens, "{'anc':'2','hgb':'7','own':'UNK'}",
     "own=UNK ", "", NULL},
    {"a refused value has no token", tokens, "{'anc':'much','hgb':'7'}", "anc= hgb=7 ", "",
     "lb.anc.type anc"},

    {"value and unit stand together", units, "{'crea':'30','crea_u':'mg/dL'}", "crea=2652.60 crea_u=umol/L ",
     "crea: 30 -> 2652.60 (unit)\ncrea_u: mg/dL -> umol/L (unit)\n",
     "C crea V1.1 lb.1 | major | 2652.60 umol/L is high, entered as 30 mg/dL | "
     "{\"crea\":\"30\",\"crea_u\":\"mg/dL\"}"},
    {"the unit's own name in another case", units, "{'crea':'1200','crea_u':'UMOL/L '}",
     "crea=1200 crea_u=umol/L ", "crea_u: UMOL/L  -> umol/L (trim,unit)\n",
     "1200 umol/L is high, entered as 1200 UMOL/L "},
    {"the item's own unit", units, "{'crea':'7','crea_u':'umol/L'}", "crea=7 crea_u=umol/L ", "", NULL},
    {"nothing is nothing in every unit, and has its name", units, "{'crea':'0','crea_u':'mg/dL'}",
     "crea=0 crea_u=umol/L ", "crea_u: mg/dL -> umol/L (unit)\n", NULL},
    {"a unit without a number stays as it is", units, "{'crea_u':'mg/dL'}", "crea= crea_u=mg/dL ", "", NULL},
    {"a unit of a missing number too", units, "{'crea':'ND','crea_u':'mg/dL'}", "crea=~ND crea_u=mg/dL ",
     "crea: ND -> NULL (missing)\n", NULL},
    {"a unit of what is no number too", units, "{'crea':'high','crea_u':'mg/dL'}", "crea= crea_u=mg/dL ", "",
     "lb.crea.type crea"},
    {"a unit that is not known", units, "{'crea':'30','crea_u':'mg/l'}", "crea= crea_u=mg/l ", "",
     "lb.crea.unit crea V1.1 lb.1 | major | Creatinine \"30\" is in \"mg/l\", which is no unit that can be "
     "converted to umol/L"},
    {"a unit that is missing", units, "{'crea':'30'}", "crea= crea_u= ", "",
     "| major | Creatinine \"30\" has no unit: Unit is missing, and the value is kept in umol/L"},
    {"a unit that was not done", units, "{'crea':'30','crea_u':'ND'}", "crea= crea_u=~ND ",
     "crea_u: ND -> NULL (missing)\n", "has no unit: Unit is missing"},
    {"two numbers of one unit item", units, "{'alb':'4','u':'g/dL','glob':''}", "alb=40 u=g/L glob=\n",
     "alb: 4 -> 40 (unit)\nu: g/dL -> g/L (unit)\n", NULL},
    {"a unit that only one of them knows: none stands beside a unit that it is not in", units,
     "{'alb':'4','u':'g/dL','glob':'3'}", "alb=40 u=g/L glob=\n",
     "alb: 4 -> 40 (unit)\nu: g/dL -> g/L (unit)\n", "glob \"3\" is in \"g/dL\", which is no unit"},
    {"a unit that is no code of its list but known becomes one", units, "{'u':'mg/L','glob':'3000'}",
     "alb= u=g/L glob=3.000\n", "u: mg/L -> g/L (unit)\nglob: 3000 -> 3.000 (unit)\n", NULL},

    {"a limit", qualifiers, "{'crea':'<5','u':'umol/L'" CRP,
     "crea= u=umol/L crp=1 crea_q=< crea_limit=5 crp_q= ", "crea: <5 -> <5 (qualifier)\n", NULL},
    {"a limit in another unit, in full width", qualifiers, "{'crea':'＞ ３０','u':'mg/dL'" CRP,
     "crea= u=umol/L crp=1 crea_q=> crea_limit=2652.60 ",
     "crea: ＞ ３０ -> >2652.60 (width,qualifier,unit)\nu: mg/dL -> umol/L (unit)\n",
     "Q crea_q V1.1 lb.1 | major | >2652.60 umol/L (>, 2652.60), entered as ＞ ３０ mg/dL | "
     "{\"crea_q\":\">\",\"crea_limit\":\"2652.60\"}"},
    {"a conversion that turns the order round", qualifiers, "{'crea':'<= 5','u':'off'" CRP,
     "crea_q=>= crea_limit=-9 ", "crea: <= 5 -> >=-9 (qualifier,unit)\nu: off -> umol/L (unit)\n", NULL},
    {"the decimal sign of the center", qualifiers, "{'crea':'1.000','u':'umol/L','crp':'≤ 0,125'}",
     "crea=1000 u=umol/L crp= crea_q= crea_limit= crp_q=<= crp_limit=0.125\n",
     "crea: 1.000 -> 1000 (decimal)\ncrp: ≤ 0,125 -> <=0.125 (qualifier,decimal)\n", NULL},
    {"a missing token that begins with a sign", qualifiers, "{'crea':'50','u':'umol/L','crp':'<lloq'}",
     "crp=~<LLOQ crea_q= crea_limit= crp_q= crp_limit=\n", "crp: <lloq -> NULL (missing)\n", NULL},
    {"a limit without a unit", qualifiers, "{'crea':'<5'" CRP, "crea= u= crp=1 crea_q= crea_limit= ", "",
     "lb.crea.unit crea V1.1 lb.1 | major | crea \"<5\" has no unit: u is missing"},
    {"a limit of a unit that is not known", qualifiers, "{'crea':'<5','u':'g'" CRP,
     "crea= u=g crp=1 crea_q= ", "", "crea \"<5\" is in \"g\", which is no unit"},
    {"a sign without a number", qualifiers, "{'crea':'50','u':'umol/L','crp':'<'}",
     "crp= crea_q= crea_limit= crp_q= ", "",
     "lb.crp.type crp V1.1 lb.1 | major | crp \"<\" is not a valid decimal: not a number"},
    {"two signs", qualifiers, "{'crea':'50','u':'umol/L','crp':'<<5'}", "crp= ", "", "lb.crp.type crp"},
    {"a number", qualifiers, "{'crea':'50','u':'umol/L'" CRP,
     "crea=50 u=umol/L crp=1 crea_q= crea_limit= ", "", NULL},
    {"a number is asked for its range, and a limit is not", qualifiers, "{'crea':'5','u':'umol/L'" CRP,
     "crea=5 ", "", "lb.crea.range crea"},
    {"nothing", qualifiers, "{'u':'umol/L'" CRP, "crea= ", "", "lb.crea.required crea"},
    {"what crfd makes is not entered", qualifiers, "{'crea':'50','u':'umol/L','crea_q':'<'" CRP,
     "crea=50 u=umol/L crp=1 crea_q= ", "", "lb.unknown-item crea_q"},
    {"a limit where none is taken", units, "{'crea':'<5','crea_u':'umol/L'}", "crea= ", "",
     "lb.crea.type crea"},
};

/* What was cleaned, without the page's place, which is always the same. */
static const char *
without_place(const char *text)
{
    static const char place[] = " V1.1 lb.1:";
    char *copy = arena_strdup(&trial.arena, text);
    char *at = copy;

    while ((at = strstr(at, place)) != NULL)
        memmove(at, at + strlen(place) - 1, strlen(at + strlen(place) - 1) + 1);
    return copy;
}

START_TEST(an_entry_becomes_a_value)
{
    struct trial_page pages[] = {{"V1", "lb", cases[_i].data, 1, 1}, {0}};
    struct evaluation evaluation;
    const char *typed, *cleaned, *found;

    trial_open(&trial, cases[_i].definition);
    trial_evaluate(&trial, pages, &evaluation);
    typed = trial_pages(&trial, &evaluation);
    cleaned = without_place(trial_cleaned(&trial, &evaluation));
    found = trial_findings_in_full(&trial, &evaluation);
    ck_assert_msg(strstr(typed, cases[_i].typed) != NULL, "%s: not\n%s\nbut\n%s", cases[_i].says,
                  cases[_i].typed, typed);
    ck_assert_msg(strcmp(cleaned, cases[_i].cleaned) == 0, "%s:\n%s", cases[_i].says, cleaned);
    ck_assert_msg(cases[_i].found != NULL ? strstr(found, cases[_i].found) != NULL : found[0] == '\0',
                  "%s: found was\n%s", cases[_i].says, found);
    trial_close(&trial);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("values");
    TCase *tcase = tcase_create("values");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_loop_test(tcase, an_entry_becomes_a_value, 0, COUNT(cases));
    suite_add_tcase(suite, tcase);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
