#include "http.h"

#include "crfd/base/clock.h"
#include "crfd/base/memory.h"
#include "events.h"
#include "request.h"
#include "routes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define LINE_MAX_BYTES     8192
#define MEMORY_BYTES       (32 * 1024) /* of a connection: its request line, headers, and the head of the answer */
#define CONNECTIONS_BESIDE 64          /* the streams */
#define SILENCE_S          60          /* of a connection that takes its answer */
#define PATIENCE_NS        (INT64_C(15) * 1000000000) /* for a request to come in whole, or for the next one */

/* A connection. */
struct peer {
    struct peer *next;
    struct peer *previous;
    int fd;
    int64_t since_ns; /* it has been waiting for a request */
    bool is_busy;     /* its request is here */
};

/* --- connections --- */

static void
on_connection(void *data, struct MHD_Connection *connection, void **own,
              enum MHD_ConnectionNotificationCode what)
{
    struct server *server = data;
    struct peer *peer = *own;

    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        peer = memory_zalloc(1, sizeof *peer);
        peer->fd = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
        peer->since_ns = clock_steady_ns();
        peer->next = server->peers;
        if (peer->next != NULL)
            peer->next->previous = peer;
        server->peers = peer;
        *own = peer;
        return;
    }
    if (peer->next != NULL)
        peer->next->previous = peer->previous;
    *(peer->previous != NULL ? &peer->previous->next : &server->peers) = peer->next;
    free(peer);
}

static struct peer *
peer_of(struct MHD_Connection *connection)
{
    return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

/* A byte now and then keeps no connection: libmicrohttpd itself would begin to count anew with each. */
void
http_tick(struct http *http, int64_t now_ns)
{
    for (struct peer *peer = http->server->peers; peer != NULL; peer = peer->next)
        if (!peer->is_busy && now_ns - peer->since_ns > PATIENCE_NS)
            shutdown(peer->fd, SHUT_RDWR);
}

/* --- what is refused before anybody looks at the path --- */

/* Of these there can be one only: two readers would take another each. */
static const char *const single_headers[] = {"Host",   "Content-Length", "Transfer-Encoding", "Content-Type",
                                             "Origin", "Sec-Fetch-Site", "X-Crfd-Review"};

struct header_lines {
    int counts[sizeof single_headers / sizeof single_headers[0]];
    bool is_long;
};

static enum MHD_Result
count_header(void *data, enum MHD_ValueKind kind, const char *name, const char *value)
{
    struct header_lines *lines = data;

    (void)kind;
    if (strlen(name) + (value != NULL ? strlen(value) : 0) > LINE_MAX_BYTES)
        lines->is_long = true;
    for (size_t i = 0; i < sizeof single_headers / sizeof single_headers[0]; i++)
        lines->counts[i] += strcasecmp(name, single_headers[i]) == 0;
    return MHD_YES;
}

static bool
has_sound_headers(struct request *request)
{
    struct header_lines lines = {.is_long = false};
    struct answer *answer = &request->answer;

    MHD_get_connection_values(request->connection, MHD_HEADER_KIND, count_header, &lines);
    for (size_t i = 0; i < sizeof single_headers / sizeof single_headers[0]; i++) {
        if (lines.counts[i] < 2)
            continue;
        answer_refuse(answer, MHD_HTTP_BAD_REQUEST, "the header %s is there twice", single_headers[i]);
        return false;
    }
    if (lines.is_long)
        answer_refuse(answer, MHD_HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE, "a header is too long");
    else if (lines.counts[1] > 0 && lines.counts[2] > 0)
        answer_refuse(answer, MHD_HTTP_BAD_REQUEST,
                      "Content-Length and Transfer-Encoding do not go together");
    return answer->status == 0;
}

/* A name that leads to this machine from elsewhere would make a stranger's page one of ours (DNS rebinding). */
static bool
has_own_host(struct request *request)
{
    static const char *const names[] = {"127.0.0.1", "localhost", "[::1]"};
    const char *host = request_header(request, "Host", NULL);
    char own[32];

    for (size_t i = 0; host != NULL && i < sizeof names / sizeof names[0]; i++) {
        snprintf(own, sizeof own, "%s:%d", names[i], request->server->port);
        if (strcasecmp(host, own) == 0)
            return true;
    }
    answer_refuse(&request->answer, MHD_HTTP_MISDIRECTED_REQUEST, "this is not the host of the request");
    return false;
}

/* What a client over TCP says of itself is nothing. */
static bool
knows_user(struct request *request)
{
    const char *name = request->server->config->serve_user_header;
    int count;

    if (request->server->port != 0)
        return has_own_host(request);
    request->user = request_header(request, name, &count);
    if (count == 1 && request->user[strspn(request->user, " \t")] != '\0')
        return true;
    request->user = NULL;
    if (request->route->is_open)
        return true;
    answer_refuse(&request->answer, MHD_HTTP_UNAUTHORIZED,
                  count > 1 ? "the proxy names two users: it has to replace the header %s"
                            : "the proxy names no user in the header %s",
                  name);
    return false;
}

static bool
has_body(struct request *request)
{
    const char *length = request_header(request, "Content-Length", NULL);

    return request_header(request, "Transfer-Encoding", NULL) != NULL ||
           (length != NULL && length[strspn(length, "0")] != '\0');
}

/* What is read is bounded before it comes. */
static void
look_at_body(struct request *request)
{
    const char *length = request_header(request, "Content-Length", NULL);
    struct answer *answer = &request->answer;

    if (!has_body(request))
        return;
    if (!request->route->is_post)
        answer_refuse(answer, MHD_HTTP_BAD_REQUEST, "this request takes no body");
    else if (length == NULL)
        answer_refuse(answer, MHD_HTTP_LENGTH_REQUIRED, "the request does not say how long its body is");
    else if (strlen(length) > 5 || strtol(length, NULL, 10) > REQUEST_BODY_MAX)
        answer_refuse(answer, MHD_HTTP_CONTENT_TOO_LARGE, "the body has more than %d bytes",
                      REQUEST_BODY_MAX);
}

/* True where the request may go on: then its answer is still to be found. */
static bool
admit(struct request *request, const char *method)
{
    if (request->mistake != NULL)
        answer_refuse(&request->answer, request->mistake_status, "%s", request->mistake);
    else if (has_sound_headers(request) && routes_find(request, method) && knows_user(request))
        look_at_body(request);
    return request->answer.status == 0;
}

/* --- requests --- */

/* There is none where libmicrohttpd has not understood the first line, or had no room for it; it answers that itself. */
static void *
on_target(void *data, const char *text, struct MHD_Connection *connection)
{
    struct request *request = request_new(data, text != NULL ? text : "");

    request->connection = connection;
    return request;
}

/* Targets are decoded by target.c. */
static size_t
leave_encoded(void *data, struct MHD_Connection *connection, char *text)
{
    (void)data;
    (void)connection;
    return strlen(text);
}

static void
dispatch(struct request *request)
{
    const struct route *route = request->route;

    if (route->begin != NULL)
        route->begin(request);
    if (request->answer.status == 0)
        request_hand_over(request);
}

/* An answer to the first call ends the connection, so that only what has a body that nobody reads is answered there. */
static enum MHD_Result
on_request(void *data, struct MHD_Connection *connection, const char *url, const char *method,
           const char *version, const char *upload, size_t *upload_size, void **own)
{
    struct request *request = *own;

    (void)data;
    (void)url;
    (void)version;
    if (request->state == REQUEST_HEAD) {
        request->state = REQUEST_BODY;
        if (!admit(request, method) && has_body(request))
            return request_send(request);
        return MHD_YES;
    }
    if (*upload_size > 0) {
        strbuf_append_bytes(&request->body, upload, *upload_size);
        *upload_size = 0;
        return MHD_YES;
    }
    if (request->state == REQUEST_BODY) {
        peer_of(connection)->is_busy = true;
        if (request->answer.status == 0)
            dispatch(request);
        if (request->answer.status == 0)
            return MHD_YES; /* a worker has it */
    }
    return request_send(request);
}

static void
on_completed(void *data, struct MHD_Connection *connection, void **own, enum MHD_RequestTerminationCode code)
{
    struct request *request = *own;
    struct peer *peer = peer_of(connection);

    (void)data;
    (void)code;
    if (request == NULL)
        return;
    peer->is_busy = false;
    peer->since_ns = clock_steady_ns();
    events_forget(request);
    request_end(request);
    *own = NULL;
}

static void
no_log(void *data, const char *format, va_list args)
{
    (void)data;
    (void)format;
    (void)args;
}

/* --- the loop --- */

static void turn(struct server *server);

static void
on_poll(uv_poll_t *poll, int status, int events)
{
    (void)status;
    (void)events;
    turn(poll->data);
}

static void
on_timer(uv_timer_t *timer)
{
    turn(timer->data);
}

static void
turn(struct server *server)
{
    MHD_UNSIGNED_LONG_LONG wait_ms;

    (void)MHD_run(server->daemon);
    if (MHD_get_timeout(server->daemon, &wait_ms) == MHD_YES)
        uv_timer_start(&server->turn, on_timer, wait_ms, 0);
    else
        uv_timer_stop(&server->turn);
}

static struct MHD_Daemon *
start(struct server *server, int fd)
{
    return MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0, NULL, NULL, on_request, server,
        MHD_OPTION_EXTERNAL_LOGGER, no_log, NULL, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)(server->config->serve_streams + CONNECTIONS_BESIDE), MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)MEMORY_BYTES, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)SILENCE_S,
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, MHD_OPTION_URI_LOG_CALLBACK,
        on_target, server, MHD_OPTION_UNESCAPE_CALLBACK, leave_encoded, NULL, MHD_OPTION_NOTIFY_COMPLETED,
        on_completed, server, MHD_OPTION_NOTIFY_CONNECTION, on_connection, server, MHD_OPTION_END);
}

bool
http_open(struct http *http, struct server *server, int fd, struct err *err)
{
    *http = (struct http){.server = server};
    server->daemon = start(server, fd);
    if (server->daemon == NULL) {
        err_set(err, ERR_IO, "starting to serve: libmicrohttpd does not take the socket");
        return false;
    }
    if (uv_poll_init(&server->uv, &http->poll,
                     MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd) != 0 ||
        uv_timer_init(&server->uv, &server->turn) != 0)
        abort();
    http->poll.data = server;
    server->turn.data = server;
    server->on_turn = on_timer;
    http->is_open = true;
    if (uv_poll_start(&http->poll, UV_READABLE, on_poll) != 0)
        abort();
    turn(server);
    return true;
}

void
http_quiesce(struct http *http)
{
    (void)MHD_quiesce_daemon(http->server->daemon);
}

void
http_close(struct http *http)
{
    if (!http->is_open)
        return;
    http->is_open = false;
    uv_close((uv_handle_t *)&http->poll, NULL);
    uv_close((uv_handle_t *)&http->server->turn, NULL);
    MHD_stop_daemon(http->server->daemon);
    http->server->daemon = NULL;
}
