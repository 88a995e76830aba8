#include "cmd.h"
#include "review.h"

#include "queries.h"

static int
run(struct arena *arena, const struct common_args *common, const void *args)
{
    const struct review comment = {
        .doing = "adding the comment",
        .done = "has the comment",
        .refuse = "only what is there can be commented on",
        .sql = sql_finding_comment,
    };

    return review_run(arena, common, &comment, args);
}

static const struct command_option options[] = {
    {.name = "note",
     .kind = OPTION_TEXT,
     .at = offsetof(struct review_args, note),
     .argument = "TEXT",
     .required = "it is what there is to say",
     .help = "what there is to say"},
};

const struct command cmd_comment = {
    .name = "comment",
    .line = "say something of findings, for their history",
    .group = GROUP_FINDINGS,
    .text = "Adds a note to the history of each finding ID, in whatever state it is, and\n"
            "changes nothing else.\n",
    COMMAND_OPTIONS(options),
    .operand = &review_operand,
    .args_size = sizeof(struct review_args),
    .acts = true,
    .run = run,
};
