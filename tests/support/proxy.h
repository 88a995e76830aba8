/*
 * proxy.h: stands between crfd and PostgreSQL and is a bad network: slow, in pieces, cut off, or silent.
 *
 * It listens on a port of the loopback interface, where a connection can be reset, and is a process of its own
 * that ends with the test.
 *
 * Threads: one thread at a time.
 * Memory:  the caller's struct; proxy_stop frees the rest.
 */
#ifndef CRFD_TESTS_PROXY_H
#define CRFD_TESTS_PROXY_H

#include "cluster.h"

#include <stdbool.h>
#include <stddef.h>

enum proxy_action {
    PROXY_PASS,
    PROXY_RESET,       /* both sides see the connection break */
    PROXY_LOSE_ANSWER, /* as PROXY_RESET, when the server has answered and before the client hears it */
    PROXY_MUTE_ANSWER, /* the answer is kept, and the connection stays open in silence */
    PROXY_SILENCE,     /* nothing passes any more, and nobody is told */
    PROXY_SILENCE_ALL  /* so it is with all connections that are made from then on, too */
};

/* What happens once: when the client has sent the text for the given time, and some more bytes have passed. */
struct proxy_rule {
    enum proxy_action action;
    const char *text;   /* at most PROXY_TEXT_MAX bytes; "": the beginning of a connection */
    int occurrence;     /* counted from 1, over all connections */
    size_t more_bytes;  /* of either side, after the text */
    size_t piece_bytes; /* passed at a time; 0: as they come */
    int delay_ms;       /* of each piece */
};

#define PROXY_TEXT_MAX 63

struct proxy_shared;

struct proxy {
    pid_t pid;
    int port;
    struct proxy_shared *shared;
};

void proxy_start(struct proxy *proxy, const struct cluster *cluster, const struct proxy_rule *rule);
void proxy_stop(struct proxy *proxy);

/* A connection string through the proxy, as cluster_conninfo. */
void proxy_conninfo(const struct proxy *proxy, const char *database, char out[CLUSTER_CONNINFO_MAX]);

/* True once the action was taken. */
bool proxy_has_acted(const struct proxy *proxy);

#endif
