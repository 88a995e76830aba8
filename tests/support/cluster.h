/*
 * cluster.h: a private PostgreSQL cluster for one test program.
 *
 * The cluster lives in a folder of its own under $TMPDIR or /tmp, listens on a Unix socket in that folder
 * only and trusts who can reach it. A program run as root starts it as the user postgres. It outlives no
 * test: a keeper process, tied to the test by a pipe, stops the server and removes the folder when the test
 * program has ended, by whatever signal.
 *
 * The server is the one of the folder CRFD_TEST_SERVER, else that of pg_config, of PATH or Debian's newest.
 *
 * Whatever fails here prints the reason and ends the process: a test cannot go on without its database.
 *
 * Threads: one thread at a time. A test that Check has forked may stop and start the cluster, too.
 * Memory:  the caller's struct; texts that are returned are freed by the caller.
 */
#ifndef CRFD_TESTS_CLUSTER_H
#define CRFD_TESTS_CLUSTER_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define CLUSTER_CONNINFO_MAX 512

struct cluster {
    char folder[128]; /* also that of the socket; data and log are in it */
    char bin[256];    /* of postgres and initdb */
    char psql[300];   /* the client; those servers that tests bring have none of their own */
    int keeper_fd;    /* its end tells the keeper that the test has ended */
    pid_t keeper;
    uid_t uid; /* the server's user */
    gid_t gid;
    int port; /* part of the name of the socket */
    bool has_tcp;
};

/* Makes the cluster and waits until it takes connections. PG* variables of the environment are unset. */
void cluster_start(struct cluster *cluster);
/* Stops the server and removes the folder. */
void cluster_destroy(struct cluster *cluster);

/* As a crash of the server: no checkpoint, connections are cut. Waits until the server is gone. */
void cluster_stop_immediate(struct cluster *cluster);
/* Starts a stopped server on the same data and waits until it takes connections. */
void cluster_start_again(struct cluster *cluster);
/*
 * Starts the server again so that it also listens on localhost, on a port that nobody else has: cluster->port. For
 * TLS, which PostgreSQL has on TCP only. It lets in who comes from there.
 */
void cluster_open_tcp(struct cluster *cluster);
/* The process id of the running server; to freeze it by SIGSTOP, its backends are asked from
 * pg_stat_activity. */
pid_t cluster_postmaster(const struct cluster *cluster);

/* Has the server read its configuration, pg_hba.conf and certificates again; connections made from then on know it. */
void cluster_reload(const struct cluster *cluster);
/* Puts the line before all others of pg_hba.conf ("local all alice scram-sha-256") and has the server read
 * it. */
void cluster_add_hba(struct cluster *cluster, const char *line);

/* A libpq connection string to the database, as superuser postgres or as the user that is named. */
void cluster_conninfo(const struct cluster *cluster, const char *database, char out[CLUSTER_CONNINFO_MAX]);
void cluster_conninfo_as(const struct cluster *cluster, const char *database, const char *user,
                         char out[CLUSTER_CONNINFO_MAX]);

/* Connections of the test itself, as superuser; closed by PQfinish. */
PGconn *cluster_connect(const struct cluster *cluster, const char *database);

void cluster_create_database(const struct cluster *cluster, const char *name);

/* Runs one or several statements. */
void cluster_exec(PGconn *connection, const char *sql) __attribute__((nonnull));
void cluster_execf(PGconn *connection, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Runs a file of statements without psql commands; a relative path begins at the project's root. */
void cluster_exec_file(PGconn *connection, const char *path);

/* The single value of the single row, "" for NULL; malloc'ed. */
char *cluster_text(PGconn *connection, const char *sql);
int64_t cluster_int(PGconn *connection, const char *sql);

/* The project's root joined with the path; malloc'ed. */
char *cluster_project_path(const char *path);

#endif
