#include "batch/metrics.h"

#include <check.h>
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

#define RUN(read, written, quality)                                                                          \
    "{\"run_id\":7,\"seconds_elapsed\":12.5,\"seconds_remaining\":null,"                                     \
    "\"centers\":{\"total\":17,\"pending\":3,\"running\":2,\"done\":11,\"failed\":1,\"held\":5,"             \
    "\"elsewhere\":0},"                                                                                      \
    "\"pages\":{\"expected\":36640,\"read\":" read ",\"unchanged\":18000,\"written\":" written               \
    ",\"quarantined\":6,\"removed\":9},"                                                                     \
    "\"findings\":{\"opened\":3,\"closed\":2,\"reopened\":1},\"pages_per_second\":100.5,\"last_success_"     \
    "unix\":1764050000,\"exit_code\":3" quality "}"
#define QUALITY                                                                                              \
    ",\"quality\":[{\"center\":\"701\",\"subjects\":41,\"pages\":5000,\"quarantined\":3,"                    \
    "\"open_critical\":1,\"open_major\":20,\"open_minor\":300},"                                             \
    "{\"center\":\"北京 \\\"1\\\"\",\"subjects\":2,\"pages\":50,\"quarantined\":0,"                        \
    "\"open_critical\":0,\"open_major\":4,\"open_minor\":0}]"

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
     "crfd_running{study=\"a\"} 0", "crfd_run_"},
    {"no run has ended", "{\"instance\":\"a\",\"state\":\"idle\",\"run\":null,\"last_run\":null}",
     "crfd_running{study=\"a\"} 0", "crfd_last_run_"},
    {"a run is under way", "{\"instance\":\"a\",\"state\":\"running\",\"run\":" RUN("10", "4", "") "}",
     "crfd_running{study=\"a\"} 1", "crfd_last_run_"},
    {"a run that stops is still under way", "{\"instance\":\"a\",\"state\":\"stopping\"}",
     "crfd_running{study=\"a\"} 1", NULL},
    {"its seconds", "{\"instance\":\"a\",\"state\":\"running\",\"run\":" RUN("10", "4", "") "}",
     "crfd_run_duration_seconds{study=\"a\"} 12.5", NULL},
    {"its centers", "{\"instance\":\"a\",\"state\":\"running\",\"run\":" RUN("10", "4", "") "}",
     "crfd_run_centers{study=\"a\",state=\"done\"} 11", NULL},
    {"its removed pages", "{\"instance\":\"a\",\"state\":\"running\",\"run\":" RUN("10", "4", "") "}",
     "crfd_run_pages{study=\"a\",result=\"removed\"} 9", NULL},
    {"its held centers", "{\"instance\":\"a\",\"state\":\"running\",\"run\":" RUN("10", "4", "") "}",
     "crfd_run_centers{study=\"a\",state=\"held\"} 5", NULL},
    {"its failed centers", "{\"instance\":\"a\",\"state\":\"running\",\"run\":" RUN("10", "4", "") "}",
     "crfd_run_centers{study=\"a\",state=\"failed\"} 1", NULL},
    {"its pages", "{\"instance\":\"a\",\"state\":\"running\",\"run\":" RUN("10", "4", "") "}",
     "crfd_run_pages{study=\"a\",result=\"written\"} 4", NULL},
    {"a number of pages is told to its last digit",
     "{\"instance\":\"a\",\"state\":\"running\",\"run\":" RUN("123456789012345", "4", "") "}",
     "crfd_run_pages_read{study=\"a\"} 123456789012345", NULL},
    {"its findings", "{\"instance\":\"a\",\"state\":\"running\",\"run\":" RUN("10", "4", "") "}",
     "crfd_run_findings{study=\"a\",change=\"reopened\"} 1", NULL},
    {"the last run's exit status",
     "{\"instance\":\"a\",\"state\":\"idle\",\"last_run\":" RUN("10", "4", "") "}",
     "crfd_last_run_exit_code{study=\"a\"} 3", "crfd_run_"},
    {"its waiting centers", "{\"instance\":\"a\",\"state\":\"running\",\"run\":" RUN("10", "4", "") "}",
     "crfd_run_centers{study=\"a\",state=\"pending\"} 3", NULL},
    {"when a night last ended well",
     "{\"instance\":\"a\",\"state\":\"idle\",\"last_run\":" RUN("10", "4", "") "}",
     "crfd_last_success_timestamp_seconds{study=\"a\"} 1764050000", NULL},
    {"the last run's quarantine",
     "{\"instance\":\"a\",\"state\":\"idle\",\"last_run\":" RUN("10", "4", "") "}",
     "crfd_last_run_pages{study=\"a\",result=\"quarantined\"} 6", NULL},
    {"a center's pages", "{\"instance\":\"a\",\"state\":\"idle\",\"last_run\":" RUN("10", "4", QUALITY) "}",
     "crfd_center_pages{study=\"a\",center=\"701\"} 5000", NULL},
    {"its open findings by severity",
     "{\"instance\":\"a\",\"state\":\"idle\",\"last_run\":" RUN("10", "4", QUALITY) "}",
     "crfd_center_open_findings{study=\"a\",center=\"701\",severity=\"minor\"} 300", NULL},
    {"a center's name in other letters and with quotes",
     "{\"instance\":\"a\",\"state\":\"idle\",\"last_run\":" RUN("10", "4", QUALITY) "}",
     "crfd_center_open_findings{study=\"a\",center=\"北京 \\\"1\\\"\",severity=\"major\"} 4", NULL},
    {"an instance with quotes, backslashes and newlines",
     "{\"instance\":\"a\\\"b\\\\c\\nd\",\"state\":\"idle\"}", "crfd_running{study=\"a\\\"b\\\\c\\nd\"} 0",
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

    read_name(at, name);
    expect(at, "=\"");
    for (; **at != '"'; (*at)++) {
        ck_assert_msg(**at != '\0' && **at != '\n', "a label that is cut off");
        if (**at != '\\')
            continue;
        (*at)++;
        ck_assert_msg(**at == '\\' || **at == '"' || **at == 'n', "no such escape: \\%c", **at);
    }
    expect(at, "\"");
}

static void
read_labels(const char **at)
{
    expect(at, "{");
    read_label(at);
    while (**at == ',') {
        expect(at, ",");
        read_label(at);
    }
    expect(at, "}");
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

/* What was read must not come again. */
static void
see(struct strbuf *seen, const char *begin, const char *end)
{
    struct strbuf mark;

    strbuf_init(&mark);
    strbuf_append_char(&mark, '|');
    strbuf_append_bytes(&mark, begin, (size_t)(end - begin));
    strbuf_append_char(&mark, '|');
    ck_assert_msg(strstr(seen->text, mark.text) == NULL, "%s stands there twice", mark.text);
    strbuf_append(seen, mark.text);
    strbuf_destroy(&mark);
}

/* HELP, TYPE and samples of one family; gives how many samples. */
static int
read_family(const char **at, struct strbuf *seen)
{
    char helped[64], typed[64], sampled[64];
    int count = 0;

    expect(at, "# HELP ");
    read_name(at, helped);
    expect(at, " ");
    skip_line(at);
    expect(at, "# TYPE ");
    read_name(at, typed);
    expect(at, " gauge\n");
    ck_assert_str_eq(typed, helped);
    see(seen, helped, helped + strlen(helped));
    /* The convention is that only counters end so. */
    ck_assert_msg(strlen(helped) < 6 || strcmp(helped + strlen(helped) - 6, "_total") != 0,
                  "%s is no counter", helped);
    for (; **at != '#' && **at != '\0'; count++) {
        const char *begin = *at;

        read_name(at, sampled);
        ck_assert_str_eq(sampled, helped);
        read_labels(at);
        see(seen, begin, *at);
        read_value(at);
    }
    ck_assert_msg(count > 0, "%s has no sample", helped);
    return count;
}

START_TEST(the_file_is_prometheus_text)
{
    const char *at;
    struct strbuf seen;
    int families = 0, sample_count = 0;

    make_metrics("{\"instance\":\"a\\\"b\\\\c\\nd\",\"state\":\"running\",\"run\":" RUN(
        "10", "4", "") ",\"last_run\":" RUN("20", "8", QUALITY) "}");
    strbuf_init(&seen);
    for (at = out.text; *at != '\0'; families++)
        sample_count += read_family(&at, &seen);
    /* running, the last success, a run's families twice, a center's. */
    ck_assert_int_eq(families, 1 + 1 + 2 * 6 + 4);
    ck_assert_int_eq(sample_count, 1 + 1 + 2 * 16 + 2 * 6);
    strbuf_destroy(&seen);
}
END_TEST

/* A last run that an older crfd told of, or nobody knows who. */
static const struct {
    const char *says;
    const char *quality;
} strange[] = {
    {"nothing", ""},
    {"no list", ",\"quality\":7"},
    {"no centers", ",\"quality\":[]"},
    {"no center", ",\"quality\":[1,null,\"x\"]"},
    {"no numbers", ",\"quality\":[{\"center\":\"701\",\"pages\":\"many\"}]"},
    {"no name", ",\"quality\":[{\"center\":null}]"},
};

START_TEST(what_is_strange_gives_no_sample)
{
    char document[400];

    snprintf(document, sizeof document,
             "{\"instance\":\"a\",\"state\":\"idle\",\"last_run\":{\"exit_code\":0%s}}", strange[_i].quality);
    make_metrics(document);
    ck_assert_msg(strstr(out.text, "\ncrfd_center_") == NULL, "%s: %s", strange[_i].says, out.text);
    ck_assert_msg(strstr(out.text, "crfd_last_run_exit_code{study=\"a\"} 0\n") != NULL, "%s",
                  strange[_i].says);
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
    tcase_add_loop_test(cases, what_is_strange_gives_no_sample, 0, COUNT(strange));
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
