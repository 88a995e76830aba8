/*
 * web.h: `crfd serve` of an instance, and requests to it, byte by byte.
 *
 * Threads: one thread at a time.
 * Memory:  the caller's struct; texts that are returned are freed by the caller.
 */
#ifndef CRFD_TESTS_WEB_H
#define CRFD_TESTS_WEB_H

#include "cluster.h"
#include "instance.h"
#include "process.h"

#include <stdbool.h>
#include <stddef.h>

#define WEB_PATIENCE_MS 20000

struct web {
    struct process process;
    char socket[224]; /* of systemd; "" where it listens on the loopback interface */
    int port;
};

/*
 * What an administrator does before: sql/roles.sql, the logins `pages` and `vouching`, and a configuration that allows
 * reviews. settings: more members of "serve", each with a comma before it.
 */
void web_prepare(struct instance *instance, const struct cluster *cluster, const char *settings);

/* Behind a Unix socket, which systemd-socket-activate hands over; or with --listen. */
void web_start(struct web *web, const struct instance *instance);
void web_start_listening(struct web *web, const struct instance *instance);
/* SIGTERM, and an exit status of 0. Returns what it said. */
char *web_stop(struct web *web);

/* A connection to it. */
int web_connect(const struct web *web);
void web_send(int fd, const char *bytes, size_t length);
/* Reads until the other side closes. */
char *web_read_all(int fd);
/* Reads until the text is there; false where the other side closes before. *all: what has come, appended to; malloc'ed. */
bool web_read_until(int fd, char **all, const char *text);

/* A connection of its own for one request, to the end. */
char *web_ask(const struct web *web, const char *bytes, size_t length);
/* GET of the target as "zhao", with more header lines ("A: b\r\n"); the whole answer. */
char *web_get(const struct web *web, const char *target, const char *headers);

#endif
