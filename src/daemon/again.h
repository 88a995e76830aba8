/*
 * again.h: when a night that could not be run is tried again: soon, then with growing pauses, until its deadline.
 *
 * What passes by itself (a server that is away) and what is often mended within the hour (a password that was rotated)
 * is worth it; a night whose deadline has passed is left to a person, and the next one begins as it should.
 *
 * Threads: loop thread; pure.
 */
#ifndef CRFD_DAEMON_AGAIN_H
#define CRFD_DAEMON_AGAIN_H

#include "crfd/base/err.h"

#include <stdbool.h>
#include <stdint.h>

#define AGAIN_FIRST_S INT64_C(60)
#define AGAIN_MAX_S   INT64_C(1800)

struct again {
    bool is_pending;
    int tries;        /* so far, of this night */
    int64_t pause_s;  /* before the next */
    int64_t at_ns;    /* the steady time of the next */
    int64_t until_ns; /* the deadline */
};

/* A night is begun for the first time. */
void again_begin(struct again *again, int64_t now_ns, int64_t deadline_ms);

/* The failure may have gone by the next try. */
bool again_is_worth(const struct err *err);

/* The night has failed: is_pending from now on. False where the next try would come behind the deadline. */
bool again_later(struct again *again, int64_t now_ns);

#endif
