/*
 * problem.h: mistakes in a file, collected so that all are told at once.
 *
 * Threads: belongs to one thread.
 * Memory:  texts live in the arena given to problems_init.
 */
#ifndef CRFD_DEFINITION_PROBLEM_H
#define CRFD_DEFINITION_PROBLEM_H

#include "crfd/base/arena.h"
#include "crfd/base/strbuf.h"

#include <stddef.h>

struct problem {
    const char *path;    /* JSON path: forms.vs.items.sysbp.type, or "" for the file */
    const char *message; /* one sentence, with "did you mean" where something is close */
    const char *excerpt; /* the expression with a caret line under the place, or NULL */
};

struct problems {
    struct arena *arena;
    const char *file;
    struct problem *list;
    size_t count;
    size_t capacity;
};

void problems_init(struct problems *problems, struct arena *arena, const char *file);
void problem_add(struct problems *problems, const char *path, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* As problem_add, with the expression and a caret at its byte `offset` (wide characters counted right). */
void problem_add_at(struct problems *problems, const char *path, const char *text, size_t offset,
                    const char *format, ...) __attribute__((format(printf, 5, 6)));

/* FILE: PATH: MESSAGE, a line each, then the excerpt, indented. */
void problems_print(const struct problems *problems, struct strbuf *out);

/* The candidate closest to name (edit distance of a third of its length at most), or NULL. */
const char *problem_suggest(const char *name, const char *const *candidates, size_t count);

#endif
