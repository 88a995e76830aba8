#include "against.h"
#include "checkup.h"
#include "cmd.h"
#include "load.h"

#include <stdio.h>

struct check_args {
    const char *study_path; /* instead of the configured one; NULL: that one */
    bool against;           /* what the study would do to tables and findings */
    bool strict;            /* warnings are mistakes */
    struct ask_form form;   /* of --against */
};

/* The study's mistakes go to standard error; what does not need it is looked over all the same. */
static int
look_at_study(struct checkup *checkup, bool strict, struct definition *definition)
{
    size_t warnings;
    int exit_status = 0;

    (void)fflush(stdout);
    if (!load_definition(checkup->arena, checkup->config, definition, &exit_status)) {
        checkup_problem(checkup, "study %s cannot be used: its mistakes are told above",
                        checkup->config->study_path);
        return exit_status;
    }
    warnings = definition->warning_count;
    if (warnings > 0)
        tell_warnings(checkup->config, definition);
    if (warnings > 0 && strict) {
        checkup_problem(checkup, "study %s has %zu warning%s, told above, which --strict takes for mistakes",
                        checkup->config->study_path, warnings, warnings == 1 ? "" : "s");
        return err_exit_status(ERR_CONFIG);
    }
    checkup_ok(checkup, "study %s version %s: %zu forms, %zu checks", definition->study->name,
               definition->study->version, definition->study->form_count, definition->check_count);
    if (warnings > 0)
        checkup_note(checkup,
                     "study %s has %zu warning%s, told above: parts that can never do what they "
                     "seem to be there for",
                     checkup->config->study_path, warnings, warnings == 1 ? "" : "s");
    checkup->definition = definition;
    return 0;
}

static void
close_database(struct checkup_database *database)
{
    PQclear(database->facts);
    conn_close(database->conn);
}

static void
look_at_databases(struct checkup *checkup)
{
    checkup_connect(checkup);
    checkup_server(checkup, &checkup->source);
    checkup_source(checkup);
    checkup_server(checkup, &checkup->analysis);
    checkup_analysis(checkup);
    close_database(&checkup->source);
    close_database(&checkup->analysis);
}

static void
tell_end(const struct checkup *checkup)
{
    if (checkup->problems == 0 && checkup->quiet)
        return;
    if (checkup->problems == 0)
        puts(checkup->notes == 0 ? "all is ready for the night"
                                 : "all is ready for the night; see the notes");
    else
        printf("%d problem%s: below each stands what mends it; psql as a superuser of the server\n",
               checkup->problems, checkup->problems == 1 ? "" : "s");
}

/* Configuration and databases, with or without a study. */
static int
look_over(struct checkup *checkup, bool strict, struct definition *definition)
{
    struct context context;
    struct err err = {0};
    int exit_status;

    if (!context_init(&context, NULL, "run", checkup->config->run_deadline_ms, &err))
        return tell_error(&err);
    checkup->context = &context;
    exit_status = look_at_study(checkup, strict, definition);
    checkup_files(checkup);
    checkup_schedule(checkup);
    look_at_databases(checkup);
    context_destroy(&context);
    tell_end(checkup);
    if (exit_status != 0)
        return exit_status;
    return checkup->problems == 0 ? 0 : err_exit_status(ERR_DIFFERENCE);
}

/* Standard output has the list, and nothing else. */
static int
list_against(const struct checkup *checkup, const struct check_args *own, struct definition *definition)
{
    int exit_status;

    if (!load_definition(checkup->arena, checkup->config, definition, &exit_status))
        return exit_status;
    if (definition->warning_count > 0)
        tell_warnings(checkup->config, definition);
    if (definition->warning_count > 0 && own->strict)
        return err_exit_status(ERR_CONFIG);
    return against_tell(checkup->arena, checkup->config, definition, own->form);
}

static int
run(struct arena *arena, const struct common_args *common, const void *args)
{
    const struct check_args *own = args;
    struct checkup checkup = {.arena = arena,
                              .quiet = common->quiet,
                              .source = {.label = "source"},
                              .analysis = {.label = "analysis"}};
    struct definition definition;
    struct config config;
    int exit_status;

    if (!load_config(arena, common, &config, &exit_status))
        return exit_status;
    if (own->study_path != NULL)
        config.study_path = own->study_path;
    checkup.config = &config;
    if (!own->form.csv && !own->form.json)
        checkup_ok(&checkup, "configuration %s", config.path);
    if (!own->against)
        return look_over(&checkup, own->strict, &definition);
    if (own->form.csv || own->form.json)
        return list_against(&checkup, own, &definition);
    exit_status = look_at_study(&checkup, own->strict, &definition);
    return exit_status != 0 ? exit_status : against_tell(arena, &config, &definition, own->form);
}

static const struct command_option options[] = {
    {.name = "study",
     .kind = OPTION_FILE,
     .at = offsetof(struct check_args, study_path),
     .argument = "FILE",
     .help = "this study definition instead of the configured one"},
    {.name = "against",
     .at = offsetof(struct check_args, against),
     .help = "what the definition would do before it is put in force\n"
             "(reads all pages and tells per check how many findings would open, close and stay)"},
    {.name = "csv",
     .at = offsetof(struct check_args, form.csv),
     .help = "with --against: each finding, for spreadsheets; what they would compute has an apostrophe "
             "before it"},
    {.name = "json",
     .at = offsetof(struct check_args, form.json),
     .excludes = "csv",
     .help = "with --against: each finding, for programs"},
    {.name = "raw", .at = offsetof(struct check_args, form.raw), .help = "CSV byte for byte, for programs"},
    {.name = "strict", .at = offsetof(struct check_args, strict), .help = "a study with warnings is invalid"},
};

static bool
check(void *args, struct err *err)
{
    const struct check_args *own = args;

    if ((own->form.csv || own->form.json) && !own->against) {
        err_set(err, ERR_USAGE, "--csv and --json list the findings of --against");
        return false;
    }
    return ask_check(own->form, err);
}

const struct command cmd_check = {
    .name = "check",
    .line = "look over configuration, study and both databases before a night",
    .group = GROUP_STUDY,
    .text =
        "Looks over the configuration, the study definition, files, both servers, the rights of the roles,\n"
        "clocks and sessions, and tells the next nights. Below each problem stand the commands that mend "
        "it.\n"
        "A check that can never do what it is there for is warned of, with its place.\n"
        "Changes nothing. Exits with 1 where there is a problem, with 78 where the study is invalid.\n",
    COMMAND_OPTIONS(options),
    .args_size = sizeof(struct check_args),
    .check = check,
    .run = run,
};
