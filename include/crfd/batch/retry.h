/*
 * retry.h: which failures pass by themselves, and how long to wait for that.
 *
 * Threads: any.
 */
#ifndef CRFD_BATCH_RETRY_H
#define CRFD_BATCH_RETRY_H

#include "crfd/base/err.h"
#include "crfd/sync/context.h"

#include <stdbool.h>
#include <stdint.h>

/* Connection lost, server starting or stopping, too many connections, serialization, deadlock. Not: data, privileges, deadlines. */
bool retry_is_passing(const struct err *err);

/* The server, the database or the role has as many sessions as it may have: one of them has to end first. */
bool retry_is_crowded(const struct err *err);

/*
 * Waits backoff_ms, doubled with every attempt (from 1), up to a minute, with a random quarter more or less
 * so that many workers do not come back at once. False when the context ended meanwhile.
 */
bool retry_pause(struct context *context, int64_t backoff_ms, int attempt);

#endif
