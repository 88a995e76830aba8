#include "across.h"

#include "crfd/batch/quality.h"

#include "queries.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static bool
add_counts(struct across *across, struct err *err)
{
    char run_id[24], opened[24], closed[24], reopened[24];
    struct conn_param params[] = {CONN_TEXT(run_id), CONN_TEXT(across->center_id), CONN_TEXT(opened),
                                  CONN_TEXT(closed), CONN_TEXT(reopened)};
    PGresult *result;

    snprintf(run_id, sizeof run_id, "%" PRId64, across->worker->pass->run_id);
    snprintf(opened, sizeof opened, "%" PRId64, across->center.findings_opened);
    snprintf(closed, sizeof closed, "%" PRId64, across->center.findings_closed);
    snprintf(reopened, sizeof reopened, "%" PRId64, across->center.findings_reopened);
    result = conn_query_prepared(across->worker->analysis, "counting what the closing step changed",
                                 sql_closing_count, params, 5, err);
    PQclear(result);
    return result != NULL;
}

bool
across_flush(struct across *across, struct err *err)
{
    struct worker *worker = across->worker;

    if (across->center_id == NULL)
        return true;
    if (!writer_finish_findings(&worker->writer, err) ||
        !quality_count(worker->analysis, across->center_id, err) || !add_counts(across, err))
        return false;
    counts_add(&across->total, &across->center);
    across->center_id = NULL;
    return true;
}

bool
across_put(struct across *across, const char *center_id, const char *subject_id,
           const struct finding_changes *changes, struct err *err)
{
    struct worker *worker = across->worker;

    if (across->center_id == NULL || strcmp(across->center_id, center_id) != 0) {
        if (!across_flush(across, err))
            return false;
        across->center_id = center_id;
        across->center = (struct counts){0};
        writer_begin(&worker->writer, worker->analysis, center_id, worker->pass->run_id, across->now_us,
                     false);
    }
    across->center.findings_opened += (int64_t)changes->opened_count;
    across->center.findings_closed += (int64_t)changes->closed_count;
    across->center.findings_reopened += (int64_t)changes->reopened_count;
    return writer_put_changes(&worker->writer, subject_id, changes, err);
}
