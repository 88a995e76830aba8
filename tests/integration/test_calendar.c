/*
 * The daemon and the clock of its machine: what it runs when the clock is set, when the machine sleeps, and night after
 * night for the better part of a year, in which it must not grow.
 *
 * SIGHUP makes the daemon look at the time at once, and say so. That it looks by itself has a test of its own.
 */
#include "cluster.h"
#include "expect.h"
#include "false_clock.h"
#include "instance.h"
#include "process.h"

#include <check.h>
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

#define DAY_S 86400

static struct cluster cluster;

/* An instance, its daemon, and what is known of both. */
struct watched {
    struct instance instance;
    struct process daemon;
    PGconn *analysis;
    char clock_file[256];
    int64_t midnight_s; /* of today, at the instance */
    int looks;          /* how often the daemon was made to look */
};

static void
begin(struct watched *watched, const char *name, const char *cron)
{
    struct instance *instance = &watched->instance;
    int64_t now_s = time(NULL);
    int west;

    instance_create_night(instance, &cluster, name);
    ck_assert_int_eq(sscanf(instance->timezone, "Etc/GMT%d", &west), 1);
    watched->midnight_s = (now_s - west * 3600) / DAY_S * DAY_S + west * 3600;
    watched->looks = 0;
    watched->analysis = instance_connect_analysis(instance);
    snprintf(watched->clock_file, sizeof watched->clock_file, "%s/clock", instance->folder);
    instance->clock_file = watched->clock_file;
    instance->cron = cron;
    instance_write_config(instance);
}

/* day: 0 is today; minute: of the day. */
static void
set_clock(const struct watched *watched, int day, int minute)
{
    false_clock_set(watched->clock_file, watched->midnight_s + day * (int64_t)DAY_S + minute * 60);
}

static void
start_daemon(struct watched *watched)
{
    instance_start(&watched->instance, &watched->daemon, "daemon", NULL);
    ck_assert(process_wait_for(&watched->daemon, "daemon started", INSTANCE_PATIENCE_MS));
}

/* Until so many nights have ended. */
static void
look(struct watched *watched, int ended)
{
    process_signal(&watched->daemon, SIGHUP);
    ck_assert(process_wait_for_times(&watched->daemon, "reloaded", ++watched->looks, INSTANCE_PATIENCE_MS));
    ck_assert_msg(process_wait_for_times(&watched->daemon, "night ended", ended, INSTANCE_PATIENCE_MS),
                  "night %d did not end", ended);
}

/* The nights that were run, as days from day 0; each is done, and there are no other runs. */
static void
expect_nights(const struct watched *watched, const char *says, const char *expected)
{
    char sql[256];

    snprintf(sql, sizeof sql,
             "SELECT string_agg((night - date '1970-01-01' - %lld)::text, ' ' ORDER BY night) FROM crfd.run",
             (long long)((watched->midnight_s + DAY_S / 2) / DAY_S));
    expect_text(watched->analysis, expected, says, sql);
    expect_int(watched->analysis, 0, says,
               "SELECT count(*) FROM crfd.run WHERE state <> 'done' OR kind <> 'nightly'");
}

static int
count_in(const char *text, const char *part)
{
    int count = 0;

    for (const char *at = strstr(text, part); at != NULL; at = strstr(at + 1, part))
        count++;
    return count;
}

/* Stops the daemon. A night that is begun once more finds itself complete, which the tables do not show: it counts. */
static void
end(struct watched *watched, const char *says, int begun)
{
    struct process_result result;

    process_signal(&watched->daemon, SIGTERM);
    process_wait(&watched->daemon, INSTANCE_PATIENCE_MS, &result);
    ck_assert_msg(result.exit_status == 0, "%s: exit status %d\n%s", says, result.exit_status, result.err);
    ck_assert_msg(count_in(result.err, "\"night begins\"") == begun, "%s: %d nights were begun, not %d\n%s",
                  says, count_in(result.err, "\"night begins\""), begun, result.err);
    process_result_clear(&result);
    PQfinish(watched->analysis);
}

/* ---- Clocks that are set ---- */

#define AT(hour, minute) ((hour)*60 + (minute))
#define STEPS_MAX        6

/* It is noon of day 0, whose night is over; nights begin at 02:00. */
static const struct {
    const char *says;
    const char *name;
    struct {
        int day, minute;
        int ended; /* nights by then */
    } steps[STEPS_MAX];
    const char *nights; /* that were run */
} jumps[] = {
    {"no jump", "none", {{1, AT(1, 59), 0}, {1, AT(2, 0), 1}, {2, AT(2, 0), 2}}, "0 1 2"},
    {"an hour forward, over the time",
     "hour_on",
     {{1, AT(1, 30), 0}, {1, AT(2, 30), 1}, {2, AT(2, 0), 2}},
     "0 1 2"},
    {"an hour back, after the night",
     "hour_back",
     {{1, AT(2, 30), 1}, {1, AT(1, 30), 1}, {1, AT(2, 0), 1}, {2, AT(2, 0), 2}},
     "0 1 2"},
    {"a day forward", "day_on", {{1, AT(2, 30), 1}, {2, AT(2, 30), 2}, {2, AT(3, 0), 2}}, "0 1 2"},
    {"a day back, and its nights again",
     "day_back",
     {{1, AT(2, 30), 1}, {0, AT(2, 30), 1}, {1, AT(2, 0), 1}, {2, AT(2, 0), 2}},
     "0 1 2"},
    {"49 hours asleep", "asleep", {{2, AT(13, 0), 1}, {3, AT(1, 59), 1}, {3, AT(2, 0), 2}}, "0 2 3"},
    {"a clock that was a week ahead",
     "ahead",
     {{7, AT(2, 30), 1}, {1, AT(2, 30), 2}, {2, AT(2, 30), 3}},
     "0 1 2 7"},
};

START_TEST(each_night_is_run_once_whatever_the_clock_does)
{
    struct watched watched;
    int ended = 0;

    begin(&watched, jumps[_i].name, "0 2 * * *");
    set_clock(&watched, 0, AT(12, 0));
    instance_do(&watched.instance, 0, "run", NULL);
    start_daemon(&watched);
    for (int i = 0; i < STEPS_MAX && jumps[_i].steps[i].minute > 0; i++) {
        set_clock(&watched, jumps[_i].steps[i].day, jumps[_i].steps[i].minute);
        ended = jumps[_i].steps[i].ended;
        look(&watched, ended);
    }
    expect_nights(&watched, jumps[_i].says, jumps[_i].nights);
    end(&watched, jumps[_i].says, ended);
}
END_TEST

START_TEST(a_jump_is_noticed_without_a_signal)
{
    struct watched watched;

    begin(&watched, "unaided", "0 2 * * *");
    set_clock(&watched, 0, AT(12, 0));
    instance_do(&watched.instance, 0, "run", NULL);
    start_daemon(&watched);
    set_clock(&watched, 1, AT(2, 30));
    ck_assert(process_wait_for_times(&watched.daemon, "night ended", 1, INSTANCE_PATIENCE_MS));
    set_clock(&watched, 3, AT(13, 0));
    ck_assert(process_wait_for_times(&watched.daemon, "night ended", 2, INSTANCE_PATIENCE_MS));
    expect_nights(&watched, "two jumps", "0 1 3");
    end(&watched, "two jumps", 2);
}
END_TEST

/* ---- An evening schedule, by hand ---- */

/* After midnight, when a center of the evening has failed. */
static const struct {
    const char *says;
    const char *name;
    bool by_signal;
} hands[] = {{"crfd run", "evening_run", false}, {"SIGUSR1", "evening_signal", true}};

START_TEST(after_midnight_the_night_of_the_evening_goes_on)
{
    struct watched watched;
    int ended = 0;

    begin(&watched, hands[_i].name, "30 22 * * *");
    cluster_exec(watched.analysis,
                 "ALTER TABLE analysis.vs ADD CONSTRAINT closed CHECK (center_id <> 'C03')");
    set_clock(&watched, 0, AT(22, 30));
    instance_do(&watched.instance, 3, "run", NULL);
    cluster_exec(watched.analysis, "ALTER TABLE analysis.vs DROP CONSTRAINT closed");
    set_clock(&watched, 1, AT(1, 0));
    if (!hands[_i].by_signal)
        instance_do(&watched.instance, 0, "run", NULL);
    start_daemon(&watched);
    if (hands[_i].by_signal) {
        process_signal(&watched.daemon, SIGUSR1);
        ck_assert(process_wait_for_times(&watched.daemon, "night ended", ++ended, INSTANCE_PATIENCE_MS));
        expect_nights(&watched, hands[_i].says, "0");
    }
    set_clock(&watched, 1, AT(22, 30));
    look(&watched, ++ended);
    expect_nights(&watched, hands[_i].says, "0 1");
    end(&watched, hands[_i].says, ended);
}
END_TEST

/* ---- Three hundred nights ---- */

#define NIGHTS         300
#define WARM_NIGHTS    20 /* after which everything has been used */
#define GROWTH_MAX_KIB 512

struct footprint {
    int64_t memory_kib, threads;
    int files;
};

static int64_t
number_of_status(const struct process *process, const char *name)
{
    char path[64], line[256];
    long long number = -1;
    FILE *status;

    snprintf(path, sizeof path, "/proc/%d/status", (int)process->pid);
    status = fopen(path, "re");
    ck_assert_ptr_nonnull(status);
    while (number < 0 && fgets(line, sizeof line, status) != NULL)
        if (strncmp(line, name, strlen(name)) == 0)
            number = strtoll(line + strlen(name), NULL, 10);
    fclose(status);
    return number;
}

static int
count_files(const struct process *process)
{
    char path[64];
    int count = 0;
    DIR *folder;

    snprintf(path, sizeof path, "/proc/%d/fd", (int)process->pid);
    folder = opendir(path);
    ck_assert_ptr_nonnull(folder);
    while (readdir(folder) != NULL)
        count++;
    closedir(folder);
    return count;
}

/* Of a daemon that is idle; the server is a moment behind in ending its sessions. */
static struct footprint
look_once(const struct watched *watched)
{
    instance_wait_until(watched->analysis, "the sessions of the night have ended",
                        "SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name LIKE 'crfd%'");
    return (struct footprint){
        .memory_kib = number_of_status(&watched->daemon, "VmRSS:"),
        .threads = number_of_status(&watched->daemon, "Threads:"),
        .files = count_files(&watched->daemon),
    };
}

static ino_t
status_inode(const struct watched *watched)
{
    char path[256];
    struct stat file;

    snprintf(path, sizeof path, "%s/status.json", watched->instance.folder);
    ck_assert_int_eq(stat(path, &file), 0);
    return file.st_ino;
}

/*
 * Its files may be open just now, on a slow disk for as long as many looks take: of those until they have been replaced
 * five times, the one that saw the fewest counts.
 */
static struct footprint
measure(const struct watched *watched)
{
    struct footprint least = look_once(watched);

    for (int replaced = 0; replaced < 5;) {
        ino_t before = status_inode(watched);
        struct footprint again = look_once(watched);

        if (again.files < least.files)
            least = again;
        replaced += status_inode(watched) != before;
    }
    return least;
}

START_TEST(three_hundred_nights_leave_the_daemon_as_it_was)
{
    struct watched watched;
    struct footprint warm = {0}, last;
    PGconn *source;

    begin(&watched, "year", "0 2 * * *");
    watched.instance.workers = 1;
    instance_write_config(&watched.instance);
    source = instance_connect_source(&watched.instance);
    cluster_exec(source, "DELETE FROM edc.crf_page WHERE center_id > 'C02'");
    set_clock(&watched, 0, AT(12, 0));
    start_daemon(&watched);
    for (int night = 1; night <= NIGHTS; night++) {
        /* A page of each center changes, and with it values, findings and the audit trail. */
        cluster_execf(
            source,
            "UPDATE edc.crf_page SET data = jsonb_set(data::jsonb, '{SYSBP}', to_jsonb('%d'::text))::json"
            " WHERE form = 'VS' AND event = 'WEEK 2' AND subject_id = 'S001'",
            night % 2 ? 20 : 120);
        set_clock(&watched, night, AT(2, 0));
        look(&watched, night);
        if (night == WARM_NIGHTS)
            warm = measure(&watched);
    }
    last = measure(&watched);
    ck_assert_int_le(last.files, warm.files);
    ck_assert_int_eq(last.threads, warm.threads);
    ck_assert_msg(last.memory_kib - warm.memory_kib <= GROWTH_MAX_KIB,
                  "memory went from %lld KiB to %lld KiB", (long long)warm.memory_kib,
                  (long long)last.memory_kib);
    expect_int(watched.analysis, NIGHTS, "nights done, each once",
               "SELECT count(DISTINCT night) FROM crfd.run WHERE state = 'done' AND kind = 'nightly'");
    expect_int(watched.analysis, NIGHTS, "runs", "SELECT count(*) FROM crfd.run");
    expect_int(
        watched.analysis, 0, "nights on which nothing changed",
        "SELECT count(*) FROM (SELECT sum(pages_written) AS written FROM crfd.run_center GROUP BY run_id) r"
        " WHERE written = 0");
    PQfinish(source);
    end(&watched, "a year", NIGHTS);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("calendar");
    TCase *jumping = tcase_create("jumps");
    TCase *year = tcase_create("year");
    SRunner *runner;
    int failed;

    cluster_start(&cluster);
    tcase_set_timeout(jumping, 240);
    tcase_add_loop_test(jumping, each_night_is_run_once_whatever_the_clock_does, 0, COUNT(jumps));
    tcase_add_test(jumping, a_jump_is_noticed_without_a_signal);
    tcase_add_loop_test(jumping, after_midnight_the_night_of_the_evening_goes_on, 0, COUNT(hands));
    suite_add_tcase(suite, jumping);
    tcase_set_timeout(year, 240);
    tcase_add_test(year, three_hundred_nights_leave_the_daemon_as_it_was);
    suite_add_tcase(suite, year);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    cluster_destroy(&cluster);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
