/*
 * post_review.h: findings are waived, taken back and commented on, several at once, all or none.
 *
 * Only where the configuration allows it, behind a proxy that says who it is, from a page of this same origin, and on a
 * session of its own, whose role can do nothing else. Who acts on findings that have changed since he saw them is told.
 *
 * Threads: begin_* on the loop thread, work_* on workers.
 */
#ifndef CRFD_SERVE_POST_REVIEW_H
#define CRFD_SERVE_POST_REVIEW_H

#include "request.h"

void begin_review(struct request *request);
bool work_review(struct request *request, struct err *err);

#endif
