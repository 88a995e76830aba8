#include "crfd/batch/source.h"

#include "crfd/base/strbuf.h"
#include "crfd/value/datetime.h"
#include "stand_in.h"

#include <stdlib.h>
#include <string.h>

enum {
    FIELD_SUBJECT,
    FIELD_EVENT,
    FIELD_EVENT_REPEAT,
    FIELD_FORM,
    FIELD_FORM_REPEAT,
    FIELD_DATA,
    FIELD_SUBMITTED,
    FIELD_COUNT
};

/*
 * The condition that a row has this id, as crfd keeps it. Equal is what has the same bytes, whatever the type and the
 * collation of the column take for one.
 */
static bool
append_id_is(struct strbuf *sql, struct conn *conn, const char *column, const char *id, struct err *err)
{
    size_t length = strlen(id);

    if (!stand_in_is(id, length)) {
        /* What has the same bytes is equal for every collation: so an index of the column's own is of use, too. */
        strbuf_printf(sql, "%s = ", column);
        if (!conn_append_literal(conn, sql, id, err))
            return false;
        strbuf_printf(sql, " AND %s::text COLLATE \"C\" = ", column);
        return conn_append_literal(conn, sql, id, err);
    }
    if (strcmp(id, STAND_IN_NULL) == 0) {
        strbuf_printf(sql, "%s IS NULL", column);
        return true;
    }
    strbuf_printf(
        sql, "'" STAND_IN_HASH "' || encode(sha256(convert_to(%s::text, 'UTF8')), 'hex') || ')' = ", column);
    return conn_append_literal(conn, sql, id, err);
}

static bool
append_filter(struct strbuf *sql, struct conn *conn, const char *relation, const char *center_id,
              const struct source_filter *filter, struct err *err)
{
    if (filter->subject_id != NULL) {
        strbuf_append(sql, " AND ");
        if (!append_id_is(sql, conn, "subject_id", filter->subject_id, err))
            return false;
    }
    if (filter->since != NULL) {
        strbuf_printf(
            sql,
            " AND subject_id::text COLLATE \"C\" IN (SELECT subject_id::text COLLATE \"C\" FROM %s WHERE ",
            relation);
        if (!append_id_is(sql, conn, "center_id", center_id, err))
            return false;
        strbuf_append(sql, " AND submitted_at >= ");
        if (!conn_append_literal(conn, sql, filter->since, err))
            return false;
        strbuf_append(sql, "::date)");
    }
    return true;
}

bool
source_keeps_order(struct conn *conn)
{
    const char *encoding = conn_server_encoding(conn);

    return strcmp(encoding, "UTF8") == 0 || strcmp(encoding, "SQL_ASCII") == 0;
}

/* By the bytes that arrive here, which are those of the server only in some encodings. */
static void
append_order(struct strbuf *sql, struct conn *conn)
{
    strbuf_append(sql,
                  source_keeps_order(conn)
                      ? " ORDER BY subject_id::text COLLATE \"C\", event::text COLLATE \"C\", event_repeat,"
                        " form::text COLLATE \"C\", form_repeat"
                      : " ORDER BY convert_to(subject_id::text, 'UTF8'), convert_to(event::text, 'UTF8'),"
                        " event_repeat, convert_to(form::text, 'UTF8'), form_repeat");
}

/* COPY takes no parameters, therefore literals. */
bool
source_append_query(struct strbuf *sql, struct conn *conn, const char *relation, const char *center_id,
                    const struct source_filter *filter, struct err *err)
{
    strbuf_printf(sql,
                  "SELECT subject_id::text, event::text, event_repeat::int4, form::text, form_repeat::int4, "
                  "data::text, submitted_at::timestamptz FROM %s WHERE ",
                  relation);
    if (!append_id_is(sql, conn, "center_id", center_id, err) ||
        !append_filter(sql, conn, relation, center_id, filter, err))
        return false;
    append_order(sql, conn);
    return true;
}

static bool
build_copy(struct strbuf *sql, struct conn *conn, const char *relation, const char *center_id,
           const struct source_filter *filter, struct err *err)
{
    strbuf_append(sql, "COPY (");
    if (!source_append_query(sql, conn, relation, center_id, filter, err))
        return false;
    strbuf_append(sql, ") TO STDOUT (FORMAT binary)");
    return true;
}

static void
release(struct source *source)
{
    EVP_MD_CTX_free(source->digest);
    EVP_MD_free(source->sha256);
    strbuf_destroy(&source->line);
    strbuf_destroy(&source->previous);
    source->digest = NULL;
    source->sha256 = NULL;
}

bool
source_open(struct source *source, struct conn *conn, const char *relation, const char *center_id,
            const struct source_filter *filter, struct err *err)
{
    struct strbuf sql;
    bool ok = false;

    *source = (struct source){.center_id = strcmp(center_id, STAND_IN_NULL) == 0 ? NULL : center_id};
    strbuf_init(&sql);
    strbuf_init(&source->line);
    strbuf_init(&source->previous);
    source->digest = EVP_MD_CTX_new();
    source->sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    if (source->digest == NULL || source->sha256 == NULL) {
        err_set(err, ERR_INTERNAL, "preparing SHA-256 failed");
        goto done;
    }
    ok = build_copy(&sql, conn, relation, center_id, filter, err) &&
         copy_read_begin(&source->copy, conn, "reading the source pages", sql.text, FIELD_COUNT, err);
done:
    strbuf_destroy(&sql);
    if (!ok)
        release(source);
    return ok;
}

void
source_close(struct source *source)
{
    if (source->digest == NULL)
        return;
    copy_read_end(&source->copy);
    release(source);
}

static const char *
copy_text(struct arena *arena, const struct copy_field *field, size_t *length)
{
    if (field->length < 0) {
        *length = 0;
        return NULL;
    }
    *length = (size_t)field->length;
    return arena_copy(arena, field->bytes, (size_t)field->length);
}

static void
take_page(struct arena *arena, const struct copy_field *fields, struct source_page *page)
{
    page->event = copy_text(arena, &fields[FIELD_EVENT], &page->event_length);
    page->form = copy_text(arena, &fields[FIELD_FORM], &page->form_length);
    page->data = copy_text(arena, &fields[FIELD_DATA], &page->data_length);
    page->has_event_repeat = fields[FIELD_EVENT_REPEAT].length >= 0;
    page->event_repeat = page->has_event_repeat ? copy_field_int4(&fields[FIELD_EVENT_REPEAT]) : 0;
    page->has_form_repeat = fields[FIELD_FORM_REPEAT].length >= 0;
    page->form_repeat = page->has_form_repeat ? copy_field_int4(&fields[FIELD_FORM_REPEAT]) : 0;
    page->has_submitted_at = fields[FIELD_SUBMITTED].length >= 0;
    page->submitted_at = page->has_submitted_at ? copy_field_int8(&fields[FIELD_SUBMITTED]) : 0;
}

static int
compare_bytes(const char *a, size_t a_length, const char *b, size_t b_length)
{
    int order = memcmp(a, b, a_length < b_length ? a_length : b_length);

    if (order != 0)
        return order;
    return (a_length > b_length) - (a_length < b_length);
}

/* Bytewise, NULL last: what ORDER BY ... COLLATE "C" means. */
static int
compare_text(const char *a, size_t a_length, const char *b, size_t b_length)
{
    if (a == NULL || b == NULL)
        return (a == NULL) - (b == NULL);
    return compare_bytes(a, a_length, b, b_length);
}

static int
compare_int(bool has_a, int64_t a, bool has_b, int64_t b)
{
    if (!has_a || !has_b)
        return has_b - has_a;
    return (a > b) - (a < b);
}

static int
compare_page_key(const struct source_page *a, const struct source_page *b)
{
    int order = compare_text(a->event, a->event_length, b->event, b->event_length);

    if (order == 0)
        order = compare_int(a->has_event_repeat, a->event_repeat, b->has_event_repeat, b->event_repeat);
    if (order == 0)
        order = compare_text(a->form, a->form_length, b->form, b->form_length);
    if (order == 0)
        order = compare_int(a->has_form_repeat, a->form_repeat, b->has_form_repeat, b->form_repeat);
    return order;
}

/* Pages of one key, which a view may deliver in any order, are ordered by their content. */
static int
compare_page(const void *left, const void *right)
{
    const struct source_page *a = left;
    const struct source_page *b = right;
    int order = compare_page_key(a, b);

    if (order == 0)
        order = compare_text(a->data, a->data_length, b->data, b->data_length);
    if (order == 0)
        order = compare_int(a->has_submitted_at, a->submitted_at, b->has_submitted_at, b->submitted_at);
    return order;
}

static void
order_pages(struct source_subject *subject)
{
    for (size_t i = 1; i < subject->page_count; i++) {
        if (compare_page_key(&subject->pages[i - 1], &subject->pages[i]) >= 0) {
            qsort(subject->pages, subject->page_count, sizeof *subject->pages, compare_page);
            return;
        }
    }
}

/* Decimal digits of a number at the end of a caller's buffer; returns where they begin. */
static char *
write_number(char *end, bool is_negative, uint64_t magnitude)
{
    do
        *--end = (char)('0' + magnitude % 10);
    while ((magnitude /= 10) > 0);
    if (is_negative)
        *--end = '-';
    return end;
}

static char *
write_integer(char *end, int64_t number)
{
    return write_number(end, number < 0, number < 0 ? 0 - (uint64_t)number : (uint64_t)number);
}

/* <length>:<bytes>, (a netstring): nothing can be shifted from one field to the next. */
static void
append_net(struct strbuf *out, const char *text, size_t length)
{
    char digits[24];
    char *end = digits + sizeof digits;
    char *begin;

    if (text == NULL) {
        strbuf_append_bytes(out, "-,", 2);
        return;
    }
    *--end = ':';
    begin = write_number(end, false, length);
    strbuf_append_bytes(out, begin, (size_t)(digits + sizeof digits - begin));
    strbuf_append_bytes(out, text, length);
    strbuf_append_bytes(out, ",", 1);
}

static void
append_net_int(struct strbuf *out, bool has, int64_t number)
{
    char digits[24];
    char *end = digits + sizeof digits;
    char *begin = write_integer(end, number);

    append_net(out, has ? begin : NULL, (size_t)(end - begin));
}

/* Microseconds since 1970; of PostgreSQL's last years (to 294276) they are more than an int64_t holds. */
static void
append_net_instant(struct strbuf *out, bool has, int64_t us)
{
    char digits[24];
    char *end = digits + sizeof digits;
    char *begin;

    if (has && us == INT64_MAX) {
        append_net(out, "infinity", strlen("infinity"));
    } else if (has && us == INT64_MIN) {
        append_net(out, "-infinity", strlen("-infinity"));
    } else if (has && us > 0) {
        begin = write_number(end, false, (uint64_t)us + (uint64_t)DATETIME_UNIX_US);
        append_net(out, begin, (size_t)(end - begin));
    } else {
        append_net_int(out, has, has ? us + DATETIME_UNIX_US : 0);
    }
}

/* sql/queries/source_digest.sql computes the same at the source. */
static bool
digest_pages(struct source *source, struct source_subject *subject, struct err *err)
{
    struct strbuf *line = &source->line;
    bool ok = EVP_DigestInit_ex(source->digest, source->sha256, NULL) == 1;
    size_t subject_length; /* of what all of its pages begin with */

    strbuf_reset(line);
    append_net(line, source->center_id, source->center_id ? strlen(source->center_id) : 0);
    append_net(line, subject->own_id, subject->own_id_length);
    subject_length = line->length;
    for (size_t i = 0; ok && i < subject->page_count; i++) {
        const struct source_page *page = &subject->pages[i];

        line->length = subject_length;
        append_net(line, page->event, page->event_length);
        append_net_int(line, page->has_event_repeat, page->event_repeat);
        append_net(line, page->form, page->form_length);
        append_net_int(line, page->has_form_repeat, page->form_repeat);
        append_net_instant(line, page->has_submitted_at, page->submitted_at);
        append_net(line, page->data, page->data_length);
        ok = EVP_DigestUpdate(source->digest, line->text, line->length) == 1;
    }
    ok = ok && EVP_DigestFinal_ex(source->digest, subject->digest, NULL) == 1;
    if (!ok)
        err_set(err, ERR_INTERNAL, "computing the SHA-256 of subject \"%s\" failed", subject->subject_id);
    return ok;
}

/* The ledger is merged with this stream: a server that orders otherwise must not be believed. */
static bool
check_order(struct source *source, const struct source_subject *subject, struct err *err)
{
    if (subject->own_id == NULL)
        return true;
    if (source->has_previous && compare_bytes(source->previous.text, source->previous.length, subject->own_id,
                                              subject->own_id_length) >= 0) {
        err_set(err, ERR_DATA,
                "reading the source pages: subject \"%s\" comes after \"%s\", out of the order that was "
                "asked for; an index may be damaged, REINDEX at the source mends it",
                subject->subject_id, source->previous.text);
        return false;
    }
    strbuf_reset(&source->previous);
    strbuf_append_bytes(&source->previous, subject->own_id, subject->own_id_length);
    source->has_previous = true;
    return true;
}

static bool
next_row(struct source *source, struct err *err)
{
    switch (copy_read_next(&source->copy, err)) {
    case COPY_READ_ROW:
        source->pages_read++;
        source->pending = true;
        return true;
    case COPY_READ_END:
        source->ended = true;
        source->pending = false;
        return true;
    case COPY_READ_ERROR:
    default:
        return false;
    }
}

static bool
same_subject(const struct source_subject *subject, const struct copy_field *field)
{
    if (subject->own_id == NULL || field->length < 0)
        return subject->own_id == NULL && field->length < 0;
    return (size_t)field->length == subject->own_id_length &&
           memcmp(field->bytes, subject->own_id, subject->own_id_length) == 0;
}

static struct source_page *
grow_pages(struct arena *arena, struct source_subject *subject, size_t *capacity)
{
    if (subject->page_count == *capacity) {
        struct source_page *pages;

        *capacity = *capacity ? 2 * *capacity : 32;
        pages = arena_alloc(arena, *capacity * sizeof *pages);
        if (subject->page_count > 0)
            memcpy(pages, subject->pages, subject->page_count * sizeof *pages);
        subject->pages = pages;
    }
    return &subject->pages[subject->page_count++];
}

static bool
take_id(struct arena *arena, const struct copy_field *field, struct source_subject *out, struct err *err)
{
    *out = (struct source_subject){0};
    out->own_id = copy_text(arena, field, &out->own_id_length);
    out->subject_id = out->own_id;
    out->subject_id_length = out->own_id_length;
    if (!stand_in_is_needed(out->own_id, out->own_id_length))
        return true;
    out->subject_id = stand_in_make(arena, out->own_id, out->own_id_length, err);
    out->subject_id_length = out->subject_id != NULL ? strlen(out->subject_id) : 0;
    return out->subject_id != NULL;
}

enum source_status
source_next(struct source *source, struct arena *arena, struct source_subject *out, struct err *err)
{
    const struct copy_field *id = &source->copy.fields[FIELD_SUBJECT];
    size_t capacity = 0;

    if (!source->pending && !source->ended && !next_row(source, err))
        return SOURCE_ERROR;
    if (source->ended)
        return SOURCE_END;
    if (!take_id(arena, id, out, err))
        return SOURCE_ERROR;
    do {
        take_page(arena, source->copy.fields, grow_pages(arena, out, &capacity));
        if (!next_row(source, err))
            return SOURCE_ERROR;
    } while (source->pending && same_subject(out, id));
    order_pages(out);
    return check_order(source, out, err) && digest_pages(source, out, err) ? SOURCE_SUBJECT : SOURCE_ERROR;
}
