/*
 * help.h: usage and help, derived from the table of commands.
 *
 * Threads: pure functions over a buffer.
 */
#ifndef CRFD_CLI_HELP_H
#define CRFD_CLI_HELP_H

#include "command.h"
#include "crfd/base/strbuf.h"

/* What crfd is, the commands by group, the common options, the exit statuses. */
void help_append_overview(struct strbuf *out);

/* Usage, what it does, its options, the common ones. */
void help_append(struct strbuf *out, const struct command *command);

#endif
