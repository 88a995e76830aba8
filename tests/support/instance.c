#include "instance.h"

#include "fail.h"
#include "false_clock.h"
#include "text_file.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define ARGUMENTS_MAX 24
#define POLL_US       10000

/* Etc/GMT-5 is five hours east of Greenwich: the sign is POSIX's. */
static void
choose_timezone(char *out, size_t size)
{
    time_t now = time(NULL);
    struct tm utc;

    gmtime_r(&now, &utc);
    snprintf(out, size, "Etc/GMT%+d", utc.tm_hour - 12);
}

static void
write_file(const struct instance *instance, const char *name, const char *text)
{
    char path[256];

    snprintf(path, sizeof path, "%s/%s", instance->folder, name);
    text_file_write(path, text);
}

void
instance_write_config(const struct instance *instance)
{
    char text[4096];
    int length;

    TEST_REQUIRE(strpbrk(instance->source_conninfo, "\"\\") == NULL &&
                     strpbrk(instance->analysis_conninfo, "\"\\") == NULL,
                 "the connection strings need quoting in JSON");
    length =
        snprintf(text, sizeof text,
                 "{\"instance\": \"%s\", \"study\": \"study.json\",\n"
                 " \"source\": {\"conninfo\": \"%s\", \"relation\": \"%s\"},\n"
                 " \"analysis\": {\"conninfo\": \"%s\"},\n"
                 " \"schedule\": {\"timezone\": \"%s\", \"cron\": \"%s\", \"catch_up\": %s},\n"
                 " \"workers\": %d,\n"
                 " \"deadlines\": {\"run\": \"10min\", \"center\": \"%s\", \"statement\": \"%s\"},\n"
                 " \"retry\": {\"attempts\": %d, \"backoff\": \"100ms\"},\n"
                 " \"removals\": %s,\n"
                 " \"status_file\": \"%s\", \"metrics_file\": \"crfd.prom\",\n"
                 " \"serve\": %s, \"log\": {\"format\": \"%s\"}}\n",
                 instance->name, instance->source_conninfo, instance->relation, instance->analysis_conninfo,
                 instance->timezone, instance->cron, instance->catch_up ? "true" : "false", instance->workers,
                 instance->center_deadline, instance->statement_deadline, instance->attempts,
                 instance->removals, instance->status_file, instance->serve, instance->log_format);
    TEST_REQUIRE(length > 0 && (size_t)length < sizeof text, "the configuration is too long");
    write_file(instance, "crfd.json", text);
}

void
instance_write_study(const struct instance *instance, const char *text)
{
    write_file(instance, "study.json", text);
}

void
instance_copy_study(const struct instance *instance, const char *project_path)
{
    char *text = text_file_read(project_path);

    instance_write_study(instance, text);
    free(text);
}

void
instance_create(struct instance *instance, const struct cluster *cluster, const char *name)
{
    char database[64];
    PGconn *source;

    *instance = (struct instance){
        .cluster = cluster,
        .relation = "edc.crf_page",
        .cron = "0 2 * * *",
        .catch_up = true,
        .workers = 2,
        .center_deadline = "5min",
        .statement_deadline = "2min",
        .attempts = 3,
        .removals = "{}",
        .status_file = "status.json",
        .log_format = "text",
        .serve = "{}",
    };
    TEST_REQUIRE(strlen(name) < sizeof instance->name, "%s: the name is too long", name);
    snprintf(instance->name, sizeof instance->name, "%s", name);
    snprintf(instance->folder, sizeof instance->folder, "%s/%s", cluster->folder, name);
    TEST_REQUIRE(mkdir(instance->folder, 0755) == 0, "%s: %s", instance->folder, strerror(errno));
    choose_timezone(instance->timezone, sizeof instance->timezone);
    snprintf(database, sizeof database, "%s_source", name);
    cluster_create_database(cluster, database);
    cluster_conninfo(cluster, database, instance->source_conninfo);
    snprintf(database, sizeof database, "%s_analysis", name);
    cluster_create_database(cluster, database);
    cluster_conninfo(cluster, database, instance->analysis_conninfo);
    instance_write_config(instance);
    source = instance_connect_source(instance);
    cluster_exec_file(source, "sql/source/edc.sql");
    PQfinish(source);
}

void
instance_create_night(struct instance *instance, const struct cluster *cluster, const char *name)
{
    PGconn *source;

    instance_create(instance, cluster, name);
    instance_copy_study(instance, "tests/data/night.json");
    source = instance_connect_source(instance);
    cluster_exec_file(source, "tests/data/night_pages.sql");
    PQfinish(source);
    instance_do(instance, 0, "migrate", NULL);
}

PGconn *
instance_connect_source(const struct instance *instance)
{
    char database[64];

    snprintf(database, sizeof database, "%s_source", instance->name);
    return cluster_connect(instance->cluster, database);
}

PGconn *
instance_connect_analysis(const struct instance *instance)
{
    char database[64];

    snprintf(database, sizeof database, "%s_analysis", instance->name);
    return cluster_connect(instance->cluster, database);
}

/* ---- The program ---- */

static void
start(const struct instance *instance, struct process *process, const char *verb, va_list rest)
{
    const char *argv[ARGUMENTS_MAX];
    char config[256];
    char fault[160], clock_file[256];
    const char *const environment[] = {fault,
                                       instance->clock_file ? FALSE_CLOCK_PRELOAD : NULL,
                                       clock_file,
                                       "FAKETIME_NO_CACHE=1",
                                       "FAKETIME_DONT_FAKE_MONOTONIC=1",
                                       NULL};
    size_t count = 0;
    const char *argument;

    snprintf(config, sizeof config, "%s/crfd.json", instance->folder);
    argv[count++] = getenv(instance->fault != NULL ? "CRFD_FAULTS_PROGRAM" : "CRFD_PROGRAM");
    TEST_REQUIRE(argv[0] != NULL, "CRFD_PROGRAM does not name the program under test");
    argv[count++] = verb;
    while ((argument = va_arg(rest, const char *)) != NULL) {
        TEST_REQUIRE(count < ARGUMENTS_MAX - 3, "too many arguments");
        argv[count++] = argument;
    }
    argv[count++] = "--config";
    argv[count++] = config;
    argv[count] = NULL;
    snprintf(fault, sizeof fault, "CRFD_FAULT%s%s", instance->fault ? "=" : "",
             instance->fault ? instance->fault : "");
    snprintf(clock_file, sizeof clock_file, "FAKETIME_TIMESTAMP_FILE=%s",
             instance->clock_file ? instance->clock_file : "");
    process_start(process, argv, environment);
}

void
instance_start(const struct instance *instance, struct process *process, const char *verb, ...)
{
    va_list rest;

    va_start(rest, verb);
    start(instance, process, verb, rest);
    va_end(rest);
}

static void
require_status(const struct process_result *result, int exit_status, const char *verb)
{
    TEST_REQUIRE(!result->timed_out, "crfd %s did not end\n%s%s", verb, result->out, result->err);
    TEST_REQUIRE(result->exit_status == exit_status, "crfd %s: exit status %d (signal %d), not %d\n%s%s",
                 verb, result->exit_status, result->signal, exit_status, result->out, result->err);
}

static char *
finish(struct process *process, int exit_status, const char *verb)
{
    struct process_result result;
    char *output;

    process_wait(process, INSTANCE_PATIENCE_MS, &result);
    require_status(&result, exit_status, verb);
    TEST_REQUIRE(asprintf(&output, "%s%s", result.out, result.err) >= 0, "out of memory");
    process_result_clear(&result);
    return output;
}

void
instance_finish(struct process *process, int exit_status)
{
    free(finish(process, exit_status, ""));
}

char *
instance_crfd(const struct instance *instance, int exit_status, const char *verb, ...)
{
    struct process process;
    va_list rest;

    va_start(rest, verb);
    start(instance, &process, verb, rest);
    va_end(rest);
    return finish(&process, exit_status, verb);
}

void
instance_do(const struct instance *instance, int exit_status, const char *verb, ...)
{
    struct process process;
    va_list rest;

    va_start(rest, verb);
    start(instance, &process, verb, rest);
    va_end(rest);
    free(finish(&process, exit_status, verb));
}

/* ---- Looking ---- */

char *
instance_status(const struct instance *instance, PGconn *connection, const char *place)
{
    const char *parameters[2] = {NULL, place};
    char path[256];
    char *file;
    char *value;
    PGresult *result;

    snprintf(path, sizeof path, "%s/status.json", instance->folder);
    file = text_file_read(path);
    parameters[0] = file;
    result = PQexecParams(connection, "SELECT $1::jsonb #>> $2::text[]", 2, NULL, parameters, NULL, NULL, 0);
    TEST_REQUIRE(PQresultStatus(result) == PGRES_TUPLES_OK, "%s\n%s", PQerrorMessage(connection), file);
    value = strdup(PQgetvalue(result, 0, 0));
    PQclear(result);
    free(file);
    return value;
}

void
instance_wait_until(PGconn *connection, const char *what, const char *sql)
{
    bool is_true = false;

    for (int waited_us = 0; !is_true && waited_us < INSTANCE_PATIENCE_MS * 1000; waited_us += POLL_US) {
        char *value = cluster_text(connection, sql);

        is_true = strcmp(value, "t") == 0;
        free(value);
        if (!is_true)
            usleep(POLL_US);
    }
    TEST_REQUIRE(is_true, "waited in vain until %s", what);
}
