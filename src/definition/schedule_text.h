/*
 * schedule_text.h: are the texts of times what they should be: a time zone, a duration?
 *
 * Threads: pure, but for the look into the system's zone database.
 */
#ifndef CRFD_DEFINITION_SCHEDULE_TEXT_H
#define CRFD_DEFINITION_SCHEDULE_TEXT_H

#include "crfd/base/arena.h"
#include "json.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* "500ms", "2s", "10min", "6h", "1d": a whole number and its unit. False for anything else. */
bool duration_parse(const char *text, int64_t *out_ms);

/* Does the system's zone database (tzdata) have a zone of this IANA name? */
bool timezone_exists(const char *name);
/* Its file in that database; NULL where there is none. */
FILE *timezone_open(const char *name);
/* A problem at the place of a name that the database does not have, with one that was perhaps meant. */
void timezone_tell_unknown(const struct json_place *place, struct arena *arena, const char *name);

#endif
