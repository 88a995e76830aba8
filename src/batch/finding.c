#include "finding.h"

#include "close_reason.h"

#include "queries.h"

#include <stdlib.h>
#include <string.h>

/* Columns of sql/queries/subject_cleanings.sql. */
enum { C_EVENT, C_EVENT_REPEAT, C_FORM, C_FORM_REPEAT, C_ITEM, C_RAW, C_CLEANED, C_STEPS };

bool
history_load(struct history *history, struct conn *conn, const char *center_id, const char *subject_id,
             struct err *err)
{
    struct conn_param params[] = {CONN_TEXT(center_id), CONN_TEXT(subject_id)};

    *history = (struct history){0};
    history->findings =
        conn_query_prepared(conn, "reading the subject's findings", sql_subject_findings, params, 2, err);
    if (history->findings == NULL)
        return false;
    history->cleanings =
        conn_query_prepared(conn, "reading the subject's audit trail", sql_subject_cleanings, params, 2, err);
    if (history->cleanings == NULL)
        history_release(history);
    return history->cleanings != NULL;
}

void
history_release(struct history *history)
{
    PQclear(history->findings);
    PQclear(history->cleanings);
    *history = (struct history){0};
}

static struct page_key
row_key(const PGresult *rows, int row, int event_column)
{
    return (struct page_key){
        PQgetvalue(rows, row, event_column),
        (int32_t)conn_int_at(rows, row, event_column + 1),
        PQgetvalue(rows, row, event_column + 2),
        (int32_t)conn_int_at(rows, row, event_column + 3),
    };
}

struct page_key
finding_key(const PGresult *rows, int row)
{
    return row_key(rows, row, FINDING_EVENT);
}

static int
compare_finding(const PGresult *rows, int row, const struct violation *violation)
{
    struct page_key key = row_key(rows, row, FINDING_EVENT);
    int order = page_key_compare(&key, &violation->key);

    if (order == 0)
        order = strcmp(PQgetvalue(rows, row, FINDING_CHECK), violation->check_id);
    return order != 0 ? order : strcmp(PQgetvalue(rows, row, FINDING_ITEM), violation->item);
}

static void
add_transition(const PGresult *rows, int row, const char *to_state, const char *reason,
               const struct violation *violation, struct finding_changes *out)
{
    out->transitions[out->transition_count++] = (struct transition){
        .finding_id = conn_int_at(rows, row, FINDING_ID),
        .from_state = PQgetvalue(rows, row, FINDING_STATE),
        .to_state = to_state,
        .reason = reason,
        .violation = violation,
    };
}

/* Hexadecimal, as the query gives it. */
static bool
is_digest(const char *text, const unsigned char *digest)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < BASIS_BYTES; i++)
        if (text[2 * i] != digits[digest[i] >> 4] || text[2 * i + 1] != digits[digest[i] & 15])
            return false;
    return true;
}

/* Of a finding whose basis nobody knows, the evidence says whether it is the same. */
static bool
has_same_basis(const PGresult *rows, int row, const struct violation *violation)
{
    if (PQgetisnull(rows, row, FINDING_BASIS))
        return strcmp(PQgetvalue(rows, row, FINDING_EVIDENCE), violation->evidence) == 0;
    return is_digest(PQgetvalue(rows, row, FINDING_BASIS), violation->basis);
}

/* It rests on what a person waived before it was anything else. */
static bool
is_waived_again(const PGresult *rows, int row, const struct violation *violation)
{
    return !PQgetisnull(rows, row, FINDING_WAIVED_BASIS) &&
           is_digest(PQgetvalue(rows, row, FINDING_WAIVED_BASIS), violation->basis);
}

/* What comes back as it was brings what a person said of it. */
static void
reopen(const PGresult *rows, int row, const struct violation *violation, struct finding_changes *out)
{
    bool is_waived = is_waived_again(rows, row, violation);
    bool is_back =
        is_waived || (has_same_basis(rows, row, violation) && !PQgetisnull(rows, row, FINDING_RETURNS_TO));
    const char *to_state = is_waived ? "waived"
                           : is_back ? PQgetvalue(rows, row, FINDING_RETURNS_TO)
                                     : "open";

    add_transition(rows, row, to_state, is_back ? "returned" : "violated again", violation, out);
    out->reopened_count += strcmp(to_state, "open") == 0;
}

/* Whether column and text are the same, where either may be none. */
static bool
same_or_none(const PGresult *rows, int row, int column, const char *text)
{
    if (text == NULL || PQgetisnull(rows, row, column))
        return text == NULL && PQgetisnull(rows, row, column);
    return strcmp(PQgetvalue(rows, row, column), text) == 0;
}

/* What the history tells of a finding that stays; NULL where it says what it said, and rests on the same. */
static const char *
find_difference(const PGresult *rows, int row, const struct violation *violation, bool ends_waiver)
{
    if (strcmp(PQgetvalue(rows, row, FINDING_EVIDENCE), violation->evidence) != 0)
        return "evidence";
    if (strcmp(PQgetvalue(rows, row, FINDING_MESSAGE), violation->message) != 0 ||
        strcmp(PQgetvalue(rows, row, FINDING_SEVERITY), severity_name(violation->severity)) != 0 ||
        !same_or_none(rows, row, FINDING_CATEGORY, violation->category) ||
        !same_or_none(rows, row, FINDING_MESSAGES, violation->messages) ||
        strcmp(PQgetvalue(rows, row, FINDING_OUTCOME), violation->is_error ? "error" : "false") != 0)
        return "definition";
    return ends_waiver ? "basis" : NULL;
}

void
finding_keep(const PGresult *rows, int row, const struct violation *violation, struct finding_changes *out)
{
    const char *state = PQgetvalue(rows, row, FINDING_STATE);
    bool same_basis = has_same_basis(rows, row, violation);
    bool ends_waiver = strcmp(state, "waived") == 0 && !same_basis;
    const char *difference = find_difference(rows, row, violation, ends_waiver);

    if (strcmp(state, "closed") == 0) {
        reopen(rows, row, violation, out);
    } else if (strcmp(state, "open") == 0 && is_waived_again(rows, row, violation)) {
        add_transition(rows, row, "waived", "returned", violation, out);
    } else if (difference != NULL || !same_basis || PQgetisnull(rows, row, FINDING_BASIS)) {
        add_transition(rows, row, ends_waiver ? "open" : state, difference, violation, out);
        out->reopened_count += ends_waiver;
    }
}

void
finding_close(const PGresult *rows, int row, const char *reason, struct finding_changes *out)
{
    add_transition(rows, row, "closed", reason, NULL, out);
    out->closed_count++;
}

/* Of a rule that the closing step asks: here nobody knows, but that its page is gone. */
static bool
is_for_closing(const struct evaluator *evaluator, const struct evaluation *evaluation,
               const struct page_key *key, const char *check_id)
{
    const struct rule *rule = rulebook_find(evaluator->definition->rules, check_id);
    size_t index;

    return rule != NULL && rule->kind->of_study && evaluation_find_page(evaluation, key, &index);
}

/* A subject that is gone has no evaluation: all its findings are removed. */
static void
close_finding(struct evaluator *evaluator, const struct evaluation *evaluation, const PGresult *rows, int row,
              struct finding_changes *out)
{
    struct page_key key = row_key(rows, row, FINDING_EVENT);
    enum close_reason reason = CLOSE_REMOVED;

    if (strcmp(PQgetvalue(rows, row, FINDING_STATE), "closed") == 0 ||
        is_for_closing(evaluator, evaluation, &key, PQgetvalue(rows, row, FINDING_CHECK)))
        return;
    if (evaluation->subject.page_count > 0 || evaluation->quarantined_count > 0)
        reason = close_reason_find(evaluator, evaluation, &key, PQgetvalue(rows, row, FINDING_CHECK),
                                   PQgetvalue(rows, row, FINDING_ITEM));
    finding_close(rows, row, close_reason_name(reason), out);
}

static void
merge_findings(struct evaluator *evaluator, struct arena *arena, const PGresult *rows,
               const struct evaluation *evaluation, struct finding_changes *out)
{
    int row_count = rows ? PQntuples(rows) : 0;
    int row = 0;

    out->opened = arena_alloc(arena, evaluation->violation_count * sizeof *out->opened);
    out->transitions = arena_alloc(arena, (size_t)row_count * sizeof *out->transitions);
    for (size_t i = 0; i < evaluation->violation_count; i++) {
        const struct violation *violation = &evaluation->violations[i];
        int order = -1;

        while (row < row_count && (order = compare_finding(rows, row, violation)) < 0)
            close_finding(evaluator, evaluation, rows, row++, out);
        if (row < row_count && order == 0)
            finding_keep(rows, row++, violation, out);
        else
            out->opened[out->opened_count++] = violation;
    }
    while (row < row_count)
        close_finding(evaluator, evaluation, rows, row++, out);
}

static int
compare_cleaned(const void *left, const void *right)
{
    const struct cleaned_value *a = left;
    const struct cleaned_value *b = right;
    int order = page_key_compare(&a->key, &b->key);

    return order != 0 ? order : strcmp(a->item, b->item);
}

static bool
same_cleaning(const PGresult *rows, int row, const struct cleaned_value *value)
{
    bool is_null = PQgetisnull(rows, row, C_CLEANED);

    return strcmp(PQgetvalue(rows, row, C_RAW), value->raw) == 0 && is_null == (value->cleaned == NULL) &&
           (is_null || strcmp(PQgetvalue(rows, row, C_CLEANED), value->cleaned) == 0) &&
           strcmp(PQgetvalue(rows, row, C_STEPS), value->steps) == 0;
}

/*
 * A value that was cleaned and now stands as entered: without a row that says so, the trail would go on
 * telling of a cleaning that no longer made the value. Nothing is said of a page that is gone.
 */
static void
log_as_entered(struct evaluator *evaluator, struct arena *arena, const PGresult *rows, int row,
               const struct evaluation *evaluation, struct finding_changes *out)
{
    struct page_key key = row_key(rows, row, C_EVENT);
    struct strbuf *text = &evaluator->text;
    const struct item_state *state;
    const struct page *page;
    size_t index, item;

    if (PQgetvalue(rows, row, C_STEPS)[0] == '\0' || !evaluation_find_page(evaluation, &key, &index))
        return;
    page = &evaluation->subject.pages[index];
    item = form_item_by_name(page->form, PQgetvalue(rows, row, C_ITEM));
    if (item == page->form->item_count)
        return;
    state = &evaluation->item_states[index][item];
    strbuf_reset(text);
    value_append_text(&page->values[item], text);
    out->cleaned[out->cleaned_count++] = (struct cleaned_value){
        .key = page_key_of(page),
        .item = page->form->items[item].name,
        .raw = state->raw ? arena_copy(arena, state->raw, state->raw_length) : "",
        .cleaned = page->values[item].is_null ? NULL : arena_copy(arena, text->text, text->length),
        .steps = "",
    };
}

static void
merge_cleanings(struct evaluator *evaluator, struct arena *arena, const PGresult *rows,
                const struct evaluation *evaluation, struct finding_changes *out)
{
    int row_count = rows ? PQntuples(rows) : 0;
    int row = 0;

    out->cleaned = arena_alloc(arena, (evaluation->cleaned_count + (size_t)row_count) * sizeof *out->cleaned);
    for (size_t i = 0; i < evaluation->cleaned_count; i++) {
        const struct cleaned_value *value = &evaluation->cleaned[i];
        int order = -1;

        while (row < row_count) {
            struct cleaned_value stored = {.key = row_key(rows, row, C_EVENT),
                                           .item = PQgetvalue(rows, row, C_ITEM)};

            order = compare_cleaned(&stored, value);
            if (order >= 0)
                break;
            log_as_entered(evaluator, arena, rows, row++, evaluation, out);
        }
        if (row == row_count || order != 0)
            out->cleaned[out->cleaned_count++] = *value;
        else if (!same_cleaning(rows, row++, value))
            out->cleaned[out->cleaned_count++] = *value;
    }
    while (row < row_count)
        log_as_entered(evaluator, arena, rows, row++, evaluation, out);
}

void
finding_changes_find(struct evaluator *evaluator, struct arena *arena, const struct history *history,
                     struct evaluation *evaluation, struct finding_changes *out)
{
    *out = (struct finding_changes){0};
    if (evaluation->cleaned_count > 1)
        qsort(evaluation->cleaned, evaluation->cleaned_count, sizeof *evaluation->cleaned, compare_cleaned);
    merge_findings(evaluator, arena, history->findings, evaluation, out);
    merge_cleanings(evaluator, arena, history->cleanings, evaluation, out);
}
