/*
 * args.h: the command line, read by the table of commands.
 *
 * Threads: main thread.
 * Memory:  texts are argv's own; lists and the command's argument struct live in the given arena.
 */
#ifndef CRFD_CLI_ARGS_H
#define CRFD_CLI_ARGS_H

#include "command.h"

struct args {
    const struct command *command;
    const void *own; /* the command's argument struct */
    struct common_args common;
};

/* ERR_USAGE with what is wrong and, where something is close, "did you mean". */
bool args_parse(struct arena *arena, int argc, char *const argv[], struct args *out,
                struct err *err) CRFD_MUST_CHECK;

#endif
