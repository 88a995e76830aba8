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

static bool
connect(struct worker *worker, struct context *context, struct err *err)
{
    err_clear(err);
    return worker_connect_source(worker, context, err) && worker_connect_analysis(worker, context, err);
}

struct worker *
crew_take_connected(struct crew *crew, struct context *context)
{
    struct worker *worker = pool_take(&crew->pool);
    const struct config *config = worker->pass->config;
    struct context sessions;
    struct err err = {0};
    bool alone = false;
    int pauses = 0;

    if (!context_init(&sessions, context, "sessions", config->center_deadline_ms, &err))
        return worker;
    while (!connect(worker, &sessions, &err) && retry_is_crowded(&err)) {
        log_event(LOG_LEVEL_WARNING, "session refused", LOG_NUMBER("run", worker->pass->run_id),
                  LOG_TEXT("sqlstate", err.sqlstate), LOG_TEXT("error", err.message));
        worker_disconnect(worker);
        worker = pool_exchange(&crew->pool, worker, &alone);
        if (alone && !retry_pause(&sessions, config->retry_backoff_ms, ++pauses))
            break;
    }
    context_destroy(&sessions);
    return worker;
}

void
crew_give(struct crew *crew, struct worker *worker)
{
    pool_give(&crew->pool, worker);
}
