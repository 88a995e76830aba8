/*
 * fixture.h: what a test program shares that looks at one instance at a time: a server for all of its tests, and the
 * instance of the test at hand with a connection to each of its databases.
 *
 * The names are short since nearly every line of such a test has one.
 *
 * Threads: one.
 * Memory:  connections are those of the test; the server goes with the program.
 */
#ifndef CRFD_TESTS_FIXTURE_H
#define CRFD_TESTS_FIXTURE_H

#include "cluster.h"
#include "instance.h"

extern struct cluster cluster;
extern struct instance instance;
extern PGconn *source;
extern PGconn *analysis;

/* An unchecked fixture. */
void fixture_start_cluster(void);
void fixture_destroy_cluster(void);

/* To the databases of the instance, which is there. */
void fixture_connect(void);
void fixture_disconnect(void);

/* An instance before its first night (instance_create_night), connected to. */
void fixture_create_night(const char *name);

/* Another run of the night. */
void fixture_rerun(void);

#endif
