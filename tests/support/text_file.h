/*
 * text_file.h: whole text files in and out.
 *
 * Memory: texts are malloc'ed and NUL-terminated.
 */
#ifndef CRFD_TESTS_TEXT_FILE_H
#define CRFD_TESTS_TEXT_FILE_H

/* A file that must be there; a relative path begins at the project's root. */
char *text_file_read(const char *path);
void text_file_write(const char *path, const char *text);

#endif
