/*
 * request.h: one request, from its first line to the end of its answer.
 *
 * A request is begun when its target is known, and ends when the answer has gone, or the client has. Between the two it is
 * answered on the loop, or by a worker: meanwhile its connection is suspended and its socket watched, because libmicrohttpd
 * says nothing of clients that leave then. One that has left cancels the context, so that its statement ends.
 *
 * Threads: loop thread, but for what the worker has while it is at work: context, arena, answer and err.
 * Memory:  request_new allocates; freed when it has ended.
 */
#ifndef CRFD_SERVE_REQUEST_H
#define CRFD_SERVE_REQUEST_H

#include "answer.h"
#include "crfd/base/arena.h"
#include "crfd/base/err.h"
#include "crfd/base/strbuf.h"
#include "crfd/pg/conn.h"
#include "crfd/sync/context.h"
#include "route.h"
#include "target.h"

#include <microhttpd.h>
#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

#define REQUEST_BODY_MAX (16 * 1024)

struct server;

enum request_state {
    REQUEST_HEAD,     /* nothing is known but the target */
    REQUEST_BODY,     /* being read */
    REQUEST_WORKING,  /* a worker is at it */
    REQUEST_ANSWERED, /* the answer is known, and may be on its way */
};

struct request {
    struct server *server;
    struct MHD_Connection *connection;
    struct arena arena;
    const char *mistake; /* of the target; NULL: none */
    unsigned mistake_status;
    struct target target;
    const struct route *route;
    const char *user; /* NULL: not known */
    enum request_state state;
    struct strbuf body;
    struct answer answer;
    struct context context; /* of the worker: the deadline, and whether the client is still there */
    struct err err;
    uv_work_t work;
    uv_poll_t watch;
    bool is_watched;                   /* the handle is open */
    bool is_gone;                      /* the client has left */
    void (*on_gone)(struct request *); /* for who is at it; NULL: nobody */
    struct stream *stream;             /* NULL: none */
};

/* text: as it stands in the first line. */
struct request *request_new(struct server *server, const char *text);
/* The answer has gone, or will not go. Frees it. */
void request_end(struct request *request);

/* The value of a header; NULL where there is none. *count: how often it stands there; may be NULL. */
const char *request_header(const struct request *request, const char *name, int *count);

/* Of an error of the worker: what it means to a client, without the words of servers, which are logged. */
void request_refuse_err(struct request *request, const struct err *err);

/* Nothing more is to be heard of the connection until request_resume; on_gone may be called meanwhile. */
void request_suspend(struct request *request);
void request_resume(struct request *request);

/* A worker of the pool is to do it; where too many are at it, that is the answer. */
void request_hand_over(struct request *request);

/* MHD_YES where the answer is on its way. */
enum MHD_Result request_send(struct request *request);

#endif
