#include "ledger.h"

#include "crfd/base/strbuf.h"
#include "crfd/pg/copy_read.h"
#include "stand_in.h"

#include <string.h>

enum { FIELD_SUBJECT, FIELD_PAGES, FIELD_QUARANTINED, FIELD_DIGEST, FIELD_NIGHT, FIELD_DUE, FIELD_COUNT };

/* False where it is NULL. */
static bool
take_date(const struct copy_field *field, int32_t *out)
{
    if (field->length < 0)
        return false;
    *out = copy_field_int4(field);
    return true;
}

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
    entry->has_night = take_date(&fields[FIELD_NIGHT], &entry->night);
    entry->has_due = take_date(&fields[FIELD_DUE], &entry->due);
    memcpy(entry->digest, fields[FIELD_DIGEST].bytes, SOURCE_DIGEST_BYTES);
    return true;
}

/* A night before the one it was evaluated for, too: what was due in between had not come yet. */
bool
ledger_is_due(const struct ledger_entry *entry, int32_t night)
{
    return !entry->has_night || night < entry->night || (entry->has_due && entry->due <= night);
}

void
ledger_add(struct ledger *ledger, struct arena *arena, const struct ledger_entry *entry)
{
    struct ledger_list *list =
        stand_in_is(entry->subject_id, entry->subject_id_length) ? &ledger->stand_ins : &ledger->subjects;

    if (list->count == list->capacity) {
        struct ledger_entry *entries;

        list->capacity = list->capacity ? 2 * list->capacity : 256;
        entries = arena_alloc(arena, list->capacity * sizeof *entries);
        if (list->count > 0)
            memcpy(entries, list->entries, list->count * sizeof *entries);
        list->entries = entries;
    }
    list->entries[list->count++] = *entry;
    ledger->pages += entry->pages;
}

static bool
read_entries(struct ledger *ledger, struct arena *arena, struct copy_read *copy, struct err *err)
{
    for (;;) {
        enum copy_read_status status = copy_read_next(copy, err);
        struct ledger_entry entry = {0};

        if (status != COPY_READ_ROW)
            return status == COPY_READ_END;
        if (!take_entry(arena, copy->fields, &entry, err))
            return false;
        ledger_add(ledger, arena, &entry);
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
    strbuf_append(&sql, "COPY (SELECT subject_id, pages, quarantined, digest, night, due FROM "
                        "analysis.subject WHERE center_id = ");
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

static int
compare_id(const struct ledger_entry *entry, const char *subject_id, size_t length)
{
    size_t shared = entry->subject_id_length < length ? entry->subject_id_length : length;
    int order = memcmp(entry->subject_id, subject_id, shared);

    return order != 0 ? order : (entry->subject_id_length > length) - (entry->subject_id_length < length);
}

static const struct ledger_entry *
find_stand_in(struct ledger *ledger, const char *subject_id, size_t length)
{
    size_t low = 0, high = ledger->stand_ins.count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        struct ledger_entry *entry = &ledger->stand_ins.entries[middle];
        int order = compare_id(entry, subject_id, length);

        if (order == 0) {
            entry->was_found = true;
            return entry;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* What the stream did not have, when it has ended. */
static const struct ledger_entry *
next_left(struct ledger *ledger)
{
    if (ledger->next < ledger->subjects.count)
        return &ledger->subjects.entries[ledger->next++];
    while (ledger->next_stand_in < ledger->stand_ins.count) {
        const struct ledger_entry *entry = &ledger->stand_ins.entries[ledger->next_stand_in++];

        if (!entry->was_found)
            return entry;
    }
    return NULL;
}

const struct ledger_entry *
ledger_step(struct ledger *ledger, const char *subject_id, size_t length, bool *is_before)
{
    const struct ledger_entry *entry;
    int order;

    *is_before = false;
    if (subject_id == NULL) {
        entry = next_left(ledger);
        *is_before = entry != NULL;
        return entry;
    }
    if (stand_in_is(subject_id, length))
        return find_stand_in(ledger, subject_id, length);
    if (ledger->next == ledger->subjects.count)
        return NULL;
    entry = &ledger->subjects.entries[ledger->next];
    order = compare_id(entry, subject_id, length);
    if (order > 0)
        return NULL;
    *is_before = order < 0;
    ledger->next++;
    return entry;
}
