#include "crfd/batch/session.h"

#include "credential.h"

#include <stdio.h>

/* The waits of this process are to end first. */
#define SERVER_MARGIN_MS 5000

/* People leave pages all the time; their statements go with them. */
#define PAGES_WATCH "50ms"

/*
 * No statement and no pause of a center pass lasts longer than the center may take; the other verbs know the
 * statement's deadline only.
 */
static int64_t
server_deadline_ms(const struct config *config)
{
    int64_t longest_ms = config->center_deadline_ms > config->statement_deadline_ms
                             ? config->center_deadline_ms
                             : config->statement_deadline_ms;

    return longest_ms + SERVER_MARGIN_MS;
}

static struct conn *
session_open_watched(const struct config *config, const char *conninfo, const char *label, bool read_only,
                     const char *watch_interval, struct context *context, struct err *err)
{
    char name[64];
    struct strbuf password;
    struct conn *conn = NULL;
    struct conn_options options = {
        .conninfo = conninfo,
        .label = label,
        .application_name = name,
        .timezone = config->timezone,
        .statement_deadline_ms = config->statement_deadline_ms,
        .read_only = read_only,
        .server_deadline_ms = server_deadline_ms(config),
        .watch_interval = watch_interval,
    };

    snprintf(name, sizeof name, "crfd/%s", config->instance);
    strbuf_init(&password);
    if (credential_password(label, &password, err)) {
        options.password = password.text;
        conn = conn_open(&options, context, err);
    }
    credential_forget(&password);
    strbuf_destroy(&password);
    return conn;
}

static struct conn *
session_open(const struct config *config, const char *conninfo, const char *label, bool read_only,
             struct context *context, struct err *err)
{
    return session_open_watched(config, conninfo, label, read_only, NULL, context, err);
}

struct conn *
session_open_source(const struct config *config, struct context *context, struct err *err)
{
    return session_open(config, config->source_conninfo, "source", true, context, err);
}

bool
session_begin_source(struct conn *source, struct err *err)
{
    return conn_execute(source, "beginning to read the source", "BEGIN TRANSACTION READ ONLY", err);
}

struct conn *
session_open_analysis(const struct config *config, struct context *context, struct err *err)
{
    return session_open(config, config->analysis_conninfo, "analysis", false, context, err);
}

struct conn *
session_open_web(const struct config *config, struct context *context, struct err *err)
{
    return session_open_watched(config, config->serve_conninfo, "web", true, PAGES_WATCH, context, err);
}

struct conn *
session_open_web_review(const struct config *config, struct context *context, struct err *err)
{
    return session_open_watched(config, config->serve_review_conninfo, "web_review", false, PAGES_WATCH,
                                context, err);
}

struct conn *
session_open_reader(const struct config *config, struct context *context, struct err *err)
{
    return session_open(config, config->analysis_conninfo, "analysis", true, context, err);
}
