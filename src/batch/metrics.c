#include "metrics.h"

#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

/*
 * A number of the status document, by its path, and the sample that shows it. Rows of one name are one family, and
 * are told apart by a label whose value is the last word of the key.
 */
struct sample {
    const char *name;
    const char *help;   /* of the family, at its first row */
    const char *label;  /* NULL: the family has one sample */
    const char *object; /* in which the key stands; NULL: the run or center itself */
    const char *key;
};

static const struct sample run_samples[] = {
    {"duration_seconds", "How long it took, or takes by now.", NULL, NULL, "seconds_elapsed"},
    {"centers", "Centers by state.", "state", "centers", "pending"},
    {"centers", NULL, "state", "centers", "running"},
    {"centers", NULL, "state", "centers", "done"},
    {"centers", NULL, "state", "centers", "failed"},
    {"centers", NULL, "state", "centers", "held"},
    {"centers", NULL, "state", "centers", "elsewhere"},
    {"pages_read", "Pages read from the source.", NULL, "pages", "read"},
    {"pages", "Pages by what became of them, of the centers that are done.", "result", "pages", "written"},
    {"pages", NULL, "result", "pages", "unchanged"},
    {"pages", NULL, "result", "pages", "quarantined"},
    {"pages", NULL, "result", "pages", "removed"},
    {"findings", "Findings that changed their state, by how.", "change", "findings", "opened"},
    {"findings", NULL, "change", "findings", "closed"},
    {"findings", NULL, "change", "findings", "reopened"},
    {"exit_code", "Exit status.", NULL, NULL, "exit_code"},
};

static const struct sample center_samples[] = {
    {"subjects", "Subjects in the ledger.", NULL, NULL, "subjects"},
    {"pages", "Pages in the ledger.", NULL, NULL, "pages"},
    {"pages_quarantined", "Pages in quarantine.", NULL, NULL, "quarantined"},
    {"open_findings", "Open findings by severity.", "severity", NULL, "open_critical"},
    {"open_findings", NULL, "severity", NULL, "open_major"},
    {"open_findings", NULL, "severity", NULL, "open_minor"},
};

static const cJSON *
at(const cJSON *object, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

static void
append_head(struct strbuf *out, const char *prefix, const struct sample *sample)
{
    strbuf_printf(out, "# HELP crfd_%s%s %s\n# TYPE crfd_%s%s gauge\n", prefix, sample->name, sample->help,
                  prefix, sample->name);
}

/* lead: what comes before the value, with the label's name. Backslash, quote and newline are escaped. */
static void
append_label(struct strbuf *out, const char *lead, const char *value)
{
    strbuf_printf(out, "%s=\"", lead);
    for (; value != NULL && *value != '\0'; value++) {
        if (*value == '\n')
            strbuf_append(out, "\\n");
        else if (*value == '"' || *value == '\\')
            strbuf_printf(out, "\\%c", *value);
        else
            strbuf_append_char(out, *value);
    }
    strbuf_append_char(out, '"');
}

static const char *
last_word(const char *key)
{
    const char *below = strrchr(key, '_');

    return below != NULL ? below + 1 : key;
}

/* center: whose it is; NULL: nobody's. What is no number (of a file that nobody knows who wrote) gives no sample. */
static void
append_sample(struct strbuf *out, const cJSON *status, const char *prefix, const struct sample *sample,
              const cJSON *center, const cJSON *value)
{
    if (!cJSON_IsNumber(value))
        return;
    strbuf_printf(out, "crfd_%s%s", prefix, sample->name);
    append_label(out, "{study", cJSON_GetStringValue(at(status, "instance")));
    if (center != NULL)
        append_label(out, ",center", cJSON_GetStringValue(at(center, "center")));
    if (sample->label != NULL) {
        strbuf_append_char(out, ',');
        append_label(out, sample->label, last_word(sample->key));
    }
    strbuf_printf(out, "} %.15g\n", value->valuedouble);
}

static void
append_gauge(struct strbuf *out, const cJSON *status, const char *name, const char *help, const cJSON *value)
{
    const struct sample sample = {.name = name, .help = help};

    if (cJSON_IsNumber(value))
        append_head(out, "", &sample);
    append_sample(out, status, "", &sample, NULL, value);
}

static void
append_run(struct strbuf *out, const cJSON *status, const char *prefix, const cJSON *run)
{
    for (size_t i = 0; i < COUNT(run_samples); i++) {
        const struct sample *sample = &run_samples[i];
        const cJSON *value = at(sample->object ? at(run, sample->object) : run, sample->key);

        if (sample->help != NULL && cJSON_IsNumber(value))
            append_head(out, prefix, sample);
        append_sample(out, status, prefix, sample, NULL, value);
    }
}

/* A family's samples have to stand together, so that the centers are gone through for each. */
static void
append_centers(struct strbuf *out, const cJSON *status, const cJSON *centers)
{
    const cJSON *center;

    if (cJSON_GetArraySize(centers) == 0)
        return;
    for (size_t i = 0; i < COUNT(center_samples); i++) {
        const struct sample *sample = &center_samples[i];

        if (sample->help != NULL)
            append_head(out, "center_", sample);
        cJSON_ArrayForEach(center, centers)
            append_sample(out, status, "center_", sample, center, at(center, sample->key));
    }
}

void
metrics_append(struct strbuf *out, const cJSON *status)
{
    const cJSON *last_run = at(status, "last_run");
    cJSON running = {.type = cJSON_Number};

    running.valuedouble = strcmp(cJSON_GetStringValue(at(status, "state")), "idle") != 0;
    append_gauge(out, status, "running", "1 while a run is under way.", &running);
    append_run(out, status, "run_", at(status, "run"));
    append_run(out, status, "last_run_", last_run);
    append_gauge(out, status, "last_success_timestamp_seconds",
                 "When the last night that ended well was over, in seconds since 1970.",
                 at(last_run, "last_success_unix"));
    append_centers(out, status, at(last_run, "quality"));
}
