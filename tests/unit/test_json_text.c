#include "crfd/base/json_text.h"

#include <check.h>
#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

static const struct {
    const char *says;
    const char *text;
    const char *plain;
    const char *shown; /* NULL: as plain */
} cases[] = {
    {"an empty text", "", "\"\"", NULL},
    {"letters of any script", "a体é😀", "\"a体é😀\"", NULL},
    {"quote and backslash", "a\"b\\c", "\"a\\\"b\\\\c\"", NULL},
    {"control characters", "\t\x1f", "\"\\u0009\\u001f\"", NULL},
    {"DEL and C1 steer terminals", "a\x7f\xc2\x9b", "\"a\x7f\xc2\x9b\"", "\"a\\u007f\\u009b\""},
    {"a byte that is no UTF-8",
     "a\xff"
     "b",
     "\"a\\ufffdb\"", NULL},
    {"a character cut off at the end", "\xe4\xbd", "\"\\ufffd\\ufffd\"", NULL},
    {"half a surrogate pair", "\xed\xa0\x80", "\"\\ufffd\\ufffd\\ufffd\"", NULL},
    {"an overlong form", "\xc0\x80", "\"\\ufffd\\ufffd\"", NULL},
};

static void
expect(void (*append)(struct strbuf *, const char *, size_t), const char *text, const char *expected,
       const char *says)
{
    struct strbuf out;

    strbuf_init(&out);
    append(&out, text, strlen(text));
    ck_assert_msg(strcmp(out.text, expected) == 0, "%s: %s", says, out.text);
    strbuf_destroy(&out);
}

START_TEST(a_text_is_a_json_string)
{
    const char *shown = cases[_i].shown != NULL ? cases[_i].shown : cases[_i].plain;

    expect(json_text_append, cases[_i].text, cases[_i].plain, cases[_i].says);
    expect(json_text_append_shown, cases[_i].text, shown, cases[_i].says);
}
END_TEST

START_TEST(a_nul_within_is_escaped)
{
    struct strbuf out;

    strbuf_init(&out);
    json_text_append(&out, "a\0b", 3);
    ck_assert_str_eq(out.text, "\"a\\u0000b\"");
    strbuf_destroy(&out);
}
END_TEST

/* cJSON is the other implementation: every text of one to three of these bytes that it writes comes back the same. */
START_TEST(every_string_reads_back)
{
    static const char bytes[] = {1,   '\n',   ' ',    '"',    '\\',   '/',   'a',
                                 127, '\xc2', '\x80', '\xe4', '\xbd', '\xa0'};
    char text[4] = "";
    cJSON *read;
    struct strbuf out;

    text[0] = bytes[_i % (int)sizeof bytes];
    text[1] = bytes[_i / (int)sizeof bytes % (int)sizeof bytes];
    text[2] = bytes[_i / (int)(sizeof bytes * sizeof bytes)];
    strbuf_init(&out);
    json_text_append(&out, text, 3);
    read = cJSON_Parse(out.text);
    ck_assert_msg(cJSON_IsString(read), "%s", out.text);
    if (strstr(out.text, "\\ufffd") == NULL)
        ck_assert_str_eq(read->valuestring, text);
    cJSON_Delete(read);
    strbuf_destroy(&out);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("json_text");
    TCase *tcase = tcase_create("json_text");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_loop_test(tcase, a_text_is_a_json_string, 0, COUNT(cases));
    tcase_add_test(tcase, a_nul_within_is_escaped);
    tcase_add_loop_test(tcase, every_string_reads_back, 0, 13 * 13 * 13);
    suite_add_tcase(suite, tcase);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
