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
    };

    return review_run(arena, common, &unwaive, args);
}

const struct command cmd_unwaive = {
    .name = "unwaive",
    .line = "take waivers back",
    .group = GROUP_FINDINGS,
    .text = "Takes back the waiver of each finding ID, or, where one of them is not waived, of\n"
            "none: they are open again.\n",
    COMMAND_OPTIONS(review_reason),
    .operand = &review_operand,
    .args_size = sizeof(struct review_args),
    .acts = true,
    .run = run,
};
