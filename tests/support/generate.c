/*
 * crfd-generate: source pages of made-up trials, and what a night must make of them.
 */
#include "generate_bench.h"
#include "generate_demo.h"
#include "generate_plant.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXIT_USAGE 64
#define EXIT_FILE  74

static const char usage[] =
    "usage: crfd-generate [OPTION...]\n"
    "Writes pages for edc.crf_page to standard output.\n"
    "\n"
    "  --study demo|bench  config/demo.json (default) or tests/data/bench.json\n"
    "  --centers N         default 12\n"
    "  --subjects N        per center, default 25\n"
    "  --seed N            the same seed gives the same bytes; default 1\n"
    "  --night N           the pages as they are on that night: 1 to 3 (bench: 1 or 2); default 1\n"
    "  --format copy|sql   all pages as COPY text (default), or SQL that makes that night of the last\n"
    "  --manifest FILE     what the analysis schema must hold after the night, as counts in JSON\n"
    "  --findings FILE     the rows of analysis.finding, as COPY text (demo only)\n"
    "  --cleaning FILE     the rows of analysis.cleaning, as COPY text (demo only)\n";

struct options {
    bool bench;
    bool sql;
    long centers, subjects, seed, night;
    const char *manifest, *findings, *cleaning;
};

static void
refuse(const char *text, const char *why)
{
    fprintf(stderr, "crfd-generate: %s: %s\n%s", text, why, usage);
    exit(EXIT_USAGE);
}

static long
number(const char *text, long low, long high)
{
    char *end;
    long value;

    errno = 0;
    value = strtol(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || value < low || value > high)
        refuse(text, "no number in the range of this option");
    return value;
}

static bool
choice(const char *text, const char *no, const char *yes)
{
    if (strcmp(text, yes) != 0 && strcmp(text, no) != 0)
        refuse(text, "not one of the choices of this option");
    return strcmp(text, yes) == 0;
}

static void
parse(int argc, char **argv, struct options *options)
{
    static const struct option known[] = {{"study", required_argument, NULL, 't'},
                                          {"centers", required_argument, NULL, 'c'},
                                          {"subjects", required_argument, NULL, 's'},
                                          {"seed", required_argument, NULL, 'e'},
                                          {"night", required_argument, NULL, 'n'},
                                          {"format", required_argument, NULL, 'f'},
                                          {"manifest", required_argument, NULL, 'm'},
                                          {"findings", required_argument, NULL, 'i'},
                                          {"cleaning", required_argument, NULL, 'l'},
                                          {"help", no_argument, NULL, 'h'},
                                          {NULL, 0, NULL, 0}};
    int option;

    *options = (struct options){.centers = 12, .subjects = 25, .seed = 1, .night = 1};
    while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
        switch (option) {
        case 't':
            options->bench = choice(optarg, "demo", "bench");
            break;
        case 'c':
            options->centers = number(optarg, 1, 899);
            break;
        case 's':
            options->subjects = number(optarg, 1, 9998);
            break;
        case 'e':
            options->seed = number(optarg, 0, INT32_MAX);
            break;
        case 'n':
            options->night = number(optarg, 1, NIGHTS_MAX);
            break;
        case 'f':
            options->sql = choice(optarg, "copy", "sql");
            break;
        case 'm':
            options->manifest = optarg;
            break;
        case 'i':
            options->findings = optarg;
            break;
        case 'l':
            options->cleaning = optarg;
            break;
        case 'h':
            fputs(usage, stdout);
            exit(EXIT_SUCCESS);
        default:
            fputs(usage, stderr);
            exit(EXIT_USAGE);
        }
    }
    if (optind < argc)
        refuse(argv[optind], "one argument too many");
    if (options->sql && options->night == 1)
        refuse("--format sql", "nothing comes before night 1");
    if (options->bench && options->night > 2)
        refuse("--night 3", "the bench has two nights");
    if (options->bench && (options->findings != NULL || options->cleaning != NULL))
        refuse("--findings, --cleaning", "the bench tells counts only");
}

static void
fail(const char *path)
{
    fprintf(stderr, "crfd-generate: %s: %s\n", path, strerror(errno));
    exit(EXIT_FILE);
}

static FILE *
open_rows(const char *path)
{
    FILE *file = path != NULL ? fopen(path, "we") : NULL;

    if (path != NULL && file == NULL)
        fail(path);
    return file;
}

static void
close_rows(FILE *file, const char *path)
{
    if (file != NULL && (ferror(file) != 0 || fclose(file) != 0))
        fail(path);
}

static void
generate_demo(const struct options *options, struct tally *tally)
{
    struct demo demo = {.seed = (uint64_t)options->seed,
                        .centers = (int)options->centers,
                        .subjects = (int)options->subjects,
                        .night = (int)options->night,
                        .changes = options->sql};
    struct expectation expectation = {.findings = open_rows(options->findings),
                                      .cleaning = open_rows(options->cleaning)};

    tally_init(&expectation.tally);
    demo_write(&demo, stdout, &expectation);
    close_rows(expectation.findings, options->findings);
    close_rows(expectation.cleaning, options->cleaning);
    *tally = expectation.tally;
}

static void
generate_bench(const struct options *options, struct tally *tally)
{
    struct bench bench = {.seed = (uint64_t)options->seed,
                          .centers = (int)options->centers,
                          .subjects = (int)options->subjects,
                          .night = (int)options->night,
                          .changes = options->sql};

    tally_init(tally);
    bench_write(&bench, stdout, tally);
}

int
main(int argc, char **argv)
{
    struct options options;
    struct tally tally;

    parse(argc, argv, &options);
    if (options.bench)
        generate_bench(&options, &tally);
    else
        generate_demo(&options, &tally);
    if (ferror(stdout) != 0 || fflush(stdout) != 0)
        fail("standard output");
    if (options.manifest != NULL && !tally_write(&tally, options.manifest))
        fail(options.manifest);
    tally_destroy(&tally);
    return EXIT_SUCCESS;
}
