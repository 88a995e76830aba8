#include "generate_subject.h"

#include "generate_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_CONSENT 19730 /* 2024-01-08 */

static const struct habit habits[] = {
    {.name = "English, metric", .bare_numbers = true, .dates = DATES_ISO},
    {.name = "Chinese", .chinese = true, .billions = true, .wide_percent = 4, .dates = DATES_CHINESE},
    {.name = "American", .upper_keys = true, .us_units = true, .grouped = true, .dates = DATES_ENGLISH},
    {.name = "Chinese, full width", .chinese = true, .wide_percent = 25, .dates = DATES_SLASHES},
};

struct pair {
    const char *english, *chinese;
};

static const struct pair terms[] = {
    {"HEADACHE", "头痛"},         {"NAUSEA", "恶心"},    {"DIZZINESS", "头晕"},        {"FATIGUE", "乏力"},
    {"DRY COUGH", "干咳"},        {"INSOMNIA", "失眠"},  {"ALT INCREASED", "ALT升高"}, {"DIARRHOEA", "腹泻"},
    {"ANKLE OEDEMA", "踝部水肿"}, {"BACK PAIN", "背痛"},
};

struct drug {
    struct pair name, indication;
    const char *dose, *unit, *frequency, *route;
};

static const struct drug drugs[] = {
    {{"METFORMIN", "二甲双胍"}, {"TYPE 2 DIABETES", "2型糖尿病"}, "500", "mg", "BID", "ORAL"},
    {{"ASPIRIN", "阿司匹林"}, {"CORONARY DISEASE", "冠心病"}, "100", "mg", "QD", "ORAL"},
    {{"OMEPRAZOLE", "奥美拉唑"}, {"REFLUX", "反流性食管炎"}, "20", "mg", "QD", "ORAL"},
    {{"PARACETAMOL", "对乙酰氨基酚"}, {"PAIN", "疼痛"}, "1", "g", "PRN", "ORAL"},
    {{"ATORVASTATIN", "阿托伐他汀"}, {"HYPERLIPIDAEMIA", "高脂血症"}, "20", "mg", "QD", "ORAL"},
    {{"LACTULOSE", "乳果糖"}, {"CONSTIPATION", "便秘"}, "15", "mL", "TID", "ORAL"},
    {{"DICLOFENAC GEL", "双氯芬酸凝胶"}, {"KNEE PAIN", "膝关节痛"}, "2", "g", "BID", "TOPICAL"},
    {{"CEFTRIAXONE", "头孢曲松"}, {"PNEUMONIA", "肺炎"}, "1.5", "g", "QD", "IV"},
};

/* What stays with a subject through the trial, and what it is at. */
struct person {
    struct arena *arena;
    struct dice dice;
    struct made_subject *subject;
    int systolic, diastolic, pulse;
    int weight_hg, height_mm; /* in steps of 100 g and 1 mm */
    int level[ANALYTE_COUNT]; /* per mille of the way from low to high */
};

static const struct {
    const char *event;
    int day;
    bool has_lab, has_ecg;
} visits[] = {
    {"SCREENING", -14, true, true}, {"BASELINE", 0, true, false}, {"WEEK 2", 14, false, false},
    {"WEEK 4", 28, true, false},    {"WEEK 8", 56, false, false}, {"WEEK 12", 84, true, true},
};

#define VISIT_COUNT (sizeof visits / sizeof *visits)
#define COUNT(list) ((uint32_t)(sizeof(list) / sizeof *(list)))

const struct habit *
center_habit(int center)
{
    return &habits[(size_t)center % COUNT(habits)];
}

struct made_value *
page_value(struct made_page *page, const char *item)
{
    return &page->values[form_spec_item(page->form, item)];
}

struct made_page *
subject_add_page(struct arena *arena, struct made_subject *subject, enum form_id form, const char *event,
                 int form_repeat, int day)
{
    const struct form_spec *spec = &form_specs[form];
    size_t count = form_spec_count(spec);
    struct made_page *page = &subject->pages[subject->page_count++];

    if (subject->page_count > SUBJECT_PAGES_MAX)
        abort();
    *page = (struct made_page){.form = spec,
                               .form_name = spec->name,
                               .event = event,
                               .event_repeat = 1,
                               .form_repeat = form_repeat,
                               .day = day,
                               .values = arena_array(arena, struct made_value, count)};
    for (size_t i = 0; i < count; i++)
        page->values[i].spec = &spec->items[i];
    return page;
}

static void
put(struct made_page *page, const char *item, const char *typed)
{
    page_value(page, item)->typed = typed;
}

static void
put_number(struct person *person, struct made_page *page, const char *item, int64_t coefficient, int scale)
{
    put(page, item, text_decimal(person->arena, coefficient, scale));
}

static void
put_date(struct person *person, struct made_page *page, const char *item, int day)
{
    put(page, item, text_date(person->arena, day));
}

/* A date of which the day, or day and month, may not be known. */
static void
put_partial(struct person *person, struct made_page *page, const char *item, int day, uint32_t percent)
{
    char *text = text_date(person->arena, day);

    if (dice_percent(&person->dice, percent))
        text[dice_percent(&person->dice, 75) ? 7 : 4] = '\0';
    put(page, item, text);
}

static const char *
word(const struct person *person, const struct pair *pair)
{
    return person->subject->habit->chinese ? pair->chinese : pair->english;
}

static void
make_dm(struct person *person)
{
    struct made_subject *subject = person->subject;
    struct made_page *page =
        subject_add_page(person->arena, subject, FORM_DM, "SCREENING", 1, subject->consent);
    int age = dice_between(&person->dice, 22, 79);
    bool woman = dice_percent(&person->dice, 48);

    put_partial(person, page, "brthdtc",
                subject->consent - age * 36525 / 100 - dice_between(&person->dice, 5, 360), 20);
    put_number(person, page, "age", age, 0);
    put(page, "sex", woman ? "F" : "M");
    put(page, "race",
        subject->habit->chinese           ? "ASIAN"
        : dice_percent(&person->dice, 75) ? "WHITE"
                                          : "BLACK");
    put_date(person, page, "rficdtc", subject->consent);
    put_date(person, page, "rfstdtc", subject->first_dose);
    put(page, "arm", (const char *const[]){"PLACEBO", "10 MG", "20 MG"}[dice_roll(&person->dice, 3)]);
    put(page, "randno", arena_printf(person->arena, "R%05d", dice_between(&person->dice, 10000, 99999)));
    person->height_mm =
        woman ? dice_between(&person->dice, 1520, 1740) : dice_between(&person->dice, 1620, 1880);
    person->weight_hg = woman ? dice_between(&person->dice, 510, 820) : dice_between(&person->dice, 590, 980);
}

static void
make_sv(struct person *person, const char *event, int repeat, int day)
{
    struct made_page *page = subject_add_page(person->arena, person->subject, FORM_SV, event, 1, day);

    page->event_repeat = repeat;
    put_date(person, page, "svstdtc", day);
    put(page, "svplace", dice_percent(&person->dice, 92) ? "CLINIC" : "HOME");
}

static void
make_vs(struct person *person, const char *event, int repeat, int day, int week)
{
    const struct habit *habit = person->subject->habit;
    struct made_page *page = subject_add_page(person->arena, person->subject, FORM_VS, event, 1, day);
    int fall = week > 8 ? 14 : week * 14 / 8;

    page->event_repeat = repeat;
    person->weight_hg += dice_between(&person->dice, -9, 8);
    put_date(person, page, "vsdtc", day);
    put(page, "position", dice_percent(&person->dice, 85) ? "SITTING" : "SUPINE");
    put_number(person, page, "sysbp", person->systolic - fall + dice_between(&person->dice, -6, 6), 0);
    put_number(person, page, "diabp", person->diastolic - fall / 2 + dice_between(&person->dice, -4, 4), 0);
    put_number(person, page, "pulse", person->pulse + dice_between(&person->dice, -5, 5), 0);
    put_number(person, page, "temp", dice_between(&person->dice, 361, 372), 1);
    put_number(person, page, "weight", person->weight_hg, 1);
    put(page, "weight_u", habit->us_units ? "LB" : "kg");
    if (strcmp(event, "SCREENING") == 0) {
        put_number(person, page, "height", person->height_mm, 1);
        put(page, "height_u", habit->us_units ? "IN" : "cm");
    }
}

static void
make_lb(struct person *person, const char *event, int repeat, int day)
{
    const struct habit *habit = person->subject->habit;
    struct made_page *page = subject_add_page(person->arena, person->subject, FORM_LB, event, 1, day);

    page->event_repeat = repeat;
    put_date(person, page, "lbdtc", day);
    put(page, "lbtim",
        arena_printf(person->arena, "%02d:%02d:00", dice_between(&person->dice, 7, 10),
                     dice_between(&person->dice, 0, 59)));
    put(page, "lbfast", dice_percent(&person->dice, 90) ? "true" : "false");
    for (size_t i = 0; i < ANALYTE_COUNT; i++) {
        const struct analyte *analyte = &analytes[i];
        int level = person->level[i] + dice_between(&person->dice, -80, 80);
        int value = analyte->low + (analyte->high - analyte->low) * level / 1000;
        struct made_value *result;

        if (strcmp(analyte->name, "wbc") == 0)
            value -= value % 100;                 /* 10⁹/L is written with one digit behind the point */
        result = page_value(page, analyte->name); /* and its _lo and _hi */
        result[0].typed = text_decimal(person->arena, value, analyte->scale);
        result[1].typed = text_decimal(person->arena, analyte->low, analyte->scale);
        result[2].typed = text_decimal(person->arena, analyte->high, analyte->scale);
    }
    put(page, "creat_u", habit->us_units ? "mg/dL" : "umol/L");
    put(page, "gluc_u", habit->us_units ? "mg/dL" : "mmol/L");
    put(page, "wbc_u", habit->billions ? "10⁹/L" : "/uL");
}

static void
make_eg(struct person *person, const char *event, int day)
{
    struct made_page *page = subject_add_page(person->arena, person->subject, FORM_EG, event, 1, day);
    int rr = dice_between(&person->dice, 700, 1050);

    put(page, "egdtc",
        arena_printf(person->arena, "%s %02d:%02d:00", text_date(person->arena, day),
                     dice_between(&person->dice, 8, 16), dice_between(&person->dice, 0, 59)));
    put_number(person, page, "hr", 60000 / rr + dice_between(&person->dice, -3, 3), 0);
    put_number(person, page, "rr", rr, 0);
    put_number(person, page, "qrs", dice_between(&person->dice, 82, 114), 0);
    put_number(person, page, "qt", dice_between(&person->dice, 356, 424), 0);
    put_number(person, page, "qtcf", dice_between(&person->dice, 3880, 4420), 1);
    put(page, "egintp", dice_percent(&person->dice, 85) ? "NORMAL" : "ABNORMAL NCS");
}

static void
make_ae(struct person *person, int number, int last_day)
{
    struct made_subject *subject = person->subject;
    int start = dice_between(&person->dice, subject->first_dose, last_day);
    int end = start + dice_between(&person->dice, 2, 25);
    bool ongoing = dice_percent(&person->dice, 20);
    bool serious = dice_percent(&person->dice, 6);
    struct made_page *page = subject_add_page(person->arena, subject, FORM_AE, "AE LOG", number, end);

    put(page, "aeterm", word(person, &terms[dice_roll(&person->dice, COUNT(terms))]));
    put_partial(person, page, "aestdtc", start, 14);
    if (!ongoing)
        put_partial(person, page, "aeendtc", end, 8);
    put(page, "aeongo", ongoing ? "Y" : "N");
    put(page, "aesev", serious ? "SEVERE" : dice_percent(&person->dice, 70) ? "MILD" : "MODERATE");
    put(page, "aeser", serious ? "Y" : "N");
    put(page, "aesdth", "N");
    put(page, "aeshosp", serious ? "Y" : "N");
    put(page, "aeslife", "N");
    put(page, "aerel", dice_percent(&person->dice, 30) ? "RELATED" : "NOT RELATED");
    put(page, "aeout",
        !ongoing                          ? "RECOVERED"
        : dice_percent(&person->dice, 60) ? "RECOVERING"
                                          : "NOT RECOVERED");
}

static void
make_cm(struct person *person, int number)
{
    struct made_subject *subject = person->subject;
    const struct drug *drug = &drugs[dice_roll(&person->dice, COUNT(drugs))];
    int start = subject->consent - dice_between(&person->dice, 20, 2500);
    struct made_page *page =
        subject_add_page(person->arena, subject, FORM_CM, "CM LOG", number, subject->consent);

    put(page, "cmtrt", word(person, &drug->name));
    put(page, "cmdose", drug->dose);
    put(page, "cmdosu", drug->unit);
    put(page, "cmdosfrq", drug->frequency);
    put(page, "cmroute", drug->route);
    put(page, "cmindc", word(person, &drug->indication));
    put_partial(person, page, "cmstdtc", start, 30);
    if (dice_percent(&person->dice, 60))
        put_partial(person, page, "cmendtc", subject->first_dose + dice_between(&person->dice, 5, 60), 5);
}

static void
make_ds(struct person *person, bool complete, int day)
{
    static const struct pair reasons[] = {{"MOVED AWAY", "迁居外地"},
                                          {"NO LONGER WISHES TO TAKE PART", "不愿继续参加"}};
    struct made_page *page =
        subject_add_page(person->arena, person->subject, FORM_DS, "END OF STUDY", 1, day);

    put_date(person, page, "dsstdtc", day);
    put(page, "dsdecod", complete ? "COMPLETED" : "WITHDRAWAL");
    if (!complete)
        put(page, "dsterm", word(person, &reasons[dice_roll(&person->dice, COUNT(reasons))]));
}

static int
make_visits(struct person *person, size_t count)
{
    struct made_subject *subject = person->subject;
    int day = subject->consent;

    for (size_t i = 0; i < count; i++) {
        int repeats = i == 3 && dice_percent(&person->dice, 4) ? 2 : 1;

        for (int repeat = 1; repeat <= repeats; repeat++) {
            day = i == 0   ? subject->consent
                  : i == 1 ? subject->first_dose
                           : subject->first_dose + visits[i].day + dice_between(&person->dice, -2, 2);
            day += 3 * (repeat - 1);
            make_sv(person, visits[i].event, repeat, day);
            make_vs(person, visits[i].event, repeat, day, visits[i].day / 7);
            if (visits[i].has_lab)
                make_lb(person, visits[i].event, repeat, day);
            if (visits[i].has_ecg)
                make_eg(person, visits[i].event, day);
        }
    }
    return day;
}

static void
make_logs(struct person *person, int last_day)
{
    static const char *const unscheduled[] = {"UNSCHEDULED 1", "UNSCHEDULED 2"};
    int events = dice_between(&person->dice, 0, 3);
    int drugs_taken = dice_between(&person->dice, 0, 4);
    int extra = dice_percent(&person->dice, 30) ? dice_between(&person->dice, 1, 2) : 0;

    for (int i = 1; i <= events; i++)
        make_ae(person, i, last_day);
    for (int i = 1; i <= drugs_taken; i++)
        make_cm(person, i);
    for (int i = 0; i < extra; i++)
        make_vs(person, unscheduled[i], 1, dice_between(&person->dice, person->subject->first_dose, last_day),
                3);
}

void
subject_make(struct arena *arena, uint64_t seed, int center, int number, struct made_subject *out)
{
    struct person person = {arena, dice_at(seed, (uint64_t)center, (uint64_t)number, 0), out, 0, 0, 0, 0, 0,
                            {0}};
    struct dice *dice = &person.dice;
    bool complete = dice_percent(dice, 86);
    int last_day;

    *out = (struct made_subject){.habit = center_habit(center),
                                 .pages = arena_array(arena, struct made_page, SUBJECT_PAGES_MAX),
                                 .findings = arena_array(arena, struct made_finding, SUBJECT_FINDINGS_MAX)};
    snprintf(out->center_id, sizeof out->center_id, "%d", 101 + center);
    snprintf(out->subject_id, sizeof out->subject_id, "%d-%04d", 101 + center, number);
    out->consent = FIRST_CONSENT + number % 60 * 4 + dice_between(dice, 0, 20);
    out->first_dose = out->consent + dice_between(dice, 12, 16);
    person.systolic = dice_between(dice, 142, 168);
    person.diastolic = dice_between(dice, 86, 99);
    person.pulse = dice_between(dice, 60, 88);
    for (size_t i = 0; i < ANALYTE_COUNT; i++)
        person.level[i] = dice_between(dice, 250, 750);
    make_dm(&person);
    last_day = make_visits(&person, complete ? VISIT_COUNT : (size_t)dice_between(dice, 2, 5));
    make_logs(&person, last_day);
    make_ds(&person, complete, last_day + 7);
}
