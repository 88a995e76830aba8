/*
 * complete.c SHELL: fills a completion of crfd for bash or zsh, from standard input to standard output, with what the
 * table of commands has. Runs when crfd is built.
 */
#include "cli/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The parts of one shell; each goes in the place of its line, or of its word in a line. */
struct shell {
    void (*commands)(void);
    void (*common)(void);
    void (*options)(void);
    void (*arguments)(void);
};

/* ---- bash ---- */

static void
bash_commands(void)
{
    for (size_t i = 0; commands[i] != NULL; i++)
        printf("%s%s", i > 0 ? " " : "", commands[i]->name);
}

static void
bash_names(const struct command_option *options, size_t count)
{
    for (size_t i = 0; i < count; i++)
        printf("%s--%s", i > 0 ? " " : "", options[i].name);
}

static void
bash_common(void)
{
    bash_names(common_options, COMMON_OPTION_COUNT);
}

static void
bash_options(void)
{
    for (size_t i = 0; commands[i] != NULL; i++) {
        if (commands[i]->option_count == 0)
            continue;
        printf("                %s) options=\"", commands[i]->name);
        bash_names(commands[i]->options, commands[i]->option_count);
        puts("\" ;;");
    }
}

/* Behind the option; command is a pattern, too. */
static void
bash_argument(const char *command, const struct command_option *option)
{
    if (option->kind == OPTION_FLAG)
        return;
    printf("        %s\" --%s\") ", command, option->name);
    switch (option->kind) {
    case OPTION_FILE:
        puts("_crfd_files; return ;;");
        break;
    case OPTION_WORD:
        printf("options=\"%s\" ;;\n", option->words);
        break;
    case OPTION_WORDS:
        printf("_crfd_list \"%s\"; return ;;\n", option->words);
        break;
    default:
        puts("return ;;");
    }
}

static void
bash_arguments(void)
{
    for (size_t i = 0; i < COMMON_OPTION_COUNT; i++)
        bash_argument("*", &common_options[i]);
    for (size_t i = 0; commands[i] != NULL; i++)
        for (size_t j = 0; j < commands[i]->option_count; j++)
            bash_argument(commands[i]->name, &commands[i]->options[j]);
}

/* ---- zsh ---- */

/* The first line of a text, within single quotes; special characters get a backslash. */
static void
zsh_text(const char *text, const char *special)
{
    for (; *text != '\0' && *text != '\n'; text++) {
        if (*text == '\'')
            fputs("'\\'", stdout);
        else if (strchr(special, *text) != NULL)
            putchar('\\');
        putchar(*text);
    }
}

static void
zsh_commands(void)
{
    for (size_t i = 0; commands[i] != NULL; i++) {
        printf("        '%s:", commands[i]->name);
        zsh_text(commands[i]->line, ":");
        puts("'");
    }
}

/* What stands behind an option or in the place of an operand. */
static void
zsh_argument(enum option_kind kind, const char *argument, const char *words)
{
    printf(":%s:", argument);
    if (kind == OPTION_FILE)
        fputs("_files", stdout);
    else if (kind == OPTION_COMMAND)
        fputs("_crfd_commands", stdout);
    else if (kind == OPTION_WORD)
        printf("(%s)", words);
    else if (kind == OPTION_WORDS)
        printf("_values -s , %s %s", argument, words);
}

static void
zsh_exclusions(const struct command_option *option, const struct command_option *options, size_t count)
{
    if (option->excludes != NULL)
        printf("(--%s)", option->excludes);
    for (size_t i = 0; i < count; i++)
        if (options[i].excludes != NULL && strcmp(options[i].excludes, option->name) == 0)
            printf("(--%s)", options[i].name);
}

static void
zsh_option(const struct command_option *option)
{
    printf("--%s%s[", option->name, option->kind != OPTION_FLAG ? "=" : "");
    zsh_text(option->help, "[]\\");
    putchar(']');
    if (option->kind != OPTION_FLAG)
        zsh_argument(option->kind, option->argument, option->words);
}

/* Nothing else stands beside --help and --version. */
static void
zsh_common(void)
{
    for (size_t i = 0; i < COMMON_OPTION_COUNT; i++) {
        const char *name = common_options[i].name;

        printf("        '%s", strcmp(name, "help") == 0 || strcmp(name, "version") == 0 ? "(- *)" : "");
        zsh_option(&common_options[i]);
        puts("'");
    }
}

static void
zsh_options(void)
{
    for (size_t i = 0; commands[i] != NULL; i++) {
        const struct command *command = commands[i];

        if (command->option_count == 0 && command->operand == NULL)
            continue;
        printf("        %s) options+=(", command->name);
        for (size_t j = 0; j < command->option_count; j++) {
            fputs("\n            '", stdout);
            zsh_exclusions(&command->options[j], command->options, command->option_count);
            zsh_option(&command->options[j]);
            putchar('\'');
        }
        if (command->operand != NULL) {
            fputs("\n            '1", stdout);
            zsh_argument(command->operand->kind, command->operand->name, NULL);
            putchar('\'');
        }
        puts(") ;;");
    }
}

/* ---- The whole ---- */

static const struct shell bash = {bash_commands, bash_common, bash_options, bash_arguments};
static const struct shell zsh = {zsh_commands, zsh_common, zsh_options, NULL};

/* What stands for the place at `at`, and the length of its name; NULL where there is no place. */
static void (*part_at(const struct shell *shell, const char *at, size_t *length))(void)
{
    const struct {
        const char *place;
        void (*print)(void);
    } parts[] = {
        {"@COMMANDS@", shell->commands},
        {"@COMMON@", shell->common},
        {"@OPTIONS@", shell->options},
        {"@ARGUMENTS@", shell->arguments},
    };

    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        *length = strlen(parts[i].place);
        if (parts[i].print != NULL && strncmp(at, parts[i].place, *length) == 0)
            return parts[i].print;
    }
    return NULL;
}

/* A line that is a place goes with its end, since the part has its own. */
static void
fill(const struct shell *shell, const char *line)
{
    size_t length;
    void (*print)(void) = part_at(shell, line, &length);

    if (print != NULL) {
        print();
        return;
    }
    while (*line != '\0') {
        print = *line == '@' ? part_at(shell, line, &length) : NULL;
        if (print != NULL)
            print();
        else
            putchar(*line);
        line += print != NULL ? length : 1;
    }
}

int
main(int argc, char *argv[])
{
    const struct shell *shell = argc == 2 && strcmp(argv[1], "zsh") == 0 ? &zsh : &bash;
    char *line = NULL;
    size_t size = 0;

    while (getline(&line, &size, stdin) > 0)
        fill(shell, line);
    free(line);
    return ferror(stdin) || fflush(stdout) != 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
