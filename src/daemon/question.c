#include "crfd/daemon/question.h"

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
ask(struct question *question, struct err *err)
{
    struct conn *conn = session_open_analysis(question->config, &question->context, err);
    bool ok = conn != NULL && migrate_check(conn, err) &&
              run_store_last(conn, question->until, &question->last, err);

    conn_close(conn);
    return ok;
}

static void
ask_work(uv_work_t *request)
{
    struct question *question = request->data;

    run_block_signals();
    question->ok = ask(question, &question->err);
}

static void
tell_failure(struct question *question)
{
    if (question->err.kind == ERR_CANCELLED || strcmp(question->told, question->err.message) == 0)
        return;
    snprintf(question->told, sizeof question->told, "%s", question->err.message);
    log_event(LOG_LEVEL_WARNING, "what ran last is not known yet",
              LOG_TEXT("sqlstate", question->err.sqlstate), LOG_TEXT("error", question->err.message));
}

static void
ask_done(uv_work_t *request, int status)
{
    struct question *question = request->data;

    (void)status;
    context_destroy(&question->context);
    question->is_out = false;
    if (question->ok)
        question->told[0] = '\0';
    else
        tell_failure(question);
    question->on_answer(question->data);
}

bool
question_ask(struct question *question, uv_loop_t *loop, const struct config *config,
             void (*on_answer)(void *data), void *data)
{
    err_clear(&question->err);
    if (!context_init(&question->context, NULL, "question", config->statement_deadline_ms, &question->err)) {
        tell_failure(question);
        return false;
    }
    question->config = config;
    question->on_answer = on_answer;
    question->data = data;
    snprintf(question->until, sizeof question->until, "%s",
             schedule_night(&config->schedule, clock_unix_us() + DATETIME_US_PER_DAY).text);
    question->request.data = question;
    /* It refuses nothing but a call without work. */
    if (uv_queue_work(loop, &question->request, ask_work, ask_done) != 0)
        abort();
    question->is_out = true;
    return true;
}

void
question_cancel(struct question *question)
{
    context_cancel(&question->context, "stopping");
}
