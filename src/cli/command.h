/*
 * command.h: what a command is. Each cmd_*.c exports its own as one row of the table; parser, usage, help and both
 * completions are derived from it, and a test holds crfd(1) to it.
 *
 * Threads: constants.
 */
#ifndef CRFD_CLI_COMMAND_H
#define CRFD_CLI_COMMAND_H

#include "crfd/base/arena.h"
#include "crfd/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define COMMAND_DEFAULT_CONFIG "/etc/crfd/crfd.json"

/* The groups of `crfd --help`, in this order; one without a command is not shown. */
enum command_group {
    GROUP_NIGHT,
    GROUP_FINDINGS,
    GROUP_STUDY,
    GROUP_DATA,
    GROUP_SERVICES,
    GROUP_UNLISTED /* help, version */
};

/* What an option takes, and the type of its place in the command's argument struct. */
enum option_kind {
    OPTION_FLAG,    /* nothing; bool */
    OPTION_TEXT,    /* const char *, NULL where not given */
    OPTION_FILE,    /* the same; shells complete it */
    OPTION_COMMAND, /* the same, of a command */
    OPTION_DATE,    /* YYYY-MM-DD; const char * */
    OPTION_NUMBER,  /* from 1 on; int64_t, 0 where not given */
    OPTION_WORD,    /* one of the words; const char * */
    OPTION_WORDS,   /* several of them with commas, as written; const char * */
    OPTION_LIST     /* A,B, each once, "\\," being no end; may be given again; struct option_list */
};

struct option_list {
    const char *const *texts;
    size_t count;
};

struct option_numbers {
    const int64_t *list;
    size_t count;
};

struct command_option {
    const char *name; /* without -- */
    enum option_kind kind;
    size_t at;            /* offsetof() in the argument struct */
    const char *argument; /* as help names it: "FILE"; NULL of a flag */
    const char *words;    /* that a word may be, parted by blanks */
    const char *excludes; /* the option that must not stand beside it */
    const char *required; /* why there is no command without it; NULL: there is */
    const char *help;     /* further lines are about the first, which stands alone in completions */
};

/* The one text behind the options, or several. */
struct command_operand {
    const char *name; /* "CHECK" */
    enum option_kind kind;
    size_t at;
    const char *needs; /* "the id of one check": when there is none, or two */
    const char *is_no; /* "the number of a finding": of a number that is none */
    bool is_optional;
    bool is_many; /* of numbers, each once: struct option_numbers */
};

/* What every command takes. */
struct common_args {
    const char *config_path;
    bool verbose;
    bool quiet;
    bool help;
    bool version;
};

struct command {
    const char *name;
    const char *line; /* in `crfd --help` and completions */
    enum command_group group;
    const char *usage; /* lines behind "crfd NAME"; NULL: derived from operand and options */
    const char *text;  /* of its help, between usage and options; ends with a newline */
    const struct command_option *options;
    size_t option_count;
    const struct command_operand *operand; /* NULL: none */
    size_t args_size;                      /* of the argument struct, which begins zeroed; 0: none */
    bool acts;                             /* what it did stands, whether it could be told or not */

    /* What options mean together: ERR_USAGE. NULL: nothing. */
    bool (*check)(void *args, struct err *err);
    /* Returns the exit status of the process. */
    int (*run)(struct arena *arena, const struct common_args *common, const void *args);
};

#define COMMAND_OPTIONS(list) .options = (list), .option_count = sizeof(list) / sizeof((list)[0])

/* All commands, those of a group in the order of help; NULL behind the last. */
extern const struct command *const commands[];

/* The options of struct common_args. */
#define COMMON_OPTION_COUNT 5
extern const struct command_option common_options[COMMON_OPTION_COUNT];

/* ERR_USAGE, with "did you mean", and NULL where there is none of the name. */
const struct command *command_find(const char *name, struct err *err) CRFD_MUST_CHECK;

#endif
