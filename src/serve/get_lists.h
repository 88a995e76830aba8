/*
 * get_lists.h: runs, centers and checks.
 *
 * Threads: begin_* on the loop thread, work_* on workers.
 */
#ifndef CRFD_SERVE_GET_LISTS_H
#define CRFD_SERVE_GET_LISTS_H

#include "request.h"

void begin_runs(struct request *request);
bool work_runs(struct request *request, struct err *err);
void begin_centers(struct request *request);
bool work_centers(struct request *request, struct err *err);
bool work_checks(struct request *request, struct err *err);

#endif
