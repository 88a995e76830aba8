#include "known_subject.h"

#include "crfd/base/strbuf.h"
#include "crfd/batch/session.h"
#include "crfd/batch/source.h"

#include "queries.h"

static bool
count_at_source(struct conn *source, const char *relation, const char *center_id, const char *subject_id,
                int64_t *pages, struct err *err)
{
    const struct source_filter filter = {.subject_id = subject_id};
    struct strbuf sql;
    bool ok;

    strbuf_init(&sql);
    strbuf_append(&sql, "SELECT count(*) FROM (");
    ok = source_append_query(&sql, source, relation, center_id, &filter, err);
    strbuf_append(&sql, " LIMIT 1) AS page");
    ok = ok && session_begin_source(source, err) &&
         conn_query_int(source, "looking for the subject", sql.text, NULL, 0, pages, err);
    conn_rollback(source);
    strbuf_destroy(&sql);
    return ok;
}

bool
known_subject_at(struct conn *source, struct conn *analysis, const char *relation, const char *center_id,
                 const char *subject_id, bool *is_known, struct err *err)
{
    const struct conn_param params[] = {CONN_TEXT(center_id), CONN_TEXT(subject_id)};
    int64_t pages = 0;

    if (!conn_query_int(analysis, "looking for the subject", sql_ledger_subject, params, 2, &pages, err) ||
        (pages == 0 && !count_at_source(source, relation, center_id, subject_id, &pages, err)))
        return false;
    *is_known = pages > 0;
    return true;
}
