#include "crfd/sync/waitgroup.h"

#include <stdlib.h>

void
waitgroup_init(struct waitgroup *group, void (*on_zero)(void *), void *data)
{
    *group = (struct waitgroup){.on_zero = on_zero, .on_zero_data = data};
    pthread_mutex_init(&group->lock, NULL);
    pthread_cond_init(&group->zero, NULL);
}

void
waitgroup_destroy(struct waitgroup *group)
{
    if (waitgroup_pending(group) != 0)
        abort();
    pthread_cond_destroy(&group->zero);
    pthread_mutex_destroy(&group->lock);
}

void
waitgroup_add(struct waitgroup *group, size_t count)
{
    pthread_mutex_lock(&group->lock);
    if (__builtin_add_overflow(group->pending, count, &group->pending))
        abort();
    pthread_mutex_unlock(&group->lock);
}

void
waitgroup_done(struct waitgroup *group)
{
    void (*on_zero)(void *) = NULL;
    void *data = NULL;

    pthread_mutex_lock(&group->lock);
    if (group->pending == 0)
        abort();
    group->pending--;
    if (group->pending == 0) {
        group->batches++;
        on_zero = group->on_zero;
        data = group->on_zero_data;
        pthread_cond_broadcast(&group->zero);
    }
    pthread_mutex_unlock(&group->lock);
    /* From here on the group may be gone: a waiter may have woken and destroyed it. */
    if (on_zero != NULL)
        on_zero(data);
}

void
waitgroup_wait(struct waitgroup *group)
{
    size_t batch;

    pthread_mutex_lock(&group->lock);
    /* A next batch may be added before this thread has woken; it must not wait for that one too. */
    batch = group->batches;
    while (group->pending > 0 && group->batches == batch)
        pthread_cond_wait(&group->zero, &group->lock);
    pthread_mutex_unlock(&group->lock);
}

size_t
waitgroup_pending(struct waitgroup *group)
{
    size_t pending;

    pthread_mutex_lock(&group->lock);
    pending = group->pending;
    pthread_mutex_unlock(&group->lock);
    return pending;
}
