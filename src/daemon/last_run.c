#include "last_run.h"

#include "crfd/base/clock.h"
#include "crfd/base/log.h"
#include "crfd/batch/run.h"
#include "crfd/batch/session.h"
#include "crfd/daemon/schedule.h"
#include "crfd/pg/migrate.h"
#include "crfd/value/datetime.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool
ask(struct last_run *last_run, struct err *err)
{
    struct conn *conn = session_open_analysis(last_run->config, &last_run->context, err);
    bool ok = conn != NULL && migrate_check(conn, err) &&
              run_store_last(conn, last_run->until, &last_run->answer, err);

    conn_close(conn);
    return ok;
}

static void
ask_work(uv_work_t *request)
{
    struct last_run *last_run = request->data;

    run_block_signals();
    last_run->ok = ask(last_run, &last_run->err);
}

static void
tell_failure(struct last_run *last_run)
{
    if (last_run->err.kind == ERR_CANCELLED || strcmp(last_run->told, last_run->err.message) == 0)
        return;
    snprintf(last_run->told, sizeof last_run->told, "%s", last_run->err.message);
    log_event(LOG_LEVEL_WARNING, "what ran last is not known yet",
              LOG_TEXT("sqlstate", last_run->err.sqlstate), LOG_TEXT("error", last_run->err.message));
}

static void
ask_done(uv_work_t *request, int status)
{
    struct last_run *last_run = request->data;

    (void)status;
    context_destroy(&last_run->context);
    last_run->is_asking = false;
    if (last_run->ok)
        last_run->told[0] = '\0';
    else
        tell_failure(last_run);
    last_run->on_answer(last_run->data);
}

bool
last_run_ask(struct last_run *last_run, uv_loop_t *loop, const struct config *config,
             void (*on_answer)(void *data), void *data)
{
    err_clear(&last_run->err);
    if (!context_init(&last_run->context, NULL, "question", config->statement_deadline_ms, &last_run->err)) {
        tell_failure(last_run);
        return false;
    }
    last_run->config = config;
    last_run->on_answer = on_answer;
    last_run->data = data;
    snprintf(last_run->until, sizeof last_run->until, "%s",
             schedule_night(&config->schedule, clock_unix_us() + DATETIME_US_PER_DAY).text);
    last_run->request.data = last_run;
    /* It refuses nothing but a call without work. */
    if (uv_queue_work(loop, &last_run->request, ask_work, ask_done) != 0)
        abort();
    last_run->is_asking = true;
    return true;
}

void
last_run_cancel(struct last_run *last_run)
{
    context_cancel(&last_run->context, "stopping");
}
