#include "cmd.h"
#include "review.h"

#include "queries.h"

static int
run(struct arena *arena, const struct common_args *common, const void *args)
{
    const struct review unwaive = {
        .doing = "taking the waiver back",
        .done = "is open again",
        .refuse = "only a waived finding has a waiver to take back",
        .sql = sql_finding_unwaive,
        .recounts = true,
    };

    return review_run(arena, common, &unwaive, args);
}

static const struct command_option options[] = {
    {.name = "note",
     .kind = OPTION_TEXT,
     .at = offsetof(struct review_args, note),
     .argument = "TEXT",
     .required = "the auditor will ask why",
     .help = "why, for the auditor"},
};

const struct command cmd_unwaive = {
    .name = "unwaive",
    .line = "take waivers back",
    .group = GROUP_FINDINGS,
    .text = "Takes back the waiver of each finding ID, or, where one of them is not waived, of\n"
            "none: they are open again.\n",
    COMMAND_OPTIONS(options),
    .operand = &review_operand,
    .args_size = sizeof(struct review_args),
    .acts = true,
    .run = run,
};
