/*
 * target.h: the target of a request (RFC 9112, section 3.2.1), path and query, taken apart.
 *
 * The path is parted at its slashes before anything is decoded, so that an id may hold one (%2F). Nothing is guessed at: what
 * is not percent-encoded UTF-8, or holds a NUL, is refused.
 *
 * Threads: pure functions over an arena.
 * Memory:  everything lives in the given arena.
 */
#ifndef CRFD_SERVE_TARGET_H
#define CRFD_SERVE_TARGET_H

#include "crfd/base/arena.h"

#include <stdbool.h>
#include <stddef.h>

#define TARGET_BYTES_MAX    8192
#define TARGET_SEGMENTS_MAX 8
#define TARGET_PARAMS_MAX   64

struct target_param {
    const char *name;
    const char *value;
};

struct target {
    const char *segments[TARGET_SEGMENTS_MAX]; /* of "/v1/status": "v1", "status"; of "/" none */
    size_t segment_count;
    struct target_param params[TARGET_PARAMS_MAX]; /* as they stand; a name may come again */
    size_t param_count;
};

/* NULL, or what is wrong with it, as a sentence. */
const char *target_parse(struct arena *arena, const char *text, struct target *out);

/* The value of the first of the name; NULL where there is none. */
const char *target_param(const struct target *target, const char *name);

#endif
