#include "args.h"

#include "cmd.h"
#include "crfd/base/suggest.h"
#include "crfd/value/partial_date.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_ID 1000 /* of getopt, beyond all letters */

/* Every option that there is, once by its name: the command's own first, so that its row counts. */
struct known {
    struct {
        const struct command_option *option;
        enum { OF_COMMAND, OF_ALL, OF_OTHERS } owner;
    } * list;
    size_t count;
};

/* ---- Values ---- */

/* Cuts what stands before the next comma off the text; a comma of its own is written "\\,". NULL: it is the last. */
static char *
cut_name(char *text)
{
    char *end = text;

    for (; *text != '\0' && *text != ','; text++) {
        text += text[0] == '\\' && text[1] == ',';
        *end++ = *text;
    }
    text = *text == ',' ? text + 1 : NULL;
    *end = '\0';
    return text;
}

/* Adds to what was given before. */
static bool
take_list(struct arena *arena, const char *name, const char *text, struct option_list *out, struct err *err)
{
    size_t most = out->count + strlen(text) + 1;
    const char **list = arena_array(arena, const char *, most);
    size_t count = out->count;

    if (count > 0)
        memcpy(list, out->texts, count * sizeof *list);
    for (char *next, *at = arena_strdup(arena, text); at != NULL; at = next) {
        next = cut_name(at);
        if (*at == '\0') {
            err_set(err, ERR_USAGE, "--%s: an empty %s in \"%s\"", name, name, text);
            return false;
        }
        for (size_t i = 0; i < count; i++) {
            if (strcmp(list[i], at) == 0) {
                err_set(err, ERR_USAGE, "--%s: %s \"%s\" is named twice", name, name, at);
                return false;
            }
        }
        list[count++] = at;
    }
    *out = (struct option_list){list, count};
    return true;
}

static bool
check_date(const char *name, const char *text, struct err *err)
{
    struct partial_date date;

    if (strlen(text) == 10 && partial_date_parse(text, 10, &date) && date.precision == PARTIAL_DAY)
        return true;
    err_set(err, ERR_USAGE, "--%s: \"%s\" is not a date of the form YYYY-MM-DD", name, text);
    return false;
}

/* One of the words, or with is_list several with commas. */
static bool
check_words(const struct command_option *option, const char *text, struct err *err)
{
    const char *words = option->words;

    for (const char *at = text;; at++) {
        size_t length = strcspn(at, option->kind == OPTION_WORDS ? "," : "");
        const char *found = memmem(words, strlen(words), at, length);

        if (length == 0 || found == NULL || (found > words && found[-1] != ' ') ||
            (found[length] != ' ' && found[length] != '\0')) {
            err_set(err, ERR_USAGE, "--%s: \"%.*s\" is none of: %s", option->name, (int)length, at, words);
            return false;
        }
        at += length;
        if (*at == '\0')
            return true;
    }
}

static bool
read_number(const char *text, int64_t *out)
{
    char *end;

    errno = 0;
    *out = strtoll(text, &end, 10);
    return errno == 0 && end != text && *end == '\0' && *out > 0;
}

static bool
take_option(struct arena *arena, const struct command_option *option, const char *argument, void *args,
            struct err *err)
{
    void *place = (char *)args + option->at;

    switch (option->kind) {
    case OPTION_FLAG:
        *(bool *)place = true;
        return true;
    case OPTION_NUMBER:
        if (read_number(argument, place))
            return true;
        err_set(err, ERR_USAGE, "--%s: \"%s\" is not a number from 1 on", option->name, argument);
        return false;
    case OPTION_LIST:
        return take_list(arena, option->name, argument, place, err);
    case OPTION_DATE:
        *(const char **)place = argument;
        return check_date(option->name, argument, err);
    case OPTION_WORD:
    case OPTION_WORDS:
        *(const char **)place = argument;
        return check_words(option, argument, err);
    case OPTION_TEXT:
    case OPTION_FILE:
    case OPTION_COMMAND:
        *(const char **)place = argument;
        return true;
    }
    abort();
}

/* ---- Options ---- */

static void
know(struct known *known, const struct command_option *options, size_t count, int owner)
{
    for (size_t i = 0; i < count; i++) {
        size_t j = 0;

        while (j < known->count && strcmp(known->list[j].option->name, options[i].name) != 0)
            j++;
        if (j < known->count)
            continue;
        known->list[j].option = &options[i];
        known->list[j].owner = owner;
        known->count++;
    }
}

static struct known
know_all(struct arena *arena, const struct command *command)
{
    struct known known = {0};
    size_t most = COMMON_OPTION_COUNT;

    for (size_t i = 0; commands[i] != NULL; i++)
        most += commands[i]->option_count;
    known.list = arena_zalloc(arena, most, sizeof known.list[0]);
    if (command != NULL)
        know(&known, command->options, command->option_count, OF_COMMAND);
    know(&known, common_options, COMMON_OPTION_COUNT, OF_ALL);
    for (size_t i = 0; commands[i] != NULL; i++)
        know(&known, commands[i]->options, commands[i]->option_count, OF_OTHERS);
    return known;
}

/* getopt has refused argv[optind - 1], or a letter of it; refusal is what it returned. */
static bool
refuse_option(const struct known *known, int refusal, const char *text, struct err *err)
{
    struct suggestion close;
    char name[64];

    if (optopt >= FIRST_ID) {
        err_set(err, ERR_USAGE, "--%s %s", known->list[optopt - FIRST_ID].option->name,
                refusal == ':' ? "needs an argument" : "takes no argument");
        return false;
    }
    if (optopt != 0) {
        err_set(err, ERR_USAGE, "unknown option -%c; `crfd --help` lists the options", optopt);
        return false;
    }
    snprintf(name, sizeof name, "%.*s", (int)strcspn(text + 2, "="), text + 2);
    suggestion_begin(&close, name);
    for (size_t i = 0; i < known->count; i++)
        suggestion_offer(&close, known->list[i].option->name);
    err_set(err, ERR_USAGE, "unknown option --%s%s%s%s", name, close.name ? "; did you mean --" : "",
            close.name ? close.name : "", close.name ? "?" : "");
    return false;
}

/* scan is getopt's: "+:" ends at the first text that is no option, ":" finds options anywhere. */
static bool
parse_options(struct arena *arena, int argc, char *const argv[], const char *scan, struct args *out,
              void *own, struct err *err)
{
    struct known known = know_all(arena, out->command);
    struct option *options = arena_array(arena, struct option, known.count + 1);
    int id;

    for (size_t i = 0; i < known.count; i++)
        options[i] =
            (struct option){known.list[i].option->name,
                            known.list[i].option->kind == OPTION_FLAG ? no_argument : required_argument, NULL,
                            FIRST_ID + (int)i};
    opterr = 0;
    optind = 0; /* glibc: forget whatever was scanned before */
    while ((id = getopt_long(argc, argv, scan, options, NULL)) != -1) {
        const struct command_option *option;

        if (id == '?' || id == ':')
            return refuse_option(&known, id, argv[optind - 1], err);
        option = known.list[id - FIRST_ID].option;
        if (known.list[id - FIRST_ID].owner == OF_OTHERS) {
            if (out->common.help || out->common.version)
                continue;
            if (out->command == NULL)
                err_set(err, ERR_USAGE, "--%s must stand behind its command", option->name);
            else
                err_set(err, ERR_USAGE, "--%s does not belong to `crfd %s`", option->name,
                        out->command->name);
            return false;
        }
        if (!take_option(arena, option, optarg,
                         known.list[id - FIRST_ID].owner == OF_ALL ? &out->common : own, err))
            return false;
    }
    return true;
}

/* ---- The whole ---- */

static bool
is_blank(const char *text)
{
    return text[strspn(text, " \t\n\v\f\r")] == '\0';
}

static bool
is_given(const struct command_option *option, const void *args)
{
    const void *place = (const char *)args + option->at;

    switch (option->kind) {
    case OPTION_FLAG:
        return *(const bool *)place;
    case OPTION_NUMBER:
        return *(const int64_t *)place != 0;
    case OPTION_LIST:
        return ((const struct option_list *)place)->count > 0;
    default:
        return *(const char *const *)place != NULL && !is_blank(*(const char *const *)place);
    }
}

static bool
check_together(const struct command *command, const void *args, struct err *err)
{
    for (size_t i = 0; i < command->option_count; i++) {
        const struct command_option *option = &command->options[i];

        if (option->required != NULL && !is_given(option, args)) {
            err_set(err, ERR_USAGE, "%s needs --%s %s: %s", command->name, option->name, option->argument,
                    option->required);
            return false;
        }
        if (option->excludes == NULL || !is_given(option, args))
            continue;
        for (size_t j = 0; j < command->option_count; j++) {
            if (strcmp(command->options[j].name, option->excludes) == 0 &&
                is_given(&command->options[j], args)) {
                err_set(err, ERR_USAGE, "--%s and --%s exclude each other", option->name, option->excludes);
                return false;
            }
        }
    }
    return true;
}

/* "crfd waive ID... --note TEXT": the least that the command can be given. */
static const char *
least(struct arena *arena, const struct command *command)
{
    const char *text = arena_printf(arena, "crfd %s %s%s", command->name, command->operand->name,
                                    command->operand->is_many ? "..." : "");

    for (size_t i = 0; i < command->option_count; i++)
        if (command->options[i].required != NULL)
            text = arena_printf(arena, "%s --%s %s", text, command->options[i].name,
                                command->options[i].argument);
    return text;
}

static bool
take_number(const struct command *command, const char *text, int64_t *out, struct err *err)
{
    if (read_number(text, out))
        return true;
    err_set(err, ERR_USAGE, "%s: \"%s\" is not %s", command->name, text, command->operand->is_no);
    return false;
}

static bool
take_numbers(struct arena *arena, const struct command *command, size_t count, char *const texts[],
             struct option_numbers *out, struct err *err)
{
    int64_t *list = arena_array(arena, int64_t, count);

    for (size_t i = 0; i < count; i++) {
        if (!take_number(command, texts[i], &list[i], err))
            return false;
        for (size_t j = 0; j < i; j++) {
            if (list[j] == list[i]) {
                err_set(err, ERR_USAGE, "%s: %s is named twice", command->name, texts[i]);
                return false;
            }
        }
    }
    *out = (struct option_numbers){list, count};
    return true;
}

static bool
take_operand(struct arena *arena, const struct command *command, int count, char *const texts[], void *args,
             struct err *err)
{
    const struct command_operand *operand = command->operand;
    void *place = (char *)args + operand->at;

    if (count == 0 && operand->is_optional)
        return true;
    if (operand->is_many && count > 0)
        return take_numbers(arena, command, (size_t)count, texts, place, err);
    if (count != 1 || (texts[0][0] == '\0' && operand->kind == OPTION_TEXT)) {
        err_set(err, ERR_USAGE, "%s needs %s: %s", command->name, operand->needs, least(arena, command));
        return false;
    }
    if (operand->kind == OPTION_NUMBER)
        return take_number(command, texts[0], place, err);
    *(const char **)place = texts[0];
    return true;
}

static bool
take_rest(struct arena *arena, int argc, char *const argv[], const struct command *command, void *own,
          struct err *err)
{
    if (command->operand == NULL && optind < argc) {
        err_set(err, ERR_USAGE, "unexpected argument \"%s\"", argv[optind]);
        return false;
    }
    if (command->operand != NULL && !take_operand(arena, command, argc - optind, argv + optind, own, err))
        return false;
    return check_together(command, own, err) && (command->check == NULL || command->check(own, err));
}

bool
args_parse(struct arena *arena, int argc, char *const argv[], struct args *out, struct err *err)
{
    void *own = NULL;

    *out = (struct args){.common.config_path = COMMAND_DEFAULT_CONFIG};
    if (!parse_options(arena, argc, argv, "+:", out, NULL, err))
        return false;
    if (optind < argc) {
        out->command = command_find(argv[optind], err);
        if (out->command == NULL)
            return false;
        argc -= optind;
        argv += optind;
        own = arena_zalloc(arena, 1, out->command->args_size);
        if (!parse_options(arena, argc, argv, ":", out, own, err))
            return false;
    }
    if (out->common.version) {
        out->command = &cmd_version;
    } else if (out->common.help) {
        struct help_args *help = arena_new(arena, struct help_args);

        help->name = out->command != NULL ? out->command->name : NULL;
        out->command = &cmd_help;
        own = help;
    } else if (out->command == NULL) {
        err_set(err, ERR_USAGE, "no command; `crfd --help` lists them");
        return false;
    } else if (!take_rest(arena, argc, argv, out->command, own, err)) {
        return false;
    }
    out->own = own;
    return true;
}
