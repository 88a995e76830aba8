#include "crfd/cli/cmd.h"
#include "crfd/cli/load.h"
#include "crfd/daemon/service.h"

/* The command line stays what it was; arena is one of the configuration's own. */
static bool
load(void *data, struct arena *arena, struct config *config, struct definition *definition, int *exit_status)
{
    const struct args *args = data;

    return load_both(arena, args, config, definition, exit_status);
}

int
cmd_daemon(struct arena *arena, const struct args *args)
{
    struct args own = *args;
    struct service_source source = {.load = load, .data = &own};

    (void)arena;
    return service_run(&source);
}
