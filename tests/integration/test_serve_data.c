/* `crfd serve` after a night: what it answers is what the database has; and what people do to findings in its pages. */
#include "cluster.h"
#include "expect.h"
#include "fail.h"
#include "instance.h"
#include "web.h"

#include <check.h>
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

static struct cluster cluster;
static struct instance instance;
static struct web web;
static PGconn *analysis;

static void
run_roles(void)
{
    char *path = cluster_project_path("sql/roles.sql");
    struct process_result result;

    process_run((const char *const[]){cluster.psql, "-X", "-q", "-d", instance.analysis_conninfo, "-v",
                                      "analysis=1", "-f", path, NULL},
                NULL, WEB_PATIENCE_MS, &result);
    TEST_REQUIRE(result.exit_status == 0, "sql/roles.sql: %s", result.err);
    process_result_clear(&result);
    free(path);
}

static void
setup(void)
{
    static char serve[3 * CLUSTER_CONNINFO_MAX];
    char reader[CLUSTER_CONNINFO_MAX], reviewer[CLUSTER_CONNINFO_MAX];

    cluster_start(&cluster);
    instance_create_night(&instance, &cluster, "web");
    run_roles();
    analysis = instance_connect_analysis(&instance);
    cluster_exec(
        analysis,
        "CREATE ROLE pages LOGIN IN ROLE crfd_web; CREATE ROLE vouching LOGIN IN ROLE crfd_web_review");
    instance_do(&instance, 0, "run", NULL);
    cluster_conninfo_as(&cluster, "web_analysis", "pages", reader);
    cluster_conninfo_as(&cluster, "web_analysis", "vouching", reviewer);
    snprintf(serve, sizeof serve,
             "{\"conninfo\": \"%s\", \"requests\": 2, \"review\": true, \"review_conninfo\": \"%s\"}", reader,
             reviewer);
    instance.serve = serve;
    instance_write_config(&instance);
    web_start(&web, &instance);
}

static void
teardown(void)
{
    char *said = web_stop(&web);

    PQfinish(analysis);
    cluster_destroy(&cluster);
    free(said);
}

/* --- answers --- */

static cJSON *
parse(const char *answer, int status)
{
    const char *body = strstr(answer, "\r\n\r\n");
    cJSON *document;

    ck_assert_msg(strncmp(answer, "HTTP/1.1 ", 9) == 0 && strtol(answer + 9, NULL, 10) == status &&
                      body != NULL,
                  "not %d: %s", status, answer);
    document = cJSON_Parse(body);
    ck_assert_msg(document != NULL, "no JSON: %s", answer);
    return document;
}

static cJSON *
get(const char *target, int status)
{
    char *answer = web_get(&web, target, "");
    cJSON *document = parse(answer, status);

    free(answer);
    return document;
}

static const char *
text_at(const cJSON *object, const char *key)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));

    return text != NULL ? text : "";
}

static const cJSON *
at(const cJSON *object, const char *key)
{
    const cJSON *member = cJSON_GetObjectItemCaseSensitive(object, key);

    ck_assert_msg(member != NULL, "no \"%s\"", key);
    return member;
}

/* The numbers of a member of each entry, with commas. */
static char *
numbers(const cJSON *list, const char *key)
{
    char *out = strdup("");
    const cJSON *entry;

    cJSON_ArrayForEach(entry, list)
    {
        char *more;

        ck_assert_int_gt(
            asprintf(&more, "%s%s%.0f", out, *out != '\0' ? "," : "", at(entry, key)->valuedouble), 0);
        free(out);
        out = more;
    }
    return out;
}

/* The answer has the same numbers as the database, by another way. */
static const struct {
    const char *target;
    const char *list;
    const char *key;
    const char *sql;
} lists[] = {
    {"/v1/findings?limit=1000", "findings", "finding_id",
     "SELECT string_agg(finding_id::text, ',' ORDER BY center_id, subject_id, event, event_repeat, form, "
     "form_repeat, check_id,"
     " item) FROM analysis.finding WHERE state = 'open'"},
    {"/v1/findings?limit=1000&center=C02&center=C03&severity=major,critical", "findings", "finding_id",
     "SELECT string_agg(finding_id::text, ',' ORDER BY center_id, subject_id, event, event_repeat, form, "
     "form_repeat, check_id,"
     " item) FROM analysis.finding WHERE state = 'open' AND center_id IN ('C02', 'C03') AND severity IN "
     "('major', "
     "'critical')"},
    {"/v1/findings?limit=1000&check=VS001&subject=S005", "findings", "finding_id",
     "SELECT string_agg(finding_id::text, ',' ORDER BY center_id, subject_id, event, event_repeat, form, "
     "form_repeat, check_id,"
     " item) FROM analysis.finding WHERE state = 'open' AND check_id = 'VS001' AND subject_id = 'S005'"},
    {"/v1/findings?limit=1000&search=SYSTOLIC%2061", "findings", "finding_id",
     "SELECT string_agg(finding_id::text, ',' ORDER BY center_id, subject_id, event, event_repeat, form, "
     "form_repeat, check_id,"
     " item) FROM analysis.finding WHERE state = 'open' AND message ILIKE '%systolic 61%'"},
    {"/v1/findings?limit=1000&search=%25", "findings", "finding_id", "SELECT ''"},
    {"/v1/findings?limit=1000&state=all&new=1", "findings", "finding_id",
     "SELECT string_agg(finding_id::text, ',' ORDER BY center_id, subject_id, event, event_repeat, form, "
     "form_repeat, check_id,"
     " item) FROM analysis.finding"},
    {"/v1/runs", "runs", "run_id", "SELECT string_agg(run_id::text, ',' ORDER BY run_id DESC) FROM crfd.run"},
    {"/v1/centers", "centers", "pages",
     "SELECT string_agg(pages::text, ',' ORDER BY center_id) FROM crfd.center"},
    {"/v1/centers", "centers", "open_major",
     "SELECT string_agg(open_major::text, ',' ORDER BY center_id) FROM analysis.center_quality"},
};

START_TEST(lists_are_what_the_database_has)
{
    cJSON *document = get(lists[_i].target, 200);
    char *told = numbers(at(document, lists[_i].list), lists[_i].key);

    expect_text(analysis, told, lists[_i].target, lists[_i].sql);
    free(told);
    cJSON_Delete(document);
}
END_TEST

START_TEST(pages_of_findings_follow_each_other)
{
    char *all = cluster_text(
        analysis, "SELECT string_agg(finding_id::text, ',' ORDER BY center_id, subject_id, event, "
                  "event_repeat, form, form_repeat, check_id, item) FROM analysis.finding WHERE state = "
                  "'open'");
    char *told = strdup(""), target[80] = "/v1/findings?limit=7";

    while (target[0] != '\0') {
        cJSON *document = get(target, 200);
        char *page = numbers(at(document, "findings"), "finding_id"), *more;
        const cJSON *next = at(document, "next");

        ck_assert_int_gt(asprintf(&more, "%s%s%s", told, *told != '\0' ? "," : "", page), 0);
        free(told);
        told = more;
        if (cJSON_IsNull(next))
            target[0] = '\0';
        else
            snprintf(target, sizeof target, "/v1/findings?limit=7&after=%.0f", next->valuedouble);
        free(page);
        cJSON_Delete(document);
    }
    ck_assert_str_eq(told, all);
    free(told);
    free(all);
}
END_TEST

static const struct {
    const char *target;
    int status;
    const char *detail;
} refusals[] = {
    {"/v1/findings?center=C99", 404, "no run knows a center \"C99\""},
    {"/v1/findings?check=VS01", 404, "did you mean \"VS001\"?"},
    {"/v1/findings?form=vz", 404, "did you mean \"vs\"?"},
    {"/v1/findings?item=sysbq", 404, "did you mean \"sysbp\"?"},
    {"/v1/findings?subject=S9999", 404, "there is no subject \"S9999\""},
    {"/v1/findings?category=x", 404, "there is no category \"x\""},
    {"/v1/findings?after=999999", 404, "no finding 999999"},
    {"/v1/findings?after=x", 400, "whole number"},
    {"/v1/findings?limit=0", 400, "from 1 to 1000"},
    {"/v1/findings?limit=1001", 400, "from 1 to 1000"},
    {"/v1/findings?limit=99999999999999999999", 400, "from 1 to 1000"},
    {"/v1/findings?state=opened", 400, "open, closed, waived or all"},
    {"/v1/findings?severity=major,grave", 400, "minor, major, critical"},
    {"/v1/findings?new=yes", 400, "\"new\" is 1"},
    {"/v1/findings?subject=a&subject=b", 400, "is there twice"},
    {"/v1/findings?subjekt=a", 400, "did you mean \"subject\"?"},
    {"/v1/findings/999999", 404, "no finding 999999"},
    {"/v1/findings/x", 404, "it is a number"},
    {"/v1/checks/VS01", 404, "did you mean \"VS001\"?"},
    {"/v1/runs?limit=0", 400, "from 1 to 500"},
    {"/v1/centers?nights=367", 400, "from 0 to 366"},
};

START_TEST(what_is_not_there_is_told)
{
    cJSON *document = get(refusals[_i].target, refusals[_i].status);

    ck_assert_msg(strstr(text_at(document, "detail"), refusals[_i].detail) != NULL, "%s: %s",
                  refusals[_i].target, text_at(document, "detail"));
    cJSON_Delete(document);
}
END_TEST

START_TEST(a_finding_has_its_values_and_its_check)
{
    char *id =
        cluster_text(analysis, "SELECT min(finding_id) FROM analysis.finding WHERE check_id = 'VS001'");
    char target[64];
    cJSON *document, *check;
    const cJSON *value;

    snprintf(target, sizeof target, "/v1/findings/%s", id);
    document = get(target, 200);
    ck_assert_int_eq(cJSON_GetArraySize(at(document, "values")), 2);
    value = cJSON_GetArrayItem(at(document, "values"), 0);
    ck_assert_str_eq(text_at(value, "item"), "sysbp");
    ck_assert_str_eq(text_at(value, "entered"), "61");
    ck_assert_str_eq(text_at(value, "stored"), "61");
    ck_assert_str_eq(text_at(value, "label"), "Systolic blood pressure");
    ck_assert_int_eq(at(at(document, "opened"), "run_id")->valueint, 1);
    check = get("/v1/checks/VS001", 200);
    ck_assert_str_eq(text_at(check, "text"), "sysbp > diabp");
    ck_assert_ptr_nonnull(strstr(text_at(check, "twin"), "analysis"));
    free(id);
    cJSON_Delete(document);
    cJSON_Delete(check);
}
END_TEST

START_TEST(checks_have_all_open_findings)
{
    cJSON *document = get("/v1/checks", 200);
    const cJSON *check;
    int open = 0;

    cJSON_ArrayForEach(check, at(document, "checks")) open += at(check, "open")->valueint;
    ck_assert_int_eq(open, (int)cluster_int(analysis, "SELECT count(*) FROM analysis.open_finding"));
    cJSON_Delete(document);
}
END_TEST

START_TEST(the_trend_adds_up)
{
    cJSON *document = get("/v1/centers?nights=5", 200);
    const cJSON *trend = at(document, "trend");

    ck_assert_int_eq(cJSON_GetArraySize(at(document, "nights")), 1);
    ck_assert_int_eq(cJSON_GetArrayItem(at(trend, "open"), 0)->valueint,
                     cJSON_GetArrayItem(at(trend, "opened"), 0)->valueint -
                         cJSON_GetArrayItem(at(trend, "closed"), 0)->valueint);
    ck_assert_int_eq(cJSON_GetArrayItem(at(trend, "opened"), 0)->valueint,
                     (int)cluster_int(analysis, "SELECT count(*) FROM analysis.finding"));
    cJSON_Delete(document);
}
END_TEST

START_TEST(the_export_has_a_line_for_each)
{
    char *answer = web_get(&web, "/v1/findings.csv?check=VS001", "");
    int lines = 0;

    ck_assert_ptr_nonnull(strstr(answer, "Content-Type: text/csv"));
    ck_assert_ptr_nonnull(strstr(answer, "attachment"));
    for (const char *line = strstr(answer, "\r\n\r\n") + 4; (line = strstr(line, "\r\n")) != NULL; line += 2)
        lines++;
    ck_assert_int_eq(lines - 1,
                     (int)cluster_int(analysis,
                                      "SELECT count(*) FROM analysis.finding WHERE check_id = 'VS001' AND "
                                      "state = 'open'"));
    free(answer);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("serve_data");
    TCase *cases = tcase_create("answers");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_set_timeout(cases, 240);
    tcase_add_unchecked_fixture(cases, setup, teardown);
    tcase_add_loop_test(cases, lists_are_what_the_database_has, 0, COUNT(lists));
    tcase_add_test(cases, pages_of_findings_follow_each_other);
    tcase_add_loop_test(cases, what_is_not_there_is_told, 0, COUNT(refusals));
    tcase_add_test(cases, a_finding_has_its_values_and_its_check);
    tcase_add_test(cases, checks_have_all_open_findings);
    tcase_add_test(cases, the_trend_adds_up);
    tcase_add_test(cases, the_export_has_a_line_for_each);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
