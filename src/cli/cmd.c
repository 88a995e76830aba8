#include "crfd/cli/cmd.h"

#include "crfd/cli/ask.h"
#include "crfd/cli/load.h"

int
cmd_dispatch(struct arena *arena, const struct args *args)
{
    int exit_status = args->command->run(arena, &args->common, args->own);
    struct err err = {0};

    if (exit_status != 0 || ask_flush(&err))
        return exit_status;
    exit_status = tell_error(&err);
    return args->command->acts ? 0 : exit_status;
}
