/*
 * review_body.h: what a review asks for: {"note": "...", "findings": [{"finding_id": 1, "version": "..."}]}.
 *
 * Threads: pure functions over an arena.
 * Memory:  everything lives in the given arena.
 */
#ifndef CRFD_SERVE_REVIEW_BODY_H
#define CRFD_SERVE_REVIEW_BODY_H

#include "crfd/base/arena.h"

#include <stddef.h>
#include <stdint.h>

#define REVIEW_FINDINGS_MAX 200

struct review_finding {
    int64_t finding_id;
    const char *version; /* of what was shown */
};

struct review_body {
    const char *note;
    const struct review_finding *findings; /* each once */
    size_t count;
    const char *ids; /* an array for SQL */
};

/* NULL, or what is wrong with it, as a sentence. */
const char *review_body_parse(struct arena *arena, const char *text, size_t length, struct review_body *out);

#endif
