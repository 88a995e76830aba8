/*
 * name.h: names that pages are known by: events, forms, keys of items. They are cleaned as values are.
 *
 * Threads: pure functions.
 * Memory:  a changed name lives in the arena, NUL-terminated; an unchanged one stays where it is.
 */
#ifndef CRFD_CLEAN_NAME_H
#define CRFD_CLEAN_NAME_H

#include "crfd/base/arena.h"
#include "crfd/base/strbuf.h"

#include <stdbool.h>
#include <stddef.h>

/* Form C, width, control characters and blanks, as clean_value; true where that changed it. */
bool name_clean(struct arena *arena, const char **name, size_t *length);

/* The name with what cannot be seen in it, or looks like a blank and is none, written out: V1<U+200B>. */
void name_append_visible(struct strbuf *out, const char *name, size_t length);

#endif
