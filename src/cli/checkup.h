/*
 * checkup.h: `crfd check`: all that an administrator can get wrong, looked over in one go.
 *
 * Each part looks at one thing, as far as the others let it, so that no problem hides another. What was seen goes to
 * standard output, a line each, and below a problem what mends it, ready for a shell:
 *
 *   ok       what is as it should be
 *   note     what works and could be better
 *   PROBLEM  what is wrong
 *            psql -d edc -c 'REVOKE INSERT ON edc.crf_page FROM crfd'
 *
 * Nothing is changed, and nothing secret is told.
 *
 * Threads: main thread.
 * Memory:  a struct checkup is the caller's; cmd_check opens and closes its databases.
 */
#ifndef CRFD_CLI_CHECKUP_H
#define CRFD_CLI_CHECKUP_H

#include "crfd/base/arena.h"
#include "crfd/definition/config.h"
#include "crfd/definition/definition.h"
#include "crfd/pg/conn.h"

#include <stdbool.h>

/* One of the two databases. */
struct checkup_database {
    const char *label; /* "source", "analysis": as messages and the configuration call it */
    struct conn *conn; /* NULL: it cannot be looked at */
    PGresult *facts;   /* the row of checkup_server.sql; NULL as conn */
};

struct checkup {
    struct arena *arena;
    const struct config *config;
    const struct definition *definition; /* NULL: the study is invalid */
    struct context *context;
    struct checkup_database source;
    struct checkup_database analysis;
    bool quiet;         /* tell only notes and problems */
    bool last_was_told; /* the details of what was not told are not told either */
    int problems;
    int notes;
};

/* ---- The parts ---- */

/* Places of status and metrics file, password and service files, who may change configuration and study. */
void checkup_files(struct checkup *checkup);

/* The next nights in local time and UTC, and those around the next change of the clocks. */
void checkup_schedule(struct checkup *checkup);

/* Connects both and asks for their facts; what cannot be reached stays NULL. */
void checkup_connect(struct checkup *checkup);

/* What either server must have, and what either role must not have. */
void checkup_server(struct checkup *checkup, const struct checkup_database *database);

void checkup_source(struct checkup *checkup);
void checkup_analysis(struct checkup *checkup);

/* ---- Facts of a database ---- */

/* A column of checkup_server.sql. */
const char *checkup_fact(const struct checkup_database *database, const char *column);

/* The role needs no grants, so that nothing can be said of them. */
bool checkup_is_superuser(const struct checkup_database *database);

/* Tells the statement that mends it, where the role is no working member of crfd_source or crfd_service. */
void checkup_membership(struct checkup *checkup, const struct checkup_database *database);

/* Both connections lead to one server (by the start of its postmaster), and there to one role. */
bool checkup_same_server(const struct checkup *checkup);
bool checkup_same_role(const struct checkup *checkup);
bool checkup_same_database(const struct checkup *checkup);

/* ---- Telling ---- */

void checkup_ok(struct checkup *checkup, const char *format, ...) CRFD_PRINTF(2, 3);
void checkup_note(struct checkup *checkup, const char *format, ...) CRFD_PRINTF(2, 3);
void checkup_problem(struct checkup *checkup, const char *format, ...) CRFD_PRINTF(2, 3);

/* An indented line below the last one: more about it; below a problem, what mends it, as a shell takes it. */
void checkup_detail(struct checkup *checkup, const char *format, ...) CRFD_PRINTF(2, 3);
/* Such a line: a command with the path of a file, which may need quotes, and a comment or "". */
void checkup_command(struct checkup *checkup, const char *command, const char *path, const char *comment);
/* Such a line with a statement for a superuser of the database. */
void checkup_statement(struct checkup *checkup, const struct checkup_database *database, const char *sql);
/* Such a line that runs sql/roles.sql there. */
void checkup_roles(struct checkup *checkup, const struct checkup_database *database);

#endif
