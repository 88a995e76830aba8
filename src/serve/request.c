#include "request.h"

#include "crfd/base/log.h"
#include "crfd/base/memory.h"
#include "crfd/batch/run.h"
#include "server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_BYTES 4096

struct request *
request_new(struct server *server, const char *text)
{
    struct request *request = memory_zalloc(1, sizeof *request);

    request->server = server;
    arena_init(&request->arena, ARENA_BYTES, 0);
    strbuf_init(&request->body);
    answer_init(&request->answer);
    if (strlen(text) > TARGET_BYTES_MAX) {
        request->mistake = "the target of the request is too long";
        request->mistake_status = MHD_HTTP_URI_TOO_LONG;
    } else {
        request->mistake = target_parse(&request->arena, text, &request->target);
        request->mistake_status = MHD_HTTP_BAD_REQUEST;
    }
    server->begun++;
    return request;
}

static void
request_free(struct request *request)
{
    answer_destroy(&request->answer);
    strbuf_destroy(&request->body);
    arena_destroy(&request->arena);
    free(request);
}

static void
on_watch_closed(uv_handle_t *handle)
{
    request_free(handle->data);
}

void
request_end(struct request *request)
{
    request->server->begun--;
    if (request->is_watched)
        uv_close((uv_handle_t *)&request->watch, on_watch_closed);
    else
        request_free(request);
}

/* --- headers --- */

struct header_search {
    const char *name;
    const char *value;
    int count;
};

static enum MHD_Result
find_header(void *data, enum MHD_ValueKind kind, const char *name, const char *value)
{
    struct header_search *search = data;

    (void)kind;
    if (strcasecmp(name, search->name) != 0)
        return MHD_YES;
    if (search->count++ == 0)
        search->value = value != NULL ? value : "";
    return MHD_YES;
}

const char *
request_header(const struct request *request, const char *name, int *count)
{
    struct header_search search = {.name = name};

    MHD_get_connection_values(request->connection, MHD_HEADER_KIND, find_header, &search);
    if (count != NULL)
        *count = search.count;
    return search.value;
}

/* --- answers --- */

void
request_refuse_err(struct request *request, const struct err *err)
{
    if (request->is_gone || err->kind == ERR_CANCELLED) {
        answer_refuse(&request->answer, MHD_HTTP_SERVICE_UNAVAILABLE, "the request was cancelled");
        return;
    }
    if (err->kind == ERR_USAGE) { /* our own words: what is named in the request is not there */
        answer_refuse(&request->answer, MHD_HTTP_NOT_FOUND, "%s", err->message);
        return;
    }
    log_event(LOG_LEVEL_ERROR, "request failed", LOG_TEXT("path", request->route->path),
              LOG_TEXT("sqlstate", err->sqlstate), LOG_TEXT("error", err->message));
    if (err->kind == ERR_DEADLINE)
        answer_refuse(&request->answer, MHD_HTTP_GATEWAY_TIMEOUT,
                      "the database has not answered in time; narrow the choice, or ask again");
    else if (err->kind == ERR_UNAVAILABLE || err->kind == ERR_RETRY)
        answer_refuse(&request->answer, MHD_HTTP_SERVICE_UNAVAILABLE,
                      "the analysis database cannot be reached");
    else
        answer_refuse(&request->answer, MHD_HTTP_INTERNAL_SERVER_ERROR,
                      "the analysis database does not give the answer; the log of crfd serve says why");
}

enum MHD_Result
request_send(struct request *request)
{
    request->state = REQUEST_ANSWERED;
    return answer_queue(&request->answer, request->connection);
}

/* --- while it waits --- */

/* A reset comes as an error (EBADF), a closed or half-closed connection as the event; both are the end of whoever asked. */
static void
on_watch(uv_poll_t *watch, int status, int events)
{
    struct request *request = watch->data;

    if (status == 0 && (events & UV_DISCONNECT) == 0)
        return;
    uv_poll_stop(watch);
    request->is_gone = true;
    request->on_gone(request);
}

void
request_suspend(struct request *request)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_CONNECTION_FD);

    if (!request->is_watched && uv_poll_init(&request->server->uv, &request->watch, info->connect_fd) == 0) {
        request->watch.data = request;
        request->is_watched = true;
    }
    if (request->is_watched)
        (void)uv_poll_start(&request->watch, UV_DISCONNECT, on_watch);
    MHD_suspend_connection(request->connection);
}

/*
 * The watch ends first: from then on the socket is libmicrohttpd's again, which may close it. It notices what was resumed
 * only in its next turn, and nothing of it wakes the loop for that.
 */
void
request_resume(struct request *request)
{
    if (request->is_watched)
        uv_poll_stop(&request->watch);
    MHD_resume_connection(request->connection);
    (void)uv_timer_start(&request->server->turn, request->server->on_turn, 0, 0);
}

/* --- workers --- */

static void
cancel(struct request *request)
{
    context_cancel(&request->context, "the client has left");
}

static void
on_work(uv_work_t *work)
{
    struct request *request = work->data;

    run_block_signals();
    if (context_check(&request->context, &request->err))
        (void)request->route->work(request, &request->err);
}

static void
on_worked(uv_work_t *work, int status)
{
    struct request *request = work->data;

    (void)status;
    request->server->working--;
    request->on_gone = NULL;
    context_destroy(&request->context);
    if (request->answer.status == 0)
        request_refuse_err(request, &request->err);
    request_resume(request);
}

void
request_hand_over(struct request *request)
{
    struct server *server = request->server;

    if (server->working >= server->config->serve_requests) {
        answer_refuse(&request->answer, MHD_HTTP_SERVICE_UNAVAILABLE,
                      "too many requests are at the database");
        return;
    }
    if (!context_init(&request->context, NULL, "request", server->config->serve_deadline_ms, &request->err)) {
        request_refuse_err(request, &request->err);
        return;
    }
    server->working++;
    request->state = REQUEST_WORKING;
    request->on_gone = cancel;
    request->work.data = request;
    request_suspend(request);
    if (uv_queue_work(&server->uv, &request->work, on_work, on_worked) != 0)
        abort();
}
