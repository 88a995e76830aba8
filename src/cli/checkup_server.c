#include "checkup.h"
#include "crfd/base/clock.h"
#include "crfd/batch/session.h"
#include "queries.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Bodies of functions as the SQL standard has them (0003_partial_date.sql) came with 14. */
#define ANALYSIS_VERSION_MIN 140000
/* What the source is asked is older than any server that is still in use. */
#define SOURCE_VERSION_MIN 100000

#define CLOCK_TOLERANCE_US INT64_C(5000000)

/* ---- Facts ---- */

const char *
checkup_fact(const struct checkup_database *database, const char *column)
{
    return PQgetvalue(database->facts, 0, PQfnumber(database->facts, column));
}

static bool
is_true(const struct checkup_database *database, const char *column)
{
    return strcmp(checkup_fact(database, column), "t") == 0;
}

void
checkup_membership(struct checkup *checkup, const struct checkup_database *database)
{
    const char *join = checkup_fact(database, "join_role");

    if (*join != '\0')
        checkup_statement(checkup, database, join);
}

bool
checkup_is_superuser(const struct checkup_database *database)
{
    return is_true(database, "is_superuser");
}

static bool
is_same(const struct checkup *checkup, const char *column)
{
    return checkup->source.facts != NULL && checkup->analysis.facts != NULL &&
           strcmp(checkup_fact(&checkup->source, column), checkup_fact(&checkup->analysis, column)) == 0;
}

bool
checkup_same_server(const struct checkup *checkup)
{
    return is_same(checkup, "started_at");
}

bool
checkup_same_role(const struct checkup *checkup)
{
    return checkup_same_server(checkup) && is_same(checkup, "role");
}

bool
checkup_same_database(const struct checkup *checkup)
{
    return checkup_same_server(checkup) && strcmp(conn_place(checkup->source.conn).database,
                                                  conn_place(checkup->analysis.conn).database) == 0;
}

/* ---- Connecting ---- */

static bool
is_source(const struct checkup *checkup, const struct checkup_database *database)
{
    return database == &checkup->source;
}

static struct conn *
open_database(const struct checkup *checkup, const struct checkup_database *database,
              const struct config *config, struct err *err)
{
    return is_source(checkup, database) ? session_open_source(config, checkup->context, err)
                                        : session_open_reader(config, checkup->context, err);
}

static struct conn *
connect_as_configured(struct checkup *checkup, const struct checkup_database *database)
{
    struct err err = {0};
    struct conn *conn = open_database(checkup, database, checkup->config, &err);
    struct config config = *checkup->config;

    if (conn != NULL)
        return conn;
    checkup_problem(checkup, "%s", err.message);
    if (err.kind == ERR_UNAVAILABLE)
        checkup_detail(
            checkup,
            "# is the server running on its machine (pg_isready -d 'CONNINFO'; Debian: pg_lsclusters), and "
            "does \"conninfo\" of \"%s\", or the service file it names, lead to that machine?",
            database->label);
    if (strcmp(err.sqlstate, "22023") != 0)
        return NULL;
    checkup_detail(checkup, "# update the time zones of the server (Debian: apt-get install --only-upgrade "
                            "tzdata), then restart it; or choose another \"timezone\"");
    /* All the rest can be looked at in any time zone. */
    config.timezone = "UTC";
    return open_database(checkup, database, &config, &err);
}

/* Every query of a checkup is for servers of this version and later. */
static bool
check_version(struct checkup *checkup, const struct checkup_database *database)
{
    int version = conn_server_version(database->conn);
    int least = is_source(checkup, database) ? SOURCE_VERSION_MIN : ANALYSIS_VERSION_MIN;

    if (version >= least)
        return true;
    checkup_problem(checkup, "%s: the server is PostgreSQL %d, and crfd needs %d or later", database->label,
                    version / 10000, least / 10000);
    return false;
}

static void
check_clock(struct checkup *checkup, const struct checkup_database *database, int64_t before_us,
            int64_t after_us)
{
    int64_t server_us = strtoll(checkup_fact(database, "clock_us"), NULL, 10);
    /* What the question took is no difference of the clocks. */
    int64_t ahead_us = server_us > after_us    ? server_us - after_us
                       : server_us < before_us ? server_us - before_us
                                               : 0;
    bool is_ahead = ahead_us > 0;

    if (llabs(ahead_us) <= CLOCK_TOLERANCE_US)
        return;
    checkup_problem(
        checkup,
        "%s: the server's clock is %" PRId64 " s %s this machine's, and one of them is wrong; on both:",
        database->label, (is_ahead ? ahead_us : -ahead_us) / 1000000, is_ahead ? "ahead of" : "behind");
    checkup_detail(checkup, "timedatectl");
    checkup_detail(checkup, "chronyc tracking");
}

static void
connect_database(struct checkup *checkup, struct checkup_database *database)
{
    struct err err = {0};
    struct conn_param role;
    int64_t before_us;

    database->conn = connect_as_configured(checkup, database);
    if (database->conn == NULL)
        return;
    before_us = clock_unix_us();
    if (check_version(checkup, database)) {
        role = CONN_TEXT(is_source(checkup, database) ? "crfd_source" : "crfd_service");
        database->facts = conn_query(database->conn, "asking for the server's settings", sql_checkup_server,
                                     &role, 1, &err);
        if (database->facts == NULL)
            checkup_problem(checkup, "%s", err.message);
    }
    if (database->facts == NULL) {
        conn_close(database->conn);
        database->conn = NULL;
        return;
    }
    checkup_ok(checkup, "%s: PostgreSQL %s answers, to role %s in database %s%s", database->label,
               checkup_fact(database, "version"), checkup_fact(database, "role"),
               conn_place(database->conn).database, is_true(database, "is_standby") ? ", a standby" : "");
    check_clock(checkup, database, before_us, clock_unix_us());
}

void
checkup_connect(struct checkup *checkup)
{
    connect_database(checkup, &checkup->source);
    connect_database(checkup, &checkup->analysis);
}

/* ---- Server and database ---- */

static void
check_privacy(struct checkup *checkup, const struct checkup_database *database)
{
    static const char advice[] = "# add to \"conninfo\" of \"%s\": sslmode=verify-full sslrootcert=FILE (the "
                                 "certificate of the server's authority)";
    struct conn_place place = conn_place(database->conn);

    switch (conn_privacy(database->conn)) {
    case CONN_READABLE:
        checkup_problem(checkup, "%s: the pages go to %s unencrypted over the network", database->label,
                        place.host);
        checkup_detail(checkup, advice, database->label);
        break;
    case CONN_ENCRYPTED:
        checkup_note(checkup,
                     "%s: the connection to %s is encrypted, but nothing proves that it is the server",
                     database->label, place.host);
        checkup_detail(checkup, advice, database->label);
        break;
    case CONN_VERIFIED:
        checkup_ok(checkup, "%s: the connection to %s is encrypted, and the server is known", database->label,
                   place.host);
        break;
    case CONN_STAYS_ON_HOST:
    default:
        checkup_ok(checkup, "%s: the connection stays on this machine", database->label);
    }
}

static void
check_encoding(struct checkup *checkup, const struct checkup_database *database)
{
    const char *encoding = checkup_fact(database, "encoding");

    if (strcmp(encoding, "UTF8") == 0)
        return;
    /* The server converts what it knows the encoding of. */
    if (is_source(checkup, database) && strcmp(encoding, "SQL_ASCII") != 0)
        return;
    if (is_source(checkup, database))
        checkup_problem(
            checkup, "source: the encoding of the database is SQL_ASCII: nobody knows what its bytes mean, "
                     "and what is not UTF-8 fails its center. A database with an encoding, to be filled by "
                     "pg_dump and psql:");
    else
        checkup_problem(checkup,
                        "analysis: the encoding of the database is %s, which lacks characters that pages may "
                        "have. A new database, for \"conninfo\" and `crfd migrate`:",
                        encoding);
    checkup_statement(
        checkup, database,
        is_source(checkup, database)
            ? "CREATE DATABASE edc_utf8 ENCODING UTF8 LOCALE 'C.UTF-8' TEMPLATE template0"
            : "CREATE DATABASE analysis_utf8 ENCODING UTF8 LOCALE 'C.UTF-8' TEMPLATE template0");
}

/* crfd promises that what was committed stays: that is the server's to keep. */
static void
check_durability(struct checkup *checkup, const struct checkup_database *database)
{
    static const char *const settings[] = {"fsync", "full_page_writes"};

    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        char sql[64];

        if (strcmp(checkup_fact(database, settings[i]), "on") == 0)
            continue;
        checkup_problem(checkup, "%s: %s is off: a power failure may destroy the findings and their history",
                        database->label, settings[i]);
        snprintf(sql, sizeof sql, "ALTER SYSTEM SET %s = on", settings[i]);
        checkup_statement(checkup, database, sql);
        checkup_statement(checkup, database, "SELECT pg_reload_conf()");
    }
}

static void
check_standby(struct checkup *checkup, const struct checkup_database *database)
{
    if (!is_true(database, "is_standby"))
        return;
    checkup_problem(checkup, "%s: the server is a standby and can only be read. Where it is to take over:",
                    database->label);
    checkup_statement(checkup, database, "SELECT pg_promote()");
    checkup_detail(checkup,
                   "# else name the primary in \"conninfo\" of \"%s\", or all servers and "
                   "target_session_attrs=read-write",
                   database->label);
}

/* ---- Sessions ---- */

/* Sessions at both databases count towards it. */
static bool
is_shared(const struct checkup *checkup, const char *limit)
{
    if (strcmp(limit, "database") == 0)
        return checkup_same_database(checkup);
    return strcmp(limit, "role") == 0 ? checkup_same_role(checkup) : checkup_same_server(checkup);
}

/* False where the limit of this row is too narrow. */
static bool
check_limit(struct checkup *checkup, const struct checkup_database *database, const PGresult *limits, int row)
{
    const char *limit = PQgetvalue(limits, row, 0);
    int64_t spare = conn_int_at(limits, row, 1);
    /* Each worker has one at each database, and the run itself another. */
    int64_t needed = (checkup->config->workers + 1) * (is_shared(checkup, limit) ? 2 : 1);

    /* What both share is told once, of the analysis database. */
    if (spare >= needed || (is_source(checkup, database) && is_shared(checkup, limit)))
        return true;
    checkup_problem(checkup,
                    "%s: %d workers need %" PRId64 " sessions, and the limit of the %s leaves %" PRId64,
                    database->label, checkup->config->workers, needed, limit, spare > 0 ? spare : 0);
    if (!PQgetisnull(limits, row, 2))
        checkup_statement(checkup, database, PQgetvalue(limits, row, 2));
    else
        checkup_detail(checkup, "# lower \"workers\" in %s, or raise max_connections of the server",
                       checkup->config->path);
    return false;
}

static void
check_sessions(struct checkup *checkup, const struct checkup_database *database)
{
    struct err err = {0};
    PGresult *limits =
        conn_query(database->conn, "asking how many sessions are free", sql_checkup_sessions, NULL, 0, &err);
    bool fits = true;

    if (limits == NULL) {
        checkup_problem(checkup, "%s", err.message);
        return;
    }
    for (int row = 0; row < PQntuples(limits); row++)
        fits = check_limit(checkup, database, limits, row) && fits;
    if (fits)
        checkup_ok(checkup, "%s: there is room for the sessions of %d workers", database->label,
                   checkup->config->workers);
    PQclear(limits);
}

/* ---- Role ---- */

static void
check_role(struct checkup *checkup, const struct checkup_database *database)
{
    struct err err = {0};
    PGresult *powers =
        conn_query(database->conn, "asking for the rights of the role", sql_checkup_role, NULL, 0, &err);

    if (powers == NULL)
        checkup_problem(checkup, "%s", err.message);
    for (int row = 0; powers != NULL && row < PQntuples(powers); row++) {
        bool is_first = strcmp(PQgetvalue(powers, row, 2), "t") == 0;

        checkup_problem(checkup, "%s: role %s %s, which no night needs%s", database->label,
                        checkup_fact(database, "role"), PQgetvalue(powers, row, 0),
                        is_first ? "; connect as a role of its own (user=crfd in \"conninfo\"):" : "");
        checkup_statement(checkup, database, PQgetvalue(powers, row, 1));
    }
    PQclear(powers);
}

void
checkup_server(struct checkup *checkup, const struct checkup_database *database)
{
    if (database->facts == NULL)
        return;
    check_privacy(checkup, database);
    check_encoding(checkup, database);
    if (!is_source(checkup, database)) {
        check_durability(checkup, database);
        check_standby(checkup, database);
    }
    check_sessions(checkup, database);
    if (!is_source(checkup, database) || !checkup_same_role(checkup))
        check_role(checkup, database);
}
