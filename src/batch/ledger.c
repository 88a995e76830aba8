#include "crfd/batch/ledger.h"

#include "crfd/base/strbuf.h"
#include "crfd/pg/copy_read.h"

#include <string.h>

enum { FIELD_SUBJECT, FIELD_PAGES, FIELD_QUARANTINED, FIELD_DIGEST, FIELD_COUNT };

static bool
take_entry(struct arena *arena, const struct copy_field *fields, struct ledger_entry *entry, struct err *err)
{
    if (fields[FIELD_DIGEST].length != SOURCE_DIGEST_BYTES) {
        err_set(err, ERR_DATA, "reading the ledger: a digest is not %d bytes long", SOURCE_DIGEST_BYTES);
        return false;
    }
    entry->subject_id_length = (size_t)fields[FIELD_SUBJECT].length;
    entry->subject_id = arena_copy(arena, fields[FIELD_SUBJECT].bytes, entry->subject_id_length);
    entry->pages = copy_field_int4(&fields[FIELD_PAGES]);
    entry->quarantined = copy_field_int4(&fields[FIELD_QUARANTINED]);
    memcpy(entry->digest, fields[FIELD_DIGEST].bytes, SOURCE_DIGEST_BYTES);
    return true;
}

static bool
read_entries(struct ledger *ledger, struct arena *arena, struct copy_read *copy, struct err *err)
{
    size_t capacity = 0;

    for (;;) {
        enum copy_read_status status = copy_read_next(copy, err);

        if (status != COPY_READ_ROW)
            return status == COPY_READ_END;
        if (ledger->count == capacity) {
            struct ledger_entry *entries;

            capacity = capacity ? 2 * capacity : 256;
            entries = arena_alloc(arena, capacity * sizeof *entries);
            if (ledger->count > 0)
                memcpy(entries, ledger->entries, ledger->count * sizeof *entries);
            ledger->entries = entries;
        }
        if (!take_entry(arena, copy->fields, &ledger->entries[ledger->count], err))
            return false;
        ledger->pages += ledger->entries[ledger->count++].pages;
    }
}

bool
ledger_load(struct ledger *ledger, struct arena *arena, struct conn *conn, const char *center_id,
            struct err *err)
{
    struct copy_read copy;
    struct strbuf sql;
    bool ok = false;

    *ledger = (struct ledger){0};
    strbuf_init(&sql);
    strbuf_append(
        &sql, "COPY (SELECT subject_id, pages, quarantined, digest FROM analysis.subject WHERE center_id = ");
    if (!conn_append_literal(conn, &sql, center_id, err))
        goto done;
    strbuf_append(&sql, " ORDER BY subject_id) TO STDOUT (FORMAT binary)");
    if (!copy_read_begin(&copy, conn, "reading the ledger", sql.text, FIELD_COUNT, err))
        goto done;
    ok = read_entries(ledger, arena, &copy, err);
    copy_read_end(&copy);
done:
    strbuf_destroy(&sql);
    return ok;
}

const struct ledger_entry *
ledger_step(struct ledger *ledger, const char *subject_id, size_t length, bool *is_before)
{
    const struct ledger_entry *entry;
    size_t shared;
    int order;

    *is_before = false;
    if (ledger->next == ledger->count)
        return NULL;
    entry = &ledger->entries[ledger->next];
    if (subject_id == NULL) {
        *is_before = true;
        ledger->next++;
        return entry;
    }
    shared = entry->subject_id_length < length ? entry->subject_id_length : length;
    order = memcmp(entry->subject_id, subject_id, shared);
    if (order == 0)
        order = (entry->subject_id_length > length) - (entry->subject_id_length < length);
    if (order > 0)
        return NULL;
    *is_before = order < 0;
    ledger->next++;
    return entry;
}
