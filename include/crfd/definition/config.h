/*
 * config.h: the configuration file of one instance, crfd.json(5).
 *
 * JSON with comments. Unknown keys, wrong types and bad values are all reported at once, each with file,
 * JSON path and, where something is close, "did you mean".
 *
 * Threads: loaded on the main thread; const afterwards.
 * Memory:  everything lives in the given arena. Relative paths are resolved against the configuration file.
 */
#ifndef CRFD_DEFINITION_CONFIG_H
#define CRFD_DEFINITION_CONFIG_H

#include "crfd/base/arena.h"
#include "crfd/base/err.h"
#include "crfd/base/log.h"
#include "crfd/definition/cron.h"
#include "crfd/definition/problem.h"

#include <stdbool.h>
#include <stdint.h>

struct config {
    const char *path;     /* of the configuration file itself */
    const char *instance; /* default: the study file's name without .json */
    const char *study_path;
    const char *source_conninfo;
    const char *source_relation; /* for SQL, quoted; "edc"."crf_page"; a bare name is in public */
    const char *analysis_conninfo;
    const char *cron;              /* as written; default "0 2 * * *" */
    struct cron schedule;          /* what it means */
    const char *timezone;          /* IANA name; default "UTC" */
    bool catch_up;                 /* default true */
    int workers;                   /* 1..64; default: processors of the machine, at most 8 */
    int64_t run_deadline_ms;       /* default 6h */
    int64_t center_deadline_ms;    /* default 1h */
    int64_t statement_deadline_ms; /* default 10min: without an answer or a row from the server */
    int retry_attempts;            /* 1..20; default 3 */
    int64_t retry_backoff_ms;      /* default 2s; doubles with every attempt */
    const char *removals_share;    /* as written; default "0.2" */
    int64_t removals_millionths;   /* what it means */
    int removals_pages;            /* default 100 */
    const char *status_file;       /* default: /run/crfd/INSTANCE/status.json */
    const char *metrics_file;      /* default: crfd.prom beside the status file */
    const char *serve_conninfo;    /* default: that of analysis */
    const char *serve_user_header; /* default "X-Remote-User" */
    int serve_requests;            /* 1..32 at work at the same time; default 4 */
    int serve_streams;             /* 1..1000 live viewers; default 100 */
    int64_t serve_deadline_ms;     /* default 10s: of one request */
    bool serve_review;             /* default false */
    const char *serve_review_conninfo;
    enum log_level log_level;   /* default info */
    enum log_format log_format; /* default text */
};

/* Fails with ERR_CONFIG (invalid) or ERR_IO (unreadable); every single mistake is in problems. */
bool config_load(struct arena *arena, const char *path, struct config *out, struct problems *problems,
                 struct err *err) CRFD_MUST_CHECK;

#endif
