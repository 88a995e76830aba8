/*
 * writer.h: hands the evaluated subjects of one center to PostgreSQL by COPY.
 *
 * The first night of an empty center goes straight into the tables. Later passes fill temporary stage tables
 * and then merge: rows that are gone are deleted, rows that differ are written, rows that say the same are
 * not touched. All inside the center's transaction.
 *
 * Threads: a plan is const and shared; a writer belongs to one worker.
 * Memory:  the plan lives in the given arena. A writer has one buffer of fixed size per table, taken once.
 */
#ifndef CRFD_BATCH_WRITER_H
#define CRFD_BATCH_WRITER_H

#include "crfd/base/arena.h"
#include "crfd/batch/counts.h"
#include "crfd/pg/copy_write.h"
#include "evaluation.h"
#include "finding.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The tables that every study has, behind those of its forms. */
enum writer_table {
    WRITER_SUBJECT,
    WRITER_QUARANTINE,
    WRITER_FINDING,
    WRITER_TRANSITION,
    WRITER_CLEANING,
    WRITER_TABLE_COUNT
};

/* One COPY, and how many columns it has. */
struct writer_copy {
    const char *sql;
    int field_count;
};

struct table_plan {
    const char *what; /* "writing analysis.vs" */
    struct writer_copy table;
    struct writer_copy stage;
    /* Of a form's table; else NULL. */
    const char *create_stage;
    const char *merge_delete;
    const char *merge_upsert;
};

struct writer_plan {
    const struct study *study;
    const struct table_plan *tables; /* by form index, then by enum writer_table */
    size_t table_count;
    size_t buffer_bytes; /* of each table's buffer */
};

/* workers: how many writers there will be; their buffers share a fixed budget. */
void writer_plan_init(struct writer_plan *plan, struct arena *arena, const struct study *study, int workers);

struct writer {
    const struct writer_plan *plan;
    struct conn *conn;
    const char *center_id;
    int64_t run_id;
    int64_t now_us;            /* of the transaction, microseconds since 1970 */
    bool straight;             /* into the tables; else into the stage */
    bool has_stages;           /* the session has its stage tables */
    struct copy_write *tables; /* as the plan's */
    struct copy_write *fixed;  /* those behind the forms', by enum writer_table */
    char *buffers;             /* one block for all */
    struct strbuf tokens;      /* of the page that is being written */
};

/* The buffers are taken here, once for all centers. */
void writer_init(struct writer *writer, const struct writer_plan *plan, struct arena *arena);
void writer_destroy(struct writer *writer);

/*
 * The session's stage tables may be gone: another connection, or a transaction that was rolled back. They are made by
 * the first pass that needs them, so that a night on which nothing changed makes none.
 */
void writer_forget_stages(struct writer *writer);

void writer_begin(struct writer *writer, struct conn *conn, const char *center_id, int64_t run_id,
                  int64_t now_us, bool straight);

/* One evaluated subject, with what becomes of its findings. */
bool writer_put_subject(struct writer *writer, const struct source_subject *source,
                        const struct evaluation *evaluation, const struct finding_changes *changes,
                        struct err *err) CRFD_MUST_CHECK;

/* A subject that is gone from the source: its rows go too; changes closes its findings. */
bool writer_put_gone(struct writer *writer, const char *subject_id, const struct finding_changes *changes,
                     struct err *err) CRFD_MUST_CHECK;

/* Of a subject only what becomes of its findings; to be ended by writer_finish_findings. */
bool writer_put_changes(struct writer *writer, const char *subject_id, const struct finding_changes *changes,
                        struct err *err) CRFD_MUST_CHECK;

/* Flushes and merges findings only, and leaves the stage of them empty: the transaction may go on with another center. */
bool writer_finish_findings(struct writer *writer, struct err *err) CRFD_MUST_CHECK;

/* Flushes, merges, and adds pages_written, and the rows deleted as pages_removed, to counts. */
bool writer_finish(struct writer *writer, struct counts *counts, struct err *err) CRFD_MUST_CHECK;

/* How many rows of pages, and of the ledger, were handed over since writer_begin. */
int64_t writer_page_rows(const struct writer *writer);
int64_t writer_ledger_rows(const struct writer *writer);

#endif
