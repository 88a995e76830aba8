#include "unique.h"

#include "close_reason.h"
#include "evidence.h"

#include "crfd/definition/ddl.h"

#include "queries.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OTHERS_SHOWN 10

/* Columns of the pages that share values, and the first of the values. */
enum { P_GROUP, P_CENTER, P_SUBJECT, P_EVENT, P_EVENT_REPEAT, P_FORM_REPEAT, P_VALUES };

/* A page with its finding. */
struct duplicate {
    const char *center_id;
    const char *subject_id;
    struct violation violation;
};

/* One rule at work. */
struct asking {
    struct across *across;
    const struct rule *rule;
    const struct unique_rule *unique;
    struct arena *arena;
    PGresult *pages; /* that share values */
    PGresult *findings;
    struct duplicate *list; /* in the order of the findings */
    size_t count;
    struct strbuf text;
};

/* Pages [start, end) have one value; their subjects, as far as they are shown. */
struct group {
    int start, end;
    int shown[OTHERS_SHOWN + 1];
    int shown_count;
    int subject_count;
    unsigned char digest[BASIS_BYTES]; /* of who they are */
};

/* ---- Asking PostgreSQL ---- */

static void
append_item(struct asking *asking, const char *table, size_t i)
{
    strbuf_printf(&asking->text, "%s.", table);
    ddl_append_identifier(&asking->text, asking->rule->form->items[asking->unique->items[i]].name);
}

static void
append_items(struct asking *asking, const char *table, const char *separator, const char *behind)
{
    for (size_t i = 0; i < asking->unique->item_count; i++) {
        strbuf_append(&asking->text, i > 0 ? separator : "");
        append_item(asking, table, i);
        strbuf_append(&asking->text, behind);
    }
}

/*
 * Values that stand on more than one page, and their pages: whether they are of several subjects is seen from the rows, of
 * which there are few. Names are quoted without asking whether they need it.
 */
static const char *
pages_sql(struct asking *asking)
{
    const char *center = asking->unique->in_study ? "" : "held.center_id, ";
    struct strbuf *sql = &asking->text;

    strbuf_reset(sql);
    strbuf_append(
        sql, "WITH held AS MATERIALIZED (SELECT row_number() OVER () AS held_group, held.* FROM (SELECT ");
    strbuf_append(sql, center);
    append_items(asking, "held", ", ", "");
    strbuf_append(sql, " FROM analysis.");
    ddl_append_identifier(sql, asking->rule->form->name);
    strbuf_append(sql, " AS held WHERE ");
    append_items(asking, "held", " AND ", " IS NOT NULL");
    strbuf_append(sql, " GROUP BY ");
    strbuf_append(sql, center);
    append_items(asking, "held", ", ", "");
    strbuf_append(sql,
                  " HAVING count(*) > 1) AS held)\n"
                  "SELECT held.held_group, page.center_id, page.subject_id, page.event, page.event_repeat,"
                  " page.form_repeat, ");
    append_items(asking, "page", ", ", "::text");
    strbuf_append(sql, "\nFROM analysis.");
    ddl_append_identifier(sql, asking->rule->form->name);
    strbuf_append(sql, " AS page JOIN held ON ");
    strbuf_append(sql, asking->unique->in_study ? "true" : "held.center_id = page.center_id");
    for (size_t i = 0; i < asking->unique->item_count; i++) {
        strbuf_append(sql, " AND ");
        append_item(asking, "held", i);
        strbuf_append(sql, " = ");
        append_item(asking, "page", i);
    }
    strbuf_append(
        sql, "\nORDER BY held.held_group, page.center_id, page.subject_id, page.event, page.event_repeat,"
             " page.form_repeat");
    return sql->text;
}

static bool
ask(struct asking *asking, struct err *err)
{
    struct conn *conn = asking->across->worker->analysis;
    struct conn_param rule = CONN_TEXT(asking->rule->id);

    asking->pages =
        conn_query(conn, "looking for values that are not unique", pages_sql(asking), NULL, 0, err);
    if (asking->pages == NULL)
        return false;
    asking->findings = conn_query(conn, "reading the findings of a rule", sql_rule_findings, &rule, 1, err);
    return asking->findings != NULL;
}

/* ---- What is found ---- */

static bool
same_subject(const PGresult *rows, int a, int b)
{
    return strcmp(PQgetvalue(rows, a, P_SUBJECT), PQgetvalue(rows, b, P_SUBJECT)) == 0 &&
           strcmp(PQgetvalue(rows, a, P_CENTER), PQgetvalue(rows, b, P_CENTER)) == 0;
}

static void
add_text(struct basis *basis, const char *text)
{
    basis_add_text(basis, text, strlen(text));
}

static void
gather_subjects(struct asking *asking, struct group *group)
{
    struct basis *basis = &asking->across->worker->evaluator.basis;

    basis_begin(basis, SEVERITY_MAJOR, false);
    for (int i = group->start; i < group->end; i++) {
        if (i > group->start && same_subject(asking->pages, i - 1, i))
            continue;
        if (group->shown_count < OTHERS_SHOWN + 1)
            group->shown[group->shown_count++] = i;
        group->subject_count++;
        add_text(basis, PQgetvalue(asking->pages, i, P_CENTER));
        add_text(basis, PQgetvalue(asking->pages, i, P_SUBJECT));
    }
    basis_end(basis, group->digest);
}

/* "S014 of center C02, S001 of center C03 and 3 more" */
static void
append_others(struct asking *asking, const struct group *group, int row)
{
    int left = group->subject_count - 1, shown = 0;

    for (int i = 0; i < group->shown_count && shown < OTHERS_SHOWN; i++) {
        if (same_subject(asking->pages, group->shown[i], row))
            continue;
        strbuf_printf(&asking->text, "%s%s of center %s", shown++ > 0 ? ", " : "",
                      PQgetvalue(asking->pages, group->shown[i], P_SUBJECT),
                      PQgetvalue(asking->pages, group->shown[i], P_CENTER));
    }
    if (left > shown)
        strbuf_printf(&asking->text, " and %d more", left - shown);
}

static const char *
taken(struct asking *asking)
{
    return arena_copy(asking->arena, asking->text.text, asking->text.length);
}

static const char *
message_of(struct asking *asking, const char *others, int row)
{
    const struct unique_rule *unique = asking->unique;

    strbuf_reset(&asking->text);
    for (size_t i = 0; i < unique->item_count; i++)
        strbuf_printf(&asking->text, "%s%s %s", i > 0 ? ", " : "",
                      rule_item_label(&asking->rule->form->items[unique->items[i]]),
                      PQgetvalue(asking->pages, row, P_VALUES + (int)i));
    strbuf_printf(&asking->text, "%s not unique in the %s: subject %s",
                  unique->item_count > 1 ? " together are" : " is", unique->in_study ? "study" : "center",
                  others);
    return taken(asking);
}

/* The key of the others is no name that an item can have. */
static const char *
evidence_of(struct asking *asking, const char *others, int row)
{
    strbuf_reset(&asking->text);
    evidence_begin(&asking->text);
    for (size_t i = 0; i < asking->unique->item_count; i++) {
        const char *value = PQgetvalue(asking->pages, row, P_VALUES + (int)i);

        evidence_add(&asking->text, asking->rule->form->items[asking->unique->items[i]].name, value,
                     strlen(value));
    }
    evidence_add(&asking->text, "other subjects", others, strlen(others));
    evidence_end(&asking->text);
    return taken(asking);
}

static void
take_basis(struct asking *asking, const struct group *group, int row, unsigned char out[BASIS_BYTES])
{
    struct basis *basis = &asking->across->worker->evaluator.basis;

    basis_begin(basis, asking->rule->severity, false);
    add_text(basis, asking->unique->in_study ? "study" : "center");
    for (size_t i = 0; i < asking->unique->item_count; i++) {
        add_text(basis, asking->rule->form->items[asking->unique->items[i]].name);
        add_text(basis, PQgetvalue(asking->pages, row, P_VALUES + (int)i));
    }
    basis_add_text(basis, (const char *)group->digest, sizeof group->digest);
    basis_end(basis, out);
}

static void
add_duplicate(struct asking *asking, const struct group *group, int row)
{
    const PGresult *pages = asking->pages;
    struct duplicate *duplicate = &asking->list[asking->count++];
    const char *others;

    strbuf_reset(&asking->text);
    append_others(asking, group, row);
    others = taken(asking);
    *duplicate = (struct duplicate){
        .center_id = PQgetvalue(pages, row, P_CENTER),
        .subject_id = PQgetvalue(pages, row, P_SUBJECT),
        .violation = {.key = {PQgetvalue(pages, row, P_EVENT),
                              (int32_t)conn_int_at(pages, row, P_EVENT_REPEAT), asking->rule->form->name,
                              (int32_t)conn_int_at(pages, row, P_FORM_REPEAT)},
                      .check_id = asking->rule->id,
                      .item = rule_item_name(asking->rule),
                      .severity = asking->rule->severity,
                      .category = asking->rule->category,
                      .message = message_of(asking, others, row),
                      .evidence = evidence_of(asking, others, row)},
    };
    take_basis(asking, group, row, duplicate->violation.basis);
}

static int
compare_places(const char *center_a, const char *subject_a, const struct page_key *a, const char *center_b,
               const char *subject_b, const struct page_key *b)
{
    int order = strcmp(center_a, center_b);

    if (order == 0)
        order = strcmp(subject_a, subject_b);
    return order != 0 || a == NULL ? order : page_key_compare(a, b);
}

static int
compare_duplicates(const void *left, const void *right)
{
    const struct duplicate *a = left;
    const struct duplicate *b = right;

    return compare_places(a->center_id, a->subject_id, &a->violation.key, b->center_id, b->subject_id,
                          &b->violation.key);
}

static void
find_duplicates(struct asking *asking)
{
    int rows = PQntuples(asking->pages);

    asking->list = arena_array(asking->arena, struct duplicate, (size_t)rows);
    for (int start = 0, end = 0; start < rows; start = end) {
        struct group group = {.start = start};

        while (end < rows && strcmp(PQgetvalue(asking->pages, start, P_GROUP),
                                    PQgetvalue(asking->pages, end, P_GROUP)) == 0)
            end++;
        group.end = end;
        /* In order: where the first and the last are of one subject, all are. */
        if (same_subject(asking->pages, start, end - 1))
            continue;
        gather_subjects(asking, &group);
        for (int row = start; row < end; row++)
            add_duplicate(asking, &group, row);
    }
    if (asking->count > 1)
        qsort(asking->list, asking->count, sizeof *asking->list, compare_duplicates);
}

/* ---- What becomes of the findings ---- */

/* The page may be gone, have lost a value, or have one of its own. */
static bool
find_reason(struct asking *asking, int row, enum close_reason *reason, struct err *err)
{
    const PGresult *found = asking->findings;
    struct conn_param params[] = {CONN_TEXT(PQgetvalue(found, row, FINDING_CENTER)),
                                  CONN_TEXT(PQgetvalue(found, row, FINDING_SUBJECT)),
                                  CONN_TEXT(PQgetvalue(found, row, FINDING_EVENT)),
                                  CONN_TEXT(PQgetvalue(found, row, FINDING_EVENT_REPEAT)),
                                  CONN_TEXT(PQgetvalue(found, row, FINDING_FORM_REPEAT))};
    struct strbuf *sql = &asking->text;
    PGresult *rows;

    strbuf_reset(sql);
    strbuf_append(sql, "SELECT ");
    append_items(asking, "page", " AND ", " IS NOT NULL");
    strbuf_append(sql, " FROM analysis.");
    ddl_append_identifier(sql, asking->rule->form->name);
    strbuf_append(sql, " AS page WHERE center_id = $1 AND subject_id = $2 AND event = $3"
                       " AND event_repeat = $4::int AND form_repeat = $5::int");
    rows = conn_query(asking->across->worker->analysis, "looking at a page", sql->text, params, 5, err);
    if (rows == NULL)
        return false;
    *reason = PQntuples(rows) == 0               ? CLOSE_REMOVED
              : PQgetvalue(rows, 0, 0)[0] == 't' ? CLOSE_CORRECTED
                                                 : CLOSE_UNKNOWN;
    PQclear(rows);
    return true;
}

static bool
close_finding(struct asking *asking, int row, struct finding_changes *out, struct err *err)
{
    enum close_reason reason;

    if (strcmp(PQgetvalue(asking->findings, row, FINDING_STATE), "closed") == 0)
        return true;
    if (!find_reason(asking, row, &reason, err))
        return false;
    finding_close(asking->findings, row, close_reason_name(reason), out);
    return true;
}

/* The findings [row, end) of a subject beside its duplicates [at, until). */
static bool
merge_subject(struct asking *asking, int row, int end, size_t at, size_t until, struct finding_changes *out,
              struct err *err)
{
    *out = (struct finding_changes){
        .opened = arena_array(asking->arena, const struct violation *, until - at),
        .transitions = arena_array(asking->arena, struct transition, (size_t)(end - row)),
    };
    while (row < end || at < until) {
        struct page_key key = row < end ? finding_key(asking->findings, row) : (struct page_key){0};
        const struct violation *violation = at < until ? &asking->list[at].violation : NULL;
        int order = row == end ? 1 : violation == NULL ? -1 : page_key_compare(&key, &violation->key);

        if (order < 0 && !close_finding(asking, row, out, err))
            return false;
        if (order == 0)
            finding_keep(asking->findings, row, violation, out);
        if (order > 0)
            out->opened[out->opened_count++] = violation;
        row += order <= 0;
        at += order >= 0;
    }
    return true;
}

static int
compare_subject(const struct asking *asking, const char *center_id, const char *subject_id, int row)
{
    return compare_places(center_id, subject_id, NULL, PQgetvalue(asking->findings, row, FINDING_CENTER),
                          PQgetvalue(asking->findings, row, FINDING_SUBJECT), NULL);
}

/* Subject by subject: those that have findings of the rule, or share a value now. */
static bool
put_changes(struct asking *asking, struct err *err)
{
    int rows = PQntuples(asking->findings);
    struct finding_changes changes;
    int row = 0, end = 0;
    size_t at = 0, until = 0;

    for (; row < rows || at < asking->count; row = end, at = until) {
        const struct duplicate *first = at < asking->count ? &asking->list[at] : NULL;
        bool has_findings = row < rows && (first == NULL || compare_subject(asking, first->center_id,
                                                                            first->subject_id, row) >= 0);
        const char *center_id =
            has_findings ? PQgetvalue(asking->findings, row, FINDING_CENTER) : first->center_id;
        const char *subject_id =
            has_findings ? PQgetvalue(asking->findings, row, FINDING_SUBJECT) : first->subject_id;

        while (end < rows && compare_subject(asking, center_id, subject_id, end) == 0)
            end++;
        while (until < asking->count &&
               compare_places(center_id, subject_id, NULL, asking->list[until].center_id,
                              asking->list[until].subject_id, NULL) == 0)
            until++;
        if (!merge_subject(asking, row, end, at, until, &changes, err))
            return false;
        if (changes.opened_count + changes.transition_count > 0 &&
            !across_put(asking->across, center_id, subject_id, &changes, err))
            return false;
    }
    return across_flush(asking->across, err);
}

static bool
work_rule(struct across *across, const struct rule *rule, struct err *err)
{
    struct asking asking = {.across = across,
                            .rule = rule,
                            .unique = rule_item(rule)->unique,
                            .arena = &across->worker->center_arena};
    bool ok;

    arena_reset(asking.arena);
    strbuf_init(&asking.text);
    ok = ask(&asking, err);
    if (ok) {
        find_duplicates(&asking);
        ok = put_changes(&asking, err);
    } else {
        err_prefix(err, "%s", rule->id);
    }
    PQclear(asking.findings);
    PQclear(asking.pages);
    strbuf_destroy(&asking.text);
    return ok;
}

/* ---- The part ---- */

static bool
is_needed(const struct definition *definition)
{
    for (size_t i = 0; i < definition->rules->count; i++)
        if (definition->rules->rules[i].kind == &rule_unique)
            return true;
    return false;
}

static bool
work(struct across *across, struct err *err)
{
    const struct rulebook *book = across->worker->pass->definition->rules;

    for (size_t i = 0; i < book->count; i++)
        if (book->rules[i].kind == &rule_unique && !work_rule(across, &book->rules[i], err))
            return false;
    return true;
}

const struct across_part across_unique = {"unique", is_needed, work};
