#include "crfd/definition/config.h"

#include "config_key.h"
#include "crfd/definition/ddl.h"
#include "crfd/study/study.h"
#include "json.h"
#include "schedule_text.h"

#include <libpq-fe.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WORKERS_MAX         64
#define WORKERS_DEFAULT_MAX 8
#define INSTANCE_MAX        48 /* application_name is crfd/INSTANCE, 63 bytes at most */

#define HEADER_MAX 64 /* of its name */

#define SHARE_DECIMALS 6
#define SHARE_WHOLE    1000000

#define DEADLINE_MAX_MS (INT64_C(30) * 24 * 3600 * 1000)

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

static const char *
read_path(struct arena *arena, const struct json_place *place, const char *path, const char *text)
{
    (void)place;
    return resolve(arena, path, text);
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

static const char *
read_instance(struct arena *arena, const struct json_place *place, const char *path, const char *text)
{
    (void)arena;
    (void)path;
    if (!is_instance(text))
        json_problem(place,
                     "\"%s\" is no name for an instance: it is made of ASCII letters, digits and _ . - "
                     "(at most %d), and begins with a letter or digit",
                     text, INSTANCE_MAX);
    return text;
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
read_conninfo(struct arena *arena, const struct json_place *place, const char *path, const char *text)
{
    char *reason = NULL;
    PQconninfoOption *options = PQconninfoParse(text, &reason);

    (void)arena;
    (void)path;
    if (options == NULL && strcasestr(text, "password") != NULL)
        /* libpq's own words may show a piece of the password. */
        json_problem(place, "is not a connection string of PostgreSQL, and must not hold a password");
    else if (options == NULL)
        json_problem(place, "is not a connection string of PostgreSQL: %.*s",
                     reason != NULL ? (int)strcspn(reason, "\n") : 0, reason != NULL ? reason : "");
    else if (holds_secret(options))
        json_problem(place,
                     "must not hold a password: put it in a password file (passfile=FILE, mode 0600), a "
                     "service file (service=NAME) or a systemd credential (LoadCredential=)");
    PQfreemem(reason);
    PQconninfoFree(options);
    return text;
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

static const char *
read_relation(struct arena *arena, const struct json_place *place, const char *path, const char *text)
{
    const char *quoted = quote_relation(arena, text);

    (void)path;
    if (quoted == NULL)
        json_problem(place,
                     "\"%s\" is not the name of a table or view: NAME or SCHEMA.NAME, an unusual name in "
                     "double quotes",
                     text);
    return quoted;
}

/* ---- Times ---- */

static const char *
read_cron(struct arena *arena, const struct json_place *place, const char *path, const char *text)
{
    struct cron schedule;
    const char *mistake = cron_parse(arena, text, &schedule);

    (void)path;
    if (mistake != NULL)
        json_problem(place, "%s", mistake);
    return text;
}

static const char *
read_timezone(struct arena *arena, const struct json_place *place, const char *path, const char *text)
{
    (void)path;
    /* The fallback is known to libc, whether there is a database or not. */
    if (place != NULL && !timezone_exists(text))
        timezone_tell_unknown(place, arena, text);
    return text;
}

/* ---- Shares ---- */

/* A number from 0 to 1 of at most six decimals, in millionths; -1 where the text is none. */
static int64_t
share_parse(const char *text)
{
    int64_t millionths = text[0] - '0';
    int decimals = 0;

    if (text[0] != '0' && text[0] != '1')
        return -1;
    if (text[1] == '.' && text[2] != '\0')
        for (text += 2; *text >= '0' && *text <= '9' && decimals < SHARE_DECIMALS; text++, decimals++)
            millionths = millionths * 10 + (*text - '0');
    else
        text++;
    for (; decimals < SHARE_DECIMALS; decimals++)
        millionths *= 10;
    return *text == '\0' && millionths <= SHARE_WHOLE ? millionths : -1;
}

static const char *
read_share(struct arena *arena, const struct json_place *place, const char *path, const char *text)
{
    (void)arena;
    (void)path;
    if (share_parse(text) < 0)
        json_problem(place, "\"%s\" is no share: write a number from 0 to 1, such as \"0.2\"", text);
    return text;
}

/* ---- Headers ---- */

static const char *
read_header(struct arena *arena, const struct json_place *place, const char *path, const char *text)
{
    size_t length = strlen(text);

    (void)arena;
    (void)path;
    if (length == 0 || length > HEADER_MAX ||
        strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") != length)
        json_problem(
            place, "\"%s\" is no name for the header: it is made of ASCII letters, digits and -, at most %d",
            text, HEADER_MAX);
    return text;
}

/* ---- The keys ---- */

#define AT(member) .at = offsetof(struct config, member)
#define CONNINFO_TEXT                                                                                        \
    "Connection string or URI of libpq, without a password: that comes from a password file (passfile=), "   \
    "a service file (service=) or a systemd credential."
#define DEADLINE .kind = KEY_DURATION, .min = 1, .max = DEADLINE_MAX_MS

static const struct config_key source_keys[] = {
    {.name = "conninfo",
     .kind = KEY_TEXT,
     .required = true,
     AT(source_conninfo),
     .text = CONNINFO_TEXT,
     .read = read_conninfo},
    {.name = "relation",
     .kind = KEY_TEXT,
     AT(source_relation),
     .fallback = "edc.crf_page",
     .text = "The table or view of the pages: NAME or SCHEMA.NAME, an unusual name in double quotes. "
             "Without a schema, it is in public.",
     .read = read_relation},
    {0},
};

static const struct config_key analysis_keys[] = {
    {.name = "conninfo",
     .kind = KEY_TEXT,
     .required = true,
     AT(analysis_conninfo),
     .text = CONNINFO_TEXT,
     .read = read_conninfo},
    {0},
};

static const struct config_key schedule_keys[] = {
    {.name = "cron",
     .kind = KEY_TEXT,
     AT(cron),
     .fallback = "0 2 * * *",
     .pattern = "^\\s*\\S+(\\s+\\S+){4}\\s*$",
     .text = "Five fields as in crontab(5): minute, hour, day of month, month, day of week. A night is run "
             "once, so of several times of a date only the first counts.",
     .read = read_cron},
    {.name = "timezone",
     .kind = KEY_TEXT,
     AT(timezone),
     .fallback = "UTC",
     .text = "IANA name, such as Asia/Shanghai. Both database sessions run in it, too.",
     .read = read_timezone},
    {.name = "catch_up",
     .kind = KEY_BOOLEAN,
     AT(catch_up),
     .fallback = "true",
     .text = "Whether a night that was missed is run as soon as the daemon is there again."},
    {0},
};

static const struct config_key deadline_keys[] = {
    {.name = "run", DEADLINE, AT(run_deadline_ms), .fallback = "6h", .text = "A whole run."},
    {.name = "center",
     DEADLINE,
     AT(center_deadline_ms),
     .fallback = "1h",
     .text = "One center, with all its attempts."},
    {.name = "statement",
     DEADLINE,
     AT(statement_deadline_ms),
     .fallback = "10min",
     .text = "A wait for an answer or a row of a server."},
    {0},
};

static const struct config_key retry_keys[] = {
    {.name = "attempts",
     .kind = KEY_INTEGER,
     AT(retry_attempts),
     .min = 1,
     .max = 20,
     .fallback = "3",
     .text = "Attempts in all."},
    {.name = "backoff",
     .kind = KEY_DURATION,
     AT(retry_backoff_ms),
     .max = DEADLINE_MAX_MS,
     .fallback = "2s",
     .text = "The pause before the second attempt; it doubles with every further one."},
    {0},
};

static const struct config_key removal_keys[] = {
    {.name = "share",
     .kind = KEY_TEXT,
     AT(removals_share),
     .fallback = "0.2",
     .pattern = "^(0(\\.[0-9]{1,6})?|1(\\.0{1,6})?)$",
     .text = "Part of the pages of a center, and of all centers of a run, from 0 to 1. "
             "1 holds no center.",
     .read = read_share},
    {.name = "pages",
     .kind = KEY_INTEGER,
     AT(removals_pages),
     .max = INT_MAX,
     .fallback = "100",
     .text = "So many pages may always go."},
    {0},
};

static const struct config_key serve_keys[] = {
    {.name = "conninfo",
     .kind = KEY_TEXT,
     AT(serve_conninfo),
     .text = "The analysis database for whoever looks at the pages: a role in crfd_web, which can only read. "
             "Without a password, as in analysis. Default: the conninfo of analysis.",
     .read = read_conninfo},
    {.name = "user_header",
     .kind = KEY_TEXT,
     AT(serve_user_header),
     .fallback = "X-Remote-User",
     .pattern = "^[A-Za-z0-9-]{1,64}$",
     .text = "The header in which the proxy says who asks. It must set it itself in every request, so that "
             "no browser can.",
     .read = read_header},
    {.name = "requests",
     .kind = KEY_INTEGER,
     AT(serve_requests),
     .min = 1,
     .max = 32,
     .fallback = "4",
     .text = "Requests that ask the database at the same time, each over a session of its own; whoever comes "
             "then is told to come back."},
    {.name = "streams",
     .kind = KEY_INTEGER,
     AT(serve_streams),
     .min = 1,
     .max = 1000,
     .fallback = "100",
     .text = "Pages that watch a night live."},
    {.name = "deadline",
     DEADLINE,
     AT(serve_deadline_ms),
     .fallback = "10s",
     .text = "A request, from its arrival to the last answer of the database."},
    {.name = "review",
     .kind = KEY_BOOLEAN,
     AT(serve_review),
     .fallback = "false",
     .text = "Whether findings can be waived and commented on in the pages, in the name of the user that the "
             "proxy tells. Needs review_conninfo."},
    {.name = "review_conninfo",
     .kind = KEY_TEXT,
     AT(serve_review_conninfo),
     .text = "The analysis database for that: a role in crfd_web_review and in no other. Without a password.",
     .read = read_conninfo},
    {0},
};

static const char *const log_levels[] = {
    [LOG_LEVEL_ERROR] = "error", [LOG_LEVEL_WARNING] = "warning", [LOG_LEVEL_INFO] = "info",
    [LOG_LEVEL_DEBUG] = "debug", [LOG_LEVEL_DEBUG + 1] = NULL,
};
static const char *const log_formats[] = {
    [LOG_FORMAT_TEXT] = "text", [LOG_FORMAT_JSON] = "json", [LOG_FORMAT_JSON + 1] = NULL};

static const struct config_key log_keys[] = {
    {.name = "level",
     .kind = KEY_WORD,
     AT(log_level),
     .words = log_levels,
     .fallback = "info",
     .text = "Less important lines are not written."},
    {.name = "format",
     .kind = KEY_WORD,
     AT(log_format),
     .words = log_formats,
     .fallback = "text",
     .text = "text: key=value on standard error, and fields of the journal under systemd; json: an object on "
             "each line of standard error, everywhere."},
    {0},
};

const struct config_key config_keys[] = {
    {.name = "instance",
     .kind = KEY_TEXT,
     AT(instance),
     .pattern = "^[A-Za-z0-9_][A-Za-z0-9_.-]{0,47}$",
     .text = "Name of this instance in messages, in application_name and in default paths. "
             "Default: the study file's name without .json.",
     .read = read_instance},
    {.name = "study",
     .kind = KEY_TEXT,
     .required = true,
     AT(study_path),
     .text = "The study definition, relative to this file.",
     .read = read_path},
    {.name = "source",
     .required = true,
     .keys = source_keys,
     .text = "The database that holds the CRF pages. crfd only reads there."},
    {.name = "analysis",
     .required = true,
     .keys = analysis_keys,
     .text = "The database of the analysis tables; crfd migrate creates them."},
    {.name = "schedule", .keys = schedule_keys, .text = "When the night begins, for crfd daemon."},
    {.name = "workers",
     .kind = KEY_INTEGER,
     AT(workers),
     .min = 1,
     .max = WORKERS_MAX,
     .text = "Research centers at work at the same time. "
             "Default: the processors of the machine, at most 8."},
    {.name = "deadlines", .keys = deadline_keys, .text = "The longest that things may take."},
    {.name = "retry",
     .keys = retry_keys,
     .text = "What happens to a center that failed for a passing reason."},
    {.name = "removals",
     .keys = removal_keys,
     .text = "What may be gone from the source from one run to the next. A center of which more is gone than "
             "both of share and pages is held: it keeps what it has until crfd run --allow-removals."},
    {.name = "status_file",
     .kind = KEY_TEXT,
     AT(status_file),
     .text = "What crfd status reads; replaced as a whole at least once a second while a run goes on. "
             "Default: /run/crfd/INSTANCE/status.json.",
     .read = read_path},
    {.name = "metrics_file",
     .kind = KEY_TEXT,
     AT(metrics_file),
     .text = "The same for Prometheus' node exporter (textfile collector). "
             "Default: crfd.prom beside the status file.",
     .read = read_path},
    {.name = "serve",
     .keys = serve_keys,
     .text = "The pages of crfd serve, which the package crfd-web brings. No night reads this."},
    {.name = "log", .keys = log_keys, .text = "What is told while crfd works."},
    {0},
};

/* ---- The whole ---- */

static int
default_workers(void)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);

    if (processors < 1)
        return 1;
    return processors < WORKERS_DEFAULT_MAX ? (int)processors : WORKERS_DEFAULT_MAX;
}

/* The defaults that hang on other keys. */
static void
complete(struct arena *arena, const struct json_place *root, struct config *out)
{
    struct json_place given;

    if (out->study_path != NULL && !json_member(root, "instance", &given)) {
        out->instance = instance_of_study(arena, out->study_path);
        if (!is_instance(out->instance))
            json_problem(root,
                         "\"instance\" is missing, and the study file's name \"%s\" cannot stand in for it",
                         out->instance);
    }
    (void)cron_parse(arena, out->cron, &out->schedule);
    out->removals_millionths = share_parse(out->removals_share);
    if (out->status_file == NULL)
        out->status_file =
            arena_printf(arena, "/run/crfd/%s/status.json", out->instance != NULL ? out->instance : "");
    if (out->metrics_file == NULL)
        out->metrics_file = resolve(arena, out->status_file, "crfd.prom");
    if (out->serve_conninfo == NULL)
        out->serve_conninfo = out->analysis_conninfo;
    if (out->serve_review && out->serve_review_conninfo == NULL)
        json_problem(
            root, "\"serve\" has \"review\" without \"review_conninfo\": the sessions that change findings "
                  "have a role of their own");
}

bool
config_load(struct arena *arena, const char *path, struct config *out, struct problems *problems,
            struct err *err)
{
    struct config config = {.path = arena_strdup(arena, path), .workers = default_workers()};
    size_t before = problems->count;
    struct json_document document;
    struct json_place root;
    const char *text;
    size_t length;

    if (!json_read_file(arena, path, &text, &length, err))
        return false;
    if (json_open(&document, arena, text, length, problems)) {
        root = json_root(&document);
        config_key_defaults(config_keys, arena, path, &config);
        if (json_expect_object(&root)) {
            config_key_load(config_keys, arena, path, &root, &config);
            complete(arena, &root, &config);
        }
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
