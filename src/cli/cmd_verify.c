#include "cmd.h"
#include "crfd/batch/verify.h"
#include "crfd/definition/rule_book.h"
#include "crfd/definition/rule_twin.h"
#include "load.h"
#include "render.h"

#include <inttypes.h>
#include <stdio.h>

struct verify_args {
    const char *check_id; /* NULL: all */
};

static void
append_key(struct strbuf *line, const char *lead, const char *text)
{
    strbuf_append(line, lead);
    render_text(line, text);
}

static void
append_place(struct strbuf *line, const struct verify_difference *difference)
{
    append_key(line, " ", difference->check_id);
    if (difference->item[0] != '\0')
        append_key(line, ", item ", difference->item);
    append_key(line, ": center ", difference->center_id);
    append_key(line, ", subject ", difference->subject_id);
    append_key(line, ", event ", difference->event);
    append_key(line, " ", difference->event_repeat);
    if (difference->form[0] != '\0') {
        append_key(line, ", form ", difference->form);
        append_key(line, " ", difference->form_repeat);
    }
    if (difference->detail[0] != '\0')
        append_key(line, ": ", difference->detail);
}

static void
append_difference(struct strbuf *line, const struct verify_difference *difference)
{
    static const char *const leads[] = {
        [VERIFY_MISSING_IN_CRFD] = "missing in crfd:",
        [VERIFY_MISSING_IN_POSTGRESQL] = "missing in PostgreSQL:",
        [VERIFY_OUTCOME] = "another outcome:",
        [VERIFY_RETIRED] = "no such check:",
        [VERIFY_PAGES] = "pages:",
        [VERIFY_NOT_EVALUATED] = "not evaluated:",
    };

    strbuf_append(line, leads[difference->kind]);
    switch (difference->kind) {
    case VERIFY_MISSING_IN_CRFD:
    case VERIFY_MISSING_IN_POSTGRESQL:
    case VERIFY_OUTCOME:
        append_place(line, difference);
        break;
    case VERIFY_RETIRED:
        append_key(line, " ", difference->check_id);
        append_key(line, ": center ", difference->center_id);
        append_key(line, " has findings of it that are not closed: ", difference->detail);
        break;
    case VERIFY_PAGES:
        append_key(line, " center ", difference->center_id);
        append_key(line, ", subject ", difference->subject_id);
        append_key(line, ": ", difference->detail);
        break;
    case VERIFY_NOT_EVALUATED:
        append_key(line, " center ", difference->center_id);
        strbuf_append(line, " as a whole under this definition; `crfd run` does that");
        break;
    }
}

static void
tell_difference(void *data, const struct verify_difference *difference)
{
    struct strbuf line;

    (void)data;
    strbuf_init(&line);
    append_difference(&line, difference);
    puts(line.text);
    strbuf_destroy(&line);
}

static void
append_counted(struct strbuf *out, int64_t count, const char *one, const char *many)
{
    render_count(out, count);
    strbuf_printf(out, " %s", count == 1 ? one : many);
}

static void
append_kinds_without_twin(struct strbuf *out)
{
    const char *separator = " (";

    for (size_t i = 0; rule_kinds[i] != NULL; i++) {
        if (rule_kinds[i]->lack == NULL)
            continue;
        strbuf_printf(out, "%s%s", separator, rule_kinds[i]->name);
        separator = ", ";
    }
    strbuf_append_char(out, ')');
}

static void
print_counts(const struct verify_counts *counts)
{
    struct strbuf text;

    strbuf_init(&text);
    append_counted(&text, counts->centers, "center, ", "centers, ");
    append_counted(&text, counts->rules, "rule, ", "rules, ");
    append_counted(&text, counts->compared, "finding compared, ", "findings compared, ");
    append_counted(&text, counts->differences, "difference", "differences");
    if (counts->subjects > 0) {
        strbuf_append(&text, "\npages of ");
        append_counted(&text, counts->subjects, "subject counted in the tables",
                       "subjects counted in the tables");
    }
    if (counts->untold > 0) {
        strbuf_append_char(&text, '\n');
        append_counted(&text, counts->untold, "finding", "findings");
        strbuf_append(&text, " of rules that cannot be asked in PostgreSQL");
        append_kinds_without_twin(&text);
    }
    puts(text.text);
    strbuf_destroy(&text);
}

static bool
has_twin(const struct definition *definition, const struct verify_options *options, struct err *err)
{
    const struct twin_scope scope = {.definition = definition};
    const char *lack = rule_twin_lack(&scope, options->only);

    if (lack != NULL)
        err_set(err, ERR_USAGE, "%s cannot be asked in PostgreSQL: %s", options->only->id, lack);
    return lack == NULL;
}

static int
run(struct arena *arena, const struct common_args *common, const void *args)
{
    const struct verify_args *own = args;
    struct verify_options options = {.tell = tell_difference};
    struct verify_counts counts;
    struct definition definition;
    struct context context;
    struct config config;
    struct err err = {0};
    int exit_status;
    bool ok;

    if (!load_both(arena, common, &config, &definition, &exit_status))
        return exit_status;
    if (own->check_id != NULL) {
        options.only = rulebook_find(definition.rules, own->check_id);
        if (options.only == NULL)
            return tell_unknown_check(arena, definition.rules, own->check_id);
        if (!has_twin(&definition, &options, &err))
            return tell_error(&err);
    }
    if (!context_init(&context, NULL, "run", config.run_deadline_ms, &err))
        return tell_error(&err);
    ok = verify_run(&config, &definition, &options, &context, &counts, &err);
    context_destroy(&context);
    if (!ok)
        return tell_error(&err);
    if (!common->quiet)
        print_counts(&counts);
    return counts.differences == 0 ? 0 : err_exit_status(ERR_DIFFERENCE);
}

static const struct command_option command_options[] = {
    {.name = "check",
     .kind = OPTION_TEXT,
     .at = offsetof(struct verify_args, check_id),
     .argument = "ID",
     .help = "only this check or built-in rule"},
};

const struct command cmd_verify = {
    .name = "verify",
    .line = "compare all findings with what PostgreSQL itself finds",
    .group = GROUP_FINDINGS,
    .text = "Runs the twin of every check in PostgreSQL and compares the answer with the\n"
            "findings that are open or waived, row by row; then counts every subject's\n"
            "pages in the tables. Lists each difference and exits with 1 where there is\n"
            "one. Reads only, some centers at a time.\n",
    COMMAND_OPTIONS(command_options),
    .args_size = sizeof(struct verify_args),
    .run = run,
};
