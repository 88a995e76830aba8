#include "crfd/batch/twin_query.h"

#include "crfd/check/parse.h"
#include "crfd/definition/ddl.h"
#include "crfd/study/form_columns.h"

#include <ctype.h>
#include <string.h>

/*
 * Aliases of the queries begin with a capital letter: no form can have such a name, so no form's own table can
 * be hidden by them.
 */
#define EARLIER "\"Earlier\""
#define ANY     "\"Any\""

void
twin_query_append_name(struct strbuf *out, const char *name)
{
    if (parse_is_reserved(name))
        ddl_append_identifier(out, name);
    else
        strbuf_append(out, name);
}

static void
append_column(struct strbuf *out, const char *table, const char *column)
{
    twin_query_append_name(out, table);
    strbuf_append_char(out, '.');
    twin_query_append_name(out, column);
}

static void
append_item(struct strbuf *out, const struct rule *rule)
{
    append_column(out, rule->form->name, rule->form->items[rule->item].name);
}

/* A constant as SQL, with the word that fixes its type where the quotes alone would not. */
static void
append_constant(struct strbuf *out, const struct value *value)
{
    static const char *const words[VALUE_TYPE_COUNT] = {
        [VALUE_TEXT] = "",
        [VALUE_DATE] = "DATE ",
        [VALUE_PARTIAL_DATE] = "",
        [VALUE_DATETIME] = "TIMESTAMP ",
        [VALUE_PARTIAL_DATETIME] = "",
        [VALUE_TIME] = "TIME ",
    };
    struct strbuf text;

    strbuf_init(&text);
    value_append_text(value, &text);
    if (words[value->type] == NULL) {
        strbuf_append(out, text.text);
    } else {
        strbuf_append(out, words[value->type]);
        ddl_append_literal(out, text.text);
    }
    strbuf_destroy(&text);
}

/*
 * Copies the twin with a date in place of current_date, which in PostgreSQL is always today's. Quoted texts and
 * names are copied as they are.
 */
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

/* --- rules of an item --- */

/* A value that is NULL because it could not be typed or converted was entered: another rule speaks of it. */
static void
append_required(struct strbuf *out, const struct twin_scope *scope, const struct rule *rule)
{
    static const enum rule_kind others[] = {RULE_TYPE, RULE_UNIT};
    const struct item_rules *rules = &scope->rules[rule->form->index].items[rule->item];
    const char *separator = "";

    append_item(out, rule);
    strbuf_append(out, " IS NULL");
    if (rules->ids[RULE_TYPE] == NULL && rules->ids[RULE_UNIT] == NULL)
        return;
    strbuf_append(out, "\n  AND NOT EXISTS (SELECT FROM analysis.finding WHERE ");
    for (int i = 0; i < FORM_COLUMN_COUNT; i++) {
        if (form_columns[i].role != COLUMN_IN_KEY)
            continue;
        append_column(out, "finding", form_columns[i].name);
        strbuf_append(out, " = ");
        append_column(out, rule->form->name, form_columns[i].name);
        strbuf_append(out, "\n    AND ");
    }
    strbuf_append(out, "finding.form = ");
    ddl_append_literal(out, rule->form->name);
    strbuf_append(out, " AND finding.check_id IN (");
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (rules->ids[others[i]] == NULL)
            continue;
        strbuf_append(out, separator);
        ddl_append_literal(out, rules->ids[others[i]]);
        separator = ", ";
    }
    strbuf_append(out, ") AND finding.state <> 'closed')");
}

static void
append_codelist(struct strbuf *out, const struct twin_scope *scope, const struct rule *rule)
{
    const struct item *item = &rule->form->items[rule->item];
    const struct clean_plan *plan = scope->definition->plans[rule->form->index].clean[rule->item];
    struct clean_result code;

    append_item(out, rule);
    strbuf_append(out, " NOT IN (");
    for (size_t i = 0; i < item->codelist->code_count; i++) {
        const char *text = item->codelist->codes[i];

        strbuf_append(out, i > 0 ? ", " : "");
        if (item->type == VALUE_TEXT) {
            ddl_append_literal(out, text);
            continue;
        }
        clean_value(plan, scope->arena, text, strlen(text), &code);
        append_constant(out, &code.value);
    }
    strbuf_append_char(out, ')');
}

/* The value is on the wrong side of the bound; of partial dates only where that is certain. */
static void
append_beyond(struct strbuf *out, const struct rule *rule, const struct value *bound, bool is_minimum)
{
    enum value_type type = rule->form->items[rule->item].type;

    if (type == VALUE_PARTIAL_DATE || type == VALUE_PARTIAL_DATETIME) {
        strbuf_append(out, "crfd.partial_less(");
        if (is_minimum)
            append_item(out, rule);
        else
            append_constant(out, bound);
        strbuf_append(out, ", ");
        if (is_minimum)
            append_constant(out, bound);
        else
            append_item(out, rule);
        strbuf_append(out, type == VALUE_PARTIAL_DATE ? ", true)" : ", false)");
        return;
    }
    append_item(out, rule);
    strbuf_append(out, is_minimum ? " < " : " > ");
    append_constant(out, bound);
}

static void
append_range(struct strbuf *out, const struct rule *rule)
{
    const struct range_rule *range = rule->form->items[rule->item].range;

    if (!range->min.is_null)
        append_beyond(out, rule, &range->min, true);
    if (!range->min.is_null && !range->max.is_null)
        strbuf_append(out, " OR ");
    if (!range->max.is_null)
        append_beyond(out, rule, &range->max, false);
}

static void
append_length(struct strbuf *out, const struct rule *rule)
{
    const struct length_rule *length = rule->form->items[rule->item].length;

    strbuf_append(out, "char_length(");
    append_item(out, rule);
    strbuf_printf(out, ") < %zu", length->min);
    if (length->max == 0)
        return;
    strbuf_append(out, " OR char_length(");
    append_item(out, rule);
    strbuf_printf(out, ") > %zu", length->max);
}

/*
 * A derived value that PostgreSQL computes otherwise, to the last digit. Where it cannot be computed at all, the
 * query ends in the same error.
 */
static void
append_derivation(struct strbuf *out, const struct twin_scope *scope, const struct rule *rule)
{
    append_item(out, rule);
    strbuf_append(out, "::text IS DISTINCT FROM ((");
    append_with_night(out, program_twin_sql(rule_program(scope->definition, rule)), scope->night);
    strbuf_printf(out, ")::%s)::text", value_type_column(rule->form->items[rule->item].type));
}

static void
append_item_condition(struct strbuf *out, const struct twin_scope *scope, const struct rule *rule)
{
    switch (rule->kind) {
    case RULE_REQUIRED:
        append_required(out, scope, rule);
        break;
    case RULE_CODELIST:
        append_codelist(out, scope, rule);
        break;
    case RULE_RANGE:
        append_range(out, rule);
        break;
    case RULE_LENGTH:
        append_length(out, rule);
        break;
    case RULE_TYPE: /* of a derived item; that of others has no twin */
        append_derivation(out, scope, rule);
        break;
    case RULE_UNIT:
    case RULE_KIND_COUNT:
    default:
        break; /* they have no twin */
    }
}

/* --- rules of a page --- */

/* " AND left.column = right.column", or without the AND. */
static void
append_join(struct strbuf *out, const char *word, const char *left, const char *right, const char *column)
{
    strbuf_printf(out, "%s%s.%s = ", word, left, column);
    strbuf_printf(out, "%s.%s", right, column);
}

/* The first page by key order is the one that counts; each later one is a duplicate. */
static void
append_duplicate(struct strbuf *out, const struct form *form)
{
    struct strbuf own;

    strbuf_init(&own);
    twin_query_append_name(&own, form->name);
    strbuf_printf(out, "EXISTS (SELECT FROM analysis.%s AS " EARLIER, own.text);
    append_join(out, "\n    WHERE ", EARLIER, own.text, "center_id");
    append_join(out, " AND ", EARLIER, own.text, "subject_id");
    if (form->per == FORM_PER_EVENT) {
        append_join(out, " AND ", EARLIER, own.text, "event");
        append_join(out, " AND ", EARLIER, own.text, "event_repeat");
    }
    strbuf_printf(out,
                  "\n    AND (" EARLIER ".event, " EARLIER ".event_repeat, " EARLIER ".form_repeat)"
                  " < (%s.event, %s.event_repeat, %s.form_repeat))",
                  own.text, own.text, own.text);
    strbuf_destroy(&own);
}

static bool
lists_form(const struct event *event, const struct form *form)
{
    for (size_t i = 0; i < event->form_count; i++)
        if (event->forms[i] == form->index)
            return true;
    return false;
}

/* The events at which the form is expected, by their order; "" where there is none. */
static void
append_expecting_events(struct strbuf *out, const struct study *study, const struct form *form)
{
    const char *separator = "";

    for (size_t i = 0; i < study->event_count; i++) {
        if (!lists_form(&study->events[i], form))
            continue;
        strbuf_printf(out, "%s%d", separator, study->events[i].order);
        separator = ", ";
    }
}

/* A page that was submitted is not missing, also where it is in quarantine. */
static void
append_absence(struct strbuf *out, const struct form *form)
{
    struct strbuf own;

    strbuf_init(&own);
    twin_query_append_name(&own, form->name);
    strbuf_printf(out, "\n  AND NOT EXISTS (SELECT FROM analysis.%s", own.text);
    append_join(out, " WHERE ", own.text, ANY, "center_id");
    append_join(out, " AND ", own.text, ANY, "subject_id");
    if (form->per != FORM_PER_SUBJECT) {
        append_join(out, " AND ", own.text, ANY, "event");
        append_join(out, " AND ", own.text, ANY, "event_repeat");
    }
    strbuf_append(out, ")\n  AND NOT EXISTS (SELECT FROM analysis.quarantine");
    append_join(out, " WHERE ", "quarantine", ANY, "center_id");
    append_join(out, " AND ", "quarantine", ANY, "subject_id");
    strbuf_append(out, " AND lower(quarantine.form) = ");
    ddl_append_literal(out, form->name);
    if (form->per != FORM_PER_SUBJECT) {
        append_join(out, " AND ", "quarantine", ANY, "event");
        strbuf_append(out, " AND quarantine.event_repeat = " ANY ".event_repeat::text");
    }
    strbuf_append_char(out, ')');
    strbuf_destroy(&own);
}

static void
append_missing_pages(struct strbuf *out, const struct twin_scope *scope, const struct form *form)
{
    const struct study *study = scope->definition->study;

    strbuf_append(out, "SELECT DISTINCT " ANY ".center_id, " ANY ".subject_id, " ANY ".event, " ANY
                       ".event_repeat, 1 AS form_repeat\nFROM (");
    for (size_t i = 0; i < study->form_count; i++) {
        strbuf_append(out, i > 0 ? "\n      UNION ALL " : "");
        strbuf_append(out, "SELECT center_id, subject_id, event, event_repeat, event_order FROM analysis.");
        twin_query_append_name(out, study->forms[i].name);
    }
    strbuf_append(out, ") AS " ANY "\nWHERE " ANY ".event_order IN (");
    append_expecting_events(out, study, form);
    strbuf_append_char(out, ')');
    if (scope->center != NULL)
        strbuf_printf(out, "\n  AND " ANY ".center_id = %s", scope->center);
    append_absence(out, form);
}

/* --- checks of the definition --- */

bool
twin_query_reads_night(const struct twin_scope *scope, const struct rule *rule)
{
    const struct program *program = rule_program(scope->definition, rule);

    return program != NULL && program_reads_current_date(program);
}

void
twin_query_append_condition(struct strbuf *out, const struct twin_scope *scope, const struct rule *rule)
{
    switch (rule->source) {
    case RULE_OF_DEFINITION:
        strbuf_append_char(out, '(');
        append_with_night(out, program_twin_sql(rule->check->program), scope->night);
        strbuf_append(out, ") IS FALSE");
        break;
    case RULE_OF_ITEM:
        append_item_condition(out, scope, rule);
        break;
    case RULE_DUPLICATE_PAGE:
        append_duplicate(out, rule->form);
        break;
    case RULE_MISSING_PAGE:
    case RULE_UNKNOWN_ITEM:
        break; /* no page's row says so */
    }
}

/* SELECT form.center_id, ... */
static void
append_key(struct strbuf *out, const struct form *form)
{
    struct strbuf before;

    strbuf_init(&before);
    twin_query_append_name(&before, form->name);
    strbuf_append_char(&before, '.');
    strbuf_append(out, "SELECT ");
    ddl_append_key(out, before.text);
    strbuf_destroy(&before);
}

void
twin_query_append(struct strbuf *out, const struct twin_scope *scope, const struct rule *rule)
{
    if (rule->source == RULE_MISSING_PAGE) {
        append_missing_pages(out, scope, rule->form);
        return;
    }
    append_key(out, rule->form);
    strbuf_append(out, "\nFROM analysis.");
    twin_query_append_name(out, rule->form->name);
    strbuf_append(out, "\nWHERE ");
    if (scope->center != NULL) {
        append_column(out, rule->form->name, "center_id");
        strbuf_printf(out, " = %s\n  AND (", scope->center);
    }
    twin_query_append_condition(out, scope, rule);
    if (scope->center != NULL)
        strbuf_append_char(out, ')');
}

const char *
twin_query_lack(const struct twin_scope *scope, const struct rule *rule)
{
    const struct study *study = scope->definition->study;
    const struct item *item = rule->item < rule->form->item_count ? &rule->form->items[rule->item] : NULL;

    if (rule->source == RULE_UNKNOWN_ITEM)
        return "what stands under a key that the form does not have is in no typed column";
    if (rule->source == RULE_MISSING_PAGE) {
        for (size_t i = 0; i < study->event_count; i++)
            if (lists_form(&study->events[i], rule->form))
                return NULL;
        return "no event of the study lists the form, so none of its pages can be missing";
    }
    if (rule->source != RULE_OF_ITEM)
        return NULL;
    if (rule->kind == RULE_TYPE && item->derive == NULL)
        return "a value that is not of the item's type is in no typed column";
    if (rule->kind == RULE_UNIT)
        return "a number without a known unit is in no typed column";
    if (rule->kind == RULE_CODELIST && item->unit != NULL)
        return "the column holds the number in the item's unit, and the codes are of numbers as entered";
    return NULL;
}
