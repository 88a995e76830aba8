#include "crfd/daemon/service.h"

#include "again.h"
#include "agenda.h"
#include "crfd/base/clock.h"
#include "crfd/base/log.h"
#include "crfd/base/memory.h"
#include "crfd/daemon/loop.h"
#include "last_run.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define ASK_AGAIN_NS  (INT64_C(30) * 1000000000)
#define TIME_TEXT_MAX 40

/* Configuration and study that are in force together. */
struct setup {
    struct arena arena;
    struct config config;
    struct definition definition;
};

struct service {
    struct loop loop;
    const struct service_source *source;
    struct setup *setup;
    struct agenda agenda;
    struct last_run last_run;
    int64_t since_us;   /* what was missed before, was not this daemon's to run */
    int64_t ask_ns;     /* the steady time at which to ask (again) */
    struct night night; /* of the run that is under way, or was last */
    struct again again; /* it has to be tried again */
    int64_t again_us;   /* which is about at this time of day */
    bool wants_reload;
    bool wants_run;
    int threads;
    int exit_status;
};

static const struct run_options nightly = {0};

static void
format_time(int64_t unix_us, char text[TIME_TEXT_MAX])
{
    time_t seconds = (time_t)(unix_us / 1000000);
    struct tm local;

    localtime_r(&seconds, &local);
    strftime(text, TIME_TEXT_MAX, "%Y-%m-%dT%H:%M:%S%z", &local);
}

/* --- configuration and study --- */

static void
setup_free(struct setup *setup)
{
    if (setup == NULL)
        return;
    arena_destroy(&setup->arena);
    free(setup);
}

/* At the start there is no old setup that could run the night. */
static struct setup *
setup_load(const struct service_source *source, bool is_start, int *exit_status)
{
    struct setup *setup = memory_zalloc(1, sizeof *setup);

    arena_init(&setup->arena, 64 * 1024, 0);
    if (source->load(source->data, &setup->arena, &setup->config, &setup->definition, exit_status))
        return setup;
    if (is_start)
        loop_tell_refused(&setup->config, &nightly, *exit_status);
    setup_free(setup);
    return NULL;
}

static void
use_setup(struct service *service, struct setup *setup)
{
    setup_free(service->setup);
    service->setup = setup;
    agenda_use(&service->agenda, &setup->config.schedule, setup->config.catch_up);
}

static void
reload(struct service *service)
{
    struct setup *setup;
    int exit_status;

    service->wants_reload = false;
    notify_reloading();
    setup = setup_load(service->source, false, &exit_status);
    if (setup == NULL) {
        log_event(LOG_LEVEL_ERROR,
                  "reload refused: the configuration or the study is invalid; the old ones stay",
                  LOG_TEXT("config", service->setup->config.path), LOG_NUMBER("exit_status", exit_status));
    } else {
        loop_use_config(&service->loop, &setup->config);
        use_setup(service, setup);
        log_event(LOG_LEVEL_INFO, "reloaded", LOG_TEXT("config", setup->config.path),
                  LOG_TEXT("study", setup->definition.study->name),
                  LOG_TEXT("version", setup->definition.study->version));
        if (setup->config.workers > service->threads)
            log_event(LOG_LEVEL_WARNING, "more workers need a restart of the daemon",
                      LOG_NUMBER("workers", setup->config.workers), LOG_NUMBER("threads", service->threads));
    }
    notify_ready();
}

/* --- what ran last --- */

static void on_answer(void *data);

static void
ask(struct service *service)
{
    service->ask_ns = clock_steady_ns() + ASK_AGAIN_NS;
    (void)last_run_ask(&service->last_run, &service->loop.uv, &service->setup->config, on_answer, service);
}

/* --- nights --- */

/* The night has failed; past its deadline it is over. */
static void
try_again_later(struct service *service)
{
    if (!again_later(&service->again, clock_steady_ns())) {
        log_event(LOG_LEVEL_ERROR, "night given up: its deadline is over before it could be tried again",
                  LOG_TEXT("night", service->night.text), LOG_NUMBER("tries", service->again.tries));
        agenda_attend(&service->agenda, service->night.days);
        return;
    }
    service->again_us = clock_unix_us() + service->again.pause_s * 1000000;
    log_event(LOG_LEVEL_WARNING, "night will be tried again", LOG_TEXT("night", service->night.text),
              LOG_NUMBER("seconds", service->again.pause_s));
}

static void
try_night(struct service *service, const struct night *night, const char *why)
{
    struct err err = {0};

    service->night = *night;
    service->again.is_pending = false;
    log_event(LOG_LEVEL_INFO, "night begins", LOG_TEXT("night", night->text), LOG_TEXT("why", why));
    if (loop_start_run(&service->loop, &service->setup->definition, &nightly, night, &err))
        return;
    log_event(LOG_LEVEL_ERROR, "night not started", LOG_TEXT("night", night->text),
              LOG_TEXT("error", err.message));
    try_again_later(service);
}

static void
start_night(struct service *service, const struct night *night, const char *why)
{
    again_begin(&service->again, clock_steady_ns(), service->setup->config.run_deadline_ms);
    try_night(service, night, why);
}

static void
log_end(const struct service *service, const struct run_result *result, int exit_status)
{
    const char *night = service->night.text;

    if (result->err.kind == ERR_NONE)
        log_event(LOG_LEVEL_INFO, result->nothing_to_do ? "night was complete" : "night ended",
                  LOG_TEXT("night", night), LOG_NUMBER("run", result->run_id),
                  LOG_TEXT("state", result->state), LOG_NUMBER("exit_status", exit_status));
    else
        log_event(LOG_LEVEL_ERROR, "night ended", LOG_TEXT("night", night), LOG_NUMBER("run", result->run_id),
                  LOG_TEXT("state", result->state), LOG_NUMBER("exit_status", exit_status),
                  LOG_TEXT("sqlstate", result->err.sqlstate), LOG_TEXT("error", result->err.message));
}

static int64_t
next_us(const struct service *service)
{
    if (service->again.is_pending)
        return service->again_us;
    return agenda_next_us(&service->agenda, service->loop.run != NULL ? service->night.days : INT32_MIN);
}

static void
tell_waiting(struct service *service)
{
    char text[sizeof service->loop.notify.status], time[TIME_TEXT_MAX];

    if (service->loop.status.next_run_us == 0) {
        notify_status(&service->loop.notify, "asking the analysis database what ran last");
        return;
    }
    format_time(service->loop.status.next_run_us, time);
    snprintf(text, sizeof text, "waiting for the night at %s", time);
    notify_status(&service->loop.notify, text);
}

static void
tell_next(struct service *service)
{
    int64_t before_us = service->loop.status.next_run_us;

    service->loop.status.next_run_us = next_us(service);
    if (service->loop.run != NULL || service->loop.stop_signal != 0)
        return;
    tell_waiting(service);
    if (service->loop.status.next_run_us != before_us)
        loop_write_status(&service->loop);
}

/* A night ends here, unless what failed may be mended meanwhile: then it is still due. */
static void
run_ended(void *data, const struct run_result *result, int exit_status)
{
    struct service *service = data;

    log_end(service, result, exit_status);
    if (service->loop.stop_signal != 0) {
        service->exit_status = exit_status;
        loop_end(&service->loop);
    } else if (again_is_worth(&result->err)) {
        try_again_later(service);
    } else {
        agenda_attend(&service->agenda, service->night.days);
    }
    tell_next(service);
}

static void
look_at_agenda(struct service *service)
{
    struct occasion due;

    switch (agenda_look(&service->agenda, clock_unix_us(), &due)) {
    case AGENDA_MISSED:
        log_event(LOG_LEVEL_WARNING, "night missed: it is not caught up, as the configuration wishes",
                  LOG_TEXT("night", due.night.text));
        break;
    case AGENDA_RUN:
        /* The night that has to be tried again has its own time; a later one takes its place. */
        if (!service->again.is_pending || due.night.days > service->night.days)
            start_night(service, &due.night, "schedule");
        break;
    case AGENDA_WAIT:
    default:
        break;
    }
}

/* --- what the loop calls --- */

/* What ran under a clock that was far ahead says nothing of the nights to come. */
static void
look_at_clock(struct service *service)
{
    if (!agenda_is_ahead(&service->agenda, clock_unix_us()))
        return;
    log_event(LOG_LEVEL_WARNING, "the clock was far ahead; asking again what ran last");
    service->agenda.knows = false;
    service->since_us = clock_unix_us();
    service->ask_ns = 0;
}

/* Starts what is to be started: at most one thing. */
static void
choose(struct service *service)
{
    struct night night = schedule_night(&service->setup->config.schedule, clock_unix_us());
    int64_t now_ns = clock_steady_ns();

    if (service->wants_run) {
        service->wants_run = false;
        start_night(service, &night, "SIGUSR1");
        return;
    }
    if (service->agenda.knows)
        look_at_agenda(service);
    else if (now_ns >= service->ask_ns)
        ask(service);
    if (service->loop.run == NULL && !service->last_run.is_asking && service->again.is_pending &&
        now_ns >= service->again.at_ns) {
        night = service->night;
        try_night(service, &night, "again");
    }
}

static void
on_tick(void *data)
{
    struct service *service = data;

    /* Nothing may be changed under a run, or while it is asked what ran last. */
    if (service->loop.run != NULL || service->last_run.is_asking || service->loop.stop_signal != 0)
        return;
    if (service->wants_reload)
        reload(service);
    look_at_clock(service);
    choose(service);
    tell_next(service);
}

static void
on_answer(void *data)
{
    struct service *service = data;

    if (service->loop.stop_signal != 0)
        loop_end(&service->loop);
    else if (service->last_run.ok)
        agenda_learn(&service->agenda, &service->last_run.answer, service->since_us);
    on_tick(service);
}

static void
on_signal(void *data, int number)
{
    struct service *service = data;
    bool is_busy = service->loop.run != NULL;

    if (number == SIGHUP) {
        service->wants_reload = true;
        if (is_busy)
            log_event(LOG_LEVEL_INFO, "reload waits for the end of the run");
    } else if (is_busy) {
        log_event(LOG_LEVEL_INFO, "a run is under way already", LOG_TEXT("signal", "SIGUSR1"));
    } else {
        service->wants_run = true;
    }
    on_tick(service);
}

static void
on_stop(void *data)
{
    struct service *service = data;

    /* An answer that is still awaited ends the loop when it comes, which is at once. */
    if (service->last_run.is_asking)
        last_run_cancel(&service->last_run);
    else
        loop_end(&service->loop);
}

int
service_run(const struct service_source *source)
{
    struct service service = {.source = source};
    struct loop_owner owner = {
        .run_ended = run_ended, .stop = on_stop, .tick = on_tick, .signal = on_signal, .data = &service};
    struct setup *setup = setup_load(source, true, &service.exit_status);
    struct err err = {0};

    if (setup == NULL)
        return service.exit_status;
    use_setup(&service, setup);
    service.threads = setup->config.workers;
    service.since_us = clock_unix_us();
    if (!loop_open(&service.loop, &setup->config, &owner, &err)) {
        log_event(LOG_LEVEL_ERROR, "the daemon cannot start", LOG_TEXT("error", err.message));
        setup_free(setup);
        return err_exit_status(err.kind);
    }
    log_event(LOG_LEVEL_INFO, "daemon started", LOG_TEXT("instance", setup->config.instance),
              LOG_TEXT("version", CRFD_VERSION), LOG_TEXT("schedule", setup->config.cron),
              LOG_TEXT("timezone", setup->config.timezone));
    notify_ready();
    on_tick(&service);
    loop_write_status(&service.loop);
    loop_spin(&service.loop);
    loop_close(&service.loop);
    setup_free(service.setup);
    log_event(LOG_LEVEL_INFO, "daemon stopped", LOG_NUMBER("exit_status", service.exit_status));
    return service.exit_status;
}
