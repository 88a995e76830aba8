/*
 * finding_rows.h: findings as the pages get them: as `crfd findings --json` has them, and a version.
 *
 * The version is a digest of what the row says of a finding: who acts on one that has changed since he saw it is told.
 *
 * Threads: pure functions over a buffer.
 */
#ifndef CRFD_SERVE_FINDING_ROWS_H
#define CRFD_SERVE_FINDING_ROWS_H

#include "crfd/base/strbuf.h"

#include <libpq-fe.h>

#define FINDING_VERSION_SIZE 33

/* rows: of sql/queries/list_findings.sql. */
void finding_rows_version(const PGresult *rows, int row, char out[FINDING_VERSION_SIZE]);
/* One as an object. */
void finding_rows_append(struct strbuf *out, const PGresult *rows, int row);
/* The first so many as an array. */
void finding_rows_append_list(struct strbuf *out, const PGresult *rows, int count);

#endif
