#include "crfd/cli/args.h"
#include "crfd/cli/cmd.h"
#include "crfd/cli/load.h"

#include <locale.h>
#include <stdio.h>

static int
dispatch(struct arena *arena, const struct args *args)
{
    switch (args->verb) {
    case VERB_RUN:
        return cmd_run(arena, args);
    case VERB_STATUS:
        return cmd_status(arena, args);
    case VERB_CHECK:
        return cmd_check(arena, args);
    case VERB_MIGRATE:
        return cmd_migrate(arena, args);
    case VERB_WAIVE:
        return cmd_waive(arena, args);
    case VERB_VERSION:
        puts("crfd " CRFD_VERSION);
        return 0;
    case VERB_HELP:
    case VERB_NONE: /* args_parse gives none */
    default:
        fputs(args_help(args->help_for), stdout);
        return 0;
    }
}

int
main(int argc, char *argv[])
{
    struct arena arena;
    struct args args;
    struct err err = {0};
    int exit_status;

    /* LC_NUMERIC stays "C": nothing may read or print a number with a decimal comma. */
    setlocale(LC_CTYPE, "C.UTF-8");
    arena_init(&arena, 64 * 1024, 0);
    exit_status = args_parse(&arena, argc, argv, &args, &err) ? dispatch(&arena, &args) : tell_error(&err);
    arena_destroy(&arena);
    return exit_status;
}
