/*
 * cmd.h: one function per command; each returns the exit status of the process.
 *
 * Threads: main thread.
 */
#ifndef CRFD_CLI_CMD_H
#define CRFD_CLI_CMD_H

#include "crfd/cli/args.h"

/* What the verb asks for. */
int cmd_dispatch(struct arena *arena, const struct args *args);

int cmd_daemon(struct arena *arena, const struct args *args);
int cmd_run(struct arena *arena, const struct args *args);
int cmd_status(struct arena *arena, const struct args *args);
int cmd_check(struct arena *arena, const struct args *args);
int cmd_migrate(struct arena *arena, const struct args *args);
int cmd_waive(struct arena *arena, const struct args *args);
int cmd_explain(struct arena *arena, const struct args *args);
int cmd_runs(struct arena *arena, const struct args *args);
int cmd_findings(struct arena *arena, const struct args *args);
int cmd_center(struct arena *arena, const struct args *args);
int cmd_verify(struct arena *arena, const struct args *args);

#endif
