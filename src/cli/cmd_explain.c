#include "cmd.h"
#include "crfd/base/clock.h"
#include "crfd/base/sql_text.h"
#include "crfd/daemon/schedule.h"
#include "crfd/definition/ddl.h"
#include "crfd/definition/rule_book.h"
#include "crfd/definition/rule_twin.h"
#include "load.h"

#include <stdio.h>
#include <string.h>

struct explain_args {
    const char *check_id;
};

/*
 * What is printed is for psql, and the study may have been written by a stranger. Comments and literals hold no
 * control character (sql_text), and before all of them stands in which encoding and by which rules they are read: in
 * GBK, say, the last byte of a character would take the end of the line or the quote behind it along.
 */
static const char guard[] = "SET client_encoding TO 'UTF8';\nSET standard_conforming_strings TO on;\n";

/* In each language that it is in. */
static void
append_messages(struct strbuf *out, const struct study *study, const struct message_set *set)
{
    struct strbuf text;

    strbuf_init(&text);
    for (size_t i = 0; i < STUDY_LANGUAGES_MAX; i++) {
        if (set->in[i] == NULL)
            continue;
        strbuf_reset(&text);
        strbuf_append(&text, "message");
        if (study->language_count > 0)
            strbuf_printf(&text, " (%s)", study->languages[i]);
        strbuf_printf(&text, ": %s", set->in[i]->text);
        sql_text_append_comment(out, "", text.text);
    }
    strbuf_destroy(&text);
}

static void
append_rule(struct strbuf *out, const struct study *study, const struct rule *rule)
{
    const struct program *program = rule->program;
    struct strbuf words;

    strbuf_init(&words);
    strbuf_printf(
        &words, "%s: %s%s\n%s %s", rule->id, rule->check != NULL ? "" : "built-in rule: ", rule_words(rule),
        rule->form != NULL ? "form" : "event", rule->form != NULL ? rule->form->name : rule->event->name);
    if (rule_item_name(rule)[0] != '\0')
        strbuf_printf(&words, ", item %s", rule_item_name(rule));
    strbuf_printf(&words, ", severity %s", severity_name(rule->severity));
    if (rule->category != NULL)
        strbuf_printf(&words, ", category %s", rule->category);
    sql_text_append_comment(out, "", words.text);
    if (program != NULL)
        sql_text_append_comment(
            out, "    ", rule->check != NULL ? rule->check->text : rule->form->items[rule->item].derive);
    if (rule->message != NULL)
        append_messages(out, study, rule->message);
    strbuf_append(out, "--\n");
    strbuf_reset(&words);
    rule_say(&words, rule);
    sql_text_append_comment(out, "", words.text);
    strbuf_append(out, "--\n");
    strbuf_destroy(&words);
}

static void
append_query(struct strbuf *out, const struct twin_scope *scope, const struct rule *rule,
             const char *timezone)
{
    sql_text_append_comment(
        out, "",
        "The same in PostgreSQL: the page key of every violation. Sessions of crfd have these settings.");
    if (rule_twin_reads_night(rule))
        sql_text_append_comment(out, "",
                                "What depends on the night is asked of that under which a center was "
                                "evaluated; here it is today's.");
    strbuf_append(out, "SET TimeZone TO ");
    sql_text_append_literal(out, timezone);
    strbuf_append(out, ";\nSET DateStyle TO 'ISO';\n");
    rule_twin_append(out, scope, rule);
    strbuf_append(out, "\nORDER BY ");
    ddl_append_key(out, "");
    strbuf_append(out, ";\n");
}

static void
append_explanation(struct strbuf *out, const struct twin_scope *scope, const struct rule *rule,
                   const char *timezone)
{
    const char *lack = rule_twin_lack(scope, rule);

    strbuf_append(out, guard);
    append_rule(out, scope->definition->study, rule);
    if (lack == NULL)
        append_query(out, scope, rule, timezone);
    else
        strbuf_printf(out, "-- PostgreSQL cannot find its violations again in the tables: %s.\n", lack);
}

static int
run(struct arena *arena, const struct common_args *common, const void *args)
{
    const struct explain_args *own = args;
    struct definition definition;
    struct config config;
    struct twin_scope scope = {.arena = arena, .definition = &definition};
    struct night night;
    const struct rule *rule;
    struct strbuf text;
    int exit_status;

    if (!load_both(arena, common, &config, &definition, &exit_status))
        return exit_status;
    rule = rulebook_find(definition.rules, own->check_id);
    if (rule == NULL)
        return tell_unknown_check(arena, definition.rules, own->check_id);
    night = schedule_night(&config.schedule, clock_unix_us());
    scope.night = night.text;
    strbuf_init(&text);
    append_explanation(&text, &scope, rule, config.timezone);
    fwrite(text.text, 1, text.length, stdout);
    strbuf_destroy(&text);
    return 0;
}

static const struct command_operand operand = {
    .name = "CHECK",
    .kind = OPTION_TEXT,
    .at = offsetof(struct explain_args, check_id),
    .needs = "the id of one check",
};

const struct command cmd_explain = {
    .name = "explain",
    .line = "a check in words, and as a query of PostgreSQL",
    .group = GROUP_FINDINGS,
    .text = "Tells of a check of the study, or of a built-in rule such as vs.sysbp.range:\n"
            "its text, in a sentence when there is a finding and what missing values do to\n"
            "that, and its twin, a query that finds the same violations in the analysis\n"
            "tables. The whole is SQL: `crfd explain VS001 | psql ...` runs it. Needs no\n"
            "database.\n",
    .operand = &operand,
    .args_size = sizeof(struct explain_args),
    .run = run,
};
