/*
 * get_small.h: what is answered at once, from memory.
 *
 * Threads: loop thread.
 */
#ifndef CRFD_SERVE_GET_SMALL_H
#define CRFD_SERVE_GET_SMALL_H

#include "request.h"

void get_page(struct request *request);
void get_asset(struct request *request);
void get_health(struct request *request);
void get_openapi(struct request *request);
void get_status(struct request *request);

#endif
