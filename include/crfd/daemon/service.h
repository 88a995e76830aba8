/*
 * service.h: stay resident and run each night when it is due: what `crfd daemon` does.
 *
 * SIGHUP reads configuration and study again, between runs; what cannot be used is refused, and the old stays.
 * SIGUSR1 runs tonight now. SIGTERM and SIGINT stop (loop.h).
 *
 * Which nights were missed while no daemon was there is asked from crfd.run, on a thread of the pool. A run that did
 * not come to its end because a database was away is tried again after a while.
 *
 * Threads: called by the main thread, which becomes the loop thread until it returns.
 */
#ifndef CRFD_DAEMON_SERVICE_H
#define CRFD_DAEMON_SERVICE_H

#include "crfd/base/arena.h"
#include "crfd/definition/config.h"
#include "crfd/definition/definition.h"

#include <stdbool.h>

/* Where configuration and study come from. */
struct service_source {
    /*
     * Loads both into the arena, and makes time zone and log level theirs; or tells what is wrong, sets
     * *exit_status and changes nothing.
     */
    bool (*load)(void *data, struct arena *arena, struct config *config, struct definition *definition,
                 int *exit_status);
    void *data;
};

/* Returns the exit status of the process. */
int service_run(const struct service_source *source);

#endif
