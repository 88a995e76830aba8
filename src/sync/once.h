/*
 * once.h: an initialiser that runs once and keeps its error.
 *
 * Threads: any; callers that come while it runs wait for its end. The initialiser must not run its own once.
 * Memory:  static storage with ONCE_INIT, or the caller's.
 */
#ifndef CRFD_SYNC_ONCE_H
#define CRFD_SYNC_ONCE_H

#include "crfd/base/err.h"

#include <pthread.h>
#include <stdbool.h>

struct once {
    pthread_mutex_t lock;
    bool ran;
    bool succeeded;
    struct err err;
};

/* clang-format off */
#define ONCE_INIT {PTHREAD_MUTEX_INITIALIZER, false, false, {ERR_NONE, "", ""}}
/* clang-format on */

/* Runs initialise(data, err) the first time; every call tells its outcome and, where it failed, its error. */
bool once_run(struct once *once, bool (*initialise)(void *data, struct err *err), void *data,
              struct err *err) CRFD_MUST_CHECK;

#endif
