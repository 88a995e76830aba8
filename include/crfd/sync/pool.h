/*
 * pool.h: a fixed number of objects that are taken and given back, never grown.
 *
 * Threads: any thread may take and give.
 * Memory:  the pool holds pointers; the objects are the caller's, made before and freed after.
 */
#ifndef CRFD_SYNC_POOL_H
#define CRFD_SYNC_POOL_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

struct pool {
    pthread_mutex_t lock;
    pthread_cond_t given;
    void **objects; /* the free ones; the caller's array of `capacity` pointers */
    size_t capacity;
    size_t free_count;
    size_t useless_count; /* the first so many of the free ones: pool_exchange() brought them */
};

/* objects: array of count pointers, all free at first; the pool uses the array as its own until destroyed. */
void pool_init(struct pool *pool, void **objects, size_t count);
/* All objects must have been given back: abort() otherwise. */
void pool_destroy(struct pool *pool);

/* Waits until one is free. The one given back last comes first: its memory is warm. */
void *pool_take(struct pool *pool);
/*
 * Gives back an object that turned out to be of no use, and takes another: waits until one is free that was not
 * brought like that. *alone: nobody has any other object, so that waiting would be for ever; what is returned is one
 * of no use. pool_take() hands those out, too, when there is no other.
 */
void *pool_exchange(struct pool *pool, void *object, bool *alone);
/* More than were taken is a broken invariant: abort(). */
void pool_give(struct pool *pool, void *object);

#endif
