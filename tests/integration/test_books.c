/*
 * What crfd writes down about its own work: that a center's pages are reconciled before they are committed, that
 * attempts are counted, and that a night which a later one has overtaken is over.
 *
 * Nothing in crfd makes these books wrong. Here triggers and changes by hand do, in place of a server that lost or
 * forgot something.
 */
#include "expect.h"
#include "fixture.h"
#include "process.h"
#include "signature.h"

#include <check.h>
#include <stdlib.h>

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

static void
create(const char *kind, int row)
{
    char name[40];

    snprintf(name, sizeof name, "%s_%d", kind, row);
    fixture_create_night(name);
}

/* A trigger of a table whose body may change NEW, or refuse it. */
static void
add_trigger(const char *table, const char *body)
{
    cluster_execf(analysis,
                  "CREATE FUNCTION public.meddle() RETURNS trigger LANGUAGE plpgsql AS"
                  " $$ BEGIN %s RETURN NEW; END $$;"
                  " CREATE TRIGGER meddle BEFORE INSERT OR UPDATE ON %s"
                  " FOR EACH ROW EXECUTE FUNCTION public.meddle()",
                  body, table);
}

static void
drop_trigger(void)
{
    cluster_exec(analysis, "DROP FUNCTION public.meddle() CASCADE");
}

#define LAST_RUN "run_id = (SELECT max(run_id) FROM crfd.run)"

/* ---- Reconciled ---- */

#define OF_SUBJECT(number) "(center_id, subject_id) = ('C05', 'S00" number "')"

/* Rows that are not the first night are reruns after an undisturbed one. S003 has four pages. */
static const struct {
    const char *says;
    bool is_first_night;
    const char *body; /* of a trigger of the ledger */
    const char *ledger;
    const char *change; /* at the source */
} books[] = {
    {"a new subject that the ledger lost", false,
     "IF NEW.center_id = 'C05' AND NEW.subject_id = 'S099' THEN RETURN NULL; END IF;", "",
     "INSERT INTO edc.crf_page (center_id, subject_id, event, event_repeat, form, form_repeat, data, "
     "submitted_at)"
     " SELECT center_id, 'S099', event, event_repeat, form, form_repeat, data, submitted_at"
     " FROM edc.crf_page WHERE " OF_SUBJECT("3")},
    {"a page that the ledger lost", true,
     "IF NEW.center_id = 'C05' AND NEW.subject_id = 'S003' THEN NEW.pages := 3; END IF;", "", ""},
    {"a subject without changes of which the ledger counts a page more", false, "",
     "UPDATE analysis.subject SET pages = pages + 1 WHERE " OF_SUBJECT("3"), ""},
    {"a ledger that is right in all, with a page more of one subject and a page less of another", false,
     "IF NEW.center_id = 'C05' AND NEW.subject_id = 'S003' THEN NEW.pages := 3; END IF;",
     "UPDATE analysis.subject SET pages = pages + 1 WHERE " OF_SUBJECT("4"),
     "UPDATE edc.crf_page SET data = '{\"SYSBP\": \"99\"}'"
     " WHERE form = 'VS' AND event = 'WEEK 2' AND " OF_SUBJECT("3")},
};

START_TEST(a_center_whose_books_do_not_agree_is_not_committed)
{
    char *output;

    create("books", _i);
    if (!books[_i].is_first_night)
        instance_do(&instance, 0, "run", NULL);
    cluster_exec(analysis, books[_i].ledger);
    if (*books[_i].body != '\0')
        add_trigger("analysis.subject", books[_i].body);
    cluster_exec(source, books[_i].change);
    output = books[_i].is_first_night
                 ? instance_crfd(&instance, 3, "run", NULL)
                 : instance_crfd(&instance, 3, "run", "--rerun", "--reason", books[_i].says, NULL);
    expect_in(output, "reconciling the center: ");
    free(output);
    expect_text(analysis, "C01 done, C02 done, C03 done, C04 done, C05 failed, C06 done", books[_i].says,
                "SELECT string_agg(center_id || ' ' || state, ', ' ORDER BY center_id)"
                " FROM crfd.run_center WHERE " LAST_RUN);
    expect_int(analysis, 0, "rows of the run in the center that is not reconciled",
               "SELECT (SELECT count(*) FROM analysis.vs WHERE center_id = 'C05' AND " LAST_RUN ")"
               " + (SELECT count(*) FROM analysis.subject WHERE center_id = 'C05' AND " LAST_RUN ")");
    fixture_disconnect();
}
END_TEST

/* ---- Attempts ---- */

static const struct {
    const char *says;
    const char *table;
    const char *body;
} forgetful[] = {
    /* The largest center is the first: its attempt is the one that is told. */
    {"each attempt fails, and the server forgets each that was before", "crfd.run_center",
     "IF NEW.state = 'pending' THEN NEW.attempts := 1; END IF;"
     " IF NEW.state = 'done' AND NEW.center_id = 'C05' THEN"
     "  RAISE EXCEPTION 'later' USING ERRCODE = 'serialization_failure'; END IF;"},
    {"an attempt cannot even be counted", "crfd.run_center",
     "IF NEW.attempts > 0 AND NEW.state = 'pending' AND NEW.center_id = 'C05' THEN"
     " RAISE EXCEPTION 'later' USING ERRCODE = 'serialization_failure'; END IF;"},
};

START_TEST(attempts_end_also_where_the_server_does_not_count_them)
{
    char *output;

    create("forgetful", _i);
    instance.center_deadline = "20s";
    instance.attempts = 2;
    instance_write_config(&instance);
    add_trigger(forgetful[_i].table, forgetful[_i].body);
    output = instance_crfd(&instance, 3, "run", NULL);
    expect_in(output, "center=C05 attempts=2 sqlstate=40001");
    free(output);
    drop_trigger();
    instance_do(&instance, 0, "run", NULL);
    expect_int(analysis, 6, forgetful[_i].says, "SELECT count(*) FROM crfd.run_center WHERE state = 'done'");
    fixture_disconnect();
}
END_TEST

/* Sequences are not taken back: the trigger refuses the first row that it sees, and no other. */
START_TEST(an_attempt_after_one_that_was_taken_back_begins_anew)
{
    create("anew", 0);
    instance_do(&instance, 0, "run", NULL);
    cluster_exec(source, "UPDATE edc.crf_page SET data = '{\"SYSBP\": \"99\"}' WHERE form = 'VS'");
    cluster_exec(analysis, "CREATE SEQUENCE public.tries");
    add_trigger("analysis.subject",
                "IF nextval('public.tries') = 1 THEN"
                " RAISE EXCEPTION 'later' USING ERRCODE = 'serialization_failure'; END IF;");
    instance_do(&instance, 0, "run", "--rerun", "--reason", "test", NULL);
    expect_text(analysis, "7 252", "attempts at the six centers, pages written",
                "SELECT format('%s %s', sum(attempts), sum(pages_written)) FROM crfd.run_center"
                " WHERE " LAST_RUN);
    fixture_disconnect();
}
END_TEST

/* ---- Overtaken ---- */

static const char states[] =
    "SELECT string_agg(state || ' ' || (finished_at IS NOT NULL), ', ' ORDER BY run_id)"
    " FROM crfd.run";

/* A night that is held at C05, the second of its centers. */
static void
hold_night(PGconn **holder, struct process *night)
{
    instance.workers = 1;
    instance_write_config(&instance);
    *holder = instance_connect_analysis(&instance);
    cluster_exec(*holder, "BEGIN");
    cluster_exec(*holder, "INSERT INTO crfd.center (center_id) VALUES ('C05')");
    instance_start(&instance, night, "run", NULL);
    instance_wait_until(*holder, "the night waits for the lock",
                        "SELECT EXISTS (SELECT FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
                        " WHERE NOT l.granted AND a.datname = current_database()"
                        " AND a.application_name LIKE 'crfd%')");
}

START_TEST(a_night_that_a_later_one_overtakes_is_over)
{
    struct process earlier;
    struct process later;
    PGconn *holder;
    char *output;
    char *signature;
    char *end;

    create("overtaken", 0);
    hold_night(&holder, &earlier);
    cluster_exec(analysis, "UPDATE crfd.run SET night = night - 1");
    instance_start(&instance, &later, "run", NULL);
    instance_wait_until(analysis, "the later night has begun", "SELECT count(*) = 2 FROM crfd.run");
    expect_text(analysis, "superseded true, running false", "the runs: state, ended", states);
    cluster_exec(holder, "ROLLBACK");
    /* It finishes the center that it is at, and takes up no other. */
    instance_finish(&earlier, 75);
    instance_finish(&later, 0);
    expect_text(analysis, "superseded true, done true", "the runs: state, ended", states);
    expect_text(analysis, "C05 C06", "centers of the earlier night that are done",
                "SELECT string_agg(center_id, ' ' ORDER BY center_id) FROM crfd.run_center"
                " WHERE state = 'done' AND run_id = (SELECT min(run_id) FROM crfd.run)");
    signature = signature_rows(analysis);
    /* The clock is set back: tonight is the night that was overtaken. */
    cluster_exec(analysis, "UPDATE crfd.run SET night = night + 2 WHERE state = 'done'");
    cluster_exec(analysis, "UPDATE crfd.run SET night = night + 1 WHERE state = 'superseded'");
    output = instance_crfd(&instance, 78, "run", NULL);
    expect_in(output, "is over: a later night has begun");
    free(output);
    end = signature_rows(analysis);
    ck_assert_str_eq(end, signature);
    free(signature);
    free(end);
    PQfinish(holder);
    fixture_disconnect();
}
END_TEST

/* Nights that came to an end keep it, and a later one is none of tonight's business. */
START_TEST(only_unfinished_earlier_nights_are_overtaken)
{
    create("finished", 0);
    instance_do(&instance, 0, "run", NULL);
    cluster_exec(analysis,
                 "INSERT INTO crfd.run (night, kind, study_digest, host, version, state, finished_at)"
                 " SELECT night + days, kind, study_digest, host, version, ends.state, ended"
                 " FROM crfd.run, (VALUES (-9, 'running', NULL), (-8, 'done', now()),"
                 "  (-7, 'failed', now()), (-6, 'running', NULL), (9, 'running', NULL))"
                 "  AS ends (days, state, ended) ORDER BY days");
    cluster_exec(analysis, "UPDATE crfd.run SET night = night - 20 WHERE run_id = 1");
    instance_do(&instance, 0, "run", NULL);
    expect_text(
        analysis,
        "done true, superseded true, done true, failed true, superseded true, running false, done true",
        "the runs: state, ended", states);
    fixture_disconnect();
}
END_TEST

static Suite *
books_suite(void)
{
    Suite *suite = suite_create("books");
    TCase *cases = tcase_create("books");

    tcase_set_timeout(cases, 240);
    tcase_add_unchecked_fixture(cases, fixture_start_cluster, fixture_destroy_cluster);
    tcase_add_loop_test(cases, a_center_whose_books_do_not_agree_is_not_committed, 0, COUNT(books));
    tcase_add_loop_test(cases, attempts_end_also_where_the_server_does_not_count_them, 0, COUNT(forgetful));
    tcase_add_test(cases, an_attempt_after_one_that_was_taken_back_begins_anew);
    tcase_add_test(cases, a_night_that_a_later_one_overtakes_is_over);
    tcase_add_test(cases, only_unfinished_earlier_nights_are_overtaken);
    suite_add_tcase(suite, cases);
    return suite;
}

int
main(void)
{
    SRunner *runner = srunner_create(books_suite());
    int failed;

    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
