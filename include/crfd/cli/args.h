/*
 * args.h: the command line (design section 10).
 *
 * Threads: main thread.
 * Memory:  texts are argv's own; lists live in the given arena.
 */
#ifndef CRFD_CLI_ARGS_H
#define CRFD_CLI_ARGS_H

#include "crfd/base/arena.h"
#include "crfd/base/err.h"
#include "crfd/batch/run_store.h"

#include <stdbool.h>
#include <stdint.h>

#define ARGS_DEFAULT_CONFIG "/etc/crfd/crfd.json"

enum verb { VERB_HELP, VERB_VERSION, VERB_RUN, VERB_STATUS, VERB_CHECK, VERB_MIGRATE, VERB_WAIVE, VERB_NONE };

struct args {
    enum verb verb;
    enum verb help_for; /* with VERB_HELP; VERB_NONE for the overview */
    const char *config_path;
    bool verbose;
    bool quiet;
    bool dry_run; /* run, migrate */
    bool watch;   /* status */
    bool json;    /* status */
    struct run_options run;
    int64_t finding_id; /* waive */
    const char *note;   /* waive */
};

/* ERR_USAGE with what is wrong and, where something is close, "did you mean". */
bool args_parse(struct arena *arena, int argc, char *const argv[], struct args *out,
                struct err *err) CRFD_MUST_CHECK;

/* The help text of a verb; the overview where it has none of its own. */
const char *args_help(enum verb verb);

#endif
