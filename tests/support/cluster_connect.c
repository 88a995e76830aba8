#include "cluster.h"

#include "fail.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* How long the server may take to read its configuration again. */
#define RELOAD_PATIENCE_MS 60000

/* ---- Connections ---- */

/* Appends name='value', quoted by libpq's rules. */
static void
append_setting(char out[CLUSTER_CONNINFO_MAX], const char *name, const char *value)
{
    size_t length = strlen(out);

    if (length + strlen(name) + 2 * strlen(value) + sizeof " =''" > CLUSTER_CONNINFO_MAX)
        test_fail("cluster: the connection string to %s is too long", value);
    length += (size_t)snprintf(out + length, CLUSTER_CONNINFO_MAX - length, " %s='", name);
    for (; *value != '\0'; value++) {
        if (*value == '\'' || *value == '\\')
            out[length++] = '\\';
        out[length++] = *value;
    }
    memcpy(out + length, "'", 2);
}

void
cluster_conninfo_as(const struct cluster *cluster, const char *database, const char *user,
                    char out[CLUSTER_CONNINFO_MAX])
{
    snprintf(out, CLUSTER_CONNINFO_MAX, "port=%d", cluster->port);
    append_setting(out, "host", cluster->folder);
    append_setting(out, "dbname", database);
    append_setting(out, "user", user);
}

void
cluster_conninfo(const struct cluster *cluster, const char *database, char out[CLUSTER_CONNINFO_MAX])
{
    cluster_conninfo_as(cluster, database, "postgres", out);
}

static void
drop_notice(void *data, const PGresult *notice)
{
    (void)data;
    (void)notice;
}

PGconn *
cluster_connect(const struct cluster *cluster, const char *database)
{
    char conninfo[CLUSTER_CONNINFO_MAX];
    PGconn *connection;

    cluster_conninfo(cluster, database, conninfo);
    connection = PQconnectdb(conninfo);
    if (PQstatus(connection) != CONNECTION_OK)
        test_fail("cluster: connecting to %s: %s", database, PQerrorMessage(connection));
    PQsetNoticeReceiver(connection, drop_notice, NULL);
    return connection;
}

void
cluster_exec(PGconn *connection, const char *sql)
{
    PGresult *result = PQexec(connection, sql);
    ExecStatusType status = PQresultStatus(result);

    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_EMPTY_QUERY)
        test_fail("cluster: %s\n%.2000s", PQerrorMessage(connection), sql);
    PQclear(result);
}

void
cluster_execf(PGconn *connection, const char *format, ...)
{
    va_list args;
    char *sql;

    va_start(args, format);
    if (vasprintf(&sql, format, args) < 0)
        test_fail("cluster: out of memory");
    va_end(args);
    cluster_exec(connection, sql);
    free(sql);
}

char *
cluster_text(PGconn *connection, const char *sql)
{
    PGresult *result = PQexec(connection, sql);
    char *text;

    if (PQresultStatus(result) != PGRES_TUPLES_OK)
        test_fail("cluster: %s\n%.2000s", PQerrorMessage(connection), sql);
    if (PQntuples(result) != 1 || PQnfields(result) != 1)
        test_fail("cluster: %d rows of %d columns where one value was asked for:\n%.2000s", PQntuples(result),
                  PQnfields(result), sql);
    text = strdup(PQgetvalue(result, 0, 0));
    PQclear(result);
    if (text == NULL)
        test_fail("cluster: out of memory");
    return text;
}

int64_t
cluster_int(PGconn *connection, const char *sql)
{
    char *text = cluster_text(connection, sql);
    char *end;
    long long value = strtoll(text, &end, 10);

    if (end == text || *end != '\0')
        test_fail("cluster: \"%s\" is no number:\n%.2000s", text, sql);
    free(text);
    return value;
}

void
cluster_create_database(const struct cluster *cluster, const char *name)
{
    PGconn *connection = cluster_connect(cluster, "postgres");
    char *quoted = PQescapeIdentifier(connection, name, strlen(name));

    cluster_execf(connection, "CREATE DATABASE %s TEMPLATE template0", quoted);
    PQfreemem(quoted);
    PQfinish(connection);
}

/* ---- Configuration ---- */

/* A server process knows when the configuration was read that it was started with. */
static char *
load_time(const struct cluster *cluster)
{
    PGconn *connection = cluster_connect(cluster, "postgres");
    char *text = cluster_text(connection, "SELECT pg_conf_load_time()");

    PQfinish(connection);
    return text;
}

void
cluster_reload(const struct cluster *cluster)
{
    char *before = load_time(cluster);
    bool changed = false;

    kill(cluster_postmaster(cluster), SIGHUP);
    for (int waited_ms = 0; !changed && waited_ms < RELOAD_PATIENCE_MS; waited_ms += 10) {
        char *now;

        usleep(10000);
        now = load_time(cluster);
        changed = strcmp(before, now) != 0;
        free(now);
    }
    if (!changed)
        test_fail("cluster: the server did not read its configuration again");
    free(before);
}

void
cluster_add_hba(struct cluster *cluster, const char *line)
{
    char path[512];
    char *before;
    long length;
    FILE *file;

    snprintf(path, sizeof path, "%s/data/pg_hba.conf", cluster->folder);
    file = fopen(path, "r+e");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0 || (length = ftell(file)) < 0)
        test_fail("cluster: %s: %s", path, strerror(errno));
    before = calloc(1, (size_t)length + 1);
    rewind(file);
    if (before == NULL || fread(before, 1, (size_t)length, file) != (size_t)length)
        test_fail("cluster: %s: cannot be read", path);
    rewind(file);
    fprintf(file, "%s\n%s", line, before);
    if (fclose(file) != 0)
        test_fail("cluster: %s: %s", path, strerror(errno));
    free(before);
    cluster_reload(cluster);
}

/* ---- Files of the project ---- */

char *
cluster_project_path(const char *path)
{
    char *joined;

    if (asprintf(&joined, "%s/%s", *path == '/' ? "" : CRFD_SOURCE_ROOT, path) < 0)
        test_fail("cluster: out of memory");
    return joined;
}

void
cluster_exec_file(PGconn *connection, const char *path)
{
    char *joined = cluster_project_path(path);
    FILE *file = fopen(joined, "re");
    char *sql = NULL;
    size_t size = 0;

    if (file == NULL)
        test_fail("cluster: %s: %s", joined, strerror(errno));
    if (getdelim(&sql, &size, '\0', file) < 0)
        test_fail("cluster: %s: cannot be read, or is empty", joined);
    cluster_exec(connection, sql);
    free(sql);
    fclose(file);
    free(joined);
}
