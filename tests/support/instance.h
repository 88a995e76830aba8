/*
 * instance.h: a crfd instance for one test: two databases, a folder with configuration, study and status
 * file, and the real program run on them.
 *
 * The source database has edc.crf_page, the analysis database is empty until `crfd migrate`. The time zone of
 * the configuration is one in which it is about noon, so that no test runs into the next night.
 *
 * What goes wrong ends the test, and shows what the program said.
 *
 * Threads: one thread at a time.
 * Memory:  the caller's struct; texts that are returned are freed by the caller. The folder goes with the
 *          cluster's.
 */
#ifndef CRFD_TESTS_INSTANCE_H
#define CRFD_TESTS_INSTANCE_H

#include "cluster.h"
#include "process.h"

#include <stdbool.h>

#define INSTANCE_PATIENCE_MS 120000

struct instance {
    const struct cluster *cluster;
    char name[40];
    char folder[192];
    char timezone[24];
    /* What the configuration says: change it and write it again. */
    char source_conninfo[CLUSTER_CONNINFO_MAX];
    char analysis_conninfo[CLUSTER_CONNINFO_MAX];
    const char *relation;
    const char *cron;
    bool catch_up;
    int workers;
    const char *center_deadline;
    const char *statement_deadline;
    int attempts;
    const char *removals; /* JSON */
    const char *status_file;
    const char *log_format;
    const char *serve; /* JSON */
    /* For crfd-faults, which is then run instead: CRFD_FAULT (crfd/base/fault.h). NULL: none. */
    const char *fault;
    /* A file that tells the program how far its clock is off (false_clock.h). NULL: its clock is right. */
    const char *clock_file;
};

/* Makes the databases NAME_source and NAME_analysis, the folder and a configuration with defaults. */
void instance_create(struct instance *instance, const struct cluster *cluster, const char *name);

/* The same with the study of tests/data/night.json, its pages, and both schemas. */
void instance_create_night(struct instance *instance, const struct cluster *cluster, const char *name);

void instance_write_config(const struct instance *instance);
/* Puts the text into the folder as the study definition. */
void instance_write_study(const struct instance *instance, const char *text);
/* Copies a study definition of the project there. */
void instance_copy_study(const struct instance *instance, const char *project_path);

/* As superuser; closed by PQfinish. */
PGconn *instance_connect_source(const struct instance *instance);
PGconn *instance_connect_analysis(const struct instance *instance);

/*
 * Runs `crfd VERB ... --config FILE` to its end and requires the exit status. Arguments end with NULL.
 * Returns standard output and error, one after the other; malloc'ed.
 */
char *instance_crfd(const struct instance *instance, int exit_status, const char *verb, ...)
    __attribute__((sentinel));
/* The same for who does not read the output. */
void instance_do(const struct instance *instance, int exit_status, const char *verb, ...)
    __attribute__((sentinel));

/* Starts it, to be waited for. */
void instance_start(const struct instance *instance, struct process *process, const char *verb, ...)
    __attribute__((sentinel));
/* Waits for its end and requires the exit status. */
void instance_finish(struct process *process, int exit_status);

/* A value of the status file by its place: "{run,centers,failed}"; "" where there is none; malloc'ed. */
char *instance_status(const struct instance *instance, PGconn *connection, const char *place);

/* Asks the server again and again until the query gives true; fails after INSTANCE_PATIENCE_MS. */
void instance_wait_until(PGconn *connection, const char *what, const char *sql);

#endif
