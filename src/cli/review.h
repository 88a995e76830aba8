/*
 * review.h: what people do with findings, for the commands that each are one of it: all of the findings that are named,
 * or none.
 *
 * Who did it is the session's role, and when is the server's time: neither can be given.
 *
 * Threads: main thread.
 * Memory:  keeps nothing.
 */
#ifndef CRFD_CLI_REVIEW_H
#define CRFD_CLI_REVIEW_H

#include "command.h"

struct review {
    const char *doing;  /* "waiving the finding": what fails where it fails */
    const char *done;   /* behind "finding 12" */
    const char *refuse; /* the state is named before it */
    /* To the finding $1 of center $3, with the note $2: whether it could be done, and the state that it has now. */
    const char *sql;
};

struct review_args {
    struct option_numbers finding_ids;
    const char *note;
};

/* "--note TEXT", of what an auditor asks the reason of */
extern const struct command_option review_reason[1];

/* "ID..." */
extern const struct command_operand review_operand;

/* A whole command; returns its exit status. */
int review_run(struct arena *arena, const struct common_args *common, const struct review *review,
               const struct review_args *args);

#endif
