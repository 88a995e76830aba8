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

enum verb {
    VERB_HELP,
    VERB_VERSION,
    VERB_DAEMON,
    VERB_RUN,
    VERB_STATUS,
    VERB_CHECK,
    VERB_MIGRATE,
    VERB_WAIVE,
    VERB_EXPLAIN,
    VERB_VERIFY,
    VERB_RUNS,
    VERB_FINDINGS,
    VERB_CENTER,
    VERB_NONE
};

struct args {
    enum verb verb;
    enum verb help_for; /* with VERB_HELP; VERB_NONE for the overview */
    const char *config_path;
    bool verbose;
    bool quiet;
    bool dry_run;           /* run, migrate */
    bool watch;             /* status */
    bool json;              /* status, runs, findings, center */
    bool csv;               /* runs, findings */
    struct run_options run; /* its centers and subject also of findings; one center of center */
    int64_t finding_id;     /* waive */
    const char *note;       /* waive */
    const char *check_id;   /* explain; verify and findings, NULL there: all */
    const char *form;       /* findings; NULL: all */
    const char *state;      /* findings: open, closed, waived or all; NULL: open */
    const char *severity;   /* findings: A,B; NULL: all */
    int64_t limit;          /* runs, findings; 0: not given */
    const char *study_path; /* check: instead of the configured one; NULL: that one */
    bool against;           /* check: what the study would do to tables and findings */
};

/* ERR_USAGE with what is wrong and, where something is close, "did you mean". */
bool args_parse(struct arena *arena, int argc, char *const argv[], struct args *out,
                struct err *err) CRFD_MUST_CHECK;

/* The help text of a verb; the overview where it has none of its own. */
const char *args_help(enum verb verb);

#endif
