#include "crfd/batch/session.h"

#include <stdio.h>

static struct conn *
session_open(const struct config *config, const char *conninfo, const char *label, bool read_only,
             struct context *context, struct err *err)
{
    char name[64];
    struct conn_options options = {
        .conninfo = conninfo,
        .label = label,
        .application_name = name,
        .timezone = config->timezone,
        .statement_deadline_ms = config->statement_deadline_ms,
        .read_only = read_only,
    };

    snprintf(name, sizeof name, "crfd/%s", config->instance);
    return conn_open(&options, context, err);
}

struct conn *
session_open_source(const struct config *config, struct context *context, struct err *err)
{
    return session_open(config, config->source_conninfo, "source", true, context, err);
}

struct conn *
session_open_analysis(const struct config *config, struct context *context, struct err *err)
{
    return session_open(config, config->analysis_conninfo, "analysis", false, context, err);
}
