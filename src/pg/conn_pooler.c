#include "conn_pooler.h"

#include "conn_private.h"

#include "queries.h"

/* So often both are asked: where other clients take sessions in between, one answer need not show it. */
#define ROUNDS 4

static bool
ask_backend(struct conn *conn, int *backend_pid, struct err *err)
{
    PGresult *rows = conn_query(conn, "asking for the session", sql_session_backend, NULL, 0, err);

    if (rows == NULL)
        return false;
    *backend_pid = (int)conn_int_at(rows, 0, 0);
    PQclear(rows);
    return true;
}

bool
conn_pooler_find(struct conn *conn, int *backend_pid, bool *is_between, struct err *err)
{
    if (!ask_backend(conn, backend_pid, err))
        return false;
    *is_between = *backend_pid != PQbackendPID(conn->pg);
    return true;
}

bool
conn_pooler_compare(struct conn *conn, struct conn *other, int backend_pid, bool *lends, struct err *err)
{
    *lends = false;
    for (int round = 0; round < ROUNDS && !*lends; round++) {
        struct err untold;
        int own, others;

        if (!ask_backend(other, &others, &untold))
            return true;
        if (!ask_backend(conn, &own, err))
            return false;
        *lends = others == own || own != backend_pid;
    }
    return true;
}
