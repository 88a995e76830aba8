/*
 * live.h: the status file, read again only when it has been replaced.
 *
 * Threads: loop thread; the file is small, and the pool may be full.
 * Memory:  live_close frees.
 */
#ifndef CRFD_SERVE_LIVE_H
#define CRFD_SERVE_LIVE_H

#include "crfd/base/strbuf.h"

#include <microhttpd.h>
#include <stdbool.h>
#include <sys/stat.h>

struct live {
    const char *path;
    struct stat seen;              /* of the file that was read */
    struct MHD_Response *response; /* NULL: there is no file, or none that can be read */
    struct strbuf line;            /* the same document on one line; "" where there is none */
    int64_t version;               /* counts what was seen */
};

void live_open(struct live *live, const char *path);
void live_close(struct live *live);

/* Looks whether there is another one. */
void live_look(struct live *live);

#endif
