/* Any text as a configuration file: a configuration, or problems that can be shown. */
#include "crfd/definition/config.h"

#include "fuzz.h"

#include <sys/mman.h>
#include <unistd.h>

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct arena arena;
    struct config config;
    struct problems problems;
    struct err err = {0};
    char path[64];
    int fd = memfd_create("crfd.json", MFD_CLOEXEC);

    FUZZ_REQUIRE(fd >= 0 && write(fd, bytes, size) == (ssize_t)size, "no file in memory");
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    arena_init(&arena, 65536, 0);
    problems_init(&problems, &arena, path);
    if (config_load(&arena, path, &config, &problems, &err)) {
        FUZZ_REQUIRE(problems.count == 0, "a configuration in spite of problems");
        FUZZ_REQUIRE(config.workers >= 1 && config.workers <= 64, "workers out of range");
    } else {
        FUZZ_REQUIRE(err.kind != ERR_NONE, "refused without an error");
    }
    arena_destroy(&arena);
    close(fd);
    return 0;
}
