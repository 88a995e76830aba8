#include "ask.h"
#include "cmd.h"
#include "crfd/base/file.h"
#include "crfd/base/json_text.h"
#include "crfd/base/terminal.h"
#include "crfd/batch/status.h"
#include "load.h"
#include "render.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define STATUS_MAX_BYTES (4 * 1024 * 1024)
#define SILENCE_SECONDS  15 /* a process that runs writes every second, a daemon that waits every five */

struct status_args {
    bool watch;
    bool json;
};

/* A process that was killed leaves its file behind, and it says "running", or when the next night is, for ever. */
static void
append_silence(struct strbuf *out, const char *path, const cJSON *status, int columns)
{
    const char *state = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(status, "state"));
    bool is_idle = state != NULL && strcmp(state, "idle") == 0;
    struct strbuf text;
    struct stat file;
    double seconds;

    if (is_idle && !cJSON_IsString(cJSON_GetObjectItemCaseSensitive(status, "next_run_at")))
        return;
    if (stat(path, &file) != 0 || (seconds = difftime(time(NULL), file.st_mtime)) < SILENCE_SECONDS)
        return;
    strbuf_init(&text);
    strbuf_append(&text, "no sign of life for ");
    render_duration(&text, seconds);
    strbuf_append(
        &text, is_idle ? ": the daemon has ended or hangs, and no night begins before it is started again\n"
                       : ": the process has ended or hangs; `crfd run` takes its run up again\n");
    render_fold(out, text.text, columns);
    strbuf_destroy(&text);
}

static bool
read_text(const char *path, struct strbuf *text, struct err *err)
{
    if (file_read(path, STATUS_MAX_BYTES, text, err))
        return true;
    if (access(path, F_OK) != 0)
        err_set(
            err, ERR_IO,
            "no status yet: there is no file %s; it comes with the first run or the start of the daemon, and "
            "goes with a restart of the machine (`crfd runs` asks the database what ran)",
            path);
    return false;
}

/* NULL and err where the text is no status of a crfd like this one. */
static cJSON *
parse(const char *path, const struct strbuf *text, struct err *err)
{
    cJSON *status = cJSON_ParseWithLength(text->text, text->length);
    const cJSON *version = cJSON_GetObjectItemCaseSensitive(status, "schema_version");

    if (!cJSON_IsObject(status) || !cJSON_IsNumber(version))
        err_set(err, ERR_IO,
                "%s is not a status file: name another \"status_file\" in the configuration, or remove it",
                path);
    else if (version->valuedouble > STATUS_SCHEMA_VERSION)
        err_set(err, ERR_IO,
                "%s has schema version %.0f, and this is crfd " CRFD_VERSION
                ", which knows %d: a newer crfd wrote it; use that one",
                path, version->valuedouble, STATUS_SCHEMA_VERSION);
    else
        return status;
    cJSON_Delete(status);
    return NULL;
}

/* What is to be seen of the file now. */
static bool
append_view(struct strbuf *out, const struct config *config, const struct status_args *args, struct err *err)
{
    int columns = terminal_columns(STDOUT_FILENO);
    cJSON *status = NULL;
    struct strbuf text;

    strbuf_init(&text);
    if (read_text(config->status_file, &text, err))
        status = parse(config->status_file, &text, err);
    if (status != NULL && args->json) {
        json_text_append_document(out, text.text);
        strbuf_append_char(out, '\n');
    } else if (status != NULL) {
        render_status(out, status, columns);
        append_silence(out, config->status_file, status, columns);
    }
    strbuf_destroy(&text);
    cJSON_Delete(status);
    return status != NULL;
}

struct size {
    int columns;
    int rows;
};

/*
 * Over the view that stands there, line by line, so that nothing flickers; a terminal whose size has changed is cleared
 * first, as it may have moved the lines. What a small terminal has no room for is left out, or the first lines would
 * roll away.
 */
static void
append_frame(struct strbuf *out, const char *view, struct size *size)
{
    struct size now = {terminal_columns(STDOUT_FILENO), terminal_rows(STDOUT_FILENO)};
    int rows = now.rows;

    strbuf_append(out, now.columns == size->columns && now.rows == size->rows ? "\033[H" : "\033[H\033[2J");
    *size = now;
    for (int row = 1; *view != '\0' && row < rows; row++) {
        size_t length = strcspn(view, "\n");

        strbuf_append_bytes(out, view, length);
        strbuf_append(out, "\033[K\n");
        view += length + (view[length] == '\n');
    }
    strbuf_append(out, "\033[J");
}

/* A file that is not there, or not right, may come or be replaced: that is told, and looking goes on. */
static bool
watch(const struct config *config, const struct status_args *args, struct err *err)
{
    const struct timespec second = {.tv_sec = 1};
    bool obeys = terminal_obeys(STDOUT_FILENO);
    struct size size = {0};
    bool ok = true;

    while (ok) {
        struct strbuf view, reason, out;

        strbuf_init(&view);
        strbuf_init(&reason);
        strbuf_init(&out);
        if (!append_view(&view, config, args, err)) {
            render_text(&reason, err->message);
            strbuf_append_char(&reason, '\n');
            render_fold(&view, reason.text, terminal_columns(STDOUT_FILENO));
        }
        if (obeys)
            append_frame(&out, view.text, &size);
        else
            strbuf_printf(&out, "%s\n", view.text);
        ok = ask_print(&out, err);
        strbuf_destroy(&view);
        strbuf_destroy(&reason);
        strbuf_destroy(&out);
        if (ok)
            nanosleep(&second, NULL);
    }
    return false;
}

static bool
show(const struct config *config, const struct status_args *args, struct err *err)
{
    struct strbuf view;
    bool ok;

    strbuf_init(&view);
    ok = append_view(&view, config, args, err) && ask_print(&view, err);
    strbuf_destroy(&view);
    return ok;
}

static int
run(struct arena *arena, const struct common_args *common, const void *args)
{
    const struct status_args *own = args;
    struct config config;
    struct err err = {0};
    int exit_status;

    if (!load_config(arena, common, &config, &exit_status))
        return exit_status;
    return (own->watch ? watch : show)(&config, own, &err) ? 0 : tell_error(&err);
}

static const struct command_option options[] = {
    {.name = "watch",
     .at = offsetof(struct status_args, watch),
     .help = "keep looking, once a second, until interrupted"},
    {.name = "json",
     .at = offsetof(struct status_args, json),
     .excludes = "watch",
     .help = "the status file as it is"},
};

const struct command cmd_status = {
    .name = "status",
    .line = "how far the run is, and how the last one ended",
    .group = GROUP_NIGHT,
    .text = "Tells from the status file what runs, what ran, and what failed and why. Needs\n"
            "no database.\n",
    COMMAND_OPTIONS(options),
    .args_size = sizeof(struct status_args),
    .run = run,
};
