#include "crfd/clean/clean.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))

enum { RANDOM_TEXTS = 2000, HOSTILE_BYTES = 1 << 20 };

static struct arena arena;

static void
setup(void)
{
    arena_init(&arena, 64 << 10, 0);
}

static void
teardown(void)
{
    arena_destroy(&arena);
}

/* The items that the rows below clean values of. */
static const char *const missing[] = {"ND", "NOT DONE", "UNK", "NA"};

#define ITEM(item_type) .name = "item", .type = item_type, .missing = missing, .missing_count = 4

static const char *const sex_codes[] = {"M", "F"};
static const char *const sex_synonyms[] = {"男", "女", "MALE"};
static const size_t sex_meanings[] = {0, 1, 0};
static const struct codelist sex_list = {.name = "sex",
                                         .codes = sex_codes,
                                         .code_count = 2,
                                         .synonyms = sex_synonyms,
                                         .synonym_codes = sex_meanings,
                                         .synonym_count = 3};

static const char *const answer_codes[] = {"Y", "N", "NA", "not  sure"};
static const struct codelist answer_list = {.name = "answer", .codes = answer_codes, .code_count = 4};

static const char *const score_codes[] = {"0", "1", "2.0"};
static const char *const score_synonyms[] = {"none", "否"};
static const size_t score_meanings[] = {0, 0};
static const struct codelist score_list = {.name = "score",
                                           .codes = score_codes,
                                           .code_count = 3,
                                           .synonyms = score_synonyms,
                                           .synonym_codes = score_meanings,
                                           .synonym_count = 2};
static const struct codelist empty_list = {.name = "empty"};

static const struct item text_item = {ITEM(VALUE_TEXT)};
static const struct item sex = {ITEM(VALUE_TEXT), .codelist = &sex_list};
static const struct item answer = {ITEM(VALUE_TEXT), .codelist = &answer_list};
static const struct item nothing = {ITEM(VALUE_TEXT), .codelist = &empty_list};
static const struct item score = {ITEM(VALUE_DECIMAL), .codelist = &score_list};
static const struct item decimal = {ITEM(VALUE_DECIMAL)};
static const struct item comma = {ITEM(VALUE_DECIMAL), .decimal = DECIMAL_SIGN_COMMA};
static const struct item integer = {ITEM(VALUE_INTEGER)};
static const struct item boolean = {ITEM(VALUE_BOOLEAN)};
static const struct item date = {ITEM(VALUE_DATE)};
static const struct item partial = {ITEM(VALUE_PARTIAL_DATE)};
static const struct item datetime = {ITEM(VALUE_DATETIME)};
static const struct item time_item = {ITEM(VALUE_TIME)};
static const struct item bare = {.name = "bare", .type = VALUE_TEXT};

static const struct {
    const char *name;
    const struct item *item;
    const char *raw;
    const char *value; /* NULL: the value is NULL */
    enum clean_status status;
    const char *steps;
} cases_of_values[] = {
    {"a text", &text_item, "HEADACHE", "HEADACHE", CLEAN_OK, ""},
    {"a text in two languages", &text_item, "头痛 headache", "头痛 headache", CLEAN_OK, ""},
    {"a superscript stays", &text_item, "10⁹/L", "10⁹/L", CLEAN_OK, ""},
    {"an empty text is missing", &text_item, "", NULL, CLEAN_OK, ""},
    {"blanks are missing, which is no change", &text_item, "  \t", NULL, CLEAN_OK, ""},
    {"zero-width characters are missing", &text_item, "\u200B\uFEFF", NULL, CLEAN_OK, ""},
    {"blanks are trimmed and collapsed", &text_item, " severe   headache ", "severe headache", CLEAN_OK,
     "trim"},
    {"a decomposed letter is composed", &text_item, "Me\u0301nie\u0300re", "Ménière", CLEAN_OK, "nfc"},
    {"full-width letters are folded", &text_item, "ＨＥＡＤＡＣＨＥ", "HEADACHE", CLEAN_OK, "width"},
    {"a control character is taken out", &text_item, "head\aache", "headache", CLEAN_OK, "control"},
    {"every step at once", &text_item, "\uFEFFＭe\u0301　 x", "Mé x", CLEAN_OK, "nfc,width,control,trim"},
    {"a missing token", &text_item, "ND", NULL, CLEAN_OK, "missing"},
    {"a missing token in another case", &text_item, "Not Done", NULL, CLEAN_OK, "missing"},
    {"a missing token with blanks", &text_item, "NOT  DONE ", NULL, CLEAN_OK, "trim,missing"},
    {"a missing token in full width", &text_item, "ＮＤ", NULL, CLEAN_OK, "width,missing"},
    {"a missing token is a whole value", &text_item, "ND yet", "ND yet", CLEAN_OK, ""},
    {"a missing token of a number", &decimal, "UNK", NULL, CLEAN_OK, "missing"},
    {"a missing token of a date", &date, "unk", NULL, CLEAN_OK, "missing"},
    {"an item without missing tokens", &bare, "ND", "ND", CLEAN_OK, ""},

    {"a code", &sex, "M", "M", CLEAN_OK, ""},
    {"a code in another case", &sex, "f", "F", CLEAN_OK, "case"},
    {"a synonym", &sex, "男", "M", CLEAN_OK, "synonym"},
    {"a synonym in another case", &sex, "male", "M", CLEAN_OK, "synonym"},
    {"a synonym with blanks", &sex, " 女 ", "F", CLEAN_OK, "trim,synonym"},
    {"a code in full width", &sex, "Ｍ", "M", CLEAN_OK, "width"},
    {"a word that is no code is kept", &sex, "X", "X", CLEAN_NOT_CODE, ""},
    {"a word that is no code is kept cleaned", &sex, " X ", "X", CLEAN_NOT_CODE, "trim"},
    {"a missing token of a coded item", &sex, "UNK", NULL, CLEAN_OK, "missing"},
    {"an answer that is a missing token elsewhere", &answer, "NA", "NA", CLEAN_OK, ""},
    {"that answer in another case", &answer, "na", "NA", CLEAN_OK, "case"},
    {"a code that cleaning would change is not touched", &answer, "not  sure", "not  sure", CLEAN_OK, ""},
    {"such a code entered clean", &answer, "not sure", "not  sure", CLEAN_OK, "case"},
    {"a list without codes has none", &nothing, "Y", "Y", CLEAN_NOT_CODE, ""},
    {"a number that is a code", &score, "1", "1", CLEAN_OK, ""},
    {"a number that equals a code", &score, "2", "2", CLEAN_OK, ""},
    {"a number that equals a code, with a leading zero", &score, "01", "1", CLEAN_OK, ""},
    {"a number that is no code", &score, "3", "3", CLEAN_NOT_CODE, ""},
    {"a synonym of a number", &score, "None", "0", CLEAN_OK, "synonym"},
    {"a word where a coded number is due", &score, "few", NULL, CLEAN_UNTYPED, ""},

    {"a number", &decimal, "36.2", "36.2", CLEAN_OK, ""},
    {"leading zeros are no change", &decimal, "036.2", "36.2", CLEAN_OK, ""},
    {"a number with blanks", &decimal, " 36.2", "36.2", CLEAN_OK, "trim"},
    {"a number in full width", &decimal, "３６．２", "36.2", CLEAN_OK, "width"},
    {"a grouped number", &decimal, "1,234.5", "1234.5", CLEAN_OK, "decimal"},
    {"a grouped number in full width", &decimal, "１，２３４，５６７", "1234567", CLEAN_OK, "width,decimal"},
    {"a decimal comma that is declared", &comma, "1.234,5", "1234.5", CLEAN_OK, "decimal"},
    {"a decimal comma that is not declared", &decimal, "3,7", NULL, CLEAN_UNTYPED, ""},
    {"a comma that is ambiguous", &decimal, "1,125", NULL, CLEAN_UNTYPED, ""},
    {"a comma in full width that is ambiguous", &decimal, "１，１２５", NULL, CLEAN_UNTYPED, ""},
    {"a comparison is no number", &decimal, "<0.2", NULL, CLEAN_UNTYPED, ""},
    {"a value that is refused has no steps", &decimal, " ＜0.2", NULL, CLEAN_UNTYPED, ""},
    {"a number beyond the range", &decimal, "1e999", NULL, CLEAN_UNTYPED, ""},
    {"an integer", &integer, "120", "120", CLEAN_OK, ""},
    {"5.0 as an integer is no change", &integer, "5.0", "5", CLEAN_OK, ""},
    {"5.5 is no integer", &integer, "5.5", NULL, CLEAN_UNTYPED, ""},
    {"an integer with an ambiguous comma", &integer, "1,234", NULL, CLEAN_UNTYPED, ""},
    {"a grouped integer", &integer, "1,234,567", "1234567", CLEAN_OK, "decimal"},
    {"a boolean", &boolean, "true", "true", CLEAN_OK, ""},
    {"a boolean in other words is no change", &boolean, "是", "true", CLEAN_OK, ""},
    {"a number as a boolean", &boolean, "0", "false", CLEAN_OK, ""},
    {"a word that is no boolean", &boolean, "maybe", NULL, CLEAN_UNTYPED, ""},

    {"a date", &date, "2014-03-05", "2014-03-05", CLEAN_OK, ""},
    {"a Chinese date", &date, "2014年3月5日", "2014-03-05", CLEAN_OK, "date-format"},
    {"a Chinese date in full width", &date, "２０１４年３月５日", "2014-03-05", CLEAN_OK,
     "width,date-format"},
    {"an English date", &date, "05-MAR-2014", "2014-03-05", CLEAN_OK, "date-format"},
    {"a date that is ambiguous", &date, "03/05/2014", NULL, CLEAN_UNTYPED, ""},
    {"a date of which the day is unknown", &date, "UN-MAR-2014", NULL, CLEAN_UNTYPED, ""},
    {"a partial date", &partial, "2014-03", "2014-03", CLEAN_OK, ""},
    {"a partial date with unknown parts", &partial, "UN-MAR-2014", "2014-03", CLEAN_OK,
     "date-format,partial"},
    {"a partial date in ISO form with unknown parts", &partial, "2014-UN-UN", "2014", CLEAN_OK, "partial"},
    {"a datetime", &datetime, "2014-03-05T11:45", "2014-03-05 11:45:00", CLEAN_OK, ""},
    {"a time", &time_item, "11:45", "11:45:00", CLEAN_OK, ""},
    {"a time in full width", &time_item, "１１：４５", "11:45:00", CLEAN_OK, "width"},
};

START_TEST(values)
{
    const char *name = cases_of_values[_i].name;
    const char *raw = cases_of_values[_i].raw;
    const struct clean_plan *plan = clean_plan_new(&arena, cases_of_values[_i].item);
    struct clean_result result;
    struct strbuf text;

    strbuf_init(&text);
    clean_value(plan, &arena, raw, strlen(raw), cases_of_values[_i].item->decimal, &result);
    value_append_text(&result.value, &text);
    ck_assert_msg(result.status == cases_of_values[_i].status, "%s: the status is %d", name,
                  (int)result.status);
    ck_assert_msg(result.value.type == cases_of_values[_i].item->type, "%s: the type is %d", name,
                  result.value.type);
    ck_assert_msg(result.value.is_null == (cases_of_values[_i].value == NULL), "%s: it is \"%s\"", name,
                  text.text);
    if (!result.value.is_null)
        ck_assert_msg(strcmp(text.text, cases_of_values[_i].value) == 0, "%s: it is \"%s\"", name, text.text);
    ck_assert_msg((result.reason != NULL) == (result.status == CLEAN_UNTYPED), "%s: the reason is %s", name,
                  result.reason);
    strbuf_reset(&text);
    clean_append_steps(result.steps, &text);
    ck_assert_msg(strcmp(text.text, cases_of_values[_i].steps) == 0, "%s: the steps are \"%s\"", name,
                  text.text);
    strbuf_destroy(&text);
}
END_TEST

START_TEST(a_text_that_nothing_changes_is_not_copied)
{
    static const char raw[] = "头痛 headache";
    struct clean_result result;

    clean_value(clean_plan_new(&arena, &text_item), &arena, raw, strlen(raw), DECIMAL_SIGN_UNDECLARED,
                &result);
    ck_assert(result.value.text == raw);
}
END_TEST

START_TEST(steps_are_named_in_order)
{
    struct strbuf text;

    strbuf_init(&text);
    clean_append_steps(0, &text);
    ck_assert_str_eq(text.text, "");
    clean_append_steps(2 * CLEAN_UNIT - 1, &text);
    ck_assert_str_eq(
        text.text, "nfc,width,control,trim,missing,synonym,case,qualifier,decimal,date-format,partial,unit");
    strbuf_destroy(&text);
}
END_TEST

static const struct {
    const char *name;
    enum value_type type;
    const char *raw;
    const char *unit; /* NULL: missing */
    const char *value;
    enum clean_status status;
    uint32_t steps;
} unit_cases[] = {
    {"the item's own unit", VALUE_DECIMAL, "70.5", "kg", "70.5", CLEAN_OK, 0},
    {"a conversion", VALUE_DECIMAL, "150", "LB", "68.03885550", CLEAN_OK, CLEAN_UNIT},
    {"a conversion after another step", VALUE_DECIMAL, "1,000", "g", "1.000", CLEAN_OK,
     CLEAN_DECIMAL | CLEAN_UNIT},
    {"no unit", VALUE_DECIMAL, "150", NULL, NULL, CLEAN_NO_UNIT, 0},
    {"an unknown unit", VALUE_DECIMAL, "150", "stone", NULL, CLEAN_NO_UNIT, 0},
    {"no unit of a missing number", VALUE_DECIMAL, "", NULL, NULL, CLEAN_OK, 0},
    {"no unit of a missing token", VALUE_DECIMAL, "ND", NULL, NULL, CLEAN_OK, CLEAN_MISSING},
    {"no unit of a number that is none", VALUE_DECIMAL, "12a", NULL, NULL, CLEAN_UNTYPED, 0},
    {"a number that leaves the range", VALUE_DECIMAL, "1e-149", "lb", NULL, CLEAN_UNTYPED, 0},
    {"a text has no unit", VALUE_TEXT, "heavy", NULL, "heavy", CLEAN_OK, 0},
};

static const struct decimal *
decimal_of(const char *text)
{
    struct decimal_wide number;

    ck_assert(decimal_parse(text, strlen(text), &number) == DECIMAL_OK);
    return decimal_copy(&arena, &number.value);
}

START_TEST(units)
{
    const char *name = unit_cases[_i].name;
    const char *unit_text = unit_cases[_i].unit;
    struct unit_conversion conversions[] = {{.from = "lb", .factor = decimal_of("0.45359237")},
                                            {.from = "g", .factor = decimal_of("0.001")}};
    struct unit_rule rule = {.to = "kg", .conversions = conversions, .conversion_count = 2};
    struct item item = {ITEM(unit_cases[_i].type), .unit = &rule};
    const struct clean_plan *plan = clean_plan_new(&arena, &item);
    struct value unit = value_null(VALUE_TEXT);
    struct clean_result result;
    struct strbuf text;

    if (unit_text != NULL)
        unit = (struct value){.type = VALUE_TEXT, .text = unit_text, .length = (uint32_t)strlen(unit_text)};
    strbuf_init(&text);
    clean_value(plan, &arena, unit_cases[_i].raw, strlen(unit_cases[_i].raw), DECIMAL_SIGN_POINT, &result);
    clean_unit(plan, &arena, &unit, &result);
    value_append_text(&result.value, &text);
    ck_assert_msg(result.status == unit_cases[_i].status, "%s: the status is %d", name, (int)result.status);
    ck_assert_msg(result.value.is_null == (unit_cases[_i].value == NULL), "%s: it is \"%s\"", name,
                  text.text);
    ck_assert_msg(result.value.is_null || strcmp(text.text, unit_cases[_i].value) == 0, "%s: it is \"%s\"",
                  name, text.text);
    ck_assert_msg(result.steps == unit_cases[_i].steps, "%s: the steps are %#x", name, result.steps);
    strbuf_destroy(&text);
}
END_TEST

static const struct item *const all_items[] = {&text_item, &sex,       &answer,  &score, &decimal,
                                               &comma,     &integer,   &boolean, &date,  &partial,
                                               &datetime,  &time_item, &bare};

/* SplitMix64 (Steele, Lea, Flood): the same texts in every run. */
static uint64_t
next_random(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9E3779B97F4A7C15));

    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

/* Made of the pieces that numbers, dates and codes are made of, so that many are nearly one. */
static void
append_random(uint64_t *state, struct strbuf *out)
{
    static const char *const pieces[] = {
        "0",  "1",    "2",      "3", "5", "14", "2014", "03", "12", "-",    "-",  "-",   "/",
        ".",  ",",    ":",      " ", " ", "T",  "年",   "月", "日", "MAR",  "UN", "UNK", "三",
        "十", "下午", "AM",     "E", "e", "+",  "'",    "M",  "男", "Y",    "NA", "ND",  "３",
        "．", "　",   "\u0301", "é", "µ", "是", "no",   "?",  "X",  "未知", "Z",  "\t",  "\u200B",
    };
    size_t count = next_random(state) % 9;

    for (size_t i = 0; i < count; i++)
        strbuf_append(out, pieces[next_random(state) % (sizeof pieces / sizeof pieces[0])]);
}

START_TEST(what_is_cleaned_cleans_to_itself)
{
    struct arena plans;
    const struct clean_plan *plan;
    uint64_t state = (uint64_t)_i;
    struct strbuf raw, once, twice;

    arena_init(&plans, 64 << 10, 0);
    plan = clean_plan_new(&plans, all_items[_i]);
    strbuf_init(&raw);
    strbuf_init(&once);
    strbuf_init(&twice);
    for (int i = 0; i < RANDOM_TEXTS; i++) {
        struct clean_result first, second;

        arena_reset(&arena);
        strbuf_reset(&raw);
        strbuf_reset(&once);
        strbuf_reset(&twice);
        append_random(&state, &raw);
        clean_value(plan, &arena, raw.text, raw.length, all_items[_i]->decimal, &first);
        value_append_text(&first.value, &once);
        ck_assert_msg((first.status != CLEAN_UNTYPED) == (first.reason == NULL), "\"%s\"", raw.text);
        /* What a decimal comma became is written with a point, which means something else there. */
        if (all_items[_i] == &comma)
            continue;
        clean_value(plan, &arena, once.text, once.length, all_items[_i]->decimal, &second);
        value_append_text(&second.value, &twice);
        ck_assert_msg(first.value.is_null || second.steps == 0, "\"%s\" gives \"%s\", which changes again",
                      raw.text, once.text);
        ck_assert_msg(strcmp(once.text, twice.text) == 0, "\"%s\" gives \"%s\", which gives \"%s\"", raw.text,
                      once.text, twice.text);
    }
    strbuf_destroy(&raw);
    strbuf_destroy(&once);
    strbuf_destroy(&twice);
    arena_destroy(&plans);
}
END_TEST

START_TEST(any_item_survives_a_megabyte_of_anything)
{
    static const char *const pieces[] = {"1", " ",  "UN-",    "\u0307\u0323", "男",
                                         "-", "Ｎ", "\u200B", "1,111",        "\x80"};
    const struct clean_plan *plan = clean_plan_new(&arena, all_items[_i]);
    char *raw = malloc(HOSTILE_BYTES);

    ck_assert_ptr_nonnull(raw);
    for (int i = 0; i < LENGTH(pieces); i++) {
        size_t width = strlen(pieces[i]);
        size_t length = HOSTILE_BYTES / width * width;
        struct clean_result result;

        for (size_t at = 0; at < length; at++)
            raw[at] = pieces[i][at % width];
        clean_value(plan, &arena, raw, length, all_items[_i]->decimal, &result);
        ck_assert(result.value.is_null || all_items[_i]->type == VALUE_TEXT);
    }
    free(raw);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("clean");
    TCase *cases = tcase_create("clean");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_loop_test(cases, values, 0, LENGTH(cases_of_values));
    tcase_add_test(cases, a_text_that_nothing_changes_is_not_copied);
    tcase_add_test(cases, steps_are_named_in_order);
    tcase_add_loop_test(cases, units, 0, LENGTH(unit_cases));
    tcase_add_loop_test(cases, what_is_cleaned_cleans_to_itself, 0, LENGTH(all_items));
    tcase_add_loop_test(cases, any_item_survives_a_megabyte_of_anything, 0, LENGTH(all_items));
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
