#include "crfd/cli/args.h"

#include "crfd/base/suggest.h"
#include "crfd/definition/problem.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum option_id {
    OPTION_CONFIG = 1000,
    OPTION_VERBOSE,
    OPTION_QUIET,
    OPTION_HELP,
    OPTION_VERSION,
    OPTION_RERUN,
    OPTION_FULL,
    OPTION_CENTER,
    OPTION_SUBJECT,
    OPTION_SINCE,
    OPTION_REASON,
    OPTION_DRY_RUN,
    OPTION_WATCH,
    OPTION_JSON,
    OPTION_NOTE,
    OPTION_CHECK,
    OPTION_STUDY,
    OPTION_AGAINST,
    OPTION_CSV,
    OPTION_FORM,
    OPTION_STATE,
    OPTION_SEVERITY,
    OPTION_LIMIT
};

#define VERB_BIT(verb) (1u << (verb))
#define ALL_VERBS      (~0u)
#define LISTS          (VERB_BIT(VERB_RUNS) | VERB_BIT(VERB_FINDINGS))

/* One row per option: its argument, and the verbs it belongs to. */
static const struct {
    const char *name;
    int has_arg;
    int id;
    unsigned verbs;
} option_table[] = {
    {"config", required_argument, OPTION_CONFIG, ALL_VERBS},
    {"verbose", no_argument, OPTION_VERBOSE, ALL_VERBS},
    {"quiet", no_argument, OPTION_QUIET, ALL_VERBS},
    {"help", no_argument, OPTION_HELP, ALL_VERBS},
    {"version", no_argument, OPTION_VERSION, ALL_VERBS},
    {"rerun", no_argument, OPTION_RERUN, VERB_BIT(VERB_RUN)},
    {"full", no_argument, OPTION_FULL, VERB_BIT(VERB_RUN)},
    {"center", required_argument, OPTION_CENTER, VERB_BIT(VERB_RUN) | VERB_BIT(VERB_FINDINGS)},
    {"subject", required_argument, OPTION_SUBJECT, VERB_BIT(VERB_RUN) | VERB_BIT(VERB_FINDINGS)},
    {"since", required_argument, OPTION_SINCE, VERB_BIT(VERB_RUN)},
    {"reason", required_argument, OPTION_REASON, VERB_BIT(VERB_RUN)},
    {"dry-run", no_argument, OPTION_DRY_RUN, VERB_BIT(VERB_RUN) | VERB_BIT(VERB_MIGRATE)},
    {"watch", no_argument, OPTION_WATCH, VERB_BIT(VERB_STATUS)},
    {"json", no_argument, OPTION_JSON, VERB_BIT(VERB_STATUS) | VERB_BIT(VERB_CENTER) | LISTS},
    {"note", required_argument, OPTION_NOTE, VERB_BIT(VERB_WAIVE)},
    {"check", required_argument, OPTION_CHECK, VERB_BIT(VERB_VERIFY) | VERB_BIT(VERB_FINDINGS)},
    {"study", required_argument, OPTION_STUDY, VERB_BIT(VERB_CHECK)},
    {"against", no_argument, OPTION_AGAINST, VERB_BIT(VERB_CHECK)},
    {"csv", no_argument, OPTION_CSV, LISTS},
    {"form", required_argument, OPTION_FORM, VERB_BIT(VERB_FINDINGS)},
    {"state", required_argument, OPTION_STATE, VERB_BIT(VERB_FINDINGS)},
    {"severity", required_argument, OPTION_SEVERITY, VERB_BIT(VERB_FINDINGS)},
    {"limit", required_argument, OPTION_LIMIT, LISTS},
};

#define OPTION_COUNT (sizeof option_table / sizeof option_table[0])

static const char *const verb_names[] = {"help",  "version", "daemon", "run",  "status",   "check", "migrate",
                                         "waive", "explain", "verify", "runs", "findings", "center"};

#define VERB_COUNT (sizeof verb_names / sizeof verb_names[0])

static bool
parse_verb(const char *name, enum verb *out, struct err *err)
{
    const char *close;

    for (size_t i = 0; i < VERB_COUNT; i++) {
        if (strcmp(name, verb_names[i]) == 0) {
            *out = (enum verb)i;
            return true;
        }
    }
    close = suggest(name, verb_names, VERB_COUNT);
    err_set(err, ERR_USAGE, "unknown command \"%s\"; %s%s%s`crfd --help` lists all", name,
            close ? "did you mean \"" : "", close ? close : "", close ? "\"? " : "");
    return false;
}

/* getopt has refused argv[optind - 1], or a letter of it; refusal is what it returned. */
static bool
refuse_option(int refusal, const char *text, struct err *err)
{
    const char *names[OPTION_COUNT];
    const char *close;
    char name[64];

    for (size_t i = 0; i < OPTION_COUNT; i++) {
        names[i] = option_table[i].name;
        if (option_table[i].id == optopt) {
            err_set(err, ERR_USAGE, "--%s %s", names[i],
                    refusal == ':' ? "needs an argument" : "takes no argument");
            return false;
        }
    }
    if (optopt != 0) {
        err_set(err, ERR_USAGE, "unknown option -%c; `crfd --help` lists the options", optopt);
        return false;
    }
    snprintf(name, sizeof name, "%.*s", (int)strcspn(text + 2, "="), text + 2);
    close = suggest(name, names, OPTION_COUNT);
    err_set(err, ERR_USAGE, "unknown option --%s%s%s%s", name, close ? "; did you mean --" : "",
            close ? close : "", close ? "?" : "");
    return false;
}

/* A,B,C to a list. */
static bool
split_centers(struct arena *arena, const char *text, struct run_options *run, struct err *err)
{
    char *copy = arena_strdup(arena, text);
    const char **list;
    size_t count = 1;

    if (run->center_count > 0) {
        err_set(err, ERR_USAGE, "--center is given twice; several centers are named as A,B");
        return false;
    }
    for (const char *at = text; *at != '\0'; at++)
        count += *at == ',';
    list = arena_array(arena, const char *, count);
    for (size_t i = 0; i < count; i++) {
        char *comma = strchr(copy, ',');

        if (comma != NULL)
            *comma = '\0';
        if (*copy == '\0') {
            err_set(err, ERR_USAGE, "--center: an empty center in \"%s\"", text);
            return false;
        }
        for (size_t j = 0; j < i; j++) {
            if (strcmp(list[j], copy) == 0) {
                err_set(err, ERR_USAGE, "--center: center \"%s\" is named twice", copy);
                return false;
            }
        }
        list[i] = copy;
        copy = comma ? comma + 1 : copy;
    }
    run->centers = list;
    run->center_count = count;
    return true;
}

static bool
parse_since(const char *text, struct err *err)
{
    struct partial_date date;

    if (strlen(text) == 10 && partial_date_parse(text, 10, &date) && date.precision == PARTIAL_DAY)
        return true;
    err_set(err, ERR_USAGE, "--since: \"%s\" is not a date of the form YYYY-MM-DD", text);
    return false;
}

/* One of the words, or with is_list several with commas. */
static bool
check_words(const char *option, const char *text, const char *words, bool is_list, struct err *err)
{
    for (const char *at = text;; at++) {
        size_t length = strcspn(at, is_list ? "," : "");
        const char *found = memmem(words, strlen(words), at, length);

        if (length == 0 || found == NULL || (found > words && found[-1] != ' ') ||
            (found[length] != ' ' && found[length] != '\0')) {
            err_set(err, ERR_USAGE, "%s: \"%.*s\" is none of: %s", option, (int)length, at, words);
            return false;
        }
        at += length;
        if (*at == '\0')
            return true;
    }
}

static bool
parse_limit(const char *text, struct args *out, struct err *err)
{
    char *end;

    errno = 0;
    out->limit = strtoll(text, &end, 10);
    if (errno == 0 && end != text && *end == '\0' && out->limit > 0)
        return true;
    err_set(err, ERR_USAGE, "--limit: \"%s\" is not a number from 1 on", text);
    return false;
}

static bool
take_option(struct arena *arena, int id, const char *argument, struct args *out, struct err *err)
{
    switch ((enum option_id)id) {
    case OPTION_CONFIG:
        out->config_path = argument;
        return true;
    case OPTION_VERBOSE:
        out->verbose = true;
        return true;
    case OPTION_QUIET:
        out->quiet = true;
        return true;
    case OPTION_HELP:
        out->help_for = out->verb;
        out->verb = VERB_HELP;
        return true;
    case OPTION_VERSION:
        out->verb = VERB_VERSION;
        return true;
    case OPTION_RERUN:
        out->run.rerun = true;
        return true;
    case OPTION_FULL:
        out->run.full = true;
        return true;
    case OPTION_CENTER:
        return split_centers(arena, argument, &out->run, err);
    case OPTION_SUBJECT:
        out->run.subject_id = argument;
        return true;
    case OPTION_SINCE:
        out->run.since = argument;
        return parse_since(argument, err);
    case OPTION_REASON:
        out->run.reason = argument;
        return true;
    case OPTION_DRY_RUN:
        out->dry_run = true;
        return true;
    case OPTION_WATCH:
        out->watch = true;
        return true;
    case OPTION_JSON:
        out->json = true;
        return true;
    case OPTION_CHECK:
        out->check_id = argument;
        return true;
    case OPTION_STUDY:
        out->study_path = argument;
        return true;
    case OPTION_AGAINST:
        out->against = true;
        return true;
    case OPTION_CSV:
        out->csv = true;
        return true;
    case OPTION_FORM:
        out->form = argument;
        return true;
    case OPTION_STATE:
        out->state = argument;
        return check_words("--state", argument, "open closed waived all", false, err);
    case OPTION_SEVERITY:
        out->severity = argument;
        return check_words("--severity", argument, "minor major critical", true, err);
    case OPTION_LIMIT:
        return parse_limit(argument, out, err);
    case OPTION_NOTE:
    default:
        out->note = argument;
        return true;
    }
}

/* scan is getopt's: "+:" ends at the first text that is no option, ":" finds options anywhere. */
static bool
parse_options(struct arena *arena, int argc, char *const argv[], const char *scan, struct args *out,
              struct err *err)
{
    struct option options[OPTION_COUNT + 1] = {{0}};
    int index, id;

    for (size_t i = 0; i < OPTION_COUNT; i++)
        options[i] = (struct option){option_table[i].name, option_table[i].has_arg, NULL, option_table[i].id};
    opterr = 0;
    optind = 0; /* glibc: forget whatever was scanned before */
    while ((index = -1, id = getopt_long(argc, argv, scan, options, &index)) != -1) {
        if (id == '?' || id == ':')
            return refuse_option(id, argv[optind - 1], err);
        if (out->verb == VERB_NONE && option_table[index].verbs != ALL_VERBS) {
            err_set(err, ERR_USAGE, "--%s must stand behind its command", option_table[index].name);
            return false;
        }
        if (out->verb != VERB_HELP && out->verb != VERB_VERSION &&
            (option_table[index].verbs & VERB_BIT(out->verb)) == 0) {
            err_set(err, ERR_USAGE, "--%s does not belong to `crfd %s`", option_table[index].name,
                    verb_names[out->verb]);
            return false;
        }
        if (!take_option(arena, id, optarg, out, err))
            return false;
    }
    return true;
}

static bool
check_run(struct args *out, struct err *err)
{
    const struct run_options *run = &out->run;
    bool selects = run->full || run->center_count > 0 || run->subject_id != NULL || run->since != NULL;

    out->run.dry_run = out->dry_run;
    if (selects && !run->rerun && !run->dry_run) {
        err_set(err, ERR_USAGE, "a selection needs --rerun: a nightly run always takes every center");
        return false;
    }
    if (run->reason != NULL && !run->rerun && !run->dry_run) {
        err_set(err, ERR_USAGE, "--reason belongs to --rerun: a nightly run needs none");
        return false;
    }
    if (run->rerun && !run->dry_run && (run->reason == NULL || run->reason[0] == '\0')) {
        err_set(err, ERR_USAGE, "--rerun needs --reason TEXT: the auditor will ask why");
        return false;
    }
    return true;
}

static bool
check_waive(int argc, char *const argv[], struct args *out, struct err *err)
{
    char *end;

    if (optind + 1 != argc) {
        err_set(err, ERR_USAGE, "waive needs the number of one finding: crfd waive ID --note TEXT");
        return false;
    }
    if (out->note == NULL || out->note[0] == '\0') {
        err_set(err, ERR_USAGE, "waive needs --note TEXT: the auditor will ask why");
        return false;
    }
    errno = 0;
    out->finding_id = strtoll(argv[optind], &end, 10);
    if (errno != 0 || *end != '\0' || out->finding_id <= 0) {
        err_set(err, ERR_USAGE, "waive: \"%s\" is not the number of a finding", argv[optind]);
        return false;
    }
    return true;
}

static bool
check_explain(int argc, char *const argv[], struct args *out, struct err *err)
{
    if (optind + 1 != argc || argv[optind][0] == '\0') {
        err_set(err, ERR_USAGE, "explain needs the id of one check: crfd explain CHECK");
        return false;
    }
    out->check_id = argv[optind];
    return true;
}

static bool
check_center(struct arena *arena, int argc, char *const argv[], struct args *out, struct err *err)
{
    const char **centers = arena_array(arena, const char *, 1);

    if (optind + 1 != argc || argv[optind][0] == '\0') {
        err_set(err, ERR_USAGE, "center needs the id of one center: crfd center CENTER");
        return false;
    }
    centers[0] = argv[optind];
    out->run.centers = centers;
    out->run.center_count = 1;
    return true;
}

/* What stands behind the options of a command. */
static bool
check_rest(struct arena *arena, int argc, char *const argv[], struct args *out, struct err *err)
{
    switch (out->verb) {
    case VERB_WAIVE:
        return check_waive(argc, argv, out, err);
    case VERB_EXPLAIN:
        return check_explain(argc, argv, out, err);
    case VERB_CENTER:
        return check_center(arena, argc, argv, out, err);
    case VERB_HELP:
        return out->help_for != VERB_NONE || optind == argc || parse_verb(argv[optind], &out->help_for, err);
    default:
        break;
    }
    if (out->json && (out->csv || out->watch)) {
        err_set(err, ERR_USAGE, "--json and --%s exclude each other", out->csv ? "csv" : "watch");
        return false;
    }
    if (optind < argc) {
        err_set(err, ERR_USAGE, "unexpected argument \"%s\"", argv[optind]);
        return false;
    }
    return out->verb != VERB_RUN || check_run(out, err);
}

bool
args_parse(struct arena *arena, int argc, char *const argv[], struct args *out, struct err *err)
{
    *out = (struct args){.verb = VERB_NONE, .help_for = VERB_NONE, .config_path = ARGS_DEFAULT_CONFIG};
    if (!parse_options(arena, argc, argv, "+:", out, err))
        return false;
    if (out->verb == VERB_NONE) {
        if (optind >= argc) {
            err_set(err, ERR_USAGE, "no command; `crfd --help` lists them");
            return false;
        }
        if (!parse_verb(argv[optind], &out->verb, err))
            return false;
        argc -= optind;
        argv += optind;
        if (!parse_options(arena, argc, argv, ":", out, err))
            return false;
    }
    return check_rest(arena, argc, argv, out, err);
}
