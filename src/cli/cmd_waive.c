#include "cmd.h"
#include "review.h"

#include "queries.h"

static int
run(struct arena *arena, const struct common_args *common, const void *args)
{
    const struct review waive = {
        .doing = "waiving the finding",
        .done = "is waived",
        .refuse = "only an open finding can be waived",
        .sql = sql_finding_waive,
    };

    return review_run(arena, common, &waive, args);
}

const struct command cmd_waive = {
    .name = "waive",
    .line = "accept findings as they are",
    .group = GROUP_FINDINGS,
    .text = "Accepts each finding ID as it is, or, where one of them is not open, none. A\n"
            "waiver holds while what the check reads, and the check itself, stay the same;\n"
            "when that changes and the check is still violated, the finding is open again.\n",
    COMMAND_OPTIONS(review_reason),
    .operand = &review_operand,
    .args_size = sizeof(struct review_args),
    .acts = true,
    .run = run,
};
