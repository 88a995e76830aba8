/*
 * query.h: what requests ask the analysis database, as the role that only reads.
 *
 * Threads: workers.
 */
#ifndef CRFD_SERVE_QUERY_H
#define CRFD_SERVE_QUERY_H

#include "crfd/pg/conn.h"
#include "request.h"

/* A session of the request's context, at a database of this version. NULL on failure; closed by conn_close(). */
struct conn *query_open(struct request *request, struct err *err) CRFD_MUST_CHECK;

/* The rows of a query as "key": [...]; false on failure. */
bool query_append(struct conn *conn, struct strbuf *out, const char *key, const char *sql,
                  const struct conn_param *params, int param_count, struct err *err) CRFD_MUST_CHECK;

/* The number of a parameter; the fallback where it is not given. One that is not in the bounds is refused. Any thread. */
int64_t query_number(struct request *request, const char *name, int64_t min, int64_t max, int64_t fallback);

#endif
