#include "command.h"

#include "crfd/base/suggest.h"

#include <string.h>

const struct command_option common_options[COMMON_OPTION_COUNT] = {
    {.name = "config",
     .kind = OPTION_FILE,
     .at = offsetof(struct common_args, config_path),
     .argument = "FILE",
     .help = "the configuration (default " COMMAND_DEFAULT_CONFIG ")"},
    {.name = "verbose",
     .at = offsetof(struct common_args, verbose),
     .help = "also tell what is done in detail"},
    {.name = "quiet", .at = offsetof(struct common_args, quiet), .help = "tell only warnings and errors"},
    {.name = "help", .at = offsetof(struct common_args, help), .help = "tell about the command"},
    {.name = "version", .at = offsetof(struct common_args, version), .help = "print the version"},
};

const struct command *
command_find(const char *name, struct err *err)
{
    struct suggestion close;

    suggestion_begin(&close, name);
    for (size_t i = 0; commands[i] != NULL; i++) {
        if (strcmp(name, commands[i]->name) == 0)
            return commands[i];
        suggestion_offer(&close, commands[i]->name);
    }
    err_set(err, ERR_USAGE, "unknown command \"%s\"; %s%s%s`crfd --help` lists all", name,
            close.name ? "did you mean \"" : "", close.name ? close.name : "", close.name ? "\"? " : "");
    return NULL;
}
