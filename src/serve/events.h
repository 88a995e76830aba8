/*
 * events.h: the running night as server-sent events (HTML, section 9.2): the status document, each time that it changes.
 *
 * A stream is suspended but for the moments in which something is sent; a comment now and then keeps proxies from ending it.
 *
 * Threads: loop thread.
 * Memory:  a stream is of its request, and ends with it.
 */
#ifndef CRFD_SERVE_EVENTS_H
#define CRFD_SERVE_EVENTS_H

#include "request.h"

#include <stdint.h>

/* The answer of the request is a stream; or 503 where there are enough. */
void events_begin(struct request *request);
/* To be called each second: sends what is new. */
void events_tick(struct server *server, int64_t now_ns);
/* All streams end. */
void events_stop(struct server *server);
/* libmicrohttpd is done with the request. */
void events_forget(struct request *request);

#endif
