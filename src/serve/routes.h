/*
 * routes.h: all routes, a row for each.
 *
 * Threads: loop thread.
 */
#ifndef CRFD_SERVE_ROUTES_H
#define CRFD_SERVE_ROUTES_H

#include "request.h"

#include <stdbool.h>

/*
 * The route of the target, and what the method and the parameters have to be by it. False where the request is refused, which
 * is then its answer.
 */
bool routes_find(struct request *request, const char *method);

#endif
