/*
 * commands.h: what the command line asks for is done: the door of the program.
 *
 * Threads: main thread.
 */
#ifndef CRFD_CLI_COMMANDS_H
#define CRFD_CLI_COMMANDS_H

#include "crfd/base/arena.h"

/* The exit status of the process. What is wrong has been told. */
int commands_run(struct arena *arena, int argc, char *const argv[]);

#endif
