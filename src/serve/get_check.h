/*
 * get_check.h: one check, in words and as a query of PostgreSQL, as `crfd explain` tells it.
 *
 * Threads: loop thread, which is the main thread: twins are written there.
 */
#ifndef CRFD_SERVE_GET_CHECK_H
#define CRFD_SERVE_GET_CHECK_H

#include "request.h"

void get_check(struct request *request);

#endif
