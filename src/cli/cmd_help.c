#include "ask.h"
#include "cmd.h"
#include "crfd/base/terminal.h"
#include "help.h"
#include "load.h"
#include "render.h"

#include <stdio.h>
#include <unistd.h>

static const struct command_operand operand = {
    .name = "COMMAND",
    .kind = OPTION_COMMAND,
    .at = offsetof(struct help_args, name),
    .needs = "the name of one command",
    .is_optional = true,
};

static bool
check(void *args, struct err *err)
{
    const struct help_args *own = args;

    return own->name == NULL || command_find(own->name, err) != NULL;
}

static int
run(struct arena *arena, const struct common_args *common, const void *args)
{
    const struct help_args *own = args;
    const struct command *about = NULL;
    struct strbuf text, folded;
    struct err err = {0};
    bool ok;

    (void)arena;
    (void)common;
    if (own->name != NULL && (about = command_find(own->name, &err)) == NULL)
        return tell_error(&err);
    strbuf_init(&text);
    strbuf_init(&folded);
    if (about == NULL || about->group == GROUP_UNLISTED)
        help_append_overview(&text);
    else
        help_append(&text, about);
    render_fold(&folded, text.text, terminal_columns(STDOUT_FILENO));
    ok = ask_print(&folded, &err);
    strbuf_destroy(&folded);
    strbuf_destroy(&text);
    return ok ? 0 : tell_error(&err);
}

static int
run_version(struct arena *arena, const struct common_args *common, const void *args)
{
    (void)arena;
    (void)common;
    (void)args;
    puts("crfd " CRFD_VERSION);
    return 0;
}

const struct command cmd_help = {
    .name = "help",
    .line = "tell about crfd or a command",
    .group = GROUP_UNLISTED,
    .operand = &operand,
    .args_size = sizeof(struct help_args),
    .check = check,
    .run = run,
};

const struct command cmd_version = {
    .name = "version",
    .line = "print the version",
    .group = GROUP_UNLISTED,
    .run = run_version,
};
