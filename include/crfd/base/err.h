/*
 * err.h: what went wrong, for the person who has to mend it.
 *
 * A function that can fail returns bool (true on success), is marked CRFD_MUST_CHECK and fills the
 * caller's struct err as its last argument. The message reads "doing what: why" and carries keys and
 * rule ids, never a patient's values.
 *
 * Threads: a struct err belongs to one thread at a time.
 * Memory:  everything is inside the struct.
 */
#ifndef CRFD_BASE_ERR_H
#define CRFD_BASE_ERR_H

#include <stdbool.h>
#include <stddef.h>

#define CRFD_MUST_CHECK          __attribute__((warn_unused_result))
#define CRFD_PRINTF(text, first) __attribute__((format(printf, text, first)))

/* Each kind has one text and one exit status, in the table of err.c. */
enum err_kind {
    ERR_NONE = 0,
    ERR_DIFFERENCE,  /* verify or check found a difference */
    ERR_CENTERS,     /* the run finished, some centers failed */
    ERR_USAGE,       /* the command line is wrong */
    ERR_DATA,        /* input data cannot be processed */
    ERR_UNAVAILABLE, /* a database cannot be reached, or the connection was lost */
    ERR_INTERNAL,    /* an invariant of crfd itself was broken */
    ERR_IO,          /* a file or socket of this machine failed */
    ERR_RETRY,       /* passing: serialization failure, deadlock, lock not available; try again later */
    ERR_PERMISSION,  /* a database role or the operating system said no */
    ERR_CONFIG,      /* the configuration or the study definition is invalid */
    ERR_DEADLINE,    /* a deadline of the configuration struck */
    ERR_CANCELLED,   /* stopped by a signal; resumable */
    ERR_KIND_COUNT
};

struct err {
    enum err_kind kind;
    char sqlstate[6]; /* five characters of PostgreSQL, or "" */
    char message[1024];
};

/* Replaces what err holds. Text beyond the buffer is cut at a UTF-8 boundary and ends in "...". */
void err_set(struct err *err, enum err_kind kind, const char *format, ...) CRFD_PRINTF(3, 4);

/* As err_set, and records the SQLSTATE (NULL or "" where there is none). */
void err_set_sqlstate(struct err *err, enum err_kind kind, const char *sqlstate, const char *format, ...)
    CRFD_PRINTF(4, 5);

/* Puts "text: " before the message: what the caller was doing. Kind and SQLSTATE stay. */
void err_prefix(struct err *err, const char *format, ...) CRFD_PRINTF(2, 3);

void err_clear(struct err *err);

/* One or two words for people, such as "database unavailable". */
const char *err_kind_text(enum err_kind kind);

/* The exit status of the process that ends with this kind. */
int err_exit_status(enum err_kind kind);

#endif
