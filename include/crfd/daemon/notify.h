/*
 * notify.h: what systemd is told (sd_notify(3)): ready, reloading, stopping, one line of what is going on, and that
 * the loop is alive.
 *
 * Where nobody asked to be told (no NOTIFY_SOCKET), nothing happens.
 *
 * Threads: loop thread.
 * Memory:  storage is the caller's.
 */
#ifndef CRFD_DAEMON_NOTIFY_H
#define CRFD_DAEMON_NOTIFY_H

#include <stdint.h>

struct notify {
    int64_t watchdog_ns; /* systemd kills after such a silence; 0: it does not watch */
    int64_t alive_ns;    /* when it was last told */
    char status[256];    /* what it was last told */
};

void notify_init(struct notify *notify);

/* Also the end of a reload. */
void notify_ready(void);
void notify_reloading(void);
void notify_stopping(void);

/* Tells the text where it is another than before. */
void notify_status(struct notify *notify, const char *text);

/* To be called more often than the watchdog bites; tells no more often than it wants to hear. */
void notify_alive(struct notify *notify, int64_t now_ns);

#endif
