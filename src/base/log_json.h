/*
 * log_json.h: an event of the log as a JSON object (RFC 8259), on one line.
 *
 * Members are time (RFC 3339), level, event, then the fields under their keys. What is not UTF-8 becomes U+FFFD, so that
 * each line is valid JSON whatever a server or a source sent.
 *
 * Threads: pure functions over a buffer.
 */
#ifndef CRFD_BASE_LOG_JSON_H
#define CRFD_BASE_LOG_JSON_H

#include "crfd/base/event.h"
#include "crfd/base/strbuf.h"

/* time: as +hhmm gives it in strftime, 2026-11-26T02:00:00+0800. fields end with a NULL key. No newline. */
void log_json_append(struct strbuf *line, const char *time, const char *level, const char *event,
                     const struct log_field *fields);

#endif
