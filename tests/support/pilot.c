#include "pilot.h"

#include "cluster.h"
#include "fail.h"
#include "process.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BESIDE_THE_PROJECT "../shared/data/cdiscpilot"
#define PATIENCE_MS        60000

bool
pilot_find(char folder[PILOT_PATH_MAX])
{
    const char *named = getenv("CRFD_PILOT_DATA");
    char pages[PILOT_PATH_MAX + 8];

    if (named != NULL && *named != '\0') {
        snprintf(folder, PILOT_PATH_MAX, "%s", named);
    } else {
        char *path = cluster_project_path(BESIDE_THE_PROJECT);

        snprintf(folder, PILOT_PATH_MAX, "%s", path);
        free(path);
    }
    snprintf(pages, sizeof pages, "%s/pages", folder);
    return access(pages, R_OK | X_OK) == 0;
}

int
pilot_skip(void)
{
    const char *ci = getenv("CI");

    if (ci != NULL && strcmp(ci, "true") == 0) {
        puts("Bail out! The pages of the pilot study are missing; CRFD_PILOT_DATA names their folder");
        return EXIT_FAILURE;
    }
    puts("1..0 # SKIP the pages of the pilot study are not here; CRFD_PILOT_DATA names their folder");
    return EXIT_SUCCESS;
}

/* Runs a COPY FROM STDIN of the text. */
static void
copy_in(PGconn *connection, const char *sql, const char *text)
{
    PGresult *result = PQexec(connection, sql);

    TEST_REQUIRE(PQresultStatus(result) == PGRES_COPY_IN, "%s\n%s", PQerrorMessage(connection), sql);
    PQclear(result);
    TEST_REQUIRE(PQputCopyData(connection, text, (int)strlen(text)) == 1 &&
                     PQputCopyEnd(connection, NULL) == 1,
                 "%s", PQerrorMessage(connection));
    result = PQgetResult(connection);
    TEST_REQUIRE(PQresultStatus(result) == PGRES_COMMAND_OK, "%s\n%s", PQerrorMessage(connection), sql);
    PQclear(result);
    result = PQgetResult(connection);
    TEST_REQUIRE(result == NULL, "COPY has two results");
}

static char *
output_of(const char *const argv[])
{
    struct process_result result;
    char *text;

    process_run(argv, NULL, PATIENCE_MS, &result);
    TEST_REQUIRE(result.exit_status == 0, "%s %s: %s", argv[0], argv[1], result.err);
    text = strdup(result.out);
    TEST_REQUIRE(text != NULL, "out of memory");
    process_result_clear(&result);
    return text;
}

static void
load_form(PGconn *connection, const char *path)
{
    const char *const argv[] = {"gzip", "-dc", path, NULL};
    char *lines = output_of(argv);

    /* As CSV with a quote and a delimiter that do not occur, a line of JSON arrives as it is. */
    copy_in(connection, "COPY pilot_line FROM STDIN (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02')", lines);
    free(lines);
}

void
pilot_load_pages(PGconn *connection, const char *folder, const char *table)
{
    char pattern[PILOT_PATH_MAX + 32];
    glob_t files;

    snprintf(pattern, sizeof pattern, "%s/pages/*.ndjson.gz", folder);
    TEST_REQUIRE(glob(pattern, 0, NULL, &files) == 0, "there are no files %s", pattern);
    cluster_exec(connection, "CREATE TEMPORARY TABLE pilot_line (line json)");
    for (size_t i = 0; i < files.gl_pathc; i++)
        load_form(connection, files.gl_pathv[i]);
    globfree(&files);
    /* data ->, not ->>: the pages stay as they are written, to the last blank. */
    cluster_execf(
        connection,
        "INSERT INTO %s (center_id, subject_id, event, event_repeat, form, form_repeat, data, submitted_at)"
        " SELECT line->>'center_id', line->>'subject_id', line->>'event', (line->>'event_repeat')::int,"
        " line->>'form', (line->>'form_repeat')::int, line->'data', (line->>'submitted_at')::timestamptz"
        " FROM pilot_line",
        table);
    cluster_exec(connection, "DROP TABLE pilot_line");
}

void
pilot_load_csv(PGconn *connection, const char *folder, const char *name, const char *table)
{
    char path[PILOT_PATH_MAX + 64];
    char sql[512];
    const char *const argv[] = {"cat", path, NULL};
    char *rows;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    snprintf(sql, sizeof sql, "COPY %s FROM STDIN (FORMAT csv, HEADER)", table);
    rows = output_of(argv);
    copy_in(connection, sql, rows);
    free(rows);
}
