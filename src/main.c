#include "crfd/base/memory.h"
#include "crfd/batch/page_json.h"
#include "crfd/cli/commands.h"

#include <stdlib.h>
#include <sys/prctl.h>
#include <uv.h>

int
main(int argc, char *argv[])
{
    struct arena arena;
    int exit_status;

    /* Passwords and patients' data are in memory: no core is left, and no other process of this user looks in. */
    (void)prctl(PR_SET_DUMPABLE, 0);
    /* Before either library allocates: without memory cJSON leaves something out and says nothing. */
    page_json_init();
    (void)uv_replace_allocator(memory_alloc, memory_resize, memory_zalloc, free);
    arena_init(&arena, 64 * 1024, 0);
    exit_status = commands_run(&arena, argc, argv);
    arena_destroy(&arena);
    return exit_status;
}
