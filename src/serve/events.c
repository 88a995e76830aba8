#include "events.h"

#include "crfd/base/clock.h"
#include "crfd/base/memory.h"
#include "server.h"

#include <stdlib.h>
#include <string.h>

#define ALIVE_NS  (INT64_C(15) * 1000000000)
#define CHUNK_MAX 2048

struct stream {
    struct stream *next;
    struct request *request;
    struct strbuf pending; /* what has not been handed over yet */
    size_t sent;           /* of it */
    int64_t version;       /* of the document that it knows */
    int64_t told_ns;
    bool is_asleep; /* suspended */
    bool is_over;
};

static void
append_document(struct stream *stream, const struct live *live)
{
    stream->version = live->version;
    if (live->line.length > 0)
        strbuf_printf(&stream->pending, "event: status\ndata: %s\n\n", live->line.text);
    else
        strbuf_append(&stream->pending, "event: none\ndata: {}\n\n");
}

/* One who reads slowly gets the latest document only: none is added to what has not gone yet. */
static void
append_news(struct stream *stream, const struct live *live, int64_t now_ns)
{
    if (stream->sent < stream->pending.length)
        return;
    strbuf_reset(&stream->pending);
    stream->sent = 0;
    if (stream->version != live->version)
        append_document(stream, live);
    else if (now_ns - stream->told_ns >= ALIVE_NS)
        strbuf_append(&stream->pending, ": alive\n\n");
    if (stream->pending.length > 0)
        stream->told_ns = now_ns;
}

static void
wake(struct stream *stream)
{
    if (!stream->is_asleep)
        return;
    stream->is_asleep = false;
    request_resume(stream->request);
}

static void
end(struct request *request)
{
    request->stream->is_over = true;
    wake(request->stream);
}

static ssize_t
on_read(void *data, uint64_t position, char *out, size_t max)
{
    struct stream *stream = data;
    size_t left = stream->pending.length - stream->sent;

    (void)position;
    if (stream->is_over)
        return MHD_CONTENT_READER_END_OF_STREAM;
    if (left == 0) {
        stream->is_asleep = true;
        request_suspend(stream->request);
        return 0;
    }
    left = left < max ? left : max;
    memcpy(out, stream->pending.text + stream->sent, left);
    stream->sent += left;
    return (ssize_t)left;
}

void
events_begin(struct request *request)
{
    struct server *server = request->server;
    struct stream *stream;
    struct MHD_Response *response;

    if (server->is_stopping || server->stream_count >= server->config->serve_streams) {
        answer_refuse(&request->answer, MHD_HTTP_SERVICE_UNAVAILABLE, "too many pages watch already");
        return;
    }
    stream = memory_zalloc(1, sizeof *stream);
    stream->request = request;
    stream->version = -1;
    stream->next = server->streams;
    server->streams = stream;
    server->stream_count++;
    strbuf_init(&stream->pending);
    request->stream = stream;
    request->on_gone = end;
    live_look(&server->live);
    strbuf_append(&stream->pending, "retry: 5000\n");
    append_document(stream, &server->live);
    stream->told_ns = clock_steady_ns();
    response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, CHUNK_MAX, on_read, stream, NULL);
    if (response == NULL)
        memory_exhausted(CHUNK_MAX);
    answer_add_headers(response, "text/event-stream", NULL);
    if (MHD_add_response_header(response, "X-Accel-Buffering", "no") != MHD_YES)
        memory_exhausted(1);
    answer_take(&request->answer, response);
}

void
events_tick(struct server *server, int64_t now_ns)
{
    if (server->streams == NULL)
        return;
    live_look(&server->live);
    for (struct stream *stream = server->streams; stream != NULL; stream = stream->next) {
        append_news(stream, &server->live, now_ns);
        if (stream->sent < stream->pending.length)
            wake(stream);
    }
}

void
events_stop(struct server *server)
{
    for (struct stream *stream = server->streams; stream != NULL; stream = stream->next)
        end(stream->request);
}

void
events_forget(struct request *request)
{
    struct stream **place = &request->server->streams;

    if (request->stream == NULL)
        return;
    while (*place != request->stream)
        place = &(*place)->next;
    *place = request->stream->next;
    request->server->stream_count--;
    strbuf_destroy(&request->stream->pending);
    free(request->stream);
}
