#include "definition/json.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

static struct arena arena;
static struct problems problems;
static struct json_document document;

static void
begin(void)
{
    arena_init(&arena, 4096, 0);
    problems_init(&problems, &arena, "file.json");
    document.root = NULL;
}

static void
end(void)
{
    json_close(&document);
    arena_destroy(&arena);
}

static const struct {
    const char *says;
    const char *text;
} accepted[] = {
    {"an object", "{\"a\": 1}"},
    {"a scalar alone", "1"},
    {"a line comment", "{ // what it is\n\"a\": 1}"},
    {"a line comment at the end", "{} // done"},
    {"a block comment with stars", "/* ** / */ {}"},
    {"a block comment over lines", "{/*\n\n*/}"},
    {"what looks like a comment in a text", "{\"a\": \"http://x/*y*/\"}"},
    {"a quotation mark in a comment", "{} // \" {"},
    {"every escape", "\"\\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u00e9 \\uD83D\\uDE00\""},
    {"every number", "[0, -0, 12, 1.5, -1.50e+10, 1E-3]"},
    {"true, false and null", "[true, false, null]"},
    {"a byte order mark", "\xEF\xBB\xBF{}"},
    {"CR LF at the end of lines", "{\r\n\"a\": 1\r\n}\r\n"},
    {"32 deep", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"},
};

START_TEST(json_with_comments_is_read)
{
    const char *text = accepted[_i].text;
    bool ok = json_open(&document, &arena, text, strlen(text), &problems);

    ck_assert_msg(ok && problems.count == 0, "%s is refused: %s", accepted[_i].says,
                  problems.count > 0 ? problems.list[0].message : "");
}
END_TEST

static const struct {
    const char *says;
    const char *text;
    const char *message;
} refused[] = {
    {"nothing", "", "line 1, column 1: the file is empty"},
    {"only a comment", "/* x */\n", "line 2, column 1: the file is empty"},
    {"a comma before the end of an object", "{\n  \"a\": 1,\n}",
     "line 3, column 1: the comma before this } is one too many"},
    {"a comma before the end of a list", "[1, ]",
     "line 1, column 5: the comma before this ] is one too many"},
    {"a comma that is missing", "{\n  \"a\": 1\n  \"b\": 2\n}",
     "line 3, column 3: a comma is missing before this"},
    {"a comma that is missing in a list", "[1 2]", "line 1, column 4: a comma is missing before this"},
    {"two commas", "[1,,2]", "line 1, column 4: nothing stands before this comma"},
    {"a colon that is missing", "{\"a\" 1}", "line 1, column 6: a colon is missing before this"},
    {"a value that is missing", "{\"a\": }", "line 1, column 7: a value is missing before this }"},
    {"a key without its value", "{\"a\", \"b\": 1}",
     "line 1, column 5: a colon and a value are missing before this comma"},
    {"a colon in a list", "[\"a\": 1]", "line 1, column 5: this colon does not stand behind a key"},
    {"a key without quotes", "{study: 1}", "line 1, column 2: study must stand in double quotes"},
    {"single quotes", "{'study': 1}", "line 1, column 2: 'study' must stand in double quotes"},
    {"a text without quotes", "{\"a\": vs}",
     "line 1, column 7: vs is neither a number, true, false nor null: a text stands in double quotes"},
    {"a number as a key", "{1: 1}", "line 1, column 2: 1 must stand in double quotes"},
    {"an object as a key", "{{}: 1}", "line 1, column 2: a key is missing here: it stands in double quotes"},
    {"a number with a leading zero", "[01]",
     "line 1, column 2: 01 is neither a number, true, false nor null: a text stands in double quotes"},
    {"a number that ends in a point", "[1.]",
     "line 1, column 2: 1. is neither a number, true, false nor null: a text stands in double quotes"},
    {"a number with a plus", "[+1]",
     "line 1, column 2: +1 is neither a number, true, false nor null: a text stands in double quotes"},
    {"NaN", "[NaN]",
     "line 1, column 2: NaN is neither a number, true, false nor null: a text stands in double quotes"},
    {"an object that is not closed", "{\n\"a\": [1]",
     "line 2, column 9: the file ends too early: the { of line 1 is "
     "not closed"},
    {"a bracket of another kind", "{\n\"a\": [1}\n", "line 2, column 8: this } cannot close the [ of line 2"},
    {"a bracket too many", "{}}", "line 1, column 3: this } closes nothing"},
    {"a second value", "{} {}", "line 1, column 4: the file must end here: its outermost value is complete"},
    {"a text that is not closed", "{\"a: 1}", "line 1, column 2: this text is not closed"},
    {"a text over two lines", "{\"a\": \"b\nc\"}",
     "line 1, column 7: this text is not closed on its line (a line break in a text is written \\n)"},
    {"a tab in a text", "[\"a\tb\"]", "line 1, column 4: control character 0x09 in a text: write \\u0009"},
    {"an unknown escape", "[\"C:\\data\"]",
     "line 1, column 5: this escape is not known to JSON: a backslash itself is written \\\\"},
    {"a NUL by its escape", "[\"\\u0000\"]", "line 1, column 3: the character U+0000 cannot stand in a text"},
    {"half a surrogate pair", "[\"\\uD83D\"]", "this is not JSON"},
    {"a comment that is not closed", "{} /* x", "line 1, column 4: this comment is not closed by */"},
    {"a slash alone", "{/}", "line 1, column 2: a comment begins with // or /*"},
    {"a hash comment", "# x\n{}", "line 1, column 1: # cannot stand here"},
    {"a control character", "{\x01}", "line 1, column 2: control character 0x01 between values"},
    {"Latin-1", "{\"a\": \"caf\xE9\"}",
     "line 1, column 11: byte 0xE9 is not UTF-8: save the file in this encoding"},
    {"columns count characters", "{\"名字\": \"张三\" \"x\"}",
     "line 1, column 13: a comma is missing before this"},
    {"a full-width comma", "{\"a\": 1，\"b\": 2}",
     "line 1, column 8: ， cannot stand here: write the ASCII character ,"},
    {"a full-width colon", "{\"a\"：1}",
     "line 1, column 5: ： cannot stand here: write the ASCII character :"},
    {"typographic quotation marks", "{“a”: 1}",
     "line 1, column 2: “ cannot stand here: write the ASCII character \""},
    {"an ideographic space", "{　}", "line 1, column 2: U+3000 is no blank in JSON: write an ordinary one"},
    {"33 deep", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
     "line 1, column 33: lists and objects stand in one another more than 32 deep"},
};

START_TEST(what_is_not_json_is_told_with_its_place)
{
    const char *text = refused[_i].text;
    bool ok = json_open(&document, &arena, text, strlen(text), &problems);

    ck_assert_msg(!ok && problems.count == 1, "%s is read", refused[_i].says);
    ck_assert_msg(strstr(problems.list[0].message, refused[_i].message) != NULL, "%s: %s", refused[_i].says,
                  problems.list[0].message);
}
END_TEST

START_TEST(a_mistake_shows_its_line)
{
    static const char text[] = "{ // the study\n  \"study\": \"a\",\n  \"forms\" {}\n}\n";

    ck_assert(!json_open(&document, &arena, text, strlen(text), &problems));
    ck_assert_str_eq(problems.list[0].excerpt, "  \"forms\" {}\n          ^");
}
END_TEST

static const struct {
    const char *says;
    const char *text;
    size_t length;
    const char *message;
} unfit[] = {
    {"a NUL between values", "{}\0{}", 5, "line 1, column 3: a NUL byte cannot stand in this file"},
    {"a NUL in a text", "[\"a\0b\"]", 7, "line 1, column 4: a NUL byte cannot stand in this file"},
    {"a NUL in a line comment", "{}\n// a\0b\n", 10,
     "line 2, column 5: a NUL byte cannot stand in this file"},
    {"a NUL in a block comment", "/*\0*/{}", 7, "line 1, column 3: a NUL byte cannot stand in this file"},
    {"a NUL at the end", "{}\0", 3, "line 1, column 3: a NUL byte cannot stand in this file"},
    {"Latin-1 in a line comment", "{}\n// caf\xE9\n", 11, "line 2, column 7: byte 0xE9 is not UTF-8"},
    {"half a character at the end of a comment", "{} // \xE5\x90", 8,
     "line 1, column 7: byte 0xE5 is not UTF-8"},
    {"a surrogate in a block comment", "/* \xED\xA0\x80 */{}", 11,
     "line 1, column 4: byte 0xED is not UTF-8"},
    {"a longer form of a NUL", "{} // \xC0\x80", 8, "line 1, column 7: byte 0xC0 is not UTF-8"},
};

START_TEST(what_no_text_column_can_hold_is_refused_wherever_it_stands)
{
    ck_assert_msg(!json_open(&document, &arena, unfit[_i].text, unfit[_i].length, &problems) &&
                      problems.count == 1,
                  "%s is read", unfit[_i].says);
    ck_assert_msg(strstr(problems.list[0].message, unfit[_i].message) != NULL, "%s: %s", unfit[_i].says,
                  problems.list[0].message);
}
END_TEST

START_TEST(a_key_given_twice_is_told_and_the_first_counts)
{
    static const char text[] =
        "{\"a\": 1, \"x\": [{\"b\": 1, \"c\": 2, \"b\": 3, \"b\": 4}], \"a\": 2, \"A\": 3}";
    struct json_place root, a;
    int64_t value;

    ck_assert(json_open(&document, &arena, text, strlen(text), &problems));
    ck_assert_uint_eq(problems.count, 3);
    ck_assert_str_eq(problems.list[0].path, "");
    ck_assert_str_eq(problems.list[0].message, "the key \"a\" is given twice");
    ck_assert_str_eq(problems.list[1].path, "x[0]");
    ck_assert_str_eq(problems.list[2].message, "the key \"b\" is given twice");
    root = json_root(&document);
    ck_assert_uint_eq(json_count(&root), 3);
    ck_assert(json_member(&root, "a", &a) && json_integer(&a, 0, 9, &value));
    ck_assert_int_eq(value, 1);
}
END_TEST

static const struct {
    const char *says;
    const char *value;
    enum { TEXT, EXACT, INTEGER, BOOLEAN, OBJECT, LIST } read_as;
    const char *message; /* NULL: it is read */
} values[] = {
    {"a text", "\"x\"", TEXT, NULL},
    {"an empty text", "\"\"", TEXT, "must not be empty"},
    {"a number as a text", "1", TEXT, "must be a text, not a number"},
    {"null as a text", "null", TEXT, "must be a text, not null"},
    {"an exact value in quotes", "\"0.10\"", EXACT, NULL},
    {"an exact whole number", "250", EXACT, NULL},
    {"an exact fraction without quotes", "0.1", EXACT, "must stand in quotes, such as \"0.45\""},
    {"a whole number that double cannot hold", "12345678901234567890", EXACT, "must stand in quotes"},
    {"an integer", "3", INTEGER, NULL},
    {"an integer beyond the limit", "11", INTEGER, "must be a whole number from -10 to 10"},
    {"an integer below the limit", "-11", INTEGER, "must be a whole number from -10 to 10"},
    {"a fraction as an integer", "1.5", INTEGER, "must be a whole number from -10 to 10"},
    {"infinity as an integer", "1e999", INTEGER, "must be a whole number from -10 to 10"},
    {"a text as an integer", "\"3\"", INTEGER, "must be a whole number, not a text"},
    {"a boolean", "true", BOOLEAN, NULL},
    {"a number as a boolean", "1", BOOLEAN, "must be true or false, not a number"},
    {"a list as an object", "[]", OBJECT, "must be an object {...}, not a list [...]"},
    {"an object as a list", "{}", LIST, "must be a list [...], not an object {...}"},
    {"a boolean as a list", "true", LIST, "must be a list [...], not true or false"},
};

static bool
read_value(const struct json_place *place, int read_as)
{
    int64_t integer;
    bool boolean;

    switch (read_as) {
    case TEXT:
        return json_text(place) != NULL;
    case EXACT:
        return json_exact(place) != NULL;
    case INTEGER:
        return json_integer(place, -10, 10, &integer);
    case BOOLEAN:
        return json_boolean(place, &boolean);
    case OBJECT:
        return json_expect_object(place);
    default:
        return json_expect_list(place);
    }
}

START_TEST(a_value_of_another_type_is_told_with_its_path)
{
    const char *text = arena_printf(&arena, "{\"a b\": [{\"key\": %s}]}", values[_i].value);
    struct json_place root, outer, element, place;
    bool ok;

    ck_assert(json_open(&document, &arena, text, strlen(text), &problems));
    root = json_root(&document);
    ck_assert(json_member(&root, "a b", &outer));
    element = json_first(&outer);
    ck_assert(json_member(&element, "key", &place));
    ok = read_value(&place, values[_i].read_as);
    ck_assert_msg(ok == (values[_i].message == NULL), "%s is %s", values[_i].says, ok ? "read" : "refused");
    if (ok)
        return;
    ck_assert_str_eq(problems.list[0].path, "[\"a b\"][0].key");
    ck_assert_msg(strstr(problems.list[0].message, values[_i].message) != NULL, "%s: %s", values[_i].says,
                  problems.list[0].message);
}
END_TEST

START_TEST(unknown_keys_are_told_and_schema_is_not_one)
{
    static const char *const keys[] = {"workers", "retry"};
    static const char text[] = "{\"$schema\": \"x\", \"wrokers\": 1, \"colour\": 2, \"retry\": 3}";
    struct json_place root;

    ck_assert(json_open(&document, &arena, text, strlen(text), &problems));
    root = json_root(&document);
    json_expect_keys(&root, keys, COUNT(keys));
    ck_assert_uint_eq(problems.count, 2);
    ck_assert_str_eq(problems.list[0].message, "unknown key \"wrokers\"; did you mean \"workers\"?");
    ck_assert_str_eq(problems.list[1].message, "unknown key \"colour\"; known here: workers, retry");
}
END_TEST

START_TEST(a_file_that_cannot_be_read_is_an_error)
{
    struct err err = {0};
    const char *text;
    size_t length;

    ck_assert(!json_read_file(&arena, "/nonexistent/file.json", &text, &length, &err));
    ck_assert_int_eq(err.kind, ERR_IO);
    ck_assert_ptr_nonnull(strstr(err.message, "/nonexistent/file.json: No such file"));
    ck_assert(!json_read_file(&arena, "/", &text, &length, &err));
    ck_assert_int_eq(err.kind, ERR_IO);
    ck_assert(!json_read_file(&arena, "/dev/zero", &text, &length, &err));
    ck_assert_int_eq(err.kind, ERR_CONFIG);
    ck_assert_ptr_nonnull(strstr(err.message, "larger than 16 MiB"));
}
END_TEST

static Suite *
json_suite(void)
{
    Suite *suite = suite_create("json");
    TCase *tcase = tcase_create("json");

    tcase_add_checked_fixture(tcase, begin, end);
    tcase_add_loop_test(tcase, json_with_comments_is_read, 0, COUNT(accepted));
    tcase_add_loop_test(tcase, what_is_not_json_is_told_with_its_place, 0, COUNT(refused));
    tcase_add_test(tcase, a_mistake_shows_its_line);
    tcase_add_loop_test(tcase, what_no_text_column_can_hold_is_refused_wherever_it_stands, 0, COUNT(unfit));
    tcase_add_test(tcase, a_key_given_twice_is_told_and_the_first_counts);
    tcase_add_loop_test(tcase, a_value_of_another_type_is_told_with_its_path, 0, COUNT(values));
    tcase_add_test(tcase, unknown_keys_are_told_and_schema_is_not_one);
    tcase_add_test(tcase, a_file_that_cannot_be_read_is_an_error);
    suite_add_tcase(suite, tcase);
    return suite;
}

int
main(void)
{
    SRunner *runner = srunner_create(json_suite());

    srunner_run_all(runner, CK_ENV);

    int failed = srunner_ntests_failed(runner);

    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
