/*
 * stall.h: is a worker at a center without giving a sign of life?
 *
 * Every wait of a worker has a deadline, so that a database that does not answer fails the center and is no stall. A
 * worker that stalls all the same is a fault of crfd, which only a restart mends.
 *
 * Threads: loop thread; reads what workers count up.
 * Memory:  storage is the caller's, zeroed at first.
 */
#ifndef CRFD_DAEMON_STALL_H
#define CRFD_DAEMON_STALL_H

#include "crfd/batch/progress.h"

#include <stdint.h>

struct stall {
    struct {
        int64_t life;     /* as progress_life() gave it */
        int64_t since_ns; /* when it was first seen so */
    } workers[PROGRESS_WORKERS_MAX];
};

/* The number of a worker whose last sign of life is older than limit_ns; -1: none. To be asked again and again. */
int stall_look(struct stall *stall, struct progress *progress, int64_t now_ns, int64_t limit_ns);

#endif
