#include "crfd/batch/instance_study.h"

#include "queries.h"

#include <string.h>

static void
tell_other(const PGresult *rows, const char *study, struct err *err)
{
    const char *owner = PQgetvalue(rows, 0, 0);
    bool has_source = !PQgetisnull(rows, 0, 1);

    err_set(err, ERR_CONFIG,
            "the analysis database belongs to study \"%s\"%s%s%s, and the study definition is of \"%s\": "
            "name the "
            "database of that one in \"conninfo\" of \"analysis\"; or, where the study has a new name, run "
            "`crfd migrate --rename-study OLD`",
            owner, has_source ? " (filled from " : "", has_source ? PQgetvalue(rows, 0, 1) : "",
            has_source ? ")" : "", study);
}

bool
instance_study_check(struct conn *analysis, const char *study, struct err *err)
{
    PGresult *rows = conn_query(analysis, "asking whose database it is", sql_instance_study, NULL, 0, err);
    bool ok = false;

    if (rows == NULL)
        return false;
    if (PQntuples(rows) == 0)
        err_set(err, ERR_CONFIG, "the analysis database belongs to no study yet: run `crfd migrate`");
    else if (strcmp(PQgetvalue(rows, 0, 0), study) != 0)
        tell_other(rows, study, err);
    else
        ok = true;
    PQclear(rows);
    return ok;
}

bool
instance_study_take(struct conn *analysis, const char *study, struct err *err)
{
    PGresult *result = conn_query(analysis, "taking the database for the study", sql_instance_take,
                                  &CONN_TEXT(study), 1, err);
    bool ok = result != NULL;

    PQclear(result);
    return ok && instance_study_check(analysis, study, err);
}

bool
instance_study_rename(struct conn *analysis, const char *old_name, const char *study, struct err *err)
{
    const struct conn_param params[] = {CONN_TEXT(old_name), CONN_TEXT(study)};
    PGresult *renamed = conn_query(analysis, "renaming the study", sql_instance_rename, params, 2, err);
    bool ok = renamed != NULL;

    if (ok && PQntuples(renamed) == 0) {
        err_set(err, ERR_CONFIG, "renaming the study: the analysis database belongs to no study \"%s\"",
                old_name);
        ok = false;
    }
    PQclear(renamed);
    return ok;
}
