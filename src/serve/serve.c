#include "crfd/serve/serve.h"

#include "crfd/base/clock.h"
#include "crfd/base/log.h"
#include "events.h"
#include "http.h"
#include "listen.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#define TICK_MS        1000
#define STOP_MARGIN_NS (INT64_C(2) * 1000000000) /* behind the deadline of the last request */

struct service {
    struct server server;
    struct http http;
    uv_timer_t tick;
    uv_check_t check;
    uv_signal_t signals[2];
    int64_t stop_ns;
};

/* --- stopping --- */

static void
end(struct service *service)
{
    http_close(&service->http);
    uv_close((uv_handle_t *)&service->tick, NULL);
    uv_close((uv_handle_t *)&service->check, NULL);
    uv_close((uv_handle_t *)&service->signals[0], NULL);
    uv_close((uv_handle_t *)&service->signals[1], NULL);
}

static bool
is_late(const struct service *service)
{
    return clock_steady_ns() - service->stop_ns >
           service->server.config->serve_deadline_ms * 1000000 + STOP_MARGIN_NS;
}

/* What was asked is answered; who has not asked to the end is not waited for longer than a worker. */
static void
on_check(uv_check_t *check)
{
    struct service *service = check->data;
    const struct server *server = &service->server;

    if (!server->is_stopping || !service->http.is_open || (server->begun > 0 && !is_late(service)))
        return;
    if (server->working > 0) {
        log_event(LOG_LEVEL_ERROR, "stopping takes too long");
        _exit(EXIT_FAILURE);
    }
    end(service);
}

static void
on_signal(uv_signal_t *handle, int number)
{
    struct service *service = handle->data;

    if (service->server.is_stopping)
        _exit(128 + number);
    log_event(LOG_LEVEL_INFO, "stopping", LOG_TEXT("signal", number == SIGINT ? "SIGINT" : "SIGTERM"));
    (void)sd_notify(0, "STOPPING=1");
    service->server.is_stopping = true;
    service->stop_ns = clock_steady_ns();
    http_quiesce(&service->http);
    events_stop(&service->server);
}

static void
on_tick(uv_timer_t *timer)
{
    struct service *service = timer->data;
    int64_t now_ns = clock_steady_ns();

    if (!service->http.is_open)
        return;
    events_tick(&service->server, now_ns);
    http_tick(&service->http, now_ns);
}

/* --- starting --- */

static void
open_handles(struct service *service)
{
    static const int numbers[] = {SIGINT, SIGTERM};
    uv_loop_t *uv = &service->server.uv;

    uv_timer_init(uv, &service->tick);
    uv_check_init(uv, &service->check);
    service->tick.data = service;
    service->check.data = service;
    if (uv_timer_start(&service->tick, on_tick, TICK_MS, TICK_MS) != 0 ||
        uv_check_start(&service->check, on_check) != 0)
        abort();
    for (size_t i = 0; i < 2; i++) {
        if (uv_signal_init(uv, &service->signals[i]) != 0 ||
            uv_signal_start(&service->signals[i], on_signal, numbers[i]) != 0)
            abort();
        service->signals[i].data = service;
    }
}

/* The pool reads its size from the environment at its first use. */
static void
size_thread_pool(int threads)
{
    char text[16];

    snprintf(text, sizeof text, "%d", threads);
    setenv("UV_THREADPOOL_SIZE", text, 1);
}

/* Without pages there is JSON still. */
static void
open_assets(struct server *server)
{
    const char *own = secure_getenv("CRFD_WEB_FOLDER"); /* of tests, and of a program that is not installed */
    struct err err = {0};

    if (!asset_list_open(&server->assets, own != NULL ? own : CRFD_WEB_FOLDER, &err))
        log_event(LOG_LEVEL_WARNING, "no pages are served", LOG_TEXT("error", err.message));
}

static bool
open_service(struct service *service, const char *listen, struct err *err)
{
    struct server *server = &service->server;
    int fd = listen_open(listen, &server->port, err);

    if (fd < 0)
        return false;
    signal(SIGPIPE, SIG_IGN);
    size_thread_pool(server->config->serve_requests);
    if (uv_loop_init(&server->uv) != 0) {
        err_set(err, ERR_IO, "preparing the event loop failed");
        return false;
    }
    open_assets(server);
    live_open(&server->live, server->config->status_file);
    return http_open(&service->http, server, fd, err);
}

static void
tell_start(const struct server *server)
{
    char address[64] = "the socket of systemd";

    if (server->port != 0)
        snprintf(address, sizeof address, "http://127.0.0.1:%d/", server->port);
    log_event(LOG_LEVEL_INFO, "serving", LOG_TEXT("instance", server->config->instance),
              LOG_TEXT("version", CRFD_VERSION), LOG_TEXT("address", address));
    (void)sd_notify(0, "READY=1");
}

int
serve_run(const struct config *config, const struct definition *definition, const char *listen)
{
    struct service service = {.server = {.config = config, .definition = definition}};
    struct err err = {0};

    if (!open_service(&service, listen, &err)) {
        log_event(LOG_LEVEL_ERROR, "nothing is served", LOG_TEXT("error", err.message));
        return err_exit_status(err.kind);
    }
    open_handles(&service);
    tell_start(&service.server);
    uv_run(&service.server.uv, UV_RUN_DEFAULT);
    uv_loop_close(&service.server.uv);
    live_close(&service.server.live);
    asset_list_close(&service.server.assets);
    log_event(LOG_LEVEL_INFO, "stopped");
    return 0;
}
