#include "load.h"
#include "crfd/definition/load.h"

#include "crfd/base/log.h"
#include "crfd/base/terminal.h"
#include "crfd/daemon/schedule.h"
#include "render.h"

#include <stdio.h>
#include <unistd.h>

/* Warnings of a study that the log tells one by one. */
#define LOGGED_MAX 20

int
tell_error(const struct err *err)
{
    struct strbuf text, folded;

    strbuf_init(&text);
    strbuf_init(&folded);
    strbuf_append(&text, "crfd: ");
    render_error(&text, err->message, err->sqlstate);
    render_fold(&folded, text.text, terminal_columns(STDERR_FILENO));
    fprintf(stderr, "%s\n", folded.text);
    strbuf_destroy(&text);
    strbuf_destroy(&folded);
    return err_exit_status(err->kind);
}

void
tell_problems(const struct problems *problems)
{
    struct strbuf text, shown;

    strbuf_init(&text);
    strbuf_init(&shown);
    problems_print(problems, &text);
    render_lines(&shown, text.text);
    fwrite(shown.text, 1, shown.length, stderr);
    strbuf_destroy(&text);
    strbuf_destroy(&shown);
}

void
tell_warnings(const struct config *config, const struct definition *definition)
{
    struct problems problems = {
        .file = config->study_path, .list = definition->warnings, .count = definition->warning_count};

    tell_problems(&problems);
}

void
log_warnings(const struct definition *definition)
{
    size_t told = definition->warning_count < LOGGED_MAX ? definition->warning_count : LOGGED_MAX;

    for (size_t i = 0; i < told; i++)
        log_event(LOG_LEVEL_WARNING, "a part of the study can never do what it seems to be there for",
                  LOG_TEXT("path", definition->warnings[i].path),
                  LOG_TEXT("warning", definition->warnings[i].message));
    if (told < definition->warning_count)
        log_event(LOG_LEVEL_WARNING, "the study has more warnings; `crfd check` tells them",
                  LOG_NUMBER("warnings", (int64_t)definition->warning_count));
}

static bool
read_config(struct arena *arena, const struct common_args *common, struct config *out, int *exit_status)
{
    struct problems problems;
    struct err err = {0};

    problems_init(&problems, arena, common->config_path);
    if (!config_load(arena, common->config_path, out, &problems, &err)) {
        tell_problems(&problems);
        *exit_status = tell_error(&err);
        if (access(common->config_path, F_OK) != 0)
            fputs("crfd: name the configuration by --config FILE; that of a systemd unit crfd@STUDY is "
                  "/etc/crfd/STUDY.json\n",
                  stderr);
        return false;
    }
    return true;
}

static void
use_config(const struct common_args *common, const struct config *config)
{
    log_set_level(common->quiet ? LOG_LEVEL_WARNING : common->verbose ? LOG_LEVEL_DEBUG : config->log_level);
    log_set_format(config->log_format);
    schedule_use_timezone(config->timezone);
}

bool
load_config(struct arena *arena, const struct common_args *common, struct config *out, int *exit_status)
{
    if (!read_config(arena, common, out, exit_status))
        return false;
    use_config(common, out);
    return true;
}

bool
load_both(struct arena *arena, const struct common_args *common, struct config *config,
          struct definition *definition, int *exit_status)
{
    if (!read_config(arena, common, config, exit_status) ||
        !load_definition(arena, config, definition, exit_status))
        return false;
    use_config(common, config);
    return true;
}

bool
load_definition(struct arena *arena, const struct config *config, struct definition *out, int *exit_status)
{
    struct problems problems;
    struct err err = {0};

    problems_init(&problems, arena, config->study_path);
    if (definition_load(arena, config->study_path, out, &problems, &err))
        return true;
    tell_problems(&problems);
    *exit_status = tell_error(&err);
    return false;
}

int
tell_unknown_check(struct arena *arena, const struct rulebook *rules, const char *id)
{
    const char *close = rulebook_suggest(rules, arena, id);
    struct err err = {0};

    if (close != NULL)
        err_set(&err, ERR_USAGE, "the study has no check \"%s\"; did you mean \"%s\"?", id, close);
    else
        err_set(
            &err, ERR_USAGE,
            "the study has no check \"%s\"; it is the id of a check of the definition, or a built-in rule "
            "such as FORM.ITEM.range",
            id);
    return tell_error(&err);
}
