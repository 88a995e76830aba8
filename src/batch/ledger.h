/*
 * ledger.h: what the analysis schema holds of a center, subject by subject, beside the stream of the source.
 *
 * Threads: belongs to one worker.
 * Memory:  lives in the center's arena: about a hundred bytes a subject, however many pages it has.
 */
#ifndef CRFD_BATCH_LEDGER_H
#define CRFD_BATCH_LEDGER_H

#include "crfd/base/arena.h"
#include "crfd/batch/source.h"
#include "crfd/pg/conn.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ledger_entry {
    const char *subject_id;
    size_t subject_id_length;
    int32_t pages;
    int32_t quarantined;
    unsigned char digest[SOURCE_DIGEST_BYTES];
    bool has_night; /* not where another version of crfd wrote it */
    int32_t night;  /* for which it was evaluated, days since 2000-01-01 */
    bool has_due;
    int32_t due;    /* the next night on which time alone can change what was found */
    bool was_found; /* of a stand-in: it was in the stream */
};

struct ledger_list {
    struct ledger_entry *entries; /* bytewise by subject_id */
    size_t count;
    size_t capacity;
};

struct ledger {
    struct ledger_list subjects;
    struct ledger_list stand_ins; /* do not come in the order of the stream (stand_in.h) */
    size_t next;                  /* the first of the subjects that the stream has not passed */
    size_t next_stand_in;         /* that is not looked at yet, after the stream has ended */
    int64_t pages;                /* of all entries */
};

/* Puts an entry behind those that are there; they come bytewise by subject_id. */
void ledger_add(struct ledger *ledger, struct arena *arena, const struct ledger_entry *entry);

/* Does the night ask for another answer than the one that is there? Of a subject that did not change. */
bool ledger_is_due(const struct ledger_entry *entry, int32_t night);

bool ledger_load(struct ledger *ledger, struct arena *arena, struct conn *conn, const char *center_id,
                 struct err *err) CRFD_MUST_CHECK;

/*
 * Walks the ledger in step with the stream: first returns, one by one, the entries before subject_id (their
 * subjects were not in the stream) with *is_before true, then the subject's own entry or NULL. A stand-in is looked
 * up, whatever comes before it. subject_id NULL walks to the end.
 */
const struct ledger_entry *
ledger_step(struct ledger *ledger, const char *subject_id, size_t length, bool *is_before);

#endif
