#include "crfd/value/value.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

static const struct {
    enum value_type type;
    const char *name;
    const char *column;
} types[] = {
    {VALUE_TEXT, "text", "text"},
    {VALUE_INTEGER, "integer", "bigint"},
    {VALUE_DECIMAL, "decimal", "numeric"},
    {VALUE_BOOLEAN, "boolean", "boolean"},
    {VALUE_DATE, "date", "date"},
    {VALUE_PARTIAL_DATE, "partial-date", "text"},
    {VALUE_DATETIME, "datetime", "timestamp"},
    {VALUE_PARTIAL_DATETIME, "partial-datetime", "text"},
    {VALUE_TIME, "time", "time"},
    {VALUE_INSTANT, "instant", "timestamptz"},
};

START_TEST(every_type_has_a_name_and_a_column_type)
{
    enum value_type found = VALUE_TYPE_COUNT;

    ck_assert_int_eq(COUNT(types), VALUE_TYPE_COUNT);
    ck_assert_str_eq(value_type_name(types[_i].type), types[_i].name);
    ck_assert_str_eq(value_type_column(types[_i].type), types[_i].column);
    ck_assert(value_type_parse(types[_i].name, &found));
    ck_assert_int_eq(found, types[_i].type);
}
END_TEST

START_TEST(other_names_are_no_types)
{
    static const char *const names[] = {"", "Text", "numeric", "partial_date", "date ", "datetimes"};

    for (int i = 0; i < COUNT(names); i++) {
        enum value_type found = VALUE_TYPE_COUNT;

        ck_assert_msg(!value_type_parse(names[i], &found), "\"%s\" is a type", names[i]);
        ck_assert_msg(found == VALUE_TYPE_COUNT, "\"%s\" changed the output", names[i]);
    }
}
END_TEST

static struct value
text_value(const char *text)
{
    return (struct value){.type = VALUE_TEXT, .length = (uint32_t)strlen(text), .text = text};
}

static struct value
decimal_value(const char *text)
{
    static struct decimal_wide room[4];
    static int next;
    struct decimal_wide *wide = &room[next++ % COUNT(room)];

    ck_assert_int_eq(decimal_parse(text, strlen(text), wide), DECIMAL_OK);
    return (struct value){.type = VALUE_DECIMAL, .decimal = &wide->value};
}

static struct value
partial_value(enum value_type type, const char *text)
{
    static struct partial_date room[4];
    static int next;
    struct partial_date *partial = &room[next++ % COUNT(room)];

    ck_assert(partial_date_parse(text, strlen(text), partial));
    return (struct value){.type = (uint8_t)type, .partial = partial};
}

static struct value
day_value(int32_t days)
{
    return (struct value){.type = VALUE_DATE, .date = days};
}

static struct value
integer_value(int64_t number)
{
    return (struct value){.type = VALUE_INTEGER, .integer = number};
}

static void
expect_text(struct value value, const char *expected)
{
    struct strbuf out;

    strbuf_init(&out);
    strbuf_append(&out, "before ");
    value_append_text(&value, &out);
    ck_assert_msg(strncmp(out.text, "before ", 7) == 0 && strcmp(out.text + 7, expected) == 0,
                  "a %s is written as \"%s\", not \"%s\"", value_type_name((enum value_type)value.type),
                  out.text, expected);
    strbuf_destroy(&out);
}

START_TEST(is_written_as_its_column_shows_it)
{
    expect_text(text_value("名 \"x\""), "名 \"x\"");
    expect_text((struct value){.type = VALUE_TEXT, .length = 3, .text = "abcdef"}, "abc");
    expect_text((struct value){.type = VALUE_TEXT}, "");
    expect_text(integer_value(INT64_MIN), "-9223372036854775808");
    expect_text(decimal_value("36.20"), "36.20");
    expect_text((struct value){.type = VALUE_BOOLEAN, .boolean = true}, "true");
    expect_text((struct value){.type = VALUE_BOOLEAN, .boolean = false}, "false");
    expect_text(day_value(5177), "2014-03-05");
    expect_text((struct value){.type = VALUE_DATETIME, .datetime = INT64_C(500000)}, "2000-01-01 00:00:00.5");
    expect_text((struct value){.type = VALUE_TIME, .time = INT64_C(42300000000)}, "11:45:00");
    expect_text(partial_value(VALUE_PARTIAL_DATE, "2014-03"), "2014-03");
    expect_text(partial_value(VALUE_PARTIAL_DATETIME, "2014-03-05T11:45"), "2014-03-05T11:45");
    expect_text(value_null(VALUE_DECIMAL), "");
    expect_text(value_null(VALUE_TEXT), "");
}
END_TEST

static void
expect_identical(const char *says, struct value a, struct value b, bool expected)
{
    ck_assert_msg(value_identical(&a, &b) == expected, "%s: %sidentical", says, expected ? "not " : "");
    ck_assert_msg(value_identical(&b, &a) == expected, "%s, turned: %sidentical", says,
                  expected ? "not " : "");
    ck_assert_msg(value_identical(&a, &a), "%s: the first is not identical with itself", says);
}

START_TEST(is_identical_with_the_same_stored_value)
{
    char copied[] = "Y";

    expect_identical("equal texts at two places", text_value("Y"), text_value(copied), true);
    expect_identical("texts of other case", text_value("Y"), text_value("y"), false);
    expect_identical("a text and its beginning", text_value("YES"), text_value("Y"), false);
    expect_identical("empty texts", text_value(""), (struct value){.type = VALUE_TEXT}, true);
    expect_identical("an empty text and NULL", text_value(""), value_null(VALUE_TEXT), false);
    expect_identical("two NULLs of a type", value_null(VALUE_DATE), value_null(VALUE_DATE), true);
    expect_identical("two NULLs of other types", value_null(VALUE_DATE), value_null(VALUE_TIME), false);
    expect_identical("equal integers", integer_value(-7), integer_value(-7), true);
    expect_identical("other integers", integer_value(7), integer_value(-7), false);
    expect_identical("an integer and a date", integer_value(7), day_value(7), false);
    expect_identical("equal decimals", decimal_value("1.50"), decimal_value("1.50"), true);
    expect_identical("decimals of other scale", decimal_value("1.5"), decimal_value("1.50"), false);
    expect_identical("other decimals", decimal_value("1.5"), decimal_value("-1.5"), false);
    expect_identical("booleans", (struct value){.type = VALUE_BOOLEAN, .boolean = true},
                     (struct value){.type = VALUE_BOOLEAN, .boolean = false}, false);
    expect_identical("dates", day_value(1), day_value(2), false);
    expect_identical("datetimes", (struct value){.type = VALUE_DATETIME, .datetime = 1},
                     (struct value){.type = VALUE_DATETIME, .datetime = 1}, true);
    expect_identical("times", (struct value){.type = VALUE_TIME, .time = 1},
                     (struct value){.type = VALUE_TIME, .time = 2}, false);
    expect_identical("equal partial dates", partial_value(VALUE_PARTIAL_DATE, "2014-03"),
                     partial_value(VALUE_PARTIAL_DATE, "2014-03"), true);
    expect_identical("a month and its first day", partial_value(VALUE_PARTIAL_DATE, "2014-03"),
                     partial_value(VALUE_PARTIAL_DATE, "2014-03-01"), false);
    expect_identical("partial datetimes", partial_value(VALUE_PARTIAL_DATETIME, "2014-03-05T11:45:00.5"),
                     partial_value(VALUE_PARTIAL_DATETIME, "2014-03-05T11:45:00"), false);
}
END_TEST

START_TEST(truth_follows_sql)
{
    static const enum truth all[] = {TRUTH_FALSE, TRUTH_UNKNOWN, TRUTH_TRUE};
    static const enum truth both[3][3] = {{TRUTH_FALSE, TRUTH_FALSE, TRUTH_FALSE},
                                          {TRUTH_FALSE, TRUTH_UNKNOWN, TRUTH_UNKNOWN},
                                          {TRUTH_FALSE, TRUTH_UNKNOWN, TRUTH_TRUE}};

    for (int i = 0; i < 3; i++) {
        for (int j = 0; j < 3; j++) {
            enum truth either = truth_not(truth_and(truth_not(all[i]), truth_not(all[j])));

            ck_assert_msg(truth_and(all[i], all[j]) == both[i][j], "%d AND %d", i, j);
            ck_assert_msg(truth_or(all[i], all[j]) == either, "%d OR %d", i, j);
        }
    }
    ck_assert_int_eq(truth_not(TRUTH_UNKNOWN), TRUTH_UNKNOWN);
    ck_assert_int_eq(truth_not(TRUTH_TRUE), TRUTH_FALSE);
    ck_assert_int_eq(truth_of(true), TRUTH_TRUE);
    ck_assert_int_eq(truth_of(false), TRUTH_FALSE);
}
END_TEST

static Suite *
value_suite(void)
{
    Suite *suite = suite_create("value");
    TCase *tcase = tcase_create("value");

    tcase_add_loop_test(tcase, every_type_has_a_name_and_a_column_type, 0, COUNT(types));
    tcase_add_test(tcase, other_names_are_no_types);
    tcase_add_test(tcase, is_written_as_its_column_shows_it);
    tcase_add_test(tcase, is_identical_with_the_same_stored_value);
    tcase_add_test(tcase, truth_follows_sql);
    suite_add_tcase(suite, tcase);
    return suite;
}

int
main(void)
{
    SRunner *runner = srunner_create(value_suite());

    srunner_run_all(runner, CK_ENV);

    int failed = srunner_ntests_failed(runner);

    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
