/*
 * conn_target.h: the servers that a connection string names, one by one.
 *
 * libpq goes from server to server by itself, but without waiting it has no limit for each of them: a first one that is
 * mute would use up the time of all. So each host of a list, and each address of a name that has several, is a target of
 * its own. What the string, a service file or the environment says of one server is left to libpq.
 *
 * Threads: any; looking a name up blocks.
 * Memory:  in the struct's arena, until conn_targets_destroy.
 */
#ifndef CRFD_PG_CONN_TARGET_H
#define CRFD_PG_CONN_TARGET_H

#include "crfd/base/arena.h"
#include "crfd/pg/conn.h"

#include <stddef.h>
#include <stdint.h>

/* NULL: as the connection string has it. */
struct conn_target {
    const char *host;
    const char *hostaddr;
    const char *port;
    const char *session_attrs; /* target_session_attrs */
};

struct conn_targets {
    struct arena arena;
    struct conn_target *list; /* in the order in which they are tried; never empty */
    size_t count;
    int64_t timeout_ms; /* connect_timeout: of each; 0 where none is given, negative for no limit */
};

/* Never fails: where libpq does not take the options, one target has it say why. */
void conn_targets_find(struct conn_targets *targets, const struct conn_options *options);
void conn_targets_destroy(struct conn_targets *targets);

/* Begins to connect to the target, without waiting; NULL where there is no memory. The caller's, as of PQconnectStart. */
PGconn *conn_target_start(const struct conn_target *target, const struct conn_options *options);

/* "host, port 5432"; "the server" where the connection string names none. In the arena. */
const char *conn_target_name(struct arena *arena, const struct conn_target *target);

#endif
