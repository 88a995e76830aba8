#include "cmd.h"
#include "crfd/serve/serve.h"
#include "load.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* There only in crfd-serve, the same program with one more room and the library that it needs: the nights do not carry it. */
#pragma weak serve_run

#define PROGRAM "crfd-serve"

struct serve_args {
    const char *listen;
};

static bool
find_beside(char *path, size_t size)
{
    ssize_t length = readlink("/proc/self/exe", path, size - sizeof PROGRAM);
    char *slash;

    if (length <= 0)
        return false;
    path[length] = '\0';
    slash = strrchr(path, '/');
    memcpy(slash + 1, PROGRAM, sizeof PROGRAM);
    return access(path, X_OK) == 0;
}

/* One that was built and not installed stands beside this one. */
static int
execute(const struct common_args *common, const struct serve_args *args)
{
    const char *words[9] = {PROGRAM, "serve", "--config", common->config_path};
    size_t count = 4;
    char path[4096];
    struct err err = {0};

    if (common->verbose)
        words[count++] = "--verbose";
    if (common->quiet)
        words[count++] = "--quiet";
    if (args->listen != NULL) {
        words[count++] = "--listen";
        words[count++] = args->listen;
    }
    if (!find_beside(path, sizeof path))
        snprintf(path, sizeof path, "%s", CRFD_SERVE_PROGRAM);
    execv(path, (char *const *)(uintptr_t)words);
    if (errno == ENOENT)
        err_set(&err, ERR_USAGE, "crfd serve is not installed: it comes with the package crfd-web");
    else
        err_set(&err, ERR_IO, "starting %s: %s", path, strerror(errno));
    return tell_error(&err);
}

static int
run(struct arena *arena, const struct common_args *common, const void *args)
{
    const struct serve_args *own = args;
    struct definition definition;
    struct config config;
    int exit_status;

    if (serve_run == NULL)
        return execute(common, own);
    if (!load_both(arena, common, &config, &definition, &exit_status))
        return exit_status;
    return serve_run(&config, &definition, own->listen);
}

static const struct command_option options[] = {
    {.name = "listen",
     .kind = OPTION_TEXT,
     .at = offsetof(struct serve_args, listen),
     .argument = "ADDRESS",
     .help = "127.0.0.1:PORT or [::1]:PORT, for this machine alone; port 0 is a free one\n"
             "(default: the socket that systemd hands over)"},
};

const struct command cmd_serve = {
    .name = "serve",
    .line = "pages to look at findings, centers and the running night",
    .group = GROUP_SERVICES,
    .text = "Serves pages and JSON over HTTP, on a Unix socket behind the proxy of the site,\n"
            "which says who asks; or, with --listen, to whoever is at this machine. It only\n"
            "looks, unless the configuration allows reviews. Comes with the package crfd-web.\n"
            "\n"
            "  SIGTERM, SIGINT stop: what was asked is answered; a second one ends at once\n",
    COMMAND_OPTIONS(options),
    .args_size = sizeof(struct serve_args),
    .run = run,
};
