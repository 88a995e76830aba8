/*
 * crew.h: the workers of a run, one for each thread, and who of them gets to work.
 *
 * Threads: init and destroy on the loop thread; any thread takes and gives.
 * Memory:  workers live in the arena that is given to crew_init().
 */
#ifndef CRFD_BATCH_CREW_H
#define CRFD_BATCH_CREW_H

#include "worker.h"

#include "crfd/sync/pool.h"

struct crew {
    struct worker *workers;
    void **slots;
    size_t count; /* 0: there are none */
    struct pool pool;
};

/* As many as the configuration says. The pass is theirs until crew_destroy(). */
void crew_init(struct crew *crew, struct arena *arena, const struct pass *pass);
/* All must have been given back. */
void crew_destroy(struct crew *crew);

/* Any worker; its sessions may have to be made yet. Waits until one is free. */
struct worker *crew_take(struct crew *crew);

/*
 * A worker with its sessions. One that the server refuses, because there are too many, leaves the work to those
 * that have theirs: this thread waits until one of them is free. Where there is none, because others have taken all
 * that the server gives, it asks again for as long as a center may take. Any other failure is found, counted and
 * told by whoever works with the worker, as it is of a session that is lost later.
 */
struct worker *crew_take_connected(struct crew *crew, struct context *context);

void crew_give(struct crew *crew, struct worker *worker);

#endif
