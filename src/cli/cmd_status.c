#include "crfd/base/file.h"
#include "crfd/cli/cmd.h"
#include "crfd/cli/load.h"
#include "crfd/cli/render.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define STATUS_MAX_BYTES (4 * 1024 * 1024)
#define SILENCE_SECONDS  15 /* a process that runs writes every second */

/* A process that was killed leaves its file behind, and it says "running" for ever. */
static void
append_silence(struct strbuf *out, const char *path, const cJSON *status)
{
    const char *state = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(status, "state"));
    struct stat file;
    double seconds;

    if (state == NULL || strcmp(state, "idle") == 0 || stat(path, &file) != 0)
        return;
    seconds = difftime(time(NULL), file.st_mtime);
    if (seconds < SILENCE_SECONDS)
        return;
    strbuf_append(out, "no sign of life for ");
    render_duration(out, seconds);
    strbuf_append(out, ": the process has ended or hangs; `crfd run` takes its run up again\n");
}

static bool
show(const struct config *config, const struct args *args, struct err *err)
{
    struct strbuf text, out;
    cJSON *status;
    bool ok = false;

    strbuf_init(&text);
    strbuf_init(&out);
    if (!file_read(config->status_file, STATUS_MAX_BYTES, &text, err)) {
        if (access(config->status_file, F_OK) != 0)
            err_prefix(err, "no status yet (crfd has not run under this configuration)");
        goto done;
    }
    status = cJSON_ParseWithLength(text.text, text.length);
    if (!cJSON_IsObject(status)) {
        cJSON_Delete(status);
        err_set(err, ERR_IO, "%s is not a status file", config->status_file);
        goto done;
    }
    if (args->watch)
        strbuf_append(&out, "\033[H\033[2J");
    if (args->json) {
        strbuf_append_bytes(&out, text.text, text.length);
        strbuf_append_char(&out, '\n');
    } else {
        render_status(&out, status, render_terminal_columns(STDOUT_FILENO));
        append_silence(&out, config->status_file, status);
    }
    cJSON_Delete(status);
    fwrite(out.text, 1, out.length, stdout);
    fflush(stdout);
    ok = true;
done:
    strbuf_destroy(&text);
    strbuf_destroy(&out);
    return ok;
}

int
cmd_status(struct arena *arena, const struct args *args)
{
    const struct timespec second = {.tv_sec = 1};
    struct config config;
    struct err err = {0};
    int exit_status;

    if (!load_config(arena, args, &config, &exit_status))
        return exit_status;
    do {
        if (!show(&config, args, &err))
            return tell_error(&err);
        /* A signal wakes the sleep early and the next look is merely sooner. */
    } while (args->watch && (nanosleep(&second, NULL), true));
    return 0;
}
