#include "crfd/batch/metrics.h"

#include <check.h>
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

#define RUN(read, written)                                                                                   \
    "{\"run_id\":7,\"seconds_elapsed\":12.5,\"seconds_remaining\":null,"                                     \
    "\"centers\":{\"total\":17,\"pending\":3,\"running\":2,\"done\":11,\"failed\":1,\"elsewhere\":0},"       \
    "\"pages\":{\"expected\":36640,\"read\":" read ",\"unchanged\":18000,\"written\":" written               \
    ",\"quarantined\":6},"                                                                                   \
    "\"findings\":{\"opened\":3,\"closed\":2,\"reopened\":1},\"pages_per_second\":100.5,\"last_success_"     \
    "unix\":1764050000,\"exit_code\":3}"

static struct strbuf out;

static void
begin(void)
{
    strbuf_init(&out);
}

static void
end(void)
{
    strbuf_destroy(&out);
}

static void
make_metrics(const char *document)
{
    cJSON *status = cJSON_Parse(document);

    ck_assert_ptr_nonnull(status);
    strbuf_reset(&out);
    metrics_append(&out, status);
    cJSON_Delete(status);
}

static const struct {
    const char *says;
    const char *document;
    const char *line;
    const char *absent; /* no metric begins so; NULL: whatever */
} samples[] = {
    {"nothing runs", "{\"instance\":\"a\",\"state\":\"idle\",\"run\":null,\"last_run\":null}",
     "crfd_running{instance=\"a\"} 0", "crfd_run_"},
    {"no run has ended", "{\"instance\":\"a\",\"state\":\"idle\",\"run\":null,\"last_run\":null}",
     "crfd_running{instance=\"a\"} 0", "crfd_last_run_"},
    {"a run is under way", "{\"instance\":\"a\",\"state\":\"running\",\"run\":" RUN("10", "4") "}",
     "crfd_running{instance=\"a\"} 1", "crfd_last_run_"},
    {"a run that stops is still under way", "{\"instance\":\"a\",\"state\":\"stopping\"}",
     "crfd_running{instance=\"a\"} 1", NULL},
    {"its seconds", "{\"instance\":\"a\",\"state\":\"running\",\"run\":" RUN("10", "4") "}",
     "crfd_run_seconds{instance=\"a\"} 12.5", NULL},
    {"its centers", "{\"instance\":\"a\",\"state\":\"running\",\"run\":" RUN("10", "4") "}",
     "crfd_run_centers{instance=\"a\"} 17", NULL},
    {"its failed centers", "{\"instance\":\"a\",\"state\":\"running\",\"run\":" RUN("10", "4") "}",
     "crfd_run_centers_failed{instance=\"a\"} 1", NULL},
    {"its pages", "{\"instance\":\"a\",\"state\":\"running\",\"run\":" RUN("10", "4") "}",
     "crfd_run_pages_written{instance=\"a\"} 4", NULL},
    {"a number of pages is told to its last digit",
     "{\"instance\":\"a\",\"state\":\"running\",\"run\":" RUN("123456789012345", "4") "}",
     "crfd_run_pages_read{instance=\"a\"} 123456789012345", NULL},
    {"its findings", "{\"instance\":\"a\",\"state\":\"running\",\"run\":" RUN("10", "4") "}",
     "crfd_run_findings_reopened{instance=\"a\"} 1", NULL},
    {"the last run's exit status", "{\"instance\":\"a\",\"state\":\"idle\",\"last_run\":" RUN("10", "4") "}",
     "crfd_last_run_exit_code{instance=\"a\"} 3", "crfd_run_"},
    {"its waiting centers", "{\"instance\":\"a\",\"state\":\"running\",\"run\":" RUN("10", "4") "}",
     "crfd_run_centers_pending{instance=\"a\"} 3", NULL},
    {"when a night last ended well",
     "{\"instance\":\"a\",\"state\":\"idle\",\"last_run\":" RUN("10", "4") "}",
     "crfd_last_success_timestamp_seconds{instance=\"a\"} 1764050000", NULL},
    {"the last run's quarantine", "{\"instance\":\"a\",\"state\":\"idle\",\"last_run\":" RUN("10", "4") "}",
     "crfd_last_run_pages_quarantined{instance=\"a\"} 6", NULL},
    {"an instance with quotes, backslashes and newlines",
     "{\"instance\":\"a\\\"b\\\\c\\nd\",\"state\":\"idle\"}", "crfd_running{instance=\"a\\\"b\\\\c\\nd\"} 0",
     NULL},
};

START_TEST(a_number_is_a_sample)
{
    char line[200];

    make_metrics(samples[_i].document);
    snprintf(line, sizeof line, "\n%s\n", samples[_i].line);
    ck_assert_msg(strstr(out.text, line) != NULL, "%s: %s is not in\n%s", samples[_i].says, samples[_i].line,
                  out.text);
    if (samples[_i].absent != NULL)
        ck_assert_msg(strstr(out.text, samples[_i].absent) == NULL, "%s: %s is in\n%s", samples[_i].says,
                      samples[_i].absent, out.text);
}
END_TEST

/* The text exposition format 0.0.4, as strictly as a parser reads it. at moves behind what was read. */

static void
expect(const char **at, const char *word)
{
    size_t length = strlen(word);

    ck_assert_msg(strncmp(*at, word, length) == 0, "\"%s\" is expected at: %.60s", word, *at);
    *at += length;
}

static void
read_name(const char **at, char name[64])
{
    size_t length = 0;

    while (isalnum((unsigned char)(*at)[length]) || (*at)[length] == '_')
        length++;
    ck_assert_msg(length > 0 && length < 64 && !isdigit((unsigned char)**at), "no name at: %.60s", *at);
    memcpy(name, *at, length);
    name[length] = '\0';
    *at += length;
}

static void
skip_line(const char **at)
{
    size_t length = strcspn(*at, "\n");

    ck_assert_msg(length > 0 && (*at)[length] == '\n', "no whole line at: %.60s", *at);
    *at += length + 1;
}

static void
read_label(const char **at)
{
    char name[64];

    expect(at, "{");
    read_name(at, name);
    expect(at, "=\"");
    for (; **at != '"'; (*at)++) {
        ck_assert_msg(**at != '\0' && **at != '\n', "a label that is cut off");
        if (**at != '\\')
            continue;
        (*at)++;
        ck_assert_msg(**at == '\\' || **at == '"' || **at == 'n', "no such escape: \\%c", **at);
    }
    expect(at, "\"}");
}

static void
read_value(const char **at)
{
    char *end;

    expect(at, " ");
    ck_assert_msg(isdigit((unsigned char)**at), "no number at: %.60s", *at);
    strtod(*at, &end);
    *at = end;
    expect(at, "\n");
}

/* HELP, TYPE and sample of one metric; its name is added to those that were seen. */
static void
read_metric(const char **at, struct strbuf *seen)
{
    char helped[64], typed[64], sampled[64], mark[80];

    expect(at, "# HELP ");
    read_name(at, helped);
    expect(at, " ");
    skip_line(at);
    expect(at, "# TYPE ");
    read_name(at, typed);
    expect(at, " gauge\n");
    read_name(at, sampled);
    read_label(at);
    read_value(at);
    ck_assert_str_eq(typed, helped);
    ck_assert_str_eq(sampled, helped);
    snprintf(mark, sizeof mark, "|%s|", helped);
    ck_assert_msg(strstr(seen->text, mark) == NULL, "%s stands there twice", helped);
    strbuf_append(seen, mark);
    /* The convention is that only counters end so. */
    ck_assert_msg(strstr(mark, "_total|") == NULL, "%s is no counter", helped);
}

START_TEST(the_file_is_prometheus_text)
{
    const char *at;
    struct strbuf seen;
    int metrics = 0;

    make_metrics("{\"instance\":\"a\\\"b\\\\c\\nd\",\"state\":\"running\",\"run\":" RUN(
        "10", "4") ",\"last_run\":" RUN("20", "8") "}");
    strbuf_init(&seen);
    for (at = out.text; *at != '\0'; metrics++)
        read_metric(&at, &seen);
    ck_assert_int_eq(metrics, 1 + 13 + 13 + 2);
    strbuf_destroy(&seen);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("metrics");
    TCase *cases = tcase_create("metrics");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_checked_fixture(cases, begin, end);
    tcase_add_loop_test(cases, a_number_is_a_sample, 0, COUNT(samples));
    tcase_add_test(cases, the_file_is_prometheus_text);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
