#include "cmd.h"
#include "crfd/daemon/service.h"
#include "load.h"

/* The command line stays what it was; arena is one of the configuration's own. */
static bool
load(void *data, struct arena *arena, struct config *config, struct definition *definition, int *exit_status)
{
    const struct common_args *common = data;

    if (!load_both(arena, common, config, definition, exit_status))
        return false;
    log_warnings(definition);
    return true;
}

static int
run(struct arena *arena, const struct common_args *common, const void *args)
{
    struct common_args own = *common;
    struct service_source source = {.load = load, .data = &own};

    (void)arena;
    (void)args;
    return service_run(&source);
}

const struct command cmd_daemon = {
    .name = "daemon",
    .line = "stay resident, run each night on the schedule",
    .group = GROUP_SERVICES,
    .text = "Stays resident and runs each night on the schedule of the configuration. A\n"
            "night that was missed while no daemon was there is run at once; several are\n"
            "run as one. A run whose database is away is tried again every five minutes.\n"
            "\n"
            "  SIGHUP          read configuration and study again, between runs; what is invalid is refused\n"
            "  SIGUSR1         run tonight now\n"
            "  SIGTERM, SIGINT stop: a run is rolled back to its last center and resumed at the next start;\n"
            "                  a second one ends at once\n",
    .acts = true,
    .run = run,
};
