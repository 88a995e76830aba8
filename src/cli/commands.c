#include "crfd/cli/commands.h"

#include "args.h"
#include "ask.h"
#include "cmd.h"
#include "load.h"

const struct command *const commands[] = {
    &cmd_run,      &cmd_status,  &cmd_runs,    &cmd_center,               /* the night */
    &cmd_findings, &cmd_checks,  &cmd_explain, &cmd_verify,               /* findings */
    &cmd_waive,    &cmd_unwaive, &cmd_comment, &cmd_check,  &cmd_migrate, /* the study */
    &cmd_daemon,   &cmd_serve,                                            /* services */
    &cmd_help,     &cmd_version, NULL,
};

static int
run(struct arena *arena, const struct args *args)
{
    int exit_status = args->command->run(arena, &args->common, args->own);
    struct err err = {0};

    if (exit_status != 0 || ask_flush(&err))
        return exit_status;
    exit_status = tell_error(&err);
    return args->command->acts ? 0 : exit_status;
}

int
commands_run(struct arena *arena, int argc, char *const argv[])
{
    struct args args;
    struct err err = {0};

    return args_parse(arena, argc, argv, &args, &err) ? run(arena, &args) : tell_error(&err);
}
