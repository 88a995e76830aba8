#include "batch/evaluate.h"
#include "batch/stand_in.h"

#include "trial.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

void __real_qsort(void *base, size_t count, size_t size, int (*compare)(const void *, const void *));
void __wrap_qsort(void *base, size_t count, size_t size, int (*compare)(const void *, const void *));

/* C does not say in which order equal elements come. The real one leaves them as they are; here they are turned round. */
void
__wrap_qsort(void *base, size_t count, size_t size, int (*compare)(const void *, const void *))
{
    char *elements = base;

    for (size_t i = 0; i < count / 2; i++) {
        char *a = elements + i * size;
        char *b = elements + (count - 1 - i) * size;

        for (size_t j = 0; j < size; j++) {
            char byte = a[j];

            a[j] = b[j];
            b[j] = byte;
        }
    }
    __real_qsort(base, count, size, compare);
}

static struct trial trial;
static struct evaluation evaluation;

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

/* ---- What goes to quarantine ---- */

enum flaw {
    FLAW_NONE,
    FLAW_NO_CENTER,
    FLAW_EMPTY_CENTER,
    FLAW_NO_SUBJECT,
    FLAW_EMPTY_SUBJECT,
    FLAW_LONG_CENTER,
    FLAW_LONG_SUBJECT,
    FLAW_MADE_UP_SUBJECT,
    FLAW_NO_EVENT,
    FLAW_NO_EVENT_REPEAT,
    FLAW_NO_FORM,
    FLAW_NO_FORM_REPEAT,
    FLAW_NO_DATA,
    FLAW_NO_SUBMITTED_AT,
    FLAW_LONG_EVENT /* 500 bytes behind the pattern's beginning */
};

static const struct {
    const char *says;
    struct trial_page page;
    enum flaw flaw;
    const char *reason;
} flawed[] = {
    {"no center", {"LOG", "bb", "{}", 1, 1}, FLAW_NO_CENTER, "center_id is missing"},
    {"an empty center", {"LOG", "bb", "{}", 1, 1}, FLAW_EMPTY_CENTER, "center_id is missing"},
    {"no subject", {"LOG", "bb", "{}", 1, 1}, FLAW_NO_SUBJECT, "subject_id is missing"},
    {"an empty subject", {"LOG", "bb", "{}", 1, 1}, FLAW_EMPTY_SUBJECT, "subject_id is missing"},
    {"a center too long for a key",
     {"LOG", "bb", "{}", 1, 1},
     FLAW_LONG_CENTER,
     "center_id is too long for a key, or looks like one that crfd has made up"},
    {"a subject too long for a key",
     {"LOG", "bb", "{}", 1, 1},
     FLAW_LONG_SUBJECT,
     "subject_id is too long for a key"},
    {"a subject that looks like none",
     {"LOG", "bb", "{}", 1, 1},
     FLAW_MADE_UP_SUBJECT,
     "subject_id looks like one that crfd has made up"},
    {"no event", {"LOG", "bb", "{}", 1, 1}, FLAW_NO_EVENT, "event is missing"},
    {"no event repeat", {"LOG", "bb", "{}", 1, 1}, FLAW_NO_EVENT_REPEAT, "event_repeat is missing"},
    {"no form", {"LOG", "bb", "{}", 1, 1}, FLAW_NO_FORM, "form is missing"},
    {"no form repeat", {"LOG", "bb", "{}", 1, 1}, FLAW_NO_FORM_REPEAT, "form_repeat is missing"},
    {"no data", {"LOG", "bb", "{}", 1, 1}, FLAW_NO_DATA, "data is missing"},
    {"no instant of submission", {"LOG", "bb", "{}", 1, 1}, FLAW_NO_SUBMITTED_AT, "submitted_at is missing"},
    {"an event longer than a key can be",
     {"EXTRA ", "vs", "{}", 1, 1},
     FLAW_LONG_EVENT,
     "the event's name is too long"},
    {"an unknown form", {"LOG", "zz", "{}", 1, 1}, FLAW_NONE, "the study has no such form"},
    {"an empty form", {"LOG", "", "{}", 1, 1}, FLAW_NONE, "the study has no such form"},
    {"an unknown event", {"DAY 3", "vs", "{}", 1, 1}, FLAW_NONE, "the study has no such event"},
    {"an event in another case", {"day 1", "vs", "{}", 1, 1}, FLAW_NONE, "the study has no such event"},
    {"an event that only begins as one",
     {"DAY 11", "vs", "{}", 1, 1},
     FLAW_NONE,
     "the study has no such event"},
    {"an event with what cannot be seen",
     {"DAY\u200b\u00a07", "vs", "{}", 1, 1},
     FLAW_NONE,
     "the study has no such event: \"DAY<U+200B><U+00A0>7\""},
    {"a form with what cannot be seen",
     {"LOG", "v\ufeffz", "{}", 1, 1},
     FLAW_NONE,
     "the study has no such form: \"v<U+FEFF>z\""},
    {"nothing but what cannot be seen",
     {"\u200b", "vs", "{}", 1, 1},
     FLAW_NONE,
     "the study has no such event: \"<U+200B>\""},
    {"what cleaning leaves and nobody sees",
     {"DAY 1\u3164", "vs", "{}", 1, 1},
     FLAW_NONE,
     "the study has no such event: \"DAY 1<U+3164>\""},
    {"an item twice that only cleaning shows",
     {"LOG", "vs", "{'sysbp':1,'sys\u200bbp':1}", 1, 1},
     FLAW_NONE,
     "key \"sysbp\" occurs twice"},
    {"an unknown item twice that only cleaning shows",
     {"LOG", "vs", "{'pulse':1,' pulse':1}", 1, 1},
     FLAW_NONE,
     "key \"pulse\" occurs twice"},
    {"the beginning of a pattern", {"EXTRA", "vs", "{}", 1, 1}, FLAW_NONE, "the study has no such event"},
    {"the beginning of a pattern, with its blank",
     {"EXTRA ", "vs", "{}", 1, 1},
     FLAW_NONE,
     "the study has no such event"},
    {"data that are no object", {"LOG", "vs", "[1]", 1, 1}, FLAW_NONE, "the page is an array, not an object"},
    {"an item that is no scalar",
     {"LOG", "vs", "{'sysbp':[1]}", 1, 1},
     FLAW_NONE,
     "item \"sysbp\" is an array, not a scalar"},
    {"an item twice", {"LOG", "vs", "{'sysbp':1,'sysbp':1}", 1, 1}, FLAW_NONE, "key \"sysbp\" occurs twice"},
    {"an item twice in another case",
     {"LOG", "vs", "{'sysbp':1,'x':2,'SYSBP':3}", 1, 1},
     FLAW_NONE,
     "key \"SYSBP\" occurs twice"},
    {"an item with a key of its own twice",
     {"LOG", "vs", "{'dbp':1,'DBP':2}", 1, 1},
     FLAW_NONE,
     "key \"DBP\" occurs twice"},
    {"an unknown item twice",
     {"LOG", "vs", "{'pulse':1,'pulse':null}", 1, 1},
     FLAW_NONE,
     "key \"pulse\" occurs twice"},
    {"an unknown item twice in another case",
     {"LOG", "vs", "{'a':1,'Pulse':1,'b':2,'pulsE':2}", 1, 1},
     FLAW_NONE,
     "key \"pulsE\" occurs twice"},
    {"a derived item twice",
     {"LOG", "vs", "{'ratio':1,'RATIO':2}", 1, 1},
     FLAW_NONE,
     "key \"RATIO\" occurs twice"},
    {"a key with a quote and a semicolon twice",
     {"LOG", "vs", "{'a\\';--':1,'A\\';--':2}", 1, 1},
     FLAW_NONE,
     "key \"A';--\" occurs twice"},
};

/* Nobody looks behind the length of an id that is too long. */
static void
set_subject(struct source_subject *subject, const char *own_id, size_t length)
{
    subject->own_id = own_id;
    subject->own_id_length = length;
}

static void
apply_flaw(enum flaw flaw, const char **center_id, struct source_subject *subject, struct source_page *page)
{
    char *name;

    switch (flaw) {
    case FLAW_NO_CENTER:
        *center_id = STAND_IN_NULL;
        break;
    case FLAW_EMPTY_CENTER:
        *center_id = "";
        break;
    case FLAW_NO_SUBJECT:
        set_subject(subject, NULL, 0);
        break;
    case FLAW_EMPTY_SUBJECT:
        set_subject(subject, "", 0);
        break;
    case FLAW_LONG_CENTER:
        *center_id = STAND_IN_HASH "0)";
        break;
    case FLAW_LONG_SUBJECT:
        set_subject(subject, "x", STAND_IN_ID_MAX + 1);
        break;
    case FLAW_MADE_UP_SUBJECT:
        set_subject(subject, STAND_IN_NULL, strlen(STAND_IN_NULL));
        break;
    case FLAW_NO_EVENT:
        page->event = NULL;
        break;
    case FLAW_NO_EVENT_REPEAT:
        page->has_event_repeat = false;
        break;
    case FLAW_NO_FORM:
        page->form = NULL;
        break;
    case FLAW_NO_FORM_REPEAT:
        page->has_form_repeat = false;
        break;
    case FLAW_NO_DATA:
        page->data = NULL;
        break;
    case FLAW_NO_SUBMITTED_AT:
        page->has_submitted_at = false;
        break;
    case FLAW_LONG_EVENT:
        name = arena_printf(&trial.arena, "%s%0500d", page->event, 0);
        page->event = name;
        page->event_length = strlen(name);
        break;
    case FLAW_NONE:
        break;
    }
}

START_TEST(a_page_that_cannot_be_taken_in_is_quarantined)
{
    struct source_page page = trial_source_page(&trial, &flawed[_i].page);
    struct source_subject subject = {.subject_id = "1",
                                     .subject_id_length = 1,
                                     .own_id = "1",
                                     .own_id_length = 1,
                                     .pages = &page,
                                     .page_count = 1};
    const char *center_id = "701";

    apply_flaw(flawed[_i].flaw, &center_id, &subject, &page);
    evaluate_subject(&trial.evaluator, &trial.arena, center_id, &subject, &evaluation);
    ck_assert_uint_eq(evaluation.subject.page_count, 0);
    /* What else is expected at its event is another matter. */
    for (size_t i = 0; i < evaluation.violation_count; i++)
        ck_assert_ptr_nonnull(strstr(evaluation.violations[i].check_id, ".missing-page"));
    ck_assert_uint_eq(evaluation.cleaned_count, 0);
    ck_assert_uint_eq(evaluation.quarantined_count, 1);
    ck_assert_ptr_eq(evaluation.quarantined[0].page, &page);
    ck_assert_msg(flawed[_i].reason == NULL ||
                      strcmp(evaluation.quarantined[0].reason, flawed[_i].reason) == 0,
                  "%s: %s", flawed[_i].says, evaluation.quarantined[0].reason);
}
END_TEST

static const struct {
    const char *says;
    struct trial_page pages[4];
    const char *quarantined;
    const char *kept; /* events and forms of the pages that were taken in */
} keys[] = {
    {"a second page of a key",
     {{"LOG", "bb", "{}", 1, 1}, {"LOG", "bb", "{}", 1, 1}},
     "LOG.1 bb.1: the subject has another page of this key\n",
     "LOG.1 bb.1 "},
    {"a third, too",
     {{"LOG", "bb", "{}", 1, 1}, {"LOG", "bb", "{}", 1, 1}, {"LOG", "bb", "{}", 1, 1}},
     "LOG.1 bb.1: the subject has another page of this key\nLOG.1 bb.1: the subject has another page of this "
     "key\n",
     "LOG.1 bb.1 "},
    {"a second page whose form is in another case",
     {{"LOG", "BB", "{}", 1, 1}, {"LOG", "bb", "{}", 1, 1}},
     "LOG.1 bb.1: the subject has another page of this key\n",
     "LOG.1 bb.1 "},
    {"with a page between them in the order of the source",
     {{"LOG", "BB", "{}", 1, 1}, {"LOG", "PE", "{}", 1, 1}, {"LOG", "bb", "{}", 1, 1}},
     "LOG.1 bb.1: the subject has another page of this key\n",
     "LOG.1 bb.1 LOG.1 pe.1 "},
    {"the first of the source counts, also where it cannot be read",
     {{"LOG", "BB", "[]", 1, 1}, {"LOG", "PE", "{}", 1, 1}, {"LOG", "bb", "{}", 1, 1}},
     "LOG.1 BB.1: the page is an array, not an object\nLOG.1 bb.1: the subject has another page of this "
     "key\n",
     "LOG.1 pe.1 "},
    {"a page of another form repeat is another page",
     {{"LOG", "bb", "{}", 1, 1}, {"LOG", "bb", "{}", 1, 2}},
     "",
     "LOG.1 bb.1 LOG.1 bb.2 "},
    {"a page of another event repeat is another page",
     {{"LOG", "bb", "{}", 1, 1}, {"LOG", "bb", "{}", 2, 1}},
     "",
     "LOG.1 bb.1 LOG.2 bb.1 "},
    {"a second page is quarantined also where the first cannot be read",
     {{"LOG", "bb", "[]", 1, 1}, {"LOG", "bb", "{}", 1, 1}},
     "LOG.1 bb.1: the page is an array, not an object\nLOG.1 bb.1: the subject has another page of this "
     "key\n",
     ""},
    {"others of the subject are taken in",
     {{"LOG", "bb", "{}", 1, 1}, {"LOG", "vs", "7", 1, 1}, {"NEVER", "vs", "{}", 1, 1}},
     "LOG.1 vs.1: the page is a number, not an object\nNEVER.1 vs.1: the study has no such event\n",
     "LOG.1 bb.1 "},
    {"they stay in the order of the source",
     {{"DAY 9", "vs", "{}", 1, 1}, {"LOG", "bb", "7", 1, 1}, {"LOG", "zz", "{}", 1, 1}},
     "DAY 9.1 vs.1: the study has no such event\nLOG.1 bb.1: the page is a number, not an object\n"
     "LOG.1 zz.1: the study has no such form\n",
     ""},
};

/* Event, form and repeats of the pages that were taken in. */
static const char *
kept_pages(void)
{
    struct strbuf text;
    const char *copy;

    strbuf_init(&text);
    for (size_t i = 0; i < evaluation.subject.page_count; i++) {
        struct page_key key = page_key_of(&evaluation.subject.pages[i]);

        strbuf_printf(&text, "%s.%d %s.%d ", key.event, key.event_repeat, key.form, key.form_repeat);
    }
    copy = arena_copy(&trial.arena, text.text, text.length);
    strbuf_destroy(&text);
    return copy;
}

START_TEST(of_one_key_one_page_is_taken_in)
{
    struct trial_page pages[5] = {{0}};

    memcpy(pages, keys[_i].pages, sizeof keys[_i].pages);
    trial_evaluate(&trial, pages, &evaluation);
    ck_assert_msg(strcmp(trial_quarantined(&trial, &evaluation), keys[_i].quarantined) == 0, "%s:\n%s",
                  keys[_i].says, trial_quarantined(&trial, &evaluation));
    ck_assert_msg(strcmp(kept_pages(), keys[_i].kept) == 0, "%s: %s", keys[_i].says, kept_pages());
}
END_TEST

/* ---- What is taken in ---- */

static const struct {
    const char *says;
    struct trial_page page;
    const char *typed; /* a part of the page as trial_pages tells it */
    const char *cleaned;
} taken[] = {
    {"typed values",
     {"DAY 1", "vs", "{'day':'2024-03-01','sysbp':'120'}", 1, 1},
     "DAY 1.1 vs.1 at 1: day=2024-03-01 at= seen= sysbp=120 ",
     ""},
    {"numbers as JSON has them",
     {"DAY 1", "vs", "{'sysbp':120,'height':1.80}", 1, 1},
     "sysbp=120 diabp= weight= "
     "weight_u= height=1.80",
     ""},
    {"keys in another case", {"DAY 1", "vs", "{'SysBP':120}", 1, 1}, "sysbp=120", ""},
    {"an item with a key of its own", {"DAY 1", "vs", "{'dbp':80}", 1, 1}, "diabp=80", ""},
    {"a form in another case has the study's spelling",
     {"DAY 1", "VS", "{'sysbp':120}", 1, 1},
     "DAY 1.1 vs.1 at 1: ",
     ""},
    {"repeats", {"DAY 1", "vs", "{}", 3, 7}, "DAY 1.3 vs.7 at 1: ", ""},
    {"an event of a pattern", {"EXTRA 7", "vs", "{}", 1, 1}, "EXTRA 7.1 vs.1 at 4: ", ""},
    {"an event of the longest pattern", {"EXTRA LAB 7", "vs", "{}", 1, 1}, "EXTRA LAB 7.1 vs.1 at 5: ", ""},
    {"null, nothing and a missing token are all missing",
     {"DAY 1", "dm", "{'sex':null,'born':'ND'}", 1, 1},
     "sex= born=~ND ",
     "born DAY 1.1 dm.1: ND -> NULL (missing)\n"},
    {"a synonym",
     {"DAY 1", "dm", "{'sex':'male'}", 1, 1},
     "sex=M ",
     "sex DAY 1.1 dm.1: male -> M (synonym)\n"},
    {"several steps",
     {"DAY 1", "dm", "{'sex':' ＭＡＬＥ '}", 1, 1},
     "sex=M ",
     "sex DAY 1.1 dm.1:  ＭＡＬＥ  -> M (width,trim,synonym)\n"},
    {"a conversion by the unit's own cleaned value",
     {"DAY 1", "vs", "{'weight':'100','weight_u':' LB'}", 1, 1},
     "weight=50.0 weight_u=kg ",
     "weight DAY 1.1 vs.1: 100 -> 50.0 (unit)\nweight_u DAY 1.1 vs.1:  LB -> kg (trim,unit)\n"},
    {"a value that is no code is kept, and what was cleaned of it",
     {"DAY 1", "dm", "{'sex':' X '}", 1, 1},
     "sex=X ",
     "sex DAY 1.1 dm.1:  X  -> X (trim)\n"},
    {"of what cannot be typed nothing was cleaned", {"DAY 1", "vs", "{'sysbp':' x '}", 1, 1}, "sysbp= ", ""},
    {"of what has no unit neither", {"DAY 1", "vs", "{'weight':'1,000'}", 1, 1}, "weight= ", ""},
    {"a number written otherwise is the same number",
     {"DAY 1", "vs", "{'height':'036.20'}", 1, 1},
     "height=36.20",
     ""},
    {"a derived item that is entered is not taken over",
     {"DAY 1", "vs", "{'ratio':'7','height':'2','weight':'3','weight_u':'kg'}", 1, 1},
     "ratio=3.0000000000000000 double=6",
     ""},
};

START_TEST(a_page_is_cleaned_and_typed)
{
    struct trial_page pages[] = {taken[_i].page, {0}};
    const char *found;

    trial_evaluate(&trial, pages, &evaluation);
    found = trial_pages(&trial, &evaluation);
    ck_assert_msg(strstr(found, taken[_i].typed) != NULL, "%s: not\n%s\nbut\n%s", taken[_i].says,
                  taken[_i].typed, found);
    ck_assert_msg(strcmp(trial_cleaned(&trial, &evaluation), taken[_i].cleaned) == 0, "%s:\n%s",
                  taken[_i].says, trial_cleaned(&trial, &evaluation));
    ck_assert_int_eq(evaluation.subject.pages[0].submitted_at, INT64_C(763387200000000));
}
END_TEST

/* ---- Derived items ---- */

static const struct {
    const char *says;
    struct trial_page pages[3];
    const char *typed;
} derived[] = {
    {"from an item of the page", {{"LOG", "vs", "{'weight':'3','weight_u':'kg'}", 1, 1}}, "double=6\n"},
    {"from a converted item", {{"LOG", "vs", "{'weight':'3','weight_u':'LB'}", 1, 1}}, "double=3.0\n"},
    {"from an item that is derived itself, and stands behind it",
     {{"LOG", "vs", "{'weight':'3','weight_u':'kg','height':'8'}", 1, 1}},
     "ratio=0.75000000000000000000 double=6\n"},
    {"from a derived item of a page that stands behind it",
     {{"DAY 1", "bb", "{}", 1, 1}, {"LOG", "dm", "{}", 1, 1}},
     "DAY 1.1 bb.1 at 1: age=40\n"},
    {"from a page that is not there", {{"DAY 1", "bb", "{}", 1, 1}}, "age=\n"},
    {"from an item that is missing", {{"LOG", "vs", "{'height':'8'}", 1, 1}}, "ratio= double=\n"},
    {"from an item that makes it fail",
     {{"LOG", "vs", "{'weight':'3','weight_u':'kg','height':'0'}", 1, 1}},
     "ratio= double=6\n"},
};

START_TEST(a_derived_item_is_computed)
{
    struct trial_page pages[4] = {{0}};
    const char *found;

    memcpy(pages, derived[_i].pages, sizeof derived[_i].pages);
    trial_evaluate(&trial, pages, &evaluation);
    found = trial_pages(&trial, &evaluation);
    ck_assert_msg(strstr(found, derived[_i].typed) != NULL, "%s:\n%s", derived[_i].says, found);
}
END_TEST

/* ---- Order and determinism ---- */

/* Something of every kind, in the order of the source: bytewise, upper case before lower. */
static const struct trial_page everything[] = {
    {"DAY 1", "VS", "{'sysbp':'300','DBP':'0','zz':1,'aa':2,'weight':'1,234','weight_u':'LB'}", 1, 1},
    {"DAY 1", "bb", "{}", 1, 1},
    {"DAY 1", "dm", "{'sex':'ＭＡＬＥ','born':'2025'}", 1, 1},
    {"DAY 1", "vs", "{'day':'1 MAR 2024','height':'x','sysbp':'20','DBP':'30'}", 2, 2},
    {"DAY 1", "vs", "{'day':'2030-01-01'}", 2, 10},
    {"EXTRA 9", "dm", "{'sex':'?'}", 1, 1},
    {"EXTRA 9", "vs", "[]", 1, 1},
    {"LOG", "pe", "{'result':'a'}", 1, 1},
    {"LOG", "pe", "{'result':'ＡＢ'}", 1, 2},
    {0},
};

static const char *
dump(void)
{
    return arena_printf(&trial.arena, "%s%s%s%s", trial_pages(&trial, &evaluation),
                        trial_cleaned(&trial, &evaluation), trial_findings_in_full(&trial, &evaluation),
                        trial_quarantined(&trial, &evaluation));
}

START_TEST(findings_stand_in_key_order)
{
    trial_evaluate(&trial, everything, &evaluation);
    ck_assert_str_eq(trial_findings(&trial, &evaluation), "dm.born.range born DAY 1.1 dm.1\n"
                                                          "VS2 diabp DAY 1.1 vs.1\n"
                                                          "vs.day.required day DAY 1.1 vs.1\n"
                                                          "vs.height.required height DAY 1.1 vs.1\n"
                                                          "vs.sysbp.range sysbp DAY 1.1 vs.1\n"
                                                          "vs.unknown-item aa DAY 1.1 vs.1\n"
                                                          "vs.unknown-item zz DAY 1.1 vs.1\n"
                                                          "vs.weight.range weight DAY 1.1 vs.1\n"
                                                          "VS1 sysbp DAY 1.2 vs.2\n"
                                                          "vs.height.type height DAY 1.2 vs.2\n"
                                                          "vs.sysbp.range sysbp DAY 1.2 vs.2\n"
                                                          "vs.day.range day DAY 1.2 vs.10\n"
                                                          "vs.height.required height DAY 1.2 vs.10\n"
                                                          "dm.duplicate-page - EXTRA 9.1 dm.1\n"
                                                          "dm.sex.codelist sex EXTRA 9.1 dm.1\n"
                                                          "pe.missing-page - EXTRA 9.1 pe.1\n"
                                                          "pe.result.length result LOG.1 pe.1\n"
                                                          "pe.duplicate-page - LOG.1 pe.2\n");
}
END_TEST

START_TEST(pages_stand_in_key_order)
{
    trial_evaluate(&trial, everything, &evaluation);
    ck_assert_uint_ge(evaluation.subject.page_count, 8);
    for (size_t i = 1; i < evaluation.subject.page_count; i++) {
        struct page_key before = page_key_of(&evaluation.subject.pages[i - 1]);
        struct page_key key = page_key_of(&evaluation.subject.pages[i]);

        ck_assert_int_lt(page_key_compare(&before, &key), 0);
    }
}
END_TEST

START_TEST(the_same_subject_gives_the_same)
{
    struct strbuf first;

    strbuf_init(&first);
    trial_evaluate(&trial, everything, &evaluation);
    strbuf_append(&first, dump());
    trial_forget(&trial);
    trial_evaluate(&trial, everything, &evaluation);
    ck_assert_str_eq(dump(), first.text);
    trial_close(&trial);
    trial_open(&trial, NULL);
    trial_evaluate(&trial, everything, &evaluation);
    ck_assert_str_eq(dump(), first.text);
    strbuf_destroy(&first);
}
END_TEST

START_TEST(the_order_in_which_pages_come_does_not_matter)
{
    struct trial_page backwards[COUNT(everything)] = {{0}};
    const char *first;

    trial_evaluate(&trial, everything, &evaluation);
    first = dump();
    for (int i = 0; i < COUNT(everything) - 1; i++)
        backwards[i] = everything[COUNT(everything) - 2 - i];
    trial_evaluate(&trial, backwards, &evaluation);
    ck_assert_str_eq(dump(), first);
}
END_TEST

START_TEST(a_subject_without_pages_gives_nothing)
{
    trial_evaluate(&trial, (struct trial_page[]){{0}}, &evaluation);
    ck_assert_str_eq(dump(), "");
}
END_TEST

/* ---- Keys ---- */

static const struct {
    const char *says;
    struct page_key smaller, larger;
} orders[] = {
    {"the event comes first", {"A", 2, "z", 9}, {"B", 1, "a", 1}},
    {"events are compared bytewise", {"B", 1, "a", 1}, {"a", 1, "a", 1}},
    {"a beginning comes before the whole", {"A", 1, "a", 1}, {"AA", 1, "a", 1}},
    {"then its repeat, as a number", {"A", 2, "z", 9}, {"A", 10, "a", 1}},
    {"also below zero", {"A", -2, "z", 9}, {"A", -1, "a", 1}},
    {"then the form", {"A", 1, "a", 9}, {"A", 1, "b", 1}},
    {"then its repeat", {"A", 1, "a", 9}, {"A", 1, "a", 10}},
};

START_TEST(keys_are_ordered)
{
    ck_assert_msg(page_key_compare(&orders[_i].smaller, &orders[_i].larger) < 0, "%s", orders[_i].says);
    ck_assert_msg(page_key_compare(&orders[_i].larger, &orders[_i].smaller) > 0, "%s", orders[_i].says);
    ck_assert_int_eq(page_key_compare(&orders[_i].larger, &orders[_i].larger), 0);
}
END_TEST

START_TEST(a_page_is_found_by_its_key)
{
    struct page_key key = {"LOG", 1, "pe", 2};
    size_t index = 99;

    trial_evaluate(&trial, everything, &evaluation);
    ck_assert(evaluation_find_page(&evaluation, &key, &index));
    ck_assert_str_eq(evaluation.subject.pages[index].event, "LOG");
    ck_assert_int_eq(evaluation.subject.pages[index].form_repeat, 2);
    key.form_repeat = 3;
    ck_assert(!evaluation_find_page(&evaluation, &key, &index));
}
END_TEST

/* ---- Names are cleaned as values are ---- */

/* Each is DAY 1, vs and sysbp as somebody may have entered them. */
static const struct {
    const char *event, *form, *key;
} spellings[] = {
    {"DAY 1", "vs", "sysbp"},
    {" DAY 1 ", " vs", "sysbp "},
    {"DAY\u00a01", "VS\u3000", "SYSBP\u00a0"},
    {"DAY  1", "v\u200bs", "sys\u200bbp"},
    {"DAY\t1\r\n", "vs\ufeff", "\ufeffsysbp"},
    {"\uff24\uff21\uff39\u30001", "\uff36\uff33", "\uff53\uff59\uff53\uff42\uff50"},
    {"DAY\u2003\uff11", "\u200evs\u200f", "\u202asysbp\u202c"},
};

START_TEST(a_page_is_known_however_its_names_are_spelled)
{
    const char *data = arena_printf(&trial.arena, "{'%s':'120'}", spellings[_i].key);
    const struct trial_page pages[] = {{"DAY 2", "vs", "{}", 1, 1},
                                       {spellings[_i].event, spellings[_i].form, data, 1, 1},
                                       {NULL, NULL, NULL, 0, 0}};

    trial_evaluate(&trial, pages, &evaluation);
    ck_assert_str_eq(trial_quarantined(&trial, &evaluation), "");
    ck_assert_uint_eq(evaluation.subject.page_count, 2);
    ck_assert_str_eq(evaluation.subject.pages[0].event, "DAY 1");
    ck_assert_str_eq(evaluation.subject.pages[0].form->name, "vs");
    ck_assert_int_eq(evaluation.subject.pages[0]
                         .values[form_item_by_name(evaluation.subject.pages[0].form, "sysbp")]
                         .is_null,
                     false);
}
END_TEST

START_TEST(pages_that_meet_are_quarantined_as_such)
{
    const struct trial_page pages[] = {{"DAY 1", "vs", "{'sysbp':'120'}", 1, 1},
                                       {"DAY 1\u200b", "\uff56s", "{'sysbp':'130'}", 1, 1},
                                       {NULL, NULL, NULL, 0, 0}};

    trial_evaluate(&trial, pages, &evaluation);
    ck_assert_uint_eq(evaluation.subject.page_count, 1);
    ck_assert_str_eq(trial_quarantined(&trial, &evaluation),
                     "DAY 1.1 vs.1: the subject has another page of this key; this one was entered as event "
                     "\"DAY 1<U+200B>\", form \"\uff56s\"\n");
}
END_TEST

START_TEST(an_unknown_item_shows_what_cannot_be_seen)
{
    const struct trial_page pages[] = {{"LOG", "vs", "{'pul\u00adse':'60'}", 1, 1}, {NULL, NULL, NULL, 0, 0}};

    trial_evaluate(&trial, pages, &evaluation);
    ck_assert_ptr_nonnull(
        strstr(trial_findings_in_full(&trial, &evaluation), "has no item \"pul<U+00AD>se\""));
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("evaluate");
    TCase *cases = tcase_create("evaluate");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_checked_fixture(cases, begin, end);
    tcase_add_loop_test(cases, a_page_that_cannot_be_taken_in_is_quarantined, 0, COUNT(flawed));
    tcase_add_loop_test(cases, of_one_key_one_page_is_taken_in, 0, COUNT(keys));
    tcase_add_loop_test(cases, a_page_is_cleaned_and_typed, 0, COUNT(taken));
    tcase_add_loop_test(cases, a_derived_item_is_computed, 0, COUNT(derived));
    tcase_add_test(cases, findings_stand_in_key_order);
    tcase_add_test(cases, pages_stand_in_key_order);
    tcase_add_test(cases, the_same_subject_gives_the_same);
    tcase_add_test(cases, the_order_in_which_pages_come_does_not_matter);
    tcase_add_test(cases, a_subject_without_pages_gives_nothing);
    tcase_add_loop_test(cases, keys_are_ordered, 0, COUNT(orders));
    tcase_add_test(cases, a_page_is_found_by_its_key);
    tcase_add_loop_test(cases, a_page_is_known_however_its_names_are_spelled, 0, COUNT(spellings));
    tcase_add_test(cases, pages_that_meet_are_quarantined_as_such);
    tcase_add_test(cases, an_unknown_item_shows_what_cannot_be_seen);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
