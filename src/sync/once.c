#include "once.h"

bool
once_run(struct once *once, bool (*initialise)(void *data, struct err *err), void *data, struct err *err)
{
    bool succeeded;

    /* The lock is held while the initialiser runs: that is what later callers wait for. */
    pthread_mutex_lock(&once->lock);
    if (!once->ran) {
        once->succeeded = initialise(data, &once->err);
        once->ran = true;
    }
    succeeded = once->succeeded;
    if (!succeeded)
        *err = once->err;
    pthread_mutex_unlock(&once->lock);
    return succeeded;
}
