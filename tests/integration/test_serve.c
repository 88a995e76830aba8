/* `crfd serve`: requests as bytes, and what is answered. */
#include "cluster.h"
#include "instance.h"
#include "web.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct cluster cluster;
static struct instance instance;
static struct web local;    /* behind a Unix socket */
static struct web loopback; /* --listen */

#define HOST   "Host: study.example\r\n"
#define USER   "X-Remote-User: zhao\r\n"
#define CLOSED "Connection: close\r\n\r\n"
#define ASKED  HOST USER CLOSED

/* A line of more than eight kibibytes is put for "@". */
static const struct {
    const char *name;
    const char *request;
    int status;         /* 0: the connection is closed without a word of ours */
    const char *answer; /* a part of it; NULL: any */
} requests[] = {
    {"the health of it is open to all", "GET /healthz HTTP/1.1\r\n" HOST CLOSED, 200, "{\"status\": \"ok\"}"},
    {"a session", "GET /v1/session HTTP/1.1\r\n" ASKED, 200, "\"user\":\"zhao\""},
    {"HEAD has no text", "HEAD /v1/session HTTP/1.1\r\n" ASKED, 200, NULL},
    {"a range is not looked at", "GET /healthz HTTP/1.1\r\nRange: bytes=0-1\r\n" ASKED, 200,
     "{\"status\": \"ok\"}"},
    {"no status yet", "GET /v1/status HTTP/1.1\r\n" ASKED, 404, "no status yet"},
    {"nobody is named", "GET /v1/session HTTP/1.1\r\n" HOST CLOSED, 401, "names no user"},
    {"an empty name", "GET /v1/session HTTP/1.1\r\nX-Remote-User: \r\n" HOST CLOSED, 401, "names no user"},
    {"a blank name", "GET /v1/session HTTP/1.1\r\nX-Remote-User: \t \r\n" HOST CLOSED, 401, "names no user"},
    {"two names", "GET /v1/session HTTP/1.1\r\nx-remote-user: lin\r\n" ASKED, 401, "two users"},
    {"nothing of that name", "GET /v2/status HTTP/1.1\r\n" ASKED, 404, NULL},
    {"a part more", "GET /v1/status/ HTTP/1.1\r\n" ASKED, 404, NULL},
    {"a part less", "GET /v1 HTTP/1.1\r\n" ASKED, 404, NULL},
    {"two slashes", "GET //v1/status HTTP/1.1\r\n" ASKED, 404, NULL},
    {"out of the folder", "GET /assets/../../etc/passwd HTTP/1.1\r\n" ASKED, 404, NULL},
    {"out of the folder, encoded", "GET /assets/x/%2e%2e%2fserve.c HTTP/1.1\r\n" ASKED, 404, NULL},
    {"many parts", "GET /1/2/3/4/5/6/7/8/9 HTTP/1.1\r\n" ASKED, 400, "too many parts"},
    {"NUL in the path", "GET /healthz%00x HTTP/1.1\r\n" ASKED, 400, "NUL"},
    {"NUL in the query", "GET /v1/session?a=%00 HTTP/1.1\r\n" ASKED, 400, "NUL"},
    {"half of a code", "GET /healthz%4 HTTP/1.1\r\n" ASKED, 400, "percent-encoded"},
    {"no code", "GET /healthz%zz HTTP/1.1\r\n" ASKED, 400, "percent-encoded"},
    {"no UTF-8", "GET /healthz%c3%28 HTTP/1.1\r\n" ASKED, 400, "UTF-8"},
    {"a fragment", "GET /healthz#x HTTP/1.1\r\n" ASKED, 400, "fragment"},
    {"a whole URL", "GET http://study.example/healthz HTTP/1.1\r\n" ASKED, 400, "slash"},
    {"a parameter that nobody reads", "GET /v1/session?center=01 HTTP/1.1\r\n" ASKED, 400, "no parameter"},
    {"PUT", "PUT /v1/session HTTP/1.1\r\n" ASKED, 405, "Allow: GET, HEAD"},
    {"DELETE", "DELETE /v1/session HTTP/1.1\r\n" ASKED, 405, NULL},
    {"OPTIONS", "OPTIONS /v1/session HTTP/1.1\r\n" ASKED, 405, NULL},
    {"TRACE", "TRACE /v1/session HTTP/1.1\r\n" ASKED, 405, NULL},
    {"get is not GET", "get /v1/session HTTP/1.1\r\n" ASKED, 405, NULL},
    {"POST with a body", "POST /v1/session HTTP/1.1\r\nContent-Length: 2\r\n" ASKED "{}", 405, NULL},
    {"GET with a body", "GET /v1/session HTTP/1.1\r\nContent-Length: 2\r\n" ASKED "{}", 400, "no body"},
    {"GET with an empty body", "GET /healthz HTTP/1.1\r\nContent-Length: 0\r\n" ASKED, 200, NULL},
    {"GET with a body in pieces",
     "GET /v1/session HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" ASKED "0\r\n\r\n", 400, "no body"},
    {"a length and pieces",
     "GET /v1/session HTTP/1.1\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n" ASKED "0\r\n\r\n", 400,
     "do not go together"},
    {"two lengths", "GET /v1/session HTTP/1.1\r\nContent-Length: 0\r\nContent-Length: 0\r\n" ASKED, 400,
     NULL},
    {"a length that is none", "GET /v1/session HTTP/1.1\r\nContent-Length: x\r\n" ASKED, 400, NULL},
    {"a length below zero", "GET /v1/session HTTP/1.1\r\nContent-Length: -1\r\n" ASKED, 400, NULL},
    {"two hosts", "GET /healthz HTTP/1.1\r\n" HOST ASKED, 400, NULL},
    {"no host", "GET /healthz HTTP/1.1\r\n" CLOSED, 400, NULL},
    {"HTTP/1.0 needs no host", "GET /healthz HTTP/1.0\r\n\r\n", 200, NULL},
    {"a long target", "GET /@ HTTP/1.1\r\n" ASKED, 414, NULL},
    {"a long header", "GET /healthz HTTP/1.1\r\nX: @\r\n" ASKED, 431, NULL},
    {"no HTTP", "hello\r\n\r\n", 0, NULL},
};

/* The same, where the loopback interface is listened on: HOST is another name, and a user may not be named. */
static const struct {
    const char *name;
    const char *host; /* before the port */
    int off;          /* added to the port */
    const char *headers;
    int status;
    const char *answer;
} hosts[] = {
    {"a name of elsewhere", "study.example", 0, "", 421, NULL},
    {"another port", "127.0.0.1", 1, "", 421, NULL},
    {"the address", "127.0.0.1", 0, "", 200, "\"user\":null"},
    {"the name", "LocalHost", 0, "", 200, "\"user\":null"},
    {"the other address", "[::1]", 0, "", 200, "\"user\":null"},
    {"who names himself", "127.0.0.1", 0, "X-Remote-User: zhao\r\n", 200, "\"user\":null"},
};

static int
status_of(const char *answer)
{
    return strncmp(answer, "HTTP/1.1 ", 9) == 0 ? (int)strtol(answer + 9, NULL, 10) : 0;
}

#define LONG 9000

static char *
fill_in(const char *request)
{
    const char *place = strchr(request, '@');
    char *out;
    size_t head = place != NULL ? (size_t)(place - request) : strlen(request);

    out = calloc(1, strlen(request) + LONG + 1);
    ck_assert_ptr_nonnull(out);
    memcpy(out, request, head);
    if (place != NULL) {
        memset(out + head, 'x', LONG);
        memcpy(out + head + LONG, place + 1, strlen(place + 1));
    }
    return out;
}

START_TEST(each_request_has_its_answer)
{
    char *request = fill_in(requests[_i].request);
    char *answer = web_ask(&local, request, strlen(request));

    ck_assert_msg(status_of(answer) == requests[_i].status, "%s: %s", requests[_i].name, answer);
    ck_assert_msg(requests[_i].answer == NULL || strstr(answer, requests[_i].answer) != NULL, "%s: %s",
                  requests[_i].name, answer);
    free(answer);
    free(request);
}
END_TEST

START_TEST(only_this_machine_is_the_host_of_the_loopback_interface)
{
    char request[512], *answer;

    snprintf(request, sizeof request,
             "GET /v1/session HTTP/1.1\r\nHost: %s:%d\r\n%sConnection: close\r\n\r\n", hosts[_i].host,
             loopback.port + hosts[_i].off, hosts[_i].headers);
    answer = web_ask(&loopback, request, strlen(request));
    ck_assert_msg(status_of(answer) == hosts[_i].status, "%s: %s", hosts[_i].name, answer);
    ck_assert_msg(hosts[_i].answer == NULL || strstr(answer, hosts[_i].answer) != NULL, "%s: %s",
                  hosts[_i].name, answer);
    free(answer);
}
END_TEST

static const char *const safety[] = {
    "Content-Security-Policy: default-src 'none';",
    "require-trusted-types-for 'script'",
    "X-Content-Type-Options: nosniff",
    "Referrer-Policy: no-referrer",
    "Cache-Control: no-store",
};

START_TEST(every_answer_has_the_headers_of_safety)
{
    static const char *const targets[] = {"/",          "/healthz", "/v1/session",
                                          "/v1/status", "/nothing", "/v1/session?x"};
    char *answer = web_get(&local, targets[_i], "");

    for (size_t i = 0; i < sizeof safety / sizeof safety[0]; i++)
        ck_assert_msg(strstr(answer, safety[i]) != NULL, "%s: %s: %s", targets[_i], safety[i], answer);
    free(answer);
}
END_TEST

START_TEST(requests_in_one_segment_are_answered_in_their_order)
{
    static const char both[] = "GET /healthz HTTP/1.1\r\n" HOST USER "\r\nGET /v1/session HTTP/1.1\r\n" ASKED;
    char *answer = web_ask(&local, both, strlen(both));
    const char *first = strstr(answer, "{\"status\": \"ok\"}");

    ck_assert_msg(first != NULL && strstr(first, "\"user\":\"zhao\"") != NULL, "%s", answer);
    free(answer);
}
END_TEST

START_TEST(a_request_in_single_bytes_is_answered)
{
    static const char request[] = "GET /v1/session HTTP/1.1\r\n" ASKED;
    int fd = web_connect(&local);
    char *answer;

    for (size_t i = 0; i < strlen(request); i++)
        web_send(fd, request + i, 1);
    answer = web_read_all(fd);
    ck_assert_msg(status_of(answer) == 200, "%s", answer);
    free(answer);
    close(fd);
}
END_TEST

/* The first line of the answer comes after fifteen seconds of single bytes: none, because the connection is ended. */
START_TEST(a_request_that_does_not_come_to_its_end_is_ended)
{
    int fd = web_connect(&local);
    char *answer;

    web_send(fd, "GET /v1/session HTT", 19);
    answer = web_read_all(fd);
    ck_assert_str_eq(answer, "");
    free(answer);
    close(fd);
}
END_TEST

static void
setup(void)
{
    cluster_start(&cluster);
    instance_create(&instance, &cluster, "web");
    instance_copy_study(&instance, "tests/data/night.json");
    web_start(&local, &instance);
    web_start_listening(&loopback, &instance);
}

static void
teardown(void)
{
    free(web_stop(&local));
    free(web_stop(&loopback));
    cluster_destroy(&cluster);
}

#define COUNT(list) ((int)(sizeof(list) / sizeof((list)[0])))

int
main(void)
{
    Suite *suite = suite_create("serve");
    TCase *raw = tcase_create("raw requests");
    SRunner *runner;
    int failed;

    tcase_set_timeout(raw, 120);
    tcase_add_unchecked_fixture(raw, setup, teardown);
    tcase_add_loop_test(raw, each_request_has_its_answer, 0, COUNT(requests));
    tcase_add_loop_test(raw, only_this_machine_is_the_host_of_the_loopback_interface, 0, COUNT(hosts));
    tcase_add_loop_test(raw, every_answer_has_the_headers_of_safety, 0, 6);
    tcase_add_test(raw, requests_in_one_segment_are_answered_in_their_order);
    tcase_add_test(raw, a_request_in_single_bytes_is_answered);
    tcase_add_test(raw, a_request_that_does_not_come_to_its_end_is_ended);
    suite_add_tcase(suite, raw);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
