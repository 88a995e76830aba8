/*
 * server.h: what all requests share.
 *
 * Threads: loop thread; workers read what is const (configuration, definition).
 * Memory:  storage is the caller's, on the stack of serve_run().
 */
#ifndef CRFD_SERVE_SERVER_H
#define CRFD_SERVE_SERVER_H

#include "asset.h"
#include "crfd/definition/config.h"
#include "crfd/definition/definition.h"
#include "live.h"

#include <microhttpd.h>
#include <stdbool.h>
#include <uv.h>

struct stream;
struct peer;

struct server {
    const struct config *config;
    const struct definition *definition;
    uv_loop_t uv;
    struct MHD_Daemon *daemon;
    uv_timer_t turn; /* when libmicrohttpd wants to go on; its data is the server */
    uv_timer_cb on_turn;
    int port; /* of the loopback interface; 0: the Unix socket of a proxy, which says who asks */
    struct asset_list assets;
    struct live live;
    struct stream *streams; /* who watches */
    int stream_count;
    struct peer *peers; /* connections */
    int working;        /* requests of workers */
    int begun;          /* requests that have not come to their end */
    bool is_stopping;
};

#endif
