#include "rehearsal.h"

#include "fail.h"
#include "signature.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* So that each center has rows in each table: an adverse event, and a page of a form that the study lacks. */
static const char more_pages[] =
    "INSERT INTO edc.crf_page (center_id, subject_id, event, event_repeat, form, form_repeat, data, "
    "submitted_at)"
    " SELECT c.center_id, p.subject_id, p.event, 1, p.form, 9, p.data, timestamptz '2024-06-01 12:00 UTC'"
    " FROM (SELECT DISTINCT center_id FROM edc.crf_page) c,"
    "      (VALUES ('S001', 'AE LOG', 'AE', json '{\"AETERM\": \" Dizzy \"}'),"
    "              ('S002', 'AE LOG', 'AE', json '{\"AETERM\": \"Dizzy\"}'),"
    "              ('S002', 'WEEK 2', 'XX', json '{\"A\": \"b\"}')) p (subject_id, event, form, data)";

/* What happens at each center between the two nights. */
static const char *const changes[] = {
    /* A pressure that was wrong is corrected, another goes wrong. */
    "UPDATE edc.crf_page SET data = (data::jsonb || '{\"SYSBP\": \"130\"}')::json"
    " WHERE (subject_id, event, form) = ('S004', 'WEEK 4', 'VS')",
    "UPDATE edc.crf_page SET data = (data::jsonb || '{\"SYSBP\": \"61\", \"WEIGHT\": \" 70.5 \"}')::json"
    " WHERE (subject_id, event, form) = ('S001', 'WEEK 2', 'VS')",
    "UPDATE edc.crf_page SET data = '{\"AETERM\": \" Very  dizzy \"}' WHERE form = 'AE'",
    "UPDATE edc.crf_page SET data = '{\"A\": \"c\"}' WHERE form = 'XX'",
    "DELETE FROM edc.crf_page WHERE subject_id = 'S003'",
    "DELETE FROM edc.crf_page WHERE (subject_id, event, form) = ('S002', 'WEEK 4', 'VS')",
    "UPDATE edc.crf_page SET data = (data::jsonb || '{\"SEX\": \"FEMALE\"}')::json"
    " WHERE (subject_id, form) = ('S002', 'DM')",
    "INSERT INTO edc.crf_page (center_id, subject_id, event, event_repeat, form, form_repeat, data, "
    "submitted_at)"
    " SELECT center_id, 'S099', event, event_repeat, form, form_repeat, data, submitted_at FROM edc.crf_page"
    " WHERE subject_id = 'S001'",
};

/* Everything that a night writes but for the definitions, which only come. */
#define TABLES                                                                                               \
    "SELECT c.oid::regclass AS name, relname FROM pg_class c"                                                \
    " WHERE relnamespace IN ('analysis'::regnamespace, 'crfd'::regnamespace) AND relkind = 'r'"              \
    " AND relname NOT IN ('migration', 'study')"

static const char save[] =
    "CREATE SCHEMA saved;"
    "DO $$ DECLARE t record; BEGIN FOR t IN " TABLES
    " LOOP EXECUTE format('CREATE TABLE saved.%I AS TABLE %s', t.relname, t.name); END LOOP; END $$";

/* run_center refers to run, and goes first. */
static const char restore[] =
    "DO $$ DECLARE t record; BEGIN"
    " FOR t IN " TABLES " ORDER BY relname DESC LOOP EXECUTE format('DELETE FROM %s', t.name); END LOOP;"
    " FOR t IN " TABLES " ORDER BY relname LOOP"
    "  EXECUTE format('INSERT INTO %s OVERRIDING SYSTEM VALUE TABLE saved.%I', t.name, t.relname); END LOOP;"
    " END $$";

static void
play_first_night(const struct rehearsal *rehearsal, PGconn *source, PGconn *analysis)
{
    instance_do(&rehearsal->instance, 0, "run", NULL);
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++)
        cluster_exec(source, changes[i]);
    /* It was yesterday's. */
    cluster_exec(analysis, "UPDATE crfd.run SET night = night - 1");
}

static void
create(struct rehearsal *rehearsal, const struct cluster *cluster, const char *name,
       enum rehearsal_piece piece, bool is_small)
{
    PGconn *source;
    PGconn *analysis;

    instance_create_night(&rehearsal->instance, cluster, name);
    rehearsal->instance.workers = 1;
    rehearsal->instance.attempts = 20;
    instance_write_config(&rehearsal->instance);
    /*
     * The study of the night, with a value that no two subjects of a center may share: each center has findings of the
     * closing step, and they do not change while another one fails.
     */
    instance_copy_study(&rehearsal->instance, "tests/data/rehearsal.json");
    source = instance_connect_source(&rehearsal->instance);
    analysis = instance_connect_analysis(&rehearsal->instance);
    if (is_small)
        cluster_exec(source, "DELETE FROM edc.crf_page"
                             " WHERE center_id <> (SELECT min(center_id) FROM edc.crf_page)");
    cluster_exec(source, more_pages);
    if (piece == REHEARSAL_SECOND_NIGHT)
        play_first_night(rehearsal, source, analysis);
    cluster_exec(analysis, save);
    instance_do(&rehearsal->instance, 0, "run", NULL);
    rehearsal->calm = signature_take(analysis);
    PQfinish(source);
    PQfinish(analysis);
}

void
rehearsal_create(struct rehearsal *rehearsal, const struct cluster *cluster, const char *name,
                 enum rehearsal_piece piece)
{
    create(rehearsal, cluster, name, piece, false);
}

void
rehearsal_create_small(struct rehearsal *rehearsal, const struct cluster *cluster, const char *name,
                       enum rehearsal_piece piece)
{
    create(rehearsal, cluster, name, piece, true);
}

void
rehearsal_destroy(struct rehearsal *rehearsal)
{
    free(rehearsal->calm);
    rehearsal->calm = NULL;
}

void
rehearsal_reset(const struct rehearsal *rehearsal)
{
    PGconn *analysis = instance_connect_analysis(&rehearsal->instance);

    cluster_exec(analysis, restore);
    PQfinish(analysis);
}

static void
require_text(PGconn *connection, const char *how, const char *expected, const char *sql)
{
    char *found = cluster_text(connection, sql);

    TEST_REQUIRE(strcmp(found, expected) == 0, "%s: \"%s\", not \"%s\", by %s", how, found, expected, sql);
    free(found);
}

void
rehearsal_expect_calm(const struct rehearsal *rehearsal, const char *how)
{
    PGconn *analysis = instance_connect_analysis(&rehearsal->instance);
    char *signature = signature_take(analysis);

    TEST_REQUIRE(strcmp(signature, rehearsal->calm) == 0, "%s: the end state is\n%snot\n%s", how, signature,
                 rehearsal->calm);
    require_text(analysis, how, "t", "SELECT bool_and(state = 'done') FROM crfd.run");
    require_text(
        analysis, how, "t",
        "SELECT bool_and(state = 'done' AND pages_read > 0"
        "  AND pages_read = pages_written + pages_unchanged + pages_quarantined) FROM crfd.run_center");
    require_text(analysis, how, "t",
                 "SELECT sum(pages) = (SELECT count(*) FROM analysis.dm) + (SELECT count(*) FROM analysis.vs)"
                 " + (SELECT count(*) FROM analysis.ae) + (SELECT count(*) FROM analysis.quarantine)"
                 " AND sum(pages) = (SELECT sum(pages_read) FROM crfd.run_center"
                 "                   WHERE run_id = (SELECT max(run_id) FROM crfd.run))"
                 " FROM analysis.subject");
    free(signature);
    PQfinish(analysis);
}

unsigned long
rehearsal_seed(void)
{
    const char *text = getenv("CRFD_TEST_SEED");
    unsigned long seed = text != NULL ? strtoul(text, NULL, 10) : (unsigned long)time(NULL);

    fprintf(stderr, "CRFD_TEST_SEED=%lu\n", seed);
    return seed;
}

unsigned long
rehearsal_random(unsigned long *seed, unsigned long limit)
{
    /* MMIX's generator (Knuth); its high bits are the good ones. */
    *seed = *seed * 6364136223846793005UL + 1442695040888963407UL;
    return (*seed >> 33) % limit;
}
