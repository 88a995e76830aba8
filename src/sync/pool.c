#include "crfd/sync/pool.h"

#include <stdlib.h>
#include <string.h>

void
pool_init(struct pool *pool, void **objects, size_t count)
{
    *pool = (struct pool){.objects = objects, .capacity = count, .free_count = count};
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->given, NULL);
}

void
pool_destroy(struct pool *pool)
{
    /* The lock also waits for the end of the pool_give() that made the pool complete. */
    pthread_mutex_lock(&pool->lock);
    if (pool->free_count != pool->capacity)
        abort();
    pthread_mutex_unlock(&pool->lock);
    pthread_cond_destroy(&pool->given);
    pthread_mutex_destroy(&pool->lock);
}

/* Under the lock, with one free. */
static void *
pop(struct pool *pool)
{
    if (pool->useless_count == pool->free_count)
        pool->useless_count--;
    return pool->objects[--pool->free_count];
}

void *
pool_take(struct pool *pool)
{
    void *object;

    pthread_mutex_lock(&pool->lock);
    while (pool->free_count == 0)
        pthread_cond_wait(&pool->given, &pool->lock);
    object = pop(pool);
    pthread_mutex_unlock(&pool->lock);
    return object;
}

void *
pool_exchange(struct pool *pool, void *object, bool *alone)
{
    void *other;

    pthread_mutex_lock(&pool->lock);
    if (pool->free_count == pool->capacity)
        abort();
    memmove(&pool->objects[pool->useless_count + 1], &pool->objects[pool->useless_count],
            (pool->free_count - pool->useless_count) * sizeof *pool->objects);
    pool->objects[pool->useless_count++] = object;
    pool->free_count++;
    pthread_cond_broadcast(&pool->given);
    while (pool->free_count == pool->useless_count && pool->free_count < pool->capacity)
        pthread_cond_wait(&pool->given, &pool->lock);
    *alone = pool->free_count == pool->useless_count;
    other = pop(pool);
    pthread_mutex_unlock(&pool->lock);
    return other;
}

void
pool_give(struct pool *pool, void *object)
{
    pthread_mutex_lock(&pool->lock);
    if (pool->free_count == pool->capacity)
        abort();
    pool->objects[pool->free_count++] = object;
    pthread_cond_signal(&pool->given);
    pthread_mutex_unlock(&pool->lock);
}
