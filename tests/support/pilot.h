/*
 * pilot.h: the pages of the CDISC pilot study and the findings that others computed from them.
 *
 * The data is not part of the project. It lies where the environment variable CRFD_PILOT_DATA says, or beside
 * the source root in ../shared/data/cdiscpilot. A test without it skips where everyone sees it; where
 * CI=true it fails.
 *
 * Threads: as the connection.
 */
#ifndef CRFD_TESTS_PILOT_H
#define CRFD_TESTS_PILOT_H

#include <libpq-fe.h>
#include <stdbool.h>

#define PILOT_PATH_MAX 1024

/* True where the data is there. */
bool pilot_find(char folder[PILOT_PATH_MAX]);
/* Says as TAP that the program skips; returns the exit status it must end with. */
int pilot_skip(void);

/* Adds the pages of all forms to a table like edc.crf_page. */
void pilot_load_pages(PGconn *connection, const char *folder, const char *table);

/* Adds the rows of a CSV file of the folder to a table: "expected.item (form, item)", "items.csv". */
void pilot_load_csv(PGconn *connection, const char *folder, const char *name, const char *table);

#endif
