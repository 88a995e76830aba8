/*
 * render.h: what people see: numbers, progress bar, the table of a run. Widths are in terminal columns, as
 * wide characters (Chinese) take two.
 *
 * Threads: pure functions over a buffer.
 */
#ifndef CRFD_CLI_RENDER_H
#define CRFD_CLI_RENDER_H

#include "crfd/base/strbuf.h"
#include "crfd/batch/progress.h"

#include <cjson/cJSON.h>
#include <stddef.h>
#include <stdint.h>

/* 36640 as 36,640. */
void render_count(struct strbuf *out, int64_t count);
/* 3.2 s, 4 min 05 s, 2 h 03 min. */
void render_duration(struct strbuf *out, double seconds);

/* Columns that the text takes. */
int render_width(const char *text);
/* The text with a "?" for every character that could steer a terminal. */
void render_text(struct strbuf *out, const char *text);
/* The same of several lines. */
void render_lines(struct strbuf *out, const char *text);
/* As render_text, cut to at most `columns` with an ellipsis. */
void render_cut(struct strbuf *out, const char *text, int columns);

/*
 * Lines that are wider than `columns` are folded at blanks, within a word where there is none, and go on under their
 * text. 0 columns: no line is.
 */
void render_fold(struct strbuf *out, const char *text, int columns);

/* A message, with its SQLSTATE ("" or NULL for none) where it does not name it itself. */
void render_error(struct strbuf *out, const char *message, const char *sqlstate);

/* One line of at most `columns`, without a newline: bar, percentage, centers, pages, time left. 0 columns: no bar. */
void render_progress(struct strbuf *out, const struct progress_snapshot *snapshot, int columns);

/* The status document for people. 0 columns, which no terminal has: without a bar, and lines as long as they are. */
void render_status(struct strbuf *out, const cJSON *status, int columns);

/* What a run has done: a few lines. verb: "" or "would have been ". */
void render_summary(struct strbuf *out, const struct progress_snapshot *snapshot, const char *verb);

#endif
