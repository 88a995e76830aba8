/*
 * generate_page.h: pages to the source table edc.crf_page, and rows of tables to compare with, on a stream.
 *
 * COPY text: what `COPY edc.crf_page FROM STDIN` reads. SQL: statements for psql, page by page.
 *
 * Threads: one thread per stream.
 * Memory:  keeps nothing.
 */
#ifndef CRFD_TESTS_GENERATE_PAGE_H
#define CRFD_TESTS_GENERATE_PAGE_H

#include <stdio.h>

struct source_row {
    const char *center_id, *subject_id, *event;
    int event_repeat;
    const char *form;
    int form_repeat;
    const char *data, *submitted_at;
};

void page_write_copy(FILE *out, const struct source_row *row);
/* INSERT, or UPDATE where the page is there. */
void page_write_upsert(FILE *out, const struct source_row *row);
void page_write_delete(FILE *out, const struct source_row *row);

/* One column of COPY text, NULL as \N, ended by the character (a tab or a newline). */
void copy_write_column(FILE *out, const char *text, char end);

#endif
