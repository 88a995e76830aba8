/*
 * problem.h: mistakes in a file, collected so that all are told at once, and warnings: what is valid, and hardly meant.
 *
 * Threads: belongs to one thread.
 * Memory:  texts live in the arena given to problems_init.
 */
#ifndef CRFD_DEFINITION_PROBLEM_H
#define CRFD_DEFINITION_PROBLEM_H

#include "crfd/base/arena.h"
#include "crfd/base/strbuf.h"

#include <stdbool.h>
#include <stddef.h>

#define PROBLEMS_MAX 1000 /* kept; the rest is only counted */

struct problem {
    const char *path;    /* JSON path: forms.vs.items.sysbp.type, or "" for the file */
    const char *message; /* one sentence, with "did you mean" where something is close */
    const char *excerpt; /* the expression with a caret line under the place, or NULL */
    bool is_warning;
};

struct problems {
    struct arena *arena;
    const char *file;
    struct problem *list;
    size_t count;
    size_t capacity;
    size_t mistakes; /* those that are no warnings, kept or not */
    size_t dropped;  /* beyond PROBLEMS_MAX */
};

void problems_init(struct problems *problems, struct arena *arena, const char *file);
void problem_add(struct problems *problems, const char *path, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/*
 * As problem_add, with the expression (UTF-8) and a caret at its byte `offset`: wide characters counted
 * right, a long expression shortened around the place.
 */
void problem_add_at(struct problems *problems, const char *path, const char *text, size_t offset,
                    const char *format, ...) __attribute__((format(printf, 5, 6)));
/* As problem_add_at, of what is no mistake. */
void problem_warn_at(struct problems *problems, const char *path, const char *text, size_t offset,
                     const char *format, ...) __attribute__((format(printf, 5, 6)));

/* FILE: PATH: MESSAGE, a line each, "warning: " before that of a warning, then the excerpt, indented. */
void problems_print(const struct problems *problems, struct strbuf *out);

#endif
