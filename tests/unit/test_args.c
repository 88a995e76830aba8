#include "cli/args.h"

#include "cli/help.h"

#include <check.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

#define WORDS_MAX 16

static struct arena arena;
static struct strbuf text;
static struct args args;
static struct err err;

static void
begin(void)
{
    arena_init(&arena, 4096, 0);
    strbuf_init(&text);
}

static void
end(void)
{
    strbuf_destroy(&text);
    arena_destroy(&arena);
}

/* Words are parted by blanks; an underscore is a blank within a word, a lone tilde is an empty word. */
static bool
parse(const char *line)
{
    char *rest = arena_strdup(&arena, line);
    char program[] = "crfd";
    char *words[WORDS_MAX] = {program};
    char *word;
    int count = 1;

    while ((word = strsep(&rest, " ")) != NULL) {
        if (*word == '\0')
            continue;
        for (char *c = word; *c != '\0'; c++)
            *c = *c == '_' ? ' ' : *c;
        words[count++] = strcmp(word, "~") == 0 ? word + 1 : word;
        ck_assert_int_lt(count, WORDS_MAX);
    }
    args = (struct args){0};
    return args_parse(&arena, count, words, &args, &err);
}

static void
describe_value(const char *name, enum option_kind kind, bool is_many, const void *place)
{
    const struct option_numbers *numbers = place;
    const struct option_list *list = place;

    switch (kind) {
    case OPTION_FLAG:
        if (*(const bool *)place)
            strbuf_printf(&text, " %s", name);
        return;
    case OPTION_NUMBER:
        if (is_many) {
            for (size_t i = 0; i < numbers->count; i++)
                strbuf_printf(&text, " %s=%" PRId64, name, numbers->list[i]);
            return;
        }
        if (*(const int64_t *)place != 0)
            strbuf_printf(&text, " %s=%" PRId64, name, *(const int64_t *)place);
        return;
    case OPTION_LIST:
        for (size_t i = 0; i < list->count; i++)
            strbuf_printf(&text, " %s=%s", name, list->texts[i]);
        return;
    default:
        if (*(const char *const *)place != NULL)
            strbuf_printf(&text, " %s=%s", name, *(const char *const *)place);
    }
}

static void
describe_options(const struct command_option *options, size_t count, const void *from)
{
    for (size_t i = 0; i < count; i++)
        describe_value(options[i].name, options[i].kind, false, (const char *)from + options[i].at);
}

/* The command and everything that is not as it would be without options. */
static const char *
describe(void)
{
    const struct command_operand *operand = args.command->operand;

    strbuf_reset(&text);
    strbuf_append(&text, args.command->name);
    if (strcmp(args.common.config_path, COMMAND_DEFAULT_CONFIG) == 0)
        args.common.config_path = NULL;
    describe_options(common_options, COMMON_OPTION_COUNT, &args.common);
    if (operand != NULL)
        describe_value(operand->name, operand->kind, operand->is_many, (const char *)args.own + operand->at);
    describe_options(args.command->options, args.command->option_count, args.own);
    return text.text;
}

static const struct {
    const char *says;
    const char *line;
    const char *means;
} understood[] = {
    {"a command alone", "run", "run"},
    {"status", "status", "status"},
    {"check", "check", "check"},
    {"migrate", "migrate", "migrate"},
    {"daemon", "daemon --config a.json", "daemon config=a.json"},

    {"a configuration", "run --config a.json", "run config=a.json"},
    {"an argument behind an equals sign", "run --config=a.json", "run config=a.json"},
    {"an option before the command", "--config a.json run --dry-run", "run config=a.json dry-run"},
    {"the last of two configurations", "--config a.json run --config b.json", "run config=b.json"},
    {"verbose", "status --verbose", "status verbose"},
    {"quiet", "check --quiet", "check quiet"},
    {"the beginning of an option that no other has", "run --verb", "run verbose"},

    {"a rerun with its reason", "run --rerun --reason the_lab_corrected_units",
     "run rerun reason=the lab corrected units"},
    {"removals with their reason", "run --allow-removals --reason x", "run reason=x allow-removals"},
    {"a full rerun", "run --rerun --full --reason x", "run rerun reason=x full"},
    {"a rerun of one center", "run --rerun --center 701 --reason x", "run rerun reason=x center=701"},
    {"a rerun of several", "run --rerun --center 701,702,703 --reason x",
     "run rerun reason=x center=701 center=702 center=703"},
    {"centers one by one", "run --rerun --center 701,702 --center 703 --reason x",
     "run rerun reason=x center=701 center=702 center=703"},
    {"a center with a comma and one without", "run --rerun --center Lyon\\,_Sud,702 --center a\\b --reason x",
     "run rerun reason=x center=Lyon, Sud center=702 center=a\\b"},
    {"a rerun of one subject", "run --rerun --subject 01-701 --reason x",
     "run rerun reason=x subject=01-701"},
    {"a rerun since a day", "run --rerun --since 2024-02-29 --reason x",
     "run rerun reason=x since=2024-02-29"},
    {"a dry run", "run --dry-run", "run dry-run"},
    {"a dry run of a selection needs neither rerun nor reason", "run --dry-run --full --center 701",
     "run dry-run full center=701"},
    {"a dry run of a rerun needs no reason", "run --rerun --dry-run", "run dry-run rerun"},

    {"status as a table that is kept up", "status --watch", "status watch"},
    {"status as JSON", "status --json", "status json"},
    {"a dry run of a migration", "migrate --dry-run", "migrate dry-run"},
    {"a study that has another name", "migrate --rename-study old", "migrate rename-study=old"},
    {"an explanation", "explain vs.sysbp.range", "explain CHECK=vs.sysbp.range"},
    {"a verification of all", "verify", "verify"},
    {"a verification of one check", "verify --check VS001", "verify check=VS001"},
    {"another study looked over", "check --study b.json", "check study=b.json"},
    {"another study held against the findings", "check --study b.json --against",
     "check study=b.json against"},
    {"the configured study held against the findings", "check --against", "check against"},

    {"a waiver", "waive 12 --note seen_by_the_monitor", "waive ID=12 note=seen by the monitor"},
    {"findings of two centers",
     "findings --center A,B --state all --severity minor,major --form vs --check V1 --csv --limit 9",
     "findings center=A center=B form=vs check=V1 state=all severity=minor,major limit=9 csv"},
    {"a center with a comma", "center A,B --json", "center CENTER=A,B json"},
    {"the last runs", "runs --limit 1 --json", "runs limit=1 json"},
    {"a waiver of several", "waive 12 7 --note x 30", "waive ID=12 ID=7 ID=30 note=x"},
    {"a comment", "comment 12 --note x", "comment ID=12 note=x"},
    {"a waiver taken back", "unwaive 12 --note x", "unwaive ID=12 note=x"},
    {"a waiver with its note first", "waive --note x 9223372036854775807",
     "waive ID=9223372036854775807 note=x"},
    {"a word that looks like an option behind two dashes", "waive --note x -- 12", "waive ID=12 note=x"},
    {"an argument that looks like an option", "waive 12 --note --json", "waive ID=12 note=--json"},

    {"help", "--help", "help help"},
    {"help as a command", "help", "help"},
    {"help for a command", "help run", "help COMMAND=run"},
    {"the help of a command", "run --help", "help help COMMAND=run"},
    {"a command behind --help", "--help status", "help help COMMAND=status"},
    {"help whatever else is asked", "waive --help", "help help COMMAND=waive"},
    {"version", "--version", "version version"},
    {"version as a command", "version", "version"},
    {"version of a command", "run --version", "version version"},
};

START_TEST(understands)
{
    ck_assert_msg(parse(understood[_i].line), "%s: `crfd %s` is refused: %s", understood[_i].says,
                  understood[_i].line, err.message);
    ck_assert_msg(strcmp(describe(), understood[_i].means) == 0, "%s: `crfd %s` means: %s",
                  understood[_i].says, understood[_i].line, text.text);
}
END_TEST

#define LISTS "; `crfd --help` lists them"
#define DATE  "is not a date of the form YYYY-MM-DD"

static const struct {
    const char *says;
    const char *line;
    const char *message;
} mistakes[] = {
    {"no command", "", "no command" LISTS},
    {"options but no command", "--verbose", "no command" LISTS},
    {"an unknown command", "frobnicate", "unknown command \"frobnicate\"; `crfd --help` lists all"},
    {"a command misspelt", "stauts",
     "unknown command \"stauts\"; did you mean \"status\"? `crfd --help` lists all"},
    {"help for an unknown command", "help rnu",
     "unknown command \"rnu\"; did you mean \"run\"? `crfd --help` lists all"},
    {"a second command", "run check", "unexpected argument \"check\""},
    {"an argument too many", "status now", "unexpected argument \"now\""},

    {"an unknown option", "run --frobnicate", "unknown option --frobnicate"},
    {"an option misspelt", "run --dryrun", "unknown option --dryrun; did you mean --dry-run?"},
    {"an option misspelt with its argument", "run --reson=x",
     "unknown option --reson; did you mean --reason?"},
    {"the beginning of two options", "run --re", "unknown option --re"},
    {"a letter", "run -x", "unknown option -x; `crfd --help` lists the options"},
    {"the first of two letters", "run -xy", "unknown option -x; `crfd --help` lists the options"},
    {"an option without its argument", "run --rerun --reason", "--reason needs an argument"},
    {"an option with an argument that it has not", "status --json=yes", "--json takes no argument"},
    {"an option of another command", "status --rerun", "--rerun does not belong to `crfd status`"},
    {"note of another command", "run --note x", "--note does not belong to `crfd run`"},
    {"watch of another command", "check --watch", "--watch does not belong to `crfd check`"},
    {"rerun of another command", "daemon --rerun", "--rerun does not belong to `crfd daemon`"},
    {"dry run of another command", "check --dry-run", "--dry-run does not belong to `crfd check`"},
    {"an option of a command before it", "--dry-run run", "--dry-run must stand behind its command"},

    {"a full run that is no rerun", "run --full",
     "a selection needs --rerun: a nightly run always takes every center"},
    {"a center of a run that is no rerun", "run --center 701",
     "a selection needs --rerun: a nightly run always takes every center"},
    {"a subject of a run that is no rerun", "run --subject 1",
     "a selection needs --rerun: a nightly run always takes every center"},
    {"a day of a run that is no rerun", "run --since 2024-01-01",
     "a selection needs --rerun: a nightly run always takes every center"},
    {"a reason without a rerun", "run --reason x",
     "--reason belongs to --rerun or --allow-removals: a nightly run needs none"},
    {"removals without a reason", "run --allow-removals",
     "--allow-removals needs --reason TEXT: the auditor will ask why"},
    {"removals with an empty reason", "run --allow-removals --reason ~",
     "--allow-removals needs --reason TEXT: the auditor will ask why"},
    {"a rerun without a reason", "run --rerun", "--rerun needs --reason TEXT: the auditor will ask why"},
    {"a rerun with an empty reason", "run --rerun --reason ~",
     "--rerun needs --reason TEXT: the auditor will ask why"},
    {"an empty center", "run --rerun --reason x --center 701,,702",
     "--center: an empty center in \"701,,702\""},
    {"a comma behind the last center", "run --rerun --reason x --center 701,",
     "--center: an empty center in \"701,\""},
    {"no center at all", "run --rerun --reason x --center ~", "--center: an empty center in \"\""},
    {"a center twice", "run --rerun --reason x --center 701,702,701",
     "--center: center \"701\" is named twice"},
    {"a center twice, in two options", "run --rerun --reason x --center 701 --center 702,701",
     "--center: center \"701\" is named twice"},
    {"a day that there is not", "run --rerun --reason x --since 2023-02-29", "--since: \"2023-02-29\" " DATE},
    {"a month", "run --rerun --reason x --since 2023-02", "--since: \"2023-02\" " DATE},
    {"an instant", "run --rerun --reason x --since 2023-02-01T10", "--since: \"2023-02-01T10\" " DATE},
    {"a day in words", "run --rerun --reason x --since yesterday", "--since: \"yesterday\" " DATE},

    {"an explanation of nothing", "explain", "explain needs the id of one check: crfd explain CHECK"},
    {"an explanation of an empty id", "explain ~", "explain needs the id of one check: crfd explain CHECK"},
    {"an explanation of two checks", "explain A B", "explain needs the id of one check: crfd explain CHECK"},
    {"a verification of what is no option", "verify VS001", "unexpected argument \"VS001\""},
    {"another study of a run", "run --study b.json", "--study does not belong to `crfd run`"},
    {"a waiver without a note", "waive 12", "waive needs --note TEXT: the auditor will ask why"},
    {"a waiver whose note is blank", "waive 12 --note _",
     "waive needs --note TEXT: the auditor will ask why"},
    {"a comment that says nothing", "comment 12 --note ~",
     "comment needs --note TEXT: it is what there is to say"},
    {"a waiver with an empty note", "waive 12 --note ~", "waive needs --note TEXT: the auditor will ask why"},
    {"a waiver without a finding", "waive --note x",
     "waive needs the number of a finding, or several: crfd waive ID... --note TEXT"},
    {"a waiver of a finding twice", "waive 12 13 12 --note x", "waive: 12 is named twice"},
    {"a waiver of a finding and a word", "waive 12 x --note x",
     "waive: \"x\" is not the number of a finding"},
    {"a comment without a note", "comment 12", "comment needs --note TEXT: it is what there is to say"},
    {"a waiver of finding 0", "waive 0 --note x", "waive: \"0\" is not the number of a finding"},
    {"a waiver of a word", "waive twelve --note x", "waive: \"twelve\" is not the number of a finding"},
    {"a waiver of a number and more", "waive 12a --note x", "waive: \"12a\" is not the number of a finding"},
    {"a waiver of nothing", "waive ~ --note x", "waive: \"\" is not the number of a finding"},
    {"a waiver of a number too large", "waive 9223372036854775808 --note x",
     "waive: \"9223372036854775808\" is not the number of a finding"},

    {"raw findings that are no CSV", "findings --raw --json", "--raw is of --csv"},
    {"raw runs that are no CSV", "runs --raw", "--raw is of --csv"},
    {"two forms of a list", "findings --csv --json", "--json and --csv exclude each other"},
    {"a live view for programs", "status --watch --json", "--json and --watch exclude each other"},
};

START_TEST(refuses)
{
    ck_assert_msg(!parse(mistakes[_i].line), "%s: `crfd %s` is accepted as: %s", mistakes[_i].says,
                  mistakes[_i].line, describe());
    ck_assert_msg(strcmp(err.message, mistakes[_i].message) == 0, "%s: `crfd %s` is told: %s",
                  mistakes[_i].says, mistakes[_i].line, err.message);
    ck_assert_msg(err_exit_status(err.kind) == 64, "%s: exit status %d", mistakes[_i].says,
                  err_exit_status(err.kind));
}
END_TEST

START_TEST(nothing_at_all_is_no_command)
{
    char *words[] = {NULL};

    ck_assert(!args_parse(&arena, 0, words, &args, &err));
    ck_assert_str_eq(err.message, "no command" LISTS);
}
END_TEST

/* getopt keeps its place between calls. */
START_TEST(one_command_line_leaves_nothing_to_the_next)
{
    ck_assert(!parse("run -xy"));
    ck_assert(parse("run --verbose"));
    ck_assert_str_eq(describe(), "run verbose");
}
END_TEST

/* Of each command: the options of its help are those of its row. */
START_TEST(every_command_has_its_help)
{
    for (size_t i = 0; commands[i]->group != GROUP_UNLISTED; i++) {
        const struct command *command = commands[i];
        char *begins = arena_printf(&arena, "Usage: crfd %s", command->name);
        char *usage;

        strbuf_reset(&text);
        help_append(&text, command);
        usage = arena_copy(&arena, text.text, strcspn(text.text, "\n"));
        ck_assert_msg(strncmp(usage, begins, strlen(begins)) == 0, "%s", text.text);
        ck_assert_ptr_nonnull(strstr(text.text, "--config FILE"));
        ck_assert_int_eq(text.text[text.length - 1], '\n');
        usage = arena_copy(&arena, text.text, (size_t)(strstr(text.text, "\n\n") - text.text));
        for (size_t j = 0; j < command->option_count; j++)
            ck_assert_msg(strstr(usage, arena_printf(&arena, "--%s", command->options[j].name)) != NULL,
                          "--%s is not in: %s", command->options[j].name, usage);
    }
}
END_TEST

static const struct {
    const char *command;
    const char *usage;
} usages[] = {
    {"daemon", "crfd daemon\n"},
    {"status", "crfd status [--watch|--json]\n"},
    {"checks", "crfd checks [--csv|--json] [--raw]\n"},
    {"runs", "crfd runs [--limit N] [--csv|--json] [--raw]\n"},
    {"center", "crfd center CENTER [--json]\n"},
    {"waive", "crfd waive ID... --note TEXT\n"},
    {"check", "crfd check [--study FILE] [--against] [--csv|--json] [--raw] [--strict]\n"},
    {"findings", "crfd findings [--center A,B] [--subject S] [--form F] [--item I]\n"
                 "                     [--check ID] [--state STATE] [--severity A,B]\n"
                 "                     [--category A,B] [--new] [--limit N] [--csv|--json] [--raw]\n"},
};

START_TEST(usage_is_what_may_be_given)
{
    const struct command *command = command_find(usages[_i].command, &err);
    const char *usage;

    ck_assert_ptr_nonnull(command);
    help_append(&text, command);
    usage = strstr(text.text, "crfd");
    ck_assert_msg(strncmp(usage, usages[_i].usage, strlen(usages[_i].usage)) == 0, "%s", text.text);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("args");
    TCase *cases = tcase_create("args");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_checked_fixture(cases, begin, end);
    tcase_add_loop_test(cases, understands, 0, COUNT(understood));
    tcase_add_loop_test(cases, refuses, 0, COUNT(mistakes));
    tcase_add_test(cases, nothing_at_all_is_no_command);
    tcase_add_test(cases, one_command_line_leaves_nothing_to_the_next);
    tcase_add_test(cases, every_command_has_its_help);
    tcase_add_loop_test(cases, usage_is_what_may_be_given, 0, COUNT(usages));
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
