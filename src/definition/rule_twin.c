#include "crfd/definition/rule_twin.h"

#include "crfd/base/sql_text.h"
#include "crfd/check/parse.h"
#include "crfd/definition/ddl.h"
#include "crfd/study/form_columns.h"
#include "crfd/value/datetime.h"
#include "rule_kinds.h"

#include <ctype.h>
#include <string.h>

void
rule_twin_append_name(struct strbuf *out, const char *name)
{
    if (parse_is_reserved(name))
        ddl_append_identifier(out, name);
    else
        strbuf_append(out, name);
}

void
rule_twin_append_column(struct strbuf *out, const char *table, const char *column)
{
    rule_twin_append_name(out, table);
    strbuf_append_char(out, '.');
    rule_twin_append_name(out, column);
}

void
rule_twin_append_item(struct strbuf *out, const struct rule *rule)
{
    rule_twin_append_column(out, rule->form->name, rule_item(rule)->name);
}

void
rule_twin_append_constant(struct strbuf *out, const struct value *value)
{
    static const char *const words[VALUE_TYPE_COUNT] = {
        [VALUE_TEXT] = "",
        [VALUE_DATE] = "DATE ",
        [VALUE_PARTIAL_DATE] = "",
        [VALUE_DATETIME] = "TIMESTAMP ",
        [VALUE_PARTIAL_DATETIME] = "",
        [VALUE_TIME] = "TIME ",
        [VALUE_INSTANT] = "TIMESTAMPTZ ",
    };
    struct strbuf text;

    strbuf_init(&text);
    value_append_text(value, &text);
    if (words[value->type] == NULL) {
        strbuf_append(out, text.text);
    } else {
        strbuf_append(out, words[value->type]);
        sql_text_append_literal(out, text.text);
    }
    strbuf_destroy(&text);
}

/* Quoted texts and names are copied as they are. */
static void
append_with_night(struct strbuf *out, const char *twin, const char *night)
{
    static const char word[] = "current_date";
    const size_t length = sizeof word - 1;
    char quote = '\0';

    for (const char *at = twin; *at != '\0'; at++) {
        bool begins = quote == '\0' && (at == twin || !(isalnum((unsigned char)at[-1]) || at[-1] == '_'));

        if (begins && strncmp(at, word, length) == 0 && !isalnum((unsigned char)at[length]) &&
            at[length] != '_') {
            strbuf_printf(out, "DATE '%s' /* current_date */", night);
            at += length - 1;
            continue;
        }
        if (quote == '\0' && (*at == '\'' || *at == '"'))
            quote = *at;
        else if (*at == quote)
            quote = '\0';
        strbuf_append_char(out, *at);
    }
}

void
rule_twin_append_program(struct strbuf *out, const struct twin_scope *scope, const struct program *program)
{
    append_with_night(out, program_twin_sql(program), scope->night);
}

void
rule_twin_append_join(struct strbuf *out, const char *word, const char *left, const char *right,
                      const char *column)
{
    strbuf_printf(out, "%s%s.%s = ", word, left, column);
    strbuf_printf(out, "%s.%s", right, column);
}

/* --- the whole --- */

bool
rule_twin_reads_night(const struct rule *rule)
{
    return rule->kind->reads_night || rule->is_timed ||
           (rule->program != NULL && program_reads_current_date(rule->program));
}

const char *
rule_twin_lack(const struct twin_scope *scope, const struct rule *rule)
{
    return rule->kind->lack_of != NULL ? rule->kind->lack_of(scope, rule) : rule->kind->lack;
}

void
rule_twin_append_condition(struct strbuf *out, const struct twin_scope *scope, const struct rule *rule)
{
    char since[DATETIME_TEXT_MAX];

    if (rule->since == NULL) {
        rule->kind->append_condition(out, scope, rule);
        return;
    }
    date_format(*rule->since, since);
    strbuf_append_char(out, '(');
    rule->kind->append_condition(out, scope, rule);
    strbuf_append(out, ")\n  AND ");
    rule_twin_append_column(out, rule->form->name, form_columns[COLUMN_SUBMITTED_AT].name);
    strbuf_printf(out, "::date >= DATE '%s'", since);
}

const char *
rule_twin_table(const struct rule *rule)
{
    return rule->kind->append_rows != NULL ? SCHEDULE_TABLE : rule->form->name;
}

void
rule_twin_append_rows(struct strbuf *out, const struct twin_scope *scope, const struct rule *rule)
{
    if (rule->kind->append_rows == NULL) {
        strbuf_append(out, "analysis.");
        rule_twin_append_name(out, rule->form->name);
        return;
    }
    strbuf_append_char(out, '(');
    rule->kind->append_rows(out, scope, rule);
    strbuf_append(out, ") AS " SCHEDULE_TABLE);
}

/* SELECT form.center_id, ...; each once, where several rows may say the same. */
static void
append_key(struct strbuf *out, const struct rule *rule)
{
    struct strbuf before;

    strbuf_init(&before);
    rule_twin_append_name(&before, rule_twin_table(rule));
    strbuf_append_char(&before, '.');
    strbuf_append(out, rule->kind->append_rows != NULL ? "SELECT DISTINCT " : "SELECT ");
    ddl_append_key(out, before.text);
    strbuf_destroy(&before);
}

void
rule_twin_append(struct strbuf *out, const struct twin_scope *scope, const struct rule *rule)
{
    append_key(out, rule);
    strbuf_append(out, "\nFROM ");
    rule_twin_append_rows(out, scope, rule);
    strbuf_append(out, "\nWHERE ");
    if (scope->center != NULL) {
        rule_twin_append_column(out, rule_twin_table(rule), "center_id");
        strbuf_printf(out, " = %s\n  AND (", scope->center);
    }
    rule_twin_append_condition(out, scope, rule);
    if (scope->center != NULL)
        strbuf_append_char(out, ')');
}
