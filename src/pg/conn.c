#include "conn_private.h"

#include <stdlib.h>

void
conn_close(struct conn *conn)
{
    if (conn == NULL)
        return;
    conn_abandon(conn);
    free(conn);
}

void
conn_set_context(struct conn *conn, struct context *context)
{
    conn->context = context;
}

void
conn_set_pulse(struct conn *conn, _Atomic int64_t *pulse)
{
    conn->pulse = pulse;
}

bool
conn_is_usable(const struct conn *conn)
{
    return conn->pg != NULL && PQstatus(conn->pg) == CONNECTION_OK;
}

bool
conn_in_transaction(const struct conn *conn)
{
    PGTransactionStatusType status = conn->pg != NULL ? PQtransactionStatus(conn->pg) : PQTRANS_UNKNOWN;

    return status == PQTRANS_ACTIVE || status == PQTRANS_INTRANS || status == PQTRANS_INERROR;
}

const char *
conn_server_encoding(const struct conn *conn)
{
    const char *encoding = PQparameterStatus(conn->pg, "server_encoding");

    return encoding != NULL ? encoding : "";
}

int
conn_server_version(const struct conn *conn)
{
    return conn->pg != NULL ? PQserverVersion(conn->pg) : 0;
}
