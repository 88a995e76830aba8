/* Checks that can never fire are warned of, with their place; those that can are not. */
#include "check/outcome.h"
#include "check/steps.h"
#include "crfd/check/compile.h"
#include "crfd/check/suspect.h"
#include "crfd/definition/load.h"

#include "check_cases.h"
#include "check_study.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

static struct arena arena;
static struct problems problems;

static void
begin(void)
{
    arena_init(&arena, 64 * 1024, 0);
    problems_init(&problems, &arena, "study.json");
}

static void
end(void)
{
    arena_destroy(&arena);
}

static const char head[] =
    "{\"study\": \"trial\", \"version\": \"1\", \"missing\": [\"UNK\"], \"events\": [{\"name\": \"LOG\"}, "
    "{\"name\": \"WEEK 2\"}, {\"name\": \"CYCLE *\"}], \"codelists\": {"
    "\"out\": {\"codes\": [\"FATAL\", \"RECOVERED\"], \"synonyms\": {\"death\": \"FATAL\"}}, "
    "\"grade\": {\"codes\": [\"1\", \"2\", \"3\"]}}, \"forms\": {"
    "\"ae\": {\"items\": {\"out\": {\"type\": \"text\", \"codelist\": \"out\"}, "
    "\"gr\": {\"type\": \"integer\", \"codelist\": \"grade\"}, \"n\": {\"type\": \"integer\"}, "
    "\"x\": {\"type\": \"decimal\"}, \"y\": {\"type\": \"decimal\"}, \"term\": {\"type\": \"text\"}, "
    "\"en\": {\"type\": \"date\"}, \"st\": {\"type\": \"partial-date\"}, \"ser\": {\"type\": \"boolean\"}, "
    "\"score\": {\"type\": \"integer\", \"missing\": [\"99\"]}, "
    "\"twice\": {\"type\": \"decimal\", \"derive\": \"x + x\"}, "
    "\"mass\": {\"type\": \"decimal\", \"missing\": [\"99\"], \"unit\": {\"item\": \"unit\", \"to\": \"kg\", "
    "\"from\": {\"g\": {\"factor\": \"0.001\"}}}}, \"unit\": {\"type\": \"text\"}, "
    "\"loud\": {\"type\": \"text\", \"derive\": \"upper(term)\"}}}, "
    "\"dm\": {\"per\": \"subject\", \"items\": {\"rand\": {\"type\": \"text\"}, \"sex\": {\"type\": "
    "\"text\"}}}}, \"checks\": [{\"id\": \"C\", \"form\": \"";

static void
load(const char *form, const char *check)
{
    const char *text = arena_printf(&arena, "%s%s\", \"check\": \"%s\", \"items\": []}]}", head, form, check);
    struct definition definition;
    struct err err = {0};

    ck_assert_msg(definition_parse(&arena, "study.json", text, strlen(text), &definition, &problems, &err),
                  "%s: %s", check, problems.count > 0 ? problems.list[0].message : err.message);
    ck_assert_uint_eq(definition.warning_count, problems.count);
}

/* --- what is warned of --- */

static const struct {
    const char *check; /* of the form ae, unless it begins with "dm: " */
    const char *place; /* the caret stands where this begins */
    const char *says;
} suspicious[] = {
    /* Constants that no page can hold. */
    {"out <> 'Fatal' OR gr = 3", "'Fatal'", "'Fatal' is no code of \"out\"; did you mean 'FATAL'?"},
    {"out <> 'DEAD' OR gr = 3", "'DEAD'", "there is 'FATAL', 'RECOVERED'"},
    {"NOT (out = 'death') OR gr = 3", "'death'", "did you mean 'FATAL'? Cleaning makes that of it"},
    {"out NOT IN ('FATAL', 'recovered') OR gr = 3", "'recovered'", "did you mean 'RECOVERED'?"},
    {"out NOT IN ('Fatal') OR gr = 3", "'Fatal'", "no code"},
    {"'Fatal' IS DISTINCT FROM out OR gr = 3", "'Fatal'", "no code"},
    {"CASE out WHEN 'Fatal' THEN gr = 3 END", "'Fatal'", "no code"},
    {"COALESCE(out, 'RECOVERED') <> 'Fatal' OR gr = 3", "'Fatal'", "no code"},
    {"NULLIF(out, 'RECOVERED') = 'Fatal' OR gr = 3", "'Fatal'", "no code"},
    {"upper(out) <> 'Fatal' OR gr = 3", "'Fatal'", "upper(...) gives no small letters"},
    {"upper(out) <> 'DEAD' OR gr = 3", "'DEAD'", "in whichever case"},
    {"lower(term) <> 'Headache' OR gr = 3", "'Headache'", "lower(...) gives no capital letters"},
    {"lag(out) OVER visits <> 'Fatal' OR gr = 3", "'Fatal'", "no code"},
    {"(SELECT max(o.out) FROM ae o) <> 'Fatal' OR gr = 3", "'Fatal'", "no code"},
    {"(SELECT out FROM ae ORDER BY en LIMIT 1) <> 'Fatal' OR gr = 3", "'Fatal'", "no code"},
    {"'Fatal' NOT IN (SELECT o.out FROM ae o)", "'Fatal'", "no code"},
    {"dm: NOT EXISTS (SELECT FROM ae WHERE ae.out = 'Fatal') OR sex = 'M'", "'Fatal'", "no code"},
    {"(SELECT sum(CASE WHEN o.out = 'Fatal' THEN 1 END) FROM ae o) < 3", "'Fatal'", "no code"},
    {"(SELECT count(*) FILTER (WHERE o.out = 'Fatal') FROM ae o) < 3", "'Fatal'", "no code"},
    {"gr <> 4 OR out = 'FATAL'", "4", "'4' is no code of \"grade\""},
    {"gr NOT IN (1, 7) OR out = 'FATAL'", "7", "no code"},
    {"term <> 'UNK' OR gr = 3", "'UNK'",
     "means missing, so no value is left of it: write IS NULL, or missing(term) = 'UNK'"},
    {"score <> 99 OR gr = 3", "99", "means missing"},
    {"term <> 'A ' OR gr = 3", "'A '", "cleaning makes 'A' of every 'A '"},
    {"term <> 'A  B' OR gr = 3", "'A  B'", "cleaning makes 'A B'"},
    {"term <> '\xEF\xBC\xA1' OR gr = 3", "'\xEF\xBC\xA1'", "cleaning makes 'A'"},
    {"term <> '' OR gr = 3", "''", "write IS NULL"},
    {"n <> 2.5 OR gr = 3", "<>", "never false"},
    /* Tokens that the study does not declare. */
    {"missing(term) = 'ND' OR gr = 3", "'ND'", "'ND' is no missing token of \"term\"; there is 'UNK'"},
    {"missing(term) = 'unk' OR gr = 3", "'unk'", "did you mean 'UNK'?"},
    {"missing(score) = 'UNK' OR gr = 3", "'UNK'", "no missing token of \"score\"; there is '99'"},
    {"missing(x) IS DISTINCT FROM 'NA'", "'NA'", "no missing token of \"x\""},
    {"missing(x) IN ('UNK', 'UNKN')", "'UNKN'", "did you mean 'UNK'?"},
    {"missing(x) NOT IN ('', 'UNK')", "''", "'' is no missing token"},
    {"CASE missing(n) WHEN 'NK' THEN gr = 3 END", "'NK'", "did you mean 'UNK'?"},
    {"COALESCE(missing(x), 'none') <> 'NA' OR gr = 3", "'NA'", "no missing token"},
    {"lag(missing(x)) OVER visits <> 'NA' OR gr = 3", "'NA'", "no missing token"},
    {"missing(dm.sex) = 'NA' OR gr = 3", "'NA'", "no missing token of \"sex\""},
    {"dm: NOT EXISTS (SELECT FROM ae WHERE missing(ae.x) = 'NA')", "'NA'", "no missing token"},
    {"missing(x) <> missing(x) OR gr = 3", "<>", "both sides are the same"},
    {"missing(x) IS NULL OR missing(x) IS NOT NULL", "IS NOT NULL", "is AND meant?"},
    {"current_date IS NULL OR gr = 3", "IS NULL", "never true"},
    {"x > 3 AND true AND x < 2", "< 2", "never true where"},
    {"NOT (GREATEST(x, y) IS NULL AND x > 3) OR gr = 3", "> 3", "never true where"},
    /* Events. */
    {"event <> 'Log' OR gr = 3", "'Log'", "the study has no event 'Log'; did you mean 'LOG'?"},
    {"event NOT IN ('LOG', 'WEEK 3') OR gr = 3", "'WEEK 3'", "did you mean 'WEEK 2'?"},
    {"CASE event WHEN 'Week 2' THEN gr = 3 END", "'Week 2'", "did you mean 'WEEK 2'?"},
    {"dm: NOT EXISTS (SELECT FROM ae WHERE ae.event = 'UNSCHEDULED 1')", "'UNSCHEDULED 1'",
     "none of its patterns"},
    /* NULL. */
    {"out <> 'FATAL' OR NOT (en = NULL)", "NULL", "write IS NULL"},
    {"en <> NULL", "NULL", "write IS NULL"},
    {"NULL = x OR gr = 3", "NULL", "write IS NULL"},
    {"x BETWEEN NULL AND 5", "NULL", "write IS NULL"},
    {"x > NULL::numeric", "NULL", "write IS NULL"},
    {"gr NOT IN (1, NULL)", "NULL", "write IS NULL"},
    {"out NOT IN ('FATAL', NULL)", "NULL", "makes NOT IN never true"},
    {"gr IN (NULL)", "NULL", "matches nothing"},
    {"CASE out WHEN NULL THEN gr = 3 END", "NULL", "write IS NULL"},
    /* The subject's own. */
    {"dm: NOT EXISTS (SELECT FROM dm o WHERE o.rand = dm.rand AND o.subject_id <> dm.subject_id)", "<>",
     "one subject only"},
    {"dm: NOT EXISTS (SELECT FROM dm o WHERE o.rand = dm.rand AND o.center_id <> dm.center_id)", "<>",
     "one subject only"},
    {"dm: NOT EXISTS (SELECT FROM dm o WHERE o.rand = dm.rand AND NOT (o.subject_id = dm.subject_id))",
     "= dm.subject_id)", "one subject only"},
    {"NOT EXISTS (SELECT FROM ae o WHERE o.term = ae.term AND o.subject_id < ae.subject_id)", "<",
     "one subject only"},
    {"subject_id = (SELECT max(o.subject_id) FROM ae o WHERE o.gr = 3)", "= (SELECT", "one subject only"},
    {"(SELECT o.center_id FROM ae o ORDER BY o.gr LIMIT 1) <> center_id OR gr = 3", "<> center_id",
     "one subject only"},
    {"(SELECT count(*) FROM ae o WHERE o.subject_id IS DISTINCT FROM ae.subject_id) = 0", "IS DISTINCT",
     "one subject only"},
    /* Both sides the same. */
    {"x >= x", ">=", "both sides are the same"},
    {"EXISTS (SELECT FROM ae o WHERE o.x = 1) IS NULL", "IS NULL", "never true"},
    {"NOT EXISTS (SELECT FROM ae o WHERE o.term = term AND o.form_repeat < ae.form_repeat)", "= term",
     "write form.item"},
    {"abs(x - y) <> abs(x - y)", "<>", "both sides are the same"},
    /* Contradictions, and what always holds. */
    {"NOT (x > 5 AND x < 3)", "< 3", "is OR meant?"},
    {"NOT (x > 5 AND y = 1 AND x < 3)", "< 3", "never true where"},
    {"NOT (n > 5 AND n < 6)", "< 6", "never true where"},
    {"NOT (x > y AND x < y)", "< y", "never true where"},
    {"NOT (y < x AND x < y)", "< y)", "never true where"},
    {"x BETWEEN 10 AND 5", "BETWEEN", "the lower one comes first"},
    {"x NOT BETWEEN 10 AND 5", "NOT BETWEEN", "every one is outside"},
    {"NOT (x IS NULL AND x > 3)", "> 3", "never true where"},
    {"NOT (x IS NULL AND abs(x) > 3)", "> 3", "never true where"},
    {"x IS NOT NULL OR x > 3", "> 3", "is AND meant?"},
    {"x IS NULL OR x IS NOT NULL", "IS NOT NULL", "is AND meant?"},
    {"out <> 'FATAL' OR out <> 'RECOVERED'", "<> 'RECOVERED'", "is AND meant?"},
    {"x > 3 OR x <= 3", "<= 3", "is AND meant?"},
    {"n < 2.5 OR n > 2.5", "> 2.5", "is AND meant?"},
    {"gr NOT IN (1, 2) OR gr <> 3", "<> 3", "is AND meant?"},
    {"NOT (out = 'FATAL' AND out IN ('RECOVERED'))", "IN ('RECOVERED')", "never true where"},
    {"NOT (ser AND NOT ser)", "NOT ser)", "never true where"},
    {"NOT (term LIKE 'A%' AND term NOT LIKE 'A%')", "NOT LIKE", "never true where"},
    {"dm: NOT EXISTS (SELECT FROM ae WHERE x > 5 AND x < 3)", "< 3", "never true where"},
    {"x < 3 OR (y = 1 AND (x > 5 AND x < 4))", "< 4", "never true where"},
    {"CASE WHEN x > 5 THEN gr = 3 WHEN x > 10 THEN gr = 2 ELSE gr = 1 END", "> 10", "never reached"},
    {"CASE out WHEN 'FATAL' THEN gr = 3 WHEN 'FATAL' THEN gr = 2 END", "'FATAL' THEN gr = 2",
     "never reached"},
    /* One outcome whatever the values are. */
    {"length(term) >= 0", ">=", "never false"},
    {"(SELECT count(*) FROM ae) >= 0", ">=", "never false"},
    {"(SELECT count(*) FROM ae) IS NOT NULL", "IS NOT NULL", "never false"},
    {"COALESCE(x, 0) IS NULL OR gr = 3", "IS NULL", "never true"},
    {"event IS NOT NULL", "IS NOT NULL", "never false"},
    {"true", "true", "the check can never have a finding"},
    {"1 = 1 OR x > 3", "1 = 1", "the check can never have a finding"},
    {"'alt' = 'ast'", "'alt'", "every page has a finding"},
    {"NOT (x > 3 AND NULL)", "NOT", "the check can never have a finding"},
    {"CASE WHEN x > 3 THEN true ELSE NULL END", "CASE", "the check can never have a finding"},
    {"(x > 3 OR gr = 3) IS NOT DISTINCT FROM (x > 3 OR gr = 3)", "IS NOT", "both sides are the same"},
};

/* The place is behind the form that the check may name. */
static const char *
form_of(const char **check)
{
    if (strncmp(*check, "dm: ", 4) != 0)
        return "ae";
    *check += 4;
    return "dm";
}

START_TEST(warns_of_what_can_never_be)
{
    const char *check = suspicious[_i].check;
    const char *form = form_of(&check);
    const char *place = strstr(check, suspicious[_i].place);
    struct problems wanted;

    load(form, check);
    ck_assert_msg(problems.count == 1, "%s: %zu warnings%s%s", check, problems.count,
                  problems.count > 0 ? ", first " : "", problems.count > 0 ? problems.list[0].message : "");
    ck_assert_msg(strstr(problems.list[0].message, suspicious[_i].says) != NULL, "%s: %s", check,
                  problems.list[0].message);
    ck_assert_str_eq(problems.list[0].path, "checks[0].check");
    ck_assert(problems.list[0].is_warning && problems.mistakes == 0);
    ck_assert_ptr_nonnull(place);
    problems_init(&wanted, &arena, "study.json");
    problem_add_at(&wanted, "", check, (size_t)(place - check), "x");
    ck_assert_msg(strcmp(problems.list[0].excerpt, wanted.list[0].excerpt) == 0, "%s\n%s",
                  problems.list[0].excerpt, problems.list[0].message);
}
END_TEST

/* --- what is not --- */

static const char *const harmless[] = {
    "out <> 'FATAL' OR gr = 3",
    "out IN ('FATAL', 'RECOVERED')",
    "upper(term) <> 'HEADACHE' OR gr = 3",
    "upper(out) <> 'FATAL' OR gr = 3",
    "COALESCE(out, '') <> 'FATAL' OR gr = 3",
    "COALESCE(out, 'none') <> 'none' OR gr = 3",
    "COALESCE(term, '') = '' OR gr = 3",
    "(term IS NOT NULL AND term <> '') OR gr = 3",
    "term <> 'unknown' OR gr = 3 OR n = 99",
    "CASE out WHEN 'FATAL' THEN 'x' ELSE 'y' END = 'y'",
    "out LIKE 'Fat%' OR out ~ '^Fat'",
    "out || '' <> 'Fatal'",
    "(EXISTS (SELECT FROM ae o WHERE o.x = 1)) = true",
    "(1 = ANY (SELECT o.n FROM ae o)) = ser",
    "(SELECT max(o.x) - min(o.x) FROM ae o) <> 0",
    "out > 'A'",
    "gr >= 0 AND gr < 9",
    "n > 5 AND n < 7",
    "x > 5 AND x < 6",
    "x > 2.5 AND n > 2.5",
    "x < 2.5 OR x > 2.5",
    "event <> 'LOG' OR gr = 3",
    "event = 'CYCLE 17' OR gr = 3",
    "event NOT LIKE 'Log%' OR gr = 3",
    "event <> term OR gr = 3",
    "en IS NULL OR out IS NOT NULL",
    "x IS NULL OR x > 3",
    "x IS NOT NULL AND x > 3",
    "x IS DISTINCT FROM NULL OR gr = 3",
    "COALESCE(x, NULL) > 3",
    "CASE WHEN x > 3 THEN NULL ELSE gr = 3 END",
    "CASE WHEN x > 3 THEN false END",
    "NULLIF(x, 0) IS NOT NULL",
    "GREATEST(x, NULL) > 3",
    "dm: NOT EXISTS (SELECT FROM ae WHERE ae.subject_id = dm.subject_id AND ae.out = 'FATAL')",
    "subject_id <> 'S1' AND center_id <> '07'",
    "(SELECT max(o.subject_id) FROM ae o WHERE o.gr = 3) IS NULL",
    "(SELECT max(o.subject_id || o.term) FROM ae o) <> subject_id",
    "subject_id LIKE center_id || '%'",
    "NOT EXISTS (SELECT FROM ae o WHERE o.term = ae.term AND o.form_repeat < ae.form_repeat)",
    "NOT EXISTS (SELECT FROM ae o WHERE o.en = ae.en OR o.x <> ae.x) OR 1 = 1 AND x > 3",
    "x BETWEEN 5 AND 10",
    "x BETWEEN y AND 10",
    "x BETWEEN SYMMETRIC 10 AND 5",
    "x NOT BETWEEN SYMMETRIC 10 AND 5",
    "(x, y) < (5, 3)",
    "(x, y) >= (5, 3)",
    "(n, x) = (1, 2) OR (n, x) IN ((1, 3), (2, 2))",
    "(x < 3 AND y > 5) OR (x > 5 AND y < 3)",
    "x > y OR x < y",
    "x > lag(x) OVER visits OR x < lag(x) OVER visits",
    "x > lag(x) OVER visits AND x < lead(x) OVER visits",
    "lag(x) OVER visits IS NULL",
    "out <> 'FATAL' AND out <> 'RECOVERED'",
    "out = 'FATAL' OR out = 'RECOVERED'",
    "CASE WHEN x > 10 THEN gr = 3 WHEN x > 5 THEN gr = 2 ELSE gr = 1 END",
    "CASE WHEN x > 5 THEN gr = 3 WHEN x IS NULL THEN gr = 2 ELSE gr = 1 END",
    "CASE WHEN true THEN gr = 3 WHEN x > 5 THEN gr = 2 END",
    "mass <> 99 OR gr = 3",
    "loud <> 'UNK' OR gr = 3",
    "(SELECT sum(CASE WHEN o.out = 'FATAL' THEN 1 END) FROM ae o) < 3",
    "(SELECT count(*) FILTER (WHERE o.out = 'FATAL') FROM ae o) < 3",
    "CASE dm.sex WHEN 'F' THEN x > 3 WHEN 'M' THEN x > 5 END",
    "dm.sex IS NULL OR dm.event IS NOT NULL",
    "'alt' = 'ast' OR x > 3",
    "1 = 1 AND x > 3",
    "true AND x > 3",
    "en <= current_date",
    "st >= '2014' AND st <= '2014'",
    "st < st OR gr = 3",
    "(out = 'FATAL') = ((SELECT count(*) FROM ae WHERE x > 0) > 0)",
    "(SELECT count(*) FROM ae) > 0",
    "(SELECT max(x) FROM ae) IS NOT NULL",
    "NOT ser",
    "ser IS NOT TRUE OR x > 3",
    "ser IS UNKNOWN OR ser",
    "twice <> 4 OR gr = 3",
    "score <> 98 OR gr = 3",
    "missing(x) = 'UNK'",
    "missing(x) IS DISTINCT FROM 'UNK'",
    "missing(x) IN ('UNK') OR missing(score) = '99'",
    "COALESCE(missing(x), '') = ''",
    "COALESCE(missing(x), 'none') = 'none'",
    "missing(x) IS NULL OR gr = 3",
    "missing(x) IS NOT NULL OR x > 3",
    "missing(x) = missing(y)",
    "missing(x) = term",
    "upper(missing(x)) <> 'ND' OR gr = 3",
    "CASE missing(n) WHEN 'UNK' THEN gr = 3 END",
    "missing(dm.sex) = 'UNK' OR gr = 3",
    "length(term) > 0",
    "x / y IS NOT NULL OR x > 3",
    "x = 1 OR x = 2 OR (x IS NULL AND y IS NULL)",
    "x > 5 OR x < 6 AND y > 3",
    "NOT (x > 3 AND NOT (x > 5))",
};

START_TEST(says_nothing_of_what_can_fire)
{
    const char *check = harmless[_i];
    const char *form = form_of(&check);

    load(form, check);
    ck_assert_msg(problems.count == 0, "%s: %s\n%s", check, problems.list[0].message,
                  problems.list[0].excerpt);
}
END_TEST

/* --- whole studies --- */

static const char *const studies[] = {
    "config/study.json",     "config/demo.json",
    "tests/data/bench.json", "tests/data/cdiscpilot01.json",
    "tests/data/night.json", "tests/data/verify.json",
};

START_TEST(says_nothing_of_studies_that_are_in_use)
{
    const char *path = arena_printf(&arena, CRFD_SOURCE_ROOT "/%s", studies[_i]);
    struct definition definition;
    struct strbuf told;
    struct err err = {0};
    bool ok = definition_load(&arena, path, &definition, &problems, &err);

    strbuf_init(&told);
    problems_print(&problems, &told);
    ck_assert_msg(ok && problems.count == 0, "%s", told.text);
    strbuf_destroy(&told);
}
END_TEST

/* --- every expression of which it is known what it gives --- */

static bool
never_never(const void *data, const struct form *form, size_t item, const struct value *constant,
            struct strbuf *why)
{
    (void)data;
    (void)form;
    (void)item;
    (void)constant;
    (void)why;
    return false;
}

/* What a condition gave on some page is possible, and to look at it does no harm. */
static void
expect_possible(const struct check_case *row)
{
    const struct study *study = check_study_new(&arena);
    const struct world world = {.study = study, .never = never_never};
    struct check_error error;
    const struct program *program =
        check_compile(&arena, study, check_study_form(study, "vs"), row->text, strlen(row->text), &error);
    struct goal goal = {.outcomes = OUTCOME_FALSE};
    struct suspicions suspicions;

    ck_assert_msg(program != NULL, "%s: %s", row->text, error.message);
    suspect_look(&arena, &world, program, SUSPECT_CHECK, &suspicions);
    if (strcmp(row->expected, "true") == 0)
        goal.outcomes = OUTCOME_TRUE;
    else if (strcmp(row->expected, "unknown") == 0)
        goal.outcomes = OUTCOME_UNKNOWN;
    else if (strcmp(row->expected, "false") != 0)
        return;
    goal.expr = program->tree;
    ck_assert_msg(outcome_possible(&world, program->rows, &goal), "%s is %s, which is held to be impossible",
                  row->text, row->expected);
}

START_TEST(what_conditions_give_is_held_to_be_possible)
{
    for (int i = 0; i < check_case_count; i++)
        expect_possible(&check_cases[i]);
    for (int i = 0; i < query_case_count; i++)
        expect_possible(&query_cases[i]);
}
END_TEST

/* --- derivations, and bounds --- */

START_TEST(warns_of_a_derivation_too)
{
    static const char text[] =
        "{\"study\": \"trial\", \"version\": \"1\", \"events\": [{\"name\": \"LOG\"}], \"codelists\": "
        "{\"o\": "
        "{\"codes\": [\"FATAL\"]}}, \"forms\": {\"ae\": {\"items\": {\"out\": {\"type\": \"text\", "
        "\"codelist\": \"o\"}, \"dead\": {\"type\": \"boolean\", \"derive\": \"out = 'Fatal'\"}, "
        "\"one\": {\"type\": \"boolean\", \"derive\": \"true\"}}}}, \"checks\": []}";
    struct definition definition;
    struct err err = {0};

    ck_assert(definition_parse(&arena, "study.json", text, strlen(text), &definition, &problems, &err));
    ck_assert_uint_eq(problems.count, 1);
    ck_assert_str_eq(problems.list[0].path, "forms.ae.items.dead.derive");
}
END_TEST

/* --- the schedule --- */

/* A study with a day, or a condition at which a form is expected, of the event V1; V2 stands behind it. */
static void
load_scheduled(const char *day1, const char *ended, const char *when)
{
    const char *text = arena_printf(
        &arena,
        "{\"study\": \"trial\", \"version\": \"1\", \"missing\": [\"UNK\"], \"subject\": {\"day1\": \"%s\", "
        "\"ended\": \"%s\"}, \"events\": [{\"name\": \"V1\", \"forms\": [{\"form\": \"vs\", \"when\": "
        "\"%s\"}]}, "
        "{\"name\": \"V2\"}], \"codelists\": {\"sex\": {\"codes\": [\"F\", \"M\"]}}, \"forms\": {"
        "\"dm\": {\"per\": \"subject\", \"items\": {\"sex\": {\"type\": \"text\", \"codelist\": \"sex\"}, "
        "\"age\": {\"type\": \"integer\"}, \"st\": {\"type\": \"date\"}, \"en\": {\"type\": \"date\"}}}, "
        "\"sv\": {\"per\": \"event\", \"items\": {\"done\": {\"type\": \"boolean\"}}}, "
        "\"vs\": {\"items\": {\"x\": {\"type\": \"decimal\"}}}}, \"checks\": []}",
        day1, ended, when);
    struct definition definition;
    struct err err = {0};

    ck_assert_msg(definition_parse(&arena, "study.json", text, strlen(text), &definition, &problems, &err),
                  "%s", problems.count > 0 ? problems.list[0].message : err.message);
    ck_assert_uint_eq(definition.warning_count, problems.count);
}

#define DAY1  "dm.st"
#define ENDED "dm.en"
#define WHEN  "dm.sex = 'F'"

static const struct {
    const char *day1, *ended, *when;
    const char *path;
    const char *place; /* in the text that is suspicious; NULL: its first byte */
    const char *says;
} scheduled[] = {
    {DAY1, ENDED, "dm.sex = 'f'", "events[0].forms[0].when", "'f'", "did you mean 'F'?"},
    {DAY1, ENDED, "dm.sex <> 'W'", "events[0].forms[0].when", "'W'", "no code of \"sex\""},
    {DAY1, ENDED, "dm.sex = NULL", "events[0].forms[0].when", "NULL", "write IS NULL"},
    {DAY1, ENDED, "missing(dm.age) = 'ND'", "events[0].forms[0].when", "'ND'", "no missing token of \"age\""},
    {DAY1, ENDED, "event <> 'V3'", "events[0].forms[0].when", "'V3'", "the study has no event 'V3'"},
    {DAY1, ENDED, "dm.age > 60 AND dm.age < 18", "events[0].forms[0].when", "< 18", "is OR meant?"},
    {DAY1, ENDED, "dm.sex = 'F' OR dm.sex <> 'F'", "events[0].forms[0].when", "<> 'F'", "is AND meant?"},
    {DAY1, ENDED, "dm.age BETWEEN 60 AND 18", "events[0].forms[0].when", "BETWEEN",
     "the lower one comes first"},
    {DAY1, ENDED, "sv.done AND NOT sv.done", "events[0].forms[0].when", "NOT", "never true where"},
    {DAY1, ENDED, "'F' = 'M'", "events[0].forms[0].when", NULL, "the form is never expected"},
    {DAY1, ENDED, "NULL", "events[0].forms[0].when", NULL, "the form is never expected"},
    {DAY1, ENDED, "dm.age > 60 AND false", "events[0].forms[0].when", NULL, "the form is never expected"},
    {DAY1, ENDED, "true", "events[0].forms[0].when", NULL, "the form is always expected"},
    {"CASE WHEN dm.sex = 'f' THEN dm.st END", ENDED, WHEN, "subject.day1", "'f'", "did you mean 'F'?"},
    {"CASE WHEN dm.st = NULL THEN dm.en ELSE dm.st END", ENDED, WHEN, "subject.day1", "NULL",
     "write IS NULL"},
    {"NULLIF(dm.st, dm.st)", ENDED, WHEN, "subject.day1", NULL, "both sides are the same"},
    {DAY1, "CASE WHEN dm.event = 'V4' THEN dm.en END", WHEN, "subject.ended", "'V4'", "no event 'V4'"},
    {DAY1, "CASE WHEN missing(dm.en) = 'NK' THEN dm.st ELSE dm.en END", WHEN, "subject.ended", "'NK'",
     "did you mean 'UNK'?"},
};

START_TEST(a_warning_is_one_line)
{
    load("ae", "term <> 'A\\nB' OR gr = 3");
    ck_assert_uint_eq(problems.count, 1);
    ck_assert_ptr_nonnull(strstr(problems.list[0].message, "cleaning makes 'A B' of every 'A B'"));
}
END_TEST

START_TEST(warns_of_what_a_schedule_can_never_mean)
{
    const char *texts[] = {scheduled[_i].day1, scheduled[_i].ended, scheduled[_i].when};
    const char *text = texts[scheduled[_i].path[0] == 'e' ? 2 : strstr(scheduled[_i].path, "ended") ? 1 : 0];
    size_t offset = scheduled[_i].place ? (size_t)(strstr(text, scheduled[_i].place) - text) : 0;
    struct problems wanted;

    load_scheduled(texts[0], texts[1], texts[2]);
    ck_assert_msg(problems.count == 1, "%s: %zu warnings", text, problems.count);
    ck_assert_str_eq(problems.list[0].path, scheduled[_i].path);
    ck_assert_msg(strstr(problems.list[0].message, scheduled[_i].says) != NULL, "%s: %s", text,
                  problems.list[0].message);
    problems_init(&wanted, &arena, "study.json");
    problem_add_at(&wanted, "", text, offset, "x");
    ck_assert_msg(strcmp(problems.list[0].excerpt, wanted.list[0].excerpt) == 0, "%s\n%s",
                  problems.list[0].excerpt, problems.list[0].message);
}
END_TEST

static const struct {
    const char *day1, *ended, *when;
} sound[] = {
    {DAY1, ENDED, WHEN},
    {DAY1, ENDED, "dm.sex <> 'F'"},
    {DAY1, ENDED, "dm.sex IS NULL OR dm.sex = 'F'"},
    {DAY1, ENDED, "event <> 'V2' OR dm.sex = 'F'"},
    {DAY1, ENDED, "missing(dm.age) = 'UNK' OR dm.age > 60"},
    {DAY1, ENDED, "dm.age BETWEEN 18 AND 60 AND sv.done"},
    {DAY1, ENDED, "NOT sv.done"},
    {DAY1, ENDED, "sv.done IS NOT FALSE"},
    {DAY1, ENDED, "dm.age < 18 OR dm.age > 60"},
    {DAY1, ENDED, "CASE dm.sex WHEN 'F' THEN dm.age < 50 END"},
    {DAY1, ENDED, "CASE WHEN dm.age > 60 THEN false ELSE dm.sex = 'F' END"},
    {DAY1, ENDED, "CASE WHEN dm.age > 60 THEN true END"},
    {DAY1, ENDED, "dm.st <= current_date AND true"},
    {"CASE WHEN dm.sex = 'F' THEN dm.st ELSE dm.en END", ENDED, WHEN},
    {"COALESCE(dm.st, dm.en)", ENDED, WHEN},
    {"NULLIF(dm.st, dm.en)", ENDED, WHEN},
    {"'2014-01-01'::date", ENDED, WHEN},
    {DAY1, "CASE WHEN dm.event = 'V2' THEN dm.en END", WHEN},
    {DAY1, "GREATEST(dm.st, dm.en)", WHEN},
};

START_TEST(says_nothing_of_a_sound_schedule)
{
    load_scheduled(sound[_i].day1, sound[_i].ended, sound[_i].when);
    ck_assert_msg(problems.count == 0, "%s: %s", problems.list[0].path, problems.list[0].message);
}
END_TEST

/* What would take for ever to be certain of is not warned of, in no time worth mentioning. */
START_TEST(gives_up_on_what_has_too_many_ways_to_hold)
{
    struct strbuf check;

    strbuf_init(&check);
    for (int i = 0; i < 60; i++)
        strbuf_printf(&check, "%s(x = %d OR y = %d OR n = %d OR (x + y) = %d OR twice = %d OR score = %d)",
                      i > 0 ? " AND " : "NOT (", i, i, i, i, i, i);
    strbuf_append(&check, ")");
    load("ae", check.text);
    ck_assert_uint_eq(problems.count, 0);
    strbuf_destroy(&check);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("suspect");
    TCase *cases = tcase_create("checks that cannot fire");
    SRunner *runner;
    int failed;

    tcase_add_checked_fixture(cases, begin, end);
    tcase_add_test(cases, a_warning_is_one_line);
    tcase_add_loop_test(cases, warns_of_what_can_never_be, 0, COUNT(suspicious));
    tcase_add_loop_test(cases, says_nothing_of_what_can_fire, 0, COUNT(harmless));
    tcase_add_loop_test(cases, says_nothing_of_studies_that_are_in_use, 0, COUNT(studies));
    tcase_add_test(cases, what_conditions_give_is_held_to_be_possible);
    tcase_add_test(cases, warns_of_a_derivation_too);
    tcase_add_loop_test(cases, warns_of_what_a_schedule_can_never_mean, 0, COUNT(scheduled));
    tcase_add_loop_test(cases, says_nothing_of_a_sound_schedule, 0, COUNT(sound));
    tcase_add_test(cases, gives_up_on_what_has_too_many_ways_to_hold);
    suite_add_tcase(suite, cases);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
