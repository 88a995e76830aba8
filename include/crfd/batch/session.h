/*
 * session.h: connections as the configuration describes them.
 *
 * Threads: any; may block in the name lookup, therefore never on the loop thread while centers run.
 * Memory:  conn_close frees.
 */
#ifndef CRFD_BATCH_SESSION_H
#define CRFD_BATCH_SESSION_H

#include "crfd/definition/config.h"
#include "crfd/pg/conn.h"
#include "crfd/sync/context.h"

/* Read only: crfd never writes to the source. */
struct conn *
session_open_source(const struct config *config, struct context *context, struct err *err) CRFD_MUST_CHECK;
struct conn *
session_open_analysis(const struct config *config, struct context *context, struct err *err) CRFD_MUST_CHECK;

/*
 * Before anything that runs code of the source's owner, as a view's functions are: what such a function sets for the
 * session does not make this transaction one that writes. Ended by conn_rollback.
 */
bool session_begin_source(struct conn *source, struct err *err) CRFD_MUST_CHECK;

/* The analysis database for who only looks: nothing can be written. */
struct conn *
session_open_reader(const struct config *config, struct context *context, struct err *err) CRFD_MUST_CHECK;

/* The same for the pages: for who looks at them, and for who changes the state of findings there. */
struct conn *
session_open_web(const struct config *config, struct context *context, struct err *err) CRFD_MUST_CHECK;
struct conn *session_open_web_review(const struct config *config, struct context *context,
                                     struct err *err) CRFD_MUST_CHECK;

#endif
