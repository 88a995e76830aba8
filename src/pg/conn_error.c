#include "conn_private.h"

#include "crfd/base/strbuf.h"

#include <string.h>

/* A row of five characters is one SQLSTATE, of two its class. The first row that fits counts. */
struct state_kind {
    const char *state;
    enum err_kind kind;
};

/* PostgreSQL, appendix A. What is in no row is a fault of crfd, or of the server: ERR_INTERNAL. */
static const struct state_kind state_kinds[] = {
    {"08", ERR_UNAVAILABLE},   /* connection exception */
    {"0A", ERR_CONFIG},        /* feature not supported: a relation or server that cannot do what is needed */
    {"22", ERR_DATA},          /* data exception */
    {"23", ERR_DATA},          /* integrity constraint violation */
    {"25006", ERR_PERMISSION}, /* read-only transaction: a standby */
    {"25P03", ERR_UNAVAILABLE}, /* idle in transaction for too long: the server has closed the connection */
    {"28", ERR_PERMISSION},     /* invalid authorization specification */
    {"3D", ERR_CONFIG},         /* invalid catalog name: no such database */
    {"3F", ERR_CONFIG},         /* no such schema */
    {"40002", ERR_DATA},        /* a deferred constraint does not hold */
    {"40", ERR_RETRY},          /* transaction rollback: serialization failure, deadlock */
    {"42501", ERR_PERMISSION},  /* insufficient privilege */
    {"42601", ERR_INTERNAL},    /* syntax error */
    {"42", ERR_CONFIG},         /* no such table or column, wrong type */
    {"44", ERR_DATA},           /* WITH CHECK OPTION violation */
    {"53300", ERR_UNAVAILABLE}, /* too many connections */
    {"53", ERR_RETRY},          /* insufficient resources: disk full, out of memory */
    {"54", ERR_DATA},           /* program limit exceeded: a key too long for its index */
    {"55", ERR_RETRY},          /* object not in prerequisite state: lock not available */
    {"57014", ERR_RETRY},       /* cancelled by the administrator or the server's own limits */
    {"57", ERR_UNAVAILABLE},    /* operator intervention: shutdown, crash, starting up */
    {"58", ERR_UNAVAILABLE},    /* system error of the server's machine */
    {"72", ERR_RETRY},          /* snapshot too old */
    {"P0", ERR_DATA},           /* raised by a function of the database, such as one of a source view */
};

/*
 * Classes whose primary message names things of the database and never shows data. Class 22 does
 * (invalid input syntax for type integer: "..."), and a function of a source view may raise anything.
 */
static const char *const telling_classes[] = {"08", "0A", "25", "28", "3D", "3F", "40",
                                              "42", "53", "54", "55", "57", "58", "XX"};

/* Texts of conditions whose message is not taken over (PostgreSQL, appendix A). */
static const struct {
    const char *state;
    const char *text;
} conditions[] = {
    {"22001", "text too long for its column"},
    {"22003", "number out of range"},
    {"22007", "invalid date or time"},
    {"22008", "date or time out of range"},
    {"22012", "division by zero"},
    {"22021", "text that is not valid in the database's encoding, or holds a NUL"},
    {"22030", "duplicate key in a JSON object"},
    {"22032", "invalid JSON"},
    {"22P02", "text that is invalid for its type"},
    {"22P03", "binary value that is invalid for its type"},
    {"22P04", "malformed COPY data"},
    {"22P05", "character that has no equivalent in the database's encoding"},
    {"22", "invalid data"},
    {"23502", "NULL in a column that forbids it"},
    {"23503", "reference to a row that does not exist"},
    {"23505", "duplicate key"},
    {"23514", "value that a constraint forbids"},
    {"23", "violation of an integrity constraint"},
    {"P0", "error raised by a function of the database"},
    {"", "unexpected error"},
};

/* What to do; `label` NULL stands for both databases. */
static const struct {
    const char *state;
    const char *label;
    const char *text;
} remedies[] = {
    {"25006", NULL, "this server is a standby or its role may only read: connect to the primary"},
    {"28P01", NULL, "check the user and the password in the service file, passfile or credential"},
    {"28", NULL, "check the user of the conninfo and pg_hba.conf of the server"},
    {"3D000", NULL, "correct dbname in the conninfo, or create the database"},
    {"3F000", "analysis", "run \"crfd migrate\""},
    {"3F000", NULL, "correct the relation in the configuration"},
    {"40001", "source",
     "the source is a standby that had to give way to its primary: set hot_standby_feedback = on there, or "
     "raise "
     "max_standby_streaming_delay"},
    {"42501", NULL, "grant what is missing as sql/roles.sql does"},
    {"42703", "analysis", "run \"crfd migrate\""},
    {"42703", "source", "the relation needs the columns of the source contract (sql/source/edc.sql)"},
    {"42P01", "analysis", "run \"crfd migrate\""},
    {"42P01", NULL, "correct the relation in the configuration"},
    {"53100", NULL, "make room on the server's disk"},
    {"53300", NULL, "raise max_connections of the server, or lower workers in the configuration"},
    {"57P03", NULL, "the server is starting, stopping or recovering"},
};

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static bool
state_fits(const char *sqlstate, const char *row)
{
    return strncmp(sqlstate, row, strlen(row)) == 0;
}

enum err_kind
conn_error_kind(const char *sqlstate)
{
    /* A connection that breaks tells no code. */
    if (sqlstate == NULL || *sqlstate == '\0')
        return ERR_UNAVAILABLE;
    for (size_t i = 0; i < COUNT(state_kinds); i++)
        if (state_fits(sqlstate, state_kinds[i].state))
            return state_kinds[i].kind;
    return ERR_INTERNAL;
}

/* "" where there is nothing to advise. */
static const char *
remedy_for(const struct conn *conn, const char *sqlstate)
{
    for (size_t i = 0; i < COUNT(remedies); i++)
        if (state_fits(sqlstate, remedies[i].state) &&
            (remedies[i].label == NULL || strcmp(remedies[i].label, conn->label) == 0))
            return remedies[i].text;
    return "";
}

/* Words of somebody's function: RAISE in PL/pgSQL, or a statement that it put together, may show what it was given. */
static bool
is_of_function(const PGresult *result)
{
    const char *source = PQresultErrorField(result, PG_DIAG_SOURCE_FUNCTION);

    return (source != NULL && strcmp(source, "exec_stmt_raise") == 0) ||
           PQresultErrorField(result, PG_DIAG_INTERNAL_QUERY) != NULL;
}

static bool
may_tell(const char *sqlstate)
{
    for (size_t i = 0; i < COUNT(telling_classes); i++)
        if (state_fits(sqlstate, telling_classes[i]))
            return true;
    return false;
}

static const char *
condition_text(const char *sqlstate)
{
    size_t i = 0;

    /* The last row fits all. */
    while (!state_fits(sqlstate, conditions[i].state))
        i++;
    return conditions[i].text;
}

/* Appends text as one line, without blanks at the ends: libpq's messages have several. */
static void
append_line(struct strbuf *out, const char *text, size_t length)
{
    size_t start = out->length;
    bool blank = false;

    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];

        if (c <= ' ') {
            blank = out->length > start;
            continue;
        }
        if (blank)
            strbuf_append_char(out, ' ');
        blank = false;
        strbuf_append_char(out, (char)c);
    }
}

/* What PQERRORS_VERBOSE brings along, and libpq's advice not to verify the server's certificate. */
static bool
is_left_out(const char *line)
{
    static const char *const beginnings[] = {"LOCATION:", "DETAIL:", "Either provide the file"};

    for (size_t i = 0; i < COUNT(beginnings); i++)
        if (strncmp(line, beginnings[i], strlen(beginnings[i])) == 0)
            return true;
    return false;
}

/* A message of libpq on one line. */
static void
append_message(struct strbuf *out, const char *message)
{
    while (*message != '\0') {
        size_t length = strcspn(message, "\n");

        if (!is_left_out(message) && length > 0) {
            if (out->length > 0)
                strbuf_append(out, "; ");
            append_line(out, message, length);
        }
        message += length + (message[length] == '\n');
    }
}

/* Names of the schema's objects are no data: they say where to look. */
static void
append_place(struct strbuf *out, const PGresult *result)
{
    const char *schema = PQresultErrorField(result, PG_DIAG_SCHEMA_NAME);
    const char *table = PQresultErrorField(result, PG_DIAG_TABLE_NAME);
    const char *column = PQresultErrorField(result, PG_DIAG_COLUMN_NAME);
    const char *constraint = PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME);

    if (table != NULL)
        strbuf_printf(out, " in table %s%s%s", schema ? schema : "", schema ? "." : "", table);
    if (column != NULL)
        strbuf_printf(out, ", column %s", column);
    if (constraint != NULL)
        strbuf_printf(out, ", constraint %s", constraint);
}

/* The function of the server is told in every language; that it refuses is what row_security = off asks for. */
static bool
is_row_security(const PGresult *result)
{
    const char *function = PQresultErrorField(result, PG_DIAG_SOURCE_FUNCTION);

    return function != NULL && strcmp(function, "check_enable_rls") == 0;
}

static void
append_remedy(struct strbuf *out, const struct conn *conn, const char *sqlstate, const PGresult *result)
{
    const char *remedy = is_row_security(result)
                             ? "row security would hide rows, which would be taken for deleted: `crfd check` "
                               "says which role needs BYPASSRLS"
                             : remedy_for(conn, sqlstate);

    if (*remedy != '\0')
        strbuf_printf(out, "; %s", remedy);
}

static void
append_server_error(struct strbuf *out, const struct conn *conn, const char *sqlstate, const PGresult *result)
{
    const char *primary = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

    if (is_of_function(result))
        strbuf_append(out, "error raised by a function of the database");
    else if (primary != NULL && may_tell(sqlstate))
        append_line(out, primary, strlen(primary));
    else
        strbuf_append(out, condition_text(sqlstate));
    append_place(out, result);
    strbuf_printf(out, " (SQLSTATE %s)", sqlstate);
    append_remedy(out, conn, sqlstate, result);
}

void
conn_result_error(const struct conn *conn, const char *what, const PGresult *result, struct err *err)
{
    const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    struct strbuf text;

    strbuf_init(&text);
    if (sqlstate != NULL) {
        append_server_error(&text, conn, sqlstate, result);
        err_set_sqlstate(err, conn_error_kind(sqlstate), sqlstate, "%s: the %s database: %s", what,
                         conn->label, text.text);
    } else {
        /* libpq's own words: about the connection, or about memory. */
        append_message(&text, PQresultErrorMessage(result));
        err_set(err, PQstatus(conn->pg) == CONNECTION_BAD ? ERR_UNAVAILABLE : ERR_INTERNAL,
                "%s: the %s database: %s", what, conn->label, text.text);
    }
    strbuf_destroy(&text);
}

void
conn_lost_error(const struct conn *conn, const char *what, struct err *err)
{
    struct strbuf text;

    strbuf_init(&text);
    append_message(&text, PQerrorMessage(conn->pg));
    err_set(err, PQstatus(conn->pg) == CONNECTION_BAD ? ERR_UNAVAILABLE : ERR_INTERNAL,
            "%s: the connection to the %s database: %s", what, conn->label, text.text);
    strbuf_destroy(&text);
}

/* ---- Connecting ---- */

/*
 * What libpq itself refuses, TLS above all, has no SQLSTATE: libpq's words have to do. What the server has wrong may be right the next time, and
 * counts as unavailable; what this machine has wrong is the configuration. The first row that fits counts.
 */
static const struct {
    const char *words;
    enum err_kind kind;
    const char *remedy;
} refusals[] = {
    {"requirepeer", ERR_CONFIG,
     "the server's process belongs to another user than requirepeer= says: correct it, or find out who has "
     "taken its "
     "socket"},
    {"channel binding", ERR_CONFIG,
     "channel_binding=require needs TLS and scram-sha-256 in pg_hba.conf of the server: correct either, or "
     "leave it out"},
    {"does not match host name", ERR_UNAVAILABLE,
     "put a name that is in the server's certificate into host= (hostaddr= may hold the address), or have a "
     "certificate made for this one"},
    {"server does not support SSL", ERR_UNAVAILABLE,
     "turn ssl on in postgresql.conf of the server: with this sslmode crfd does not talk without it"},
    {"root certificate", ERR_CONFIG,
     "put the certificate of the authority that signs for the server into a file that crfd may read, and its "
     "name into sslrootcert="},
    {"host name must be specified", ERR_CONFIG,
     "put the name that is in the server's certificate into host="},
    {"private key", ERR_CONFIG,
     "correct sslkey= and sslcert=; the key needs the mode 0600 and crfd's user as owner"},
    {"certificate file", ERR_CONFIG, "correct sslcert= and sslkey="},
    {"SSL error", ERR_UNAVAILABLE,
     "the server's certificate may be of another authority than that in sslrootcert, or its time may be "
     "over: "
     "\"openssl s_client -starttls postgres -connect HOST:PORT -CAfile FILE </dev/null\" shows it"},
};

static bool
take_refusal(const struct conn *conn, const char *message, const char *told, struct err *err)
{
    for (size_t i = 0; i < COUNT(refusals); i++)
        if (strstr(message, refusals[i].words) != NULL) {
            err_set(err, refusals[i].kind, "connecting to the %s database: %s; %s", conn->label, told,
                    refusals[i].remedy);
            return true;
        }
    return false;
}

/*
 * The SQLSTATE of a refused connection is in no result; PQERRORS_VERBOSE puts it into the message:
 * `FATAL:  28P01: password authentication failed`. Where several servers were tried, the last one counts.
 */
static const char *
find_state(const char *message)
{
    const char *found = NULL;

    for (const char *at = strstr(message, ":  "); at != NULL; at = strstr(at + 1, ":  ")) {
        size_t length = strspn(at + 3, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ");

        if (length == 5 && strncmp(at + 8, ": ", 2) == 0)
            found = at + 3;
    }
    return found;
}

void
conn_connect_error(const struct conn *conn, struct err *err)
{
    const char *message = PQerrorMessage(conn->pg);
    const char *found = find_state(message);
    char sqlstate[6] = "";
    struct strbuf text;

    strbuf_init(&text);
    append_message(&text, message);
    if (found != NULL) {
        memcpy(sqlstate, found, 5);
        append_remedy(&text, conn, sqlstate, NULL);
        err_set_sqlstate(err, conn_error_kind(sqlstate), sqlstate, "connecting to the %s database: %s",
                         conn->label, text.text);
    } else if (take_refusal(conn, message, text.text, err)) {
        /* It has set err. */
    } else if (PQconnectionNeedsPassword(conn->pg)) {
        append_remedy(&text, conn, "28P01", NULL);
        err_set(err, ERR_PERMISSION, "connecting to the %s database: %s", conn->label, text.text);
    } else {
        err_set(err, ERR_UNAVAILABLE, "connecting to the %s database: %s", conn->label, text.text);
    }
    strbuf_destroy(&text);
}
