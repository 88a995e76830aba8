#include "batch/evidence.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

struct member {
    const char *key; /* NULL ends the list */
    const char *raw;
};

static const struct {
    const char *says;
    struct member members[4];
    const char *evidence;
} rows[] = {
    {"nothing is an empty object", {{0}}, "{}"},
    {"one value stands alone", {{"sysbp", "120"}}, "{\"sysbp\":\"120\"}"},
    {"values come in the order given, without blanks",
     {{"sysbp", "120"}, {"diabp", "80"}, {"age", "4"}},
     "{\"sysbp\":\"120\",\"diabp\":\"80\",\"age\":\"4\"}"},
    {"a missing value is null", {{"sysbp", NULL}}, "{\"sysbp\":null}"},
    {"an empty one is an empty text", {{"sysbp", ""}}, "{\"sysbp\":\"\"}"},
    {"null and empty stand side by side",
     {{"a", NULL}, {"b", ""}, {"c", "x"}},
     "{\"a\":null,\"b\":\"\",\"c\":\"x\"}"},
    {"quotes and backslashes are escaped", {{"a", "\"\\"}}, "{\"a\":\"\\\"\\\\\"}"},
    {"control characters are escaped", {{"a", "\x01\n\t\x1F"}}, "{\"a\":\"\\u0001\\u000a\\u0009\\u001f\"}"},
    {"the first that is none is kept", {{"a", " \x7F"}}, "{\"a\":\" \x7F\"}"},
    {"Chinese is kept", {{"体重", "七十公斤"}}, "{\"体重\":\"七十公斤\"}"},
    {"a key is escaped like a value", {{"a\"b\\c\n", "1"}}, "{\"a\\\"b\\\\c\\u000a\":\"1\"}"},
    {"a brace at the end of a value does not lose the comma",
     {{"a", "{"}, {"b", "}"}},
     "{\"a\":\"{\",\"b\":\"}\"}"},
    {"characters around an escape stay", {{"a", "x\"y\"z"}}, "{\"a\":\"x\\\"y\\\"z\"}"},
};

START_TEST(writes_the_canonical_object)
{
    struct strbuf out;

    strbuf_init(&out);
    evidence_begin(&out);
    for (const struct member *member = rows[_i].members; member->key != NULL; member++)
        evidence_add(&out, member->key, member->raw, member->raw ? strlen(member->raw) : 0);
    evidence_end(&out);
    ck_assert_msg(strcmp(out.text, rows[_i].evidence) == 0, "%s: %s", rows[_i].says, out.text);
    strbuf_destroy(&out);
}
END_TEST

START_TEST(a_value_ends_with_its_length)
{
    struct strbuf out;

    strbuf_init(&out);
    evidence_begin(&out);
    evidence_add(&out, "a", "120/80", 3);
    evidence_end(&out);
    ck_assert_str_eq(out.text, "{\"a\":\"120\"}");
    strbuf_destroy(&out);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("evidence");
    TCase *cases = tcase_create("evidence");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_loop_test(cases, writes_the_canonical_object, 0, COUNT(rows));
    tcase_add_test(cases, a_value_ends_with_its_length);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
