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
#include "crfd/batch/evaluate.h"
#include "crfd/batch/finding.h"
#include "crfd/pg/copy_write.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The statements of one form. */
struct form_statements {
    const char *what; /* "writing analysis.vs" */
    const char *create_stage;
    const char *copy_table;
    const char *copy_stage;
    const char *merge_delete;
    const char *merge_upsert;
    int field_count;
};

struct writer_plan {
    const struct study *study;
    const struct form_statements *forms; /* by form index */
    size_t buffer_bytes;                 /* of each table's buffer */
};

/* workers: how many writers there will be; their buffers share a fixed budget. */
void writer_plan_init(struct writer_plan *plan, struct arena *arena, const struct study *study, int workers);

struct writer {
    const struct writer_plan *plan;
    struct conn *conn;
    const char *center_id;
    int64_t run_id;
    int64_t now_us;           /* of the transaction, microseconds since 1970 */
    bool straight;            /* into the tables; else into the stage */
    bool has_stages;          /* the session has its stage tables */
    struct copy_write *forms; /* by form index */
    struct copy_write subject;
    struct copy_write quarantine;
    struct copy_write finding;
    struct copy_write transition;
    struct copy_write cleaning;
    char *buffers; /* one block for all */
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

/* Flushes, merges, and adds pages_written and pages_removed to counts. */
bool writer_finish(struct writer *writer, struct counts *counts, struct err *err) CRFD_MUST_CHECK;

/* How many rows of pages, and of the ledger, were handed over since writer_begin. */
int64_t writer_page_rows(const struct writer *writer);
int64_t writer_ledger_rows(const struct writer *writer);

#endif
