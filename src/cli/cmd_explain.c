#include "crfd/base/clock.h"
#include "crfd/batch/twin_query.h"
#include "crfd/cli/cmd.h"
#include "crfd/cli/load.h"
#include "crfd/daemon/schedule.h"
#include "crfd/definition/ddl.h"

#include <stdio.h>
#include <string.h>

/* Everything but the query is a comment of SQL, so that psql runs the whole as it is printed. */
static void
append_comment(struct strbuf *out, const char *indent, const char *text)
{
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");

        strbuf_printf(out, "-- %s%.*s\n", indent, (int)length, text);
        text += length + (text[length] == '\n');
    }
}

static const char *
source_text(const struct rule *rule)
{
    switch (rule->source) {
    case RULE_OF_DEFINITION:
        return "check";
    case RULE_MISSING_PAGE:
        return "built-in rule: every page that an event lists is there, once the subject has any page of the "
               "event";
    case RULE_DUPLICATE_PAGE:
        return "built-in rule: the form is filled once";
    case RULE_UNKNOWN_ITEM:
        return "built-in rule: no value stands under a key that the form does not have";
    case RULE_OF_ITEM:
    default:
        break;
    }
    switch (rule->kind) {
    case RULE_REQUIRED:
        return "built-in rule: the item has a value";
    case RULE_TYPE:
        return rule->form->items[rule->item].derive != NULL
                   ? "built-in rule: the derived value can be computed"
                   : "built-in rule: the value is of the item's type";
    case RULE_CODELIST:
        return "built-in rule: the value is a code of the item's list";
    case RULE_RANGE:
        return "built-in rule: the value is within the item's range";
    case RULE_LENGTH:
        return "built-in rule: the text is as long as the item allows";
    case RULE_UNIT:
    case RULE_KIND_COUNT:
    default:
        return "built-in rule: the number has a unit that can be converted";
    }
}

static void
append_message(struct strbuf *out, const struct check *check)
{
    struct strbuf text;

    strbuf_init(&text);
    strbuf_append(&text, "message: ");
    for (size_t i = 0; i < check->message_count; i++) {
        if (check->message[i].text != NULL)
            strbuf_append(&text, check->message[i].text);
        else
            strbuf_printf(&text, "{%s}", check->form->items[check->message[i].item].name);
    }
    append_comment(out, "", text.text);
    strbuf_destroy(&text);
}

static void
append_rule(struct strbuf *out, const struct definition *definition, const struct rule *rule)
{
    const struct program *program = rule_program(definition, rule);
    struct strbuf words;

    strbuf_init(&words);
    strbuf_printf(&words, "%s: %s\nform %s", rule->id, source_text(rule), rule->form->name);
    if (rule_item_name(rule)[0] != '\0')
        strbuf_printf(&words, ", item %s", rule_item_name(rule));
    if (rule->check != NULL)
        strbuf_printf(&words, ", severity %s", severity_name(rule->check->severity));
    append_comment(out, "", words.text);
    if (program != NULL)
        append_comment(out, "    ",
                       rule->check != NULL ? rule->check->text : rule->form->items[rule->item].derive);
    if (rule->check != NULL)
        append_message(out, rule->check);
    strbuf_append(out, "--\n");
    strbuf_reset(&words);
    if (program != NULL) {
        program_describe(program, &words);
        append_comment(out, "", words.text);
        strbuf_append(out, "--\n");
    }
    strbuf_destroy(&words);
}

static void
append_query(struct strbuf *out, const struct twin_scope *scope, const struct rule *rule,
             const char *timezone)
{
    append_comment(
        out, "",
        "The same in PostgreSQL: the page key of every violation. Sessions of crfd have these settings.");
    if (twin_query_reads_night(scope, rule))
        append_comment(out, "",
                       "current_date is the night under which a center was evaluated; here it is today's.");
    strbuf_append(out, "SET TimeZone TO ");
    ddl_append_literal(out, timezone);
    strbuf_append(out, ";\nSET DateStyle TO 'ISO';\n");
    twin_query_append(out, scope, rule);
    strbuf_append(out, "\nORDER BY ");
    ddl_append_key(out, "");
    strbuf_append(out, ";\n");
}

static void
append_explanation(struct strbuf *out, const struct twin_scope *scope, const struct rule *rule,
                   const char *timezone)
{
    const char *lack = twin_query_lack(scope, rule);

    append_rule(out, scope->definition, rule);
    if (lack == NULL)
        append_query(out, scope, rule, timezone);
    else
        strbuf_printf(out, "-- PostgreSQL cannot find its violations again in the tables: %s.\n", lack);
}

int
cmd_explain(struct arena *arena, const struct args *args)
{
    struct definition definition;
    struct config config;
    struct rule_list list;
    struct twin_scope scope = {.arena = arena, .definition = &definition};
    struct night night;
    const struct rule *rule;
    struct strbuf text;
    int exit_status;

    if (!load_both(arena, args, &config, &definition, &exit_status))
        return exit_status;
    scope.rules = rules_new(arena, definition.study);
    rule_list_init(&list, arena, &definition, scope.rules);
    rule = rule_list_find(&list, args->check_id);
    if (rule == NULL)
        return tell_unknown_check(arena, &list, args->check_id);
    night = schedule_night(&config.schedule, clock_unix_us());
    scope.night = night.text;
    strbuf_init(&text);
    append_explanation(&text, &scope, rule, config.timezone);
    fwrite(text.text, 1, text.length, stdout);
    strbuf_destroy(&text);
    return 0;
}
