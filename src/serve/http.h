/*
 * http.h: libmicrohttpd on the loop: its epoll descriptor is polled, and it is asked after each turn when it wants the next.
 *
 * Threads: loop thread.
 * Memory:  of the server.
 */
#ifndef CRFD_SERVE_HTTP_H
#define CRFD_SERVE_HTTP_H

#include "crfd/base/err.h"
#include "server.h"

#include <stdbool.h>
#include <stdint.h>

struct http {
    struct server *server;
    uv_poll_t poll;
    bool is_open;
};

/* fd: a listening socket; the caller's. */
bool http_open(struct http *http, struct server *server, int fd, struct err *err) CRFD_MUST_CHECK;
/* Nobody new is let in. */
void http_quiesce(struct http *http);
/* Ends every connection. Its handles are closed by the loop, which has to be run for that. */
void http_close(struct http *http);

/* To be called each second: ends connections whose request does not come to its end. */
void http_tick(struct http *http, int64_t now_ns);

#endif
