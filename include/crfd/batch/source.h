/*
 * source.h: a center's pages at the source, streamed in key order, one subject in memory at a time.
 *
 * Threads: belongs to one worker.
 * Memory:  a subject's pages live in the arena given to source_next.
 */
#ifndef CRFD_BATCH_SOURCE_H
#define CRFD_BATCH_SOURCE_H

#include "crfd/base/arena.h"
#include "crfd/base/strbuf.h"
#include "crfd/pg/copy_read.h"

#include <openssl/evp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SOURCE_DIGEST_BYTES 32

/* A page as submitted; texts are NUL-terminated, NULL where the column is. */
struct source_page {
    const char *event;
    size_t event_length;
    bool has_event_repeat;
    int32_t event_repeat;
    const char *form;
    size_t form_length;
    bool has_form_repeat;
    int32_t form_repeat;
    const char *data;
    size_t data_length;
    bool has_submitted_at;
    int64_t submitted_at; /* microseconds since 2000-01-01 UTC, as PostgreSQL sends it */
};

struct source_subject {
    const char *subject_id; /* under which it is kept: its own, or a stand-in (stand_in.h) */
    size_t subject_id_length;
    const char *own_id; /* at the source; NULL where it has none */
    size_t own_id_length;
    struct source_page *pages;
    size_t page_count;
    unsigned char digest[SOURCE_DIGEST_BYTES];
};

/* Which subjects of a center are read; NULL, NULL: all. */
struct source_filter {
    const char *subject_id;
    const char *since; /* date: subjects with a page submitted then or later */
};

struct source {
    struct copy_read copy;
    EVP_MD_CTX *digest;
    EVP_MD *sha256;
    struct strbuf line;    /* what the digest reads of one page */
    const char *center_id; /* NULL where it is NULL at the source; else as run_center has it */
    bool pending;          /* copy.fields holds the next subject's first page */
    bool ended;
    int64_t pages_read;
    bool has_previous;
    struct strbuf previous; /* the subject before, to see that the order is kept */
};

/*
 * Appends the query that a center's pages are read by, in key order; center_id as for source_open. An index in that
 * order and COLLATE "C" (sql/source/edc.sql) spares the server a sort.
 */
bool source_append_query(struct strbuf *sql, struct conn *conn, const char *relation, const char *center_id,
                         const struct source_filter *filter, struct err *err) CRFD_MUST_CHECK;

/* The server's own order of texts is that of UTF-8, so that an index can give it. */
bool source_keeps_order(struct conn *conn);

/* center_id: as run_center has it, maybe a stand-in. The source must not be moved while open. */
bool source_open(struct source *source, struct conn *conn, const char *relation, const char *center_id,
                 const struct source_filter *filter, struct err *err) CRFD_MUST_CHECK;

enum source_status { SOURCE_SUBJECT, SOURCE_END, SOURCE_ERROR };

/*
 * The next subject with all its pages and the ledger's digest of them. SOURCE_END comes only after the
 * server's final OK: act on nothing for good before.
 */
enum source_status source_next(struct source *source, struct arena *arena, struct source_subject *out,
                               struct err *err) CRFD_MUST_CHECK;

void source_close(struct source *source);

#endif
