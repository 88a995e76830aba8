#include "load_message.h"

#include "crfd/base/suggest.h"
#include "crfd/definition/rule.h"

#include <stdlib.h>
#include <string.h>

#define NEIGHBOR_MAX 1000000 /* places from the page */

struct parsing {
    struct load *load;
    const struct message_scope *scope;
    const struct json_place *place;
};

/* A message for all forms is of no page, and there is none where one is missing. */
static bool
has_page(const struct message_scope *scope)
{
    return scope->form != NULL && (scope->kind == NULL || scope->kind->append_rows == NULL);
}

/* ---- Words for what the finding is about ---- */

/* A check's form may have an item of this name. */
static bool
knows_form(const struct message_scope *scope)
{
    return !has_page(scope) || form_item_by_name(scope->form, "form") == scope->form->item_count;
}

static bool
knows_label(const struct message_scope *scope)
{
    return scope->kind != NULL;
}

static bool
knows_value(const struct message_scope *scope)
{
    return scope->kind != NULL && (scope->kind->scope == RULE_OF_ITEM || scope->kind == &rule_unknown_item);
}

static const struct {
    const char *name;
    enum message_source source;
    bool (*is_known)(const struct message_scope *scope);
} words[] = {
    {"form", MESSAGE_FORM, knows_form},
    {"label", MESSAGE_LABEL, knows_label},
    {"value", MESSAGE_VALUE, knows_value},
    {"value:entered", MESSAGE_VALUE, knows_value},
};

/* ---- Names that are none ---- */

static void
tell_unknown(const struct parsing *parsing, const char *where, const char *name, const char *close)
{
    json_problem(parsing->place, "%s%s \"%s\"%s%s%s", parsing->scope->owner, where, name,
                 close != NULL ? "; did you mean \"" : "", close != NULL ? close : "",
                 close != NULL ? "\"?" : "");
}

/* A time of submission says nothing without its zone. */
static bool
is_shown(enum form_column column)
{
    return column < FORM_COLUMN_COUNT && form_columns[column].is_readable &&
           form_columns[column].type != COLUMN_TIMESTAMPTZ;
}

static void
offer_items(struct suggestion *close, const struct form *form)
{
    for (size_t i = 0; i < form->item_count; i++)
        suggestion_offer(close, form->items[i].name);
}

static const char *
no_item_of(struct load *load, const struct form *form)
{
    return arena_printf(load->arena, "the form \"%s\" has no item", form->name);
}

static void
refuse_item(const struct parsing *parsing, const struct form *form, const char *name)
{
    struct suggestion close;

    suggestion_begin(&close, name);
    offer_items(&close, form);
    tell_unknown(parsing, no_item_of(parsing->load, form), name, close.name);
}

/* What stands in braces alone. */
static void
refuse_name(const struct parsing *parsing, const char *name)
{
    const struct message_scope *scope = parsing->scope;
    struct suggestion close;

    suggestion_begin(&close, name);
    if (has_page(scope))
        offer_items(&close, scope->form);
    for (int i = 0; i < FORM_COLUMN_COUNT; i++)
        if (is_shown((enum form_column)i))
            suggestion_offer(&close, form_columns[i].name);
    for (size_t i = 0; i < LOAD_COUNT(words); i++)
        if (words[i].is_known(scope))
            suggestion_offer(&close, words[i].name);
    tell_unknown(parsing,
                 has_page(scope) ? no_item_of(parsing->load, scope->form) : "this message cannot show", name,
                 close.name);
}

/* ---- What stands in braces ---- */

/* ITEM or ITEM:entered. */
static bool
find_item(const struct parsing *parsing, const struct form *form, const char *name, struct message_part *part)
{
    const char *mark = strchr(name, ':');

    part->is_entered = mark != NULL && strcmp(mark, ":entered") == 0;
    if (part->is_entered)
        name = arena_copy(parsing->load->arena, name, (size_t)(mark - name));
    part->item = form_item_by_name(form, name);
    if (part->item == form->item_count) {
        refuse_item(parsing, form, name);
        return false;
    }
    if (part->is_entered && !item_is_entered(&form->items[part->item])) {
        json_problem(parsing->place, "%s\"%s\" is derived: nothing of it is entered; write {%s}",
                     parsing->scope->owner, name, name);
        return false;
    }
    return true;
}

/* FORM.ITEM: of the page itself, or of the one page that the form has for it. */
static bool
parse_reference(const struct parsing *parsing, const char *name, const char *dot, struct message_part *part)
{
    struct load *load = parsing->load;
    const char *form_name = arena_copy(load->arena, name, (size_t)(dot - name));
    const struct form *form = study_form(load->study, form_name, strlen(form_name));
    bool is_own;

    if (form == NULL) {
        tell_unknown(parsing, "the study has no form", form_name,
                     suggest(form_name, load->form_names, load->study->form_count));
        return false;
    }
    is_own = form == parsing->scope->form && has_page(parsing->scope);
    if (!is_own && form->per == FORM_PER_RECORD) {
        json_problem(
            parsing->place,
            "%s\"%s\" may have many pages for one: a message shows items of its own form and of those "
            "that are filled once per subject or event",
            parsing->scope->owner, form->name);
        return false;
    }
    part->source = is_own ? MESSAGE_ITEM : MESSAGE_REFERENCE;
    part->form = form;
    return find_item(parsing, form, dot + 1, part);
}

/* lag(ITEM), lead(ITEM, 2): `open` is at the bracket. */
static bool
parse_neighbor(const struct parsing *parsing, const char *name, const char *open, struct message_part *part)
{
    bool is_lag = strncmp(name, "lag(", 4) == 0;
    const char *item = open + 1 + strspn(open + 1, " ");
    const char *rest = item + strcspn(item, " ,)");
    const char *end = rest + strspn(rest, " ");
    long distance = 1;
    char *behind;

    if (!has_page(parsing->scope)) {
        refuse_name(parsing, name);
        return false;
    }
    if (*end == ',') {
        distance = strtol(end + 1, &behind, 10);
        end = behind + strspn(behind, " ");
    }
    if ((!is_lag && strncmp(name, "lead(", 5) != 0) || strcmp(end, ")") != 0 || distance < 1 ||
        distance > NEIGHBOR_MAX) {
        json_problem(parsing->place,
                     "%s{%s} is none of {lag(ITEM)}, {lag(ITEM, 2)}, {lead(ITEM)} and {lead(ITEM, 2)}",
                     parsing->scope->owner, name);
        return false;
    }
    part->source = MESSAGE_NEIGHBOR;
    part->offset = (int32_t)(is_lag ? -distance : distance);
    return find_item(parsing, parsing->scope->form,
                     arena_copy(parsing->load->arena, item, (size_t)(rest - item)), part);
}

static bool
parse_name(const struct parsing *parsing, const char *name, struct message_part *part)
{
    const struct message_scope *scope = parsing->scope;
    const char *mark = strpbrk(name, ".(");

    if (mark != NULL)
        return *mark == '.' ? parse_reference(parsing, name, mark, part)
                            : parse_neighbor(parsing, name, mark, part);
    for (size_t i = 0; i < LOAD_COUNT(words); i++) {
        if (strcmp(words[i].name, name) == 0 && words[i].is_known(scope)) {
            part->source = words[i].source;
            part->is_entered = strchr(name, ':') != NULL;
            return true;
        }
    }
    part->column = form_column_named(name);
    if (is_shown(part->column)) {
        part->source = MESSAGE_COLUMN;
        return true;
    }
    part->source = MESSAGE_ITEM;
    if (has_page(scope) && strchr(name, ':') != NULL)
        return find_item(parsing, scope->form, name, part);
    part->item = has_page(scope) ? form_item_by_name(scope->form, name) : 0;
    if (has_page(scope) && part->item < scope->form->item_count)
        return true;
    refuse_name(parsing, name);
    return false;
}

/* ---- The whole ---- */

const struct message *
load_message(struct load *load, const struct message_scope *scope, const struct json_place *place,
             const char *text)
{
    const struct parsing parsing = {load, scope, place};
    struct message *message = arena_new(load->arena, struct message);
    struct message_part *parts = arena_array(load->arena, struct message_part, strlen(text) + 1);
    const char *at = text;

    *message = (struct message){.text = text, .parts = parts};
    while (*at != '\0') {
        size_t length = strcspn(at, "{}");
        struct message_part *part = &parts[message->count];

        if (length > 0) {
            *part = (struct message_part){MESSAGE_TEXT, .text = arena_copy(load->arena, at, length)};
            message->count++;
            at += length;
            continue;
        }
        length = strcspn(at + 1, "{}");
        if (at[0] == '}' || at[1 + length] != '}') {
            json_problem_at(place, text, (size_t)(at - text),
                            "%sa brace in a message encloses the name of an item", scope->owner);
            break;
        }
        if (parse_name(&parsing, arena_copy(load->arena, at + 1, length), part))
            message->count++;
        at += length + 2;
    }
    return message;
}

const struct message_set *
load_messages(struct load *load, const struct message_scope *scope, const struct load_texts *texts,
              const char *const *in)
{
    struct message_set *set = arena_new(load->arena, struct message_set);

    for (size_t i = 0; i < STUDY_LANGUAGES_MAX; i++)
        if (in[i] != NULL)
            set->in[i] = load_message(load, scope, &texts->places[i], in[i]);
    return set;
}
