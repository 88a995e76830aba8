#include "crfd/batch/page_json.h"

#include "crfd/base/strbuf.h"

#include <check.h>
#include <cjson/cJSON.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

static struct arena arena;
static struct strbuf text;

static void
begin(void)
{
    page_json_init();
    arena_init(&arena, 4096, 0);
    strbuf_init(&text);
}

static void
end(void)
{
    strbuf_destroy(&text);
    arena_destroy(&arena);
}

/* [key|raw][key] for a page that is taken in; "refused: " and the reason for another. */
static const char *
read_page(struct arena *into, const char *page, size_t length)
{
    struct page_members members;
    const char *reason = page_json_parse(into, page, length, &members);
    struct strbuf out;
    const char *copy;

    if (reason != NULL)
        return arena_printf(into, "refused: %s", reason);
    strbuf_init(&out);
    for (size_t i = 0; i < members.count; i++) {
        const struct page_member *member = &members.list[i];

        strbuf_append_char(&out, '[');
        strbuf_append_bytes(&out, member->key, member->key_length);
        if (member->raw != NULL) {
            strbuf_append_char(&out, '|');
            strbuf_append_bytes(&out, member->raw, member->raw_length);
        }
        strbuf_append_char(&out, ']');
    }
    copy = arena_copy(into, out.text, out.length);
    strbuf_destroy(&out);
    return copy;
}

static const struct {
    const char *says;
    const char *page;
    const char *members;
} pages[] = {
    {"an object without members is a page without items", "{}", ""},
    {"blanks around and between tokens do not matter", " \t\r\n{ \"a\" : \"x\" , \"b\" : 1 } \n",
     "[a|x][b|1]"},
    {"members come in their order", "{\"b\":\"2\",\"a\":\"1\"}", "[b|2][a|1]"},
    {"equal keys are left to the form that knows them", "{\"a\":1,\"a\":2}", "[a|1][a|2]"},
    {"null has no raw text", "{\"a\":null}", "[a]"},
    {"an empty text has one", "{\"a\":\"\"}", "[a|]"},
    {"true and false are their words", "{\"a\":true,\"b\":false}", "[a|true][b|false]"},
    {"a text keeps its blanks", "{\"a\":\" x  y \"}", "[a| x  y ]"},
    {"escapes become what they mean", "{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\"}",
     "[a|\"\\/\b\f\n\r\t\xC3\xA9]"},
    {"a surrogate pair is one character", "{\"a\":\"\\ud834\\udd1e\"}", "[a|\xF0\x9D\x84\x9E]"},
    {"Chinese stays as it is", "{\"体重\":\"公斤\"}", "[体重|公斤]"},
    {"an escape in a key is read", "{\"\\u0061\\\"\":1,\"b\":2}", "[a\"|1][b|2]"},
    {"a backslash before u0000 is no NUL", "{\"a\":\"\\\\u0000\"}", "[a|\\u0000]"},
    {"two backslashes before u0000 are none either", "{\"a\":\"\\\\\\\\u0000\"}", "[a|\\\\u0000]"},
    {"a byte order mark is passed over", "\xEF\xBB\xBF{\"a\":1}", "[a|1]"},

    {"a zero behind the point stays", "{\"a\":0.10}", "[a|0.10]"},
    {"a number beyond double stays", "{\"a\":1e999}", "[a|1e999]"},
    {"a minus before zero stays", "{\"a\":-0}", "[a|-0]"},
    {"forty digits stay", "{\"a\":1234567890123456789012345678901234567890}",
     "[a|1234567890123456789012345678901234567890]"},
    {"the case and the sign of an exponent stay", "{\"a\":1.50E+02,\"b\":5e-1}", "[a|1.50E+02][b|5e-1]"},
    {"blanks behind a number are not part of it", "{\"a\":1 \t\n}", "[a|1]"},
    {"a number stands first", "{\"a\":1.0,\"b\":\"x\"}", "[a|1.0][b|x]"},
    {"a number stands last", "{\"b\":\"x\",\"a\":1.0}", "[b|x][a|1.0]"},
    {"a number stands between texts", "{\"b\":\"x\",\"a\":1.0,\"c\":\"y\"}", "[b|x][a|1.0][c|y]"},
    {"a number stands behind null, true and false", "{\"a\":null,\"b\":true,\"c\":false,\"d\":2.50}",
     "[a][b|true][c|false][d|2.50]"},
    {"all numbers", "{\"a\":1.0,\"b\":2.00,\"c\":3.000}", "[a|1.0][b|2.00][c|3.000]"},
    {"braces, commas and colons in a text do not lead astray",
     "{\"a\":\"},{:\",\"b\":1.0,\"c\":\"[,]\",\"d\":2.0}", "[a|},{:][b|1.0][c|[,]][d|2.0]"},
    {"an escaped quote does not end a text", "{\"a\":\"x\\\",\\\"b\\\":9\",\"b\":1.0}",
     "[a|x\",\"b\":9][b|1.0]"},
    {"an escaped backslash does not hide the end of a text", "{\"a\":\"x\\\\\",\"b\":1.0}", "[a|x\\][b|1.0]"},
    {"neither do they in a key", "{\"x\\\"},{\":\"a\",\"y\\\\\":2.0,\"b,:\":1.0}",
     "[x\"},{|a][y\\|2.0][b,:|1.0]"},
    {"a text that looks like a number is a text", "{\"a\":\"1.0\",\"b\":1.00}", "[a|1.0][b|1.00]"},
    {"control characters that JSON forbids do not lead astray",
     "{\x01\"a\":\"\n\",\x0B\"b\"\x0C:\x02 1.0\x0B}", "[a|\n][b|1.0]"},

    {"an array is no page", "[1]", "refused: the page is an array, not an object"},
    {"a text is no page", "\"a\"", "refused: the page is a string, not an object"},
    {"a number is no page", "1.5", "refused: the page is a number, not an object"},
    {"null is no page", "null", "refused: the page is null, not an object"},
    {"true is no page", "true", "refused: the page is a boolean, not an object"},
    {"an array inside is named", "{\"a\":1,\"list\":[1]}",
     "refused: item \"list\" is an array, not a scalar"},
    {"an object inside is named", "{\"a\":1,\"deep\":{}}",
     "refused: item \"deep\" is an object, not a scalar"},
    {"an empty key is refused", "{\"\":1}", "refused: an item key is empty"},
    {"a NUL in a value is refused", "{\"a\":\"x\\u0000\"}",
     "refused: a value holds the character U+0000, which no text column can hold"},
    {"a NUL behind an escaped backslash is refused", "{\"a\":\"\\\\\\u0000\"}",
     "refused: a value holds the character U+0000, which no text column can hold"},
    {"a NUL behind a harmless u0000 is refused", "{\"a\":\"\\\\u0000\\u0000\"}",
     "refused: a value holds the character U+0000, which no text column can hold"},
    {"a NUL in a key is refused", "{\"\\u0000\":1}",
     "refused: a value holds the character U+0000, which no text column can hold"},
};

START_TEST(reads_a_page)
{
    const char *read = read_page(&arena, pages[_i].page, strlen(pages[_i].page));

    ck_assert_msg(strcmp(read, pages[_i].members) == 0, "%s: %s is read as %s", pages[_i].says,
                  pages[_i].page, read);
}
END_TEST

static const struct {
    const char *says;
    const char *page;
} unreadable[] = {
    {"half a surrogate pair", "{\"a\":\"\\ud834\"}"},
    {"the second half of a surrogate pair alone", "{\"a\":\"\\udd1e\"}"},
    {"a number without digits", "{\"a\":-}"},
    {"no text at all", ""},
    {"a page that is cut off", "{\"a\":1"},
    {"something behind the page", "{\"a\":1} x"},
    {"two pages", "{}{}"},
};

START_TEST(refuses_what_cannot_be_read)
{
    const char *read = read_page(&arena, unreadable[_i].page, strlen(unreadable[_i].page));

    ck_assert_msg(strncmp(read, "refused: the page is not JSON that can be read", 46) == 0,
                  "%s: %s is read as %s", unreadable[_i].says, unreadable[_i].page, read);
}
END_TEST

START_TEST(refuses_nesting_that_no_stack_could_follow)
{
    for (int i = 0; i < 100000; i++)
        strbuf_append_char(&text, '[');
    ck_assert_int_eq(strncmp(read_page(&arena, text.text, text.length), "refused: the page is not JSON", 29),
                     0);
}
END_TEST

/* {"kkk...":1} with a key of so many bytes. */
static const char *
read_long_key(size_t bytes)
{
    strbuf_reset(&text);
    strbuf_append(&text, "{\"");
    for (size_t i = 0; i < bytes; i++)
        strbuf_append_char(&text, 'k');
    strbuf_append(&text, "\":1}");
    return read_page(&arena, text.text, text.length);
}

START_TEST(takes_a_key_up_to_its_limit)
{
    ck_assert_int_eq(strncmp(read_long_key(PAGE_KEY_MAX), "[kkk", 4), 0);
    ck_assert_str_eq(read_long_key(PAGE_KEY_MAX + 1), "refused: an item key is longer than 200 bytes");
}
END_TEST

static const char *
read_members(int count)
{
    strbuf_reset(&text);
    strbuf_append_char(&text, '{');
    for (int i = 0; i < count; i++)
        strbuf_printf(&text, "%s\"k%d\":%d", i > 0 ? "," : "", i, i);
    strbuf_append_char(&text, '}');
    return read_page(&arena, text.text, text.length);
}

START_TEST(takes_members_up_to_their_limit)
{
    ck_assert_ptr_nonnull(strstr(read_members(PAGE_MAX_MEMBERS), "[k3999|3999]"));
    ck_assert_str_eq(read_members(PAGE_MAX_MEMBERS + 1), "refused: it has 4001 items, more than 4000");
}
END_TEST

/* A page of exactly so many bytes: one long text. */
static const char *
read_large(size_t bytes)
{
    strbuf_reset(&text);
    strbuf_append(&text, "{\"a\":\"");
    while (text.length < bytes - 2)
        strbuf_append_char(&text, 'x');
    strbuf_append(&text, "\"}");
    return read_page(&arena, text.text, text.length);
}

START_TEST(takes_a_page_up_to_its_limit)
{
    ck_assert_int_eq(strncmp(read_large(PAGE_MAX_BYTES), "[a|xxx", 6), 0);
    ck_assert_str_eq(read_large(PAGE_MAX_BYTES + 1), "refused: the page is larger than 1048576 bytes");
}
END_TEST

/* What a thread parses over and over into an arena of its own, and what it must get. */
struct parsing {
    const char *page;
    const char *members;
    bool same;
};

static sem_t arrived, go;

static void *
parse_many(void *data)
{
    struct parsing *parsing = data;
    struct arena own;

    arena_init(&own, 1024, 4096);
    sem_post(&arrived);
    sem_wait(&go);
    for (int i = 0; i < 500; i++) {
        const char *read = read_page(&own, parsing->page, strlen(parsing->page));

        parsing->same = parsing->same && strcmp(read, parsing->members) == 0;
        arena_reset(&own);
    }
    arena_destroy(&own);
    return NULL;
}

START_TEST(two_threads_parse_at_once)
{
    struct parsing parsings[] = {
        {"{\"a\":\"one\",\"b\":1.10}", "[a|one][b|1.10]", true},
        {"{\"a\":[]}", "refused: item \"a\" is an array, not a scalar", true},
    };
    pthread_t threads[COUNT(parsings)];

    ck_assert_int_eq(sem_init(&arrived, 0, 0), 0);
    ck_assert_int_eq(sem_init(&go, 0, 0), 0);
    for (int i = 0; i < COUNT(parsings); i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, parse_many, &parsings[i]), 0);
    for (int i = 0; i < COUNT(parsings); i++)
        sem_wait(&arrived);
    for (int i = 0; i < COUNT(parsings); i++)
        sem_post(&go);
    for (int i = 0; i < COUNT(parsings); i++) {
        pthread_join(threads[i], NULL);
        ck_assert_msg(parsings[i].same, "%s is read otherwise beside another thread", parsings[i].page);
    }
}
END_TEST

START_TEST(other_documents_live_on_the_heap)
{
    cJSON *before = cJSON_Parse("{\"a\":\"before\"}");
    cJSON *after;

    ck_assert_str_eq(read_page(&arena, "{\"a\":1}", 7), "[a|1]");
    after = cJSON_Parse("{\"a\":\"after\"}");
    arena_reset(&arena);
    ck_assert_int_eq(strncmp(read_long_key(100), "[kkk", 4), 0);
    ck_assert_str_eq(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(before, "a")), "before");
    ck_assert_str_eq(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(after, "a")), "after");
    cJSON_Delete(before);
    cJSON_Delete(after);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("page_json");
    TCase *cases = tcase_create("page_json");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_checked_fixture(cases, begin, end);
    tcase_add_loop_test(cases, reads_a_page, 0, COUNT(pages));
    tcase_add_loop_test(cases, refuses_what_cannot_be_read, 0, COUNT(unreadable));
    tcase_add_test(cases, refuses_nesting_that_no_stack_could_follow);
    tcase_add_test(cases, takes_a_key_up_to_its_limit);
    tcase_add_test(cases, takes_members_up_to_their_limit);
    tcase_add_test(cases, takes_a_page_up_to_its_limit);
    tcase_add_test(cases, two_threads_parse_at_once);
    tcase_add_test(cases, other_documents_live_on_the_heap);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
