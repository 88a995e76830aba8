/*
 * file.h: whole files in one step.
 *
 * Threads: any.
 */
#ifndef CRFD_BASE_FILE_H
#define CRFD_BASE_FILE_H

#include "crfd/base/err.h"
#include "crfd/base/strbuf.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Replaces the file: a temporary file beside it, fsync, rename, fsync of the folder. A reader sees the old
 * file or the new one; where it fails (ERR_IO, ERR_PERMISSION) the old one stays whole.
 */
bool file_replace(const char *path, const char *text, size_t length, struct err *err) CRFD_MUST_CHECK;

/*
 * Appends the whole file to out. ERR_IO where it cannot be read or is larger than max_bytes, ERR_PERMISSION
 * where this user may not read it.
 */
bool file_read(const char *path, size_t max_bytes, struct strbuf *out, struct err *err) CRFD_MUST_CHECK;

#endif
