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
    add_count(centers, "elsewhere", snapshot->centers_elsewhere);
    add_count(pages, "expected", snapshot->pages_expected);
    add_count(pages, "read", snapshot->pages_read);
    add_count(pages, "unchanged", snapshot->counts.pages_unchanged);
    add_count(pages, "written", snapshot->counts.pages_written);
    add_count(pages, "quarantined", snapshot->counts.pages_quarantined);
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
    struct strbuf text;
    struct err err;
    cJSON *previous;

    *status = (struct status){0};
    status_use_config(status, config);
    strbuf_init(&text);
    /* No file, or none that can be read, is no error: there is then no last run to tell of. */
    if (file_read(config->status_file, STATUS_MAX_BYTES, &text, &err)) {
        previous = cJSON_ParseWithLength(text.text, text.length);
        status->last_run = cJSON_DetachItemFromObjectCaseSensitive(previous, "last_run");
        cJSON_Delete(previous);
        if (!cJSON_IsObject(status->last_run)) {
            cJSON_Delete(status->last_run);
            status->last_run = NULL;
        }
    }
    strbuf_destroy(&text);
}

void
status_destroy(struct status *status)
{
    cJSON_Delete(status->last_run);
    status->last_run = NULL;
}

void
status_use_config(struct status *status, const struct config *config)
{
    status->config = config;
    status->document = (struct status_file){.path = config->status_file};
    status->metrics = (struct status_file){.path = config->metrics_file};
}

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

static void
write_file(struct status_file *file, const char *text)
{
    struct err err = {0};

    if (!file_replace(file->path, text, strlen(text), &err) && strcmp(file->warning, err.message) != 0)
        log_event(LOG_LEVEL_WARNING, "status not written", LOG_TEXT("error", err.message));
    snprintf(file->warning, sizeof file->warning, "%s", err.message);
}

void
status_write(struct status *status, const char *state, struct progress *run)
{
    struct progress_snapshot snapshot;
    struct arena arena;
    struct strbuf metrics;
    cJSON *root;
    char *text;

    arena_init(&arena, 16 * 1024, 0);
    strbuf_init(&metrics);
    if (run != NULL)
        progress_snapshot(run, &arena, &snapshot);
    root = status_json(status, state, run ? &snapshot : NULL);
    text = cJSON_Print(root);
    if (text != NULL) {
        write_file(&status->document, text);
        metrics_append(&metrics, root);
        write_file(&status->metrics, metrics.text);
    }
    cJSON_free(text);
    cJSON_Delete(root);
    strbuf_destroy(&metrics);
    arena_destroy(&arena);
}

void
status_run_ended(struct status *status, struct progress *run, const struct run_result *result,
                 int exit_status)
{
    struct progress_snapshot snapshot;
    struct arena arena;

    arena_init(&arena, 16 * 1024, 0);
    progress_snapshot(run, &arena, &snapshot);
    if (snapshot.night != NULL) {
        int64_t now_us = clock_unix_us();
        cJSON *success = cJSON_DetachItemFromObjectCaseSensitive(status->last_run, "last_success_unix");

        cJSON_Delete(status->last_run);
        status->last_run = run_json(&snapshot, true);
        add_time(status->last_run, "finished_at", now_us);
        cJSON_AddStringToObject(status->last_run, "state", result->state);
        cJSON_AddStringToObject(status->last_run, "error", result->err.message);
        add_count(status->last_run, "exit_code", exit_status);
        if (result->quality != NULL)
            add_quality(status->last_run, result->quality);
        /* The last night that ended well outlives those that did not, so that its age can be watched. */
        if (exit_status == 0 && strcmp(snapshot.kind, "nightly") == 0)
            add_count(status->last_run, "last_success_unix", now_us / 1000000);
        else if (cJSON_IsNumber(success))
            cJSON_AddNumberToObject(status->last_run, "last_success_unix", success->valuedouble);
        cJSON_Delete(success);
    }
    arena_destroy(&arena);
}
