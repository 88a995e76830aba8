/* `crfd serve`: requests as bytes, and what is answered. */
#include "cluster.h"
#include "instance.h"
#include "text_file.h"
#include "web.h"

#include <arpa/inet.h>
#include <check.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
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

/* --- behind nginx, as config/proxy/nginx.conf has it --- */

static struct process nginx;

/* A copy in which every piece is replaced. */
static char *
replaced(const char *text, const char *const (*pieces)[2])
{
    char *out = strdup(text);

    for (; (*pieces)[0] != NULL; pieces++) {
        char *place = strstr(out, (*pieces)[0]), *more;

        ck_assert_msg(place != NULL, "the sample has no \"%s\"", (*pieces)[0]);
        ck_assert_int_gt(
            asprintf(&more, "%.*s%s%s", (int)(place - out), out, (*pieces)[1], place + strlen((*pieces)[0])),
            0);
        free(out);
        out = more;
    }
    return out;
}

static void
write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    ck_assert_msg(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0, "%s", path);
}

/* A port that nobody has: another may take it until nginx does, which then says so. */
static int
free_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    ck_assert(bind(fd, (struct sockaddr *)&address, size) == 0);
    ck_assert(getsockname(fd, (struct sockaddr *)&address, &size) == 0);
    close(fd);
    return ntohs(address.sin_port);
}

static void
start_nginx(struct web *proxy)
{
    static char conf[200], users[200], listen_at[64], users_line[240], socket_line[300], main_part[2000];
    const char *const pieces[][2] = {
        {"listen 443 ssl;", listen_at},
        {"ssl_certificate /etc/ssl/certs/trial.example.pem;", ""},
        {"ssl_certificate_key /etc/ssl/private/trial.example.key;", ""},
        {"/etc/nginx/trial.users", users_line},
        {"unix:/run/crfd-web/TRIAL.sock:", socket_line},
        {NULL, NULL},
    };
    char *sample = text_file_read("config/proxy/nginx.conf"), *server, *whole;

    *proxy = (struct web){.port = free_port()};
    snprintf(conf, sizeof conf, "%s/nginx.conf", cluster.folder);
    snprintf(users, sizeof users, "%s/users", cluster.folder);
    snprintf(users_line, sizeof users_line, "%s", users);
    snprintf(listen_at, sizeof listen_at, "listen 127.0.0.1:%d;", proxy->port);
    snprintf(socket_line, sizeof socket_line, "unix:%s:", local.socket);
    snprintf(main_part, sizeof main_part,
             "pid %s/nginx.pid; daemon off; master_process off; error_log stderr notice; events {}\n",
             cluster.folder);
    write_text(users, "zhao:{PLAIN}secret\n");
    server = replaced(sample, pieces);
    ck_assert_int_gt(asprintf(&whole, "%s http { access_log off; %s }", main_part, server), 0);
    write_text(conf, whole);
    process_start(&nginx, (const char *const[]){"nginx", "-e", "stderr", "-c", conf, NULL}, NULL);
    ck_assert_msg(process_wait_for(&nginx, "RLIMIT_NOFILE", WEB_PATIENCE_MS), "nginx does not start");
    free(sample);
    free(server);
    free(whole);
}

static void
stop_nginx(void)
{
    struct process_result result;

    process_signal(&nginx, SIGTERM);
    process_wait(&nginx, WEB_PATIENCE_MS, &result);
    process_result_clear(&result);
}

#define SECRET "Authorization: Basic emhhbzpzZWNyZXQ=\r\n" /* zhao:secret */

/* Who is named is who the proxy has let in, whatever a browser says. */
static const struct {
    const char *target;
    const char *headers;
    int status;
    const char *answer;
} proxied[] = {
    {"/v1/session", SECRET, 200, "\"user\":\"zhao\""},
    {"/v1/session", SECRET "X-Remote-User: lin\r\n", 200, "\"user\":\"zhao\""},
    {"/v1/session", "", 401, NULL},
    {"/v1/checks/a%2Fb", SECRET, 404, "a/b"},
    {"/v1/session%00", SECRET, 400, NULL},
};

START_TEST(behind_nginx_everybody_is_who_was_let_in)
{
    struct web proxy;

    start_nginx(&proxy);
    for (size_t i = 0; i < sizeof proxied / sizeof proxied[0]; i++) {
        char *request, *answer;

        ck_assert_int_gt(asprintf(&request,
                                  "GET %s HTTP/1.1\r\nHost: trial.example\r\n%sConnection: close\r\n\r\n",
                                  proxied[i].target, proxied[i].headers),
                         0);
        answer = web_ask(&proxy, request, strlen(request));
        ck_assert_msg(status_of(answer) == proxied[i].status, "%s: %s", proxied[i].target, answer);
        ck_assert_msg(proxied[i].answer == NULL || strstr(answer, proxied[i].answer) != NULL, "%s: %s",
                      proxied[i].target, answer);
        free(answer);
        free(request);
    }
    stop_nginx();
}
END_TEST

/* --- the live night --- */

static void
write_status(const char *text)
{
    char path[300], other[300];

    snprintf(path, sizeof path, "%s/status.json", instance.folder);
    snprintf(other, sizeof other, "%s/status.new", instance.folder);
    write_text(other, text);
    ck_assert_int_eq(rename(other, path), 0);
}

static void
watch(const struct web *server, const char *headers)
{
    char request[400], *all = NULL;
    int fd = web_connect(server);

    snprintf(request, sizeof request, "GET /v1/events HTTP/1.1\r\nHost: trial.example\r\n%s\r\n", headers);
    web_send(fd, request, strlen(request));
    ck_assert_msg(web_read_until(fd, &all, "event: none"), "%s", all);
    write_status("{\"state\": \"running\"}");
    ck_assert_msg(web_read_until(fd, &all, "data: {\"state\":\"running\"}"), "%s", all);
    write_status("{\"state\": \"idle\"}");
    ck_assert_msg(web_read_until(fd, &all, "data: {\"state\":\"idle\"}"), "%s", all);
    ck_assert_ptr_nonnull(strstr(all, "text/event-stream"));
    close(fd);
    free(all);
    snprintf(request, sizeof request, "%s/status.json", instance.folder);
    ck_assert_int_eq(unlink(request), 0);
}

START_TEST(a_night_is_watched_live)
{
    watch(&local, USER);
}
END_TEST

START_TEST(a_night_is_watched_live_behind_nginx)
{
    struct web proxy;

    start_nginx(&proxy);
    watch(&proxy, SECRET);
    stop_nginx();
}
END_TEST

/* The one that waits for news is told the end, and the process ends. */
START_TEST(a_viewer_does_not_hold_up_the_stop)
{
    struct web own;
    char request[200], *all = NULL;
    int fd;

    web_start_listening(&own, &instance);
    fd = web_connect(&own);
    snprintf(request, sizeof request, "GET /v1/events HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n", own.port);
    web_send(fd, request, strlen(request));
    ck_assert(web_read_until(fd, &all, "event: none"));
    free(web_stop(&own));
    while (web_read_until(fd, &all, "never"))
        continue;
    close(fd);
    free(all);
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
    tcase_add_test(raw, behind_nginx_everybody_is_who_was_let_in);
    tcase_add_test(raw, a_night_is_watched_live);
    tcase_add_test(raw, a_night_is_watched_live_behind_nginx);
    tcase_add_test(raw, a_viewer_does_not_hold_up_the_stop);
    suite_add_tcase(suite, raw);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
