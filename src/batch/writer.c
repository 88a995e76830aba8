#include "writer.h"

#include "crfd/base/fault.h"
#include "crfd/base/json_text.h"
#include "crfd/base/memory.h"
#include "crfd/base/strbuf.h"
#include "crfd/definition/ddl.h"
#include "crfd/study/form_columns.h"
#include "crfd/value/datetime.h"

#include "queries.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUFFERS_TOTAL_BYTES (24 * 1024 * 1024)
#define BUFFER_MIN_BYTES    (64 * 1024)
/* A COPY of a thousand rows or more costs the server half a millisecond to set up: a center should need few. */
#define BUFFER_MAX_BYTES (1024 * 1024)

static const struct {
    const char *what;
    const char *copy_table;
    const char *copy_stage;
} fixed_tables[WRITER_TABLE_COUNT] = {
    [WRITER_SUBJECT] = {"writing analysis.subject", sql_copy_subject, sql_copy_stage_subject},
    [WRITER_QUARANTINE] = {"writing analysis.quarantine", sql_copy_quarantine, sql_copy_stage_quarantine},
    /* What is only ever added has no stage; what changes findings has nothing else. */
    [WRITER_FINDING] = {"writing analysis.finding", sql_copy_finding, sql_copy_finding},
    [WRITER_TRANSITION] = {"changing analysis.finding", sql_copy_stage_transition, sql_copy_stage_transition},
    [WRITER_CLEANING] = {"writing analysis.cleaning", sql_copy_cleaning, sql_copy_cleaning},
};

static const char *
statement(struct arena *arena, void (*append)(struct strbuf *, const struct form *), const struct form *form)
{
    struct strbuf sql;
    const char *copy;

    strbuf_init(&sql);
    append(&sql, form);
    copy = arena_copy(arena, sql.text, sql.length);
    strbuf_destroy(&sql);
    return copy;
}

static struct writer_copy
copy_of(const char *sql)
{
    return (struct writer_copy){sql, copy_write_columns(sql)};
}

void
writer_plan_init(struct writer_plan *plan, struct arena *arena, const struct study *study, int workers)
{
    size_t count = study->form_count + WRITER_TABLE_COUNT;
    struct table_plan *tables = arena_array(arena, struct table_plan, count);
    size_t share = BUFFERS_TOTAL_BYTES / ((size_t)workers * count);

    for (size_t i = 0; i < study->form_count; i++) {
        const struct form *form = &study->forms[i];

        tables[i] = (struct table_plan){
            .what = arena_printf(arena, "writing analysis.%s", form->name),
            .table = copy_of(statement(arena, ddl_copy_table, form)),
            .stage = copy_of(statement(arena, ddl_copy_stage, form)),
            .create_stage = statement(arena, ddl_create_stage, form),
            .merge_delete = statement(arena, ddl_merge_delete, form),
            .merge_upsert = statement(arena, ddl_merge_upsert, form),
        };
    }
    for (size_t i = 0; i < WRITER_TABLE_COUNT; i++)
        tables[study->form_count + i] = (struct table_plan){
            .what = fixed_tables[i].what,
            .table = copy_of(fixed_tables[i].copy_table),
            .stage = copy_of(fixed_tables[i].copy_stage),
        };
    *plan = (struct writer_plan){.study = study, .tables = tables, .table_count = count};
    plan->buffer_bytes = share < BUFFER_MIN_BYTES ? BUFFER_MIN_BYTES : share;
    if (plan->buffer_bytes > BUFFER_MAX_BYTES)
        plan->buffer_bytes = BUFFER_MAX_BYTES;
}

void
writer_init(struct writer *writer, const struct writer_plan *plan, struct arena *arena)
{
    *writer = (struct writer){.plan = plan};
    writer->tables = arena_array(arena, struct copy_write, plan->table_count);
    writer->fixed = writer->tables + plan->study->form_count;
    /* Not from the arena: pages of it that no table uses are never touched. */
    writer->buffers = memory_alloc(plan->table_count * plan->buffer_bytes);
    strbuf_init(&writer->tokens);
}

void
writer_destroy(struct writer *writer)
{
    free(writer->buffers);
    writer->buffers = NULL;
    strbuf_destroy(&writer->tokens);
}

void
writer_forget_stages(struct writer *writer)
{
    writer->has_stages = false;
}

static bool
need_stages(struct writer *writer, struct err *err)
{
    static const char *const stages[] = {sql_stage_subject, sql_stage_quarantine, sql_stage_transition};
    const struct writer_plan *plan = writer->plan;

    if (writer->straight || writer->has_stages)
        return true;
    for (size_t i = 0; i < sizeof stages / sizeof stages[0]; i++)
        if (!conn_execute(writer->conn, "creating the stage tables", stages[i], err))
            return false;
    for (size_t i = 0; i < plan->study->form_count; i++)
        if (!conn_execute(writer->conn, "creating the stage tables", plan->tables[i].create_stage, err))
            return false;
    writer->has_stages = true;
    return true;
}

void
writer_begin(struct writer *writer, struct conn *conn, const char *center_id, int64_t run_id, int64_t now_us,
             bool straight)
{
    const struct writer_plan *plan = writer->plan;

    writer->conn = conn;
    writer->center_id = center_id;
    writer->run_id = run_id;
    writer->now_us = now_us;
    writer->straight = straight;
    for (size_t i = 0; i < plan->table_count; i++) {
        const struct table_plan *table = &plan->tables[i];
        const struct writer_copy *copy = straight ? &table->table : &table->stage;

        copy_write_init(&writer->tables[i], conn, table->what, copy->sql, copy->field_count,
                        writer->buffers + i * plan->buffer_bytes, plan->buffer_bytes);
    }
}

static void
put_string(struct copy_write *copy, const char *text)
{
    if (text == NULL)
        copy_put_null(copy);
    else
        copy_put_text(copy, text, strlen(text));
}

/* The missing tokens by item: {"anc":"UNK"}; NULL where there are none. */
static void
put_tokens(struct writer *writer, struct copy_write *copy, const struct page *page)
{
    struct strbuf *text = &writer->tokens;
    const char *separator = "{";

    if (!page->has_tokens) {
        copy_put_null(copy);
        return;
    }
    strbuf_reset(text);
    strbuf_append_char(text, 1); /* the version of jsonb's binary form */
    for (size_t i = 0; i < page->form->item_count; i++) {
        const struct value token = value_token(&page->values[i]);
        const char *name = page->form->items[i].name;

        if (token.is_null)
            continue;
        strbuf_append(text, separator);
        json_text_append(text, name, strlen(name));
        strbuf_append_char(text, ':');
        json_text_append(text, token.text, token.length);
        separator = ",";
    }
    strbuf_append_char(text, '}');
    copy_put_bytes(copy, text->text, text->length);
}

/* A column of the form's table that is no item. */
static void
put_own_column(struct writer *writer, struct copy_write *copy, const struct subject *subject,
               const struct page *page, enum form_column column)
{
    struct value value;

    if (column == COLUMN_RUN_ID) {
        copy_put_int8(copy, writer->run_id);
        return;
    }
    if (column == COLUMN_MISSING) {
        put_tokens(writer, copy, page);
        return;
    }
    subject_column(subject, page, column, &value);
    if (form_columns[column].type == COLUMN_INT4 && !value.is_null)
        copy_put_int4(copy, (int32_t)value.integer);
    else
        copy_put_value(copy, &value);
}

static bool
put_page(struct writer *writer, const struct subject *subject, const struct page *page, struct err *err)
{
    struct copy_write *copy = &writer->tables[page->form->index];
    int column = 0;

    copy_write_begin_row(copy);
    while (column < FORM_COLUMNS_BEHIND_ITEMS)
        put_own_column(writer, copy, subject, page, (enum form_column)column++);
    for (size_t i = 0; i < page->form->item_count; i++)
        copy_put_value(copy, &page->values[i]);
    while (column < FORM_COLUMN_COUNT)
        put_own_column(writer, copy, subject, page, (enum form_column)column++);
    return copy_write_end_row(copy, err);
}

static void
put_optional_int(struct copy_write *copy, bool has, int32_t number)
{
    char text[16];

    if (has)
        snprintf(text, sizeof text, "%" PRId32, number);
    put_string(copy, has ? text : NULL);
}

static bool
put_quarantined(struct writer *writer, const char *subject_id, int32_t ordinal,
                const struct quarantined_page *quarantined, struct err *err)
{
    const struct source_page *page = quarantined->page;
    struct copy_write *copy = &writer->fixed[WRITER_QUARANTINE];

    copy_write_begin_row(copy);
    put_string(copy, writer->center_id);
    put_string(copy, subject_id);
    copy_put_int4(copy, ordinal);
    put_string(copy, page->event);
    put_optional_int(copy, page->has_event_repeat, page->event_repeat);
    put_string(copy, page->form);
    put_optional_int(copy, page->has_form_repeat, page->form_repeat);
    put_string(copy, quarantined->reason);
    if (page->data == NULL)
        copy_put_null(copy);
    else
        copy_put_text(copy, page->data, page->data_length);
    if (page->has_submitted_at)
        copy_put_int8(copy, page->submitted_at);
    else
        copy_put_null(copy);
    copy_put_int8(copy, writer->run_id);
    return copy_write_end_row(copy, err);
}

static void
put_key(struct copy_write *copy, const struct page_key *key)
{
    put_string(copy, key->event);
    copy_put_int4(copy, key->event_repeat);
    put_string(copy, key->form);
    copy_put_int4(copy, key->form_repeat);
}

static bool
put_opened(struct writer *writer, const char *subject_id, const struct violation *violation, struct err *err)
{
    struct copy_write *copy = &writer->fixed[WRITER_FINDING];

    copy_write_begin_row(copy);
    put_string(copy, writer->center_id);
    put_string(copy, subject_id);
    put_key(copy, &violation->key);
    put_string(copy, violation->check_id);
    put_string(copy, violation->item);
    put_string(copy, severity_name(violation->severity));
    put_string(copy, violation->category);
    put_string(copy, violation->message);
    put_string(copy, violation->messages);
    put_string(copy, "open");
    put_string(copy, violation->is_error ? "error" : "false");
    put_string(copy, violation->evidence);
    copy_put_bytes(copy, violation->basis, sizeof violation->basis);
    copy_put_int8(copy, writer->run_id);
    copy_put_int8(copy, writer->now_us - DATETIME_UNIX_US);
    return copy_write_end_row(copy, err);
}

static bool
put_transition(struct writer *writer, const struct transition *transition, struct err *err)
{
    const struct violation *violation = transition->violation;
    struct copy_write *copy = &writer->fixed[WRITER_TRANSITION];

    copy_write_begin_row(copy);
    copy_put_int8(copy, transition->finding_id);
    put_string(copy, transition->from_state);
    put_string(copy, transition->to_state);
    put_string(copy, transition->reason);
    put_string(copy, violation ? severity_name(violation->severity) : NULL);
    put_string(copy, violation ? violation->category : NULL);
    put_string(copy, violation ? violation->message : NULL);
    put_string(copy, violation ? violation->messages : NULL);
    put_string(copy, violation ? (violation->is_error ? "error" : "false") : NULL);
    put_string(copy, violation ? violation->evidence : NULL);
    if (violation != NULL)
        copy_put_bytes(copy, violation->basis, sizeof violation->basis);
    else
        copy_put_null(copy);
    return copy_write_end_row(copy, err);
}

static bool
put_cleaned(struct writer *writer, const char *subject_id, const struct cleaned_value *value, struct err *err)
{
    struct copy_write *copy = &writer->fixed[WRITER_CLEANING];

    copy_write_begin_row(copy);
    copy_put_int8(copy, writer->run_id);
    put_string(copy, writer->center_id);
    put_string(copy, subject_id);
    put_key(copy, &value->key);
    put_string(copy, value->item);
    put_string(copy, value->raw);
    put_string(copy, value->cleaned);
    put_string(copy, value->steps);
    return copy_write_end_row(copy, err);
}

static bool
put_changes(struct writer *writer, const char *subject_id, const struct finding_changes *changes,
            struct err *err)
{
    for (size_t i = 0; i < changes->opened_count; i++)
        if (!put_opened(writer, subject_id, changes->opened[i], err))
            return false;
    for (size_t i = 0; i < changes->transition_count; i++)
        if (!put_transition(writer, &changes->transitions[i], err))
            return false;
    for (size_t i = 0; i < changes->cleaned_count; i++)
        if (!put_cleaned(writer, subject_id, &changes->cleaned[i], err))
            return false;
    return true;
}

/* In the stage, a subject without pages is one that is gone. */
static bool
put_ledger(struct writer *writer, const struct source_subject *source, const struct evaluation *evaluation,
           struct err *err)
{
    struct copy_write *copy = &writer->fixed[WRITER_SUBJECT];

    copy_write_begin_row(copy);
    put_string(copy, writer->center_id);
    copy_put_text(copy, source->subject_id, source->subject_id_length);
    copy_put_int4(copy, (int32_t)source->page_count);
    copy_put_int4(copy, (int32_t)evaluation->quarantined_count);
    copy_put_bytes(copy, source->digest, sizeof source->digest);
    copy_put_int8(copy, writer->run_id);
    /* A date is its days in binary, as memory has it. */
    copy_put_int4(copy, evaluation->subject.night);
    if (evaluation->has_due)
        copy_put_int4(copy, evaluation->due);
    else
        copy_put_null(copy);
    return copy_write_end_row(copy, err);
}

bool
writer_put_subject(struct writer *writer, const struct source_subject *source,
                   const struct evaluation *evaluation, const struct finding_changes *changes,
                   struct err *err)
{
    const char *subject_id = source->subject_id;

    if (!need_stages(writer, err))
        return false;
    for (size_t i = 0; i < evaluation->subject.page_count; i++)
        if (!put_page(writer, &evaluation->subject, &evaluation->subject.pages[i], err))
            return false;
    for (size_t i = 0; i < evaluation->quarantined_count; i++)
        if (!put_quarantined(writer, subject_id, (int32_t)i + 1, &evaluation->quarantined[i], err))
            return false;
    return put_changes(writer, subject_id, changes, err) && put_ledger(writer, source, evaluation, err);
}

bool
writer_put_gone(struct writer *writer, const char *subject_id, const struct finding_changes *changes,
                struct err *err)
{
    const struct source_subject gone = {.subject_id = subject_id, .subject_id_length = strlen(subject_id)};
    const struct evaluation nothing = {0};

    return need_stages(writer, err) && put_ledger(writer, &gone, &nothing, err) &&
           put_changes(writer, subject_id, changes, err);
}

int64_t
writer_page_rows(const struct writer *writer)
{
    int64_t rows = 0;

    for (size_t i = 0; i < writer->plan->study->form_count; i++)
        rows += writer->tables[i].rows;
    return rows;
}

int64_t
writer_ledger_rows(const struct writer *writer)
{
    return writer->fixed[WRITER_SUBJECT].rows;
}

static bool
flush_all(struct writer *writer, struct err *err)
{
    for (size_t i = 0; i < writer->plan->table_count; i++)
        if (!copy_write_flush(&writer->tables[i], err))
            return false;
    return true;
}

static bool
execute(struct writer *writer, const char *what, const char *sql, int param_count, struct err *err)
{
    char run_id[24];
    struct conn_param params[] = {CONN_TEXT(writer->center_id), CONN_TEXT(run_id)};
    PGresult *result;

    snprintf(run_id, sizeof run_id, "%" PRId64, writer->run_id);
    result = conn_query_prepared(writer->conn, what, sql, params, param_count, err);
    PQclear(result);
    FAULT_OF("merging", what);
    return result != NULL;
}

static bool
merge_forms(struct writer *writer, struct counts *counts, struct err *err)
{
    struct conn_param center = CONN_TEXT(writer->center_id);

    for (size_t i = 0; i < writer->plan->study->form_count; i++) {
        const struct table_plan *form = &writer->plan->tables[i];
        int64_t deleted, written = 0;

        if (!conn_query_int(writer->conn, form->what, form->merge_delete, &center, 1, &deleted, err))
            return false;
        FAULT_OF("merging", form->what);
        if (writer->tables[i].rows > 0 &&
            !conn_query_int(writer->conn, form->what, form->merge_upsert, &center, 1, &written, err))
            return false;
        counts->pages_removed += deleted;
        counts->pages_written += written;
    }
    return true;
}

static bool
merge_findings(struct writer *writer, struct err *err)
{
    return writer->fixed[WRITER_TRANSITION].rows == 0 ||
           (execute(writer, "changing analysis.finding", sql_finding_apply, 2, err) &&
            execute(writer, "writing analysis.finding_event", sql_finding_event_add, 2, err));
}

bool
writer_put_changes(struct writer *writer, const char *subject_id, const struct finding_changes *changes,
                   struct err *err)
{
    return need_stages(writer, err) && put_changes(writer, subject_id, changes, err);
}

bool
writer_finish_findings(struct writer *writer, struct err *err)
{
    return flush_all(writer, err) && merge_findings(writer, err) &&
           conn_execute(writer->conn, "emptying the stage", sql_stage_transition_clear, err);
}

bool
writer_finish(struct writer *writer, struct counts *counts, struct err *err)
{
    if (!flush_all(writer, err))
        return false;
    if (writer->straight) {
        counts->pages_written += writer_page_rows(writer);
        return true;
    }
    if (writer->fixed[WRITER_SUBJECT].rows == 0)
        return true;
    if (!merge_forms(writer, counts, err) ||
        !execute(writer, "writing analysis.quarantine", sql_quarantine_delete, 1, err) ||
        !execute(writer, "writing analysis.quarantine", sql_quarantine_upsert, 1, err) ||
        !execute(writer, "writing analysis.subject", sql_ledger_delete, 1, err) ||
        !execute(writer, "writing analysis.subject", sql_ledger_upsert, 1, err))
        return false;
    return merge_findings(writer, err);
}
