/*
 * zone_file.h: a time zone of the system's database (tzdata), which PostgreSQL of most distributions reads too.
 *
 * Source: RFC 8536 (TZif), and POSIX.1-2017, 8.3 (TZ) for the rule at the file's end that holds from its last
 * entry on.
 *
 * Threads: any; reads a file.
 * Memory:  the zone lives in the arena.
 */
#ifndef CRFD_DEFINITION_ZONE_FILE_H
#define CRFD_DEFINITION_ZONE_FILE_H

#include "crfd/base/arena.h"
#include "crfd/value/zone.h"

/* NULL where the database has no such zone, or a file that cannot be read as one. */
const struct zone *zone_load(struct arena *arena, const char *name);

/* Of the bytes of such a file; NULL where they are none. */
const struct zone *zone_parse(struct arena *arena, const char *name, const unsigned char *bytes, size_t size);

#endif
