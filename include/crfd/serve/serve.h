/*
 * serve.h: pages and JSON over HTTP, for whoever looks at findings, centers and the running night: what `crfd serve` does.
 *
 * The socket comes from systemd, a Unix socket behind the site's own proxy, which says who asks; or is one of the loopback
 * interface, where nobody is known by name and nothing can be changed. There is no login and no TLS here.
 *
 * Only the program crfd-serve has this room, because of what it links.
 *
 * SIGTERM and SIGINT stop: what was asked is answered, within the deadline of requests; a second one ends at once.
 *
 * Threads: called by the main thread, which becomes the loop thread until it returns. The loop asks no database.
 */
#ifndef CRFD_SERVE_SERVE_H
#define CRFD_SERVE_SERVE_H

#include "crfd/definition/config.h"
#include "crfd/definition/definition.h"

/* listen: 127.0.0.1:PORT or [::1]:PORT, port 0 for any; NULL: the socket of systemd. Returns the exit status of the process. */
int serve_run(const struct config *config, const struct definition *definition, const char *listen);

#endif
