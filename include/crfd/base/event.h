/*
 * event.h: what an event of the log carries, wherever it is written to.
 *
 * Threads: pure functions.
 * Memory:  keys and texts are the caller's.
 */
#ifndef CRFD_BASE_EVENT_H
#define CRFD_BASE_EVENT_H

#include <stddef.h>
#include <stdint.h>

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

struct log_field {
    const char *key;  /* NULL ends the list */
    const char *text; /* NULL: the number counts */
    int64_t number;
};

#define LOG_TEXT(key, value)   log_text_field((key), (value))
#define LOG_NUMBER(key, value) ((struct log_field){(key), NULL, (int64_t)(value)})

/* A text that is NULL reads as "". */
static inline struct log_field
log_text_field(const char *key, const char *text)
{
    return (struct log_field){key, text != NULL ? text : "", 0};
}

#endif
