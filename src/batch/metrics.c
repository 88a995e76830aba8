#include "crfd/batch/metrics.h"

#include <string.h>

/* A number of the status document, by its path, and the metric that shows it. */
static const struct metric {
    const char *name;
    const char *help;
    const char *object; /* of last_run or run; NULL: the run itself */
    const char *key;
} metrics[] = {
    {"seconds", "Duration in seconds.", NULL, "seconds_elapsed"},
    {"centers", "Centers of the run.", "centers", "total"},
    {"centers_pending", "Centers that wait for their turn.", "centers", "pending"},
    {"centers_running", "Centers that are being worked on.", "centers", "running"},
    {"centers_done", "Centers that are done.", "centers", "done"},
    {"centers_failed", "Centers that failed.", "centers", "failed"},
    {"pages_read", "Pages read from the source.", "pages", "read"},
    {"pages_written", "Rows inserted or changed.", "pages", "written"},
    {"pages_unchanged", "Rows that stand as they are.", "pages", "unchanged"},
    {"pages_quarantined", "Pages in quarantine.", "pages", "quarantined"},
    {"findings_opened", "Findings opened.", "findings", "opened"},
    {"findings_closed", "Findings closed.", "findings", "closed"},
    {"findings_reopened", "Findings reopened.", "findings", "reopened"},
};

/* A label value: backslash, quote and newline are escaped. */
static void
append_instance(struct strbuf *out, const cJSON *status)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(status, "instance"));

    strbuf_append(out, "{instance=\"");
    for (; text != NULL && *text != '\0'; text++) {
        if (*text == '\n')
            strbuf_append(out, "\\n");
        else if (*text == '"' || *text == '\\')
            strbuf_printf(out, "\\%c", *text);
        else
            strbuf_append_char(out, *text);
    }
    strbuf_append(out, "\"}");
}

static void
append_gauge(struct strbuf *out, const cJSON *status, const char *prefix, const char *name, const char *help,
             const cJSON *value)
{
    if (!cJSON_IsNumber(value))
        return;
    strbuf_printf(out, "# HELP crfd_%s%s %s\n# TYPE crfd_%s%s gauge\ncrfd_%s%s", prefix, name, help, prefix,
                  name, prefix, name);
    append_instance(out, status);
    strbuf_printf(out, " %.15g\n", value->valuedouble);
}

static void
append_run(struct strbuf *out, const cJSON *status, const char *prefix, const cJSON *run)
{
    for (size_t i = 0; i < sizeof metrics / sizeof metrics[0]; i++) {
        const struct metric *metric = &metrics[i];
        const cJSON *object = metric->object ? cJSON_GetObjectItemCaseSensitive(run, metric->object) : run;

        append_gauge(out, status, prefix, metric->name, metric->help,
                     cJSON_GetObjectItemCaseSensitive(object, metric->key));
    }
}

void
metrics_append(struct strbuf *out, const cJSON *status)
{
    const cJSON *state = cJSON_GetObjectItemCaseSensitive(status, "state");
    const cJSON *last_run = cJSON_GetObjectItemCaseSensitive(status, "last_run");
    cJSON running = {.type = cJSON_Number};

    running.valuedouble = strcmp(cJSON_GetStringValue(state), "idle") != 0;
    append_gauge(out, status, "", "running", "1 while a run is under way.", &running);
    append_run(out, status, "run_", cJSON_GetObjectItemCaseSensitive(status, "run"));
    append_run(out, status, "last_run_", last_run);
    append_gauge(out, status, "", "last_success_timestamp_seconds",
                 "When the last night that ended well was over, in seconds since 1970.",
                 cJSON_GetObjectItemCaseSensitive(last_run, "last_success_unix"));
    append_gauge(out, status, "last_run_", "exit_code", "Exit status of the last run.",
                 cJSON_GetObjectItemCaseSensitive(last_run, "exit_code"));
}
