#include "crfd/daemon/notify.h"

#include <stdio.h>
#include <string.h>
#include <systemd/sd-daemon.h>

/* Told four times within the silence that systemd bears, so that a slow disk costs no life. */
#define TIMES_PER_WATCHDOG 4

void
notify_init(struct notify *notify)
{
    uint64_t watchdog_us = 0;

    *notify = (struct notify){0};
    if (sd_watchdog_enabled(0, &watchdog_us) > 0)
        notify->watchdog_ns = (int64_t)watchdog_us * 1000;
}

/* Nobody who listens, or one who does not, is no reason to stop a night. */
static void
tell(const char *text)
{
    (void)sd_notify(0, text);
}

void
notify_ready(void)
{
    tell("READY=1");
}

void
notify_reloading(void)
{
    tell("RELOADING=1");
}

void
notify_stopping(void)
{
    tell("STOPPING=1");
}

void
notify_status(struct notify *notify, const char *text)
{
    if (strcmp(notify->status, text) == 0)
        return;
    snprintf(notify->status, sizeof notify->status, "%s", text);
    (void)sd_notifyf(0, "STATUS=%s", notify->status);
}

void
notify_alive(struct notify *notify, int64_t now_ns)
{
    if (notify->watchdog_ns == 0 || now_ns - notify->alive_ns < notify->watchdog_ns / TIMES_PER_WATCHDOG)
        return;
    notify->alive_ns = now_ns;
    tell("WATCHDOG=1");
}
