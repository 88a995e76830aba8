/*
 * log.h: one line per event on standard error, as key=value; under systemd the journal gets the same, with its fields.
 * On request each line is a JSON object instead, wherever standard error leads.
 *
 * Fields carry keys, counts, rule ids and causes, never a patient's values. Nothing below src/batch logs:
 * a failure is logged once, where it is decided.
 *
 * Threads: any; a line is written whole.
 * Memory:  keeps nothing.
 */
#ifndef CRFD_BASE_LOG_H
#define CRFD_BASE_LOG_H

#include "crfd/base/event.h"

#include <stddef.h>

enum log_format { LOG_FORMAT_TEXT, LOG_FORMAT_JSON };

/* Lines below this level are dropped. Set before threads start. */
void log_set_level(enum log_level level);
void log_set_format(enum log_format format);

/* fields end with a NULL key. */
void log_emit(enum log_level level, const char *event, const struct log_field *fields);

/* log_event(LOG_LEVEL_INFO, "center done", LOG_TEXT("center", id), LOG_NUMBER("pages", pages)) */
#define log_event(level, event, ...)                                                                         \
    log_emit((level), (event), (const struct log_field[]){__VA_ARGS__ __VA_OPT__(, ){NULL, NULL, 0}})

#endif
