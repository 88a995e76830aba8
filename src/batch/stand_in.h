/*
 * stand_in.h: the id under which a center or subject is taken in whose own id cannot be a key.
 *
 * No index takes a text of more than about 2,700 bytes, and a key has several. So a subject without an id is kept as
 * "(null)", and one with an id of more than STAND_IN_ID_MAX bytes as "(sha256 HEX)" of it; what looks like one of these
 * gets one, too, so that no two are taken for each other. The pages are quarantined with the reason, and counted.
 *
 * Threads: any.
 */
#ifndef CRFD_BATCH_STAND_IN_H
#define CRFD_BATCH_STAND_IN_H

#include "crfd/base/arena.h"
#include "crfd/base/err.h"
#include "crfd/study/stand_in.h"

#include <stdbool.h>
#include <stddef.h>

#define STAND_IN_ID_MAX 500 /* bytes */

/* Is it kept under an id that crfd has made up? Of an id as the ledger has it. */
bool stand_in_is(const char *id, size_t length);

/* Must it be kept under one? Of an id as the source has it; NULL where it has none. */
bool stand_in_is_needed(const char *id, size_t length);

/* The stand-in of an id of the source, in the arena; NULL where SHA-256 fails. */
const char *
stand_in_make(struct arena *arena, const char *id, size_t length, struct err *err) CRFD_MUST_CHECK;

#endif
