/*
 * get_session.h: who asks, and what the study has that one could ask for.
 *
 * Threads: loop thread.
 */
#ifndef CRFD_SERVE_GET_SESSION_H
#define CRFD_SERVE_GET_SESSION_H

#include "request.h"

void get_session(struct request *request);

#endif
