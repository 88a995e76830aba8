#include "help.h"

#include <stdio.h>
#include <string.h>

#define LINE_MAX_COLUMNS 80
#define OPTION_COLUMNS   15
#define NAME_COLUMNS     9

static const char *const group_names[] = {
    [GROUP_NIGHT] = "The night",      [GROUP_FINDINGS] = "Findings", [GROUP_STUDY] = "The study",
    [GROUP_DATA] = "Data in and out", [GROUP_SERVICES] = "Services",
};

/* ---- Usage ---- */

/* "[--csv|--json]", "--note TEXT", "" of the second of two that exclude each other. */
static void
append_usage_option(struct strbuf *out, const struct command *command, size_t index)
{
    const struct command_option *option = &command->options[index];
    const char *excluded = NULL;

    for (size_t i = 0; i < command->option_count; i++) {
        const struct command_option *other = &command->options[i];

        if (other->excludes != NULL && strcmp(other->excludes, option->name) == 0)
            excluded = other->name;
    }
    if (option->excludes != NULL)
        return;
    strbuf_printf(out, "%s--%s", option->required != NULL ? "" : "[", option->name);
    if (option->argument != NULL)
        strbuf_printf(out, " %s", option->argument);
    if (excluded != NULL)
        strbuf_printf(out, "|--%s", excluded);
    strbuf_append(out, option->required != NULL ? "" : "]");
}

/* Lines of the words, which never part, under the first behind the name. */
static void
append_usage(struct strbuf *out, const struct command *command)
{
    size_t line = out->length;
    int indent = (int)(strlen("Usage: crfd ") + strlen(command->name));
    struct strbuf word;

    strbuf_printf(out, "Usage: crfd %s", command->name);
    if (command->usage != NULL) {
        strbuf_append(out, command->usage);
        return;
    }
    if (command->operand != NULL)
        strbuf_printf(out, command->operand->is_optional ? " [%s%s]" : " %s%s", command->operand->name,
                      command->operand->is_many ? "..." : "");
    strbuf_init(&word);
    for (size_t i = 0; i < command->option_count; i++) {
        strbuf_reset(&word);
        append_usage_option(&word, command, i);
        if (word.length == 0)
            continue;
        if (out->length - line + 1 + word.length > LINE_MAX_COLUMNS) {
            strbuf_append_char(out, '\n');
            line = out->length;
            strbuf_printf(out, "%*s", indent, "");
        }
        strbuf_printf(out, " %s", word.text);
    }
    strbuf_destroy(&word);
    strbuf_append_char(out, '\n');
}

/* ---- Options ---- */

/* Further lines of the text stand under its first. */
static void
append_option(struct strbuf *out, const struct command_option *option)
{
    char head[64];

    snprintf(head, sizeof head, "--%s%s%s", option->name, option->argument ? " " : "",
             option->argument ? option->argument : "");
    for (const char *text = option->help; *text != '\0';) {
        size_t length = strcspn(text, "\n");

        strbuf_printf(out, "  %-*s %.*s\n", OPTION_COLUMNS, text == option->help ? head : "", (int)length,
                      text);
        text += length + (text[length] == '\n');
    }
}

static void
append_common(struct strbuf *out)
{
    strbuf_append(out, "\nCommon options:\n");
    for (size_t i = 0; i < COMMON_OPTION_COUNT; i++)
        append_option(out, &common_options[i]);
}

/* ---- The whole ---- */

void
help_append(struct strbuf *out, const struct command *command)
{
    append_usage(out, command);
    strbuf_printf(out, "\n%s", command->text);
    if (command->option_count > 0)
        strbuf_append_char(out, '\n');
    for (size_t i = 0; i < command->option_count; i++)
        append_option(out, &command->options[i]);
    append_common(out);
}

static void
append_group(struct strbuf *out, enum command_group group)
{
    bool any = false;

    for (size_t i = 0; commands[i] != NULL; i++) {
        if (commands[i]->group != group)
            continue;
        if (!any)
            strbuf_printf(out, "\n%s:\n", group_names[group]);
        strbuf_printf(out, "  %-*s  %s\n", NAME_COLUMNS, commands[i]->name, commands[i]->line);
        any = true;
    }
}

void
help_append_overview(struct strbuf *out)
{
    strbuf_append(out, "crfd takes in the CRF pages of a clinical trial every night: it cleans and\n"
                       "checks them and writes typed tables, findings and an audit trail to\n"
                       "PostgreSQL.\n"
                       "\n"
                       "Usage: crfd COMMAND [options]\n");
    for (int group = GROUP_NIGHT; group < GROUP_UNLISTED; group++)
        append_group(out, (enum command_group)group);
    strbuf_append(out, "\n`crfd COMMAND --help` tells more.\n");
    append_common(out);
    strbuf_append(out, "\n"
                       "Exit status: 0 done; 1 check or verify found something; 3 some centers failed;\n"
                       "64 usage; 65 bad input data; 69 database unavailable; 70 internal error; 74\n"
                       "input/output; 75 try again later; 77 not permitted; 78 configuration or study\n"
                       "invalid; 130, 143 stopped by a signal, can be resumed.\n");
}
