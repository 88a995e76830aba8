/*
 * world.h: what is known of the values that pages hold from outside of the check language: events, codes, cleaning.
 *
 * Threads: main thread, while the study is loaded.
 */
#ifndef CRFD_CHECK_WORLD_H
#define CRFD_CHECK_WORLD_H

#include "crfd/base/strbuf.h"
#include "crfd/study/study.h"
#include "crfd/value/value.h"

#include <stdbool.h>
#include <stddef.h>

struct world {
    const struct study *study; /* its events */
    /*
     * Whether no page can hold the constant, of the item's own type, in the item; `why`, unless NULL, takes the
     * reason and the remedy.
     */
    bool (*never)(const void *data, const struct form *form, size_t item, const struct value *constant,
                  struct strbuf *why);
    const void *data;
};

#endif
