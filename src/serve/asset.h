/*
 * asset.h: the files of the pages, read once.
 *
 * They are known by a digest over all of them, which stands in their URL: one that was cached for ever is never an old one.
 * index.html, which names the others, writes @ASSETS@ for the folder.
 *
 * Threads: read on the main thread; loop thread.
 * Memory:  asset_list_close frees.
 */
#ifndef CRFD_SERVE_ASSET_H
#define CRFD_SERVE_ASSET_H

#include "crfd/base/arena.h"
#include "crfd/base/err.h"

#include <microhttpd.h>
#include <stdbool.h>
#include <stddef.h>

#define ASSET_MAX 64

struct asset {
    const char *name;
    const char *text;
    size_t length;
    const char *type;
    struct MHD_Response *response;
};

struct asset_list {
    struct arena arena;
    char digest[17];
    struct asset assets[ASSET_MAX]; /* by name */
    size_t count;
};

/* ERR_IO where the folder, or a file of it, cannot be read. */
bool asset_list_open(struct asset_list *list, const char *folder, struct err *err) CRFD_MUST_CHECK;
void asset_list_close(struct asset_list *list);

/* NULL where there is none of the name. */
const struct asset *asset_find(const struct asset_list *list, const char *name);

#endif
