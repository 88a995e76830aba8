#include "crfd/batch/quality.h"

#include "queries.h"

enum { Q_CENTER, Q_SUBJECTS, Q_PAGES, Q_QUARANTINED, Q_CRITICAL, Q_MAJOR, Q_MINOR };

bool
quality_read(struct arena *arena, struct conn *analysis, struct quality *out, struct err *err)
{
    PGresult *rows = conn_query(analysis, "reading what each center has", sql_quality, NULL, 0, err);

    if (rows == NULL)
        return false;
    out->count = (size_t)PQntuples(rows);
    out->centers = arena_array(arena, struct center_quality, out->count);
    for (int i = 0; i < PQntuples(rows); i++)
        out->centers[i] = (struct center_quality){
            .center_id = arena_strdup(arena, PQgetvalue(rows, i, Q_CENTER)),
            .subjects = conn_int_at(rows, i, Q_SUBJECTS),
            .pages = conn_int_at(rows, i, Q_PAGES),
            .quarantined = conn_int_at(rows, i, Q_QUARANTINED),
            .open_critical = conn_int_at(rows, i, Q_CRITICAL),
            .open_major = conn_int_at(rows, i, Q_MAJOR),
            .open_minor = conn_int_at(rows, i, Q_MINOR),
        };
    PQclear(rows);
    return true;
}

bool
quality_count(struct conn *analysis, const char *center_id, struct err *err)
{
    enum { COUNTS = 6 };
    struct conn_param params[1 + COUNTS] = {CONN_TEXT(center_id)};
    PGresult *counted, *kept = NULL;

    counted = conn_query_prepared(analysis, "counting what the center has", sql_center_count, params, 1, err);
    if (counted == NULL)
        return false;
    for (int i = 0; i < COUNTS; i++)
        params[1 + i].text = PQgetvalue(counted, 0, i);
    kept = conn_query_prepared(analysis, "keeping what the center has", sql_center_counted, params,
                               1 + COUNTS, err);
    PQclear(kept);
    PQclear(counted);
    return kept != NULL;
}
