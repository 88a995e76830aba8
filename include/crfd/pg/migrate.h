/*
 * migrate.h: the numbered, checksummed, forward-only migrations of sql/migrations.
 *
 * Threads: as the connection.
 */
#ifndef CRFD_PG_MIGRATE_H
#define CRFD_PG_MIGRATE_H

#include "crfd/base/strbuf.h"
#include "crfd/pg/conn.h"

#include <stddef.h>

/* Compiled in from sql/migrations/NNNN_name.sql by the build. */
struct migration {
    int number;
    const char *name;   /* 0001_crfd */
    const char *sha256; /* lower-case hex of the file */
    const char *sql;
};

extern const struct migration migrations[];
extern const size_t migration_count;

/*
 * Inside the caller's transaction: takes the advisory lock of migrations, checks the checksums of what was
 * applied (an applied file that changed, or one that this version does not know, is refused: ERR_CONFIG),
 * and applies the rest. Appends a line per applied migration to `report`.
 */
bool migrate_apply(struct conn *conn, struct strbuf *report, struct err *err) CRFD_MUST_CHECK;

/* ERR_CONFIG with "run crfd migrate" where the database is not at this version's last migration. */
bool migrate_check(struct conn *conn, struct err *err) CRFD_MUST_CHECK;

#endif
