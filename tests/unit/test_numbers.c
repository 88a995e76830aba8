#include "clean/numbers.h"

#include <check.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))

#define NONE  DECIMAL_SIGN_UNDECLARED
#define POINT DECIMAL_SIGN_POINT
#define COMMA DECIMAL_SIGN_COMMA

static const struct {
    const char *name;
    const char *text;
    enum decimal_sign sign;
    const char *number; /* NULL: refused */
    bool regrouped;
    const char *reason; /* words of it */
} number_cases[] = {
    {"an ordinary number", "36.2", NONE, "36.2", false, NULL},
    {"a whole number", "120", NONE, "120", false, NULL},
    {"trailing zeros are kept", "36.20", NONE, "36.20", false, NULL},
    {"leading zeros are no change", "036.2", NONE, "36.2", false, NULL},
    {"a plus sign is no change", "+5", NONE, "5", false, NULL},
    {"a number may begin with its point", ".5", NONE, "0.5", false, NULL},
    {"a number may end with its point", "5.", NONE, "5", false, NULL},
    {"a negative number", "-0.25", NONE, "-0.25", false, NULL},
    {"the minus sign of typographers is no change", "−5.5", NONE, "-5.5", false, NULL},
    {"scientific notation is read", "1e5", NONE, "100000", false, NULL},
    {"scientific notation with a sign", "1.5E-3", NONE, "0.0015", false, NULL},
    {"digits grouped by a comma", "1,234.5", NONE, "1234.5", true, NULL},
    {"digits grouped by an apostrophe", "1'234'567.5", NONE, "1234567.5", true, NULL},
    {"digits grouped by a typographic apostrophe", "1’234", NONE, "1234", true, NULL},
    {"a group of two is no grouping", "12,34", NONE, NULL, false, "decimal comma"},
    {"a short last group is no grouping", "1,234,56", NONE, NULL, false, "not a number"},
    {"two signs of grouping are no grouping", "1,234'567", NONE, NULL, false, "not a number"},
    {"a comma behind the point is no grouping", "1.234,567,8", NONE, NULL, false, "not a number"},
    {"blanks do not group: two readings may be meant", "120 100", NONE, NULL, false, "not a number"},
    {"a decimal comma that is not declared", "3,7", NONE, NULL, false, "decimal comma"},
    {"a decimal comma", "3,7", COMMA, "3.7", true, NULL},
    {"a decimal comma and a grouping point", "1.234,5", COMMA, "1234.5", true, NULL},
    {"several grouping points", "1.234.567", COMMA, "1234567", true, NULL},
    {"a decimal comma first", ",5", COMMA, "0.5", true, NULL},
    {"a decimal comma last", "5,", COMMA, "5", true, NULL},
    {"three digits behind a decimal comma", "1,234", COMMA, "1.234", true, NULL},
    {"a comma that is declared, with the apostrophe", "1'234,5", COMMA, "1234.5", true, NULL},
    {"a whole number where the comma is declared", "120", COMMA, "120", false, NULL},
    {"a point that cannot group is the mark", "36.2", COMMA, "36.2", false, NULL},
    {"a point behind a zero cannot group", "0.125", COMMA, "0.125", false, NULL},
    {"a comma before a point can only group", "1,234.5", COMMA, "1234.5", true, NULL},
    {"scientific notation where the comma is declared", "1.234e5", COMMA, "123400", false, NULL},
    {"several groups can only be groups", "12,345,678", NONE, "12345678", true, NULL},
    {"several negative groups", "-1,234,567", NONE, "-1234567", true, NULL},
    {"a comma before three digits is ambiguous", "1,125", NONE, NULL, false, "ambiguous"},
    {"also behind a zero, which no grouping begins with", "0,856", NONE, NULL, false, "ambiguous"},
    {"also behind a minus sign", "-36,250", NONE, NULL, false, "ambiguous"},
    {"also behind a plus sign", "+36,250", NONE, NULL, false, "ambiguous"},
    {"also behind a typographer's minus sign", "−36,250", NONE, NULL, false, "ambiguous"},
    {"also behind four digits", "1234,567", NONE, NULL, false, "ambiguous"},
    {"also where nothing stands before it", ",234", NONE, NULL, false, "ambiguous"},
    {"a comma before four digits is none of grouping", "1,2345", NONE, NULL, false, "a decimal comma"},
    {"a point at the end tells that the comma groups", "1,234.", NONE, "1234", true, NULL},
    {"a comma behind an apostrophe", "1'234,567", NONE, NULL, false, "a decimal comma"},
    {"a comma and grouping points", "1.234,567", NONE, NULL, false, "a decimal comma"},
    {"grouping points alone", "1.234.567", NONE, NULL, false, "grouped by points"},
    {"a point before three digits is the decimal point", "1.125", NONE, "1.125", false, NULL},
    {"a comma groups where the point is declared", "1,125", POINT, "1125", true, NULL},
    {"also behind a minus sign, where the point is declared", "-36,250", POINT, "-36250", true, NULL},
    {"a point before three digits where it is declared", "1.125", POINT, "1.125", false, NULL},
    {"no group behind a zero, where the point is declared", "0,856", POINT, NULL, false, "a decimal comma"},
    {"no group behind four digits", "1234,567", POINT, NULL, false, "a decimal comma"},
    {"no decimal comma where the point is declared", "3,7", POINT, NULL, false, "a decimal comma"},
    {"no grouping points where the point is declared", "1.234,5", POINT, NULL, false, "a decimal comma"},
    {"a comma and a point, where the point is declared", "1,234.5", POINT, "1234.5", true, NULL},
    {"a lone point before three digits groups where the comma is declared", "1.234", COMMA, "1234", true,
     NULL},
    {"also behind a minus sign, where the comma is declared", "-36.250", COMMA, "-36250", true, NULL},
    {"also behind a typographer's, where the comma is declared", "−36.250", COMMA, "-36250", true, NULL},
    {"a point before four digits cannot group", "1.2345", COMMA, "1.2345", false, NULL},
    {"a negative decimal comma", "-0,856", COMMA, "-0.856", true, NULL},
    {"several commas group even where the comma is declared", "1,234,567", COMMA, "1234567", true, NULL},
    {"a comparison is no number", "<0.2", NONE, NULL, false, "not a number"},
    {"digits and letters are no number", "12a", NONE, NULL, false, "not a number"},
    {"a unit is no part of a number", "70 kg", NONE, NULL, false, "not a number"},
    {"NaN is no number", "NaN", NONE, NULL, false, "not a number"},
    {"infinity is no number", "-Infinity", NONE, NULL, false, "not a number"},
    {"a sign alone is no number", "-", NONE, NULL, false, "not a number"},
    {"a point alone is no number", ".", NONE, NULL, false, "not a number"},
    {"a comma alone is no number", ",", COMMA, NULL, false, "not a number"},
    {"two signs are no number", "--5", NONE, NULL, false, "not a number"},
    {"two points are no number", "1.2.3", NONE, NULL, false, "not a number"},
    {"a version is no number where the comma is declared", "1.2.3", COMMA, NULL, false, "not a number"},
    {"an exponent without digits is no number", "1e", NONE, NULL, false, "not a number"},
    {"hexadecimal is no number", "0x1F", NONE, NULL, false, "not a number"},
    {"a huge exponent is beyond the range", "1e999", NONE, NULL, false, "beyond"},
    {"a tiny exponent is beyond the range", "1e-999", NONE, NULL, false, "beyond"},
};

START_TEST(numbers)
{
    struct decimal_wide number;
    struct number_reading reading;
    char text[DECIMAL_TEXT_MAX] = "";
    bool read = number_read(text_of(number_cases[_i].text), number_cases[_i].sign, &number, &reading);

    if (read)
        decimal_format(&number.value, text);
    ck_assert_msg(read == (number_cases[_i].number != NULL), "%s: it is %s %s", number_cases[_i].name,
                  read ? "read as" : "refused:", read ? text : reading.reason);
    if (!read) {
        ck_assert_msg(strstr(reading.reason, number_cases[_i].reason) != NULL, "%s: the reason is \"%s\"",
                      number_cases[_i].name, reading.reason);
        return;
    }
    ck_assert_msg(strcmp(text, number_cases[_i].number) == 0, "%s: it is %s", number_cases[_i].name, text);
    ck_assert_msg(reading.regrouped == number_cases[_i].regrouped, "%s: it is %sa change",
                  number_cases[_i].name, reading.regrouped ? "" : "not ");
}
END_TEST

static const struct {
    const char *name;
    const char *text;
    enum decimal_sign sign;
    bool read;
    int64_t number;
    bool regrouped;
    const char *reason;
} integer_cases[] = {
    {"an ordinary integer", "120", NONE, true, 120, false, NULL},
    {"leading zeros are no change", "007", NONE, true, 7, false, NULL},
    {"a plus sign is no change", "+5", NONE, true, 5, false, NULL},
    {"a negative integer", "-5", NONE, true, -5, false, NULL},
    {"5.0 means 5", "5.0", NONE, true, 5, false, NULL},
    {"1e3 means 1000", "1e3", NONE, true, 1000, false, NULL},
    {"several groups", "1,234,567", NONE, true, 1234567, true, NULL},
    {"a lone comma before three digits is ambiguous", "1,234", NONE, false, 0, false, "ambiguous"},
    {"also behind a minus sign", "-1,234", NONE, false, 0, false, "ambiguous"},
    {"digits grouped by a comma", "1,234", POINT, true, 1234, true, NULL},
    {"1,000 is 1 where the comma is declared", "1,000", COMMA, true, 1, true, NULL},
    {"1,234 is not whole where the comma is declared", "1,234", COMMA, false, 0, false, "whole"},
    {"digits grouped by a point", "1.234", COMMA, true, 1234, true, NULL},
    {"1.234 is not whole where no sign is declared", "1.234", NONE, false, 0, false, "whole"},
    {"the largest", "9223372036854775807", NONE, true, INT64_MAX, false, NULL},
    {"the smallest", "-9223372036854775808", NONE, true, INT64_MIN, false, NULL},
    {"one more than the largest", "9223372036854775808", NONE, false, 0, false, "64-bit"},
    {"far beyond", "1e30", NONE, false, 0, false, "64-bit"},
    {"beyond any decimal", "1e999", NONE, false, 0, false, "beyond"},
    {"5.5 is not whole", "5.5", NONE, false, 0, false, "whole"},
    {"a word", "five", NONE, false, 0, false, "not a number"},
    {"a sign alone", "+", NONE, false, 0, false, "not a number"},
};

START_TEST(integers)
{
    struct number_reading reading;
    int64_t number = 0;
    bool read =
        number_read_integer(text_of(integer_cases[_i].text), integer_cases[_i].sign, &number, &reading);

    ck_assert_msg(read == integer_cases[_i].read, "%s: it is %s", integer_cases[_i].name,
                  read ? "read" : "refused");
    if (read)
        ck_assert_msg(number == integer_cases[_i].number && reading.regrouped == integer_cases[_i].regrouped,
                      "%s: it is %" PRId64, integer_cases[_i].name, number);
    else
        ck_assert_msg(strstr(reading.reason, integer_cases[_i].reason) != NULL, "%s: the reason is \"%s\"",
                      integer_cases[_i].name, reading.reason);
}
END_TEST

static const struct {
    const char *text;
    int meaning; /* -1: none */
} boolean_cases[] = {
    {"true", true}, {"TRUE", true}, {"T", true},      {"yes", true},    {"Y", true},
    {"1", true},    {"是", true},   {"false", false}, {"False", false}, {"f", false},
    {"No", false},  {"n", false},   {"0", false},     {"否", false},    {"ye", -1},
    {"2", -1},      {"01", -1},     {"是的", -1},     {"yes!", -1},
};

START_TEST(booleans)
{
    bool meaning = false;
    bool read = boolean_read(text_of(boolean_cases[_i].text), &meaning);

    ck_assert_msg(read == (boolean_cases[_i].meaning >= 0), "\"%s\" is %s", boolean_cases[_i].text,
                  read ? "read" : "refused");
    ck_assert_msg(!read || meaning == boolean_cases[_i].meaning, "\"%s\" is %s", boolean_cases[_i].text,
                  meaning ? "true" : "false");
}
END_TEST

static const struct {
    const char *text;
    enum qualifier qualifier;
    const char *rest;
} qualifier_cases[] = {
    {"<5", QUALIFIER_LESS, "5"},
    {"< 5", QUALIFIER_LESS, "5"},
    {"> 1000", QUALIFIER_GREATER, "1000"},
    {"<=5", QUALIFIER_AT_MOST, "5"},
    {"<= 5", QUALIFIER_AT_MOST, "5"},
    {"< = 5", QUALIFIER_AT_MOST, "5"},
    {">=5", QUALIFIER_AT_LEAST, "5"},
    {"≤0.1", QUALIFIER_AT_MOST, "0.1"},
    {"≥ 0.1", QUALIFIER_AT_LEAST, "0.1"},
    {"≦5", QUALIFIER_AT_MOST, "5"},
    {"≧5", QUALIFIER_AT_LEAST, "5"},
    {"⩽5", QUALIFIER_AT_MOST, "5"},
    {"⩾5", QUALIFIER_AT_LEAST, "5"},
    {"<-5", QUALIFIER_LESS, "-5"},
    /* What is left is no number. */
    {"<", QUALIFIER_LESS, ""},
    {"<<5", QUALIFIER_LESS, "<5"},
    {"<>5", QUALIFIER_LESS, ">5"},
    {"≤=5", QUALIFIER_AT_MOST, "=5"},
    /* None at the front. */
    {"5", QUALIFIER_NONE, "5"},
    {"=5", QUALIFIER_NONE, "=5"},
    {"5<", QUALIFIER_NONE, "5<"},
    {"", QUALIFIER_NONE, ""},
};

START_TEST(qualifiers)
{
    struct text_span text = text_of(qualifier_cases[_i].text);
    enum qualifier qualifier = qualifier_take(&text);

    ck_assert_msg(qualifier == qualifier_cases[_i].qualifier, "\"%s\" gives %d", qualifier_cases[_i].text,
                  (int)qualifier);
    ck_assert_msg(text_equal(text, text_of(qualifier_cases[_i].rest)), "\"%s\" leaves \"%.*s\"",
                  qualifier_cases[_i].text, (int)text.length, text.bytes);
}
END_TEST

START_TEST(a_megabyte_of_digits_is_beyond_the_range)
{
    static const char *const patterns[] = {"1", "1,111", "1'"};
    size_t length = 1 << 20;
    char *text = malloc(length);

    ck_assert_ptr_nonnull(text);
    for (int i = 0; i < LENGTH(patterns); i++) {
        size_t width = strlen(patterns[i]);
        struct decimal_wide number;
        struct number_reading reading;

        for (size_t at = 0; at < length; at++)
            text[at] = patterns[i][at % width];
        for (int sign = NONE; sign <= COMMA; sign++)
            ck_assert(
                !number_read((struct text_span){text, length}, (enum decimal_sign)sign, &number, &reading));
    }
    free(text);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("numbers");
    TCase *cases = tcase_create("numbers");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_loop_test(cases, numbers, 0, LENGTH(number_cases));
    tcase_add_loop_test(cases, integers, 0, LENGTH(integer_cases));
    tcase_add_loop_test(cases, qualifiers, 0, LENGTH(qualifier_cases));
    tcase_add_loop_test(cases, booleans, 0, LENGTH(boolean_cases));
    tcase_add_test(cases, a_megabyte_of_digits_is_beyond_the_range);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
