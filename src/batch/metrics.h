/*
 * metrics.h: the status as a Prometheus text file (text exposition format 0.0.4), for a node exporter's
 * textfile collector. No timestamps: the collector refuses them.
 *
 * Threads: pure functions.
 */
#ifndef CRFD_BATCH_METRICS_H
#define CRFD_BATCH_METRICS_H

#include "crfd/base/strbuf.h"

#include <cjson/cJSON.h>

/* status: the document of the status file. */
void metrics_append(struct strbuf *out, const cJSON *status);

#endif
