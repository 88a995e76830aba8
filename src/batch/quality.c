#include "crfd/batch/quality.h"

#include "queries.h"

#include <stdlib.h>

enum { Q_CENTER, Q_SUBJECTS, Q_PAGES, Q_QUARANTINED, Q_CRITICAL, Q_MAJOR, Q_MINOR };

bool
quality_read(struct arena *arena, struct conn *analysis, struct quality *out, struct err *err)
{
    PGresult *rows = conn_query(analysis, "counting what each center has", sql_quality, NULL, 0, err);

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
