#include "worker.h"

#include "crfd/batch/session.h"

#define SUBJECT_BLOCK_BYTES (256 * 1024)
#define SUBJECT_KEEP_BYTES  (2 * 1024 * 1024)

void
worker_init(struct worker *worker, const struct pass *pass, int slot)
{
    *worker = (struct worker){.pass = pass, .slot = slot};
    arena_init(&worker->worker_arena, 64 * 1024, 0);
    arena_init(&worker->center_arena, 64 * 1024, 1024 * 1024);
    arena_init(&worker->subject_arena, SUBJECT_BLOCK_BYTES, SUBJECT_KEEP_BYTES);
    evaluator_init(&worker->evaluator, &worker->worker_arena, pass->definition, pass->night);
    writer_init(&worker->writer, pass->writer_plan, &worker->worker_arena);
}

void
worker_disconnect(struct worker *worker)
{
    conn_close(worker->source);
    conn_close(worker->analysis);
    worker->source = NULL;
    worker->analysis = NULL;
}

void
worker_destroy(struct worker *worker)
{
    worker_disconnect(worker);
    writer_destroy(&worker->writer);
    evaluator_destroy(&worker->evaluator);
    arena_destroy(&worker->subject_arena);
    arena_destroy(&worker->center_arena);
    arena_destroy(&worker->worker_arena);
}

bool
worker_connect_analysis(struct worker *worker, struct context *context, struct err *err)
{
    if (worker->analysis != NULL && conn_is_usable(worker->analysis)) {
        conn_set_context(worker->analysis, context);
        return true;
    }
    conn_close(worker->analysis);
    writer_forget_stages(&worker->writer);
    worker->analysis = session_open_analysis(worker->pass->config, context, err);
    if (worker->analysis == NULL)
        return false;
    conn_set_pulse(worker->analysis, progress_pulse(worker->pass->progress, worker->slot));
    return true;
}

bool
worker_connect_source(struct worker *worker, struct context *context, struct err *err)
{
    if (worker->source != NULL && conn_is_usable(worker->source)) {
        conn_set_context(worker->source, context);
        return true;
    }
    conn_close(worker->source);
    worker->source = session_open_source(worker->pass->config, context, err);
    if (worker->source == NULL)
        return false;
    conn_set_pulse(worker->source, progress_pulse(worker->pass->progress, worker->slot));
    return true;
}
