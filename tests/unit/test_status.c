#include "crfd/batch/status.h"

#include "crfd/base/clock.h"
#include "crfd/base/file.h"
#include "crfd/base/log.h"

#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

int64_t __wrap_clock_steady_ns(void);
int64_t __wrap_clock_unix_us(void);

/* 2024-03-10T18:00:00Z, which is 02:00 of the next day in Shanghai. */
static int64_t unix_us = INT64_C(1710093600000000);
static int64_t steady_ns = 1000000000;

int64_t
__wrap_clock_steady_ns(void)
{
    return steady_ns;
}

int64_t
__wrap_clock_unix_us(void)
{
    return unix_us;
}

/* Each test works in a folder of its own. */
static char folder[64];
static struct config config = {
    .instance = "demo",
    .status_file = "status.json",
    .metrics_file = "crfd.prom",
};
static struct status status;
static struct progress progress;
static cJSON *document;

static void
begin(void)
{
    setenv("TZ", "Asia/Shanghai", 1);
    tzset();
    snprintf(folder, sizeof folder, "/tmp/crfd-test-status-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chdir(folder), 0);
    status_init(&status, &config);
    progress_init(&progress, 2);
}

static void
end(void)
{
    cJSON_Delete(document);
    progress_destroy(&progress);
    status_destroy(&status);
    unlink("status.json");
    unlink("status.json.lock");
    unlink("crfd.prom");
    ck_assert_msg(rmdir(folder) == 0, "something was left in %s", folder);
}

/* A run with a center of every kind, ten seconds after it began. */
static void
run_for_a_while(void)
{
    struct counts counts = {.pages_read = 500,
                            .pages_written = 400,
                            .pages_unchanged = 98,
                            .pages_quarantined = 2,
                            .findings_opened = 7,
                            .findings_closed = 5,
                            .findings_reopened = 3};
    struct err err;

    progress_run_begin(&progress, 12, "2024-03-11", "nightly", 10);
    progress_expect(&progress, 2000);
    progress_center_begin(&progress, 0, "701");
    progress_center_end(&progress, 0, "701", CENTER_DONE, &counts, 1, NULL);
    err_set_sqlstate(&err, ERR_RETRY, "55P03", "center 702: the lock was not granted");
    progress_center_begin(&progress, 0, "702");
    progress_center_end(&progress, 0, "702", CENTER_FAILED, &counts, 3, &err);
    progress_center_begin(&progress, 1, "703");
    progress_phase(&progress, 1, PHASE_EVALUATING);
    progress_pages(&progress, 1, 100);
    steady_ns += 10040000000;
    unix_us += 10000000;
}

static void
read_document(void)
{
    struct strbuf text;
    struct err err;

    cJSON_Delete(document);
    strbuf_init(&text);
    ck_assert_msg(file_read("status.json", 1 << 20, &text, &err), "%s", err.message);
    document = cJSON_ParseWithLength(text.text, text.length);
    ck_assert_ptr_nonnull(document);
    strbuf_destroy(&text);
}

static void
end_run(int exit_code)
{
    struct center_quality center = {"701", 20, 500, 2, 1, 2, 3};
    struct quality quality = {&center, 1};
    struct run_result result = {
        .began = true, .state = exit_code == 0 ? "done" : "failed", .quality = &quality};

    if (exit_code != 0)
        err_set(&result.err, ERR_CENTERS, "run 12: 1 of 10 centers failed");
    status_run_ended(&status, &progress, &result, exit_code);
}

/* What stands at a path such as run.active.0.center, as JSON without blanks; "" where nothing does. */
static const char *
value_at(const char *path)
{
    static char printed[256];
    char copy[128];
    char *rest = copy, *key;
    const cJSON *value = document;

    snprintf(copy, sizeof copy, "%s", path);
    while (value != NULL && (key = strsep(&rest, ".")) != NULL)
        value = cJSON_IsArray(value) ? cJSON_GetArrayItem(value, *key - '0')
                                     : cJSON_GetObjectItemCaseSensitive(value, key);
    printed[0] = '\0';
    if (value != NULL)
        ck_assert(cJSON_PrintPreallocated((cJSON *)(uintptr_t)value, printed, sizeof printed, false));
    return printed;
}

/* The keys of the object at a path, in their order, each with a blank behind it. */
static const char *
keys_at(const char *path)
{
    static char keys[512];
    const cJSON *object = document, *child;
    char copy[128];
    char *rest = copy, *key;

    snprintf(copy, sizeof copy, "%s", path);
    while (*path != '\0' && (key = strsep(&rest, ".")) != NULL)
        object = cJSON_IsArray(object) ? cJSON_GetArrayItem(object, *key - '0')
                                       : cJSON_GetObjectItemCaseSensitive(object, key);
    ck_assert_msg(cJSON_IsObject(object), "%s is no object", path);
    keys[0] = '\0';
    cJSON_ArrayForEach(child, object)
        snprintf(keys + strlen(keys), sizeof keys - strlen(keys), "%s ", child->string);
    return keys;
}

#define RUN_KEYS                                                                                             \
    "run_id night kind phase started_at seconds_elapsed seconds_remaining centers pages findings "           \
    "pages_per_second "                                                                                      \
    "active failures "

static const struct {
    const char *object;
    const char *keys;
} shapes[] = {
    {"", "schema_version instance version host pid state updated_at next_run_at run last_run "},
    {"run", RUN_KEYS},
    {"run.centers", "total pending running done failed held elsewhere "},
    {"run.pages", "expected read unchanged written quarantined removed "},
    {"run.findings", "opened closed reopened "},
    {"run.active.0", "center phase pages seconds "},
    {"run.failures.0", "center state attempts sqlstate error "},
    {"last_run", RUN_KEYS "finished_at state error exit_code quality "},
    {"last_run.quality.0", "center subjects pages quarantined open_critical open_major open_minor "},
};

START_TEST(the_document_has_the_keys_of_the_design)
{
    run_for_a_while();
    end_run(3);
    status_write(&status, "running", &progress);
    read_document();
    ck_assert_str_eq(keys_at(shapes[_i].object), shapes[_i].keys);
}
END_TEST

static const struct {
    const char *path;
    const char *value;
} values[] = {
    {"schema_version", "1"},
    {"instance", "\"demo\""},
    {"version", "\"" CRFD_VERSION "\""},
    {"state", "\"running\""},
    {"updated_at", "\"2024-03-11T02:00:10+08:00\""},
    {"next_run_at", "null"},
    {"run.run_id", "12"},
    {"run.night", "\"2024-03-11\""},
    {"run.kind", "\"nightly\""},
    {"run.started_at", "\"2024-03-11T02:00:00+08:00\""},
    {"run.seconds_elapsed", "10"},
    {"run.seconds_remaining", "23.4"},
    {"run.centers.total", "10"},
    {"run.centers.pending", "7"},
    {"run.centers.running", "1"},
    {"run.centers.done", "1"},
    {"run.centers.failed", "1"},
    {"run.centers.elsewhere", "0"},
    {"run.pages.expected", "2000"},
    {"run.pages.read", "600"},
    {"run.pages.unchanged", "98"},
    {"run.pages.written", "400"},
    {"run.pages.quarantined", "2"},
    {"run.findings.opened", "7"},
    {"run.findings.closed", "5"},
    {"run.findings.reopened", "3"},
    {"run.pages_per_second", "59.8"},
    {"run.active.0.center", "\"703\""},
    {"run.active.0.phase", "\"evaluating\""},
    {"run.active.0.pages", "100"},
    {"run.active.0.seconds", "10"},
    {"run.active.1", ""},
    {"run.failures.0.center", "\"702\""},
    {"run.failures.0.attempts", "3"},
    {"run.failures.0.sqlstate", "\"55P03\""},
    {"run.failures.0.error", "\"center 702: the lock was not granted\""},
    {"last_run", "null"},
};

START_TEST(the_document_tells_of_the_run)
{
    run_for_a_while();
    status_write(&status, "running", &progress);
    read_document();
    ck_assert_msg(strcmp(value_at(values[_i].path), values[_i].value) == 0, "%s is %s, not %s",
                  values[_i].path, value_at(values[_i].path), values[_i].value);
}
END_TEST

START_TEST(the_process_is_this_one)
{
    char pid[16];

    status_write(&status, "idle", NULL);
    read_document();
    snprintf(pid, sizeof pid, "%ld", (long)getpid());
    ck_assert_str_eq(value_at("pid"), pid);
    ck_assert(cJSON_IsString(cJSON_GetObjectItemCaseSensitive(document, "host")));
}
END_TEST

START_TEST(there_is_no_run_before_it_is_opened)
{
    status_write(&status, "running", &progress);
    read_document();
    ck_assert_str_eq(value_at("state"), "\"running\"");
    ck_assert_str_eq(value_at("run"), "null");
    ck_assert_str_eq(value_at("last_run"), "null");
}
END_TEST

START_TEST(the_next_run_is_told_where_one_is_scheduled)
{
    status.next_run_us = unix_us + INT64_C(86400000000);
    status_write(&status, "idle", NULL);
    read_document();
    ck_assert_str_eq(value_at("next_run_at"), "\"2024-03-12T02:00:00+08:00\"");
}
END_TEST

START_TEST(another_configuration_may_name_other_files)
{
    struct config elsewhere = config;

    elsewhere.instance = "other";
    elsewhere.status_file = "other.json";
    run_for_a_while();
    end_run(3);
    status_use_config(&status, &elsewhere);
    status_write(&status, "idle", NULL);
    ck_assert_int_ne(access("status.json", F_OK), 0);
    ck_assert_int_eq(rename("other.json", "status.json"), 0);
    unlink("other.json.lock");
    read_document();
    ck_assert_str_eq(value_at("instance"), "\"other\"");
    ck_assert_str_eq(value_at("last_run.run_id"), "12");
}
END_TEST

START_TEST(time_left_is_null_while_nobody_can_know)
{
    progress_run_begin(&progress, 12, "2024-03-11", "nightly", 10);
    progress_expect(&progress, 2000);
    status_write(&status, "running", &progress);
    read_document();
    ck_assert_str_eq(value_at("run.seconds_remaining"), "null");
}
END_TEST

static const struct {
    int exit_code;
    const char *state;
    const char *error;
} ends[] = {
    {0, "\"done\"", "\"\""},
    {3, "\"failed\"", "\"run 12: 1 of 10 centers failed\""},
};

START_TEST(a_run_that_ended_is_the_last)
{
    char exit_code[16];

    run_for_a_while();
    end_run(ends[_i].exit_code);
    status_write(&status, "idle", NULL);
    read_document();
    snprintf(exit_code, sizeof exit_code, "%d", ends[_i].exit_code);
    ck_assert_str_eq(value_at("run"), "null");
    ck_assert_str_eq(value_at("last_run.run_id"), "12");
    ck_assert_str_eq(value_at("last_run.finished_at"), "\"2024-03-11T02:00:10+08:00\"");
    ck_assert_str_eq(value_at("last_run.seconds_remaining"), "null");
    ck_assert_str_eq(value_at("last_run.state"), ends[_i].state);
    ck_assert_str_eq(value_at("last_run.error"), ends[_i].error);
    ck_assert_str_eq(value_at("last_run.exit_code"), exit_code);
    ck_assert_str_eq(
        value_at("last_run.quality"),
        "[{\"center\":\"701\",\"subjects\":20,\"pages\":500,\"quarantined\":2,\"open_critical\":1,"
        "\"open_major\":2,\"open_minor\":3}]");
}
END_TEST

START_TEST(a_run_whose_quality_is_not_known_has_none)
{
    struct run_result result = {.began = true, .state = "done"};

    run_for_a_while();
    status_run_ended(&status, &progress, &result, 0);
    status_write(&status, "idle", NULL);
    read_document();
    ck_assert_str_eq(value_at("last_run.quality"), "");
}
END_TEST

START_TEST(a_run_that_never_opened_is_not_the_last)
{
    end_run(3);
    status_write(&status, "idle", NULL);
    read_document();
    ck_assert_str_eq(value_at("last_run"), "null");
}
END_TEST

START_TEST(the_next_process_takes_over_the_last_run)
{
    run_for_a_while();
    end_run(3);
    status_write(&status, "idle", NULL);
    status_destroy(&status);
    status_init(&status, &config);
    status_write(&status, "running", NULL);
    status_write(&status, "running", NULL);
    read_document();
    ck_assert_str_eq(value_at("state"), "\"running\"");
    ck_assert_str_eq(keys_at("last_run"), RUN_KEYS "finished_at state error exit_code quality ");
    ck_assert_str_eq(value_at("last_run.run_id"), "12");
    ck_assert_str_eq(value_at("last_run.exit_code"), "3");
    ck_assert_str_eq(value_at("last_run.failures.0.center"), "\"702\"");
}
END_TEST

START_TEST(the_last_success_outlives_a_failed_night_and_the_process)
{
    run_for_a_while();
    end_run(0);
    unix_us += INT64_C(86400000000);
    end_run(3);
    status_write(&status, "idle", NULL);
    status_destroy(&status);
    status_init(&status, &config);
    end_run(3);
    status_write(&status, "idle", NULL);
    read_document();
    ck_assert_str_eq(value_at("last_run.exit_code"), "3");
    ck_assert_str_eq(value_at("last_run.last_success_unix"), "1710093610");
}
END_TEST

/* ---- Several processes; their locks are those of open files, so that two in one process are as good as two ---- */

static struct status other;
static struct progress other_progress;

/* Another process, at run 13 or, where it has none, idle. */
static void
begin_other(bool is_running)
{
    status_init(&other, &config);
    progress_init(&other_progress, 1);
    if (is_running)
        progress_run_begin(&other_progress, 13, "2024-03-11", "rerun", 4);
    status_write(&other, is_running ? "running" : "idle", is_running ? &other_progress : NULL);
}

static void
end_other(void)
{
    progress_destroy(&other_progress);
    status_destroy(&other);
}

static void
other_run_ends(int exit_code)
{
    struct run_result result = {.began = true, .state = exit_code == 0 ? "done" : "failed"};

    status_run_ended(&other, &other_progress, &result, exit_code);
}

static void
assert_document(const char *path, const char *value)
{
    read_document();
    ck_assert_msg(strcmp(value_at(path), value) == 0, "%s is %s, not %s", path, value_at(path), value);
}

START_TEST(who_is_idle_does_not_write_over_a_run)
{
    begin_other(true);
    status_write(&status, "idle", NULL);
    assert_document("state", "\"running\"");
    assert_document("run.run_id", "13");
    status_write(&status, "stopping", NULL);
    assert_document("state", "\"running\"");
    status_write(&other, "idle", NULL);
    status.next_run_us = unix_us + 60000000;
    status_write(&status, "idle", NULL);
    assert_document("state", "\"idle\"");
    assert_document("next_run_at", "\"2024-03-11T02:01:00+08:00\"");
    end_other();
}
END_TEST

START_TEST(who_is_idle_does_not_undo_a_later_end)
{
    run_for_a_while();
    end_run(3);
    status_write(&status, "idle", NULL);
    begin_other(true);
    unix_us += 5000000;
    other_run_ends(0);
    status_write(&other, "idle", NULL);
    end_other();
    status_write(&status, "idle", NULL);
    assert_document("last_run.run_id", "13");
    assert_document("last_run.exit_code", "0");
}
END_TEST

START_TEST(the_newest_end_wins_whoever_writes_last)
{
    run_for_a_while();
    begin_other(true);
    end_run(3); /* is not written before the other's is */
    unix_us += 5000000;
    other_run_ends(0);
    status_write(&other, "idle", NULL);
    status_write(&status, "idle", NULL);
    assert_document("last_run.run_id", "13");
    end_other();
}
END_TEST

START_TEST(of_two_ends_of_one_second_the_one_that_is_news_wins)
{
    run_for_a_while();
    begin_other(true);
    other_run_ends(0);
    status_write(&other, "idle", NULL);
    end_run(3);
    status_write(&status, "idle", NULL);
    assert_document("last_run.run_id", "12");
    status_write(&other, "idle", NULL);
    assert_document("last_run.run_id", "12");
    end_other();
}
END_TEST

START_TEST(the_end_of_a_run_beside_another_is_told_and_the_other_goes_on)
{
    run_for_a_while();
    status_write(&status, "running", &progress);
    begin_other(true);
    assert_document("run.run_id", "12");
    other_run_ends(3);
    status_write(&other, "idle", NULL);
    assert_document("state", "\"running\"");
    assert_document("run.run_id", "12");
    assert_document("last_run.run_id", "13");
    assert_document("last_run.exit_code", "3");
    status_write(&status, "running", &progress);
    assert_document("last_run.run_id", "13");
    end_other();
}
END_TEST

START_TEST(a_second_run_shows_when_the_first_is_over)
{
    run_for_a_while();
    status_write(&status, "running", &progress);
    begin_other(true);
    end_run(0);
    status_write(&status, "idle", NULL);
    status_write(&other, "running", &other_progress);
    status_write(&status, "idle", NULL);
    assert_document("run.run_id", "13");
    assert_document("last_run.run_id", "12");
    end_other();
}
END_TEST

START_TEST(a_process_that_died_at_a_run_holds_nobody_up)
{
    pid_t child = fork();

    if (child == 0) {
        begin_other(true);
        _exit(0);
    }
    ck_assert_int_eq(waitpid(child, NULL, 0), child);
    assert_document("state", "\"running\"");
    status_write(&status, "idle", NULL);
    assert_document("state", "\"idle\"");
}
END_TEST

START_TEST(an_end_that_is_yet_to_come_does_not_win)
{
    begin_other(true);
    unix_us += INT64_C(864000000000);
    other_run_ends(0);
    status_write(&other, "idle", NULL);
    unix_us -= INT64_C(864000000000);
    end_other();
    run_for_a_while();
    end_run(3);
    status_write(&status, "idle", NULL);
    assert_document("last_run.run_id", "12");
}
END_TEST

START_TEST(without_a_lock_the_status_is_written_all_the_same)
{
    ck_assert_int_eq(mkdir("status.json.lock", 0700), 0);
    status_write(&status, "idle", NULL);
    run_for_a_while();
    status_write(&status, "running", &progress);
    ck_assert_int_eq(rmdir("status.json.lock"), 0);
    assert_document("run.run_id", "12");
}
END_TEST

/* ---- What ended before there was a run ---- */

static void
attempt(const char *error, int exit_code)
{
    struct status_attempt begun = {.night = "2024-03-12", .kind = "nightly", .begun_us = unix_us};

    unix_us += 2500000;
    status_attempt_ended(&status, &begun, error, exit_code);
    status_write(&status, "idle", NULL);
    read_document();
}

static const struct {
    const char *path;
    const char *value;
} attempt_values[] = {
    {"run", "null"},
    {"last_run.run_id", "null"},
    {"last_run.night", "\"2024-03-12\""},
    {"last_run.kind", "\"nightly\""},
    {"last_run.started_at", "\"2024-03-11T02:00:10+08:00\""},
    {"last_run.finished_at", "\"2024-03-11T02:00:12+08:00\""},
    {"last_run.seconds_elapsed", "2.5"},
    {"last_run.centers", ""},
    {"last_run.state", "\"not opened\""},
    {"last_run.error", "\"the server is away\""},
    {"last_run.exit_code", "69"},
    {"last_run.last_success_unix", "1710093610"},
    {"last_run.quality.0.pages", "500"},
};

START_TEST(a_night_that_was_not_opened_is_the_last)
{
    run_for_a_while();
    end_run(0);
    status_write(&status, "idle", NULL);
    status_destroy(&status);
    status_init(&status, &config);
    attempt("the server is away", 69);
    ck_assert_msg(strcmp(value_at(attempt_values[_i].path), attempt_values[_i].value) == 0,
                  "%s is %s, not %s", attempt_values[_i].path, value_at(attempt_values[_i].path),
                  attempt_values[_i].value);
}
END_TEST

START_TEST(a_night_that_is_complete_takes_the_place_of_a_failure_only)
{
    run_for_a_while();
    end_run(0);
    status_write(&status, "idle", NULL);
    attempt("", 0);
    ck_assert_str_eq(value_at("last_run.run_id"), "12");
    attempt("the server is away", 69);
    attempt("", 0);
    ck_assert_str_eq(value_at("last_run.run_id"), "null");
    ck_assert_str_eq(value_at("last_run.state"), "\"done\"");
    ck_assert_str_eq(value_at("last_run.exit_code"), "0");
    ck_assert_str_eq(value_at("last_run.last_success_unix"), "1710093617");
}
END_TEST

static const struct {
    const char *says;
    const char *content; /* NULL: no file */
} strangers[] = {
    {"no file", NULL},
    {"an empty file", ""},
    {"half a document", "{\"last_run\":{\"run_id\":1"},
    {"a document without a last run", "{}"},
    {"a last run that is none", "{\"last_run\":5}"},
    {"a last run that is null", "{\"last_run\":null}"},
    {"a list", "[{\"last_run\":{}}]"},
    {"another text", "crfd"},
};

START_TEST(a_file_that_tells_of_no_run_is_no_error)
{
    struct err err;

    if (strangers[_i].content != NULL)
        ck_assert(file_replace("status.json", strangers[_i].content, strlen(strangers[_i].content), &err));
    status_destroy(&status);
    status_init(&status, &config);
    status_write(&status, "idle", NULL);
    read_document();
    ck_assert_msg(strcmp(value_at("last_run"), "null") == 0, "%s: %s", strangers[_i].says,
                  value_at("last_run"));
}
END_TEST

START_TEST(the_metrics_stand_beside_it)
{
    struct strbuf text;
    struct err err;

    strbuf_init(&text);
    run_for_a_while();
    status_write(&status, "running", &progress);
    ck_assert_msg(file_read("crfd.prom", 1 << 20, &text, &err), "%s", err.message);
    ck_assert_ptr_nonnull(strstr(text.text, "\ncrfd_run_pages{study=\"demo\",result=\"written\"} 400\n"));
    strbuf_destroy(&text);
}
END_TEST

/* How often "status not written" is told while the status is written so many times. */
static int
count_warnings(int times)
{
    char log[4096];
    int capture = memfd_create("log", MFD_CLOEXEC);
    int saved = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    ssize_t length;
    int count = 0;

    ck_assert_int_ge(capture, 0);
    ck_assert_int_ge(dup2(capture, STDERR_FILENO), 0);
    for (int i = 0; i < times; i++)
        status_write(&status, "idle", NULL);
    dup2(saved, STDERR_FILENO);
    length = pread(capture, log, sizeof log - 1, 0);
    close(saved);
    close(capture);
    ck_assert_int_ge(length, 0);
    log[length] = '\0';
    for (const char *at = log; (at = strstr(at, "status not written")) != NULL; at++)
        count++;
    return count;
}

static const struct {
    const char *says;
    const char *status_file;
    const char *metrics_file;
    int warnings;
} places[] = {
    {"both files can be written", "status.json", "crfd.prom", 0},
    {"the status file cannot", "gone/status.json", "crfd.prom", 1},
    {"the metrics file cannot", "status.json", "gone/crfd.prom", 1},
    {"neither file can", "gone/status.json", "gone/crfd.prom", 2},
};

START_TEST(a_file_that_cannot_be_written_is_told_once)
{
    struct config elsewhere = config;
    int warnings;

    elsewhere.status_file = places[_i].status_file;
    elsewhere.metrics_file = places[_i].metrics_file;
    status_destroy(&status);
    status_init(&status, &elsewhere);
    warnings = count_warnings(3);
    ck_assert_msg(warnings == places[_i].warnings, "%s: %d warnings", places[_i].says, warnings);
}
END_TEST

START_TEST(a_file_that_could_be_written_meanwhile_is_told_again)
{
    struct config elsewhere = config;

    elsewhere.status_file = "later/status.json";
    status_destroy(&status);
    status_init(&status, &elsewhere);
    ck_assert_int_eq(count_warnings(2), 1);
    ck_assert_int_eq(mkdir("later", 0700), 0);
    ck_assert_int_eq(count_warnings(2), 0);
    unlink("later/status.json");
    unlink("later/status.json.lock");
    rmdir("later");
    ck_assert_int_eq(count_warnings(2), 1);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("status");
    TCase *cases = tcase_create("status");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_checked_fixture(cases, begin, end);
    tcase_add_loop_test(cases, the_document_has_the_keys_of_the_design, 0, COUNT(shapes));
    tcase_add_loop_test(cases, the_document_tells_of_the_run, 0, COUNT(values));
    tcase_add_test(cases, the_process_is_this_one);
    tcase_add_test(cases, there_is_no_run_before_it_is_opened);
    tcase_add_test(cases, the_next_run_is_told_where_one_is_scheduled);
    tcase_add_test(cases, another_configuration_may_name_other_files);
    tcase_add_test(cases, time_left_is_null_while_nobody_can_know);
    tcase_add_loop_test(cases, a_run_that_ended_is_the_last, 0, COUNT(ends));
    tcase_add_test(cases, a_run_that_never_opened_is_not_the_last);
    tcase_add_test(cases, a_run_whose_quality_is_not_known_has_none);
    tcase_add_test(cases, the_next_process_takes_over_the_last_run);
    tcase_add_test(cases, the_last_success_outlives_a_failed_night_and_the_process);
    tcase_add_loop_test(cases, a_file_that_tells_of_no_run_is_no_error, 0, COUNT(strangers));
    tcase_add_test(cases, who_is_idle_does_not_write_over_a_run);
    tcase_add_test(cases, who_is_idle_does_not_undo_a_later_end);
    tcase_add_test(cases, the_newest_end_wins_whoever_writes_last);
    tcase_add_test(cases, of_two_ends_of_one_second_the_one_that_is_news_wins);
    tcase_add_test(cases, the_end_of_a_run_beside_another_is_told_and_the_other_goes_on);
    tcase_add_test(cases, a_second_run_shows_when_the_first_is_over);
    tcase_add_test(cases, a_process_that_died_at_a_run_holds_nobody_up);
    tcase_add_test(cases, an_end_that_is_yet_to_come_does_not_win);
    tcase_add_test(cases, without_a_lock_the_status_is_written_all_the_same);
    tcase_add_loop_test(cases, a_night_that_was_not_opened_is_the_last, 0, COUNT(attempt_values));
    tcase_add_test(cases, a_night_that_is_complete_takes_the_place_of_a_failure_only);
    tcase_add_test(cases, the_metrics_stand_beside_it);
    tcase_add_loop_test(cases, a_file_that_cannot_be_written_is_told_once, 0, COUNT(places));
    tcase_add_test(cases, a_file_that_could_be_written_meanwhile_is_told_again);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
