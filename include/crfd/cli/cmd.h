/*
 * cmd.h: one function per command; each returns the exit status of the process.
 *
 * Threads: main thread.
 */
#ifndef CRFD_CLI_CMD_H
#define CRFD_CLI_CMD_H

#include "crfd/cli/args.h"

int cmd_run(struct arena *arena, const struct args *args);
int cmd_status(struct arena *arena, const struct args *args);
int cmd_check(struct arena *arena, const struct args *args);
int cmd_migrate(struct arena *arena, const struct args *args);
int cmd_waive(struct arena *arena, const struct args *args);

#endif
