/* Checks in words: what the sentence says, of every check and expression there is, and what it says of missing values. */
#include "check/steps.h"
#include "crfd/check/compile.h"
#include "crfd/check/eval.h"
#include "crfd/definition/load.h"
#include "crfd/definition/rule_book.h"

#include "check_cases.h"
#include "check_study.h"
#include "expr_gen.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

static struct arena arena;
static struct strbuf text;

static void
begin(void)
{
    arena_init(&arena, 64 * 1024, 0);
    strbuf_init(&text);
}

static void
end(void)
{
    strbuf_destroy(&text);
    arena_destroy(&arena);
}

/* --- what the sentence says --- */

static const char head[] =
    "{\"study\": \"trial\", \"version\": \"1\", \"missing\": [\"ND\"], \"events\": [{\"name\": \"V1\"}], "
    "\"forms\": {\"vs\": {\"label\": \"Vital signs\", \"items\": {"
    "\"sys\": {\"label\": \"Systolic\", \"type\": \"integer\"}, \"dia\": {\"type\": \"integer\"}, "
    "\"kg\": {\"label\": \"Weight\", \"type\": \"decimal\"}, \"pos\": {\"type\": \"text\"}, "
    "\"day\": {\"type\": \"date\"}, \"at\": {\"type\": \"datetime\"}, \"pd\": {\"type\": \"partial-date\"}, "
    "\"done\": {\"type\": \"boolean\"}, \"tm\": {\"type\": \"time\"}}}, "
    "\"ae\": {\"items\": {\"term\": {\"type\": \"text\"}, \"gr\": {\"type\": \"integer\"}, "
    "\"start\": {\"label\": \"Start\", \"type\": \"date\"}}}, "
    "\"dm\": {\"per\": \"subject\", \"items\": {\"sex\": {\"label\": \"Sex\", \"type\": \"text\"}}}}, "
    "\"checks\": [{\"id\": \"C\", \"form\": \"vs\", \"check\": \"";

#define ASKED(items)   "\nNot asked where " items " is missing.\n"
#define DECIDES(items) "Where " items " is missing, what is left of the condition decides.\n"
#define OTHER_FORM     "Where another form has no page to be read, its values are missing.\n"
#define FITS                                                                                                 \
    "A page of which it cannot be told whether it fits, since a value of it is missing, does not count.\n"
#define LEFT_OUT "Missing values are left out; where none is left, the result is missing, a count is 0.\n"
#define KEEPS    "No single missing value keeps it from being asked.\n"
#define NO_VISIT "Where there is no such visit, its value is missing.\n"
#define ITSELF   "A comparison with what is missing makes no finding by itself.\n"
#define NO_PAGE  "Where there is no such page, its value is missing.\n"
#define NO_TOKEN                                                                                             \
    "An item that has a value has no token, and a comparison with that makes no finding by itself.\n"
#define OPEN "Where it stays open on a page, and no other page decides, there is no finding.\n"
#define VISITS                                                                                               \
    "Visits are the scheduled events at which the subject has a page of this form, in their order.\n"
#define PARTIAL "A comparison that a partial date leaves open counts as one with a missing value.\n"

static const struct {
    const char *check;
    const char *words; /* behind "a finding where " */
} sentences[] = {
    {"sys > dia", "Systolic (sys) is at most dia." ASKED("sys or dia")},
    {"NOT sys <= dia", "Systolic (sys) is at most dia." ASKED("sys or dia")},
    {"100 < sys", "Systolic (sys) is at most 100." ASKED("sys")},
    {"sys BETWEEN 90 AND 180", "Systolic (sys) is not between 90 and 180." ASKED("sys")},
    {"sys >= 90 AND sys <= 180", "Systolic (sys) is not between 90 and 180." ASKED("sys")},
    {"sys NOT BETWEEN dia AND 50", "Systolic (sys) is between dia and 50." ASKED("sys or dia")},
    {"pd BETWEEN '2014-01-01' AND '2014-12-31'",
     "pd is not between 2014-01-01 and 2014-12-31." ASKED("pd") PARTIAL},
    {"pos IN ('SITTING', 'LYING')", "pos is none of 'SITTING', 'LYING'." ASKED("pos")},
    {"pos NOT IN ('', 'LYING')", "pos is one of an empty text, 'LYING'." ASKED("pos")},
    {"5 IN (sys, dia)", "Systolic (sys) is not 5, and dia is not 5." ASKED("sys or dia")},
    {"pos IS NULL OR kg IS NOT NULL", "pos is there, and Weight (kg) is missing." ASKED("pos")},
    {"pos <> 'SITTING' OR kg > 0", "pos is 'SITTING', and Weight (kg) is at most 0." ASKED("pos or kg")},
    {"sys > 0 AND (dia > 0 OR kg > 0)",
     "Systolic (sys) is at most 0, or (dia is at most 0, and Weight (kg) is at most 0).\n" DECIDES(
         "sys, dia or kg")},
    {"pos IS DISTINCT FROM 'X'", "pos is there and is 'X'." ASKED("pos")},
    {"pos IS NOT DISTINCT FROM 'X'", "pos is missing or is not 'X'.\n" KEEPS},
    {"sys IS DISTINCT FROM dia", "Systolic (sys) and dia are the same, or both are missing.\n" KEEPS},
    {"done", "done is false." ASKED("done")},
    {"NOT done", "done is true." ASKED("done")},
    {"done IS TRUE", "it is not certain that done is true.\n" KEEPS},
    {"(sys > dia) IS NOT FALSE", "it is certain that Systolic (sys) is at most dia." ASKED("sys or dia")},
    {"(sys > dia) IS UNKNOWN",
     "it can be told whether Systolic (sys) is greater than dia." ASKED("sys or dia")},
    {"(pos = 'X') = done",
     "one of these holds and the other does not: [pos is 'X'; done is true]." ASKED("pos or done")},
    {"(pos = 'X') <> (sys > 1)",
     "both or neither of these hold: [pos is 'X'; Systolic (sys) is greater than 1]." ASKED("pos or sys")},
    {"done = false", "done is true." ASKED("done")},
    {"CASE pos WHEN 'X' THEN sys > 1 ELSE true END",
     "[where pos is 'X': Systolic (sys) is at most 1; else: never]." ASKED("pos or sys")},
    {"CASE WHEN pos = 'X' THEN sys > 1 END",
     "[where pos is 'X': Systolic (sys) is at most 1; else: never]." ASKED("pos or sys")},
    {"CASE pos WHEN 'X' THEN sys ELSE dia END > 1",
     "[where pos is 'X': Systolic (sys); else: dia] is at most 1.\n" DECIDES("pos")},
    {"COALESCE(sys, dia, 0) > 1",
     "the first that is there of Systolic (sys), dia and 0 is at most 1.\n" KEEPS},
    {"GREATEST(sys, dia) > 1", "the greatest of Systolic (sys) and dia is at most 1.\n" KEEPS},
    {"NULLIF(sys, 0) > 1", "Systolic (sys), or a missing value where sys is 0 is at most 1." ASKED("sys")},
    {"pos LIKE 'A%'", "pos does not begin with 'A'." ASKED("pos")},
    {"pos NOT LIKE '%A'", "pos ends with 'A'." ASKED("pos")},
    {"pos ILIKE '%a%'", "pos does not contain 'a', in whichever case." ASKED("pos")},
    {"pos LIKE 'A_%'", "pos does not look like 'A_%', % being any text and _ any character." ASKED("pos")},
    {"pos ~ '^[A-Z]+$'", "pos does not match the regular expression '^[A-Z]+$'." ASKED("pos")},
    {"pos !~* 'x'", "pos matches the regular expression 'x', in whichever case." ASKED("pos")},
    {"starts_with(pos, 'A')", "pos does not begin with 'A'." ASKED("pos")},
    {"day <= current_date", "day is after the date of the night." ASKED("day")},
    {"day - '2014-01-01' < 7", "the days from 2014-01-01 to day is at least 7." ASKED("day")},
    {"day + 7 > '2014-01-01'", "day plus 7 days is on or before 2014-01-01." ASKED("day")},
    {"at < '2014-01-01 10:00'", "at is at or after 2014-01-01 10:00:00." ASKED("at")},
    {"at + interval '2 hours' > '2014-01-01 10:00'",
     "at plus 2 hours is at or before 2014-01-01 10:00:00." ASKED("at")},
    {"full_date(pd) <= day",
     "the full date of pd is after day." ASKED(
         "pd or day") "The full date of a partial one is missing where its day is not known.\n"},
    {"pd <= day", "day is before pd." ASKED("pd or day") PARTIAL},
    {"extract(year from age(day, '2000-01-01'::date)) >= 18",
     "the years of (the years, months and days from 2000-01-01 to day) is less than 18." ASKED("day")},
    {"extract(dow from day) <> 0", "the day of the week of day (0 for Sunday) is 0." ASKED("day")},
    {"kg / (sys / 100.0) < 60",
     "Weight (kg) divided by (Systolic (sys) divided by 100.0) is at least 60." ASKED(
         "kg or sys") "A division by zero is a finding that says so.\n"},
    {"abs(kg - 70) <= 5", "the absolute value of (Weight (kg) minus 70) is greater than 5." ASKED("kg")},
    {"round(kg, 1) = kg", "Weight (kg) rounded to 1 decimals is not kg." ASKED("kg")},
    {"kg::numeric(5,1) = kg", "Weight (kg) rounded to 1 decimal is not kg." ASKED("kg")},
    {"pos::int > 3",
     "pos as a whole number is at most 3." ASKED(
         "pos") "A text that cannot be read as what it should be is a finding that says so.\n"},
    {"upper(left(pos, 1)) || 'x' = 'Ax'",
     "((the first 1 characters of pos) in capitals) followed by 'x' is not 'Ax'." ASKED("pos")},
    {"num_nulls(sys, dia) = 0", "how many are missing of Systolic (sys) and dia is not 0.\n" KEEPS},
    {"missing(sys) IS NULL", "there is a token for the missing Systolic (sys).\n" KEEPS},
    {"missing(sys) = 'ND'", "the token for the missing Systolic (sys) is not 'ND'.\n" NO_TOKEN},
    {"event <> 'V1' OR sys > 1", "the event is 'V1', and Systolic (sys) is at most 1." ASKED("sys")},
    {"NOT unscheduled OR event_day > 1",
     "the event is unscheduled, and the planned day of the event is at most 1.\n"},
    {"event_order < (SELECT max(o.event_order) FROM vs o)",
     "the place in the study of the event is at least the greatest value of the place in the study of the "
     "event of o"
     " over all pages o of form Vital signs (vs).\n" LEFT_OUT ITSELF},
    {"submitted_at IS NOT NULL", "the time of submission is missing.\n"},
    {"dm.sex = 'F'", "Sex (dm.sex) is not 'F'." ASKED("dm.sex") OTHER_FORM},
    {"sys < lag(sys) OVER visits + 30", "Systolic (sys) is at least (sys at the visit before) plus 30." ASKED(
                                            "sys or sys of the other visit") VISITS NO_VISIT ITSELF},
    {"sys < lead(sys, 2, 100) OVER visits",
     "Systolic (sys) is at least sys 2 visits after (where there is none: 100)." ASKED("sys") VISITS},
    {"EXISTS (SELECT FROM ae)", "there is no page of form ae.\n"},
    {"NOT EXISTS (SELECT FROM ae a, dm WHERE a.gr > sys AND dm.sex = 'F')",
     "there is a page a of form ae with a page of form dm where (a.gr is greater than Systolic (sys), and "
     "Sex (dm.sex)"
     " is 'F')." ASKED("sys") FITS},
    {"sys IN (SELECT gr FROM ae)", "on each page of form ae, Systolic (sys) is not ae.gr.\n" OPEN},
    {"sys NOT IN (SELECT gr FROM ae)",
     "on at least one page of form ae, Systolic (sys) is ae.gr." ASKED("sys") OPEN},
    {"sys > ALL (SELECT gr FROM ae WHERE term = 'X')",
     "on at least one page of form ae where ae.term is 'X', Systolic (sys) is at most ae.gr." ASKED("sys")
         FITS OPEN},
    {"(SELECT count(*) FROM ae WHERE gr > 2) = 0",
     "the number of pages of form ae where ae.gr is greater than 2 is not 0.\n" FITS},
    {"(SELECT max(gr) - min(gr) FROM ae) < 3",
     "((the greatest value of ae.gr) minus (the least value of ae.gr)) over all pages of form ae is at least "
     "3.\n" LEFT_OUT ITSELF},
    {"(SELECT count(DISTINCT term) FILTER (WHERE gr > 1) FROM ae) < 3",
     "the number of values of different ae.term where ae.gr is greater than 1 over all pages of form ae is "
     "at least 3.\n" FITS LEFT_OUT},
    {"day >= (SELECT start FROM ae ORDER BY gr DESC NULLS LAST LIMIT 1)",
     "day is before Start (ae.start) of the first page of form ae, in the order of ae.gr (greatest "
     "first)." ASKED("day") NO_PAGE ITSELF},
    {"sys > NULL", "Systolic (sys) is compared with a missing value, which never holds.\n"},
};

static const struct rule *
load_check(const char *check, const char *rest)
{
    const char *study = arena_printf(&arena, "%s%s\", \"items\": []%s}]}", head, check, rest);
    struct definition *definition = arena_new(&arena, struct definition);
    struct problems problems;
    struct err err = {0};

    problems_init(&problems, &arena, "study.json");
    ck_assert_msg(definition_parse(&arena, "study.json", study, strlen(study), definition, &problems, &err),
                  "%.99s: %s", check, problems.count > 0 ? problems.list[0].message : err.message);
    return rulebook_find(definition->rules, "C");
}

START_TEST(a_check_is_a_sentence)
{
    static const char front[] = "On each page of form Vital signs (vs): a finding where ";

    rule_say(&text, load_check(sentences[_i].check, ""));
    ck_assert_msg(strncmp(text.text, front, strlen(front)) == 0, "%s", text.text);
    ck_assert_msg(strcmp(text.text + strlen(front), sentences[_i].words) == 0, "%s:\n%s\nnot\n%s",
                  sentences[_i].check, text.text + strlen(front), sentences[_i].words);
}
END_TEST

START_TEST(a_check_that_asks_since_a_day_says_so)
{
    rule_say(&text, load_check("sys > 1", ", \"since\": \"2026-03-01\""));
    ck_assert_ptr_nonnull(
        strstr(text.text, "form Vital signs (vs) that was submitted on 2026-03-01 or later: "));
}
END_TEST

/* --- built-in rules --- */

static const struct {
    const char *property; /* of the item "x", labelled "The x"; behind it those of the form */
    const char *rule;
    const char *words; /* behind "a finding " */
} built_in[] = {
    {"\"type\": \"decimal\", \"range\": {\"min\": \"60\", \"max\": \"250\"}}}", "f.x.range",
     "at The x (x) where this does not hold: the value is within the item's range, from 60 to 250.\n"},
    {"\"type\": \"date\", \"range\": {\"min\": \"2024-01-01\"}}}", "f.x.range",
     "at The x (x) where this does not hold: the value is within the item's range, from 2024-01-01.\n"},
    {"\"type\": \"date\", \"range\": {\"max\": \"current_date\"}}}", "f.x.range",
     "at The x (x) where this does not hold: the value is within the item's range, up to the date of the "
     "night.\n"},
    {"\"type\": \"text\", \"length\": {\"min\": 2, \"max\": 100}}}", "f.x.length",
     "at The x (x) where this does not hold: the text is as long as the item allows, 2 to 100 characters.\n"},
    {"\"type\": \"text\", \"length\": {\"min\": 2}}}", "f.x.length",
     "at The x (x) where this does not hold: the text is as long as the item allows, 2 characters or "
     "more.\n"},
    {"\"type\": \"text\", \"codelist\": \"short\"}}", "f.x.codelist",
     "at The x (x) where this does not hold: the value is a code of the item's list: 'F', 'M'.\n"},
    {"\"type\": \"integer\", \"codelist\": \"long\"}}", "f.x.codelist",
     "at The x (x) where this does not hold: the value is a code of the item's list: '0', '1', '2', '3', "
     "'4', '5', '6', "
     "'7', '8', '9', '10', '11', '12', '13', '14', '15', '16', '17', '18', '19' and 2 more.\n"},
    {"\"type\": \"text\", \"unique\": \"center\"}}", "f.x.unique",
     "at The x (x) where this does not hold: no other subject has the same in the center.\n"},
    {"\"type\": \"text\"}, \"y\": {\"type\": \"text\"}}, \"unique\": [{\"items\": [\"x\", \"y\"], \"in\": "
     "\"study\"}]",
     "f.x.unique",
     "at The x (x) where this does not hold: no other subject has the same in the study: x, y together.\n"},
    {"\"type\": \"text\", \"required\": true}}", "f.x.required",
     "at The x (x) where this does not hold: the item has a value, or a token that says why not where that "
     "is enough.\n"},
    {"\"type\": \"decimal\"}, \"z\": {\"type\": \"decimal\", \"derive\": \"x / 2\"}}", "f.z.type",
     "at z where this does not hold: the derived value can be computed.\nIt is derived: The x (x) divided by "
     "2.\n"},
    {"\"type\": \"text\"}}", "f.missing-page",
     "where this does not hold: every page that an event lists is there, once the subject has had any page "
     "of the event "
     "for its grace.\n"},
};

START_TEST(a_built_in_rule_is_a_sentence)
{
    static const char front[] = "On each page of form f: a finding ";
    const char *study_text = arena_printf(
        &arena,
        "{\"study\": \"trial\", \"version\": \"1\", \"events\": [{\"name\": \"V1\", \"forms\": [\"f\"]}], "
        "\"codelists\": {"
        "\"short\": {\"codes\": [\"F\", \"M\"]}, \"long\": {\"codes\": [\"0\", \"1\", \"2\", \"3\", \"4\", "
        "\"5\", \"6\", "
        "\"7\", \"8\", \"9\", \"10\", \"11\", \"12\", \"13\", \"14\", \"15\", \"16\", \"17\", \"18\", "
        "\"19\", \"20\", "
        "\"21\"]}}, \"forms\": {\"f\": {\"items\": {\"x\": {\"label\": \"The x\", %s}}, \"checks\": []}",
        built_in[_i].property);
    struct definition definition;
    struct problems problems;
    const struct rule *rule;
    struct err err = {0};

    problems_init(&problems, &arena, "study.json");
    ck_assert_msg(
        definition_parse(&arena, "study.json", study_text, strlen(study_text), &definition, &problems, &err),
        "%s: %s", built_in[_i].rule, problems.count > 0 ? problems.list[0].message : err.message);
    rule = rulebook_find(definition.rules, built_in[_i].rule);
    ck_assert_ptr_nonnull(rule);
    rule_say(&text, rule);
    ck_assert_msg(strncmp(text.text, front, strlen(front)) == 0, "%s", text.text);
    ck_assert_str_eq(text.text + strlen(front), built_in[_i].words);
}
END_TEST

/* --- every rule of every definition --- */

static const char *const studies[] = {
    "config/demo.json",        "config/study.json",        "tests/data/bench.json",
    "tests/data/history.json", "tests/data/hostile.json",  "tests/data/cdiscpilot01.json",
    "tests/data/night.json",   "tests/data/oncology.json", "tests/data/rehearsal.json",
    "tests/data/verify.json",  "tests/data/schedule.json", "tests/data/never_fires.json",
};

/* What only the program calls something, and what stands for what nobody knows. */
static void
expect_clean(const char *source, const char *said)
{
    static const char *const internal[] = {"event_repeat",
                                           "form_repeat",
                                           "event_order",
                                           "event_number",
                                           "event_day",
                                           "submitted_at",
                                           "center_id",
                                           "subject_id",
                                           "NULL",
                                           "?",
                                           "()"};

    ck_assert_msg(said[0] != '\0', "%s: nothing is said", source);
    for (int i = 0; i < COUNT(internal); i++)
        ck_assert_msg(strstr(said, internal[i]) == NULL || strstr(source, internal[i]) != NULL, "%s: %s: %s",
                      source, internal[i], said);
}

/* Each item that the condition reads is named; what the sentence is too long for has another. */
static bool
expect_items(const char *source, const struct program *program, const char *said)
{
    size_t count;
    const struct program_read *reads = program_reads(program, &count);
    /* What EXISTS selects is no part of the condition. */
    bool selects = strstr(source, "EXISTS (SELECT ") != NULL && strstr(source, "EXISTS (SELECT FROM") == NULL;

    if (strstr(said, "the condition above does not hold") != NULL)
        return false;
    for (size_t i = 0; i < count; i++)
        ck_assert_msg((reads[i].path == READ_SUBQUERY && selects) ||
                          strstr(said, reads[i].form->items[reads[i].item].name) != NULL,
                      "%s: no word of %s: %s", source, reads[i].form->items[reads[i].item].name, said);
    return true;
}

START_TEST(every_rule_of_every_study_is_a_sentence)
{
    const char *path = arena_printf(&arena, CRFD_SOURCE_ROOT "/%s", studies[_i]);
    struct definition definition;
    struct problems problems;
    struct err err = {0};
    size_t checks = 0;

    problems_init(&problems, &arena, path);
    ck_assert_msg(definition_load(&arena, path, &definition, &problems, &err), "%s: %s", path, err.message);
    for (size_t i = 0; i < definition.rules->count; i++) {
        const struct rule *rule = definition.rules->by_id[i];
        const char *source = rule->check != NULL ? rule->check->text : rule->id;

        strbuf_reset(&text);
        rule_say(&text, rule);
        if (rule->check != NULL) {
            expect_clean(source, text.text);
            ck_assert(expect_items(source, rule->program, text.text));
            checks++;
        } else {
            ck_assert_msg(strstr(text.text, rule_words(rule)) != NULL, "%s: %s", rule->id, text.text);
            ck_assert_msg(strstr(text.text, rule_item_name(rule)) != NULL, "%s: %s", rule->id, text.text);
        }
    }
    ck_assert_uint_eq(checks, definition.check_count);
}
END_TEST

/* --- random expressions --- */

#define EXPRESSIONS 6000
#define PAGES       12

static const struct study *study;
static const struct subject *subject;
static size_t kept; /* pages on which a missing value kept a check from being asked */

/* What the words say of a missing value is so: where one is, there is no finding. */
static void
expect_needs(const char *source, const struct program *program)
{
    const struct form *vs = check_study_form(study, "vs");
    struct eval_scratch *scratch = eval_scratch_new(&arena, program_scratch_bytes(program));
    size_t count;
    const struct program_read *reads = program_reads(program, &count);

    for (size_t i = 0; i < count; i++) {
        if (reads[i].path != READ_PAGE || !program_needs(program, i))
            continue;
        for (size_t n = 0; n < subject->forms[vs->index].count; n++) {
            const struct page *page = subject->forms[vs->index].pages[n];
            struct eval_error error;

            if (!page->values[reads[i].item].is_null)
                continue;
            ck_assert_msg(eval_check(program, subject, page, scratch, &error) != EVAL_FALSE,
                          "%s: false, without %s", source, vs->items[reads[i].item].name);
            kept++;
        }
    }
}

static void
expect_words(const struct program *program, const char *source, size_t *told)
{
    strbuf_reset(&text);
    program_say_violation(program, &text);
    expect_clean(source, text.text);
    *told += expect_items(source, program, text.text);
    expect_needs(source, program);
}

START_TEST(a_random_expression_has_words)
{
    struct dice dice = dice_at(20140305, 1, (uint64_t)_i, 0);
    struct strbuf source;
    size_t told = 0, compiled = 0;

    strbuf_init(&source);
    kept = 0;
    study = check_study_new(&arena);
    subject = expr_gen_subject(&dice, &arena, study, "1001", PAGES);
    for (uint64_t i = 0; i < EXPRESSIONS; i++) {
        struct expr_gen gen = expr_gen_at(20140305 + (uint64_t)_i, i, &source);
        struct arena_mark mark = arena_mark(&arena);
        struct check_error error;
        const struct program *program;

        expr_gen_condition(&gen);
        program =
            check_compile(&arena, study, check_study_form(study, "vs"), source.text, source.length, &error);
        if (program != NULL) {
            compiled++;
            expect_words(program, source.text, &told);
        }
        arena_rewind(&arena, mark);
    }
    ck_assert_uint_gt(compiled, EXPRESSIONS / 2);
    ck_assert_uint_gt(told, compiled * 99 / 100);
    ck_assert_uint_gt(kept, EXPRESSIONS / 4);
    strbuf_destroy(&source);
}
END_TEST

START_TEST(a_case_of_the_language_has_words)
{
    const char *source =
        _i < check_case_count ? check_cases[_i].text : query_cases[_i - check_case_count].text;
    struct check_error error;
    const struct program *program;
    size_t told = 0;

    study = check_study_new(&arena);
    subject = check_subject_new(&arena, study);
    program = check_compile(&arena, study, check_study_form(study, "vs"), source, strlen(source), &error);
    ck_assert_ptr_nonnull(program);
    expect_words(program, source, &told);
}
END_TEST

/* Nobody reads it to its end: what is held stands wherever it is used. */
START_TEST(what_would_have_no_end_is_told_in_short)
{
    struct strbuf check;
    const struct rule *rule;

    strbuf_init(&check);
    for (int i = 0; i < 14; i++)
        strbuf_append(&check, "NULLIF(");
    strbuf_append(&check, "sys");
    for (int i = 0; i < 14; i++)
        strbuf_printf(&check, ", %d)", i);
    strbuf_append(&check, " > 1");
    rule = load_check(check.text, "");
    rule_say(&text, rule);
    ck_assert_ptr_nonnull(
        strstr(text.text, "a finding where the condition above does not hold.\nNot asked where "));
    strbuf_destroy(&check);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("words");
    TCase *cases = tcase_create("checks in words");
    SRunner *runner;
    int failed;

    tcase_set_timeout(cases, 120);
    tcase_add_checked_fixture(cases, begin, end);
    tcase_add_loop_test(cases, a_check_is_a_sentence, 0, COUNT(sentences));
    tcase_add_test(cases, a_check_that_asks_since_a_day_says_so);
    tcase_add_loop_test(cases, a_built_in_rule_is_a_sentence, 0, COUNT(built_in));
    tcase_add_loop_test(cases, every_rule_of_every_study_is_a_sentence, 0, COUNT(studies));
    tcase_add_loop_test(cases, a_random_expression_has_words, 0, 3);
    tcase_add_loop_test(cases, a_case_of_the_language_has_words, 0, check_case_count + query_case_count);
    tcase_add_test(cases, what_would_have_no_end_is_told_in_short);
    suite_add_tcase(suite, cases);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
