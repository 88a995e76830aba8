#include "render.h"

#include "crfd/base/json_text.h"
#include "crfd/base/utf8.h"

#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <utf8proc.h>

#define BAR_MAX 40

void
render_count(struct strbuf *out, int64_t count)
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%" PRId64, count);

    for (int i = 0; i < length; i++) {
        strbuf_append_char(out, digits[i]);
        if (digits[i] != '-' && i + 1 < length && (length - 1 - i) % 3 == 0)
            strbuf_append_char(out, ',');
    }
}

void
render_duration(struct strbuf *out, double seconds)
{
    long whole = (long)(seconds + 0.5);

    if (seconds < 59.95)
        strbuf_printf(out, "%.1f s", seconds);
    else if (whole < 3600)
        strbuf_printf(out, "%ld min %02ld s", whole / 60, whole % 60);
    else
        strbuf_printf(out, "%ld h %02ld min", whole / 3600, whole / 60 % 60);
}

/*
 * The next character, its length and its columns. A terminal must not be steered by a hostile id: "?"
 * stands for what is not UTF-8 or does not show.
 */
static const char *
next_character(const char *text, size_t *bytes, int *width)
{
    int32_t code;
    size_t length = utf8_decode(text, strnlen(text, 4), &code);

    *bytes = length > 0 ? length : 1;
    *width = 1;
    if (length == 0 || !utf8_shows(code))
        return "?";
    *width = utf8proc_charwidth(code);
    return text;
}

static int
width_between(const char *text, const char *end)
{
    int sum = 0;

    while (text < end) {
        size_t bytes;
        int width;

        (void)next_character(text, &bytes, &width);
        sum += width;
        text += bytes;
    }
    return sum;
}

int
render_width(const char *text)
{
    return width_between(text, text + strlen(text));
}

void
render_cut(struct strbuf *out, const char *text, int columns)
{
    int room = render_width(text) > columns ? columns - 1 : columns;

    while (*text != '\0') {
        size_t bytes;
        int width;
        const char *shown = next_character(text, &bytes, &width);

        if (width > room) {
            if (columns > 0)
                strbuf_append(out, "…");
            return;
        }
        strbuf_append_bytes(out, shown, shown == text ? bytes : 1);
        room -= width;
        text += bytes;
    }
}

void
render_text(struct strbuf *out, const char *text)
{
    render_cut(out, text, INT_MAX);
}

void
render_lines(struct strbuf *out, const char *text)
{
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");
        struct strbuf line;

        strbuf_init(&line);
        strbuf_append_bytes(&line, text, length);
        render_text(out, line.text);
        strbuf_destroy(&line);
        text += length;
        if (*text == '\n')
            strbuf_append_char(out, *text++);
    }
}

void
render_error(struct strbuf *out, const char *message, const char *sqlstate)
{
    render_text(out, message);
    if (sqlstate == NULL || *sqlstate == '\0' || strstr(message, sqlstate) != NULL)
        return;
    strbuf_append(out, " (SQLSTATE ");
    render_text(out, sqlstate);
    strbuf_append_char(out, ')');
}

/* The column at which a folded line goes on: that of its text, where a title and a gap come before it. */
static int
hang_of(const char *line, const char *end, int columns)
{
    size_t indent = strspn(line, " ");
    const char *gap = memmem(line + indent, (size_t)(end - line) - indent, "  ", 2);
    size_t hang = gap != NULL ? (size_t)(gap - line) + strspn(gap, " ") : indent + 2;

    return (int)hang < columns / 2 ? (int)hang : 2;
}

/* Behind the last word that fits into the columns; within a word that does not fit alone. */
static const char *
break_of(const char *line, const char *end, int columns)
{
    const char *begin = line + strspn(line, " ");
    const char *blank = NULL;
    const char *at = line;

    while (at < end) {
        size_t bytes;
        int width;

        (void)next_character(at, &bytes, &width);
        if (width > columns && at > begin)
            break;
        if (*at == ' ' && at > begin)
            blank = at;
        columns -= width;
        at += bytes;
    }
    return blank != NULL && *at != ' ' ? blank : at;
}

static void
fold_line(struct strbuf *out, const char *line, const char *end, int columns)
{
    int hang = hang_of(line, end, columns);
    int room = columns;

    while (width_between(line, end) > room) {
        const char *rest = break_of(line, end, room);

        strbuf_append_bytes(out, line, (size_t)(rest - line));
        strbuf_printf(out, "\n%*s", hang, "");
        line = rest + strspn(rest, " ");
        room = columns > hang ? columns - hang : 1;
    }
    strbuf_append_bytes(out, line, (size_t)(end - line));
}

void
render_fold(struct strbuf *out, const char *text, int columns)
{
    while (*text != '\0') {
        const char *end = text + strcspn(text, "\n");

        if (columns > 0)
            fold_line(out, text, end, columns);
        else
            strbuf_append_bytes(out, text, (size_t)(end - text));
        if (*end == '\n')
            strbuf_append_char(out, *end++);
        text = end;
    }
}

static void
append_bar(struct strbuf *out, double share, int width)
{
    int filled = (int)(share * width + 0.5);

    strbuf_append_char(out, '[');
    for (int i = 0; i < width; i++)
        strbuf_append(out, i < filled ? "█" : "░");
    strbuf_append_char(out, ']');
}

void
render_progress(struct strbuf *out, const struct progress_snapshot *snapshot, int columns)
{
    int64_t ended = snapshot->centers_done + snapshot->centers_failed + snapshot->centers_held;
    double share =
        snapshot->pages_expected > 0 ? (double)snapshot->pages_read / (double)snapshot->pages_expected : 0;
    struct strbuf rest;
    int width;

    if (share > 1)
        share = 1;
    strbuf_init(&rest);
    strbuf_printf(&rest, " %3d %%  ", (int)(share * 100));
    strbuf_printf(&rest, "%" PRId64 "/%" PRId64 " centers", ended, snapshot->centers_total);
    if (snapshot->centers_failed > 0)
        strbuf_printf(&rest, " (%" PRId64 " failed)", snapshot->centers_failed);
    if (snapshot->centers_held > 0)
        strbuf_printf(&rest, " (%" PRId64 " held)", snapshot->centers_held);
    strbuf_append(&rest, "  ");
    render_count(&rest, snapshot->pages_read);
    strbuf_append(&rest, " pages");
    if (snapshot->seconds_remaining >= 1) {
        strbuf_append(&rest, "  ");
        render_duration(&rest, snapshot->seconds_remaining);
        strbuf_append(&rest, " left");
    }
    width = columns - 3 - render_width(rest.text);
    if (width > BAR_MAX)
        width = BAR_MAX;
    if (width >= 5)
        append_bar(out, share, width);
    if (columns == 0)
        strbuf_append(out, rest.text + strspn(rest.text, " "));
    else
        render_cut(out, rest.text, width >= 5 ? columns - 3 - width : columns - 1);
    strbuf_destroy(&rest);
}

struct part {
    int64_t count;
    const char *text;
};

static void
append_line(struct strbuf *out, const char *title, const struct part *parts, size_t count)
{
    strbuf_printf(out, "  %-9s ", title);
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            strbuf_append(out, ", ");
        render_count(out, parts[i].count);
        strbuf_printf(out, " %s", parts[i].text);
    }
    strbuf_append_char(out, '\n');
}

void
render_summary(struct strbuf *out, const struct progress_snapshot *snapshot, const char *verb)
{
    const struct counts *counts = &snapshot->counts;
    char written[64], opened[64];

    snprintf(written, sizeof written, "%swritten", verb);
    snprintf(opened, sizeof opened, "%sopened", verb);
    append_line(out, "centers",
                (struct part[]){{snapshot->centers_done, "done"},
                                {snapshot->centers_failed, "failed"},
                                {snapshot->centers_held, "held"}},
                snapshot->centers_held > 0 ? 3 : 2);
    append_line(out, "subjects",
                (struct part[]){{counts->subjects, "read"}, {counts->evaluated, "evaluated"}}, 2);
    append_line(out, "pages",
                (struct part[]){{counts->pages_read, "read"},
                                {counts->pages_written, written},
                                {counts->pages_unchanged, "unchanged"},
                                {counts->pages_quarantined, "in quarantine"},
                                {counts->pages_removed, "removed"}},
                counts->pages_removed > 0 ? 5 : 4);
    append_line(out, "findings",
                (struct part[]){{counts->findings_opened, opened},
                                {counts->findings_closed, "closed"},
                                {counts->findings_reopened, "reopened"}},
                3);
}

/* --- the status document --- */

static int64_t
number_at(const cJSON *object, const char *group, const char *key)
{
    const cJSON *inner = group ? cJSON_GetObjectItemCaseSensitive(object, group) : object;
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(inner, key);

    return cJSON_IsNumber(value) ? (int64_t)value->valuedouble : 0;
}

static const char *
text_at(const cJSON *object, const char *key)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));

    return text ? text : "";
}

/* "lead" and the text of the key: the file is only as trustworthy as the ids and messages in it. */
static void
append_text_at(struct strbuf *out, const char *lead, const cJSON *object, const char *key)
{
    strbuf_append(out, lead);
    render_text(out, text_at(object, key));
}

/* The numbers of a run in the file, as a snapshot has them. */
static void
take_run(const cJSON *run, struct progress_snapshot *out)
{
    const cJSON *remaining = cJSON_GetObjectItemCaseSensitive(run, "seconds_remaining");

    memset(out, 0, sizeof *out);
    out->centers_total = number_at(run, "centers", "total");
    out->centers_pending = number_at(run, "centers", "pending");
    out->centers_running = number_at(run, "centers", "running");
    out->centers_done = number_at(run, "centers", "done");
    out->centers_failed = number_at(run, "centers", "failed");
    out->centers_held = number_at(run, "centers", "held");
    out->centers_elsewhere = number_at(run, "centers", "elsewhere");
    out->pages_expected = number_at(run, "pages", "expected");
    out->pages_read = number_at(run, "pages", "read");
    out->counts.pages_read = out->pages_read;
    out->counts.pages_written = number_at(run, "pages", "written");
    out->counts.pages_unchanged = number_at(run, "pages", "unchanged");
    out->counts.pages_quarantined = number_at(run, "pages", "quarantined");
    out->counts.pages_removed = number_at(run, "pages", "removed");
    out->counts.findings_opened = number_at(run, "findings", "opened");
    out->counts.findings_closed = number_at(run, "findings", "closed");
    out->counts.findings_reopened = number_at(run, "findings", "reopened");
    out->seconds_remaining = cJSON_IsNumber(remaining) ? remaining->valuedouble : -1;
}

static void
append_run_counts(struct strbuf *out, const struct progress_snapshot *run, bool is_over)
{
    bool is_whole = is_over && run->centers_running + run->centers_pending + run->centers_elsewhere == 0;

    struct part centers[6] = {{run->centers_done, "done"}, {run->centers_failed, "failed"}};
    size_t count = 2;

    if (run->centers_held > 0)
        centers[count++] = (struct part){run->centers_held, "held"};
    if (!is_whole) {
        centers[count++] = (struct part){run->centers_running, "running"};
        centers[count++] = (struct part){run->centers_pending, "pending"};
        centers[count++] = (struct part){run->centers_elsewhere, "elsewhere"};
    }
    append_line(out, "centers", centers, count);
    append_line(out, "pages",
                (struct part[]){{run->pages_read, "read"},
                                {run->counts.pages_written, "written"},
                                {run->counts.pages_unchanged, "unchanged"},
                                {run->counts.pages_quarantined, "in quarantine"},
                                {run->counts.pages_removed, "removed"}},
                run->counts.pages_removed > 0 ? 5 : 4);
    append_line(out, "findings",
                (struct part[]){{run->counts.findings_opened, "opened"},
                                {run->counts.findings_closed, "closed"},
                                {run->counts.findings_reopened, "reopened"}},
                3);
}

static void
append_active(struct strbuf *out, const cJSON *run)
{
    const cJSON *entry;

    if (strcmp(text_at(run, "phase"), "closing") == 0)
        strbuf_append(out, "  at the closing step, over all centers\n");
    cJSON_ArrayForEach(entry, cJSON_GetObjectItemCaseSensitive(run, "active"))
    {
        append_text_at(out, "  at ", entry, "center");
        append_text_at(out, ": ", entry, "phase");
        strbuf_append(out, ", ");
        render_count(out, number_at(entry, NULL, "pages"));
        strbuf_append(out, " pages, ");
        render_duration(out, (double)number_at(entry, NULL, "seconds"));
        strbuf_append_char(out, '\n');
    }
}

static void
append_failures(struct strbuf *out, const cJSON *run)
{
    const cJSON *entry;

    cJSON_ArrayForEach(entry, cJSON_GetObjectItemCaseSensitive(run, "failures"))
    {
        int64_t attempts = number_at(entry, NULL, "attempts");

        if (strcmp(text_at(entry, "state"), "held") == 0)
            strbuf_append(out, "  held: ");
        else
            strbuf_printf(out, "  failed after %" PRId64 " attempt%s: ", attempts, attempts == 1 ? "" : "s");
        render_error(out, text_at(entry, "error"), text_at(entry, "sqlstate"));
        strbuf_append_char(out, '\n');
    }
}

static void
append_run_title(struct strbuf *out, const char *title, const cJSON *run)
{
    strbuf_printf(out, "%s: run %" PRId64, title, number_at(run, NULL, "run_id"));
    append_text_at(out, " (", run, "kind");
    append_text_at(out, ") of night ", run, "night");
    append_text_at(out, ", started ", run, "started_at");
    strbuf_append_char(out, '\n');
}

/* What is open in all centers, as the last run left it. */
static void
append_open(struct strbuf *out, const cJSON *quality)
{
    struct part parts[] = {{0, "critical"}, {0, "major"}, {0, "minor findings"}};
    const cJSON *center;

    if (!cJSON_IsArray(quality))
        return;
    cJSON_ArrayForEach(center, quality)
    {
        parts[0].count += number_at(center, NULL, "open_critical");
        parts[1].count += number_at(center, NULL, "open_major");
        parts[2].count += number_at(center, NULL, "open_minor");
    }
    append_line(out, "open", parts, 3);
}

/* It ended before there was a run to count anything in. */
static void
append_attempt_title(struct strbuf *out, const cJSON *last)
{
    append_text_at(out, "last: ", last, "kind");
    append_text_at(out, " run of night ", last, "night");
    strbuf_append(out, strcmp(text_at(last, "state"), "done") == 0 ? ", found complete" : ", not opened");
    append_text_at(out, ", begun ", last, "started_at");
    strbuf_append_char(out, '\n');
}

static void
append_last_success(struct strbuf *out, const cJSON *last)
{
    const cJSON *success = cJSON_GetObjectItemCaseSensitive(last, "last_success_unix");
    char text[40];
    struct tm local;
    time_t seconds;

    if (!cJSON_IsNumber(success))
        return;
    seconds = (time_t)success->valuedouble;
    localtime_r(&seconds, &local);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S%z", &local);
    strbuf_printf(out, "  success   the last night that ended well was over at %s\n", text);
}

static void
append_last_run(struct strbuf *out, const cJSON *last)
{
    bool has_run = !cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(last, "run_id"));
    struct progress_snapshot run;
    const cJSON *elapsed = cJSON_GetObjectItemCaseSensitive(last, "seconds_elapsed");

    take_run(last, &run);
    if (has_run)
        append_run_title(out, "last", last);
    else
        append_attempt_title(out, last);
    append_text_at(out, "  ended     ", last, "finished_at");
    strbuf_printf(out, ", exit status %" PRId64 ", after ", number_at(last, NULL, "exit_code"));
    render_duration(out, cJSON_IsNumber(elapsed) ? elapsed->valuedouble : 0);
    strbuf_append_char(out, '\n');
    if (has_run)
        append_run_counts(out, &run, true);
    append_open(out, cJSON_GetObjectItemCaseSensitive(last, "quality"));
    append_failures(out, last);
    if (text_at(last, "error")[0] != '\0') {
        append_text_at(out, "  error     ", last, "error");
        strbuf_append_char(out, '\n');
    }
    if (!has_run)
        append_last_success(out, last);
    if (run.centers_failed > 0)
        strbuf_append(out, "  next step `crfd run` takes up just the centers that failed\n");
    if (run.centers_held > 0)
        strbuf_append(out,
                      "  next step look at the source: pages are gone from it. `crfd run` takes up just the "
                      "centers that are held; where the pages are meant to go, `crfd run --allow-removals "
                      "--reason TEXT` lets them\n");
}

static void
append_status(struct strbuf *out, const cJSON *status, int columns)
{
    const cJSON *run = cJSON_GetObjectItemCaseSensitive(status, "run");
    const cJSON *last = cJSON_GetObjectItemCaseSensitive(status, "last_run");
    struct progress_snapshot snapshot;

    append_text_at(out, "crfd ", status, "instance");
    append_text_at(out, " on ", status, "host");
    append_text_at(out, ": ", status, "state");
    append_text_at(out, " (as of ", status, "updated_at");
    strbuf_append(out, ")\n");
    if (text_at(status, "next_run_at")[0] != '\0') {
        append_text_at(out, "next: night at ", status, "next_run_at");
        strbuf_append_char(out, '\n');
    }
    if (cJSON_IsObject(run)) {
        take_run(run, &snapshot);
        append_run_title(out, "now", run);
        strbuf_append(out, "  ");
        render_progress(out, &snapshot, columns > 0 ? columns - 2 : 0);
        strbuf_append_char(out, '\n');
        append_run_counts(out, &snapshot, false);
        append_active(out, run);
        append_failures(out, run);
    }
    if (cJSON_IsObject(last))
        append_last_run(out, last);
    else if (!cJSON_IsObject(run))
        strbuf_append(out, "no run yet\n");
}

void
render_status(struct strbuf *out, const cJSON *status, int columns)
{
    struct strbuf text;

    strbuf_init(&text);
    append_status(&text, status, columns);
    render_fold(out, text.text, columns);
    strbuf_destroy(&text);
}
