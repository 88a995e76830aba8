/*
 * ask.h: questions to the analysis database, for the commands that only look.
 *
 * Threads: main thread.
 * Memory:  storage is the caller's; ask_close frees, also after a failed ask_open.
 */
#ifndef CRFD_CLI_ASK_H
#define CRFD_CLI_ASK_H

#include "crfd/base/err.h"
#include "crfd/base/strbuf.h"
#include "crfd/cli/args.h"
#include "crfd/cli/table.h"
#include "crfd/definition/config.h"
#include "crfd/pg/conn.h"
#include "crfd/sync/context.h"

#include <stdbool.h>

struct ask {
    struct context context;
    struct conn *conn;
};

bool ask_open(struct ask *ask, const struct config *config, struct err *err) CRFD_MUST_CHECK;
void ask_close(struct ask *ask);

/* The rows as --json or --csv wish them, else as a table of the columns. */
void ask_append(struct strbuf *out, const struct args *args, const PGresult *rows,
                const struct table_column *list, size_t count);

/* To standard output, whole; ERR_IO where it does not take it. */
bool ask_print(const struct strbuf *text, struct err *err) CRFD_MUST_CHECK;

#endif
