/*
 * listen.h: the socket on which requests come in.
 *
 * Threads: main thread, once.
 */
#ifndef CRFD_SERVE_LISTEN_H
#define CRFD_SERVE_LISTEN_H

#include "crfd/base/err.h"

/*
 * A listening socket: of the address 127.0.0.1:PORT or [::1]:PORT, or, where it is NULL, the one that systemd handed over: a
 * Unix socket, or one of the loopback interface. *port: of the loopback interface, 0 of a Unix socket. -1 with ERR_USAGE,
 * ERR_CONFIG or ERR_IO.
 */
int listen_open(const char *address, int *port, struct err *err) CRFD_MUST_CHECK;

#endif
