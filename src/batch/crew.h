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

/* The one that was given back last first: it has its sessions. Waits until one is free. */
struct worker *crew_take(struct crew *crew);

/*
 * Of a worker that got no session, because the server has no more to give (err): it leaves the work to those that have
 * theirs. Waits until one of them is free. Where there is none, because others have taken all, it pauses, longer with
 * each of *pauses, and the worker that is returned asks again.
 */
struct worker *crew_exchange(struct crew *crew, struct worker *worker, struct context *context, int *pauses,
                             const struct err *err);

void crew_give(struct crew *crew, struct worker *worker);

#endif
