#include "crew.h"

#include "crfd/base/log.h"
#include "crfd/batch/retry.h"

void
crew_init(struct crew *crew, struct arena *arena, const struct pass *pass)
{
    crew->count = (size_t)pass->config->workers;
    crew->workers = arena_array(arena, struct worker, crew->count);
    crew->slots = arena_array(arena, void *, crew->count);
    for (size_t i = 0; i < crew->count; i++) {
        worker_init(&crew->workers[i], pass, (int)i);
        crew->slots[i] = &crew->workers[i];
    }
    pool_init(&crew->pool, crew->slots, crew->count);
}

void
crew_destroy(struct crew *crew)
{
    if (crew->count == 0)
        return;
    pool_destroy(&crew->pool);
    for (size_t i = 0; i < crew->count; i++)
        worker_destroy(&crew->workers[i]);
    crew->count = 0;
}

struct worker *
crew_take(struct crew *crew)
{
    return pool_take(&crew->pool);
}

struct worker *
crew_exchange(struct crew *crew, struct worker *worker, struct context *context, int *pauses,
              const struct err *err)
{
    const struct pass *pass = worker->pass;
    bool alone;

    log_event(LOG_LEVEL_WARNING, "session refused", LOG_NUMBER("run", pass->run_id),
              LOG_TEXT("sqlstate", err->sqlstate), LOG_TEXT("error", err->message));
    worker_disconnect(worker);
    worker = pool_exchange(&crew->pool, worker, &alone);
    /* That the context has ended is what the caller looks at next. */
    if (alone)
        (void)retry_pause(context, pass->config->retry_backoff_ms, ++*pauses);
    return worker;
}

void
crew_give(struct crew *crew, struct worker *worker)
{
    pool_give(&crew->pool, worker);
}
