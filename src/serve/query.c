#include "query.h"

#include "crfd/batch/session.h"
#include "crfd/pg/migrate.h"
#include "crfd/pg/rows.h"
#include "server.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define DIGITS_MAX 18

struct conn *
query_open(struct request *request, struct err *err)
{
    struct conn *conn = session_open_web(request->server->config, &request->context, err);

    if (conn == NULL || migrate_check(conn, err))
        return conn;
    conn_close(conn);
    return NULL;
}

bool
query_append(struct conn *conn, struct strbuf *out, const char *key, const char *sql,
             const struct conn_param *params, int param_count, struct err *err)
{
    PGresult *rows = conn_query(conn, "answering a request", sql, params, param_count, err);

    if (rows == NULL)
        return false;
    strbuf_printf(out, "\"%s\": ", key);
    rows_append_json(out, rows);
    PQclear(rows);
    return true;
}

int64_t
query_number(struct request *request, const char *name, int64_t min, int64_t max, int64_t fallback)
{
    const char *text = target_param(&request->target, name);
    size_t digits = text != NULL ? strspn(text, "0123456789") : 0;
    int64_t number = min - 1;

    if (text == NULL)
        return fallback;
    if (digits > 0 && digits <= DIGITS_MAX && text[digits] == '\0')
        number = strtoll(text, NULL, 10);
    if (number >= min && number <= max)
        return number;
    answer_refuse(&request->answer, MHD_HTTP_BAD_REQUEST,
                  "\"%s\" is a whole number from %" PRId64 " to %" PRId64, name, min, max);
    return fallback;
}
