/*
 * load.h: reading a study definition: all of its mistakes, or the sealed definition.
 *
 * Threads: main thread (checks are parsed); what comes of it is const.
 * Memory:  the definition lives in the given arena.
 */
#ifndef CRFD_DEFINITION_LOAD_H
#define CRFD_DEFINITION_LOAD_H

#include "crfd/base/arena.h"
#include "crfd/base/err.h"
#include "crfd/definition/definition.h"
#include "crfd/definition/problem.h"

#include <stdbool.h>
#include <stddef.h>

/* Fails with ERR_CONFIG (invalid) or ERR_IO (unreadable); every single mistake is in problems, and so are warnings. */
bool definition_load(struct arena *arena, const char *path, struct definition *out, struct problems *problems,
                     struct err *err) CRFD_MUST_CHECK;

/* The same from text in memory; file is the name that problems show. */
bool definition_parse(struct arena *arena, const char *file, const char *text, size_t length,
                      struct definition *out, struct problems *problems, struct err *err) CRFD_MUST_CHECK;

#endif
