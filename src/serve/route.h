/*
 * route.h: what is there, and which requests it takes.
 *
 * Threads: constants.
 */
#ifndef CRFD_SERVE_ROUTE_H
#define CRFD_SERVE_ROUTE_H

#include "crfd/base/err.h"

#include <stdbool.h>

struct request;

struct route {
    const char *path;   /* "v1/findings/+": a plus is any one part */
    const char *params; /* names, parted by blanks; one that may come again ends with a star */
    bool is_post;       /* else GET and HEAD */
    bool is_open;       /* to whom nobody knows, too */

    /* On the loop thread: looks at the parameters, and refuses or answers what needs no database. NULL: nothing to do. */
    void (*begin)(struct request *request);
    /* On a worker, after it: fills the answer in; false with err. NULL: begin has answered. */
    bool (*work)(struct request *request, struct err *err);
};

#endif
