/*
 * ask.h: questions to the analysis database, for the commands that only look.
 *
 * Threads: main thread.
 * Memory:  keeps nothing.
 */
#ifndef CRFD_CLI_ASK_H
#define CRFD_CLI_ASK_H

#include "command.h"
#include "crfd/base/err.h"
#include "crfd/base/strbuf.h"
#include "crfd/definition/config.h"
#include "crfd/pg/conn.h"
#include "table.h"

#include <stdbool.h>

/*
 * A whole command: configuration, a session that only reads, the answer, the exit status. The answer prints
 * itself.
 */
int ask_command(struct arena *arena, const struct common_args *common, const void *args,
                bool (*answer)(struct conn *, struct arena *, const void *args, struct err *));

/* The same of a command that has loaded its configuration. */
int ask_database(struct arena *arena, const struct config *config, const void *args,
                 bool (*answer)(struct conn *, struct arena *, const void *args, struct err *));

/* How the rows are wished: neither, for people. */
struct ask_form {
    bool csv;
    bool json;
    bool raw; /* of CSV */
};

/* The options of a struct ask_form that is the member of the command's arguments. */
#define ASK_FORM_OPTIONS(type, member)                                                                       \
    {.name = "csv",                                                                                          \
     .at = offsetof(type, member.csv),                                                                       \
     .help = "all columns, for spreadsheets: what they would compute has an apostrophe before it"},          \
        {.name = "json",                                                                                     \
         .at = offsetof(type, member.json),                                                                  \
         .excludes = "csv",                                                                                  \
         .help = "all columns, for programs"},                                                               \
    {                                                                                                        \
        .name = "raw", .at = offsetof(type, member.raw),                                                     \
        .help = "CSV byte for byte as the database has it, for programs"                                     \
    }

/* What goes together; ERR_USAGE. */
bool ask_check(struct ask_form form, struct err *err) CRFD_MUST_CHECK;
/* Raw was wished, and a terminal is not what takes it. */
bool ask_is_raw(struct ask_form form);

/* The rows as --json or --csv wish them, else as a table of the columns. */
void ask_append(struct strbuf *out, struct ask_form form, const PGresult *rows,
                const struct table_column *list, size_t count);

/* To standard output, whole; ERR_IO where it does not take it. */
bool ask_print(const struct strbuf *text, struct err *err) CRFD_MUST_CHECK;
/* All that was written to standard output so far. */
bool ask_flush(struct err *err) CRFD_MUST_CHECK;

#endif
