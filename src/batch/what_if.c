#include "crfd/batch/what_if.h"

#include "center_list.h"
#include "center_walk.h"
#include "crfd/batch/session.h"
#include "evaluate.h"
#include "finding.h"

#include <stdlib.h>
#include <string.h>

/* Columns of sql/queries/subject_findings.sql. */
enum {
    F_ID,
    F_EVENT,
    F_EVENT_REPEAT,
    F_FORM,
    F_FORM_REPEAT,
    F_CHECK,
    F_ITEM,
    F_STATE,
    F_SEVERITY,
    F_CATEGORY,
    F_OUTCOME,
    F_MESSAGE
};

struct trying {
    const struct config *config;
    struct arena *arena;        /* of the result */
    struct arena center_arena;  /* the ledger */
    struct arena subject_arena; /* one subject */
    struct conn *source;
    struct conn *analysis;
    struct evaluator evaluator;
    const struct rulebook *rules;
    struct what_if_row *tallies; /* one per rule of the study */
    struct what_if_row *retired;
    size_t retired_count;
    size_t retired_capacity;
    struct what_if *out;
    const struct what_if_teller *teller; /* NULL: none */
    const char *center_id;
    const char *subject_id;
    struct ledger ledger;
};

/* --- counting --- */

static struct what_if_row *
add_retired(struct trying *trying, const char *check_id)
{
    if (trying->retired_count == trying->retired_capacity) {
        size_t capacity = trying->retired_capacity ? 2 * trying->retired_capacity : 16;
        struct what_if_row *list = arena_array(trying->arena, struct what_if_row, capacity);

        if (trying->retired_count > 0)
            memcpy(list, trying->retired, trying->retired_count * sizeof *list);
        trying->retired = list;
        trying->retired_capacity = capacity;
    }
    trying->retired[trying->retired_count] =
        (struct what_if_row){.check_id = arena_strdup(trying->arena, check_id), .retired = true};
    return &trying->retired[trying->retired_count++];
}

static struct what_if_row *
tally_of(struct trying *trying, const char *check_id)
{
    const struct rule *rule = rulebook_find(trying->rules, check_id);

    if (rule != NULL)
        return &trying->tallies[rule - trying->rules->rules];
    for (size_t i = 0; i < trying->retired_count; i++)
        if (strcmp(trying->retired[i].check_id, check_id) == 0)
            return &trying->retired[i];
    return add_retired(trying, check_id);
}

static void
count(struct what_if_row *tally, enum what_if_change change)
{
    switch (change) {
    case WHAT_IF_OPENS:
        tally->opens++;
        break;
    case WHAT_IF_CLOSES:
        tally->closes++;
        break;
    case WHAT_IF_STAYS:
        tally->stays++;
        break;
    }
}

static bool
take_change(struct trying *trying, struct what_if_finding finding, struct err *err)
{
    count(tally_of(trying, finding.check_id), finding.change);
    if (trying->teller == NULL)
        return true;
    finding.center_id = trying->center_id;
    finding.subject_id = trying->subject_id;
    return trying->teller->tell(trying->teller->data, &finding, err);
}

/* What a violation says; its row, where it has one, is the caller's to name. */
static struct what_if_finding
of_violation(const struct violation *violation, enum what_if_change change)
{
    return (struct what_if_finding){
        .change = change,
        .event = violation->key.event,
        .event_repeat = violation->key.event_repeat,
        .form = violation->key.form,
        .form_repeat = violation->key.form_repeat,
        .check_id = violation->check_id,
        .item = violation->item,
        .severity = severity_name(violation->severity),
        .category = violation->category,
        .message = violation->message,
    };
}

static struct what_if_finding
of_row(const PGresult *findings, int row, const struct violation *violation, enum what_if_change change)
{
    struct what_if_finding finding;

    if (violation != NULL)
        finding = of_violation(violation, change);
    else
        finding = (struct what_if_finding){
            .change = change,
            .event = PQgetvalue(findings, row, F_EVENT),
            .event_repeat = (int32_t)conn_int_at(findings, row, F_EVENT_REPEAT),
            .form = PQgetvalue(findings, row, F_FORM),
            .form_repeat = (int32_t)conn_int_at(findings, row, F_FORM_REPEAT),
            .check_id = PQgetvalue(findings, row, F_CHECK),
            .item = PQgetvalue(findings, row, F_ITEM),
            .severity = PQgetvalue(findings, row, F_SEVERITY),
            .category = PQgetisnull(findings, row, F_CATEGORY) ? NULL : PQgetvalue(findings, row, F_CATEGORY),
            .message = PQgetvalue(findings, row, F_MESSAGE),
        };
    finding.finding_id = conn_int_at(findings, row, F_ID);
    return finding;
}

/* What becomes of a finding that was there; false where it is closed, and stays so. */
static bool
change_of(const char *state, const struct transition *transition, enum what_if_change *out)
{
    const char *to_state = transition != NULL ? transition->to_state : state;
    bool was_closed = strcmp(state, "closed") == 0;

    if (strcmp(to_state, "closed") == 0)
        *out = WHAT_IF_CLOSES;
    else if (strcmp(to_state, "open") == 0 && strcmp(state, "open") != 0)
        *out = WHAT_IF_OPENS;
    else
        *out = WHAT_IF_STAYS;
    return !was_closed || strcmp(to_state, "open") == 0;
}

/* Transitions come in the order of the rows that they change. */
static bool
take_changes(struct trying *trying, const PGresult *findings, const struct finding_changes *changes,
             struct err *err)
{
    size_t next = 0;

    for (size_t i = 0; i < changes->opened_count; i++)
        if (!take_change(trying, of_violation(changes->opened[i], WHAT_IF_OPENS), err))
            return false;
    for (int row = 0; findings != NULL && row < PQntuples(findings); row++) {
        const struct transition *transition = NULL;
        enum what_if_change change;

        if (next < changes->transition_count &&
            changes->transitions[next].finding_id == conn_int_at(findings, row, F_ID))
            transition = &changes->transitions[next++];
        if (change_of(PQgetvalue(findings, row, F_STATE), transition, &change) &&
            !take_change(trying,
                         of_row(findings, row, transition != NULL ? transition->violation : NULL, change),
                         err))
            return false;
    }
    return true;
}

static int
compare_rows(const void *left, const void *right)
{
    return strcmp(((const struct what_if_row *)left)->check_id,
                  ((const struct what_if_row *)right)->check_id);
}

static void
take_rows(struct trying *trying)
{
    struct what_if *out = trying->out;

    out->rows = arena_array(trying->arena, struct what_if_row, trying->rules->count + trying->retired_count);
    for (size_t i = 0; i < trying->rules->count; i++) {
        struct what_if_row *row = &trying->tallies[i];

        row->check_id = trying->rules->rules[i].id;
        if (row->opens > 0 || row->closes > 0 || row->stays > 0)
            out->rows[out->count++] = *row;
    }
    for (size_t i = 0; i < trying->retired_count; i++)
        if (trying->retired[i].closes > 0)
            out->rows[out->count++] = trying->retired[i];
    qsort(out->rows, out->count, sizeof *out->rows, compare_rows);
}

/* --- subjects --- */

/* source NULL: the subject is gone, and so are its findings. */
static bool
try_subject(struct trying *trying, const char *subject_id, const struct source_subject *source,
            struct err *err)
{
    struct arena *arena = &trying->subject_arena;
    struct evaluation evaluation = {0};
    struct finding_changes changes;
    struct history history;
    bool ok;

    if (!history_load(&history, trying->analysis, trying->center_id, subject_id, err))
        return false;
    if (source != NULL)
        evaluate_subject(&trying->evaluator, arena, trying->center_id, source, &evaluation);
    finding_changes_find(&trying->evaluator, arena, &history, &evaluation, &changes);
    trying->subject_id = subject_id;
    ok = take_changes(trying, history.findings, &changes, err);
    trying->out->quarantined += (int64_t)evaluation.quarantined_count;
    history_release(&history);
    return ok;
}

static bool
take_gone(void *data, const struct ledger_entry *entry, struct err *err)
{
    struct trying *trying = data;

    trying->out->quarantined_now += entry->quarantined;
    trying->out->changed_subjects++;
    return try_subject(trying, entry->subject_id, NULL, err);
}

static bool
take_subject(void *data, const struct source_subject *source, const struct ledger_entry *entry,
             struct err *err)
{
    struct trying *trying = data;

    if (entry != NULL)
        trying->out->quarantined_now += entry->quarantined;
    trying->out->subjects++;
    trying->out->pages += (int64_t)source->page_count;
    trying->out->changed_subjects +=
        entry == NULL || memcmp(entry->digest, source->digest, sizeof source->digest) != 0;
    return try_subject(trying, source->subject_id, source, err);
}

static bool
walk(struct trying *trying, struct err *err)
{
    const struct source_filter everybody = {0};
    const struct center_walk walk = {
        .source = trying->source,
        .relation = trying->config->source_relation,
        .center_id = trying->center_id,
        .filter = &everybody,
        .ledger = &trying->ledger,
        .arena = &trying->subject_arena,
        .on_subject = take_subject,
        .on_gone = take_gone,
        .data = trying,
    };

    return center_walk(&walk, err);
}

/* --- centers --- */

static bool
try_center(struct trying *trying, struct context *context, struct err *err)
{
    struct context center;
    bool ok;

    if (!context_init(&center, context, "center", trying->config->center_deadline_ms, err))
        return false;
    conn_set_context(trying->source, &center);
    conn_set_context(trying->analysis, &center);
    arena_reset(&trying->center_arena);
    ok = conn_execute(trying->analysis, "beginning to look",
                      "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY", err) &&
         ledger_load(&trying->ledger, &trying->center_arena, trying->analysis, trying->center_id, err) &&
         walk(trying, err);
    conn_rollback(trying->analysis);
    conn_set_context(trying->source, context);
    conn_set_context(trying->analysis, context);
    context_destroy(&center);
    if (!ok)
        err_prefix(err, "center %s", trying->center_id);
    return ok;
}

static bool
try_centers(struct trying *trying, struct context *context, struct err *err)
{
    struct center_list list;

    trying->source = session_open_source(trying->config, context, err);
    if (trying->source == NULL)
        return false;
    trying->analysis = session_open_reader(trying->config, context, err);
    if (trying->analysis == NULL ||
        !center_list_read(trying->arena, trying->source, trying->config->source_relation, trying->analysis,
                          &list, err))
        return false;
    for (size_t i = 0; i < list.count; i++) {
        trying->center_id = list.centers[i].center_id;
        if (!try_center(trying, context, err))
            return false;
    }
    return true;
}

bool
what_if_run(struct arena *arena, const struct config *config, const struct definition *definition,
            int32_t night, const struct what_if_teller *teller, struct context *context, struct what_if *out,
            struct err *err)
{
    struct trying trying = {
        .config = config, .arena = arena, .rules = definition->rules, .teller = teller, .out = out};
    bool ok;

    *out = (struct what_if){0};
    arena_init(&trying.center_arena, 64 * 1024, 1024 * 1024);
    arena_init(&trying.subject_arena, 256 * 1024, 2 * 1024 * 1024);
    evaluator_init(&trying.evaluator, arena, definition, night);
    trying.tallies = arena_array(arena, struct what_if_row, definition->rules->count);
    ok = try_centers(&trying, context, err);
    if (ok)
        take_rows(&trying);
    conn_close(trying.source);
    conn_close(trying.analysis);
    evaluator_destroy(&trying.evaluator);
    arena_destroy(&trying.subject_arena);
    arena_destroy(&trying.center_arena);
    return ok;
}
