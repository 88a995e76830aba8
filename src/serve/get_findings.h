/*
 * get_findings.h: findings, a page of them or all as CSV, and one of them with its values and its history.
 *
 * Threads: begin_* on the loop thread, work_* on workers.
 */
#ifndef CRFD_SERVE_GET_FINDINGS_H
#define CRFD_SERVE_GET_FINDINGS_H

#include "request.h"

/* Filters of all. */
#define FINDINGS_FILTERS "center* category* subject form item check state severity new search age_from age_to"

void begin_findings(struct request *request);
bool work_findings(struct request *request, struct err *err);
void begin_findings_csv(struct request *request);
bool work_findings_csv(struct request *request, struct err *err);
void begin_finding(struct request *request);
bool work_finding(struct request *request, struct err *err);

/* Those of the ids (an array for SQL), as they are now. NULL on failure. */
PGresult *
get_findings_of(struct request *request, struct conn *conn, const char *ids, struct err *err) CRFD_MUST_CHECK;

#endif
