/*
 * cmd.h: the commands, one a file.
 *
 * Threads: main thread.
 */
#ifndef CRFD_CLI_CMD_H
#define CRFD_CLI_CMD_H

#include "command.h"

extern const struct command cmd_center;
extern const struct command cmd_check;
extern const struct command cmd_checks;
extern const struct command cmd_comment;
extern const struct command cmd_daemon;
extern const struct command cmd_explain;
extern const struct command cmd_findings;
extern const struct command cmd_help;
extern const struct command cmd_migrate;
extern const struct command cmd_run;
extern const struct command cmd_runs;
extern const struct command cmd_serve;
extern const struct command cmd_status;
extern const struct command cmd_unwaive;
extern const struct command cmd_verify;
extern const struct command cmd_version;
extern const struct command cmd_waive;

/* Of cmd_help, which --help of any other command runs. */
struct help_args {
    const char *name; /* NULL: the overview */
};

#endif
