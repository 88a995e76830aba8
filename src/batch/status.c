#include "crfd/batch/status.h"

#include "crfd/base/clock.h"
#include "crfd/base/file.h"
#include "crfd/base/log.h"
#include "metrics.h"

#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#define STATUS_MAX_BYTES (4 * 1024 * 1024)

/* ISO 8601 with the offset of the schedule's time zone. */
static void
add_time(cJSON *object, const char *key, int64_t unix_us)
{
    char text[64], zone[8];
    time_t seconds = (time_t)(unix_us / 1000000);
    struct tm local;

    localtime_r(&seconds, &local);
    strftime(zone, sizeof zone, "%z", &local);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &local);
    snprintf(text + strlen(text), sizeof text - strlen(text), "%.3s:%.2s", zone, zone + 3);
    cJSON_AddStringToObject(object, key, text);
}

/* Whole numbers: cJSON holds them as double, which is exact up to 2^53. */
static void
add_count(cJSON *object, const char *key, int64_t count)
{
    cJSON_AddNumberToObject(object, key, (double)count);
}

static void
add_seconds(cJSON *object, const char *key, double seconds)
{
    if (seconds < 0)
        cJSON_AddNullToObject(object, key);
    else
        cJSON_AddNumberToObject(object, key, (double)(int64_t)(seconds * 10 + 0.5) / 10);
}

static void
add_counts(cJSON *run, const struct progress_snapshot *snapshot)
{
    cJSON *centers = cJSON_AddObjectToObject(run, "centers");
    cJSON *pages = cJSON_AddObjectToObject(run, "pages");
    cJSON *findings = cJSON_AddObjectToObject(run, "findings");

    add_count(centers, "total", snapshot->centers_total);
    add_count(centers, "pending", snapshot->centers_pending);
    add_count(centers, "running", snapshot->centers_running);
    add_count(centers, "done", snapshot->centers_done);
    add_count(centers, "failed", snapshot->centers_failed);
    add_count(centers, "held", snapshot->centers_held);
    add_count(centers, "elsewhere", snapshot->centers_elsewhere);
    add_count(pages, "expected", snapshot->pages_expected);
    add_count(pages, "read", snapshot->pages_read);
    add_count(pages, "unchanged", snapshot->counts.pages_unchanged);
    add_count(pages, "written", snapshot->counts.pages_written);
    add_count(pages, "quarantined", snapshot->counts.pages_quarantined);
    add_count(pages, "removed", snapshot->counts.pages_removed);
    add_count(findings, "opened", snapshot->counts.findings_opened);
    add_count(findings, "closed", snapshot->counts.findings_closed);
    add_count(findings, "reopened", snapshot->counts.findings_reopened);
}

static void
add_failures(cJSON *run, const struct progress_snapshot *snapshot)
{
    cJSON *failures = cJSON_AddArrayToObject(run, "failures");

    for (size_t i = 0; i < snapshot->failure_count; i++) {
        const struct progress_failure *failure = &snapshot->failures[i];
        cJSON *entry = cJSON_CreateObject();

        cJSON_AddStringToObject(entry, "center", failure->center_id);
        cJSON_AddStringToObject(entry, "state", failure->is_held ? "held" : "failed");
        add_count(entry, "attempts", failure->attempts);
        cJSON_AddStringToObject(entry, "sqlstate", failure->sqlstate);
        cJSON_AddStringToObject(entry, "error", failure->error);
        cJSON_AddItemToArray(failures, entry);
    }
}

static void
add_active(cJSON *run, const struct progress_snapshot *snapshot)
{
    cJSON *active = cJSON_AddArrayToObject(run, "active");

    for (size_t i = 0; i < snapshot->active_count; i++) {
        cJSON *entry = cJSON_CreateObject();

        cJSON_AddStringToObject(entry, "center", snapshot->active[i].center_id);
        cJSON_AddStringToObject(entry, "phase", snapshot->active[i].phase);
        add_count(entry, "pages", snapshot->active[i].pages);
        add_count(entry, "seconds", snapshot->active[i].seconds);
        cJSON_AddItemToArray(active, entry);
    }
}

/* What each center has in the analysis tables, under the names that the view analysis.center_quality has for it. */
static void
add_quality(cJSON *run, const struct quality *quality)
{
    cJSON *centers = cJSON_AddArrayToObject(run, "quality");

    for (size_t i = 0; i < quality->count; i++) {
        const struct center_quality *center = &quality->centers[i];
        cJSON *entry = cJSON_CreateObject();

        cJSON_AddStringToObject(entry, "center", center->center_id);
        add_count(entry, "subjects", center->subjects);
        add_count(entry, "pages", center->pages);
        add_count(entry, "quarantined", center->quarantined);
        add_count(entry, "open_critical", center->open_critical);
        add_count(entry, "open_major", center->open_major);
        add_count(entry, "open_minor", center->open_minor);
        cJSON_AddItemToArray(centers, entry);
    }
}

static cJSON *
run_json(const struct progress_snapshot *snapshot, bool is_over)
{
    cJSON *run = cJSON_CreateObject();

    add_count(run, "run_id", snapshot->run_id);
    cJSON_AddStringToObject(run, "night", snapshot->night);
    cJSON_AddStringToObject(run, "kind", snapshot->kind);
    cJSON_AddStringToObject(run, "phase", is_over ? "over" : snapshot->phase);
    add_time(run, "started_at", snapshot->started_us);
    add_seconds(run, "seconds_elapsed", snapshot->seconds_elapsed);
    add_seconds(run, "seconds_remaining", is_over ? -1 : snapshot->seconds_remaining);
    add_counts(run, snapshot);
    add_seconds(run, "pages_per_second", snapshot->pages_per_second);
    add_active(run, snapshot);
    add_failures(run, snapshot);
    return run;
}

void
status_init(struct status *status, const struct config *config)
{
    *status = (struct status){.lock = {.fd = -1}};
    status_use_config(status, config);
}

void
status_destroy(struct status *status)
{
    status_lock_close(&status->lock);
    cJSON_Delete(status->last_run);
    status->last_run = NULL;
}

void
status_use_config(struct status *status, const struct config *config)
{
    status->config = config;
    status->document = (struct status_file){.path = config->status_file};
    status->metrics = (struct status_file){.path = config->metrics_file};
    status_lock_close(&status->lock);
}

/* --- what another process told --- */

static const cJSON *
at(const cJSON *object, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

/* No file, or none that can be read, is no error: there is then nothing to take over. NULL or an object. */
static cJSON *
read_document(const struct status *status)
{
    struct strbuf text;
    struct err err;
    cJSON *document = NULL;

    strbuf_init(&text);
    if (file_read(status->document.path, STATUS_MAX_BYTES, &text, &err))
        document = cJSON_ParseWithLength(text.text, text.length);
    strbuf_destroy(&text);
    if (cJSON_IsObject(document))
        return document;
    cJSON_Delete(document);
    return NULL;
}

/*
 * When the run ended, in seconds since 1970. 0 where that is not told, or is yet to come: what was written by a clock
 * that was ahead would otherwise outlive every night until then.
 */
static int64_t
end_of(const cJSON *run)
{
    const char *text = cJSON_GetStringValue(at(run, "finished_at"));
    struct tm time = {0};
    int64_t seconds;

    if (text == NULL || strptime(text, "%Y-%m-%dT%H:%M:%S%z", &time) == NULL)
        return 0;
    seconds = -time.tm_gmtoff; /* timegm resets it */
    seconds += timegm(&time);
    return seconds > clock_unix_us() / 1000000 ? 0 : seconds;
}

static double
last_success_of(const cJSON *run)
{
    const cJSON *success = at(run, "last_success_unix");

    return cJSON_IsNumber(success) ? success->valuedouble : 0;
}

/* The later of two successes is told with whichever run is the last. */
static void
keep_success(cJSON *run, double success)
{
    if (success <= last_success_of(run))
        return;
    cJSON_DeleteItemFromObjectCaseSensitive(run, "last_success_unix");
    cJSON_AddNumberToObject(run, "last_success_unix", success);
}

/* Of the last run that is known and the one that the document tells of, the one that ended last stays. */
static void
take_over(struct status *status, cJSON *document)
{
    cJSON *told = cJSON_DetachItemFromObjectCaseSensitive(document, "last_run");
    double success = last_success_of(told) > last_success_of(status->last_run)
                         ? last_success_of(told)
                         : last_success_of(status->last_run);
    int64_t end = end_of(told), known_end = end_of(status->last_run);

    if (cJSON_IsObject(told) &&
        (status->last_run == NULL || end > known_end || (end == known_end && !status->has_news))) {
        cJSON *known = status->last_run;

        status->last_run = told;
        status->has_news = false;
        told = known;
    }
    if (status->last_run != NULL)
        keep_success(status->last_run, success);
    cJSON_Delete(told);
}

/* --- the documents --- */

static cJSON *
status_json(const struct status *status, const char *state, const struct progress_snapshot *snapshot)
{
    cJSON *root = cJSON_CreateObject();
    struct utsname name;

    add_count(root, "schema_version", STATUS_SCHEMA_VERSION);
    cJSON_AddStringToObject(root, "instance", status->config->instance);
    cJSON_AddStringToObject(root, "version", CRFD_VERSION);
    cJSON_AddStringToObject(root, "host", uname(&name) == 0 ? name.nodename : "");
    add_count(root, "pid", getpid());
    cJSON_AddStringToObject(root, "state", state);
    add_time(root, "updated_at", clock_unix_us());
    if (status->next_run_us != 0)
        add_time(root, "next_run_at", status->next_run_us);
    else
        cJSON_AddNullToObject(root, "next_run_at");
    if (snapshot != NULL && snapshot->night != NULL)
        cJSON_AddItemToObject(root, "run", run_json(snapshot, false));
    else
        cJSON_AddNullToObject(root, "run");
    if (status->last_run != NULL)
        cJSON_AddItemReferenceToObject(root, "last_run", status->last_run);
    else
        cJSON_AddNullToObject(root, "last_run");
    return root;
}

static bool
write_file(struct status_file *file, const char *text)
{
    struct err err = {0};
    bool ok = file_replace(file->path, text, strlen(text), &err);

    if (!ok && strcmp(file->warning, err.message) != 0)
        log_event(LOG_LEVEL_WARNING, "status not written", LOG_TEXT("error", err.message));
    snprintf(file->warning, sizeof file->warning, "%s", err.message);
    return ok;
}

/* Another process is at a run: of its document only the last run is changed, and only where there is a new one. */
static cJSON *
amend(const struct status *status, cJSON *document)
{
    if (!status->has_news) {
        cJSON_Delete(document);
        return NULL;
    }
    cJSON_AddItemReferenceToObject(document, "last_run", status->last_run);
    return document;
}

static void
write_files(struct status *status, const cJSON *root)
{
    struct strbuf metrics;
    char *text = cJSON_Print(root);

    if (text == NULL)
        return;
    strbuf_init(&metrics);
    if (write_file(&status->document, text))
        status->has_news = false;
    metrics_append(&metrics, root);
    (void)write_file(&status->metrics, metrics.text);
    strbuf_destroy(&metrics);
    cJSON_free(text);
}

static void
write_merged(struct status *status, const char *state, struct progress *run)
{
    bool is_owner = status_lock_claim(&status->lock, run != NULL);
    cJSON *document = read_document(status);
    struct progress_snapshot snapshot;
    struct arena arena;
    cJSON *root;

    arena_init(&arena, 16 * 1024, 0);
    if (run != NULL)
        progress_snapshot(run, &arena, &snapshot);
    take_over(status, document);
    if (is_owner || document == NULL) {
        cJSON_Delete(document);
        root = status_json(status, state, run != NULL ? &snapshot : NULL);
    } else {
        root = amend(status, document);
    }
    if (root != NULL)
        write_files(status, root);
    cJSON_Delete(root);
    arena_destroy(&arena);
}

void
status_write(struct status *status, const char *state, struct progress *run)
{
    if (status->lock.fd < 0)
        status_lock_open(&status->lock, status->document.path);
    status_lock_begin_write(&status->lock);
    write_merged(status, state, run);
    status_lock_end_write(&status->lock);
}

/* --- ends --- */

/* It becomes the last run. The last night that ended well outlives those that did not, so that its age can be watched. */
static void
keep_end(struct status *status, cJSON *run, int64_t now_us, bool is_success)
{
    keep_success(run, is_success ? (double)(now_us / 1000000) : last_success_of(status->last_run));
    cJSON_Delete(status->last_run);
    status->last_run = run;
    status->has_news = true;
}

static void
add_end(cJSON *run, int64_t now_us, const char *state, const char *error, int exit_status)
{
    add_time(run, "finished_at", now_us);
    cJSON_AddStringToObject(run, "state", state);
    cJSON_AddStringToObject(run, "error", error);
    add_count(run, "exit_code", exit_status);
}

void
status_run_ended(struct status *status, struct progress *run, const struct run_result *result,
                 int exit_status)
{
    int64_t now_us = clock_unix_us();
    struct progress_snapshot snapshot;
    struct arena arena;
    cJSON *ended;

    arena_init(&arena, 16 * 1024, 0);
    progress_snapshot(run, &arena, &snapshot);
    if (snapshot.night != NULL) {
        ended = run_json(&snapshot, true);
        add_end(ended, now_us, result->state, result->err.message, exit_status);
        if (result->quality != NULL)
            add_quality(ended, result->quality);
        keep_end(status, ended, now_us, exit_status == 0 && strcmp(snapshot.kind, "nightly") == 0);
    }
    arena_destroy(&arena);
}

void
status_attempt_ended(struct status *status, const struct status_attempt *attempt, const char *error,
                     int exit_status)
{
    int64_t now_us = clock_unix_us();
    cJSON *document = read_document(status);
    const cJSON *exit_code;
    cJSON *ended;

    take_over(status, document);
    cJSON_Delete(document);
    exit_code = at(status->last_run, "exit_code");
    if (exit_status == 0 && (!cJSON_IsNumber(exit_code) || exit_code->valuedouble == 0))
        return;
    ended = cJSON_CreateObject();
    cJSON_AddNullToObject(ended, "run_id");
    cJSON_AddStringToObject(ended, "night", attempt->night);
    cJSON_AddStringToObject(ended, "kind", attempt->kind);
    add_time(ended, "started_at", attempt->begun_us);
    add_seconds(ended, "seconds_elapsed",
                now_us > attempt->begun_us ? (double)(now_us - attempt->begun_us) / 1e6 : 0);
    add_end(ended, now_us, exit_status == 0 ? "done" : "not opened", error, exit_status);
    if (cJSON_IsArray(at(status->last_run, "quality")))
        cJSON_AddItemToObject(ended, "quality",
                              cJSON_DetachItemFromObjectCaseSensitive(status->last_run, "quality"));
    keep_end(status, ended, now_us, exit_status == 0);
}
