/*
 * The pages of `crfd serve` in a real browser: tests/web/pages.mjs has the cases, and drives it. The study and its pages are of
 * somebody who means harm. Screenshots stay in the build folder, to be looked at.
 */
#include "cluster.h"
#include "crfd/base/strbuf.h"
#include "fixture.h"
#include "process.h"
#include "web.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#define PATIENCE_MS 120000

static struct web web;

static const char study[] =
    "{\"study\":\"<img src=x onerror=alert(1)>\",\"version\":\"<b>1</b>\",\"events\":[{\"name\":"
    "\"V \\\"><script>alert(2)</script>\"}],\"forms\":{\"vs\":{\"label\":\"<i>vs</i>\",\"items\":{\"sysbp\":"
    "{\"type\":\"integer\",\"label\":\"<u>bp</u>\",\"range\":{\"max\":\"100\"}}}}}}";

static const char pages[] =
    "INSERT INTO edc.crf_page (center_id, subject_id, event, form, data, submitted_at)"
    " SELECT '<c>1', 'S' || lpad(n::text, 3, '0'), 'V \"><script>alert(2)</script>', 'vs',"
    " json_build_object('sysbp', 200 + n), timestamptz '2026-03-29 03:30+02' FROM generate_series(1, 450) n"
    " UNION ALL SELECT '<c>1', '\"><script>alert(3)</script>', 'V \"><script>alert(2)</script>', 'vs',"
    " '{\"sysbp\": \"<svg onload=alert(4)>\"}', timestamptz '2026-03-29 01:30+01'";

static struct strbuf change;
static char status[300];

/* A night takes away what a third of the subjects were asked about; and where the status file is. */
static void
write_environment(void)
{
    snprintf(status, sizeof status, "PAGES_STATUS=%s/status.json", instance.folder);
    strbuf_init(&change);
    strbuf_printf(&change,
                  "PAGES_CHANGE='%s' -X -q -d \"%s\" -c \"UPDATE edc.crf_page SET data = '{}' WHERE "
                  "subject_id LIKE 'S%%'"
                  " AND substr(subject_id, 2)::int %% 3 = 0\" && '%s' run --rerun --quiet --reason paging "
                  "--config '%s/crfd.json'",
                  cluster.psql, instance.source_conninfo, getenv("CRFD_PROGRAM"), instance.folder);
}

static void
setup(void)
{
    fixture_start_cluster();
    instance_create(&instance, &cluster, "pages");
    snprintf(instance.timezone, sizeof instance.timezone, "Europe/Paris");
    instance_write_config(&instance);
    instance_write_study(&instance, study);
    instance_do(&instance, 0, "migrate", NULL);
    web_prepare(&instance, &cluster, "");
    fixture_connect();
    cluster_exec(source, pages);
    instance_do(&instance, 0, "run", NULL);
    write_environment();
    web_start(&web, &instance);
}

static void
teardown(void)
{
    free(web_stop(&web));
    strbuf_destroy(&change);
    fixture_disconnect();
    fixture_destroy_cluster();
}

/* In this order: the last ones change what the first ones look at. */
static const char *const cases[] = {"looks",   "hostile",  "keyboard", "tabs",
                                    "silence", "commands", "paging",   "review"};

START_TEST(a_browser_sees)
{
    char *script = cluster_project_path("tests/web/pages.mjs");
    char socket_of[300];
    struct process_result result;

    snprintf(socket_of, sizeof socket_of, "PAGES_SOCKET=%s", web.socket);
    process_run((const char *const[]){"node", script, cases[_i], NULL},
                (const char *const[]){socket_of, change.text, status, NULL}, PATIENCE_MS, &result);
    ck_assert_msg(result.exit_status == 0, "%s:\n%s%s", cases[_i], result.out, result.err);
    process_result_clear(&result);
    free(script);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("pages");
    TCase *tcase = tcase_create("pages");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_set_timeout(tcase, 2 * PATIENCE_MS / 1000);
    tcase_add_unchecked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(tcase, a_browser_sees, 0, (int)(sizeof cases / sizeof cases[0]));
    suite_add_tcase(suite, tcase);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
