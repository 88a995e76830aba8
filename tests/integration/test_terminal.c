/*
 * What people see: commands in terminals of two widths, with Chinese names, while a run is under way, after it, and
 * while the status file comes and goes; and that nothing but lines goes into a pipe or to a terminal that cannot do
 * more.
 */
#include "cluster.h"
#include "expect.h"
#include "instance.h"
#include "terminal.h"
#include "text_file.h"

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HOSPITAL "北京协和医院第一临床研究中心"

static struct cluster cluster;
static struct instance instance;
static struct terminal terminal;

static const int widths[] = {80, 40};

#define COUNT(list) ((int)(sizeof(list) / sizeof((list)[0])))

/* The largest center cannot be written, so that a run takes it up again and fails each time. */
static void
prepare(void)
{
    PGconn *source, *analysis;

    cluster_start(&cluster);
    instance_create_night(&instance, &cluster, "terminal");
    source = instance_connect_source(&instance);
    cluster_exec(source, "UPDATE edc.crf_page SET center_id = '" HOSPITAL "' WHERE center_id = 'C06'");
    PQfinish(source);
    analysis = instance_connect_analysis(&instance);
    cluster_exec(
        analysis,
        "ALTER TABLE analysis.vs ADD CONSTRAINT 该中心的数据不允许写入 CHECK (center_id <> '" HOSPITAL "')");
    PQfinish(analysis);
    /* The status file and a first run for those that only look. */
    instance_do(&instance, 3, "run", NULL);
}

static void
clear(void)
{
    cluster_destroy(&cluster);
}

/* Opens a terminal on commands of crfd: a "%" stands for the program, "@" for --config FILE. */
static void
open_on(int columns, const char *name, const char *command)
{
    char line[2048] = "";
    size_t length = 0;

    for (; *command != '\0'; command++) {
        if (*command == '%')
            length += (size_t)snprintf(line + length, sizeof line - length, "%s", getenv("CRFD_PROGRAM"));
        else if (*command == '@')
            length += (size_t)snprintf(line + length, sizeof line - length, "--config %s/crfd.json",
                                       instance.folder);
        else
            line[length++] = *command;
        ck_assert_uint_lt(length, sizeof line - 1);
    }
    line[length] = '\0';
    terminal_open(&terminal, instance.folder, name, columns, 300, line);
}

static void
expect_on_screen(const char *text)
{
    char *screen = terminal_screen(&terminal);

    expect_in(screen, text);
    free(screen);
}

/* ---- A run ---- */

START_TEST(a_bar_fits_while_a_run_is_under_way)
{
    PGconn *analysis = instance_connect_analysis(&instance);

    cluster_exec(analysis, "BEGIN; LOCK TABLE analysis.vs IN ACCESS EXCLUSIVE MODE");
    open_on(widths[_i], "xterm-256color", "% run @");
    terminal_wait_for(&terminal, "/6 centers ");
    terminal_expect_no_broken_line(&terminal);
    expect_on_screen(widths[_i] == 80 ? "[██████████" : " %  5/6 centers");
    cluster_exec(analysis, "COMMIT");
    terminal_wait_for(&terminal, "status 3.");
    expect_on_screen("5 done, 1 failed");
    PQfinish(analysis);
    terminal_close(&terminal);
}
END_TEST

/* ---- Looking ---- */

/* One after the other on one screen. */
static const char looks[] =
    "% status @; % runs @; % findings --limit 12 --state all @; % center " HOSPITAL " @;"
    "% center C02 @; % help @; % run --help; % findings --help";

static const char *const shown[] = {
    "  next step ",        HOSPITAL,   "run  night       state", "the first 12 are shown",
    "quarantine: nothing", "\nAE001 ", "Usage: crfd COMMAND",    "  --rerun ",
    "  --severity A,B  ",
};

START_TEST(what_is_looked_at_fits)
{
    char *raw;

    open_on(widths[_i], "xterm-256color", looks);
    terminal_wait_for(&terminal, "status 0.");
    for (int i = 0; i < COUNT(shown); i++)
        expect_on_screen(shown[i]);
    terminal_expect_no_broken_line(&terminal);
    raw = terminal_raw(&terminal);
    ck_assert_msg(strchr(raw, '\033') == NULL, "escapes in what is only looked at:\n%s", raw);
    free(raw);
    terminal_close(&terminal);
}
END_TEST

static void
status_path(char path[256])
{
    snprintf(path, 256, "%s/status.json", instance.folder);
}

START_TEST(a_live_view_survives_what_happens_to_its_file_and_its_terminal)
{
    char path[256];
    char *kept;

    status_path(path);
    open_on(80, "xterm-256color", "% status --watch @");
    terminal_wait_for(&terminal, "last: run 1 (nightly)");
    kept = text_file_read(path);
    ck_assert_int_eq(unlink(path), 0);
    terminal_wait_for(&terminal, "no status yet");
    terminal_resize(&terminal, 40, 60);
    text_file_write(path, "{\"schema_version\": 1, \"insta");
    terminal_wait_for(&terminal, "is not a status file");
    text_file_write(path, kept);
    terminal_wait_for(&terminal, "last: run 1 (nightly)");
    terminal_expect_no_broken_line(&terminal);
    instance_do(&instance, 0, "run", "--rerun", "--center", "C01", "--reason", "look", NULL);
    terminal_wait_for(&terminal, "last: run 2 (rerun)");
    terminal_expect_no_broken_line(&terminal);
    free(kept);
    terminal_close(&terminal);
}
END_TEST

START_TEST(a_live_view_survives_a_restart_of_the_daemon)
{
    static const struct {
        const char *cron;
        const char *next;
    } daemons[] = {{"17 1 * * *", "T01:17:00"}, {"18 1 * * *", "T01:18:00"}};

    open_on(80, "xterm-256color", "% status --watch @");
    for (int i = 0; i < COUNT(daemons); i++) {
        struct process daemon;

        instance.cron = daemons[i].cron;
        instance_write_config(&instance);
        instance_start(&instance, &daemon, "daemon", NULL);
        terminal_wait_for(&terminal, daemons[i].next);
        process_signal(&daemon, SIGTERM);
        instance_finish(&daemon, 0);
    }
    terminal_expect_no_broken_line(&terminal);
    terminal_close(&terminal);
}
END_TEST

START_TEST(a_live_view_keeps_its_first_lines_on_a_small_terminal)
{
    open_on(80, "xterm-256color", "% status --watch @");
    terminal_wait_for(&terminal, "last: run");
    terminal_resize(&terminal, 80, 4);
    terminal_wait_for(&terminal, "crfd terminal on ");
    terminal_resize(&terminal, 80, 24);
    terminal_wait_for(&terminal, "  findings ");
    expect_on_screen("crfd terminal on ");
    terminal_close(&terminal);
}
END_TEST

/* ---- No more than lines ---- */

static void
expect_lines_only(const char *text, const char *where)
{
    ck_assert_msg(strchr(text, '\033') == NULL, "%s: escapes in\n%s", where, text);
    ck_assert_msg(strstr(text, "█") == NULL && strstr(text, "░") == NULL, "%s: a bar in\n%s", where, text);
    for (const char *at = strchr(text, '\r'); at != NULL; at = strchr(at + 1, '\r'))
        ck_assert_msg(at[1] == '\n', "%s: a line is written over in\n%s", where, text);
}

static const char *const quiet_places[] = {
    "% run @",
    "% status @",
    "timeout 2 % status --watch @",
};

START_TEST(a_dumb_terminal_gets_lines_only)
{
    char *raw;

    open_on(80, "dumb", quiet_places[_i]);
    terminal_wait_for(&terminal, "status ");
    terminal_wait_for(&terminal, ".\n");
    raw = terminal_raw(&terminal);
    expect_in(raw, "1 failed");
    expect_lines_only(raw, "a dumb terminal");
    free(raw);
    terminal_close(&terminal);
}
END_TEST

START_TEST(a_pipe_gets_lines_only)
{
    char command[1024];
    char *raw;

    snprintf(command, sizeof command, "{ %s; } 2>&1 | cat", quiet_places[_i]);
    open_on(40, "xterm-256color", command);
    terminal_wait_for(&terminal, "status 0.");
    raw = terminal_raw(&terminal);
    expect_in(raw, "1 failed");
    expect_lines_only(raw, "a pipe");
    free(raw);
    terminal_close(&terminal);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("terminal");
    TCase *cases = tcase_create("terminal");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_set_timeout(cases, 120);
    tcase_add_unchecked_fixture(cases, prepare, clear);
    tcase_add_loop_test(cases, a_bar_fits_while_a_run_is_under_way, 0, COUNT(widths));
    tcase_add_loop_test(cases, what_is_looked_at_fits, 0, COUNT(widths));
    tcase_add_test(cases, a_live_view_keeps_its_first_lines_on_a_small_terminal);
    tcase_add_loop_test(cases, a_dumb_terminal_gets_lines_only, 0, COUNT(quiet_places));
    tcase_add_loop_test(cases, a_pipe_gets_lines_only, 0, COUNT(quiet_places));
    tcase_add_test(cases, a_live_view_survives_what_happens_to_its_file_and_its_terminal);
    tcase_add_test(cases, a_live_view_survives_a_restart_of_the_daemon);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
