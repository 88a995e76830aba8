#include "crfd/base/log.h"

#include <check.h>
#include <fcntl.h>
#include <pthread.h>
#include <regex.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* What was written to standard error between capture_begin and capture_end. */
static char captured[256 * 1024];
static int capture_fd;
static int stderr_fd;

static void
capture_begin(void)
{
    capture_fd = memfd_create("log", MFD_CLOEXEC);
    stderr_fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    ck_assert_int_ge(capture_fd, 0);
    /* Without it, threads that write to a memory file at once overwrite one another. */
    ck_assert_int_eq(fcntl(capture_fd, F_SETFL, O_APPEND), 0);
    ck_assert_int_ge(stderr_fd, 0);
    ck_assert_int_ge(dup2(capture_fd, STDERR_FILENO), 0);
}

static void
capture_end(void)
{
    ssize_t length = pread(capture_fd, captured, sizeof captured - 1, 0);

    dup2(stderr_fd, STDERR_FILENO);
    close(stderr_fd);
    close(capture_fd);
    ck_assert_int_ge(length, 0);
    captured[length] = '\0';
}

static bool
matches(const char *text, const char *pattern)
{
    regex_t regex;
    bool matched;

    ck_assert_int_eq(regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB), 0);
    matched = regexec(&regex, text, 0, NULL, 0) == 0;
    regfree(&regex);
    return matched;
}

/* The part of the only line behind its time. */
static const char *
captured_line(void)
{
    static const char *const time =
        "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[+-][0-9]{4} [^\n]*\n$";

    ck_assert_msg(matches(captured, time), "not one line that begins with a time: %s", captured);
    return strchr(captured, ' ') + 1;
}

START_TEST(a_line_is_time_level_event_and_fields)
{
    capture_begin();
    log_event(LOG_LEVEL_INFO, "center-done", LOG_TEXT("center", "701"), LOG_NUMBER("pages", -3));
    capture_end();
    ck_assert_str_eq(captured_line(), "info center-done center=701 pages=-3\n");
}
END_TEST

START_TEST(an_event_needs_no_field)
{
    capture_begin();
    log_event(LOG_LEVEL_ERROR, "stopped");
    capture_end();
    ck_assert_str_eq(captured_line(), "error stopped\n");
}
END_TEST

static const struct {
    const char *name;
    const char *text;
    const char *logged;
} text_cases[] = {
    {"a plain text stays bare", "AE-LOG_1.2/x:y", "AE-LOG_1.2/x:y"},
    {"NULL is empty", NULL, "\"\""},
    {"empty is quoted", "", "\"\""},
    {"a blank is quoted", "WEEK 2", "\"WEEK 2\""},
    {"an equals sign is quoted", "a=b", "\"a=b\""},
    {"a quote is escaped", "say \"no\"", "\"say \\\"no\\\"\""},
    {"a backslash is escaped", "a\\b", "\"a\\\\b\""},
    {"a line feed cannot forge a line", "a\nb", "\"a\\nb\""},
    {"a carriage return cannot hide one", "a\rb", "\"a\\x0db\""},
    {"an escape sequence does not reach the terminal", "\x1b[2J", "\"\\x1b[2J\""},
    {"delete is escaped", "a\x7f", "\"a\\x7f\""},
    {"a C1 control does not reach the terminal",
     "a\xC2\x9B"
     "2J",
     "\"a\\x9b2J\""},
    {"the last C1 control is escaped", "\xC2\x9F", "\"\\x9f\""},
    {"what follows C1 is text",
     "\xC2\xA0"
     "5",
     "\xC2\xA0"
     "5"},
    {"Chinese stays bare", "\xE7\x94\xB7", "\xE7\x94\xB7"},
    {"Chinese stays Chinese between quotes", "\xE7\x94\xB7 1", "\"\xE7\x94\xB7 1\""},
    {"half a character at the end stays within", "\xC2", "\xC2"},
};

START_TEST(texts_are_quoted_where_they_must_be)
{
    char expected[256];

    capture_begin();
    log_event(LOG_LEVEL_INFO, "x", LOG_TEXT("t", text_cases[_i].text));
    capture_end();
    snprintf(expected, sizeof expected, "info x t=%s\n", text_cases[_i].logged);
    ck_assert_msg(strcmp(captured_line(), expected) == 0, "%s: %s", text_cases[_i].name, captured);
}
END_TEST

START_TEST(an_event_is_quoted_as_texts_are)
{
    capture_begin();
    log_event(LOG_LEVEL_WARNING, "night\nforged");
    capture_end();
    ck_assert_str_eq(captured_line(), "warning \"night\\nforged\"\n");
}
END_TEST

static const struct {
    const char *name;
    const char *text;
    const char *logged;
} json_cases[] = {
    {"a plain text", "AE LOG=1", "\"AE LOG=1\""},
    {"NULL is empty", NULL, "\"\""},
    {"a quote and a backslash", "a\"b\\", "\"a\\\"b\\\\\""},
    {"what ends a line", "a\nb\r", "\"a\\u000ab\\u000d\""},
    {"what steers a terminal", "\x1b[2J\x7f\xC2\x9B", "\"\\u001b[2J\\u007f\\u009b\""},
    {"Chinese", "\xE7\x94\xB7", "\"\xE7\x94\xB7\""},
    {"beyond the basic plane", "\xF0\x9F\x98\x80", "\"\xF0\x9F\x98\x80\""},
    {"half a character", "\xE7\x94", "\"\\ufffd\\ufffd\""},
    {"a byte that begins none", "\xFF", "\"\\ufffd\""},
    {"an overlong form", "\xC0\xAF", "\"\\ufffd\\ufffd\""},
    {"half of a pair of UTF-16", "\xED\xA0\x80", "\"\\ufffd\\ufffd\\ufffd\""},
    {"beyond Unicode", "\xF4\x90\x80\x80", "\"\\ufffd\\ufffd\\ufffd\\ufffd\""},
};

START_TEST(an_event_is_a_json_object_on_request)
{
    static const char *const time = "^\\{\"time\":\"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[+-]"
                                    "[0-9]{2}:[0-9]{2}\",[^\n]*\n$";
    char expected[256];

    log_set_format(LOG_FORMAT_JSON);
    capture_begin();
    log_event(LOG_LEVEL_WARNING, "center \"x\"", LOG_TEXT("t", json_cases[_i].text), LOG_NUMBER("n", -7));
    capture_end();
    ck_assert_msg(matches(captured, time), "%s: not one line that begins with a time: %s",
                  json_cases[_i].name, captured);
    snprintf(expected, sizeof expected,
             "\"level\":\"warning\",\"event\":\"center \\\"x\\\"\",\"t\":%s,\"n\":-7}\n",
             json_cases[_i].logged);
    ck_assert_msg(strcmp(strchr(captured, ',') + 1, expected) == 0, "%s: %s", json_cases[_i].name, captured);
}
END_TEST

static const struct {
    enum log_level threshold;
    int lines; /* of the four levels */
} level_cases[] = {
    {LOG_LEVEL_ERROR, 1},
    {LOG_LEVEL_WARNING, 2},
    {LOG_LEVEL_INFO, 3},
    {LOG_LEVEL_DEBUG, 4},
};

static int
captured_lines(void)
{
    int lines = 0;

    for (const char *at = captured; (at = strchr(at, '\n')) != NULL; at++)
        lines++;
    return lines;
}

static void
log_on_every_level(void)
{
    log_event(LOG_LEVEL_ERROR, "x");
    log_event(LOG_LEVEL_WARNING, "x");
    log_event(LOG_LEVEL_INFO, "x");
    log_event(LOG_LEVEL_DEBUG, "x");
}

START_TEST(lines_below_the_level_are_dropped)
{
    log_set_level(level_cases[_i].threshold);
    capture_begin();
    log_on_every_level();
    capture_end();
    ck_assert_int_eq(captured_lines(), level_cases[_i].lines);
}
END_TEST

START_TEST(the_level_is_info_unless_set)
{
    capture_begin();
    log_on_every_level();
    capture_end();
    ck_assert_int_eq(captured_lines(), 3);
}
END_TEST

START_TEST(a_closed_standard_error_stops_nothing)
{
    int kept = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);

    close(STDERR_FILENO);
    log_event(LOG_LEVEL_INFO, "unheard");
    dup2(kept, STDERR_FILENO);
    close(kept);
}
END_TEST

/* What it cost stands before the first line that the reader takes again. */
START_TEST(a_pipe_that_nobody_reads_stops_nothing)
{
    static char said[128 * 1024];
    int kept = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    int ends[2];
    ssize_t length;

    ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
    dup2(ends[1], STDERR_FILENO);
    for (int i = 0; i < 2000; i++)
        log_event(LOG_LEVEL_INFO, "a line of which two thousand are more than a pipe holds",
                  LOG_NUMBER("i", i));
    length = read(ends[0], said, sizeof said - 1);
    log_event(LOG_LEVEL_INFO, "read again");
    ck_assert_int_gt(length, 0);
    length = read(ends[0], said, sizeof said - 1);
    dup2(kept, STDERR_FILENO);
    close(kept);
    close(ends[0]);
    close(ends[1]);
    ck_assert_int_gt(length, 0);
    said[length] = '\0';
    ck_assert_msg(strstr(said, "\"log lines lost\" lines=") != NULL && strstr(said, "\"read again\"") != NULL,
                  "%s", said);
}
END_TEST

static void *
log_hundred_lines(void *data)
{
    (void)data;
    for (int i = 0; i < 100; i++)
        log_event(LOG_LEVEL_INFO, "center", LOG_TEXT("text", "one two three four"), LOG_NUMBER("i", i));
    return NULL;
}

START_TEST(lines_of_many_threads_stay_whole)
{
    static const char *const line = "[+-][0-9]{4} info center text=\"one two three four\" i=[0-9]+$";
    pthread_t threads[8];
    char *rest = captured;
    int lines = 0;

    capture_begin();
    for (int i = 0; i < 8; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, log_hundred_lines, NULL), 0);
    for (int i = 0; i < 8; i++)
        pthread_join(threads[i], NULL);
    capture_end();
    for (char *end; (end = strchr(rest, '\n')) != NULL; rest = end + 1, lines++) {
        *end = '\0';
        ck_assert_msg(matches(rest, line), "not a whole line: %s", rest);
    }
    ck_assert_int_eq(lines, 800);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("log");
    TCase *cases = tcase_create("log");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_test(cases, a_line_is_time_level_event_and_fields);
    tcase_add_test(cases, an_event_needs_no_field);
    tcase_add_loop_test(cases, texts_are_quoted_where_they_must_be, 0, LENGTH(text_cases));
    tcase_add_test(cases, an_event_is_quoted_as_texts_are);
    tcase_add_loop_test(cases, an_event_is_a_json_object_on_request, 0, LENGTH(json_cases));
    tcase_add_loop_test(cases, lines_below_the_level_are_dropped, 0, LENGTH(level_cases));
    tcase_add_test(cases, the_level_is_info_unless_set);
    tcase_add_test(cases, a_closed_standard_error_stops_nothing);
    tcase_add_test(cases, a_pipe_that_nobody_reads_stops_nothing);
    tcase_add_test(cases, lines_of_many_threads_stay_whole);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
