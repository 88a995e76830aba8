#include "crfd/batch/run_store.h"

#include "center_list.h"
#include "crfd/base/fault.h"
#include "crfd/batch/instance_study.h"
#include "crfd/definition/study_tables.h"
#include "crfd/pg/migrate.h"
#include "known_subject.h"

#include "queries.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Columns of sql/queries/run_centers.sql. */
enum {
    R_CENTER,
    R_EXPECTED,
    R_STATE,
    R_ATTEMPTS,
    R_SUBJECTS,
    R_EVALUATED,
    R_READ,
    R_WRITTEN,
    R_UNCHANGED,
    R_QUARANTINED,
    R_REMOVED,
    R_OPENED,
    R_CLOSED,
    R_REOPENED,
    R_CLEANED,
    R_LEDGER
};

/* A run that is being opened. */
struct opening {
    struct arena *arena;
    struct conn *source;
    struct conn *analysis;
    const struct config *config;
    const struct definition *definition;
    const struct run_options *options;
    const char *night;
    const char *host;
    struct run_record *record;
    char run_id[24];
};

static struct run_center *
find_center(struct run_record *record, const char *center_id)
{
    for (size_t i = 0; i < record->center_count; i++)
        if (strcmp(record->centers[i].center_id, center_id) == 0)
            return &record->centers[i];
    return NULL;
}

static int
compare_sizes(const void *left, const void *right)
{
    const struct run_center *a = left;
    const struct run_center *b = right;

    if (a->expected_pages != b->expected_pages)
        return a->expected_pages < b->expected_pages ? 1 : -1;
    return strcmp(a->center_id, b->center_id);
}

static bool
list_centers(struct opening *opening, struct err *err)
{
    struct run_record *record = opening->record;
    struct center_list list;

    if (!center_list_read(opening->arena, opening->source, opening->config->source_relation,
                          opening->analysis, &list, err))
        return false;
    record->center_count = list.count;
    record->centers = arena_array(opening->arena, struct run_center, list.count);
    for (size_t i = 0; i < list.count; i++)
        record->centers[i] = (struct run_center){.center_id = list.centers[i].center_id,
                                                 .expected_pages = list.centers[i].expected_pages,
                                                 .ledger_pages = list.centers[i].ledger_pages};
    return true;
}

/* Keeps the selected centers only; each must exist. */
static bool
select_centers(struct opening *opening, struct err *err)
{
    const struct run_options *options = opening->options;
    struct run_center *selected;

    if (options->center_count > 0) {
        selected = arena_array(opening->arena, struct run_center, options->center_count);
        for (size_t i = 0; i < options->center_count; i++) {
            const struct run_center *center = find_center(opening->record, options->centers[i]);

            if (center == NULL) {
                err_set(err, ERR_USAGE,
                        "--center: center \"%s\" has no pages at the source and none in the ledger",
                        options->centers[i]);
                return false;
            }
            selected[i] = *center;
        }
        opening->record->centers = selected;
        opening->record->center_count = options->center_count;
    }
    qsort(opening->record->centers, opening->record->center_count, sizeof *opening->record->centers,
          compare_sizes);
    return true;
}

/* A run of a subject that was only misspelt would be empty, and end as if all were well. */
static bool
check_subject(struct opening *opening, struct err *err)
{
    const char *subject_id = opening->options->subject_id;
    bool is_known = subject_id == NULL;

    for (size_t i = 0; !is_known && i < opening->record->center_count; i++)
        if (!known_subject_at(opening->source, opening->analysis, opening->config->source_relation,
                              opening->record->centers[i].center_id, subject_id, &is_known, err))
            return false;
    if (!is_known)
        err_set(err, ERR_USAGE,
                "--subject: subject \"%s\" has no pages at the source and none in the ledger%s", subject_id,
                opening->options->center_count > 0 ? " of the selected centers" : "");
    return is_known;
}

static bool
run_statement(struct conn *conn, const char *what, const char *sql, const struct conn_param *params,
              int count, struct err *err)
{
    PGresult *result = conn_query(conn, what, sql, params, count, err);

    PQclear(result);
    return result != NULL;
}

static bool
freeze_centers(struct opening *opening, struct err *err)
{
    struct strbuf ids, pages, ledger;
    bool ok;

    strbuf_init(&ids);
    strbuf_init(&pages);
    strbuf_init(&ledger);
    strbuf_append_char(&ids, '{');
    strbuf_append_char(&pages, '{');
    strbuf_append_char(&ledger, '{');
    for (size_t i = 0; i < opening->record->center_count; i++) {
        conn_append_array_element(&ids, opening->record->centers[i].center_id);
        strbuf_printf(&pages, "%s%" PRId64, i > 0 ? "," : "", opening->record->centers[i].expected_pages);
        strbuf_printf(&ledger, "%s%" PRId64, i > 0 ? "," : "", opening->record->centers[i].ledger_pages);
    }
    strbuf_append_char(&ids, '}');
    strbuf_append_char(&pages, '}');
    strbuf_append_char(&ledger, '}');
    ok = run_statement(opening->analysis, "freezing the centers of the run", sql_run_freeze,
                       (struct conn_param[]){CONN_TEXT(opening->run_id), CONN_TEXT(ids.text),
                                             CONN_TEXT(pages.text), CONN_TEXT(ledger.text)},
                       4, err);
    strbuf_destroy(&ledger);
    strbuf_destroy(&ids);
    strbuf_destroy(&pages);
    return ok;
}

static bool
keep_study(struct opening *opening, struct err *err)
{
    const struct study *study = opening->definition->study;
    struct conn_param params[] = {CONN_TEXT(study->digest), CONN_TEXT(study->name), CONN_TEXT(study->version),
                                  CONN_TEXT(opening->definition->text)};

    return run_statement(opening->analysis, "keeping the study definition", sql_run_study, params, 4, err);
}

/* Takes the id of the single row, if there is one. */
static bool
take_run_id(struct opening *opening, PGresult *rows, bool *opened)
{
    if (rows == NULL)
        return false;
    *opened = PQntuples(rows) > 0;
    if (*opened) {
        snprintf(opening->run_id, sizeof opening->run_id, "%s", PQgetvalue(rows, 0, 0));
        opening->record->run_id = strtoll(opening->run_id, NULL, 10);
    }
    PQclear(rows);
    return true;
}

/* Joins the night's run: one that runs (or was left by a crash), or one that ended with failed or held centers. */
static bool
join_nightly(struct opening *opening, const PGresult *rows, struct err *err)
{
    bool ok = false;

    snprintf(opening->run_id, sizeof opening->run_id, "%s", PQgetvalue(rows, 0, 0));
    opening->record->run_id = strtoll(opening->run_id, NULL, 10);
    opening->record->joined = true;
    if (strcmp(PQgetvalue(rows, 0, 1), "done") == 0) {
        opening->record->complete = true;
        ok = true;
    } else if (strcmp(PQgetvalue(rows, 0, 1), "superseded") == 0) {
        err_set(err, ERR_CONFIG,
                "night %s is over: a later night has begun; use `crfd run --rerun --reason TEXT`",
                opening->night);
    } else if (strcmp(PQgetvalue(rows, 0, 2), opening->definition->study->digest) != 0) {
        err_set(err, ERR_CONFIG,
                "run %s of night %s was opened under another study definition (digest %.12s, now %.12s): "
                "finish it with "
                "that one (crfd.study holds it), or start over with `crfd run --rerun --reason TEXT`",
                opening->run_id, opening->night, PQgetvalue(rows, 0, 2), opening->definition->study->digest);
    } else {
        struct conn_param run = CONN_TEXT(opening->run_id);

        ok = run_statement(opening->analysis, "taking the run up again", sql_run_reopen, &run, 1, err) &&
             run_statement(opening->analysis, "taking failed centers up again", sql_run_retry_failed, &run, 1,
                           err);
    }
    return ok;
}

/* *joined is false where the night has no run yet. */
static bool
find_nightly(struct opening *opening, bool *joined, struct err *err)
{
    struct conn_param night = CONN_TEXT(opening->night);
    PGresult *rows =
        conn_query(opening->analysis, "looking for the night's run", sql_run_find_nightly, &night, 1, err);
    bool ok;

    if (rows == NULL)
        return false;
    *joined = PQntuples(rows) > 0;
    ok = !*joined || join_nightly(opening, rows, err);
    PQclear(rows);
    return ok;
}

/* For who later asks what the tables were filled from: edc."edc"."crf_page". */
static const char *
source_name(const struct opening *opening)
{
    return arena_printf(opening->arena, "%s.%s", conn_place(opening->source).database,
                        opening->config->source_relation);
}

/* Two processes may open a night at once: the second waits for the first to commit, and joins its run. */
static bool
open_nightly(struct opening *opening, struct err *err)
{
    struct conn_param params[] = {CONN_TEXT(opening->night), CONN_TEXT(opening->definition->study->digest),
                                  CONN_TEXT(opening->host), CONN_TEXT(CRFD_VERSION),
                                  CONN_TEXT(source_name(opening))};
    bool joined, opened;

    if (!find_nightly(opening, &joined, err))
        return false;
    if (joined)
        return true;
    if (!run_statement(opening->analysis, "ending unfinished earlier nights", sql_run_supersede, params, 1,
                       err) ||
        !take_run_id(
            opening,
            conn_query(opening->analysis, "opening the night's run", sql_run_open_nightly, params, 5, err),
            &opened))
        return false;
    return opened ? freeze_centers(opening, err) : find_nightly(opening, &joined, err);
}

/* A rerun tells it by its own reason and selection. */
static bool
note_removals(struct opening *opening, struct err *err)
{
    const struct run_options *options = opening->options;
    struct conn_param params[] = {CONN_TEXT(opening->run_id), CONN_TEXT(options->reason)};

    return !options->allow_removals || options->rerun || opening->record->complete ||
           run_statement(opening->analysis, "noting why pages may go", sql_run_allow_removals, params, 2,
                         err);
}

/* What was selected, as JSON, for the auditor. */
static char *
selection_json(const struct run_options *options)
{
    cJSON *selection = cJSON_CreateObject();
    char *text;

    if (options->full)
        cJSON_AddTrueToObject(selection, "full");
    if (options->allow_removals)
        cJSON_AddTrueToObject(selection, "allow_removals");
    if (options->center_count > 0) {
        cJSON *centers = cJSON_AddArrayToObject(selection, "centers");

        for (size_t i = 0; i < options->center_count; i++)
            cJSON_AddItemToArray(centers, cJSON_CreateString(options->centers[i]));
    }
    if (options->subject_id != NULL)
        cJSON_AddStringToObject(selection, "subject", options->subject_id);
    if (options->since != NULL)
        cJSON_AddStringToObject(selection, "since", options->since);
    text = cJSON_PrintUnformatted(selection);
    cJSON_Delete(selection);
    return text;
}

/* An interrupted rerun of the same selection for the same reason goes on; else a new one begins. */
static bool
open_rerun(struct opening *opening, struct err *err)
{
    char *selection = selection_json(opening->options);
    struct conn_param params[] = {CONN_TEXT(opening->night),
                                  CONN_TEXT(opening->definition->study->digest),
                                  CONN_TEXT(opening->host),
                                  CONN_TEXT(CRFD_VERSION),
                                  CONN_TEXT(source_name(opening)),
                                  CONN_TEXT(opening->options->reason),
                                  CONN_TEXT(selection)};
    struct conn_param same[] = {params[0], params[1], params[5], params[6]};
    bool opened = false, ok;

    ok = take_run_id(opening,
                     conn_query(opening->analysis, "looking for the rerun", sql_run_find_rerun, same, 4, err),
                     &opening->record->joined);
    if (ok && !opening->record->joined)
        ok = take_run_id(
            opening, conn_query(opening->analysis, "opening the rerun", sql_run_open_rerun, params, 7, err),
            &opened);
    cJSON_free(selection);
    return ok && (opening->record->joined || freeze_centers(opening, err));
}

static enum run_center_state
parse_state(const char *state)
{
    static const char *const states[] = {"pending", "done", "failed", "held"}; /* in the order of the enum */

    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++)
        if (strcmp(state, states[i]) == 0)
            return (enum run_center_state)i;
    return RUN_CENTER_PENDING;
}

bool
run_store_centers(struct arena *arena, struct conn *analysis, struct run_record *record, struct err *err)
{
    char run_id[24];
    struct conn_param run = CONN_TEXT(run_id);
    PGresult *rows;

    snprintf(run_id, sizeof run_id, "%" PRId64, record->run_id);
    rows = conn_query(analysis, "reading the centers of the run", sql_run_centers, &run, 1, err);
    if (rows == NULL)
        return false;
    record->center_count = (size_t)PQntuples(rows);
    record->centers = arena_array(arena, struct run_center, record->center_count);
    for (int i = 0; i < PQntuples(rows); i++)
        record->centers[i] = (struct run_center){
            .center_id = arena_strdup(arena, PQgetvalue(rows, i, R_CENTER)),
            .expected_pages = conn_int_at(rows, i, R_EXPECTED),
            .ledger_pages = conn_int_at(rows, i, R_LEDGER),
            .state = parse_state(PQgetvalue(rows, i, R_STATE)),
            .counts = {.subjects = conn_int_at(rows, i, R_SUBJECTS),
                       .evaluated = conn_int_at(rows, i, R_EVALUATED),
                       .pages_read = conn_int_at(rows, i, R_READ),
                       .pages_written = conn_int_at(rows, i, R_WRITTEN),
                       .pages_unchanged = conn_int_at(rows, i, R_UNCHANGED),
                       .pages_quarantined = conn_int_at(rows, i, R_QUARANTINED),
                       .pages_removed = conn_int_at(rows, i, R_REMOVED),
                       .findings_opened = conn_int_at(rows, i, R_OPENED),
                       .findings_closed = conn_int_at(rows, i, R_CLOSED),
                       .findings_reopened = conn_int_at(rows, i, R_REOPENED),
                       .cleaned = conn_int_at(rows, i, R_CLEANED)},
            .attempts = (int)conn_int_at(rows, i, R_ATTEMPTS),
        };
    PQclear(rows);
    return true;
}

static bool
open_in_transaction(struct opening *opening, struct err *err)
{
    bool lost;

    if (!conn_execute(opening->analysis, "beginning the run", "BEGIN", err))
        return false;
    if (!keep_study(opening, err) ||
        !(opening->options->rerun ? open_rerun(opening, err) : open_nightly(opening, err)) ||
        !note_removals(opening, err))
        goto fail;
    FAULT("opening the run");
    if (conn_commit(opening->analysis, &lost, err))
        return true;
fail:
    conn_rollback(opening->analysis);
    return false;
}

/* A form table or column that is missing would fail every center: better told once. */
static bool
check_tables(struct opening *opening, struct err *err)
{
    struct strbuf sql, report;
    struct problems problems;
    bool ok;

    strbuf_init(&sql);
    strbuf_init(&report);
    problems_init(&problems, opening->arena, opening->config->study_path);
    ok = study_tables_plan(opening->analysis, opening->definition->study, &sql, &report, &problems, err);
    if (!ok && problems.count > 0)
        err_set(err, ERR_CONFIG, "the form tables do not fit the study: %s: %s", problems.list[0].path,
                problems.list[0].message);
    if (ok && sql.length > 0) {
        err_set(err, ERR_CONFIG, "tables or columns of the study's forms are missing; run `crfd migrate`");
        ok = false;
    }
    strbuf_destroy(&sql);
    strbuf_destroy(&report);
    return ok;
}

bool
run_store_open(struct arena *arena, struct conn *source, struct conn *analysis, const struct config *config,
               const struct definition *definition, const struct run_options *options, const char *night,
               const char *host, struct run_record *out, struct err *err)
{
    struct opening opening = {
        .arena = arena,
        .source = source,
        .analysis = analysis,
        .config = config,
        .definition = definition,
        .options = options,
        .night = night,
        .host = host,
        .record = out,
    };

    *out = (struct run_record){0};
    if (!migrate_check(analysis, err) || !instance_study_check(analysis, definition->study->name, err) ||
        !check_tables(&opening, err) || !list_centers(&opening, err) || !select_centers(&opening, err) ||
        !check_subject(&opening, err))
        return false;
    if (options->dry_run)
        return true;
    return open_in_transaction(&opening, err) && run_store_centers(arena, analysis, out, err);
}

bool
run_store_last(struct conn *analysis, const char *until, struct run_last *out, struct err *err)
{
    struct conn_param night = CONN_TEXT(until);
    PGresult *rows =
        conn_query(analysis, "looking for the last nightly run", sql_run_last_nightly, &night, 1, err);

    if (rows == NULL)
        return false;
    *out = (struct run_last){.any = PQntuples(rows) > 0};
    if (out->any) {
        out->night = (int32_t)conn_int_at(rows, 0, 0);
        out->is_over = PQgetvalue(rows, 0, 1)[0] == 't';
    }
    PQclear(rows);
    return true;
}
