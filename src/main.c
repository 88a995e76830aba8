#include "crfd/cli/args.h"
#include "crfd/cli/cmd.h"
#include "crfd/cli/load.h"

int
main(int argc, char *argv[])
{
    struct arena arena;
    struct args args;
    struct err err = {0};
    int exit_status;

    arena_init(&arena, 64 * 1024, 0);
    exit_status =
        args_parse(&arena, argc, argv, &args, &err) ? cmd_dispatch(&arena, &args) : tell_error(&err);
    arena_destroy(&arena);
    return exit_status;
}
