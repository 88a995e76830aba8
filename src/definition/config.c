#include "crfd/definition/config.h"

#include "crfd/definition/ddl.h"
#include "crfd/definition/json.h"
#include "crfd/definition/schedule_text.h"
#include "crfd/study/study.h"

#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

#define WORKERS_MAX         64
#define WORKERS_DEFAULT_MAX 8
#define ATTEMPTS_MAX        20
#define INSTANCE_MAX        48 /* application_name is crfd/INSTANCE, 63 bytes at most */

#define SECOND_MS INT64_C(1000)
#define MINUTE_MS (60 * SECOND_MS)
#define HOUR_MS   (60 * MINUTE_MS)
#define DAY_MS    (24 * HOUR_MS)

/* ---- Paths and names ---- */

/* Relative paths begin at the folder of the configuration file. */
static const char *
resolve(struct arena *arena, const char *config_path, const char *path)
{
    const char *slash = strrchr(config_path, '/');

    if (path[0] == '/' || slash == NULL)
        return path;
    return arena_printf(arena, "%.*s/%s", (int)(slash - config_path), config_path, path);
}

static bool
is_instance(const char *name)
{
    size_t length = strlen(name);

    return length > 0 && length <= INSTANCE_MAX && name[0] != '.' && name[0] != '-' &&
           strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-") == length;
}

/* The study file's name without folder and .json. */
static const char *
instance_of_study(struct arena *arena, const char *study)
{
    const char *slash = strrchr(study, '/');
    const char *name = slash != NULL ? slash + 1 : study;
    size_t length = strlen(name);

    if (length > 5 && strcmp(name + length - 5, ".json") == 0)
        length -= 5;
    return arena_copy(arena, name, length);
}

static void
load_study_and_instance(struct arena *arena, const struct json_place *root, struct config *out)
{
    const char *study = json_required_text(root, "study");
    struct json_place instance;

    if (study != NULL)
        out->study_path = resolve(arena, out->path, study);
    if (json_member(root, "instance", &instance)) {
        out->instance = json_text(&instance);
        if (out->instance != NULL && !is_instance(out->instance))
            json_problem(&instance,
                         "\"%s\" is no name for an instance: it is made of ASCII letters, digits and _ . - "
                         "(at most %d), and begins with a letter or digit",
                         out->instance, INSTANCE_MAX);
    } else if (study != NULL) {
        out->instance = instance_of_study(arena, study);
        if (!is_instance(out->instance))
            json_problem(root,
                         "\"instance\" is missing, and the study file's name \"%s\" cannot stand in for it",
                         out->instance);
    }
}

/* ---- Databases ---- */

static bool
holds_secret(const PQconninfoOption *options)
{
    for (; options->keyword != NULL; options++)
        if ((strcmp(options->keyword, "password") == 0 || strcmp(options->keyword, "sslpassword") == 0) &&
            options->val != NULL)
            return true;
    return false;
}

static const char *
load_conninfo(const struct json_place *database)
{
    const char *conninfo = json_required_text(database, "conninfo");
    PQconninfoOption *options = NULL;
    char *reason = NULL;
    struct json_place place;

    if (conninfo == NULL || !json_member(database, "conninfo", &place))
        return NULL;
    options = PQconninfoParse(conninfo, &reason);
    if (options == NULL && strcasestr(conninfo, "password") != NULL)
        /* libpq's own words may show a piece of the password. */
        json_problem(&place, "is not a connection string of PostgreSQL, and must not hold a password");
    else if (options == NULL)
        json_problem(&place, "is not a connection string of PostgreSQL: %.*s",
                     reason != NULL ? (int)strcspn(reason, "\n") : 0, reason != NULL ? reason : "");
    else if (holds_secret(options))
        json_problem(&place,
                     "must not hold a password: put it in a password file (passfile=FILE, mode 0600), a "
                     "service file (service=NAME) or a systemd credential (LoadCredential=)");
    PQfreemem(reason);
    PQconninfoFree(options);
    return conninfo;
}

static bool
is_identifier_start(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 0x80;
}

/* One identifier by PostgreSQL's rules, quoted or folded to lower case; moves *text behind it. */
static bool
read_identifier(const char **text, struct strbuf *name)
{
    const char *at = *text;

    strbuf_reset(name);
    if (*at == '"') {
        for (at++; *at != '"' || at[1] == '"'; at++) {
            if (*at == '\0')
                return false;
            strbuf_append_char(name, *at);
            at += *at == '"';
        }
        at++;
    } else if (is_identifier_start(*at)) {
        for (; is_identifier_start(*at) || (*at >= '0' && *at <= '9') || *at == '$'; at++)
            strbuf_append_char(name, *at >= 'A' && *at <= 'Z' ? (char)(*at - 'A' + 'a') : *at);
    }
    *text = at;
    return name->length > 0 && name->length <= STUDY_NAME_MAX;
}

/* NAME or SCHEMA.NAME to quoted identifiers; NULL where it is neither. Without a schema, it is public. */
static const char *
quote_relation(struct arena *arena, const char *text)
{
    const char *quoted = NULL;
    struct strbuf first, second, sql;

    strbuf_init(&first);
    strbuf_init(&second);
    strbuf_init(&sql);
    if (!read_identifier(&text, &first))
        goto done;
    if (*text == '.') {
        text++;
        if (!read_identifier(&text, &second))
            goto done;
    }
    if (*text != '\0')
        goto done;
    ddl_append_identifier(&sql, second.length > 0 ? first.text : "public");
    strbuf_append_char(&sql, '.');
    ddl_append_identifier(&sql, second.length > 0 ? second.text : first.text);
    quoted = arena_copy(arena, sql.text, sql.length);
done:
    strbuf_destroy(&sql);
    strbuf_destroy(&second);
    strbuf_destroy(&first);
    return quoted;
}

static void
load_source(struct arena *arena, const struct json_place *root, struct config *out)
{
    static const char *const keys[] = {"conninfo", "relation"};
    struct json_place source, place;
    const char *relation = "edc.crf_page";

    if (!json_required_object(root, "source", &source))
        return;
    json_expect_keys(&source, keys, COUNT(keys));
    out->source_conninfo = load_conninfo(&source);
    if (json_member(&source, "relation", &place)) {
        relation = json_text(&place);
        if (relation == NULL)
            return;
    }
    out->source_relation = quote_relation(arena, relation);
    if (out->source_relation == NULL)
        json_problem(&place,
                     "\"%s\" is not the name of a table or view: NAME or SCHEMA.NAME, an unusual name in "
                     "double quotes",
                     relation);
}

static void
load_analysis(const struct json_place *root, struct config *out)
{
    static const char *const keys[] = {"conninfo"};
    struct json_place analysis;

    if (!json_required_object(root, "analysis", &analysis))
        return;
    json_expect_keys(&analysis, keys, COUNT(keys));
    out->analysis_conninfo = load_conninfo(&analysis);
}

/* ---- Times ---- */

static int64_t
load_duration(const struct json_place *object, const char *key, int64_t min_ms, int64_t max_ms,
              int64_t fallback_ms)
{
    struct json_place place;
    const char *text;
    int64_t ms = fallback_ms;

    if (!json_member(object, key, &place))
        return fallback_ms;
    text = json_text(&place);
    if (text == NULL)
        return fallback_ms;
    if (!duration_parse(text, &ms))
        json_problem(&place,
                     "\"%s\" is no duration: write a whole number and its unit (ms, s, min, h, d), such as "
                     "\"90min\"",
                     text);
    else if (ms < min_ms || ms > max_ms)
        json_problem(&place, "\"%s\" is too %s", text, ms < min_ms ? "short" : "long: 30d at most");
    return ms;
}

static void
load_schedule(struct arena *arena, const struct json_place *root, struct config *out)
{
    static const char *const keys[] = {"cron", "timezone", "catch_up"};
    struct json_place schedule, place;
    const char *mistake;

    (void)cron_parse(arena, out->cron, &out->schedule);
    if (!json_member_object(root, "schedule", &schedule))
        return;
    json_expect_keys(&schedule, keys, COUNT(keys));
    out->catch_up = json_member_boolean(&schedule, "catch_up", out->catch_up);
    out->cron = json_member_text(&schedule, "cron", out->cron);
    mistake = cron_parse(arena, out->cron, &out->schedule);
    if (mistake != NULL && json_member(&schedule, "cron", &place))
        json_problem(&place, "%s", mistake);
    out->timezone = json_member_text(&schedule, "timezone", out->timezone);
    if (!timezone_exists(out->timezone) && json_member(&schedule, "timezone", &place)) {
        const char *close = timezone_suggest(arena, out->timezone);

        if (close != NULL)
            json_problem(&place, "there is no time zone \"%s\"; did you mean \"%s\"?", out->timezone, close);
        else
            json_problem(&place,
                         "there is no time zone \"%s\" in this system's database: write an IANA name such as "
                         "\"Asia/Shanghai\" (timedatectl list-timezones shows them)",
                         out->timezone);
    }
}

static void
load_deadlines(const struct json_place *root, struct config *out)
{
    static const char *const keys[] = {"run", "center", "statement"};
    struct json_place deadlines;

    if (!json_member_object(root, "deadlines", &deadlines))
        return;
    json_expect_keys(&deadlines, keys, COUNT(keys));
    out->run_deadline_ms = load_duration(&deadlines, "run", 1, 30 * DAY_MS, out->run_deadline_ms);
    out->center_deadline_ms = load_duration(&deadlines, "center", 1, 30 * DAY_MS, out->center_deadline_ms);
    out->statement_deadline_ms =
        load_duration(&deadlines, "statement", 1, 30 * DAY_MS, out->statement_deadline_ms);
}

static void
load_retry(const struct json_place *root, struct config *out)
{
    static const char *const keys[] = {"attempts", "backoff"};
    struct json_place retry;

    if (!json_member_object(root, "retry", &retry))
        return;
    json_expect_keys(&retry, keys, COUNT(keys));
    out->retry_attempts = (int)json_member_integer(&retry, "attempts", 1, ATTEMPTS_MAX, out->retry_attempts);
    out->retry_backoff_ms = load_duration(&retry, "backoff", 0, 30 * DAY_MS, out->retry_backoff_ms);
}

/* ---- Files and log ---- */

static void
load_files(struct arena *arena, const struct json_place *root, struct config *out)
{
    const char *status = json_member_text(root, "status_file", NULL);
    const char *metrics = json_member_text(root, "metrics_file", NULL);

    if (status != NULL)
        out->status_file = resolve(arena, out->path, status);
    else
        out->status_file =
            arena_printf(arena, "/run/crfd/%s/status.json", out->instance != NULL ? out->instance : "");
    out->metrics_file =
        metrics != NULL ? resolve(arena, out->path, metrics) : resolve(arena, out->status_file, "crfd.prom");
}

/* The place of the member's text among the words; the fallback where there is no such key, or after a problem. */
static int
member_word(const struct json_place *object, const char *key, const char *const words[], size_t count,
            const char *expected, int fallback)
{
    struct json_place place;
    const char *text;

    if (!json_member(object, key, &place))
        return fallback;
    text = json_text(&place);
    if (text == NULL)
        return fallback;
    for (size_t i = 0; i < count; i++)
        if (strcmp(text, words[i]) == 0)
            return (int)i;
    json_problem(&place, "\"%s\" is no %s", text, expected);
    return fallback;
}

static void
load_log(const struct json_place *root, struct config *out)
{
    static const char *const keys[] = {"level", "format"};
    static const char *const levels[] = {
        [LOG_LEVEL_ERROR] = "error",
        [LOG_LEVEL_WARNING] = "warning",
        [LOG_LEVEL_INFO] = "info",
        [LOG_LEVEL_DEBUG] = "debug",
    };
    static const char *const formats[] = {[LOG_FORMAT_TEXT] = "text", [LOG_FORMAT_JSON] = "json"};
    struct json_place log;

    if (!json_member_object(root, "log", &log))
        return;
    json_expect_keys(&log, keys, COUNT(keys));
    out->log_level = (enum log_level)member_word(&log, "level", levels, COUNT(levels),
                                                 "level: error, warning, info or debug", out->log_level);
    out->log_format = (enum log_format)member_word(&log, "format", formats, COUNT(formats),
                                                   "format: text or json", out->log_format);
}

/* ---- The whole ---- */

static int
default_workers(void)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);

    if (processors < 1)
        return 1;
    return processors < WORKERS_DEFAULT_MAX ? (int)processors : WORKERS_DEFAULT_MAX;
}

static void
load_root(struct arena *arena, const struct json_place *root, struct config *out)
{
    static const char *const keys[] = {"instance",    "study",        "source",    "analysis",
                                       "schedule",    "workers",      "deadlines", "retry",
                                       "status_file", "metrics_file", "log"};

    json_expect_keys(root, keys, COUNT(keys));
    load_study_and_instance(arena, root, out);
    load_source(arena, root, out);
    load_analysis(root, out);
    load_schedule(arena, root, out);
    out->workers = (int)json_member_integer(root, "workers", 1, WORKERS_MAX, out->workers);
    load_deadlines(root, out);
    load_retry(root, out);
    load_files(arena, root, out);
    load_log(root, out);
}

bool
config_load(struct arena *arena, const char *path, struct config *out, struct problems *problems,
            struct err *err)
{
    struct config config = {
        .path = arena_strdup(arena, path),
        .cron = "0 2 * * *",
        .timezone = "UTC",
        .catch_up = true,
        .workers = default_workers(),
        .run_deadline_ms = 6 * HOUR_MS,
        .center_deadline_ms = HOUR_MS,
        .statement_deadline_ms = 10 * MINUTE_MS,
        .retry_attempts = 3,
        .retry_backoff_ms = 2 * SECOND_MS,
        .log_level = LOG_LEVEL_INFO,
        .log_format = LOG_FORMAT_TEXT,
    };
    size_t before = problems->count;
    struct json_document document;
    struct json_place root;
    const char *text;
    size_t length;

    if (!json_read_file(arena, path, &text, &length, err))
        return false;
    if (json_open(&document, arena, text, length, problems)) {
        root = json_root(&document);
        if (json_expect_object(&root))
            load_root(arena, &root, &config);
        json_close(&document);
    }
    if (problems->count > before) {
        size_t count = problems->count - before + problems->dropped;

        err_set(err, ERR_CONFIG, "reading the configuration %s: %zu mistake%s", path, count,
                count == 1 ? "" : "s");
        return false;
    }
    *out = config;
    return true;
}
