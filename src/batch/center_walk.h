/*
 * center_walk.h: a center's subjects, source and ledger side by side: each is met once, whichever of the two has it.
 *
 * Threads: as the worker whose sessions it reads.
 * Memory:  a subject lives in the arena, which is emptied before the next one comes; what is allocated for a subject that
 *          is gone is given back at once, because the source's next subject is in the arena already.
 */
#ifndef CRFD_BATCH_CENTER_WALK_H
#define CRFD_BATCH_CENTER_WALK_H

#include "ledger.h"

#include "crfd/base/arena.h"
#include "crfd/batch/source.h"
#include "crfd/pg/conn.h"

#include <stdbool.h>

struct center_walk {
    struct conn *source;
    const char *relation;
    const char *center_id;
    const struct source_filter *filter;
    struct ledger *ledger; /* loaded, and not walked yet */
    struct arena *arena;

    /* A subject of the source; entry: what the ledger has of it, NULL where nothing. */
    bool (*on_subject)(void *data, const struct source_subject *subject, const struct ledger_entry *entry,
                       struct err *err);
    /* A subject of the ledger that the stream did not have: with a filter, because it was not asked for. */
    bool (*on_gone)(void *data, const struct ledger_entry *entry, struct err *err);
    void *data;
};

/* False where the source cannot be read to its end, or as soon as one of the two functions returns false. */
bool center_walk(const struct center_walk *walk, struct err *err) CRFD_MUST_CHECK;

#endif
