/* `crfd serve` after a night: what it answers is what the database has; and what people do to findings in its pages. */
#include "cluster.h"
#include "expect.h"
#include "instance.h"
#include "web.h"

#include <check.h>
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

static struct cluster cluster;
static struct instance instance;
static struct web web;
static PGconn *analysis;

static void
setup(void)
{
    cluster_start(&cluster);
    instance_create_night(&instance, &cluster, "web");
    web_prepare(&instance, &cluster, ", \"requests\": 2, \"deadline\": \"10min\"");
    analysis = instance_connect_analysis(&instance);
    instance_do(&instance, 0, "run", NULL);
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

/* --- the document of what is answered --- */

static const cJSON *
member(const cJSON *object, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

static bool
is_type(const cJSON *value, const char *type)
{
    if (strcmp(type, "object") == 0)
        return cJSON_IsObject(value);
    if (strcmp(type, "array") == 0)
        return cJSON_IsArray(value);
    if (strcmp(type, "string") == 0)
        return cJSON_IsString(value);
    if (strcmp(type, "boolean") == 0)
        return cJSON_IsBool(value);
    if (strcmp(type, "null") == 0)
        return cJSON_IsNull(value);
    return cJSON_IsNumber(value) &&
           (strcmp(type, "number") == 0 || value->valuedouble == (double)(int64_t)value->valuedouble);
}

static bool
has_type(const cJSON *value, const cJSON *types)
{
    const cJSON *type;

    if (cJSON_IsString(types))
        return is_type(value, types->valuestring);
    cJSON_ArrayForEach(type, types) if (is_type(value, type->valuestring)) return true;
    return false;
}

static bool
is_listed(const char *text, const cJSON *list)
{
    const cJSON *entry;

    cJSON_ArrayForEach(entry, list) if (strcmp(entry->valuestring, text) == 0) return true;
    return false;
}

/* As much of JSON Schema as the document uses. */
static void
fits(const cJSON *openapi, const cJSON *schema, const cJSON *value, const char *where)
{
    const cJSON *name = member(schema, "$ref"), *entry, *additional = member(schema, "additionalProperties");

    if (name != NULL) {
        fits(openapi,
             member(member(member(openapi, "components"), "schemas"), strrchr(name->valuestring, '/') + 1),
             value, where);
        return;
    }
    ck_assert_msg(schema != NULL && has_type(value, member(schema, "type")), "%s: \"%s\" has another type",
                  where, value->string != NULL ? value->string : "");
    if (cJSON_IsString(value) && member(schema, "enum") != NULL)
        ck_assert_msg(is_listed(value->valuestring, member(schema, "enum")), "%s: no \"%s\"", where,
                      value->valuestring);
    if (cJSON_IsObject(value))
        cJSON_ArrayForEach(entry, member(schema, "required")) ck_assert_msg(
            member(value, entry->valuestring) != NULL, "%s: no \"%s\"", where, entry->valuestring);
    cJSON_ArrayForEach(entry, value)
    {
        const cJSON *of = cJSON_IsArray(value) ? member(schema, "items")
                                               : member(member(schema, "properties"), entry->string);

        if (of == NULL && cJSON_IsObject(additional))
            of = additional;
        ck_assert_msg(of != NULL || cJSON_IsTrue(additional), "%s: \"%s\" is not described", where,
                      entry->string);
        if (of != NULL)
            fits(openapi, of, entry, where);
    }
}

/* A part in braces is any one. */
static bool
is_path(const char *path, const char *target)
{
    while (*path != '\0' && *target != '\0' && *target != '?') {
        if (*path == '{') {
            path = strchr(path, '}') + 1;
            target += strcspn(target, "/?");
        } else if (*path++ != *target++) {
            return false;
        }
    }
    return *path == '\0' && (*target == '\0' || *target == '?');
}

/* What was answered is what the document says. */
static void
hold(const char *target, const char *method, int status, const cJSON *value)
{
    char *answer = web_get(&web, "/openapi.json", ""), code[16];
    cJSON *openapi = parse(answer, 200);
    const cJSON *path, *responses = NULL, *response, *content;

    snprintf(code, sizeof code, "%d", status);
    cJSON_ArrayForEach(path, member(openapi, "paths"))
    {
        const cJSON *found = member(member(path, method), "responses");

        if (found != NULL && is_path(path->string, target))
            responses = found;
    }
    ck_assert_msg(responses != NULL, "%s %s is not described", method, target);
    response = member(responses, code) != NULL ? member(responses, code) : member(responses, "default");
    content = member(response, "content")->child;
    ck_assert_msg((status == 200) == (strcmp(content->string, "application/json") == 0), "%s: %d is %s",
                  target, status, content->string);
    fits(openapi, member(content, "schema"), value, target);
    cJSON_Delete(openapi);
    free(answer);
}

static cJSON *
get(const char *target, int status)
{
    char *answer = web_get(&web, target, "");
    cJSON *document = parse(answer, status);

    free(answer);
    hold(target, "get", status, document);
    return document;
}

START_TEST(the_rest_is_as_described)
{
    static const char *const targets[] = {"/healthz", "/openapi.json", "/v1/session", "/v1/status"};

    cJSON_Delete(get(targets[_i], 200));
}
END_TEST

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

/* --- who leaves --- */

#define WAITING "SELECT count(*) FROM pg_stat_activity WHERE usename = 'pages' AND wait_event_type = 'Lock'"
#define THERE   "SELECT count(*) FROM pg_stat_activity WHERE usename = 'pages'"

/* Closed, half closed, and reset. */
static void
leave(int fd, int how)
{
    const struct linger now = {.l_onoff = 1, .l_linger = 0};

    if (how == 1)
        shutdown(fd, SHUT_WR);
    if (how == 2)
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    if (how != 1)
        close(fd);
}

/* Its statement waits for a lock that is kept all the while, and the deadline is far: it would not end of itself. */
START_TEST(who_leaves_takes_his_statement_along)
{
    PGconn *locker = instance_connect_analysis(&instance);
    struct web loopback;
    char request[200];
    int fd;

    web_start_listening(&loopback, &instance);
    cluster_exec(locker, "BEGIN; LOCK TABLE crfd.run");
    fd = web_connect(&loopback);
    snprintf(request, sizeof request, "GET /v1/runs HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n", loopback.port);
    web_send(fd, request, strlen(request));
    instance_wait_until(analysis, "the statement waits", "SELECT (" WAITING ") = 1");
    leave(fd, _i);
    instance_wait_until(analysis, "the session is gone", "SELECT (" THERE ") = 0");
    expect_text(analysis, "t", "the lock is still there",
                "SELECT count(*) > 0 FROM pg_locks WHERE relation = 'crfd.run'::regclass AND mode = "
                "'AccessExclusiveLock'");
    cluster_exec(locker, "ROLLBACK");
    if (_i == 1)
        close(fd);
    free(web_stop(&loopback));
    PQfinish(locker);
}
END_TEST

/* Two requests wait; a third is told to come back, and is answered when they are gone. */
START_TEST(too_many_are_told_to_come_back)
{
    static const char request[] =
        "GET /v1/runs HTTP/1.1\r\nHost: x\r\nX-Remote-User: zhao\r\nConnection: close\r\n\r\n";
    PGconn *locker = instance_connect_analysis(&instance);
    int fds[2];
    char *answer;

    cluster_exec(locker, "BEGIN; LOCK TABLE crfd.run");
    for (size_t i = 0; i < 2; i++) {
        fds[i] = web_connect(&web);
        web_send(fds[i], request, strlen(request));
    }
    instance_wait_until(analysis, "both wait", "SELECT (" WAITING ") = 2");
    answer = web_ask(&web, request, strlen(request));
    ck_assert_msg(strstr(answer, "HTTP/1.1 503") == answer && strstr(answer, "Retry-After: ") != NULL, "%s",
                  answer);
    free(answer);
    cluster_exec(locker, "ROLLBACK");
    for (size_t i = 0; i < 2; i++) {
        answer = web_read_all(fds[i]);
        ck_assert_msg(strstr(answer, "HTTP/1.1 200") == answer, "%s", answer);
        free(answer);
        close(fds[i]);
    }
    PQfinish(locker);
}
END_TEST

/* --- reviews --- */

#define SAME "Origin: https://study.example\r\nSec-Fetch-Site: same-origin\r\n"
#define JSON "Content-Type: application/json\r\n"
#define MARK "X-Crfd-Review: 1\r\n"
#define ZHAO "X-Remote-User: zhao\r\n"
#define GOOD ZHAO SAME JSON MARK

static char *
post(const struct web *to, const char *action, const char *headers, const char *body)
{
    char *request, *answer;

    ck_assert_int_gt(
        asprintf(
            &request,
            "POST /v1/findings/%s HTTP/1.1\r\nHost: study.example\r\nConnection: close\r\n%sContent-Length: "
            "%zu\r\n\r\n%s",
            action, headers, strlen(body), body),
        0);
    answer = web_ask(to, request, strlen(request));
    free(request);
    return answer;
}

/* The n-th open finding of the check that nobody has touched, and the body of a review of it. */
static char *
body_of(int n, char id[24])
{
    char sql[200], target[64], *found, *body;
    cJSON *document;

    snprintf(sql, sizeof sql,
             "SELECT finding_id FROM analysis.finding WHERE check_id = 'VS001' ORDER BY finding_id OFFSET %d "
             "LIMIT 1",
             n);
    found = cluster_text(analysis, sql);
    snprintf(id, 24, "%s", found);
    snprintf(target, sizeof target, "/v1/findings/%s", id);
    document = get(target, 200);
    ck_assert_int_gt(
        asprintf(&body, "{\"note\": \"seen\", \"findings\": [{\"finding_id\": %s, \"version\": \"%s\"}]}", id,
                 text_at(at(document, "finding"), "version")),
        0);
    cJSON_Delete(document);
    free(found);
    return body;
}

static void
expect_history(const char *id, const char *expected)
{
    char sql[256];

    snprintf(sql, sizeof sql,
             "SELECT coalesce(string_agg(concat_ws(' ', reason, actor, via, note), ', ' ORDER BY event_id), "
             "'') FROM "
             "analysis.finding_event WHERE finding_id = %s AND run_id IS NULL",
             id);
    expect_text(analysis, expected, "the history", sql);
}

static void
expect_status(const char *answer, int status, const char *what)
{
    ck_assert_msg(strncmp(answer, "HTTP/1.1 ", 9) == 0 && strtol(answer + 9, NULL, 10) == status,
                  "%s: not %d: %s", what, status, answer);
}

START_TEST(a_finding_is_waived_taken_back_and_commented_on)
{
    static const char *const each[] = {"waive", "comment", "unwaive"};
    char id[24];

    for (size_t i = 0; i < sizeof each / sizeof each[0]; i++) {
        char *body = body_of(0, id);
        char *answer = post(&web, each[i], GOOD, body);
        cJSON *document = parse(answer, 200);

        hold("/v1/findings/waive", "post", 200, document);
        ck_assert_str_eq(text_at(cJSON_GetArrayItem(at(document, "findings"), 0), "state"),
                         i < 2 ? "waived" : "open");
        cJSON_Delete(document);
        free(answer);
        free(body);
    }
    expect_history(id, "waived zhao vouching seen, comment zhao vouching seen, unwaived zhao vouching seen");
}
END_TEST

/* A waiver of the first is not there either. */
START_TEST(all_are_reviewed_or_none)
{
    char first[24], second[24], both[400];
    char *one = body_of(1, first), *other = body_of(2, second), *answer;
    const char *item = strstr(one, "[{") + 1;
    cJSON *document;

    cluster_execf(analysis, "UPDATE analysis.finding SET message = message || '!' WHERE finding_id = %s",
                  second);
    snprintf(both, sizeof both, "{\"note\": \"seen\", \"findings\": [%.*s, %s", (int)(strlen(item) - 2), item,
             strstr(other, "[{") + 1);
    answer = post(&web, "waive", GOOD, both);
    document = parse(answer, 409);
    hold("/v1/findings/waive", "post", 409, document);
    cJSON_Delete(document);
    ck_assert_ptr_nonnull(strstr(answer, "!\""));
    expect_history(first, "");
    expect_history(second, "");
    free(answer);
    answer = post(&web, "unwaive", GOOD, one);
    expect_status(answer, 409, "an open finding cannot be taken back");
    free(answer);
    free(one);
    free(other);
}
END_TEST

/* NULL: the body of a good review. */
static const struct {
    const char *name;
    const char *headers;
    const char *body;
    int status;
} strangers[] = {
    {"nobody", SAME JSON MARK, NULL, 401},
    {"two people", ZHAO "X-Remote-User: lin\r\n" SAME JSON MARK, NULL, 401},
    {"no mark", ZHAO SAME JSON, NULL, 403},
    {"another mark", ZHAO SAME JSON "X-Crfd-Review: yes\r\n", NULL, 403},
    {"no origin", ZHAO JSON MARK, NULL, 403},
    {"another origin", ZHAO "Origin: https://evil.example\r\n" JSON MARK, NULL, 403},
    {"an origin of which the host is a part", ZHAO "Origin: https://study.example.evil\r\n" JSON MARK, NULL,
     403},
    {"an origin that is none", ZHAO "Origin: null\r\n" JSON MARK, NULL, 403},
    {"two origins", GOOD "Origin: https://study.example\r\n", NULL, 400},
    {"another site", ZHAO "Origin: https://study.example\r\nSec-Fetch-Site: cross-site\r\n" JSON MARK, NULL,
     403},
    {"a sister site", ZHAO "Origin: https://study.example\r\nSec-Fetch-Site: same-site\r\n" JSON MARK, NULL,
     403},
    {"a form", ZHAO SAME MARK "Content-Type: application/x-www-form-urlencoded\r\n", NULL, 415},
    {"a form that says it is text", ZHAO SAME MARK "Content-Type: text/plain\r\n", NULL, 415},
    {"no body", GOOD, "", 400},
    {"no JSON", GOOD, "note=x", 400},
    {"no note", GOOD, "{\"findings\": [{\"finding_id\": 1, \"version\": \"x\"}]}", 400},
    {"a blank note", GOOD, "{\"note\": \" \", \"findings\": [{\"finding_id\": 1, \"version\": \"x\"}]}", 400},
    {"a NUL in the note", GOOD,
     "{\"note\": \"a\\u0000b\", \"findings\": [{\"finding_id\": 1, \"version\": \"x\"}]}", 400},
    {"no finding", GOOD, "{\"note\": \"x\", \"findings\": []}", 400},
    {"an actor of the body", GOOD,
     "{\"note\": \"x\", \"actor\": \"lin\", \"findings\": [{\"finding_id\": 1, \"version\": \"x\"}]}", 400},
    {"no version", GOOD, "{\"note\": \"x\", \"findings\": [{\"finding_id\": 1}]}", 400},
    {"one twice", GOOD,
     "{\"note\": \"x\", \"findings\": [{\"finding_id\": 1, \"version\": \"x\"}, {\"finding_id\": 1, "
     "\"version\": \"x\"}]}",
     400},
    {"half a finding", GOOD, "{\"note\": \"x\", \"findings\": [{\"finding_id\": 1.5, \"version\": \"x\"}]}",
     400},
    {"one that is not there", GOOD,
     "{\"note\": \"x\", \"findings\": [{\"finding_id\": 999999, \"version\": \"x\"}]}", 404},
    {"another version", GOOD, "{\"note\": \"x\", \"findings\": [{\"finding_id\": 1, \"version\": \"x\"}]}",
     409},
};

START_TEST(who_may_not_review_does_not)
{
    char id[24];
    char *good = body_of(3, id);
    char *answer =
        post(&web, "waive", strangers[_i].headers, strangers[_i].body != NULL ? strangers[_i].body : good);

    expect_status(answer, strangers[_i].status, strangers[_i].name);
    expect_history(id, "");
    ck_assert_int_eq(
        cluster_int(analysis,
                    "SELECT count(*) FROM analysis.finding_event WHERE run_id IS NULL AND note <> 'seen'"),
        0);
    free(answer);
    free(good);
}
END_TEST

START_TEST(a_large_body_is_not_read)
{
    static const char head[] =
        "POST /v1/findings/waive HTTP/1.1\r\nHost: study.example\r\nConnection: close\r\n" GOOD
        "Content-Length: 1048576\r\n\r\n{";
    static const char pieces[] =
        "POST /v1/findings/waive HTTP/1.1\r\nHost: study.example\r\nConnection: close\r\n" GOOD
        "Transfer-Encoding: chunked\r\n\r\n";
    char *answer = web_ask(&web, head, strlen(head));

    expect_status(answer, 413, "a mebibyte");
    free(answer);
    answer = web_ask(&web, pieces, strlen(pieces));
    expect_status(answer, 411, "a body of unknown length");
    free(answer);
}
END_TEST

/* Whoever comes over TCP is nobody, whatever he says. */
START_TEST(nothing_is_reviewed_over_the_loopback_interface)
{
    struct web loopback;
    char id[24], headers[300];
    char *body = body_of(3, id), *request, *answer;

    web_start_listening(&loopback, &instance);
    snprintf(headers, sizeof headers, ZHAO JSON MARK "Origin: http://127.0.0.1:%d\r\n", loopback.port);
    ck_assert_int_gt(asprintf(&request,
                              "POST /v1/findings/waive HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: "
                              "close\r\n%sContent-Length: "
                              "%zu\r\n\r\n%s",
                              loopback.port, headers, strlen(body), body),
                     0);
    answer = web_ask(&loopback, request, strlen(request));
    expect_status(answer, 404, "no reviews");
    expect_history(id, "");
    free(web_stop(&loopback));
    free(answer);
    free(request);
    free(body);
}
END_TEST

/* --- the log --- */

/* What it has said so far, from a byte on. */
static char *
said_since(off_t *since)
{
    char *said = calloc(1, 1024 * 1024);
    ssize_t length;

    ck_assert_ptr_nonnull(said);
    length = pread(web.process.err_fd, said, 1024 * 1024 - 1, *since);
    ck_assert_int_ge(length, 0);
    *since += length;
    return said;
}

/* Requests with something of a patient in them. */
static const char *const nosy[] = {
    "/v1/findings?search=Wert4711", "/v1/findings?subject=Wert4711",    "/v1/findings?center=Wert4711",
    "/v1/findings/Wert4711",        "/v1/findings.csv?search=Wert4711", "/v1/checks/Wert4711",
    "/Wert4711?Wert4711",           "/v1/findings?Wert4711=1",
};

START_TEST(who_looked_is_told_and_never_at_which_value)
{
    char id[24], expected[160];
    char *body = body_of(4, id), *answer, *said, *values;
    off_t since = 0;

    free(said_since(&since));
    for (int i = 0; i < COUNT(nosy); i++) {
        free(web_get(&web, nosy[i], ""));
        said = said_since(&since);
        ck_assert_msg(strstr(said, "Wert4711") == NULL, "%s: %s", nosy[i], said);
        free(said);
    }
    snprintf(expected, sizeof expected, "/v1/findings/%s", id);
    free(web_get(&web, expected, ""));
    said = said_since(&since);
    snprintf(expected, sizeof expected, " finding=%s", id);
    ck_assert_msg(strstr(said, "\"finding seen\" user=zhao center=") != NULL &&
                      strstr(said, expected) != NULL,
                  "%s", said);
    snprintf(expected, sizeof expected,
             "SELECT subject_id || '|' || message FROM analysis.finding WHERE finding_id = %s", id);
    values = cluster_text(analysis, expected);
    for (char *rest = values, *value; (value = strsep(&rest, "|")) != NULL;)
        ck_assert_msg(strstr(said, value) == NULL, "%s: %s", value, said);
    free(values);
    free(said);
    answer = post(&web, "comment", GOOD, body);
    expect_status(answer, 200, "a comment");
    said = said_since(&since);
    ck_assert_msg(strstr(said, "\"finding reviewed\" user=zhao") != NULL && strstr(said, "seen") == NULL,
                  "%s", said);
    free(said);
    free(answer);
    free(body);
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
    tcase_add_loop_test(cases, the_rest_is_as_described, 0, 4);
    tcase_add_loop_test(cases, lists_are_what_the_database_has, 0, COUNT(lists));
    tcase_add_test(cases, pages_of_findings_follow_each_other);
    tcase_add_loop_test(cases, what_is_not_there_is_told, 0, COUNT(refusals));
    tcase_add_test(cases, a_finding_has_its_values_and_its_check);
    tcase_add_test(cases, checks_have_all_open_findings);
    tcase_add_test(cases, the_trend_adds_up);
    tcase_add_test(cases, the_export_has_a_line_for_each);
    tcase_add_loop_test(cases, who_leaves_takes_his_statement_along, 0, 3);
    tcase_add_test(cases, too_many_are_told_to_come_back);
    tcase_add_test(cases, a_finding_is_waived_taken_back_and_commented_on);
    tcase_add_test(cases, all_are_reviewed_or_none);
    tcase_add_loop_test(cases, who_may_not_review_does_not, 0, COUNT(strangers));
    tcase_add_test(cases, a_large_body_is_not_read);
    tcase_add_test(cases, nothing_is_reviewed_over_the_loopback_interface);
    tcase_add_test(cases, who_looked_is_told_and_never_at_which_value);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
