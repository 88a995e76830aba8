#include "check_oracle.h"

#include "crfd/base/strbuf.h"

#include "cluster.h"
#include "fail.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- the pages as tables --- */

void
oracle_create(PGconn *connection, const struct study *study)
{
    cluster_exec(connection, "CREATE SCHEMA crfd; CREATE SCHEMA analysis");
    cluster_exec_file(connection, "sql/migrations/0003_partial_date.sql");
    cluster_exec_file(connection, "sql/migrations/0004_partial_date_inline.sql");
    for (size_t i = 0; i < study->form_count; i++) {
        const struct form *form = &study->forms[i];
        struct strbuf sql;

        strbuf_init(&sql);
        strbuf_printf(
            &sql,
            "CREATE TABLE analysis.%s (center_id text COLLATE \"C\", subject_id text COLLATE \"C\", "
            "event text COLLATE \"C\", event_repeat int, form_repeat int, event_order int, "
            "event_number bigint, event_day int, unscheduled boolean, "
            "submitted_at timestamptz",
            form->name);
        for (size_t n = 0; n < form->item_count; n++) {
            const char *type = value_type_column(form->items[n].type);

            strbuf_printf(&sql, ", \"%s\" %s%s", form->items[n].name, type,
                          strcmp(type, "text") == 0 ? " COLLATE \"C\"" : "");
        }
        strbuf_append(&sql, ", missing jsonb, \"row\" int)");
        cluster_exec(connection, sql.text);
        strbuf_destroy(&sql);
    }
}

void
oracle_clear(PGconn *connection, const struct study *study)
{
    for (size_t i = 0; i < study->form_count; i++)
        cluster_execf(connection, "TRUNCATE analysis.%s", study->forms[i].name);
}

static void
append_literal(PGconn *connection, struct strbuf *sql, const char *text, size_t length)
{
    char *quoted = PQescapeLiteral(connection, text, length);

    TEST_REQUIRE(quoted != NULL, "quoting: %s", PQerrorMessage(connection));
    strbuf_append(sql, quoted);
    PQfreemem(quoted);
}

/* The columns that tell of the event's place in the plan. */
static void
append_event(struct strbuf *sql, const struct subject *subject, const struct page *page)
{
    for (int column = COLUMN_EVENT_NUMBER; column <= COLUMN_UNSCHEDULED; column++) {
        struct value value;

        subject_column(subject, page, (enum form_column)column, &value);
        strbuf_append(sql, ", ");
        if (value.is_null)
            strbuf_append(sql, "NULL");
        else
            value_append_text(&value, sql);
    }
}

/* What the missing values of the page say. */
static void
append_tokens(PGconn *connection, struct strbuf *sql, const struct page *page)
{
    const char *separator = ", jsonb_strip_nulls(jsonb_build_object(";

    for (size_t i = 0; i < page->form->item_count; i++) {
        const struct value token = value_token(&page->values[i]);

        strbuf_printf(sql, "%s'%s', ", separator, page->form->items[i].name);
        if (token.is_null)
            strbuf_append(sql, "NULL::text");
        else
            append_literal(connection, sql, token.text, token.length);
        separator = ", ";
    }
    strbuf_append(sql, "))");
}

static void
insert_page(PGconn *connection, const struct subject *subject, const struct page *page, int row)
{
    const struct value submitted = {.type = VALUE_INSTANT, .datetime = page->submitted_at};
    struct strbuf sql;
    struct strbuf text;

    strbuf_init(&sql);
    strbuf_init(&text);
    value_append_text(&submitted, &text);
    strbuf_printf(&sql, "INSERT INTO analysis.%s VALUES ('%s', '%s', '%s', %d, %d, %d", page->form->name,
                  subject->center_id, subject->subject_id, page->event, page->event_repeat, page->form_repeat,
                  page->event_order);
    append_event(&sql, subject, page);
    strbuf_printf(&sql, ", '%s'", text.text);
    for (size_t i = 0; i < page->form->item_count; i++) {
        strbuf_append(&sql, ", ");
        strbuf_reset(&text);
        value_append_text(&page->values[i], &text);
        if (page->values[i].is_null)
            strbuf_append(&sql, "NULL");
        else
            append_literal(connection, &sql, text.text, text.length);
    }
    append_tokens(connection, &sql, page);
    strbuf_printf(&sql, ", %d)", row);
    cluster_exec(connection, sql.text);
    strbuf_destroy(&text);
    strbuf_destroy(&sql);
}

void
oracle_insert(PGconn *connection, const struct study *study, const struct subject *subject, int row)
{
    for (size_t i = 0; i < study->form_count; i++) {
        bool is_asked = strcmp(study->forms[i].name, "vs") == 0;

        for (size_t n = 0; n < subject->forms[i].count; n++)
            insert_page(connection, subject, subject->forms[i].pages[n], is_asked ? row++ : -1);
    }
}

/* --- asking --- */

static void
must(int sent, PGconn *connection)
{
    TEST_REQUIRE(sent == 1, "asking: %s", PQerrorMessage(connection));
}

/* The next result of the pipeline; a query's results end with NULL, which is skipped. */
static PGresult *
next_result(PGconn *connection)
{
    PGresult *result = PQgetResult(connection);

    if (result == NULL)
        result = PQgetResult(connection);
    TEST_REQUIRE(result != NULL, "the server is gone: %s", PQerrorMessage(connection));
    return result;
}

static void
read_sync(PGconn *connection)
{
    PGresult *result = next_result(connection);

    TEST_REQUIRE(PQresultStatus(result) == PGRES_PIPELINE_SYNC, "asking: %s", PQresultErrorMessage(result));
    PQclear(result);
}

static void
set_answer(struct oracle_answer *answer, const PGresult *result, int tuple)
{
    const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *text = "no row";

    if (PQresultStatus(result) != PGRES_TUPLES_OK)
        text = sqlstate ? sqlstate : "?";
    else if (tuple < PQntuples(result))
        text = PQgetisnull(result, tuple, 1)            ? "unknown"
               : PQgetvalue(result, tuple, 1)[0] == 't' ? "true"
                                                        : "false";
    snprintf(answer->text, sizeof answer->text, "%s", text);
}

static void
send_for_all_rows(PGconn *connection, const struct oracle_question *question)
{
    struct strbuf sql;

    strbuf_init(&sql);
    strbuf_printf(&sql, "SELECT vs.\"row\", (NOT NOT (%s)) FROM analysis.vs", question->condition);
    must(
        PQsendQueryParams(connection, sql.text, question->param_count, NULL, question->params, NULL, NULL, 0),
        connection);
    must(PQpipelineSync(connection), connection);
    strbuf_destroy(&sql);
}

/* False where a row has failed. */
static bool
read_for_all_rows(PGconn *connection, struct oracle_question *question, size_t row_count)
{
    PGresult *result = next_result(connection);
    bool ok = PQresultStatus(result) == PGRES_TUPLES_OK;

    TEST_REQUIRE(!ok || PQntuples(result) == (int)row_count, "%s: %d rows", question->condition,
                 PQntuples(result));
    for (size_t i = 0; i < row_count; i++)
        set_answer(&question->answers[ok ? (size_t)strtol(PQgetvalue(result, (int)i, 0), NULL, 10) : i],
                   result, (int)i);
    PQclear(result);
    read_sync(connection);
    return ok;
}

/* The parameter behind those of the condition is the row. */
static void
send_row_by_row(PGconn *connection, struct oracle_question *question, size_t row_count)
{
    struct strbuf sql;
    char row[24];

    strbuf_init(&sql);
    strbuf_printf(&sql, "SELECT vs.\"row\", (NOT NOT (%s)) FROM analysis.vs WHERE vs.\"row\" = $%d::int",
                  question->condition, question->param_count + 1);
    must(PQsendPrepare(connection, "", sql.text, 0, NULL), connection);
    must(PQpipelineSync(connection), connection);
    for (size_t i = 0; i < row_count; i++) {
        snprintf(row, sizeof row, "%zu", i);
        question->params[question->param_count] = row;
        must(PQsendQueryPrepared(connection, "", question->param_count + 1, question->params, NULL, NULL, 0),
             connection);
        must(PQpipelineSync(connection), connection);
    }
    strbuf_destroy(&sql);
}

static void
read_row_by_row(PGconn *connection, struct oracle_question *question, size_t row_count)
{
    PGresult *result = next_result(connection);
    bool prepared = PQresultStatus(result) == PGRES_COMMAND_OK;

    PQclear(result);
    read_sync(connection);
    for (size_t i = 0; i < row_count; i++) {
        result = next_result(connection);
        /* What cannot be prepared has failed for all rows alike, with the same error as the whole query. */
        if (prepared)
            set_answer(&question->answers[i], result, 0);
        PQclear(result);
        read_sync(connection);
    }
}

void
oracle_ask(PGconn *connection, struct oracle_question *const *questions, size_t count, size_t row_count)
{
    bool *failed = calloc(count + 1, sizeof *failed);

    TEST_REQUIRE(failed != NULL && PQenterPipelineMode(connection) == 1, "asking: no pipeline");
    for (size_t i = 0; i < count; i++)
        send_for_all_rows(connection, questions[i]);
    for (size_t i = 0; i < count; i++)
        failed[i] = !read_for_all_rows(connection, questions[i], row_count);
    for (size_t i = 0; i < count; i++)
        if (failed[i])
            send_row_by_row(connection, questions[i], row_count);
    for (size_t i = 0; i < count; i++)
        if (failed[i])
            read_row_by_row(connection, questions[i], row_count);
    TEST_REQUIRE(PQexitPipelineMode(connection) == 1, "asking: %s", PQerrorMessage(connection));
    free(failed);
}

/* --- other wordings --- */

const char *
oracle_on_the_night(struct arena *arena, const char *condition)
{
    static const char word[] = "current_date";
    struct strbuf text;
    const char *copy;

    strbuf_init(&text);
    for (const char *next; (next = strstr(condition, word)) != NULL; condition = next + sizeof word - 1) {
        strbuf_append_bytes(&text, condition, (size_t)(next - condition));
        strbuf_append(&text, "DATE '2014-03-10'");
    }
    strbuf_append(&text, condition);
    copy = arena_copy(arena, text.text, text.length);
    strbuf_destroy(&text);
    return copy;
}
